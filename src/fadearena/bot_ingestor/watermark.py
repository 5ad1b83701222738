"""Up to when everything of a wallet is proven stored. Pure."""

from __future__ import annotations

from fadearena.domain.identifiers import Wallet
from fadearena.domain.records import FillRange


class Watermark:
    """Up to when everything of a wallet is proven stored, and the ledger row that says so.

    Args:
        since_ms: where its watched history begins.
        proven_ms: up to when an earlier run has proven it.
        write_every_ms: the least time between two writings of the row, by the caller's clock.
    """

    def __init__(self, wallet: Wallet, since_ms: int, proven_ms: int, write_every_ms: int) -> None:
        self.wallet = wallet
        self.since_ms = since_ms
        self.stored_ms = proven_ms
        self._answered_ms = proven_ms
        self._write_every_ms = write_every_ms
        self._written_ms = proven_ms
        self._written_at_ms: int | None = None

    def prove(self, from_ms: int, to_ms: int) -> None:
        """The exchange has answered completely over a stretch; counts where it touches what was proven before."""
        if from_ms <= self._answered_ms + 1:
            self._answered_ms = max(self._answered_ms, to_ms)

    def raise_to(self, ceiling_ms: int | None) -> None:
        """Follow what was answered, but stay at ``ceiling_ms`` (None: no ceiling) while something before it is open."""
        proven = self._answered_ms if ceiling_ms is None else min(self._answered_ms, ceiling_ms)
        self.stored_ms = max(self.stored_ms, proven)

    def row_due(self, now_ms: int, *, at_once: bool) -> FillRange | None:
        """The row, if it has grown and was not written lately."""
        if self.stored_ms == self._written_ms:
            return None
        recently = self._written_at_ms is not None and now_ms - self._written_at_ms < self._write_every_ms
        if recently and not at_once:
            return None
        self._written_ms, self._written_at_ms = self.stored_ms, now_ms
        detail = "every fill of this stretch is stored"
        return FillRange(self.wallet, None, self.since_ms, self.stored_ms, "complete", detail)
