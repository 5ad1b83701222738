"""When to ask the exchange about a wallet, and what. Pure: times are seconds of any steady clock."""

from __future__ import annotations

from typing import Literal

from fadearena.bot_ingestor.ports import Pace

Duty = Literal["audit", "poll", "read_again"]
"""Compare positions, look for fills, or read what could not be read."""


class Schedule:
    """One wallet's duties.

    Args:
        share: 0 to 1, where in the intervals this wallet begins, so that wallets take turns.
    """

    def __init__(self, pace: Pace, now_s: float, share: float) -> None:
        self._pace = pace
        self._audit_at_s = now_s + pace.audit_s * (0.5 + share / 2)
        self._poll_at_s = now_s + pace.poll_s * (0.5 + share / 2)
        self._polled_at_s = now_s

    def next(self, now_s: float, *, asked_attempt: int | None, has_gap: bool, reread_at_s: float) -> tuple[float, Duty]:
        """When the next duty is due, and which. Where several are, a backfill that something waits for goes first.

        Args:
            asked_attempt: of the backfill that detection asked for, None where it asked for none.
            reread_at_s: when the exchange's description may be read again, NEVER_S where nothing waits for it.
        """
        poll_at_s = self._poll_at_s
        if asked_attempt == 0:
            poll_at_s = min(poll_at_s, self._polled_at_s + self._pace.urgent_poll_s)
        elif asked_attempt is not None or has_gap:
            poll_at_s = min(poll_at_s, self._polled_at_s + self._pace.gap_poll_s)
        if poll_at_s <= now_s and poll_at_s < self._poll_at_s:
            return poll_at_s, "poll"
        duties: list[tuple[float, Duty]] = [
            (reread_at_s, "read_again"),
            (poll_at_s, "poll"),
            (self._audit_at_s, "audit"),
        ]
        return min(duties, key=lambda duty: duty[0])

    def done(self, duty: Duty, now_s: float) -> None:
        """It was tried, whether or not it worked."""
        if duty == "audit":
            self._audit_at_s = now_s + self._pace.audit_s
        elif duty == "poll":
            self._polled_at_s = now_s
            self._poll_at_s = now_s + self._pace.poll_s
