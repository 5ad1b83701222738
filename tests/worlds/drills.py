"""A whole system for drills: the simulator in this process, the trader as a process of its own, a real database.

``Drill.record()`` gives what is stored in a form that does not depend on when or how often things arrived: everything
but sequence numbers, wall times and what the marks of the moment were.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from fadearena.domain.positions import Book
from fadearena.domain.records import Entry
from fadearena.domain.settings import StrategySettings
from fadearena.exchange_simulator.faults import Fault
from fadearena.exchange_simulator.simulator import Simulator, Speed
from fadearena.hyperliquid.recordings import Recording, season_one
from fadearena.persistence.controls import ControlDesk
from fadearena.persistence.database import Database
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.recovery import Recovery
from fadearena.research.backtest import run_backtest

AT_BOTS_PRICE = StrategySettings(
    simulated_fill_model="bot-price", simulated_slippage_bps=Decimal(0), max_slippage_bps=None
)
"""Slippage 0, no collar: what an order fills at does not depend on when it was made."""

PATIENCE_S = 180.0
POLL_S = 0.1

_EVENTS = """
SELECT "id", "botId", "walletAddress", "timestamp", "eventType", "asset", "side", "size", "price", "notional",
       "previousSize", "previousNotional", "currentSize", "currentNotional", "hyperliquidFillHash", "closedPnl", "fee"
FROM "BotTradeEvent" ORDER BY "id"
"""
_DECISIONS = """
SELECT "id", "botTradeEventId", "timestamp", "decision", "reason", "skipReason", "settingsSnapshot",
       "targetSize", "deltaSize", "orderSize",
       (SELECT jsonb_agg(c - 'observed' ORDER BY n) FROM jsonb_array_elements("riskChecks") WITH ORDINALITY x(c, n))
         AS "ladder"
FROM "StrategyDecision" ORDER BY "id"
"""
_TRADES = """
SELECT "id", "botTradeEventId", "strategyDecisionId", "botId", "timestamp", "asset", "side", "size", "price",
       "notional", "orderRequest", "orderResult", "cloid", "status", "fee", "pnl", "closedAt", "simulated"
