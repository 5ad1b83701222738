"""How many answers of the exchange prove that it has nothing to tell. Pure."""

from __future__ import annotations

import msgspec

BARREN_ANSWERS_MAX = 2
"""Complete answers in a row that brought nothing, after which it is taken that nothing comes."""


class BarrenAnswers(msgspec.Struct):
    """Complete answers in a row that brought nothing for one question.

    Args:
        counted_at_ms: when the last of them came, by the caller's clock.
    """

    count: int = 0
    counted_at_ms: int | None = None

    def one_more(self, now_ms: int, apart_ms: int) -> bool:
        """Count one; True once they are proof. Those that follow each other within ``apart_ms`` count once: the
        exchange may be behind with its own index.
        """
        if self.counted_at_ms is None or now_ms - self.counted_at_ms >= apart_ms:
            self.count += 1
            self.counted_at_ms = now_ms
        return self.count >= BARREN_ANSWERS_MAX
