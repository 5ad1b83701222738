"""What a trader that starts again has to know beside its books, and the marks it leaves for readers.

In: a database. Out: what the last trader said of its day, the orders of the last minute, counts. One statement a call.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from fadearena.domain.market import AssetName
from fadearena.persistence.database import Database
from fadearena.persistence.readings import ms_of, time_of


class Counts(msgspec.Struct, frozen=True):
    """How much is recorded: fills, events without a decision, and decisions."""

    fills: int
    undecided: int
    decisions: int


class Recovery:
    """Reads what an earlier trader left."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def status_details(self) -> dict[str, Any]:
        """The ``details`` of the last heartbeat; empty where they are not a JSON object."""
        text = await self._database.fetchval('SELECT "details" FROM "SystemStatus"')
        details = msgspec.json.decode(text) if text else {}
        return details if isinstance(details, dict) else {}

    async def order_times_since(self, since_ms: int) -> list[int]:
        """Times of our orders after ``since_ms``, ascending, in milliseconds."""
        rows = await self._database.fetch(
            'SELECT "timestamp" FROM "MyTrade" WHERE "timestamp" > $1 ORDER BY "timestamp"', time_of(since_ms)
        )
        return [ms_of(row["timestamp"]) for row in rows]

    async def latest_clock_ms(self) -> int | None:
        """The latest time that the last trader can have seen: its own, or its last event's; None before the first."""
        clock = await self._database.fetchval(
            'SELECT GREATEST("clockTime", (SELECT max("timestamp") FROM "BotTradeEvent")) FROM "SystemStatus"'
        )
        return None if clock is None else ms_of(clock)

    async def record_marks(self, marks: Mapping[AssetName, Decimal], time_ms: int) -> None:
        """The last mark of each asset."""
        await self._database.executemany(
            """
            INSERT INTO "AssetMark" ("asset", "mark", "at") VALUES ($1, $2, $3)
            ON CONFLICT ("asset") DO UPDATE SET "mark" = excluded."mark", "at" = excluded."at"
            """,
            [(name, mark, time_of(time_ms)) for name, mark in marks.items()],
        )

    async def counts(self) -> Counts:
        """Exact counts, for small databases such as a demo's."""
        row = await self._database.fetchrow(
            """
            SELECT (SELECT count(*) FROM "BotTradeEvent" WHERE "eventType" = 'fill') AS "fills",
                   (SELECT count(*) FROM "BotTradeEvent" e WHERE NOT EXISTS
                      (SELECT FROM "StrategyDecision" d WHERE d."botTradeEventId" = e."id")) AS "undecided",
                   (SELECT count(*) FROM "StrategyDecision") AS "decisions"
            """
        )
        return Counts(row["fills"], row["undecided"], row["decisions"])
