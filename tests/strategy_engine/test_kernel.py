"""The laws of the decision kernel, and the worked cases that show what they mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple, replace

from fadearena.strategy_engine.kernel import decide
from fadearena.strategy_engine.risk_checks import RISK_CHECKS, exposure_after
from fadearena.strategy_engine.situation import (
    KILL_FLATTEN,
    KILL_FOLLOW,
    KILL_HOLD,
    KILL_OFF,
    NO_NEW_EVENT,
    UNLIMITED,
    Limits,
    Situation,
    Verdict,
)
from fadearena.strategy_engine.sizing import SIZING_ROW

PRICE = 1_000_000
"""With lots of 10^-5: 100,000 USD a coin, one lot is one USD."""

USD = 10**6

CALM = Situation(
    bot_lots=0,
    baseline_lots=0,
    held_lots=0,
    multiplier_e4=10_000,
    sizing_rule=SIZING_ROW["proportional"],
    our_equity=10_000 * USD,
    bot_equity=10_000 * USD,
    fixed_notional=1_000 * USD,
    anchor_price=PRICE,
    bot_price=PRICE,
    buy_price=PRICE,
    sell_price=PRICE,
    price_age_ms=0,
    mark=PRICE,
    event_age_ms=0,
    net_if_bought=0,
    net_if_sold=0,
    other_exposure=0,
    equity_change_today=0,
    orders_last_minute=0,
    kill_switch=KILL_OFF,
    bot_enabled=1,
    armed=1,
    history_complete=1,
)
OPEN = Limits(
    event_age_ms=30_000,
    daily_loss=UNLIMITED,
    asset_cap=UNLIMITED,
    global_cap=UNLIMITED,
    order_notional=UNLIMITED,
    slippage_e2=5_000,
    price_age_ms=3_000,
    minimum_order=10 * USD,
    orders_per_minute=60,
    clamp=1,
)


def judged(limits: Limits = OPEN, **numbers: int) -> tuple[Verdict, list[int]]:
    """The verdict on the calm situation with some numbers changed."""
    if "held_lots" in numbers and "net_if_bought" not in numbers:
        numbers |= {"net_if_bought": numbers["held_lots"], "net_if_sold": numbers["held_lots"]}
    steps = [-1] * len(RISK_CHECKS)
    return decide(replace(CALM, **numbers), limits, steps), steps


def test_a_bots_long_becomes_our_short() -> None:
    assert judged(bot_lots=500)[0].order == -500


def test_a_closed_bot_position_closes_ours() -> None:
    assert judged(bot_lots=0, held_lots=-500)[0].order == 500


def test_a_flip_is_one_order_of_a_reduction_and_an_opening() -> None:
    verdict, _ = judged(bot_lots=-300, held_lots=-500)
    assert (verdict.reduction, verdict.increase, verdict.order) == (500, 300, 800)


def test_the_target_is_cut_toward_zero_to_the_lot() -> None:
    assert judged(bot_lots=333, multiplier_e4=5_000)[0].target == -166
    assert judged(bot_lots=-333, multiplier_e4=5_000)[0].target == 166


def test_what_the_bot_held_before_is_left_alone() -> None:
    assert judged(bot_lots=1_500, baseline_lots=1_000)[0].order == -500


def test_below_the_minimum_is_carried_over_and_traded_when_it_has_grown() -> None:
    first, _ = judged(bot_lots=6)
    assert (first.delta, first.order) == (-6, 0)
    assert judged(bot_lots=12)[0].order == -12


def test_a_dust_position_that_is_all_we_hold_may_still_be_closed() -> None:
    assert judged(bot_lots=0, held_lots=-5)[0].order == 5


def test_a_dust_reduction_beside_other_bots_positions_is_carried_over() -> None:
    assert judged(bot_lots=0, held_lots=-5, net_if_bought=-900, net_if_sold=-900)[0].order == 0


def test_a_cap_shrinks_an_order_to_what_fits() -> None:
    assert judged(limits=replace(OPEN, asset_cap=200 * USD), bot_lots=500)[0].order == -200


def test_a_cap_drops_the_increase_whole_under_the_skip_policy() -> None:
    assert judged(limits=replace(OPEN, asset_cap=200 * USD, clamp=0), bot_lots=500)[0].order == 0


def test_the_global_cap_counts_the_other_assets() -> None:
    limits = replace(OPEN, global_cap=1_000 * USD)
    assert judged(limits=limits, bot_lots=500, other_exposure=900 * USD)[0].order == -100


def test_an_increase_toward_a_net_of_zero_fits_under_a_cap_already_passed() -> None:
    limits = replace(OPEN, asset_cap=100 * USD)
    verdict, _ = judged(limits=limits, bot_lots=700, net_if_bought=1_000, net_if_sold=1_000)
    assert verdict.order == -700


@pytest.mark.parametrize(
    ("check", "numbers", "limits"),
    [
        ("kill_switch", {"kill_switch": KILL_FOLLOW}, {}),
        ("bot_enabled", {"bot_enabled": 0}, {}),
        ("mode_armed", {"armed": 0}, {}),
        ("history_complete", {"history_complete": 0}, {}),
        ("event_fresh", {"event_age_ms": 30_001}, {}),
        ("event_fresh", {"event_age_ms": NO_NEW_EVENT}, {}),
        ("daily_loss", {"equity_change_today": -100 * USD}, {"daily_loss": 100 * USD}),
        ("asset_exposure", {}, {"asset_cap": 0}),
        ("global_exposure", {"other_exposure": 50 * USD}, {"global_cap": 50 * USD}),
        ("order_notional", {}, {"order_notional": 0}),
        ("price_collar", {"sell_price": PRICE - 5_001}, {}),
        ("price_collar", {"sell_price": 0}, {}),
        ("price_collar", {"price_age_ms": 3_001}, {}),
        ("price_collar", {"price_age_ms": -1}, {}),
        ("minimum_order", {"bot_lots": 9}, {}),
        ("order_rate", {"orders_last_minute": 60}, {}),
    ],
)
def test_each_check_refuses_an_increase_and_says_so(
    check: str, numbers: dict[str, int], limits: dict[str, int]
) -> None:
    verdict, steps = judged(replace(OPEN, **limits), **{"bot_lots": 500, **numbers})
    row = [name for name, _ in RISK_CHECKS].index(check)
    assert verdict.order == 0
    assert steps[row] == 0
    assert all(step == verdict.increase for step in steps[:row])
    assert all(step == -1 for step in steps[row + 1 :])


def test_a_kill_switch_that_holds_sends_not_even_an_exit() -> None:
    assert judged(bot_lots=0, held_lots=-500, kill_switch=KILL_HOLD)[0].order == 0


def test_a_kill_switch_that_follows_lets_exits_follow() -> None:
    assert judged(bot_lots=0, held_lots=-500, kill_switch=KILL_FOLLOW)[0].order == 500
    assert judged(bot_lots=-300, held_lots=-500, kill_switch=KILL_FOLLOW)[0].order == 500


def test_a_kill_switch_that_flattens_wants_nothing_held() -> None:
    assert judged(bot_lots=500, held_lots=-500, kill_switch=KILL_FLATTEN)[0].order == 500


def test_equity_ratio_sizes_by_the_two_equities() -> None:
    row = SIZING_ROW["equity-ratio"]
    assert judged(bot_lots=500, sizing_rule=row, our_equity=20_000 * USD)[0].target == -1_000
    assert judged(bot_lots=500, sizing_rule=row, bot_equity=0)[0].target == 0
    assert judged(bot_lots=500, held_lots=-70, sizing_rule=row, bot_equity=0)[0].target == -70


def test_fixed_notional_is_the_same_amount_whatever_the_bots_size() -> None:
    row = SIZING_ROW["fixed-notional"]
    assert judged(bot_lots=7, sizing_rule=row)[0].target == -1_000
    assert judged(bot_lots=-70_000, sizing_rule=row)[0].target == 1_000


lots = st.integers(-(10**12), 10**12)
amounts = st.integers(0, 10**17)


@st.composite
def situations(draw: st.DrawFn, /, **fixed: Any) -> Situation:
    """Any state the world could be in, bounded as the edges bound it."""
    bot = draw(lots)
    price = draw(st.integers(1, 10**6))
    held = draw(lots)
    net = draw(lots)
    numbers = {
        "bot_lots": bot,
        "baseline_lots": draw(st.integers(min(0, bot), max(0, bot))),
        "held_lots": held,
        "multiplier_e4": draw(st.integers(100, 100_000)),
        "sizing_rule": draw(st.integers(0, 2)),
        "our_equity": draw(amounts),
        "bot_equity": draw(amounts),
        "fixed_notional": draw(st.integers(1, 10**12)),
        "anchor_price": draw(st.integers(0, 10**6)),
        "bot_price": price,
        "buy_price": draw(st.sampled_from([0, price, price + price // 500])),
        "sell_price": draw(st.sampled_from([0, price, max(1, price - price // 500)])),
        "price_age_ms": draw(st.integers(-1, 5_000)),
        "mark": price,
        "event_age_ms": draw(st.integers(NO_NEW_EVENT, 60_000)),
        "net_if_bought": net + draw(st.integers(0, 10**6)),
        "net_if_sold": net - draw(st.integers(0, 10**6)),
        "other_exposure": draw(amounts),
        "equity_change_today": draw(st.integers(-(10**12), 10**12)),
        "orders_last_minute": draw(st.integers(0, 100)),
        "kill_switch": draw(st.integers(0, 3)),
        "bot_enabled": draw(st.integers(0, 1)),
        "armed": draw(st.integers(0, 1)),
        "history_complete": draw(st.integers(0, 1)),
    }
    return Situation(**{**numbers, **fixed})


caps = st.one_of(st.just(UNLIMITED), amounts)


@st.composite
def limit_sets(draw: st.DrawFn) -> Limits:
    return Limits(
        event_age_ms=draw(st.integers(0, 60_000)),
        daily_loss=draw(caps),
        asset_cap=draw(caps),
        global_cap=draw(caps),
        order_notional=draw(caps),
        slippage_e2=draw(st.one_of(st.just(UNLIMITED), st.integers(0, 10_000))),
        price_age_ms=draw(st.integers(0, 5_000)),
        minimum_order=10 * USD,
        orders_per_minute=draw(st.integers(1, 100)),
        clamp=draw(st.integers(0, 1)),
    )


def run(s: Situation, limits: Limits) -> Verdict:
    return decide(s, limits, [-1] * len(RISK_CHECKS))


@given(situations(kill_switch=KILL_OFF, sizing_rule=0, multiplier_e4=10_000, baseline_lots=0))
def test_inverting_twice_gives_back_the_bot(s: Situation) -> None:
    once = run(s, OPEN).target
    assert run(replace(s, bot_lots=once), OPEN).target == s.bot_lots


@given(situations(kill_switch=KILL_OFF), limit_sets())
def test_a_mirrored_bot_gives_a_mirrored_target(s: Situation, limits: Limits) -> None:
    mirrored = replace(s, bot_lots=-s.bot_lots, baseline_lots=-s.baseline_lots, held_lots=-s.held_lots)
    assert run(mirrored, limits).target == -run(s, limits).target


@given(situations(), limit_sets())
def test_reductions_are_never_blocked(s: Situation, limits: Limits) -> None:
    verdict = run(s, limits)
    closes_all = s.net_if_bought == s.net_if_sold and abs(s.net_if_bought) == verdict.reduction
    big_enough = verdict.reduction * min(s.bot_price, s.sell_price or s.bot_price) >= limits.minimum_order
    if s.kill_switch != KILL_HOLD and (big_enough or closes_all):
        assert abs(verdict.order) >= verdict.reduction


@given(situations(), limit_sets())
def test_an_order_never_goes_further_than_the_target(s: Situation, limits: Limits) -> None:
    verdict = run(s, limits)
    assert verdict.order == 0 or (verdict.order > 0) == (verdict.delta > 0)
    assert abs(verdict.order) <= abs(verdict.delta)
    assert 0 <= verdict.allowed <= verdict.increase


@given(situations(), limit_sets())
def test_no_increase_passes_a_cap(s: Situation, limits: Limits) -> None:
    verdict = run(s, limits)
    if verdict.allowed == 0:
        return
    way = 1 if verdict.order > 0 else -1
    net = (s.net_if_bought if way > 0 else s.net_if_sold) + way * verdict.reduction
    nearer_to_zero = abs(net + way * verdict.allowed) <= abs(net)
    after = exposure_after(s, way, abs(verdict.order))
    assert limits.asset_cap == UNLIMITED or after <= limits.asset_cap or nearer_to_zero
    assert limits.global_cap == UNLIMITED or after + s.other_exposure <= limits.global_cap or nearer_to_zero
    price = (s.buy_price if way > 0 else s.sell_price) or s.bot_price
    assert limits.order_notional == UNLIMITED or abs(verdict.order) * price <= limits.order_notional


@given(situations(), limit_sets())
def test_nothing_that_increases_risk_is_sent_under_a_kill_switch(s: Situation, limits: Limits) -> None:
    verdict = run(s, limits)
    if s.kill_switch != KILL_OFF:
        assert verdict.allowed == 0
        assert abs(verdict.order) in (0, verdict.reduction)


@given(st.lists(lots, min_size=1, max_size=30), situations(kill_switch=KILL_OFF, sizing_rule=0, baseline_lots=0))
def test_no_part_of_a_carried_delta_is_ever_lost(path: list[int], s: Situation) -> None:
    """Whatever was refused on the way, one open-handed decision at the end lands on the target."""
    held = 0
    for bot in path:
        state = replace(s, bot_lots=bot, held_lots=held, net_if_bought=held, net_if_sold=held)
        held += run(state, OPEN).order
        assert run(state, OPEN).delta == run(state, OPEN).target - state.held_lots
    free = replace(OPEN, minimum_order=0)
    final = replace(
        s,
        bot_lots=path[-1],
        held_lots=held,
        net_if_bought=held,
        net_if_sold=held,
        price_age_ms=0,
        event_age_ms=0,
        buy_price=s.bot_price,
        sell_price=s.bot_price,
        orders_last_minute=0,
        bot_enabled=1,
        armed=1,
        history_complete=1,
    )
    verdict = run(final, free)
    assert held + verdict.order == verdict.target


Compiled = Callable[[Situation, Limits, list[int]], Verdict]


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    """The compiled kernel, called as the interpreted one is."""
    pytest.importorskip("numba", reason="numba comes with the extra 'research'")
    import numpy as np

    from fadearena.strategy_engine.compiled import LimitsTuple, SituationTuple, compile_kernel

    kernel = compile_kernel()

    def decided(s: Situation, limits: Limits, steps: list[int]) -> Verdict:
        array = np.array(steps, dtype=np.int64)
        verdict = kernel(SituationTuple(*astuple(s)), LimitsTuple(*astuple(limits)), array)
        steps[:] = array.tolist()
        return Verdict(*verdict)

    return decided


@settings(max_examples=300, deadline=None)
@given(s=situations(), limits=limit_sets())
def test_the_compiled_kernel_decides_as_the_interpreted_one(compiled: Compiled, s: Situation, limits: Limits) -> None:
    steps, compiled_steps = [-1] * len(RISK_CHECKS), [-1] * len(RISK_CHECKS)
    assert compiled(s, limits, compiled_steps) == decide(s, limits, steps)
    assert compiled_steps == steps


def test_the_compiled_kernel_runs_every_rule_and_every_check(compiled: Compiled) -> None:
    """At defaults that let everything through, so that no row is left out of the comparison."""
    for row in range(len(SIZING_ROW)):
        steps = [-1] * len(RISK_CHECKS)
        verdict = compiled(replace(CALM, bot_lots=500, sizing_rule=row), OPEN, steps)
        assert verdict.order == decide(replace(CALM, bot_lots=500, sizing_rule=row), OPEN, [-1] * 12).order != 0
        assert steps == [verdict.increase] * len(RISK_CHECKS)


@pytest.mark.parametrize("bot", [10**12, -(10**12)])
@pytest.mark.parametrize("rule", SIZING_ROW.values())
def test_the_compiled_kernel_agrees_on_the_largest_position_at_the_largest_multiplier(
    compiled: Compiled, bot: int, rule: int
) -> None:
    """A trillion dollars ten times over is more micro-dollars than 64 bits hold."""
    s = replace(CALM, bot_lots=bot, multiplier_e4=100_000, sizing_rule=rule, our_equity=10**17, bot_equity=1)
    assert compiled(s, OPEN, [-1] * len(RISK_CHECKS)) == decide(s, OPEN, [-1] * len(RISK_CHECKS))
