"""What several chains and several wallets have to say, told in the order in which it happened.

Pure. After a reconnect or at start each wallet catches up by itself; merged by (time, wallet) their steps read like the
run that was never interrupted. Within a wallet nothing changes places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import groupby

from fadearena.bot_ingestor.chains import Numbered
from fadearena.bot_ingestor.outputs import Batch, Output
from fadearena.domain.identifiers import Wallet


def in_order_of_time(steps: Mapping[Wallet, Sequence[Output]]) -> list[Output]:
    """Steps of several wallets merged by the time of their events; what has no time stays with what preceded it."""
    streams = [_timed(wallet, steps[wallet]) for wallet in sorted(steps)]
    return [step for _, _, step in merge(*streams, key=lambda item: item[:2])]


def _timed(wallet: Wallet, steps: Iterable[Output]) -> Iterator[tuple[int, Wallet, Output]]:
    time_ms = 0
    for step in steps:
        if isinstance(step, Batch):
            time_ms = step.events[0].time_ms
        yield time_ms, wallet, step


def batches(chains: Sequence[Sequence[Numbered]]) -> list[Batch]:
    """Events of several chains in order of time, then arrival; pieces of one order that follow each other together."""
    ordered = merge(*chains, key=lambda item: (item.event.time_ms, item.number))
    grouped = groupby((item.event for item in ordered), key=lambda event: event.order_key)
    return [Batch(tuple(events)) for _, events in grouped]
