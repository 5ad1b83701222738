"""Decisions: the kernel alone, with its audit record, and whole backtests.

Run: ``.venv/bin/python -m benchmarks.bench_decisions``. Each figure is the median of several rounds, measured in turn
in one process; the spread is the fastest and the slowest round.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import astuple

from benchmarks.machine import describe
from fadearena.arena import Arena, EventClock
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import EventId, derived_uuid7
from fadearena.domain.settings import Controls
from fadearena.hyperliquid.recordings import season_one
from fadearena.research.backtest import BACKTEST_DEFAULTS, controls_of, events_of, orders_of
from fadearena.strategy_engine.compiled import LimitsTuple, SituationTuple, compile_kernel
from fadearena.strategy_engine.explain import explain, rungs_of
from fadearena.strategy_engine.kernel import decide
from fadearena.strategy_engine.portfolio import Portfolio
from fadearena.strategy_engine.risk_checks import RISK_CHECKS
from fadearena.strategy_engine.situation import Limits, Situation
from fadearena.trading_client.simulated_venue import venue_of

ROUNDS = 7
CALLS = 20_000
SEASONS = 50
COMPILED_CALLS = 5_000_000

SITUATION = Situation(
    7000, 0, 0, 10000, 0, 60_000_000_000, 0, 10**9, 1076410, 1076410, 1076410, 1076410, 0, 1076410, 0, 0, 0, 0, 0, 0, 0,
    1, 1, 1,
)  # fmt: skip
LIMITS = Limits(30000, -1, -1, -1, -1, 5000, 3000, 10_000_000, 60, 1)


def microseconds(work: Callable[[], int]) -> tuple[float, float, float]:
    """Median, fastest and slowest round of a piece of work that returns how many units it did."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        units = work()
        rounds.append((time.perf_counter() - started) / units * 1e6)
    return statistics.median(rounds), min(rounds), max(rounds)


def show(name: str, figures: tuple[float, float, float], note: str = "") -> None:
    median, fastest, slowest = figures
    rate = 1e6 / median
    print(f"{name:<52} {median:>9.3f} µs  ({fastest:.3f} to {slowest:.3f})  {rate:>14,.0f}/s  {note}")


def kernel_interpreted() -> int:
    for _ in range(CALLS):
        decide(SITUATION, LIMITS, [-1] * len(RISK_CHECKS))
    return CALLS


def kernel_with_record() -> int:
    asset = season_one_events()[0].asset
    rungs = rungs_of(LIMITS)
    for _ in range(CALLS):
        steps = [-1] * len(RISK_CHECKS)
        verdict = decide(SITUATION, LIMITS, steps)
        explain(asset, SITUATION, rungs, verdict, steps)
        msgspec.json.encode(SITUATION)
    return CALLS


def season_one_events() -> list[BotTradeEvent]:
    return list(events_of(season_one()))


def many_seasons() -> list[BotTradeEvent]:
    """The season's fills over and over, ten days apart, each with an identity of its own."""
    season = season_one_events()
    shift_ms = 10 * 86_400_000
    return [
        msgspec.structs.replace(
            event,
            id=EventId(derived_uuid7(event.time_ms + turn * shift_ms, event.id.hex, turn)),
            time_ms=event.time_ms + turn * shift_ms,
        )
        for turn in range(SEASONS)
        for event in season
    ]


def backtest(events: list[BotTradeEvent], controls: Controls) -> int:
    arena = Arena(Portfolio(0), controls, EventClock(), venue_of)
    for pieces in orders_of(events):
        arena.portfolio.begin()
        arena.step(pieces)
    return len(events)


def compiled_loop() -> Callable[[], int]:
    """The compiled kernel over a varying position, the state carried from decision to decision."""
    import numba

    kernel = compile_kernel()

    def loop(calls: int, s: Any, limits: Any, steps: Any, moves: Any) -> int:
        held = 0
        for turn in range(calls):
            now = SituationTuple(
                moves[turn & 1023], s.baseline_lots, held, s.multiplier_e4, s.sizing_rule, s.our_equity, s.bot_equity,
                s.fixed_notional, s.anchor_price, s.bot_price, s.buy_price, s.sell_price, s.price_age_ms, s.mark,
                s.event_age_ms, held, held, s.other_exposure, s.equity_change_today, s.orders_last_minute,
                s.kill_switch, s.bot_enabled, s.armed, s.history_complete,
            )  # fmt: skip
            held += kernel(now, limits, steps).order
        return held

    steps = np.full(len(RISK_CHECKS), -1, dtype=np.int64)
    moves = np.random.default_rng(1).integers(-10_000, 10_000, 1024)
    run: Any = numba.njit(loop)
    numbers, limits = SituationTuple(*astuple(SITUATION)), LimitsTuple(*astuple(LIMITS))
    run(10, numbers, limits, steps, moves)

    def work() -> int:
        run(COMPILED_CALLS, numbers, limits, steps, moves)
        return COMPILED_CALLS

    return work


def main() -> None:
    print(describe())
    events, controls = many_seasons(), controls_of(season_one(), BACKTEST_DEFAULTS)
    show("kernel, interpreted", microseconds(kernel_interpreted))
    show("kernel and audit record (target 10 µs)", microseconds(kernel_with_record))
    show(
        "backtest with full audit (target 50,000/s)",
        microseconds(lambda: backtest(events, controls)),
        f"{len(events)} events",
    )
    show("kernel, compiled, in a loop", microseconds(compiled_loop()))


if __name__ == "__main__":
    main()
