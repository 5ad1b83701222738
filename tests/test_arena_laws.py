"""What holds of the arena whatever the bots do."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fadearena.arena import Arena
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import BotId
from fadearena.domain.market import MICRO
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


@hypothesis_settings(max_examples=150, deadline=None)
@given(moves, st.sampled_from([Decimal(500), Decimal(2_000)]), st.sampled_from(["clamp", "skip"]))
def test_no_opening_ever_brings_our_net_exposure_beyond_a_cap(
    path: list[tuple[BotId, object, int, int]], cap: Decimal, policy: Literal["clamp", "skip"]
) -> None:
    """Of trades that only open or add: what is reduced for one bot may uncover what offset another."""
    caps = {"BTC": cap / 2}
    settings = msgspec.structs.replace(
        AT_BOTS_PRICE, global_exposure_cap=cap, asset_exposure_caps=caps, cap_policy=policy
    )
    arena = arena_of(settings)
    markets = arena.portfolio.markets
    for event in events_along(path):
        before = abs(markets[event.asset.name].net) if event.asset.name in markets else 0
        trades = [trade for entry in arena.step([event]) for trade in entry.trades]
        market = markets[event.asset.name]
        if trades and trades[0].pnl is None and abs(market.net) > before:
            assert arena.portfolio.exposure <= cap * MICRO
            assert event.asset != BTC or market.exposure <= caps["BTC"] * MICRO


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
    half = msgspec.structs.replace(AT_BOTS_PRICE, default_leverage_multiplier=Decimal("0.5"))
    shuffled = [queues[key].pop(0) for key in keys]
    assert _last_targets(arena_of(half), events) == _last_targets(arena_of(half), shuffled)


def _last_targets(arena: Arena, events: list[BotTradeEvent]) -> dict[tuple[BotId, str], int]:
    decisions = [entry.decisions[0] for event in events for entry in arena.step([event])]
    return {(decision.bot_id, decision.asset.name): decision.target_lots for decision in decisions}
