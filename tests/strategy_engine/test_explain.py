"""What a decision's record says of its checks."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from fadearena.domain.decisions import RiskCheck
from fadearena.strategy_engine.explain import explain, rungs_of
from fadearena.strategy_engine.kernel import decide
from fadearena.strategy_engine.risk_checks import RISK_CHECKS
from tests.factories import BTC
from tests.strategy_engine.test_kernel import CALM, OPEN, PRICE, USD


def ladder(**numbers: int) -> tuple[RiskCheck, ...]:
    """The checks of an opening of 500 lots against 500 USD, with some numbers changed."""
    s = replace(CALM, **{"bot_lots": 500, **numbers})
    steps = [-1] * len(RISK_CHECKS)
    return explain(BTC, s, rungs_of(OPEN), decide(s, OPEN, steps), steps)


def test_each_check_that_passed_shows_what_it_saw_and_what_it_asks() -> None:
    seen = ladder(event_age_ms=1_500, equity_change_today=-25 * USD, other_exposure=40 * USD, sell_price=PRICE - 100)
    assert [(check.name, check.observed, check.limit, check.unit) for check in seen] == [
        ("kill_switch", "off", "off", "flag"),
        ("bot_enabled", "enabled", "enabled", "flag"),
        ("mode_armed", "armed", "armed", "flag"),
        ("history_complete", "complete", "complete", "flag"),
        ("event_fresh", "1.5", "30", "s"),
        ("daily_loss", "-25", None, "USD"),
        ("asset_exposure", "500", None, "USD"),
        ("global_exposure", "540", None, "USD"),
        ("order_notional", "499.95", None, "USD"),
        ("price_collar", "1", "50", "bps"),
        ("minimum_order", "499.95", "10", "USD"),
        ("order_rate", "0", "60", "orders/min"),
    ]
    assert {(check.passed, check.size_before, check.size_after) for check in seen} == {(True, "0.005", "0.005")}


@pytest.mark.parametrize(
    ("numbers", "observed", "limit", "unit"),
    [
        ({"price_age_ms": 4_200}, "4.2", "3", "s"),
        ({"price_age_ms": -1}, None, "50", "bps"),
        ({"sell_price": 0}, None, "50", "bps"),
        ({"sell_price": PRICE - 5_001}, "50.01", "50", "bps"),
    ],
)
def test_a_price_is_refused_by_the_number_that_was_wrong_with_it(
    numbers: dict[str, int], observed: str | None, limit: str, unit: str
) -> None:
    refused = ladder(**numbers)[-1]
    assert (refused.name, refused.passed) == ("price_collar", False)
    assert (refused.observed, refused.limit, refused.unit) == (observed, limit, unit)
