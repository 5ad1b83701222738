"""What holds of the arena whatever the bots do."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fadearena.arena import Arena
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import BotId
from tests.factories import BTC, ETH, GPT, QWEN, bot_event
from tests.test_arena import AT_BOTS_PRICE, arena_of

moves = st.lists(
    st.tuples(
        st.sampled_from([GPT, QWEN]),
        st.sampled_from([BTC, ETH]),
        st.integers(-3_000, 3_000),
        st.integers(500_000, 2_000_000),
    ),
    max_size=40,
)


def events_along(path: list[tuple[BotId, object, int, int]]) -> list[BotTradeEvent]:
    positions: dict[tuple[BotId, object], int] = {}
    events = []
    for bot, asset, target, price in path:
        before = positions.get((bot, asset), 0)
        if target != before:
            positions[bot, asset] = target
            found = BTC if asset == BTC else ETH
            events.append(bot_event(previous=before, current=target, price=price, bot=bot, asset=found))
    return events


@hypothesis_settings(max_examples=150, deadline=None)
@given(moves, st.sampled_from([None, Decimal(500), Decimal(2_000)]))
def test_the_equity_identity_holds_after_every_event(
    path: list[tuple[BotId, object, int, int]], cap: Decimal | None
) -> None:
    arena = arena_of(msgspec.structs.replace(AT_BOTS_PRICE, global_exposure_cap=cap))
    portfolio = arena.portfolio
    cash = portfolio.starting_equity
    for event in events_along(path):
        for entry in arena.step([event]):
            cash -= sum(trade.side * trade.notional + trade.fee for trade in entry.trades)
        value = sum(book.position.lots * portfolio.markets[book.asset.name].mark for book in portfolio.books.values())
        assert cash + value == portfolio.equity
        assert portfolio.realised == sum(book.realised for book in portfolio.books.values())
        assert portfolio.exposure == sum(abs(market.net) * market.mark for market in portfolio.markets.values())


@hypothesis_settings(max_examples=100, deadline=None)
@given(moves, st.randoms(use_true_random=False))
def test_the_order_of_delivery_within_a_batch_changes_no_final_target(
    path: list[tuple[BotId, object, int, int]], random: object
) -> None:
    """Bots and assets may be interleaved in any way; each one's own order is kept."""
    events = events_along(path)
    queues: dict[tuple[BotId, str], list[BotTradeEvent]] = {}
    for event in events:
        queues.setdefault((event.bot_id, event.asset.name), []).append(event)
    keys = [(event.bot_id, event.asset.name) for event in events]
    random.shuffle(keys)  # type: ignore[attr-defined]
    one, other = arena_of(), arena_of()
    for event in events:
        one.step([event])
    for key in keys:
        other.step([queues[key].pop(0)])
    assert [_target(one, key) for key in queues] == [_target(other, key) for key in queues]


def _target(arena: Arena, key: tuple[BotId, str]) -> int:
    book = arena.portfolio.books[key]  # type: ignore[index]
    return -(book.bot_lots - book.baseline_lots)
