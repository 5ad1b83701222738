"""How a bot and its fade behave: how long positions are held, how far from its price and how late we trade, how deep
either fell.

All of it comes from bounded, indexed windows of the newest rows of each bot, and is asked for again only after a few
seconds; how deep it fell is followed snapshot by snapshot, so that no answer reads the whole series anew.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from fadearena.persistence.views.answers import Drawdown, Lag, UsdDrawdown
from fadearena.persistence.views.reader import EPOCH, Reader, Row

TURNS_MAX = 1_000
"""Newest openings, closings and flips of each bot that hold times are taken from."""

TRADES_MAX = 500
"""Newest trades of ours against each bot that slippage, lag and our hold times are taken from."""

SNAPSHOTS_MAX = 20_000
"""Newest snapshots of equity that a process reads when it first says how deep anything fell."""

FRESH_SECONDS = 10.0

_CHUNK = 2_000

# A bot is asked for as a range of one, in the order of the index: so no plan walks the time line of all bots to find
# the few rows of a quiet one.

BOT_HOLDS = """
SELECT b."id", h."held"
  FROM "Bot" b
 CROSS JOIN LATERAL (
       SELECT percentile_cont(0.5) WITHIN GROUP (
                ORDER BY extract(epoch FROM u."until" - u."timestamp")::double precision * 1000) AS "held"
         FROM (SELECT t."timestamp", t."currentSize",
                      lead(t."timestamp") OVER w AS "until", lead(t."previousSize") OVER w AS "closed"
                 FROM (SELECT "asset", "timestamp", "seq", "previousSize", "currentSize"
                         FROM "BotTradeEvent"
                        WHERE "botId" >= b."id" AND "botId" <= b."id" AND "previousSize" * "currentSize" <= 0
                        ORDER BY "botId" DESC, "timestamp" DESC LIMIT $1) t
               WINDOW w AS (PARTITION BY t."asset" ORDER BY t."timestamp", t."seq")) u
        WHERE u."currentSize" <> 0 AND sign(u."closed") = sign(u."currentSize")) h
 WHERE b."removedAt" IS NULL
"""

# What we held before and after each trade follows from what we hold now, going back.
OUR_HOLDS = """
SELECT b."id", h."held"
  FROM "Bot" b
 CROSS JOIN LATERAL (
       SELECT percentile_cont(0.5) WITHIN GROUP (
                ORDER BY extract(epoch FROM u."until" - u."timestamp")::double precision * 1000) AS "held"
         FROM (SELECT s."timestamp", s."after",
                      lead(s."timestamp") OVER w AS "until", lead(s."after" - s."moved") OVER w AS "closed"
                 FROM (SELECT m.*, k."size" + m."moved" - sum(m."moved") OVER (
                                     PARTITION BY m."asset" ORDER BY m."timestamp" DESC) AS "after"
                         FROM (SELECT t."asset", t."timestamp",
                                      sum(CASE t."side" WHEN 'long' THEN t."size" ELSE -t."size" END) AS "moved"
                                 FROM (SELECT "asset", "timestamp", "side", "size" FROM "MyTrade"
                                        WHERE "botId" >= b."id" AND "botId" <= b."id"
                                          AND "status" IN ('filled', 'partially_filled')
                                        ORDER BY "botId" DESC, "timestamp" DESC LIMIT $1) t
                                GROUP BY t."asset", t."timestamp") m
                         JOIN "Book" k ON k."botId" = b."id" AND k."asset" = m."asset") s
                WHERE s."after" * (s."after" - s."moved") <= 0 AND s."moved" <> 0
               WINDOW w AS (PARTITION BY s."asset" ORDER BY s."timestamp")) u
        WHERE u."after" <> 0 AND sign(u."closed") = sign(u."after")) h
 WHERE b."removedAt" IS NULL
"""

# Orders sent later on the same event, when the controls changed, answer the controls and not the bot.
ANSWERS = """
SELECT b."id", a.*
  FROM "Bot" b
 CROSS JOIN LATERAL (
       SELECT percentile_cont(0.5) WITHIN GROUP (
                ORDER BY ((t."price" - e."price") / e."price" * CASE t."side" WHEN 'long' THEN 10000 ELSE -10000 END)
                         ::double precision) AS "slippage",
              percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (
                ORDER BY extract(epoch FROM t."timestamp" - e."timestamp")::double precision * 1000) AS "lag"
         FROM (SELECT "botTradeEventId", "strategyDecisionId", "timestamp", "side", "price" FROM "MyTrade"
                WHERE "botId" >= b."id" AND "botId" <= b."id" AND "status" IN ('filled', 'partially_filled')
                ORDER BY "botId" DESC, "timestamp" DESC LIMIT $1) t
         JOIN "BotTradeEvent" e ON e."id" = t."botTradeEventId" AND e."price" > 0
         JOIN "StrategyDecision" d ON d."id" = t."strategyDecisionId" AND d."occasion" = '') a
 WHERE b."removedAt" IS NULL
