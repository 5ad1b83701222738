"""What is forgotten, and when: snapshots of equity are thinned, the log rotates, the live feed is cut.

The time now comes in as milliseconds and every age is counted from it, so that a replay forgets by its own clock.
Events, decisions, trades and the journal are never touched. Work goes in bounded batches, each a transaction of its
own, so that nobody waits long behind it.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from fadearena.persistence.database import Database
from fadearena.persistence.readings import time_of

DAY_MS = 86_400_000
BATCH = 5_000
BATCHES_MAX = 2_000
"""Ten million rows a run; the next run goes on."""

FEED_ITEMS_MAX = 1_000_000
"""Items of the live feed that are kept at most, however young."""


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """How long things are kept, in days; None: for ever.

    Args:
        equity_full: snapshots younger than this are all kept; of older ones, one an hour.
        system_events: lines of the system's log.
        feed: items that a client may still catch up on.
        tokens: access tokens after they expired or were revoked.
    """

    equity_full: float | None = 1
    system_events: float | None = 90
    feed: float | None = 7
    tokens: float | None = 30


class Pruned(msgspec.Struct, frozen=True):
    """How many rows went."""

    equity: int
    system_events: int
    feed: int
    tokens: int


# Of each hour the first snapshot stays. The hour in which the border falls is left for later, and thinned once.
_EQUITY = """
WITH old AS (
  SELECT e."id" FROM "EquitySnapshot" e
  WHERE e."timestamp" < date_trunc('hour', $1::timestamptz, 'UTC') AND e."timestamp" >= $3 AND EXISTS (
    SELECT FROM "EquitySnapshot" f
    WHERE f."timestamp" >= date_trunc('hour', e."timestamp", 'UTC')
      AND (f."timestamp", f."id") < (e."timestamp", e."id"))
  ORDER BY e."timestamp" LIMIT $2
)
DELETE FROM "EquitySnapshot" WHERE "id" IN (SELECT "id" FROM old) RETURNING "timestamp"
"""

_SYSTEM_EVENTS = """
DELETE FROM "SystemEvent" WHERE "id" IN (
  SELECT "id" FROM "SystemEvent" WHERE "timestamp" < $1 ORDER BY "timestamp" LIMIT $2) RETURNING "timestamp"
"""

# Only from the front, up to the first item that is kept: a reader takes what is left for gapless.
_FEED_FLOOR = """
SELECT GREATEST(
  COALESCE((SELECT "seq" FROM "FeedItem" WHERE "createdAt" >= $1 ORDER BY "seq" LIMIT 1), max("seq") + 1),
  max("seq") + 1 - $2) FROM "FeedItem"
"""
_FEED = """
DELETE FROM "FeedItem" WHERE "seq" IN (
  SELECT "seq" FROM "FeedItem" WHERE "seq" < $1 ORDER BY "seq" LIMIT $2) RETURNING "seq"
"""

_TOKENS = """
DELETE FROM "AccessToken" WHERE "id" IN (
  SELECT "id" FROM "AccessToken" WHERE LEAST("expiresAt", "revokedAt") < $1 LIMIT $2) RETURNING "createdAt"
"""


async def prune(database: Database, now_ms: int, retention: Retention | None = None) -> Pruned:
    """Forgets what is due at ``now_ms``. May be repeated, interrupted and run by several at once.

    Raises:
        DatabaseNotReachableError, PersistenceError: what was done until then stays done.
    """
    keep = retention or Retention()
    return Pruned(
        equity=await _thin_equity(database, _before(now_ms, keep.equity_full)),
        system_events=await _in_batches(database, _SYSTEM_EVENTS, _before(now_ms, keep.system_events)),
        feed=await _cut_feed(database, _before(now_ms, keep.feed)),
        tokens=await _in_batches(database, _TOKENS, _before(now_ms, keep.tokens)),
    )


def _before(now_ms: int, days: float | None) -> datetime | None:
    return None if days is None else time_of(now_ms - round(days * DAY_MS))


async def _thin_equity(database: Database, before: datetime | None) -> int:
    if before is None:
        return 0
    gone, since = 0, time_of(0)
    for _ in range(BATCHES_MAX):
        rows = await database.fetch(_EQUITY, before, BATCH, since)
        gone += len(rows)
        if len(rows) < BATCH:
            break
        since = max(row["timestamp"] for row in rows)
    return gone


async def _cut_feed(database: Database, before: datetime | None) -> int:
    if before is None:
        return 0
    return await _in_batches(database, _FEED, await database.fetchval(_FEED_FLOOR, before, FEED_ITEMS_MAX))


async def _in_batches(database: Database, sql: str, before: datetime | int | None) -> int:
    if before is None:
        return 0
    gone = 0
    for _ in range(BATCHES_MAX):
        rows = await database.fetch(sql, before, BATCH)
        gone += len(rows)
        if len(rows) < BATCH:
            break
    return gone
