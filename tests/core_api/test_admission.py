"""The lockout on a clock of its own."""

from __future__ import annotations

import pytest

from fadearena.core_api.admission import ADDRESSES_KEPT, FAILED_TRIES_MAX, LOCKOUT_SECONDS, Lockout
from fadearena.core_api.problems import Refusal


class Clock:
    """Time that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def locked(lockout: Lockout, address: str) -> bool:
    try:
        lockout.refuse_if_locked(address)
    except Refusal as refusal:
        return refusal.problem.status == 429
    return False


def test_an_address_is_locked_after_five_failed_tries_and_free_a_minute_after_the_first() -> None:
    clock = Clock()
    lockout = Lockout(clock)
    for _ in range(FAILED_TRIES_MAX):
        assert not locked(lockout, "a")
        lockout.failed("a")
        clock.now += 1
    assert locked(lockout, "a")
    assert not locked(lockout, "b")
    clock.now = 1000 + LOCKOUT_SECONDS - 0.01
    assert locked(lockout, "a")
    clock.now = 1000 + LOCKOUT_SECONDS
    assert not locked(lockout, "a")
    lockout.failed("a")
    assert locked(lockout, "a")


def test_slow_tries_never_lock() -> None:
    clock = Clock()
    lockout = Lockout(clock)
    for _ in range(50):
        assert not locked(lockout, "a")
        lockout.failed("a")
        clock.now += LOCKOUT_SECONDS / (FAILED_TRIES_MAX - 1)


def test_the_wait_is_told_in_whole_seconds() -> None:
    clock = Clock()
    lockout = Lockout(clock)
    for _ in range(FAILED_TRIES_MAX):
        lockout.failed("a")
    clock.now += LOCKOUT_SECONDS - 0.2
    with pytest.raises(Refusal) as caught:
        lockout.refuse_if_locked("a")
    assert caught.value.headers == {"retry-after": "1"}


def test_many_addresses_take_bounded_memory_and_the_newest_stay_known() -> None:
    lockout = Lockout(Clock())
    for number in range(ADDRESSES_KEPT + 100):
        for _ in range(FAILED_TRIES_MAX):
            lockout.failed(str(number))
    assert len(lockout._failures) == ADDRESSES_KEPT
    assert locked(lockout, str(ADDRESSES_KEPT + 99))
    assert not locked(lockout, "0")