"""

_FIRST = 'SELECT "timestamp" FROM "EquitySnapshot" ORDER BY "timestamp" DESC OFFSET $1 LIMIT 1'

_SNAPSHOTS = """
SELECT "timestamp", "id", "botEquities", "botFadePnl" FROM "EquitySnapshot"
 WHERE ("timestamp", "id") > ($1, $2) ORDER BY "timestamp", "id" LIMIT $3
"""

_AMOUNTS = msgspec.json.Decoder(dict[str, Decimal])


class Habit(msgspec.Struct, frozen=True):
    """What is known of one bot; hold times in milliseconds, None where nothing was closed or answered yet."""

    bot_hold_ms: int | None = None
    hold_ms: int | None = None
    slippage_bps: float | None = None
    lag: Lag | None = None
    drawdown: Drawdown | None = None
    fade_drawdown: UsdDrawdown | None = None


class _Depth:
    """The highest value so far, the last, and the deepest fall from a height: in value, and in parts of that height."""

    __slots__ = ("deepest", "deepest_part", "last", "peak")

    def __init__(self, peak: Decimal) -> None:
        self.peak = self.last = peak
        self.deepest = Decimal(0)
        self.deepest_part = 0.0

    def follow(self, value: Decimal) -> None:
        self.last = value
        if value >= self.peak:
            self.peak = value
            return
        self.deepest = max(self.deepest, self.peak - value)
        if self.peak > 0:
            self.deepest_part = max(self.deepest_part, float((self.peak - value) / self.peak))


class Habits:
    """Remembers them for a while. One a process, shared by all who ask.

    Args:
        fresh_seconds: how long an answer stays good.
    """

    def __init__(self, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._fresh_seconds = fresh_seconds
        self._until = 0.0
        self._known: dict[str, Habit] = {}
        self._lock = asyncio.Lock()
        self._seen: tuple[datetime, uuid.UUID] | None = None
        self._bots: dict[str, _Depth] = {}
        self._fades: dict[str, _Depth] = {}

    async def by_bot(self, reader: Reader) -> dict[str, Habit]:
        """What is known of each watched bot. Raises DatabaseNotReachableError or DatabaseBusyError."""
        async with self._lock:
            if time.monotonic() >= self._until:
                async with reader.connection() as connection:
                    self._known = await self._asked(connection)
                self._until = time.monotonic() + self._fresh_seconds
            return self._known

    async def _asked(self, connection: Any) -> dict[str, Habit]:
        bot_holds = {row["id"]: row["held"] for row in await connection.fetch(BOT_HOLDS, TURNS_MAX)}
        holds = {row["id"]: row["held"] for row in await connection.fetch(OUR_HOLDS, TRADES_MAX)}
        answers = {row["id"]: row for row in await connection.fetch(ANSWERS, TRADES_MAX)}
        await self._follow_snapshots(connection)
        return {
            bot: Habit(
                bot_hold_ms=_whole(held),
                hold_ms=_whole(holds.get(bot)),
                slippage_bps=_rounded(answers[bot]["slippage"]) if bot in answers else None,
                lag=_lag(answers[bot]) if bot in answers else None,
                drawdown=_in_parts(self._bots.get(bot)),
                fade_drawdown=_in_usd(self._fades.get(bot)),
            )
            for bot, held in bot_holds.items()
        }

    async def _follow_snapshots(self, connection: Any) -> None:
        if self._seen is None:
            first = await connection.fetchval(_FIRST, SNAPSHOTS_MAX)
            self._seen = (first or EPOCH, uuid.UUID(int=0))
        for _ in range(SNAPSHOTS_MAX // _CHUNK + 1):
            rows = await connection.fetch(_SNAPSHOTS, *self._seen, _CHUNK)
            for row in rows:
                _follow(self._bots, _AMOUNTS.decode(row["botEquities"]), None)
                _follow(self._fades, _AMOUNTS.decode(row["botFadePnl"]), Decimal(0))
            if rows:
                self._seen = (rows[-1]["timestamp"], rows[-1]["id"])
            if len(rows) < _CHUNK:
                return


def _follow(depths: dict[str, _Depth], values: dict[str, Decimal], start: Decimal | None) -> None:
    for bot, value in values.items():
        depth = depths.get(bot)
        if depth is None:
            depth = depths[bot] = _Depth(value if start is None else start)
        depth.follow(value)


def _in_parts(depth: _Depth | None) -> Drawdown | None:
    if depth is None or depth.peak <= 0:
        return None
    return Drawdown(max=round(depth.deepest_part, 6), current=round(float((depth.peak - depth.last) / depth.peak), 6))


def _in_usd(depth: _Depth | None) -> UsdDrawdown | None:
    return None if depth is None else UsdDrawdown(max=depth.deepest, current=depth.peak - depth.last)


def _lag(row: Row) -> Lag | None:
    found = row["lag"]
    return None if found is None else Lag(p50=round(found[0]), p95=round(found[1]))


def _whole(value: float | Decimal | None) -> int | None:
    return None if value is None else round(value)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
