"""``fadearena demo``, ``run`` and ``simulator``: the commands that keep running until they are told to stop."""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from fadearena.cli.configuration import configuration
from fadearena.cli.failures import CommandError, ExitCode
from fadearena.cli.output import say
from fadearena.cli.whole_numbers import Whole
from fadearena.config import LogLevel
from fadearena.exchange_simulator.simulator import SimulatorOptions, Speed, run_simulator
from fadearena.worlds.demo import SPEED, DemoOptions, run_demo
from fadearena.worlds.deployment import free_port
from fadearena.worlds.process import run_until_told, set_up_log
from fadearena.worlds.run import run_deployment

PORT_MAX = 65_535
SPEED_MAX = 1_000_000.0


def demo(
    *,
    speed: str = str(int(SPEED)),
    seed: Whole = 1,
    port: Whole | None = None,
    ephemeral: bool = False,
    open_browser: Annotated[bool, Parameter(name="--open", negative="--no-open")] = True,
    until_end: bool = False,
    public: bool = False,
) -> None:
    """Watch six real Alpha Arena bots being faded: database, simulated exchange, trader and page, offline.

    The nine days of season one are replayed in about three minutes. Data is kept in a folder of its own: stopped
    half-way, the next demo goes on there; once the season is through, it begins anew. Ctrl-C stops everything.

    Args:
        speed: virtual seconds for each real one, or "max" for as fast as it goes.
        seed: of the prices between the recorded trades.
        port: of the page; 0 for any. Without it that of the configuration (8420).
        ephemeral: keep nothing.
        open_browser: open the page in a browser, where there is one.
        until_end: stop by itself, with exit code 0, once the replay is through and all of it is recorded.
        public: show it to anybody: no login, no changes; neither open positions nor settings are shown.
    """
    config = configuration()
    level: LogLevel = "warning" if config.log_level == "info" else config.log_level
    config = msgspec.structs.replace(config, port=_port(port, config.port), log_level=level)
    options = DemoOptions(speed=_speed(speed), seed=seed, ephemeral=ephemeral, until_end=until_end, public=public)
    set_up_log(level)

    def ready(link: str) -> None:
        say(f"FadeArena is at {link}")
        say("Ctrl-C stops it. This is a simulation: no order leaves this machine.")
        if open_browser and _has_display():
            webbrowser.open(link)

    _run(run_demo(config, options, say, ready))


def run(*, port: Whole | None = None, public: bool = False) -> None:
    """Watch the configured bots on the configured exchange and fade them, in simulation.

    The exchange is mainnet unless the configuration says testnet or simulator (`fadearena config`). Ctrl-C stops it;
    started again it catches up on what happened meanwhile.

    Args:
        port: of the page and the API; 0 for any. Without it that of the configuration (8420).
        public: show it to anybody: no login, no changes; neither open positions nor settings are shown.
    """
    config = configuration()
    config = msgspec.structs.replace(config, port=_port(port, config.port))
    set_up_log(config.log_level)
    _run(run_deployment(config, lambda link: say(f"FadeArena is at {link}"), public=public))


def simulator(
    *,
    replay: Path | None = None,
    wallet: str | None = None,
    speed: str = "1",
    seed: Whole = 1,
    port: Whole = 8421,
    faults: Path | None = None,
    wait_for_client: Annotated[bool | None, Parameter(negative="--no-wait-for-client")] = None,
) -> None:
    """Run the exchange simulator alone: Hyperliquid's protocol over HTTP and WebSocket on loopback.

    Prints its address. Without --replay it replays season one of Alpha Arena.

    Args:
        replay: a file of fills, as `backtest` reads.
        wallet: whose fills a bare list of fills holds.
        speed: virtual seconds for each real one, or "max".
        seed: of the prices between the recorded trades.
        port: to listen on; 0 for any.
        faults: a plan of faults, for drills: TOML where its name ends so, else JSON. docs/faults.md has every field.
        wait_for_client: begin when the first account is watched; by default only where faster than real time.
    """
    if wallet is not None and replay is None:
        msg = "--wallet says whose fills a file holds: name the file with --replay"
        raise CommandError(msg, ExitCode.USAGE)
    options = SimulatorOptions(
        replay=None if replay is None else str(replay),
        wallet=wallet,
        speed=_speed(speed),
        seed=seed,
        port=_port(port, port, any_as=0),
        faults=None if faults is None else str(faults),
        wait_for_client=wait_for_client,
    )
    _run(run_simulator(options))


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run until it ends by itself. Raises KeyboardInterrupt where somebody ended it."""
    if run_until_told(work):
        say("stopped")
        raise KeyboardInterrupt


def _speed(text: str) -> Speed:
    if text == "max":
        return "max"
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= SPEED_MAX:
        msg = f"--speed is a number above 0 and up to {SPEED_MAX:,.0f}, or max; not {text[:40]!r}"
        raise CommandError(msg, ExitCode.USAGE)
    return speed


def _port(asked: int | None, default: int, any_as: int | None = None) -> int:
    port = default if asked is None else asked
    if not 0 <= port <= PORT_MAX:
        msg = f"--port is between 0 and {PORT_MAX}, not {port}"
        raise CommandError(msg, ExitCode.USAGE)
    if port == 0:
        return free_port() if any_as is None else any_as
    return port


def _has_display() -> bool:
    return os.name == "nt" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) or _is_mac()


def _is_mac() -> bool:
    return os.uname().sysname == "Darwin"
