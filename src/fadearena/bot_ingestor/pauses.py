"""Waiting: how long before the next try, and until a time or a call."""

from __future__ import annotations

import asyncio
import contextlib

NEVER_S = float("inf")
FIRST_PAUSE_S = 0.5
DOUBLINGS_MAX = 20


def pause_s(failures: int, longest_s: float) -> float:
    """Seconds before the next try after ``failures`` in a row (>= 1): doubling, bounded."""
    return min(longest_s, FIRST_PAUSE_S * 2.0 ** min(failures - 1, DOUBLINGS_MAX))


def is_worth_saying(failures: int) -> bool:
    """Whether this failure in a row is told: the 1st, 2nd, 4th, 8th ... so that one trouble is no flood."""
    return failures & (failures - 1) == 0


def now_s() -> float:
    """The running loop's clock."""
    return asyncio.get_running_loop().time()


async def sleep_until(at_s: float, wake: asyncio.Event) -> None:
    """Until then by the loop's clock (NEVER_S: for ever), or until ``wake`` is set from now on."""
    wake.clear()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(at_s if at_s < NEVER_S else None):
            await wake.wait()
