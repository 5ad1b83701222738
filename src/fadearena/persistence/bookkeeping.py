"""The durable facts beside the journal, in PostgreSQL: ranges of proven history, equity, the system's log, its status.

Each call is a transaction of its own and may be repeated without harm. They share a small pool, so
that none of them ever waits behind an append. JSON passes as it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from fadearena.domain.events import BotEquity
from fadearena.domain.identifiers import BotId, Wallet, derived_uuid7
from fadearena.domain.market import AssetName, MicroUsd, to_decimal, usd_text
from fadearena.domain.records import EquityPoint, FillRange, SystemRecord
from fadearena.persistence.database import Database
from fadearena.persistence.readings import canonical, micro, ms_of, time_of
from fadearena.persistence.system_log import log

RANGES_MAX = 10_000
"""Ledger rows read of one wallet, the newest."""


class Heartbeat(msgspec.Struct, frozen=True):
    """What the trader says of itself once in a while; None leaves what was said before.

    Args:
        connected: whether the exchange is reached.
        checked_ms: when that was last tried.
        last_event_ms, last_order_ms: times of the newest event and order.
        started_ms: when this trader started, by the wall clock.
        clock_ms: the trader's own clock, which a replay sets; None while it has seen nothing yet.
        armed: whether live trading is armed on this machine.
        details: JSON for the dashboard.
    """

    connected: bool
    clock_ms: int | None
    started_ms: int
    checked_ms: int | None = None
    last_event_ms: int | None = None
    last_order_ms: int | None = None
    armed: bool = False
    details: bytes = b"{}"


class BotAccount(msgspec.Struct, frozen=True):
    """A watched account: what it is worth now, and what it was worth when first seen."""

    bot_id: BotId
    equity: int
    time_ms: int
    starting_equity: int
    starting_ms: int


class Bookkeeping:
    """Writes and reads them.

    Args:
        keeps_log: whether lines of the system's log are stored; those that the operator's own changes leave always are.
    """

    def __init__(self, database: Database, *, keeps_log: bool = True) -> None:
        self._database = database
        self.keeps_log = keeps_log

    async def record_ranges(self, ranges: Sequence[FillRange]) -> None:
        """Rows of the ledger of completeness. Wallet, asset and ``from_ms`` tell a row apart; the rest replaces."""
        await self._database.executemany(
            """
            INSERT INTO "FillRange" AS r (
              "id", "wallet", "asset", "fromTime", "toTime", "state", "detail", "createdAt", "updatedAt")
            VALUES ($1, $2, $3, $4, $5, $6, $7, now(), now())
            ON CONFLICT ("id") DO UPDATE SET
              "toTime" = excluded."toTime", "state" = excluded."state", "detail" = excluded."detail",
              "updatedAt" = excluded."updatedAt"
            """,
            [
                (
                    derived_uuid7(row.from_ms, "range", row.wallet, row.asset_name or "", row.from_ms),
                    row.wallet,
                    row.asset_name,
                    time_of(row.from_ms),
                    time_of(row.to_ms),
                    row.state,
                    row.detail,
                )
                for row in ranges
            ],
        )

    async def ranges(self, wallet: Wallet) -> list[FillRange]:
        """The newest RANGES_MAX rows of a wallet's ledger, oldest first."""
        rows = await self._database.fetch(
            """
            SELECT * FROM (SELECT * FROM "FillRange" WHERE "wallet" = $1 ORDER BY "fromTime" DESC LIMIT $2) r
            ORDER BY "fromTime", "asset" NULLS FIRST
            """,
            wallet,
            RANGES_MAX,
        )
        return [
            FillRange(
                Wallet(row["wallet"]),
                None if row["asset"] is None else AssetName(row["asset"]),
                ms_of(row["fromTime"]),
                ms_of(row["toTime"]),
                row["state"],
                row["detail"],
            )
            for row in rows
        ]

    async def watermark(self, wallet: Wallet) -> int | None:
        """Up to when every fill of a wallet is proven stored, in milliseconds; None where nothing is proven."""
        latest = await self._database.fetchval(
            """
            SELECT max("toTime") FROM "FillRange" WHERE "wallet" = $1 AND "asset" IS NULL AND "state" = 'complete'
            """,
            wallet,
        )
        return None if latest is None else ms_of(latest)

    async def record_equity(self, point: EquityPoint) -> None:
        """A snapshot; a second one of the same millisecond replaces the first."""
        await self._database.execute(
            """
            INSERT INTO "EquitySnapshot"
              ("id", "timestamp", "botsAggregate", "fadeArena", "botEquities", "botFadePnl", "fadeFees")
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT ("id") DO UPDATE SET
              "botsAggregate" = excluded."botsAggregate", "fadeArena" = excluded."fadeArena",
              "botEquities" = excluded."botEquities", "botFadePnl" = excluded."botFadePnl",
              "fadeFees" = excluded."fadeFees"
            """,
            derived_uuid7(point.time_ms, "equity"),
            time_of(point.time_ms),
            to_decimal(point.bots_aggregate, 6),
            to_decimal(point.fade_arena, 6),
            _usd_by_bot(point.bots),
            _usd_by_bot(point.fades),
            None if point.fees is None else to_decimal(point.fees, 6),
        )

    async def record_prices(self, time_ms: int, marks: Mapping[AssetName, Decimal]) -> None:
        """Marks at one time, for charts and benchmarks; what is recorded for that time already stays."""
        await self._database.executemany(
            """
            INSERT INTO "AssetPrice" ("asset", "timestamp", "mark") VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
            """,
            [(name, time_of(time_ms), mark) for name, mark in marks.items()],
        )

    async def record_system(self, *records: SystemRecord) -> None:
        """Lines of the system's log; the same line of the same millisecond is kept once."""
        if records and self.keeps_log:
            async with self._database.transaction() as connection:
                await log(connection, *records)

    async def system_records(self, since_ms: int = 0) -> list[SystemRecord]:
        """Lines of the log since a time, oldest first, RANGES_MAX at most."""
        rows = await self._database.fetch(
            'SELECT * FROM "SystemEvent" WHERE "timestamp" >= $1 ORDER BY "timestamp", "id" LIMIT $2',
            time_of(since_ms),
            RANGES_MAX,
        )
        return [
            SystemRecord(
                ms_of(row["timestamp"]),
                row["level"],
                row["category"],
                row["message"],
                canonical(row["details"]),
            )
            for row in rows
        ]

    async def record_bot_equity(self, equities: Iterable[BotEquity]) -> None:
        """What watched accounts are worth; the first word on an account is also its starting equity."""
        await self._database.executemany(
            """
            INSERT INTO "BotAccount" AS a ("botId", "equity", "at", "startingEquity", "startingAt")
            VALUES ($1, $2, $3, $2, $3)
            ON CONFLICT ("botId") DO UPDATE SET "equity" = excluded."equity", "at" = excluded."at"
            WHERE a."at" <= excluded."at"
            """,
            [(seen.bot_id, to_decimal(seen.equity, 6), time_of(seen.time_ms)) for seen in equities],
        )

    async def record_audit(self, bot_id: BotId, time_ms: int, statement: bytes) -> None:
        """The exchange's own statement of a watched account (JSON), kept beside its equity."""
        await self._database.execute(
            'UPDATE "BotAccount" SET "auditedAt" = $2, "audit" = $3 WHERE "botId" = $1',
            bot_id,
            time_of(time_ms),
            statement.decode(),
        )

    async def bot_accounts(self) -> list[BotAccount]:
        """Every watched account that was ever seen."""
        rows = await self._database.fetch('SELECT * FROM "BotAccount" ORDER BY "botId"')
        return [
            BotAccount(
                BotId(row["botId"]),
                micro(row["equity"]),
                ms_of(row["at"]),
                micro(row["startingEquity"]),
                ms_of(row["startingAt"]),
            )
            for row in rows
        ]

    async def record_heartbeat(self, beat: Heartbeat) -> None:
        """The trader's word on itself, into SystemStatus."""

        def moment(ms: int | None) -> object:
            return None if ms is None else time_of(ms)

        await self._database.execute(
            """
            UPDATE "SystemStatus" SET
              "hyperliquidConnected" = $1, "clockTime" = $2, "startedAt" = $3,
              "lastHyperliquidCheck" = COALESCE($4, "lastHyperliquidCheck"),
              "lastEventTime" = COALESCE($5, "lastEventTime"), "lastOrderTime" = COALESCE($6, "lastOrderTime"),
              "armed" = $7, "details" = $8, "heartbeatAt" = now(), "updatedAt" = now()
            """,
            beat.connected,
            moment(beat.clock_ms),
            moment(beat.started_ms),
            moment(beat.checked_ms),
            moment(beat.last_event_ms),
            moment(beat.last_order_ms),
            beat.armed,
            beat.details.decode(),
        )


def _usd_by_bot(amounts: Mapping[BotId, MicroUsd]) -> str:
    return msgspec.json.encode({bot: usd_text(amount) for bot, amount in amounts.items()}).decode()