FROM "MyTrade" ORDER BY "id"
"""


class Record(msgspec.Struct, frozen=True):
    """Rows by table."""

    events: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    trades: list[dict[str, Any]]


class Drill:
    """One run."""

    def __init__(self, url: str, logs: Path) -> None:
        self.url = url
        self.database = Database(url)
        self.simulator: Simulator | None = None
        self._logs = logs
        self._port = 0
        self._trader: subprocess.Popen[bytes] | None = None

    async def prepare(self, settings: StrategySettings = AT_BOTS_PRICE) -> None:
        """Put settings in force."""
        desk = ControlDesk(self.database)
        version = (await desk.settings()).version
        await desk.change_settings(settings, version, "drill")

    async def start_simulator(
        self,
        speed: Speed,
        *,
        faults: Sequence[Fault] = (),
        resume_at_ms: int | None = None,
        recording: Recording | None = None,
    ) -> None:
        """On the same port as before, if there was one."""
        self.simulator = Simulator(
            recording, speed=speed, seed=7, port=self._port, faults=faults, resume_at_ms=resume_at_ms
        )
        self._port = int((await self.simulator.start()).rpartition(":")[2])

    async def restart_simulator(self, speed: Speed, *, faults: Sequence[Fault] = ()) -> None:
        """Stop it and start it again where it was."""
        assert self.simulator is not None
        at_ms = self.simulator.exchange.now_ms
        await self.simulator.stop()
        await self.start_simulator(speed, resume_at_ms=at_ms, faults=faults)

    def start_trader(self, *, exit_patience_s: int = 600) -> None:
        """At a drill's speed a second is a day: unless it is what the drill is about, exits wait for the exchange."""
        environment = {
            **os.environ,
            "FADEARENA_DATABASE_URL": self.url,
            "FADEARENA_EXCHANGE": "simulator",
            "FADEARENA_SIMULATOR_URL": f"http://127.0.0.1:{self._port}",
            "FADEARENA_EXIT_PATIENCE_SECONDS": str(exit_patience_s),
        }
        with (self._logs / "trader.log").open("ab") as log:
            self._trader = subprocess.Popen(
                [sys.executable, "-m", "fadearena.worlds.trader"], env=environment, stdout=log, stderr=log
            )

    def kill_trader(self) -> None:
        """With SIGKILL, at whatever it is doing."""
        assert self._trader is not None
        self._trader.send_signal(signal.SIGKILL)
        self._trader.wait()

    @property
    def trader_exit(self) -> int | None:
        return None if self._trader is None else self._trader.poll()

    async def stored_fills(self) -> int:
        return (await Recovery(self.database).counts()).fills

    async def until_stored(self, fills: int) -> None:
        """Wait until so many fills are stored. Raises AssertionError with the trader's log when it takes too long."""
        deadline = time.monotonic() + PATIENCE_S
        while (stored := await self.stored_fills()) < fills:
            log = (self._logs / "trader.log").read_text()[-3000:]
            assert time.monotonic() < deadline, f"{stored} of {fills} fills after {PATIENCE_S} s\n{log}"
            assert self.trader_exit is None, f"the trader ended with {self.trader_exit}\n{log}"
            await asyncio.sleep(POLL_S)

    async def until_whole(self) -> None:
        """Wait until every gap is closed."""
        deadline = time.monotonic() + PATIENCE_S
        while gaps := await self.gaps():
            assert time.monotonic() < deadline, f"{gaps} after {PATIENCE_S} s"
            await asyncio.sleep(POLL_S)

    async def until_proven(self) -> None:
        """Wait until every wallet's history is proven up to its newest event, and every gap is closed."""
        behind = """
            SELECT e."walletAddress" FROM "BotTradeEvent" e
            LEFT JOIN "FillRange" r ON r."wallet" = e."walletAddress" AND r."asset" IS NULL AND r."state" = 'complete'
            GROUP BY 1 HAVING max(r."toTime") IS NULL OR max(r."toTime") < max(e."timestamp")
        """
        deadline = time.monotonic() + PATIENCE_S
        while rows := await self.database.fetch(behind):
            assert time.monotonic() < deadline, f"{rows} are not proven after {PATIENCE_S} s"
            await asyncio.sleep(POLL_S)
        await self.until_whole()

    async def gaps(self) -> list[tuple[str, str]]:
        """Assets and states of the ledger's rows that are open."""
        rows = await self.database.fetch('SELECT "asset", "state" FROM "FillRange" WHERE "state" = \'gap\'')
        return [(row["asset"], row["state"]) for row in rows]

    async def books(self) -> list[Book]:
        async with await PostgresJournal.open(self.url) as journal:
            return list(await journal.load_books())

    async def orders_for(self, event: object) -> list[dict[str, Any]]:
        """Our orders that an event led to."""
        rows = await self.database.fetch('SELECT * FROM "MyTrade" WHERE "botTradeEventId" = $1', event)
        return [dict(row) for row in rows]

    async def record(self) -> Record:
        """What is stored."""
        events, decisions, trades = [
            [dict(row) for row in await self.database.fetch(sql)] for sql in (_EVENTS, _DECISIONS, _TRADES)
        ]
        return Record(events, decisions, trades)

    async def close(self) -> None:
        if self._trader is not None and self._trader.poll() is None:
            self._trader.terminate()
            try:
                await asyncio.to_thread(self._trader.wait, 15)
            except subprocess.TimeoutExpired:
                self._trader.kill()
        if self.simulator is not None:
            await self.simulator.stop()
        await self.database.close()


def fills_of(recording: Recording | None = None) -> int:
    return sum(len(account.fills) for account in (recording or season_one()).accounts)


class SeasonFill(msgspec.Struct, frozen=True):
    """A fill of the season: its place among all of them, from 1; whose it is; the signed position before it."""

    number: int
    wallet: str
    before: Decimal


def fill_of(bot: str, coin: str, *, direction: str, number: int) -> SeasonFill:
    """The ``number``-th fill of a bot in a coin and in that direction."""
    fills = sorted(
        ((fill, account) for account in season_one().accounts for fill in account.fills), key=lambda one: one[0].time
    )
    found = [
        SeasonFill(place, account.wallet, Decimal(fill.start_position))
        for place, (fill, account) in enumerate(fills, 1)
        if (account.bot_id, fill.coin, fill.dir) == (bot, coin, direction)
    ]
    return found[number - 1]


def backtested(settings: StrategySettings = AT_BOTS_PRICE) -> list[Entry]:
    """The entries that a backtest of season one makes."""
    entries: list[Entry] = []
    run_backtest(season_one(), settings, sink=entries.append)
    return entries
