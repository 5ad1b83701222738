"""What the exchange allows one address: weight of requests, sockets, subscriptions, users, messages.

Pure: the caller brings the time, in seconds of any steady clock. Figures: section 3.1. They hold in real time, however
fast virtual time goes.
"""

from __future__ import annotations

from collections import deque

import msgspec

WINDOW_S = 60.0


class Limits(msgspec.Struct, frozen=True):
    """The exchange's figures, per address.

    Args:
        remembers_s: for how long what a closed socket was subscribed to still counts. The real exchange takes some time
            to notice that a socket is gone, and who subscribes again at once counts twice; how long is not known.
    """

    weight_per_minute: int = 1200
    sockets: int = 10
    new_sockets_per_minute: int = 30
    subscriptions: int = 1000
    users: int = 10
    messages_per_minute: int = 2000
    posts_in_flight: int = 100
    remembers_s: float = 0.0


UNLIMITED = Limits(*([1 << 40] * 7))
"""For load tests that measure something else."""


class Allowance:
    """So much in any sixty seconds."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._spent: deque[tuple[float, int]] = deque()
        self._sum = 0

    def take(self, amount: int, now_s: float) -> bool:
        """Spend; False, and nothing is spent, where it would pass the limit."""
        self._forget(now_s)
        if self._sum + amount > self._most:
            return False
        self.charge(amount, now_s)
        return True

    def charge(self, amount: int, now_s: float) -> None:
        """Spend what has already been consumed, even beyond the limit."""
        if amount:
            self._spent.append((now_s, amount))
            self._sum += amount

    def _forget(self, now_s: float) -> None:
        while self._spent and self._spent[0][0] <= now_s - WINDOW_S:
            self._sum -= self._spent.popleft()[1]
