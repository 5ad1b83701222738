"""A decision for every event: hftbacktest, and the compiled kernel, in turn in one process.

Both take one event at a time, decide, and carry their state on. hftbacktest keeps a book and matches an immediate order
for every event; the kernel sizes, runs its twelve checks and fills at once. They do different work; the pair says in
which class a sweep over settings plays, not which is better.

Needs hftbacktest, which the project does not depend on: ``uv pip install hftbacktest``, then
``.venv/bin/python -m benchmarks.bench_peers``.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.bench_decisions import COMPILED_CALLS, compiled_loop
from benchmarks.machine import describe

ROUNDS = 7
EVENTS = 200_000
START_NS = 1_760_000_000_000_000_000
STEP_NS = 1_000_000


def market_data(library: Any, dtype: Any) -> Any:
    """A quiet book whose best bid moves with every event."""
    depth = library.DEPTH_EVENT | library.EXCH_EVENT | library.LOCAL_EVENT
    data = np.zeros(EVENTS + 2, dtype)
    data["ev"] = depth | library.BUY_EVENT
    data["ev"][1] = depth | library.SELL_EVENT
    turn = np.arange(EVENTS + 2)
    data["exch_ts"] = data["local_ts"] = START_NS + turn * STEP_NS
    data["px"] = 100_000.0 - 0.1 * (turn % 5)
    data["px"][1] = 100_000.1
    data["qty"] = 1_000.0 + turn % 7
    return data


def hftbacktest_round() -> Callable[[], int]:
    import hftbacktest as library
    import numba
    from hftbacktest.order import IOC, LIMIT
    from hftbacktest.types import event_dtype

    data = market_data(library, event_dtype)

    def loop(backtest: Any) -> int:
        events = 0
        while backtest.wait_next_feed(False, 10**10) == 2:
            events += 1
            if events & 1:
                backtest.submit_buy_order(0, events, 100_000.1, 0.001, IOC, LIMIT, False)
            else:
                backtest.submit_sell_order(0, events, 100_000.0, 0.001, IOC, LIMIT, False)
            if events % 100 == 0:
                backtest.clear_inactive_orders(0)
        return events

    run: Any = numba.njit(loop)

    def work() -> int:
        asset = (
            library.BacktestAsset()
            .data(data)
            .linear_asset(1.0)
            .constant_order_latency(0, 0)
            .risk_adverse_queue_model()
            .no_partial_fill_exchange()
            .trading_value_fee_model(0, 0.00045)
            .tick_size(0.1)
            .lot_size(0.00001)
        )
        backtest = library.HashMapMarketDepthBacktest([asset])
        try:
            return int(run(backtest))
        finally:
            backtest.close()

    return work


def main() -> int:
    try:
        sides = {"hftbacktest": hftbacktest_round(), "compiled kernel": compiled_loop()}
    except ImportError as fault:
        print(f"{fault}: uv pip install hftbacktest", file=sys.stderr)
        return 1
    for work in sides.values():
        work()
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(ROUNDS):
        for name, work in sides.items():
            started = time.perf_counter()
            units = work()
            rates[name].append(units / (time.perf_counter() - started))
    print(describe("hftbacktest", "numba"), f"; {EVENTS} and {COMPILED_CALLS} events a round")
    for name, seen in rates.items():
        print(f"{name:<20} {statistics.median(seen) / 1e6:>8.2f} M/s  ({min(seen) / 1e6:.2f} to {max(seen) / 1e6:.2f})")
    ratio = statistics.median(ours / theirs for ours, theirs in zip(*reversed(rates.values()), strict=True))
    print(f"compiled kernel / hftbacktest: {ratio:.1f} (target 10)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
