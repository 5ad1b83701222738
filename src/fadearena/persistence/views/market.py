"""Assets and their prices, as far as they were recorded: what there is, what it costs now, what it cost then.

Marks are recorded every five minutes of the trader's own clock; nothing is fetched, and nothing made up between them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fadearena.persistence.views.answers import Interval
from fadearena.persistence.views.buckets import INTERVALS, buckets, interval_for
from fadearena.persistence.views.market_answers import Assets, AssetView, Marks, MarkView, PricePoint, Prices
from fadearena.persistence.views.reader import Reader, Row, from_ms, to_ms, to_ms_or_none

FINEST: Interval = "5m"

_ASSETS = """
SELECT "asset", min("sizeDecimals") AS "sizeDecimals", max("lastEventAt") AS "last"
  FROM "Book" GROUP BY "asset" ORDER BY "asset"
"""

_MARKS = """
SELECT m."asset", m."mark", m."at", p."mark" AS "before"
  FROM "AssetMark" m
  LEFT JOIN LATERAL (
       SELECT "mark" FROM "AssetPrice" p
        WHERE p."asset" = m."asset" AND p."timestamp" <= m."at" - interval '24 h'
          AND p."timestamp" >= m."at" - interval '25 h'
        ORDER BY p."timestamp" DESC LIMIT 1) p ON TRUE
 ORDER BY m."asset"
"""

_BOUNDS = 'SELECT min("timestamp") AS "first", max("timestamp") AS "last" FROM "AssetPrice" WHERE "asset" = $1'

_PRICES = """
SELECT p."timestamp", p."mark"
  FROM generate_series(0, $1::int - 1) AS i
 CROSS JOIN LATERAL (
       SELECT "timestamp", "mark" FROM "AssetPrice"
        WHERE "asset" = $5
          AND "timestamp" >= $2::timestamptz + i * $3::interval
          AND "timestamp" < $2::timestamptz + (i + 1) * $3::interval
          AND "timestamp" <= $4::timestamptz
        ORDER BY "timestamp" DESC LIMIT 1) p
 ORDER BY i
"""


async def assets(reader: Reader) -> Assets:
    """Every asset that a bot was ever seen in. Raises DatabaseNotReachableError or DatabaseBusyError."""
    rows = await reader.rows(_ASSETS)
    return Assets(
        assets=[
            AssetView(asset=row["asset"], size_decimals=row["sizeDecimals"], last_trade_time=to_ms_or_none(row["last"]))
            for row in rows
        ]
    )


async def marks(reader: Reader) -> Marks:
    """What every asset costs now. Raises DatabaseNotReachableError or DatabaseBusyError."""
    return Marks(marks=[_mark(row) for row in await reader.rows(_MARKS)])


async def prices(
    reader: Reader, asset: str, start_ms: int | None, end_ms: int | None, interval: Interval | None
) -> Prices:
    """What an asset cost between two times, both inclusive; without them, over everything recorded.

    Args:
        interval: None for the finest one, from five minutes on, that gives at most POINTS_WISHED points.

    Raises:
        TooManyPointsError: more than POINTS_MAX intervals.
        DatabaseNotReachableError, DatabaseBusyError.
    """
    rows: list[Any] = []
    async with reader.connection() as connection:
        bounds = await connection.fetchrow(_BOUNDS, asset)
        start, end = bounds["first"], bounds["last"]
        span = timedelta()
        if start is not None:
            start = max(start, from_ms(start_ms)) if start_ms is not None else start
            end = min(end, from_ms(end_ms)) if end_ms is not None else end
            span = end - start
        chosen = interval or interval_for(span, FINEST)
        if start is not None and start <= end:
            rows = await connection.fetch(_PRICES, *buckets(start, end, INTERVALS[chosen]), asset)
    return Prices(
        asset=asset,
        points=[PricePoint(timestamp=to_ms(row["timestamp"]), price=row["mark"]) for row in rows],
        interval=chosen,
        start_time=to_ms_or_none(start) if start_ms is None else start_ms,
        end_time=to_ms_or_none(end) if end_ms is None else end_ms,
        source="marks recorded every 5 minutes",
    )


def _mark(row: Row) -> MarkView:
    before = row["before"]
    return MarkView(
        asset=row["asset"],
        price=row["mark"],
        timestamp=to_ms(row["at"]),
        change24h=float(row["mark"] / before - 1) if before else None,
    )
