"""Chance that can be asked again: every number is a function of the seed and of what it is for.

Pure. Nothing here remembers how often it was called, so prices, books and faults come out the same in whatever order
they are asked for.
"""

from __future__ import annotations

import hashlib
from statistics import NormalDist

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_NORMAL = NormalDist()


def key(*words: str | int) -> int:
    """64 bits that stand for some words; slow, for what is asked once."""
    return int.from_bytes(hashlib.sha256("\x1f".join(map(str, words)).encode()).digest()[:8], "big")


def draw(seed: int, *places: int) -> int:
    """64 bits for a place under a seed (the finaliser of splitmix64, folded over the places)."""
    state = seed & _MASK
    for place in places:
        state = (state + (place & _MASK) * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        state ^= state >> 31
    return state


def unit(bits: int) -> float:
    """Bits as a number strictly between 0 and 1."""
    return ((bits >> 12) + 0.5) / (1 << 52)


def normal(bits: int) -> float:
    """Bits as a standard normal number."""
    return _NORMAL.inv_cdf(unit(bits))


def address(*words: str | int) -> str:
    """An address that nobody owns."""
    return "0x" + hashlib.sha256("\x1f".join(map(str, words)).encode()).hexdigest()[:40]
