"""Equity over time: the last value of each interval, by one index probe an interval, whatever lies between them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from fadearena.persistence.views.answers import Benchmarks, EquityPointView, EquitySeries, Interval
from fadearena.persistence.views.buckets import INTERVALS, buckets, interval_for
from fadearena.persistence.views.reader import Reader, Row, from_ms, to_ms
from fadearena.persistence.views.state import bot_equities

_BOUNDS = 'SELECT min("timestamp") AS "first", max("timestamp") AS "last" FROM "EquitySnapshot"'

_SERIES = """
SELECT e.*, p."mark" AS "btc"
  FROM generate_series(0, $1::int - 1) AS i
 CROSS JOIN LATERAL (
       SELECT "timestamp", "botsAggregate", "fadeArena", "botEquities", "botFadePnl", "fadeFees"
         FROM "EquitySnapshot"
        WHERE "timestamp" >= $2::timestamptz + i * $3::interval
          AND "timestamp" < $2::timestamptz + (i + 1) * $3::interval
          AND "timestamp" <= $4::timestamptz
        ORDER BY "timestamp" DESC LIMIT 1) e
  LEFT JOIN LATERAL (
       SELECT "mark" FROM "AssetPrice"
        WHERE "asset" = 'BTC' AND "timestamp" <= e."timestamp" AND "timestamp" > e."timestamp" - interval '15 min'
        ORDER BY "timestamp" DESC LIMIT 1) p ON TRUE
 ORDER BY i
"""
"""A mark is taken for known for a quarter of an hour; one is recorded every five minutes."""

_BTC_START = """
SELECT p."mark", COALESCE(
       (SELECT "fadeArena" FROM "EquitySnapshot" WHERE "timestamp" <= p."timestamp" ORDER BY "timestamp" DESC LIMIT 1),
       (SELECT "fadeArena" FROM "EquitySnapshot" ORDER BY "timestamp" LIMIT 1)) AS "capital"
  FROM "AssetPrice" p
 WHERE p."asset" = 'BTC' AND p."timestamp" > $1::timestamptz - interval '15 min'
 ORDER BY p."timestamp" LIMIT 1
"""

_CENT = Decimal("0.01")
_DECODE_AMOUNTS = msgspec.json.Decoder(dict[str, Decimal])


async def equity(
    reader: Reader, start_ms: int | None, end_ms: int | None, interval: Interval | None, bot_id: str | None
) -> EquitySeries:
    """Equity between two times, both inclusive; without them, over everything stored.

    Args:
        interval: None for the finest one that gives at most POINTS_WISHED points.
        bot_id: leaves the other bots out of each point's ``bots`` and ``fade_pnl``.

    Raises:
        TooManyPointsError: more than POINTS_MAX intervals.
        DatabaseNotReachableError, DatabaseBusyError.
    """
    async with reader.connection() as connection:
        bounds = await connection.fetchrow(_BOUNDS)
        if bounds["first"] is None:
            return EquitySeries(series=[], interval=interval or "5m", start_time=start_ms, end_time=end_ms)
        start = max(bounds["first"], from_ms(start_ms)) if start_ms is not None else bounds["first"]
        end = min(bounds["last"], from_ms(end_ms)) if end_ms is not None else bounds["last"]
        chosen = interval or interval_for(end - start)
        rows = await connection.fetch(_SERIES, *buckets(start, end, INTERVALS[chosen])) if start <= end else []
        bought = await connection.fetchrow(_BTC_START, bounds["first"])
    return EquitySeries(
        series=[_point(row, bot_id, bought) for row in rows],
        interval=chosen,
        start_time=to_ms(start) if start_ms is None else start_ms,
        end_time=to_ms(end) if end_ms is None else end_ms,
    )


def _point(row: Row, bot_id: str | None, bought: Row | None) -> EquityPointView:
    bots, fades = bot_equities(row), _DECODE_AMOUNTS.decode(row["botFadePnl"])
    if bot_id is not None:
        bots = {bot: value for bot, value in bots.items() if bot == bot_id}
        fades = {bot: value for bot, value in fades.items() if bot == bot_id}
    fees = row["fadeFees"]
    return EquityPointView(
        timestamp=to_ms(row["timestamp"]),
        bots_aggregate=row["botsAggregate"],
        fade_arena=row["fadeArena"],
        fade_before_fees=None if fees is None else row["fadeArena"] + fees,
        bots=bots,
        fade_pnl=fades,
        benchmarks=Benchmarks(btc_hold=_held(row["btc"], bought)),
    )


def _held(btc: Decimal | None, bought: Any) -> Decimal | None:
    """What the fade's capital would be worth, had it been put into BTC at the first mark on record."""
    if btc is None or bought is None:
        return None
    worth: Decimal = bought["capital"] * btc / bought["mark"]
    return worth.quantize(_CENT)
