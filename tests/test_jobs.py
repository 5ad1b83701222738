"""When things are due, by a clock that a test sets."""

from __future__ import annotations

from fadearena.domain.identifiers import BotId
from fadearena.domain.market import MICRO
from fadearena.jobs import HOUR_MS, HOURS_MAX, EquityWatch, HourWatch, PriceWatch, equity_point

NOON_MS = 1_760_788_800_000
MINUTE_MS = 60_000
GPT = BotId("gpt-5")


def due(watch: EquityWatch, time_ms: int, fade: int = 60_000, bots: int = 10_000, *, traded: bool = False) -> bool:
    return watch.due(equity_point(time_ms, fade * MICRO, {GPT: bots * MICRO}), traded=traded)


def test_a_snapshot_is_due_every_five_minutes() -> None:
    watch = EquityWatch()
    assert due(watch, NOON_MS)
    assert not due(watch, NOON_MS + 4 * MINUTE_MS)
    assert due(watch, NOON_MS + 5 * MINUTE_MS)
    assert not due(watch, NOON_MS + 6 * MINUTE_MS)


def test_a_snapshot_is_due_after_a_fill_of_ours() -> None:
    watch = EquityWatch()
    due(watch, NOON_MS)
    assert due(watch, NOON_MS + 1, traded=True)


def test_a_snapshot_is_due_when_equity_moved_by_more_than_half_a_percent() -> None:
    watch = EquityWatch()
    due(watch, NOON_MS)
    assert not due(watch, NOON_MS + 1, fade=60_300)
    assert due(watch, NOON_MS + 2, fade=60_301)
    assert not due(watch, NOON_MS + 3, fade=60_301, bots=9_950)
    assert due(watch, NOON_MS + 4, fade=60_301, bots=9_949)


def test_a_bot_whose_equity_is_not_known_is_left_out() -> None:
    made = equity_point(NOON_MS, MICRO, {GPT: 0, BotId("grok-4"): 5 * MICRO})
    assert made.bots == {BotId("grok-4"): 5 * MICRO}
    assert made.bots_aggregate == 5 * MICRO


def test_an_hour_is_told_once_when_it_has_passed() -> None:
    watch = HourWatch()
    assert watch.passed(NOON_MS + 10) == []
    assert watch.passed(NOON_MS + 59 * MINUTE_MS) == []
    assert watch.passed(NOON_MS + 61 * MINUTE_MS) == [NOON_MS + 60 * MINUTE_MS]
    assert watch.passed(NOON_MS + 62 * MINUTE_MS) == []
    assert watch.passed(NOON_MS) == []
    assert watch.passed(NOON_MS + 119 * MINUTE_MS) == []


def test_every_hour_that_was_slept_through_is_told_but_for_those_too_long_ago() -> None:
    watch = HourWatch(NOON_MS - 1)
    assert watch.passed(NOON_MS + 2 * HOUR_MS) == [NOON_MS, NOON_MS + HOUR_MS, NOON_MS + 2 * HOUR_MS]
    hours = watch.passed(NOON_MS + 10_000 * HOUR_MS + 5)
    assert len(hours) == HOURS_MAX
    assert hours[-1] == NOON_MS + 10_000 * HOUR_MS


def test_prices_are_written_once_every_five_minutes() -> None:
    watch = PriceWatch()
    assert watch.passed(NOON_MS + 7) == NOON_MS
    assert watch.passed(NOON_MS + 4 * MINUTE_MS) is None
    assert watch.passed(NOON_MS + 5 * MINUTE_MS) == NOON_MS + 5 * MINUTE_MS
