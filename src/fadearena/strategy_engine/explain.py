"""The kernel's numbers as an audit record that a person can read.

Pure. For each risk check: its unit, what it looked at and what it looked for. The record holds every check that ran, in
order, and what it did to the size.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import NamedTuple

from fadearena.domain.decisions import EXECUTE_REASONS, SKIP_REASONS, Reason, RiskCheck
from fadearena.domain.market import Asset, to_text, usd_text
from fadearena.strategy_engine.risk_checks import (
    RISK_CHECKS,
    distance_e2,
    exposure_after,
    minimum_order,
    order_price,
    price_collar,
)
from fadearena.strategy_engine.situation import (
    KILL_FLATTEN,
    KILL_FOLLOW,
    KILL_HOLD,
    KILL_OFF,
    NO_NEW_EVENT,
    UNKNOWN,
    UNLIMITED,
    Limits,
    Situation,
    Verdict,
)

_UNITS = {
    "kill_switch": "flag",
    "bot_enabled": "flag",
    "mode_armed": "flag",
    "history_complete": "flag",
    "event_fresh": "s",
    "daily_loss": "USD",
    "asset_exposure": "USD",
    "global_exposure": "USD",
    "order_notional": "USD",
    "price_collar": "bps",
    "minimum_order": "USD",
    "order_rate": "orders/min",
}
"""The unit of each check, which both its numbers are in."""

_KILL_WORDS = {KILL_OFF: "off", KILL_HOLD: "on, hold", KILL_FOLLOW: "on, follow", KILL_FLATTEN: "on, flatten"}


def _observed(s: Situation, way: int, lots: int) -> tuple[str | None, ...]:
    """What each check looked at, for an order of ``lots``, in the order of ``RISK_CHECKS``."""
    exposure = exposure_after(s, way, lots)
    exposure_text = usd_text(exposure)
    notional = lots * order_price(s, way)
    notional_text = exposure_text if notional == exposure else usd_text(notional)
    return (
        _KILL_WORDS[s.kill_switch],
        "enabled" if s.bot_enabled else "disabled",
        "armed" if s.armed else "not armed",
        "complete" if s.history_complete else "gap",
        "no new event" if s.event_age_ms == NO_NEW_EVENT else to_text(s.event_age_ms, 3),
        usd_text(s.equity_change_today),
        exposure_text,
        usd_text(s.other_exposure + exposure) if s.other_exposure else exposure_text,
        notional_text,
        _distance(s, way),
        notional_text,
        str(s.orders_last_minute),
    )


def _distance(s: Situation, way: int) -> str | None:
    price = s.buy_price if way > 0 else s.sell_price
    if price <= 0 or s.bot_price <= 0 or s.price_age_ms == UNKNOWN:
        return None
    return to_text(distance_e2(price, s.bot_price), 2)


class Rungs(NamedTuple):
    """What of the checks is the same for every decision under the same limits: a column each, rows as they run."""

    names: tuple[str, ...]
    limits: tuple[str | None, ...]
    units: tuple[str, ...]
    price_age_ms: int
    """Of the price collar, which asks for a distance and for an age."""


def rungs_of(limits: Limits) -> Rungs:
    """The checks under these limits."""
    words: dict[str, str | None] = {
        "kill_switch": "off",
        "bot_enabled": "enabled",
        "mode_armed": "armed",
        "history_complete": "complete",
        "event_fresh": to_text(limits.event_age_ms, 3),
        "daily_loss": _usd_or_none(limits.daily_loss, -1),
        "asset_exposure": _usd_or_none(limits.asset_cap),
        "global_exposure": _usd_or_none(limits.global_cap),
        "order_notional": _usd_or_none(limits.order_notional),
        "price_collar": None if limits.slippage_e2 == UNLIMITED else to_text(limits.slippage_e2, 2),
        "minimum_order": usd_text(limits.minimum_order),
        "order_rate": str(limits.orders_per_minute),
    }
    names = tuple(name for name, _ in RISK_CHECKS)
    units = tuple(_UNITS[name] for name in names)
    return Rungs(names, tuple(words[name] for name in names), units, limits.price_age_ms)


def explain(asset: Asset, s: Situation, rungs: Rungs, verdict: Verdict, steps: Sequence[int]) -> tuple[RiskCheck, ...]:
    """Every check that ran, in order: those of the increase, then the minimum that kept back a reduction on its own."""
    ladder = _of_increase(asset, s, rungs, verdict, steps) if steps[0] >= 0 else ()
    kept_back = verdict.order == 0 < verdict.reduction and s.kill_switch != KILL_HOLD
    if kept_back and (not ladder or ladder[-1].name != rungs.names[_MINIMUM]):
        return (*ladder, _of_reduction(asset, s, rungs, verdict))
    return ladder


_COLLAR, _MINIMUM = ([check for _, check in RISK_CHECKS].index(one) for one in (price_collar, minimum_order))


def _of_reduction(asset: Asset, s: Situation, rungs: Rungs, verdict: Verdict) -> RiskCheck:
    lots = verdict.reduction
    observed = usd_text(lots * order_price(s, verdict.delta))
    name, limit, unit = rungs.names[_MINIMUM], rungs.limits[_MINIMUM], rungs.units[_MINIMUM]
    return RiskCheck(name, False, observed, limit, unit, asset.size_text(lots), "0")


def _of_increase(
    asset: Asset, s: Situation, rungs: Rungs, verdict: Verdict, steps: Sequence[int]
) -> tuple[RiskCheck, ...]:
    """``steps`` is -1 where a check did not run."""
    way = 1 if verdict.delta > 0 else -1
    before = verdict.increase
    text = asset.size_text(before)
    seen = _observed(s, way, verdict.reduction + before)
    if steps[-1] == before:
        same = repeat(text)
        return tuple(map(RiskCheck, rungs.names, repeat(True), seen, rungs.limits, rungs.units, same, same))
    ladder: list[RiskCheck] = []
    for row, (name, limit, unit) in enumerate(zip(rungs.names, rungs.limits, rungs.units, strict=True)):
        after = steps[row]
        if after < 0:
            break
        if row == _COLLAR and s.price_age_ms > rungs.price_age_ms:
            age, most = to_text(s.price_age_ms, 3), to_text(rungs.price_age_ms, 3)
            ladder.append(RiskCheck(name, False, age, most, "s", text, "0"))
            break
        passed = after == before and s.kill_switch != KILL_HOLD
        before_text, text = text, asset.size_text(after)
        ladder.append(RiskCheck(name, passed, seen[row], limit, unit, before_text, text))
        if after != before:
            before = after
            seen = _observed(s, way, verdict.reduction + before)
    return tuple(ladder)


def reason_to_execute(s: Situation, verdict: Verdict, checks: Sequence[RiskCheck]) -> Reason:
    """Why an order is sent; names the check that shrank or refused the rest of it."""
    held, order = s.held_lots, verdict.order
    if held == 0:
        code = "open"
    elif (held > 0) == (order > 0):
        code = "add"
    elif abs(order) < abs(held):
        code = "reduce"
    elif abs(order) == abs(held):
        code = "close"
    else:
        code = "flip"
    sentence = EXECUTE_REASONS[code]
    if verdict.allowed < verdict.increase:
        cut = ", ".join(check.name for check in checks if not check.passed)
        sentence += f"; {'the rest refused' if verdict.allowed == 0 else 'made smaller'} by {cut}"
    return Reason(code, sentence)


def reason_to_skip(verdict: Verdict, checks: Sequence[RiskCheck]) -> Reason:
    """Why nothing is sent: the check that refused, or that there was nothing to do."""
    if verdict.delta == 0:
        code = "on_target"
    elif checks and not checks[-1].passed:
        code = checks[-1].name
    else:
        code = "minimum_order"
    return Reason(code, SKIP_REASONS[code])


def _usd_or_none(amount: int, sign: int = 1) -> str | None:
    return None if amount == UNLIMITED else usd_text(sign * amount)
