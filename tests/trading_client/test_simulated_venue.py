"""Simulated orders: immediate or cancel, best level first, never beyond the limit."""

from __future__ import annotations

import subprocess
import sys
import uuid

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from fadearena.domain.decisions import OrderIntent
from fadearena.domain.events import Quote
from fadearena.domain.identifiers import Cloid, DecisionId, TradeId
from fadearena.domain.market import Side
from fadearena.trading_client.simulated_venue import SimulatedVenue
from tests.factories import BTC, GPT, NOON_MS

BOOK = SimulatedVenue(450, 200, uses_book=True)
AT_BOTS_PRICE = SimulatedVenue(450, 0, uses_book=False)


def intent(
    side: Side, lots: int, *, limit: int = 0, reference: int = 1_000_000, reduce_only: bool = False
) -> OrderIntent:
    return OrderIntent(
        cloid=Cloid("0x" + "0" * 32),
        trade_id=TradeId(uuid.UUID(int=1)),
        decision_id=DecisionId(uuid.UUID(int=2)),
        bot_id=GPT,
        asset=BTC,
        side=side,
        lots=lots,
        reference_price=reference,
        limit_price=limit or (2_000_000 if side is Side.LONG else 1),
        reduce_only=reduce_only,
        time_ms=NOON_MS,
    )


def quote(bids: tuple[tuple[int, int], ...] = (), asks: tuple[tuple[int, int], ...] = ()) -> Quote:
    return Quote(BTC, 999_900, 1_000_100, 1_000_000, NOON_MS, bids, asks)


def test_without_a_book_it_fills_at_the_reference_and_pays_the_taker_fee() -> None:
    done = AT_BOTS_PRICE.execute(intent(Side.LONG, 500), quote())
    assert (done.status, done.fills, done.fee) == ("filled", ((500, 1_000_000),), 225_000)


def test_levels_are_taken_best_first_and_what_lacks_is_gone() -> None:
    done = BOOK.execute(intent(Side.LONG, 500), quote(asks=((1_000_100, 200), (1_000_200, 100))))
    assert (done.status, done.lots) == ("partially_filled", 300)
    assert done.notional == 200 * 1_000_100 + 100 * 1_000_200


def test_a_level_beyond_the_limit_is_left_alone() -> None:
    done = BOOK.execute(intent(Side.SHORT, 500, limit=999_900), quote(bids=((999_900, 200), (999_800, 900))))
    assert done.fills == ((200, 999_900),)


def test_nothing_within_the_limit_is_a_rejection_that_costs_nothing() -> None:
    done = BOOK.execute(intent(Side.LONG, 500, limit=1_000_000), quote(asks=((1_000_100, 200),)))
    assert (done.status, done.fills, done.fee, done.notional) == ("rejected", (), 0, 0)
    assert b"nothing in the book" in done.result


def test_of_a_bare_top_the_price_is_made_worse_by_the_slippage() -> None:
    assert BOOK.execute(intent(Side.LONG, 10), quote()).fills == ((10, 1_000_301),)
    assert BOOK.execute(intent(Side.SHORT, 10), quote()).fills == ((10, 999_700),)


def test_an_exit_without_any_book_fills_at_the_reference_made_worse_by_the_slippage() -> None:
    empty = Quote(BTC, 0, 0, 1_000_000, NOON_MS)
    assert BOOK.execute(intent(Side.LONG, 10), empty).status == "rejected"
    assert BOOK.execute(intent(Side.LONG, 10, reduce_only=True), empty).fills == ((10, 1_000_200),)
    assert BOOK.execute(intent(Side.SHORT, 10, reduce_only=True), None).fills == ((10, 999_800),)


levels = st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)), max_size=20)


@given(levels, st.integers(1, 10**7), st.integers(1, 10**6), st.sampled_from(Side))
def test_it_never_fills_more_than_asked_nor_beyond_the_limit(
    found: list[tuple[int, int]], lots: int, limit: int, side: Side
) -> None:
    book = tuple(sorted(found, reverse=side is Side.SHORT))
    done = BOOK.execute(intent(side, lots, limit=limit), quote(bids=book or ((1, 1),), asks=book or ((10**9, 1),)))
    assert done.lots <= lots
    assert all((price <= limit) if side is Side.LONG else (price >= limit) for _, price in done.fills)
    assert msgspec.json.decode(done.result)["status"] == done.status


def test_nothing_that_can_reach_an_order_endpoint_is_even_loaded() -> None:
    probe = (
        "import sys, fadearena.trading_client.simulated_venue\n"
        "ways = ('aiohttp', 'picows', 'socket', 'ssl', 'fadearena.hyperliquid.transport', "
        "'fadearena.hyperliquid.signing')\n"
        "print([name for name in ways if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
