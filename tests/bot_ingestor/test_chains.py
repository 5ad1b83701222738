"""One asset's chain: what links is released, what does not is held, and one millisecond is put in order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadearena.bot_ingestor.chains import Chain, Drained, Numbered, Tail, trail, trail_start
from fadearena.domain.events import BotTradeEvent
from tests.bot_ingestor.factories import BTC, START_MS, fill, path


def numbered(events: Sequence[BotTradeEvent]) -> list[Numbered]:
    return [Numbered(number, event) for number, event in enumerate(events)]


def drained(chain: Chain, events: Sequence[BotTradeEvent]) -> Drained:
    for item in numbered(events):
        chain.hold(item, renumber=False)
    return chain.drain()


def positions(drained: Drained) -> list[int]:
    return [item.event.current_lots for item in drained.forward]


def flat_chain() -> Chain:
    return Chain(BTC, Tail(0, START_MS))


def test_fills_that_link_are_released_at_once() -> None:
    answer = drained(flat_chain(), path([0, 5, 8, 0, -3]))
    assert positions(answer) == [5, 8, 0, -3]
    assert answer.broken is None


def test_a_fill_that_does_not_link_is_held_and_named() -> None:
    chain = flat_chain()
    first, missing, last = path([0, 5, 8, 9])
    answer = drained(chain, [first, last])
    assert positions(answer) == [5]
    assert answer.broken is not None
    assert (answer.broken.before.lots, answer.broken.after, answer.broken.fill) == (5, 8, last)
    assert positions(drained(chain, [missing])) == [8, 9]
    assert chain.held == 0


def test_the_order_of_a_page_is_kept_where_several_orders_would_link() -> None:
    events = path([0, 5, 0, 5, 0], every_ms=0)
    assert [item.event for item in drained(flat_chain(), events).forward] == events


def test_a_page_puts_held_fills_into_its_own_order() -> None:
    chain = Chain(BTC, Tail(-1, START_MS))
    enter, *rest = path([-1, 0, 5, 0, 5, 0], every_ms=0)
    shuffled = [rest[2], rest[3], rest[0], rest[1]]
    assert drained(chain, shuffled).broken is not None
    for number, event in enumerate([enter, *rest], start=100):
        chain.hold(Numbered(number, event), renumber=True)
    assert [item.event for item in chain.drain().forward] == [enter, *rest]


def test_a_dead_end_within_a_millisecond_is_not_walked_into() -> None:
    dead_end, out, back = fill(10, 0, 9, 3), fill(10, 0, 5, 1), fill(10, 5, 0, 2)
    assert positions(drained(flat_chain(), [dead_end, out, back])) == [5, 0, 9]


def test_a_round_trip_of_a_millisecond_that_went_on_without_it_is_left_to_the_page() -> None:
    chain = flat_chain()
    assert positions(drained(chain, [fill(10, 0, 9, 3)])) == [9]
    round_trip = [fill(10, 0, 5, 1), fill(10, 5, 0, 2)]
    assert drained(chain, round_trip).broken is not None
    for event in round_trip:
        chain.forget(event.id)
    assert chain.drain().broken is None


def test_what_is_older_than_the_tail_is_late_and_moves_nothing() -> None:
    chain = Chain(BTC, Tail(7, START_MS + 100))
    answer = drained(chain, [fill(50, 1, 2, 1)])
    assert [item.event.trade_id for item in answer.late] == [1]
    assert chain.tail == Tail(7, START_MS + 100)


def test_a_chain_of_which_nothing_is_known_starts_where_its_first_fill_says() -> None:
    chain = Chain(BTC, None)
    assert positions(drained(chain, path([40, 50, 60]))) == [50, 60]
    assert chain.started_from == Tail(40, START_MS + 10)


def test_what_came_before_an_unknown_start_in_its_millisecond_is_late() -> None:
    chain = Chain(BTC, None)
    events = path([0, 5, 8, 9], every_ms=0)
    assert positions(drained(chain, events[2:])) == [9]
    answer = drained(chain, events[:2])
    assert answer.broken is None
    assert [item.event for item in answer.late] == events[:2]
    assert chain.tail == Tail(9, START_MS + 10)


def test_a_moved_chain_goes_on_even_where_its_millisecond_does_not_hang_together() -> None:
    chain = flat_chain()
    events = [fill(10, 5, 6, 1), fill(10, 5, 7, 2)]
    broken = drained(chain, events).broken
    assert broken is not None
    chain.move(Tail(broken.after, START_MS + 10))
    answer = chain.drain()
    assert positions(answer) == [6]
    assert answer.broken is not None


walks = st.lists(st.integers(-3, 3), min_size=1, max_size=12).map(
    lambda steps: [0, *(sum(steps[: i + 1]) for i in range(len(steps)))]
)


@given(walks.filter(lambda walk: all(a != b for a, b in pairwise(walk))), st.randoms())
def test_any_shuffle_of_one_millisecond_is_put_into_an_order_that_links(walk: list[int], dice: Random) -> None:
    events = path(walk, every_ms=0)
    shuffled = list(events)
    dice.shuffle(shuffled)
    found = trail(0, numbered(shuffled))
    if found is None:
        assert walk[-1] == 0, "only a circle may be left to the page"
        return
    assert {item.event.id for item in found} == {event.id for event in events}
    assert found[0].event.previous_lots == 0
    assert found[-1].event.current_lots == walk[-1]
    assert all(a.event.current_lots == b.event.previous_lots for a, b in pairwise(found))


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=12, unique=True), st.randoms())
def test_where_no_position_is_visited_twice_there_is_but_one_order(walk: list[int], dice: Random) -> None:
    events = path(walk, every_ms=0)
    shuffled = list(events)
    dice.shuffle(shuffled)
    assert trail_start(numbered(shuffled)) == walk[0]
    found = trail(walk[0], numbered(shuffled))
    assert found is not None
    assert [item.event for item in found] == events


def test_a_circle_that_begins_elsewhere_is_a_break_and_not_turned_around() -> None:
    chain = flat_chain()
    lost, *circle = [fill(10, 0, -1, 1), fill(20, -1, 0, 2), fill(20, 0, -1, 3)]
    assert drained(chain, circle).broken is not None
    answer = drained(chain, [lost])
    assert [item.event for item in answer.forward] == [lost, *circle]


@pytest.mark.parametrize("missing", range(1, 4))
def test_a_millisecond_with_a_hole_has_no_order(missing: int) -> None:
    events = path([0, 5, 8, 2, 9], every_ms=0)
    del events[missing - 1]
    assert trail(0, numbered(events)) is None
