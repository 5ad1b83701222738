"""Exact accounting: nothing is created, nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fadearena.domain.identifiers import BotId
from fadearena.domain.market import Asset, AssetName
from fadearena.domain.orders import Execution
from fadearena.domain.positions import Book, Position, after_event, after_execution, apply_fill, watched
from tests.factories import bot_event

BTC = Asset(AssetName("BTC"), 5)
BOT = BotId("gpt-5")

fills = st.lists(st.tuples(st.integers(-(10**6), 10**6).filter(bool), st.integers(1, 10**7)), min_size=1, max_size=40)


@given(fills, st.integers(1, 10**7))
def test_realised_and_unrealised_equal_cash_and_value(history: list[tuple[int, int]], mark: int) -> None:
    position, realised, cash = Position(), 0, 0
    for lots, price in history:
        position, profit = apply_fill(position, lots, price)
        realised += profit or 0
        cash -= lots * price
        assert realised + position.unrealised(mark) == cash + position.lots * mark


@given(fills)
def test_a_flat_position_costs_nothing(history: list[tuple[int, int]]) -> None:
    position = Position()
    for lots, price in history:
        position, _ = apply_fill(position, lots, price)
    if position.lots:
        position, _ = apply_fill(position, -position.lots, 7)
    assert position == Position()


def test_a_flip_closes_everything_and_opens_the_rest_at_the_price() -> None:
    position, realised = apply_fill(Position(10, 1_000), -15, 120)
    assert position == Position(-5, -600)
    assert realised == 200


def test_an_order_over_several_levels_realises_each_at_its_price() -> None:
    book = Book(BOT, BTC, position=Position(-10, -1_000))
    execution = Execution("filled", ((4, 90), (6, 95)), 10, 930, 3, b"{}")
    after, realised = after_execution(book, 1, execution)
    assert after.position == Position()
    assert realised == 4 * 10 + 6 * 5
    assert (after.fees, after.closes, after.wins) == (3, 1, 1)


def test_a_baseline_only_shrinks_until_the_bot_is_flat_or_on_the_other_side() -> None:
    book = watched(Book(BOT, BTC), 1_000, 500, adopt=False)
    seen = []
    for after in (1_500, 1_200, 800, 1_100, -200, 700):
        event = bot_event(previous=book.bot_lots, current=after)
        book = after_event(book, event)
        seen.append(book.baseline_lots)
    assert seen == [1_000, 1_000, 800, 800, 0, 0]


def test_adopting_a_position_leaves_no_baseline() -> None:
    assert watched(Book(BOT, BTC), 1_000, 500, adopt=True).baseline_lots == 0
