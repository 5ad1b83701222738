"""The path between prints: through every print, the same for the same seed, and never far from where it should be."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadearena.exchange_simulator.price_path import MS_PER_DAY, PricePath

prints = st.dictionaries(st.integers(10**12, 10**12 + 10**9), st.integers(100, 10**9), min_size=1, max_size=20).map(
    lambda found: sorted(found.items())
)
seeds = st.integers(0, 2**64 - 1)


@given(prints, seeds)
def test_the_path_goes_through_every_print(anchors: list[tuple[int, int]], seed: int) -> None:
    path = PricePath(seed, anchors, 0.5)
    assert [path.price_at(time) for time, _ in anchors] == [price for _, price in anchors]


@given(prints, seeds, st.lists(st.integers(10**12 - 10**10, 10**12 + 10**10), min_size=1, max_size=20))
def test_any_time_can_be_asked_in_any_order(anchors: list[tuple[int, int]], seed: int, times: list[int]) -> None:
    path, again = PricePath(seed, anchors, 0.5), PricePath(seed, anchors, 0.5)
    asked = {time: path.price_at(time) for time in times}
    assert asked == {time: again.price_at(time) for time in sorted(times, reverse=True)}


def test_another_seed_is_another_path_through_the_same_prints() -> None:
    anchors = [(0, 1_000_000), (MS_PER_DAY, 1_100_000)]
    paths = [PricePath(seed, anchors, 0.5) for seed in (1, 2)]
    between = [[path.price_at(MS_PER_DAY * hour // 24) for hour in range(1, 24)] for path in paths]
    assert between[0] != between[1]


def test_of_several_prints_in_one_millisecond_the_last_one_counts() -> None:
    assert PricePath(1, [(5, 100), (5, 120), (9, 130)], 0.5).price_at(5) == 120


@pytest.mark.parametrize("days", [-30, -1, 2, 30, 365])
def test_beyond_the_prints_it_wanders_around_the_nearest_one(days: int) -> None:
    path = PricePath(7, [(0, 1_000_000), (MS_PER_DAY, 1_100_000)], 0.5)
    nearest = 1_000_000 if days < 0 else 1_100_000
    there = [path.price_at(days * MS_PER_DAY + MS_PER_DAY * hour // 24) for hour in range(24)]
    assert len(set(there)) > 12
    assert all(abs(math.log(price / nearest)) < 0.1 for price in there)


def test_it_is_as_volatile_as_it_was_told() -> None:
    """The realised volatility of hourly returns over a long bridge, within a tenth."""
    days = 400
    path = PricePath(3, [(0, 10**9), (days * MS_PER_DAY, 10**9)], 0.6)
    logs = [math.log(path.price_at(hour * MS_PER_DAY // 24)) for hour in range(days * 24 + 1)]
    variance = sum((after - before) ** 2 for before, after in pairwise(logs)) / days * 365
    assert math.sqrt(variance) == pytest.approx(0.6, rel=0.1)


def test_steps_are_small_where_times_are_close() -> None:
    path = PricePath(3, [(0, 10**8), (MS_PER_DAY, 10**8)], 0.5)
    prices = [path.price_at(10**7 + step * 100) for step in range(2000)]
    assert max(abs(after / before - 1) for before, after in pairwise(prices)) < 0.0005
