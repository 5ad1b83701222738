"""How long to wait before trying again. Pure."""

from __future__ import annotations

FIRST_PAUSE_S = 0.5
DOUBLINGS_MAX = 20


def pause_s(failures: int, longest_s: float) -> float:
    """Seconds before the next try after ``failures`` in a row (>= 1): doubling, bounded."""
    return min(longest_s, FIRST_PAUSE_S * 2.0 ** min(failures - 1, DOUBLINGS_MAX))


def is_worth_saying(failures: int) -> bool:
    """Whether this failure in a row is told: the 1st, 2nd, 4th, 8th ... so that one trouble is no flood."""
    return failures & (failures - 1) == 0
