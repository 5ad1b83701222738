"""The program as a whole: help, versions, faults of usage and configuration, and how quick it is to say them."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fadearena import __version__
from fadearena.cli.failures import ExitCode, explain
from fadearena.cli.program import COMMANDS
from tests.cli.conftest import RunCommand

PROGRAM = [sys.executable, "-m", "fadearena.cli"]


def test_help_names_every_command(command: RunCommand) -> None:
    ended = command("--help")
    assert ended.code == 0
    for row in COMMANDS:
        assert row.name in ended.out


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_every_command_is_there_and_has_help(command: RunCommand, row: tuple[str, str, str, str]) -> None:
    module, _, attribute = row[1].partition(":")
    assert hasattr(importlib.import_module(f"fadearena.cli.{module}"), attribute)
    ended = command(row[0], "--help")
    assert ended.code == 0
    assert f"fadearena {row[0]}" in ended.out


def test_the_version_is_printed(command: RunCommand) -> None:
    assert command("--version").out.strip() == __version__


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("confg",), "fadearena: there is no command 'confg'; did you mean 'config'?"),
        (("config", "--jsn"), "fadearena: Unknown option: --jsn. Did you mean --json?"),
        (("config", "extra"), "extra"),
        (("db", "chek"), "chek"),
        (("db", "query"), "fadearena: "),
        (("db", "query", "SELECT 1", "--limit", "many"), "many"),
        (("--config",), "fadearena: --config needs the name of a file"),
        (("\x1b[2J",), r"there is no command '\x1b[2J'"),
        (("simulator", "--wallet", "0x67293d914eafb26878534571add81f6bd2d9fe06"), "name the file with --replay"),
        (("db", "query", "SELECT 1", "--limit", "0"), "--limit"),
        (("db", "query", "SELECT 1", "--limit", "1.5"), "'1.5' is no whole number"),
        (("settings", "history", "--limit", "2.5"), "'2.5' is no whole number"),
        (("db", "query", "SELECT 1", "--timeout", "nan"), "--timeout"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(command: RunCommand, arguments: tuple[str, ...], says: str) -> None:
    ended = command(*arguments)
    assert ended.code == 2
    assert says in ended.err
    assert ended.err.count("\n") == 1
    assert ended.out == ""


@pytest.mark.parametrize("noun", [row.name for row in COMMANDS if row.path.endswith(":app")])
def test_a_noun_alone_prints_its_help_and_is_wrong_usage(command: RunCommand, noun: str) -> None:
    ended = command(noun)
    assert (ended.code, f"Usage: fadearena {noun} COMMAND" in ended.out) == (2, True)


def test_a_broken_configuration_is_one_line_and_exit_code_3(command: RunCommand, machine: Path) -> None:
    (machine / "fadearena.toml").write_text("port = \n")
    ended = command("config")
    assert ended.code == 3
    assert ended.err.startswith(f"fadearena: {machine / 'fadearena.toml'}, line 1: is not TOML: ")
    assert ended.err.count("\n") == 1


def test_config_prints_a_table_for_people_and_json_for_programs(command: RunCommand) -> None:
    table = command("config", FADEARENA_PORT="99")
    assert "environment FADEARENA_PORT" in table.out
    rows = {row["key"]: row for row in command("config", "--json", FADEARENA_PORT="99").data}
    assert rows["port"]["value"] == 99
    assert rows["port"]["origin"] == "environment FADEARENA_PORT"
    assert rows["system_events"]["value"] is True
    assert "\x1b" not in table.out


def test_config_never_prints_a_password(command: RunCommand) -> None:
    url = "postgresql://me:hunter2@127.0.0.1:5/db"
    for arguments in (("config",), ("config", "--json"), ("doctor",), ("db", "check")):
        ended = command(*arguments, FADEARENA_DATABASE_URL=url)
        assert "hunter2" not in ended.out + ended.err


@pytest.mark.parametrize("place", ["before", "after", "joined"])
def test_a_file_can_be_named_on_the_command_line(command: RunCommand, machine: Path, place: str) -> None:
    (machine / "own.toml").write_text("port = 77\n")
    arguments = {
        "before": ("--config", "own.toml", "config", "--json"),
        "after": ("config", "--json", "--config", "own.toml"),
        "joined": ("config", "--config=own.toml", "--json"),
    }
    rows = {row["key"]: row for row in command(*arguments[place], FADEARENA_CONFIG="").data}
    assert rows["port"]["value"] == 77


def test_a_defect_is_named_as_one_in_one_line() -> None:
    code, line = explain(KeyError("a\nb"))
    assert code == ExitCode.FAILED
    assert line.startswith("a defect: KeyError: ")
    assert "\n" not in line


def test_bytes_of_the_command_line_that_are_no_text_are_wrong_usage() -> None:
    with pytest.raises(UnicodeEncodeError) as caught:
        "\udcff".encode()
    assert explain(caught.value) == (ExitCode.USAGE, "the command line holds bytes that are no UTF-8")


def test_a_fault_without_words_is_called_by_its_name() -> None:
    assert explain(TimeoutError()) == (ExitCode.FAILED, "TimeoutError")


@pytest.mark.slow
def test_help_is_quick(machine: Path) -> None:
    best = min(_seconds([*PROGRAM, "--help"]) for _ in range(5))
    assert best < 0.6, "0.2 s on a machine at rest; the bound leaves room for a busy one"


@pytest.mark.slow
@pytest.mark.parametrize("arguments", ["config", "--help", "demo --help", "kill"])
def test_a_reader_that_leaves_is_no_fault(machine: Path, arguments: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m fadearena.cli {arguments} | true; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "closed", "code", "says"),
    [
        ("config", ">&-", 0, ""),
        ("config --json", ">&-", 0, ""),
        ("db query 'SELECT 1'", ">&- <&-", 0, ""),
        ("export trades", ">&-", 0, "0 rows of trades\n"),
        ("export trades", "2>&- >/dev/null", 0, ""),
        ("config --nonsense", "2>&-", 2, ""),
        ("config", ">/dev/full", 1, "fadearena: No space left on device\n"),
        ("export trades", ">/dev/full", 1, "fadearena: No space left on device\n"),
    ],
)
def test_a_stream_that_is_closed_or_full_is_no_defect(
    machine: Path, database_url: str, arguments: str, closed: str, code: int, says: str
) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m fadearena.cli {arguments} {closed}"],
        env={**os.environ, "FADEARENA_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, "", says)


@pytest.mark.slow
def test_interrupting_it_ends_with_130(machine: Path, database_url: str) -> None:
    sleeping = subprocess.Popen(
        [*PROGRAM, "db", "query", "SELECT pg_sleep(60)", "--timeout", "60"],
        env={**os.environ, "FADEARENA_DATABASE_URL": database_url},
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(1.5)
    sleeping.send_signal(signal.SIGINT)
    _, err = sleeping.communicate(timeout=20)
    assert (sleeping.returncode, "Traceback" in err) == (130, False), err


def _seconds(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(arguments, check=True, capture_output=True)
    return time.perf_counter() - started
