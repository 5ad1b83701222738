"""Equity over time: the last value of each interval, by one index probe an interval, whatever lies between them."""

from __future__ import annotations

from datetime import datetime, timedelta

from fadearena.persistence.views.answers import EquityPointView, EquitySeries, Interval
from fadearena.persistence.views.reader import Reader, Row, from_ms, to_ms
from fadearena.persistence.views.state import bot_equities

INTERVALS: dict[Interval, timedelta] = {
    "1m": timedelta(minutes=1),
    "5m": timedelta(minutes=5),
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "1d": timedelta(days=1),
}
POINTS_WISHED = 1_000
POINTS_MAX = 10_000

_BOUNDS = 'SELECT min("timestamp") AS "first", max("timestamp") AS "last" FROM "EquitySnapshot"'

_SERIES = """
SELECT e.*
  FROM generate_series(0, $1::int - 1) AS i
 CROSS JOIN LATERAL (
       SELECT "timestamp", "botsAggregate", "fadeArena", "botEquities"
         FROM "EquitySnapshot"
        WHERE "timestamp" >= $2::timestamptz + i * $3::interval
          AND "timestamp" < $2::timestamptz + (i + 1) * $3::interval
          AND "timestamp" <= $4::timestamptz
        ORDER BY "timestamp" DESC LIMIT 1) e
 ORDER BY i
"""


class TooManyPointsError(ValueError):
    """The interval is too fine for the range."""


async def equity(
    reader: Reader, start_ms: int | None, end_ms: int | None, interval: Interval | None, bot_id: str | None
) -> EquitySeries:
    """Equity between two times, both inclusive; without them, over everything stored.

    Args:
        interval: None for the finest one that gives at most POINTS_WISHED points.
        bot_id: leaves the other bots out of each point's ``bots``.

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
        chosen = interval or _interval_for(end - start)
        rows = await connection.fetch(_SERIES, *_series_values(start, end, INTERVALS[chosen])) if start <= end else []
    return EquitySeries(
        series=[_point(row, bot_id) for row in rows],
        interval=chosen,
        start_time=to_ms(start) if start_ms is None else start_ms,
        end_time=to_ms(end) if end_ms is None else end_ms,
    )


def _interval_for(span: timedelta) -> Interval:
    for name, step in INTERVALS.items():
        if span / step <= POINTS_WISHED:
            return name
    return "1d"


def _series_values(start: datetime, end: datetime, step: timedelta) -> tuple[int, datetime, timedelta, datetime]:
    """The buckets lie on whole multiples of the interval, so that two requests agree on them."""
    origin = from_ms(to_ms(start) // _ms(step) * _ms(step))
    count = (to_ms(end) - to_ms(origin)) // _ms(step) + 1
    if count > POINTS_MAX:
        msg = f"that range has {count} intervals, more than {POINTS_MAX}: ask for a longer interval or a shorter range"
        raise TooManyPointsError(msg)
    return count, origin, step, end


def _ms(step: timedelta) -> int:
    return step // timedelta(milliseconds=1)


def _point(row: Row, bot_id: str | None) -> EquityPointView:
    bots = bot_equities(row)
    if bot_id is not None:
        bots = {bot: value for bot, value in bots.items() if bot == bot_id}
    return EquityPointView(
        timestamp=to_ms(row["timestamp"]),
        bots_aggregate=row["botsAggregate"],
        fade_arena=row["fadeArena"],
        bots=bots,
    )
