"""Accounting: what a fill does to cash, position and result, by the exchange's own rule."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadearena.domain.market import Asset, AssetName, Side, nearest_usd_micro, usd_micro
from fadearena.exchange_simulator.accounts import ENTRY_SCALE, Account, Holding, opened, traded
from fadearena.hyperliquid.messages import Fill
from fadearena.hyperliquid.recordings import Recording, read_recording, season_one
from tests.exchange_simulator.factories import NOON_MS, ONE, RECORDED, TWO, fill, played, recording

BTC = Asset(AssetName("BTC"), 5)
trades = st.lists(st.tuples(st.integers(-500, 500).filter(bool), st.integers(1, 10**7)), min_size=1, max_size=60)


@given(trades)
def test_what_was_realised_and_is_open_is_what_cash_and_value_say(moves: list[tuple[int, int]]) -> None:
    """Equity from cash and equity from results differ by the cut of the entry alone: under a unit a closed lot."""
    held, cash, realised, closed = Holding(), 0, 0, 0
    for signed, price in moves:
        closed += min(abs(held.lots), abs(signed)) if held.lots * signed < 0 else 0
        held, result = traded(held, signed, price)
        cash -= signed * price
        realised += result
    mark = moves[-1][1]
    difference = realised + held.lots * mark - held.cost - (cash + held.lots * mark)
    assert abs(difference) <= closed + len(moves)


@given(trades)
def test_the_average_entry_is_the_exact_one(moves: list[tuple[int, int]]) -> None:
    held, lots, entry = Holding(), 0, Fraction(0)
    for signed, price in moves:
        held, _ = traded(held, signed, price)
        if lots * signed >= 0:
            entry = (entry * lots + price * signed) / (lots + signed)
        elif abs(signed) > abs(lots):
            entry = Fraction(price)
        lots += signed
        assert held.lots == lots
        if lots:
            assert abs(Fraction(held.entry_e12, ENTRY_SCALE) - entry) < Fraction(len(moves), 10**9)


@pytest.mark.parametrize(
    ("before", "signed", "price", "after", "realised"),
    [
        (Holding(), 4, 100, Holding(4, 100 * ENTRY_SCALE), 0),
        (Holding(4, 100 * ENTRY_SCALE), 4, 200, Holding(8, 150 * ENTRY_SCALE), 0),
        (Holding(8, 150 * ENTRY_SCALE), -3, 160, Holding(5, 150 * ENTRY_SCALE), 30),
        (Holding(5, 150 * ENTRY_SCALE), -5, 140, Holding(), -50),
        (Holding(-4, 100 * ENTRY_SCALE), 6, 90, Holding(2, 90 * ENTRY_SCALE), 40),
        (
            Holding(3, 100 * ENTRY_SCALE + ENTRY_SCALE // 3),
            -1,
            110,
            Holding(2, 100 * ENTRY_SCALE + ENTRY_SCALE // 3),
            10,
        ),
        (Holding(-3, 101 * ENTRY_SCALE - 1), 3, 100, Holding(), 3),
    ],
    ids=["open", "add", "reduce", "close", "flip", "the entry is cut to the grid", "but not from just below it"],
)
def test_a_trade_changes_a_position(before: Holding, signed: int, price: int, after: Holding, realised: int) -> None:
    assert traded(before, signed, price) == (after, realised)


def test_a_fill_moves_cash_by_its_value_and_its_fee() -> None:
    account = opened(ONE, "1000", NOON_MS)
    account.fill(BTC, fill(size="0.01", price="100000", fee="0.45"))
    assert account.cash == usd_micro("-0.45")
    assert account.equity({"BTC": BTC.price("110000")}) == usd_micro("1099.55")


def test_a_stated_result_that_differs_is_kept_and_counted() -> None:
    account = opened(ONE, "1000", NOON_MS)
    account.fill(BTC, fill(size="0.01", price="100000"))
    account.fill(BTC, fill(side="A", size="0.01", price="100010", start="0.01", closedPnl="0.2"))
    assert (account.realised, account.unlike_stated) == (usd_micro("0.2"), 1)
    assert account.equity({}) == usd_micro("1000.1")


def test_a_position_from_before_the_recording_costs_nothing_at_its_first_fill() -> None:
    account = opened(ONE, "1000", NOON_MS)
    account.fill(BTC, fill(side="A", size="0.01", price="100000", start="0.03", closedPnl="50"))
    assert account.adjusted == 1
    assert account.holdings["BTC"] == Holding(2000, BTC.price("95000") * ENTRY_SCALE)
    assert account.equity({"BTC": BTC.price("100000")}) == usd_micro("1000")


def test_season_one_agrees_with_the_rule_to_the_last_digit_and_ends_flat() -> None:
    exchange = played(season_one())
    for recorded in season_one().accounts:
        account = exchange.account(recorded.wallet)
        assert (account.holdings, account.unlike_stated, account.adjusted) == ({}, 0, 0)
        won = sum(usd_micro(one.closed_pnl) for one in recorded.fills)
        fees = sum(nearest_usd_micro(one.fee) for one in recorded.fills)
        assert exchange.equity(account) == usd_micro(recorded.starting_equity) + won - fees + account.funding
        assert account.funding == sum(payment.usd for payment in account.payments)
        assert account.payments


@pytest.mark.skipif(not RECORDED.exists(), reason="shared/hyperliquid/recorded is not here")
@pytest.mark.parametrize("path", sorted(RECORDED.glob("userFillsByTime_*.json")), ids=lambda path: path.stem)
def test_real_accounts_state_the_results_that_the_rule_gives(path: Path) -> None:
    """Where the recording holds a position's whole life, or begins with a close that tells its entry."""
    exchange = played(read_recording(path, wallet=ONE))
    account = exchange.account(ONE)
    known = fills_with_known_entry(account)
    again = Account(ONE, 0, 0)
    for one in known:
        again.fill(exchange.assets[one.coin], one)
    assert again.unlike_stated == 0, f"of {len(known)}"


def fills_with_known_entry(account: Account) -> list[Fill]:
    """Fills of coins whose first row starts flat or closes."""
    first: dict[str, Fill] = {}
    for one in account.fills:
        first.setdefault(one.coin, one)
    unknown = {
        coin
        for coin, one in first.items()
        if Decimal(one.start_position) and (Decimal(one.start_position) > 0) == (one.side == "B")
    }
    return [one for one in account.fills if one.coin not in unknown]


@pytest.mark.parametrize(("first", "second"), ["BA", "AB"])
def test_two_bots_that_trade_with_each_other_make_one_trade(first: str, second: str) -> None:
    both = recording(fill(tid=9, side=first, crossed=first == "B"))
    other = recording(fill(tid=9, side=second, crossed=second == "B"), wallet=TWO)
    exchange = played(Recording(both.accounts + other.accounts, "two"))
    (trade,) = exchange.markets["BTC"].prints_between(0, NOON_MS)
    assert (trade.buyer, trade.seller) == ((ONE, TWO) if first == "B" else (TWO, ONE))
    assert trade.side is Side.LONG
    assert [len(exchange.account(wallet).fills) for wallet in (ONE, TWO)] == [1, 1]
