"""The table of commands, and the one place where a command line becomes an exit code.

A new command is a function (or an ``App`` of several) in a module of this package and a row in ``COMMANDS``. Rows are
resolved when their command runs, so that ``fadearena --help`` stays quick however many there are.
"""

from __future__ import annotations

import difflib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NamedTuple

from cyclopts import App, CycloptsError, Group, Parameter, UnknownCommandError

from fadearena import __version__
from fadearena.cli.failures import CommandError, ExitCode, explain

CONFIG_VARIABLE = "FADEARENA_CONFIG"  # config.EXPLICIT_VARIABLE, without its import
DEMO_VARIABLE = "FADEARENA_OF_DEMO"


class Command(NamedTuple):
    """A row: how it is called, where it is (``module:attribute`` within this package), and its line in the help."""

    name: str
    path: str
    group: str
    help: str


COMMANDS = (
    Command("demo", "worlds_commands:demo", "Run it", "Watch six real bots being faded: everything on this machine."),
    Command("run", "worlds_commands:run", "Run it", "Watch the configured bots and fade them, in simulation."),
    Command("simulator", "worlds_commands:simulator", "Run it", "The exchange simulator alone."),
    Command("status", "status:status", "Operate", "Mode, kill switch, connection, equity, and how old all that is."),
    Command("kill", "kill:app", "Operate", "The kill switch: on stops new orders, off allows them again."),
    Command("bots", "bots:app", "Operate", "The watched wallets: list, add, set, remove."),
    Command("settings", "settings:app", "Operate", "What is traded and where it stops: get, set, history."),
    Command("backtest", "backtest:backtest", "Research", "What fading recorded fills would have brought."),
    Command("backfill", "backfill:backfill", "Data", "Fetch the fills that bots made before they were watched."),
    Command("export", "export:export", "Data", "Trades, events, decisions, equity, log: CSV, JSON Lines, Parquet."),
    Command("db", "database:app", "Look after it", "The database: upgrade, check, prune, url, query."),
    Command("config", "configuration:config", "Look after it", "Every setting of this machine and where it is from."),
    Command("doctor", "doctor:doctor", "Look after it", "What is wrong with this set-up, each with its fix."),
)


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and returns its exit code; never raises but for what ends a process."""
    _open_closed_streams()
    try:
        rest = _without_config(arguments)
        incomplete = len(rest) == 1 and any(row.name == rest[0] and row.path.endswith(":app") for row in COMMANDS)
        result = build()(
            [*rest, "--help"] if incomplete else rest,
            exit_on_error=False,
            print_error=False,
            verbose=False,
            result_action="return_value",
        )
        sys.stdout.flush()
    except CycloptsError as fault:
        _complain(f"{_usage_line(fault)} (--help shows what is possible)")
        return ExitCode.USAGE
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # what prints the help ends the program by itself
            return ExitCode.DONE
        raise
    except Exception as fault:  # the top of the program
        code, line = explain(fault)
        if os.environ.get("FADEARENA_LOG_LEVEL") == "debug":
            traceback.print_exc()
        _complain(line)
        return code
    if incomplete:
        return ExitCode.USAGE
    return int(result) if isinstance(result, int) else ExitCode.DONE


def _open_closed_streams() -> None:
    """Whoever closes a standard stream wants nothing from it: let it lead nowhere, and no file take its number."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))


def build() -> App:
    """The program with all its commands, none of them imported yet."""
    app = App(
        name="fadearena",
        help="Watches trading bots on Hyperliquid and trades the opposite; in simulation unless armed.",
        help_epilogue=(
            f"--config FILE, before or after any command, reads that configuration last; so does {CONFIG_VARIABLE}. "
            "--demo has a command look at the demo's data instead of the real data."
        ),
        version=__version__,
        default_parameter=Parameter(negative=()),
        suppress_keyboard_interrupt=False,
        help_on_error=False,
        help_format="plaintext",
    )
    groups = {name: Group(name, sort_key=at) for at, name in enumerate(dict.fromkeys(row.group for row in COMMANDS))}
    for row in COMMANDS:
        app.command(f"fadearena.cli.{row.path}", name=row.name, help=row.help, group=groups[row.group])
    return app


def _without_config(arguments: Sequence[str]) -> list[str]:
    """Takes ``--config FILE`` out, wherever it stands, and hands it on by the environment, to child processes too."""
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            return [*rest, argument, *waiting]
        name, equals, value = argument.partition("=")
        if argument == "--demo":
            os.environ[DEMO_VARIABLE] = "1"
            continue
        if name != "--config":
            rest.append(argument)
            continue
        chosen = value if equals else next(waiting, "")
        if not chosen:
            msg = "--config needs the name of a file"
            raise CommandError(msg, ExitCode.USAGE)
        os.environ[CONFIG_VARIABLE] = chosen
    return rest


def _usage_line(fault: CycloptsError) -> str:
    if isinstance(fault, UnknownCommandError) and not fault.command_chain:
        typed = (fault.unused_tokens or [""])[0]
        near = difflib.get_close_matches(typed, [row.name for row in COMMANDS], n=1)
        return f"there is no command {typed[:80]!r}{f'; did you mean {near[0]!r}?' if near else ''}"
    return " ".join(str(fault).split())


def _complain(line: str) -> None:
    from fadearena.cli.output import say  # noqa: PLC0415

    say(f"fadearena: {line}")
