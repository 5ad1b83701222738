"""How much may be asked of the exchange: weight per minute of one address.

Pure: times come in as arguments. A share is kept back for what cannot wait, so that a long backfill never delays the
question whether an order was executed. Rules: section 3.1 of the protocol reference.
"""

from __future__ import annotations

from collections import deque

WEIGHT_PER_MINUTE = 1200
URGENT_SHARE = 0.25
WINDOW_MS = 60_000
PENALTY_MS = 10_000


class WeightBudget:
    """Weight spent in the last minute, against what may be spent. One for all clients behind one address.

    Args:
        per_minute: what the exchange allows.
        urgent_share: part of it that only urgent requests may use.
    """

    def __init__(self, per_minute: int = WEIGHT_PER_MINUTE, urgent_share: float = URGENT_SHARE) -> None:
        if per_minute <= 0 or not 0 <= urgent_share < 1:
            msg = f"a budget of {per_minute} a minute with a share of {urgent_share} kept back is none"
            raise ValueError(msg)
        self._per_minute = per_minute
        self._usual = per_minute - int(per_minute * urgent_share)
        self._spent: deque[tuple[int, int]] = deque()
        self._sum = 0
        self._closed_until_ms = 0

    def spent(self, now_ms: int) -> int:
        """Weight spent in the minute before ``now_ms``."""
        while self._spent and self._spent[0][0] <= now_ms - WINDOW_MS:
            self._sum -= self._spent.popleft()[1]
        return self._sum

    def wait_ms(self, weight: int, now_ms: int, *, urgent: bool = False) -> int:
        """How long until ``weight`` may be spent; 0 = now. Weight beyond the whole budget waits for an empty minute."""
        most = self._per_minute if urgent else self._usual
        excess = self.spent(now_ms) + min(weight, most) - most
        wait = max(0, self._closed_until_ms - now_ms)
        for time_ms, part in self._spent:
            if excess <= 0:
                break
            excess -= part
            wait = max(wait, time_ms + WINDOW_MS - now_ms)
        return wait

    def spend(self, weight: int, now_ms: int) -> None:
        """Count weight that was, or is about to be, used; also what an answer cost beyond its request."""
        if weight > 0:
            self._spent.append((now_ms, weight))
            self._sum += weight

    def refused(self, now_ms: int) -> None:
        """The exchange says that its count is full: nothing more for a while, for others may use the same address."""
        self._closed_until_ms = max(self._closed_until_ms, now_ms + PENALTY_MS)
