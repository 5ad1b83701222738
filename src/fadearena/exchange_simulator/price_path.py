"""The path that a price takes between the prints of a recording: seeded, and open to any question in any order.

Pure. Between two prints the logarithm of the price is a Brownian bridge, built by halving the stretch until the piece
that holds the asked time is short; each middle point draws its own number. Before the first print and after the last it
wanders around that print, back to it once a day. ``price_at`` a print is the print.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable

from fadearena.domain.market import PriceUnits
from fadearena.exchange_simulator import dice

MS_PER_DAY = 86_400_000
MS_PER_YEAR = 365 * MS_PER_DAY
FINEST_MS = 250
"""Stretches no longer than this are straight."""

WANDER_SHARE = 0.5
"""How much of the asset's volatility is left where no print holds the path."""

REMEMBERED_MAX = 1 << 15


class PricePath:
    """One asset's price at any time.

    Args:
        seed: of this asset's path.
        prints: (time in ms, price in units), ascending, at least one; of several in one millisecond the last counts.
        yearly_volatility: standard deviation of a year's log return.
    """

    def __init__(self, seed: int, prints: Iterable[tuple[int, PriceUnits]], yearly_volatility: float) -> None:
        anchors = {time: math.log(price) for time, price in prints}
        self._seed = seed
        self._times = list(anchors)
        self._logs = list(anchors.values())
        self._volatility = yearly_volatility / math.sqrt(MS_PER_YEAR)
        self._middles: dict[tuple[int, int], float] = {}

    def price_at(self, time_ms: int, finest_ms: int = FINEST_MS) -> PriceUnits:
        """The price in units, at least 1; with a larger ``finest_ms`` roughly, and sooner."""
        return max(1, round(math.exp(self._log_at(time_ms, max(FINEST_MS, finest_ms)))))

    def _log_at(self, time_ms: int, finest_ms: int) -> float:
        times, logs = self._times, self._logs
        after = bisect_right(times, time_ms)
        if 0 < after < len(times):
            left, right = times[after - 1], times[after]
            ends = (left, logs[after - 1]), (right, logs[after])
            return self._bridge(after, *ends, time_ms, self._volatility, finest_ms)
        if after:
            day = (time_ms - times[-1]) // MS_PER_DAY
            start, level, stretch = times[-1] + day * MS_PER_DAY, logs[-1], len(times) + day
        else:
            day = (times[0] - 1 - time_ms) // MS_PER_DAY
            start, level, stretch = times[0] - (day + 1) * MS_PER_DAY, logs[0], -1 - day
        gentle = self._volatility * WANDER_SHARE
        return self._bridge(stretch, (start, level), (start + MS_PER_DAY, level), time_ms, gentle, finest_ms)

    def _bridge(
        self,
        stretch: int,
        begin: tuple[int, float],
        end: tuple[int, float],
        time_ms: int,
        volatility: float,
        finest_ms: int,
    ) -> float:
        (left, left_log), (right, right_log) = begin, end
        node = 1
        while right - left > finest_ms and left != time_ms:
            middle = (left + right) // 2
            middle_log = self._middles.get((stretch, node))
            if middle_log is None:
                share = (middle - left) / (right - left)
                spread = volatility * math.sqrt((middle - left) * (right - middle) / (right - left))
                chance = dice.normal(dice.draw(self._seed, stretch, node))
                middle_log = left_log + (right_log - left_log) * share + spread * chance
                self._remember(stretch, node, middle_log)
            if time_ms < middle:
                right, right_log, node = middle, middle_log, 2 * node
            else:
                left, left_log, node = middle, middle_log, 2 * node + 1
        return left_log + (right_log - left_log) * (time_ms - left) / (right - left)

    def _remember(self, stretch: int, node: int, middle_log: float) -> None:
        if len(self._middles) >= REMEMBERED_MAX:
            self._middles.clear()
        self._middles[(stretch, node)] = middle_log
