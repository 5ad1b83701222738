"""The decision kernel: invert, size, check. Integers in, integers out.

Pure. The same source runs interpreted (trader, audited backtest) and compiled (sweeps, see ``compiled``). The tables of
sizing rules and risk checks are written out as plain functions once, when this module is read: compiled code can't walk
a table of functions, and interpreted, walking it takes longer than the checks themselves.

Everything follows from positions, not from fills: ``delta = target - held``. What reduces our position with the bot is
never checked; only a kill switch that holds, or the exchange's own minimum, can keep it back, and then it stays in the
delta.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableSequence
from types import FunctionType
from typing import Any

from fadearena.strategy_engine.risk_checks import RISK_CHECKS, is_sendable
from fadearena.strategy_engine.situation import KILL_FLATTEN, KILL_HOLD, Limits, Situation, Verdict
from fadearena.strategy_engine.sizing import SIZING_RULES, SizingFunction

Steps = MutableSequence[int]
"""One number a check: the increase that it left; -1 where it did not run."""

Kernel = Callable[[Situation, Limits, Steps], Verdict]


def decide(s: Situation, limits: Limits, steps: Steps) -> Verdict:
    """What to trade now, and what each check that ran left of the increase."""
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
    allowed = run_checks(s, limits, way, reduction, increase, steps) if increase > 0 else 0
    lots = reduction + allowed
    if allowed == 0 and reduction > 0 and not is_sendable(s, limits, way, reduction):
        lots = 0
    return Verdict(target, delta, reduction, increase, allowed, way * lots)


def _written_out(head: str, row: str, functions: Iterable[Callable[..., int]], tail: str) -> Any:
    """A function of ``head``, then ``row`` for each of ``functions``, then ``tail``."""
    table = [function for function in functions if isinstance(function, FunctionType)]
    names: dict[str, Any] = {"__name__": __name__} | {function.__name__: function for function in table}
    rows = [row.format(row=number, function=function.__name__) for number, function in enumerate(table)]
    exec("".join([head, *rows, tail]), names)  # noqa: S102
    return names[head.removeprefix("def ").partition("(")[0]]


size: SizingFunction = _written_out(
    "def size(s, faded_lots):",
    """
    if s.sizing_rule == {row}:
        return {function}(s, faded_lots)""",
    (rule for _, rule in SIZING_RULES),
    """
    return s.held_lots""",
)
"""The target by the rule that the situation names."""

run_checks: Callable[[Situation, Limits, int, int, int, Steps], int] = _written_out(
    "def run_checks(s, limits, way, reduction, increase, steps):",
    """
    increase = {function}(s, limits, way, reduction, increase)
    steps[{row}] = increase
    if increase == 0:
        return 0""",
    (check for _, check in RISK_CHECKS),
    """
    return increase""",
)
"""What the checks, in order, leave of an increase; the first that leaves nothing is the last to run."""
