"""The stretch of time in which fills found no room, so that it is asked for again. Pure."""

from __future__ import annotations


class TurnedAway:
    """Fills that were seen and not kept; ``stretch`` reaches from the first to the last, None where there are none."""

    def __init__(self) -> None:
        self.stretch: tuple[int, int] | None = None
        self._is_anew = False
        """Whether something found no room since the last complete answer, which then does not stand for it."""

    def note(self, time_ms: int) -> None:
        """A fill of this time found no room."""
        first, last = self.stretch or (time_ms, time_ms)
        self.stretch = (min(first, time_ms), max(last, time_ms))
        self._is_anew = True

    def answered(self, from_ms: int, to_ms: int) -> None:
        """The exchange has told this stretch once more, completely."""
        if self.stretch is not None and from_ms <= self.stretch[0] and to_ms >= self.stretch[1] and not self._is_anew:
            self.stretch = None
        self._is_anew = False
