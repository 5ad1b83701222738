"""The book: on the tick, straddling the print, twenty levels a side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadearena.domain.market import Asset, AssetName, Side, tick
from fadearena.exchange_simulator.book import LEVELS, book_around, step_of, top_around

assets = st.integers(0, 5).map(lambda decimals: Asset(AssetName("X"), decimals))
prices = st.integers(1_000, 10**10)
BTC = Asset(AssetName("BTC"), 5)


@given(assets, prices, st.sampled_from(Side))
def test_the_best_prices_straddle_the_price_one_tick_apart(asset: Asset, price: int, aggressor: Side) -> None:
    top = top_around(asset, price, aggressor)
    assert top.bid <= price <= top.ask
    assert top.bid < top.ask <= top.bid + tick(asset, top.ask)
    assert top.bid % tick(asset, top.bid) == top.ask % tick(asset, top.ask) == 0


@pytest.mark.parametrize(
    ("aggressor", "bid", "ask"), [(Side.LONG, "107066", "107067"), (Side.SHORT, "107067", "107068")]
)
def test_a_print_lies_on_the_side_that_its_aggressor_hit(aggressor: Side, bid: str, ask: str) -> None:
    top = top_around(BTC, BTC.price("107067"), aggressor)
    assert (BTC.price_text(top.bid), BTC.price_text(top.ask)) == (bid, ask)


@given(assets, prices, st.integers(0, 2**64 - 1), st.sampled_from([None, 2, 3, 4, 5]))
def test_levels_are_ordered_on_the_tick_and_never_empty(
    asset: Asset, price: int, seed: int, figures: int | None
) -> None:
    top = top_around(asset, price)
    book = book_around(asset, top, seed, step_of(asset, top.bid, figures, None))
    bids, asks = ([level.price for level in side] for side in (book.bids, book.asks))
    assert bids == sorted(set(bids), reverse=True)
    assert asks == sorted(set(asks))
    assert 0 < bids[0] < asks[0]
    assert len(asks) == LEVELS
    assert all(level.lots > 0 and level.orders > 0 for level in book.bids + book.asks)


def test_the_same_seed_and_price_give_the_same_book() -> None:
    top = top_around(BTC, BTC.price("107067"))
    assert book_around(BTC, top, 5) == book_around(BTC, top, 5)
    assert book_around(BTC, top, 5) != book_around(BTC, top, 6)


@pytest.mark.parametrize(
    ("figures", "mantissa", "step"),
    [(None, None, "1"), (5, None, "10"), (5, 2, "20"), (4, None, "100"), (2, None, "10000")],
)
def test_coarser_books_have_wider_steps(figures: int | None, mantissa: int | None, step: str) -> None:
    assert BTC.price_text(step_of(BTC, BTC.price("107067"), figures, mantissa)) == step
