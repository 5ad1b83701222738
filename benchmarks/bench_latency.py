"""From the bytes of a fill to the decision and order on disk: everything between the socket and the commit.

An embedded PostgreSQL with fsync on, in a folder of its own. Per fill: decode the frame, translate it, decide, commit
event, decision, order, books and feed. Sparse traffic (12 ms between fills) is measured beside tight traffic, because a
tight loop flatters, and beside an fdatasync of one page, which is the least a durable commit can cost.

Run: ``.venv/bin/python -m benchmarks.bench_latency``.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import msgspec

from benchmarks.machine import describe
from fadearena.arena import Arena, EventClock
from fadearena.bot_ingestor.outputs import Batch
from fadearena.domain.identifiers import BotId, Wallet, bot_id
from fadearena.domain.settings import StrategySettings
from fadearena.hyperliquid.messages.frames import UserFillsFrame, decode_frame
from fadearena.hyperliquid.recordings import season_one
from fadearena.hyperliquid.translation import to_event
from fadearena.hyperliquid.universe import Universe
from fadearena.persistence.controls import ControlDesk
from fadearena.persistence.database import Database
from fadearena.persistence.embedded import EmbeddedPostgres
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.migrations import upgrade
from fadearena.strategy_engine.portfolio import Portfolio
from fadearena.trading_client.simulated_venue import venue_of
from fadearena.worlds.floor import TradingFloor

SPARSE_S = 0.012
PART = 228
PAGE = b"\0" * 8192
SETTINGS = StrategySettings(simulated_fill_model="bot-price", simulated_slippage_bps=Decimal(0))


def frames() -> list[tuple[BotId, Wallet, bytes]]:
    """The season's fills as socket frames, in order of time."""
    found = []
    for account in season_one().accounts:
        for fill in account.fills:
            data = {"user": account.wallet, "fills": [msgspec.to_builtins(fill)]}
            raw = msgspec.json.encode({"channel": "userFills", "data": data})
            found.append((fill.time, bot_id(account.bot_id), account.wallet, raw))
    return [(bot, wallet, raw) for _, bot, wallet, raw in sorted(found, key=lambda row: row[0])]


async def walk(floor: TradingFloor, universe: Universe, bot: BotId, wallet: Wallet, raw: bytes) -> float:
    """Seconds from bytes to disk."""
    started = time.perf_counter()
    frame = decode_frame(raw)
    assert isinstance(frame, UserFillsFrame)
    for fill in frame.data.fills:
        await floor.deliver(Batch((to_event(fill, bot, wallet, universe),)))
    return time.perf_counter() - started


def fdatasync(folder: Path) -> float:
    descriptor = os.open(folder / "page", os.O_WRONLY | os.O_CREAT)
    try:
        started = time.perf_counter()
        os.pwrite(descriptor, PAGE, 0)
        os.fdatasync(descriptor)
        return time.perf_counter() - started
    finally:
        os.close(descriptor)


def show(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p99 = ordered[int(len(ordered) * 0.99)]
    print(f"{name:<44} p50 {statistics.median(ordered) * 1e3:.3f} ms   p99 {p99 * 1e3:.3f} ms   n {len(ordered)}")


async def measure(url: str, folder: Path) -> None:
    await upgrade(url)
    database = Database(url)
    desk = ControlDesk(database)
    await desk.change_settings(SETTINGS, (await desk.settings()).version, "benchmark")
    universe = Universe.from_fills(fill for account in season_one().accounts for fill in account.fills)
    async with await PostgresJournal.open(url) as journal:
        clock = EventClock()
        arena = Arena(Portfolio(0), await desk.load_controls(), clock, venue_of)
        floor = TradingFloor(arena, journal, clock, desk.load_controls)
        tight, sparse, floors = [], [], []
        for turn, (bot, wallet, raw) in enumerate(frames()):
            if turn < PART:
                tight.append(await walk(floor, universe, bot, wallet, raw))
            else:
                await asyncio.sleep(SPARSE_S)
                sparse.append(await walk(floor, universe, bot, wallet, raw))
                floors.append(fdatasync(folder))
    await database.close()
    show("fdatasync of one page", floors)
    show("fill to disk, tight", tight)
    show("fill to disk, 12 ms apart (target 2 ms)", sparse)


def main() -> None:
    print(describe("asyncpg", "msgspec"))
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres") as server:
        asyncio.run(measure(server.url, Path(folder)))


if __name__ == "__main__":
    main()
