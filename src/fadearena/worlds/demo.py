"""The demo: season one of Alpha Arena on a simulated exchange, faded by everything that ``run`` runs, on one machine.

It keeps its data in a folder of its own beside the real one. Stopped half-way it goes on where it stopped; once the
season is through it begins anew. Because a second of the replay is more than an hour of the season, orders fill at the
bot's own price: what the book would have been a moment later means nothing at that speed.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import urllib.request
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec

from fadearena.config import Config, of_demo
from fadearena.exchange_simulator.simulator import SimulatorStatus
from fadearena.hyperliquid.recordings import season_one
from fadearena.persistence.controls import ControlDesk
from fadearena.persistence.database import Database
from fadearena.persistence.errors import DatabaseNotReachableError, PersistenceError
from fadearena.persistence.recovery import Counts, Recovery
from fadearena.persistence.views import Reader
from fadearena.persistence.views.state import state
from fadearena.worlds.deployment import (
    Deployment,
    Server,
    Simulated,
    answering,
    free_port,
    require_free,
    running,
    started,
)

SPEED = 4320.0
"""Nine days in about three minutes."""

STATUS_POLL_S = 0.25
STATUS_TIMEOUT_S = 2.0
DRAWN_S_MAX = 10.0


class DemoOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the demo can be told.

    Args:
        speed: virtual seconds for each real one, or "max".
        until_end: return once the replay is through and all of it is recorded.
        slippage_bps: of simulated orders, in a new demo.
        public: the page is open to anybody and takes no changes.
    """

    speed: float | str = SPEED
    seed: int = 1
    ephemeral: bool = False
    until_end: bool = False
    slippage_bps: Decimal = Decimal(2)
    public: bool = False


async def run_demo(
    config: Config, options: DemoOptions, say: Callable[[str], None], ready: Callable[[str], None]
) -> None:
    """Until cancelled, or until the end if so asked.

    Args:
        say: shows a line to the person at the terminal.
        ready: called once with the link that logs a browser in; the mere address where it is public.
    """
    config = of_demo(config)
    if not options.ephemeral:
        return await _run(config, options, say, ready)
    with tempfile.TemporaryDirectory(prefix="fadearena-demo-", ignore_cleanup_errors=True) as folder:
        await _run(msgspec.structs.replace(config, data_dir=Path(folder)), options, say, ready)
    return None


async def _run(config: Config, options: DemoOptions, say: Callable[[str], None], ready: Callable[[str], None]) -> None:
    require_free(config.host, config.port)  # before anything is begun anew
    server = Server("", config.database_dir)
    simulated = Simulated({"speed": options.speed, "seed": options.seed, "wait_for_client": True}, free_port())
    deployment = Deployment(config, server, simulated, public=options.public)
    async with started(server):
        deployment.virtual_ms = await _prepare(server, options, say)
        await _show(deployment, options, say, ready)


async def _show(
    deployment: Deployment, options: DemoOptions, say: Callable[[str], None], ready: Callable[[str], None]
) -> None:
    async with running(deployment) as supervising:
        await answering(deployment, supervising)
        ready(await deployment.link())
        follower = asyncio.create_task(_follow(deployment, options, say))
        done, _ = await asyncio.wait({supervising, follower}, return_when=asyncio.FIRST_COMPLETED)
        follower.cancel()
        for task in done:
            await task


async def _prepare(server: Server, options: DemoOptions, say: Callable[[str], None]) -> int | None:
    """Where the replay goes on, in milliseconds; None from its beginning."""
    database = Database(server.url)
    try:
        recovery = Recovery(database)
        counts, clock_ms = await recovery.counts(), await recovery.latest_clock_ms()
        if counts.fills == 0 or clock_ms is None:
            await _demo_settings(ControlDesk(database), options)
            return None
        if not _is_through(counts):
            say(f"going on where it stopped: {counts.fills} of {_fills_total()} fills are recorded")
            return clock_ms
    finally:
        await database.close()
    say("the season was through; beginning anew")
    await server.erase()
    await server.start()
    return await _prepare(server, options, say)


async def _demo_settings(desk: ControlDesk, options: DemoOptions) -> None:
    controls = await desk.load_controls()
    settings = msgspec.structs.replace(
        controls.settings, simulated_fill_model="bot-price", simulated_slippage_bps=options.slippage_bps
    )
    await desk.change_settings(settings, controls.settings_version, "demo")


async def _follow(deployment: Deployment, options: DemoOptions, say: Callable[[str], None]) -> None:
    """Keep the replay's place for the case that the simulator has to be started again; return at the end if asked."""
    ended = False
    while True:
        status = await asyncio.to_thread(_status, deployment)
        if status is not None:
            deployment.virtual_ms = None if status.waiting else status.virtual_time
            if status.ended and not ended and await _is_recorded(deployment):
                ended = True
                await _until_drawn(deployment)
                say("the season is through, and all of it is recorded")
                if options.until_end:
                    return
        await asyncio.sleep(STATUS_POLL_S)


async def _is_recorded(deployment: Deployment) -> bool:
    database = Database(deployment.server.url, size_max=1)
    try:
        return _is_through(await Recovery(database).counts())
    except DatabaseNotReachableError:
        return False
    finally:
        await database.close()


async def _until_drawn(deployment: Deployment) -> None:
    """Snapshots of equity are written when the trader has caught up with the replay, a moment after the last fill."""
    last_ms = max(fill.time for account in season_one().accounts for fill in account.fills)
    reader = Reader(deployment.server.url, connections=1)
    try:
        for _ in range(int(DRAWN_S_MAX / STATUS_POLL_S)):
            with contextlib.suppress(PersistenceError):
                if ((await state(reader)).equity.timestamp or 0) >= last_ms:
                    return
            await asyncio.sleep(STATUS_POLL_S)
    finally:
        await reader.close()


def _status(deployment: Deployment) -> SimulatorStatus | None:
    assert deployment.simulated is not None
    url = f"{deployment.simulated.url}/simulator/status"
    try:
        with urllib.request.urlopen(url, timeout=STATUS_TIMEOUT_S) as answer:  # noqa: S310 - always http to ourselves
            return msgspec.json.decode(answer.read(), type=SimulatorStatus)
    except (OSError, msgspec.MsgspecError):
        return None


def _fills_total() -> int:
    return sum(len(account.fills) for account in season_one().accounts)


def _is_through(counts: Counts) -> bool:
    return counts.fills >= _fills_total() and counts.undecided == 0
