"""What is done by the clock: equity snapshots, the status heartbeat, funding hours, the day's turn, retention.

The decisions of when are here and pure; the caller (the trader) brings the clock's time and carries them out. Times are
milliseconds of the trader's own clock, which a replay sets, unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

from fadearena.domain.identifiers import BotId
from fadearena.domain.market import MicroUsd
from fadearena.domain.records import EquityPoint

SNAPSHOT_EVERY_MS = 300_000
SIGNIFICANT_PER_MILLE = 5
"""A snapshot is also taken when equity moved by more than 0.5 %."""

HOUR_MS = 3_600_000
HOURS_MAX = 500
"""Three weeks; what the exchange tells of its funding rates at once."""
HEARTBEAT_S = 1.0
RETENTION_EVERY_S = 600.0


class EquityWatch:
    """When a snapshot is due: every five minutes, after a fill of ours, and when equity moved by over 0.5 %."""

    def __init__(self) -> None:
        self._last: EquityPoint | None = None

    def due(self, point: EquityPoint, *, traded: bool) -> bool:
        """Whether to write this point down; if so it is taken as written."""
        last = self._last
        if last is None or traded or self._is_due(last, point):
            self._last = point
            return True
        return False

    @staticmethod
    def _is_due(last: EquityPoint, point: EquityPoint) -> bool:
        if point.time_ms // SNAPSHOT_EVERY_MS > last.time_ms // SNAPSHOT_EVERY_MS:
            return True
        return _moved(last.fade_arena, point.fade_arena) or _moved(last.bots_aggregate, point.bots_aggregate)


class PriceWatch:
    """When the marks of all assets are written down: once every five minutes, for charts and benchmarks."""

    def __init__(self) -> None:
        self._last = -1

    def passed(self, now_ms: int) -> int | None:
        """The full five minutes that have just begun, else None."""
        step = now_ms // SNAPSHOT_EVERY_MS
        if step <= self._last:
            return None
        self._last = step
        return step * SNAPSHOT_EVERY_MS


class HourWatch:
    """Which full hours have passed since it was last asked; funding is paid at each of them.

    Args:
        since_ms: from when on; None: from when it is first asked.
    """

    def __init__(self, since_ms: int | None = None) -> None:
        self._asked_ms = since_ms

    def passed(self, now_ms: int) -> list[int]:
        """The full hours that have been passed, ascending; the last HOURS_MAX of them."""
        before = now_ms if self._asked_ms is None else self._asked_ms
        self._asked_ms = max(before, now_ms)
        hours = range((before // HOUR_MS + 1) * HOUR_MS, now_ms + 1, HOUR_MS)
        return list(hours[-HOURS_MAX:])


def equity_point(now_ms: int, fade_arena: MicroUsd, bots: Mapping[BotId, MicroUsd]) -> EquityPoint:
    """Equity at one time; bots whose equity is not known yet (0) are left out."""
    known = {bot: equity for bot, equity in bots.items() if equity}
    return EquityPoint(now_ms, sum(known.values()), fade_arena, known)


def _moved(before: MicroUsd, after: MicroUsd) -> bool:
    return abs(after - before) * 1000 > abs(before) * SIGNIFICANT_PER_MILLE
