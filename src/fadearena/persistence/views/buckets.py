"""Intervals that long series are read by: which one fits a range, and where its buckets lie. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from fadearena.persistence.views.answers import Interval
from fadearena.persistence.views.reader import from_ms, to_ms

INTERVALS: dict[Interval, timedelta] = {
    "1m": timedelta(minutes=1),
    "5m": timedelta(minutes=5),
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "1d": timedelta(days=1),
}
POINTS_WISHED = 1_000
POINTS_MAX = 10_000

_MILLISECOND = timedelta(milliseconds=1)


class TooManyPointsError(ValueError):
    """The interval is too fine for the range."""


def interval_for(span: timedelta, finest: Interval = "1m") -> Interval:
    """The finest interval that gives at most POINTS_WISHED points over a span, the longest where none does."""
    for name, step in INTERVALS.items():
        if step >= INTERVALS[finest] and span / step <= POINTS_WISHED:
            return name
    return "1d"


def buckets(start: datetime, end: datetime, step: timedelta) -> tuple[int, datetime, timedelta, datetime]:
    """How many buckets, where the first begins, how long each is, and the end. Raises TooManyPointsError.

    They lie on whole multiples of the interval, so that two requests agree on them.
    """
    origin = from_ms(to_ms(start) // _ms(step) * _ms(step))
    count = (to_ms(end) - to_ms(origin)) // _ms(step) + 1
    if count > POINTS_MAX:
        msg = f"that range has {count} intervals, more than {POINTS_MAX}: ask for a longer interval or a shorter range"
        raise TooManyPointsError(msg)
    return count, origin, step, end


def _ms(step: timedelta) -> int:
    return step // _MILLISECOND
