"""The decision kernel: invert, size, check. Integers in, integers out.

Pure. The same source runs interpreted (trader, audited backtest) and compiled (sweeps): ``build`` links the tables of
sizing rules and risk checks into one function, and a compiler, if given, is applied to every part of it.

Everything follows from positions, not from fills: ``delta = target - held``. What reduces our position with the bot is
never checked; only a kill switch that holds, or the exchange's own minimum, can keep it back, and then it stays in the
delta.
"""

from __future__ import annotations

from collections.abc import Callable, MutableSequence
from typing import Any

from fadearena.strategy_engine.risk_checks import RISK_CHECKS, CheckFunction, is_sendable
from fadearena.strategy_engine.situation import KILL_FLATTEN, KILL_HOLD, Limits, Situation, Verdict
from fadearena.strategy_engine.sizing import SIZING_RULES, SizingFunction

Steps = MutableSequence[int]
"""One number a check: the increase that it left; -1 where it did not run."""

Kernel = Callable[[Situation, Limits, Steps], Verdict]
Compile = Callable[[Any], Any]


def build(compiled: Compile = lambda function: function) -> Kernel:
    """The kernel, every part of it passed through ``compiled`` (numba's ``njit``, or nothing)."""
    size = _linked_rules(compiled)
    check = _linked_checks(compiled)
    sendable = compiled(is_sendable)

    def decide(s: Situation, limits: Limits, steps: Steps) -> Verdict:
        target = 0 if s.kill_switch == KILL_FLATTEN else size(s, s.bot_lots - s.baseline_lots)
        delta = target - s.held_lots
        if delta == 0:
            return Verdict(target, 0, 0, 0, 0, 0)
        way = 1 if delta > 0 else -1
        wanted = abs(delta)
        reduction = min(wanted, abs(s.held_lots)) if way * s.held_lots < 0 else 0
        increase = wanted - reduction
        if s.kill_switch == KILL_HOLD:
            steps[0] = 0
            return Verdict(target, delta, reduction, increase, 0, 0)
        allowed = check(s, limits, way, reduction, increase, steps) if increase > 0 else 0
        lots = reduction + allowed
        if allowed == 0 and reduction > 0 and not sendable(s, limits, way, reduction):
            lots = 0
        return Verdict(target, delta, reduction, increase, allowed, way * lots)

    return compiled(decide)  # type: ignore[no-any-return]


def _linked_rules(compiled: Compile) -> SizingFunction:
    linked: SizingFunction = compiled(_no_rule)
    for row in reversed(range(len(SIZING_RULES))):
        linked = compiled(_link_rule(row, compiled(SIZING_RULES[row][1]), linked))
    return linked


def _no_rule(s: Situation, faded_lots: int) -> int:  # noqa: ARG001
    return s.held_lots


def _link_rule(row: int, rule: SizingFunction, following: SizingFunction) -> SizingFunction:
    def size(s: Situation, faded_lots: int) -> int:
        if s.sizing_rule == row:
            return rule(s, faded_lots)
        return following(s, faded_lots)

    return size


_Chain = Callable[[Situation, Limits, int, int, int, Steps], int]


def _linked_checks(compiled: Compile) -> _Chain:
    linked: _Chain = compiled(_all_passed)
    for row in reversed(range(len(RISK_CHECKS))):
        linked = compiled(_link_check(row, compiled(RISK_CHECKS[row][1]), linked))
    return linked


def _all_passed(s: Situation, limits: Limits, way: int, reduction: int, increase: int, steps: Steps) -> int:  # noqa: ARG001
    return increase


def _link_check(row: int, check: CheckFunction, following: _Chain) -> _Chain:
    def run(s: Situation, limits: Limits, way: int, reduction: int, increase: int, steps: Steps) -> int:
        left = check(s, limits, way, reduction, increase)
        steps[row] = left
        if left == 0:
            return 0
        return following(s, limits, way, reduction, left, steps)

    return run


decide: Kernel = build()
"""The interpreted kernel."""
