"""The weight budget: never more than is allowed in any minute, and something left for what is urgent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadearena.hyperliquid.budget import PENALTY_MS, WINDOW_MS, WeightBudget
from fadearena.hyperliquid.messages.queries import CANDLE_SNAPSHOT, L2_BOOK, QUERIES, USER_FILLS_BY_TIME, USER_ROLE


def test_weights_and_surcharges_are_those_of_the_exchange() -> None:
    assert (USER_FILLS_BY_TIME.weight, USER_FILLS_BY_TIME.surcharge(2000)) == (20, 100)
    assert (L2_BOOK.weight, L2_BOOK.surcharge(20)) == (2, 0)
    assert USER_ROLE.weight == 60
    assert CANDLE_SNAPSHOT.surcharge(119) == 1


LIGHT = {"l2Book", "allMids", "clearinghouseState", "orderStatus", "spotClearinghouseState", "exchangeStatus"}
COSTLY_ROWS = {
    *("recentTrades", "historicalOrders", "userFills", "userFillsByTime", "fundingHistory", "userFunding"),
    *("userNonFundingLedgerUpdates", "userTwapSliceFills", "userTwapSliceFillsByTime"),
}


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_every_request_weighs_what_the_exchange_says(name: str) -> None:
    """Section 3.1: six requests weigh 2, userRole 60, all others 20; rows of nine add one for each 20."""
    query = QUERIES[name]
    assert query.weight == (2 if name in LIGHT else 60 if name == "userRole" else 20)
    assert query.surcharge(120) == (6 if name in COSTLY_ROWS else 2 if name == "candleSnapshot" else 0)


def test_a_minute_holds_1200_of_which_300_are_for_urgent_ones() -> None:
    budget = WeightBudget()
    for _ in range(45):
        assert budget.wait_ms(20, 0) == 0
        budget.spend(20, 0)
    assert (budget.wait_ms(1, 0), budget.wait_ms(300, 0, urgent=True)) == (60_000, 0)
    assert budget.wait_ms(301, 0, urgent=True) == 60_000


def test_usual_requests_leave_a_share_for_urgent_ones() -> None:
    budget = WeightBudget(1200, 0.25)
    for _ in range(45):
        assert budget.wait_ms(20, 1000) == 0
        budget.spend(20, 1000)
    assert budget.wait_ms(20, 1000) == WINDOW_MS
    assert budget.wait_ms(20, 1000, urgent=True) == 0
    assert budget.wait_ms(20, 1000 + WINDOW_MS) == 0


def test_the_wait_is_until_enough_old_weight_has_passed() -> None:
    budget = WeightBudget(100, 0)
    budget.spend(40, 0)
    budget.spend(60, 10_000)
    assert budget.wait_ms(40, 20_000) == 40_000
    assert budget.wait_ms(41, 20_000) == 50_000


def test_a_request_heavier_than_the_budget_waits_for_an_empty_minute_and_not_for_ever() -> None:
    budget = WeightBudget(50, 0)
    assert budget.wait_ms(60, 0) == 0
    budget.spend(10, 0)
    assert budget.wait_ms(60, 0) == WINDOW_MS


def test_a_refusal_by_the_exchange_closes_the_budget_for_a_while_even_for_urgent_requests() -> None:
    budget = WeightBudget()
    budget.refused(5000)
    assert budget.wait_ms(2, 5000, urgent=True) == PENALTY_MS
    assert budget.wait_ms(2, 5000 + PENALTY_MS) == 0


@pytest.mark.parametrize(("per_minute", "share"), [(0, 0.1), (-5, 0.1), (100, 1.0), (100, -0.1)])
def test_a_budget_that_is_none_is_refused(per_minute: int, share: float) -> None:
    with pytest.raises(ValueError, match="none"):
        WeightBudget(per_minute, share)


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 120), st.booleans()), max_size=80))
def test_whoever_waits_as_told_never_exceeds_the_budget_in_any_minute(
    requests: list[tuple[int, int, bool]],
) -> None:
    budget = WeightBudget(300, 0.25)
    now = 0
    spent: list[tuple[int, int]] = []
    for pause, weight, urgent in requests:
        now += pause
        now += budget.wait_ms(weight, now, urgent=urgent)
        assert budget.wait_ms(weight, now, urgent=urgent) == 0
        budget.spend(weight, now)
        spent.append((now, weight))
        assert sum(part for time_ms, part in spent if now - WINDOW_MS < time_ms) <= (300 if urgent else 225)
