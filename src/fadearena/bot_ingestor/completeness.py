"""What is proven about a wallet's history: the watermark, the open gaps, and the ledger rows that say so.

Pure. The ledger holds one ``complete`` row for a wallet, which grows, and one row for each gap, which ends
``repaired``.
A row is told apart by its wallet, asset and ``from_ms``; writing it again replaces its end, state and detail.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from fadearena.bot_ingestor.chains import Break
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import BotId, EventId, Wallet, position_change_id
from fadearena.domain.market import Asset, Lots, PriceUnits, Side
from fadearena.domain.records import FillRange, RangeState

Cause = Literal["chain", "audit", "stored"]
"""How a gap was found: a fill that does not link, a position that differs, or a row left open by an earlier run."""

BARREN_ANSWERS_MAX = 2
"""Complete answers without a fill that explains a gap, after which it is taken that no fill does."""


class Gap(msgspec.Struct):
    """One open gap of one asset.

    Args:
        from_ms, to_ms: from the last fill known good to the breaking fill, or to the audit that differed.
        breaking: the fill that did not link, None where an audit found the gap.
        expected: the position that the audit stated, None where a fill found the gap.
        barren: complete answers of the exchange in a row that brought nothing for it.
        counted_at_ms: when the last of them came, by the caller's clock.
        progressed: whether fills were released since the last answer.
    """

    asset: Asset
    from_ms: int
    to_ms: int
    cause: Cause
    detail: str
    breaking: EventId | None = None
    expected: Lots | None = None
    barren: int = 0
    counted_at_ms: int | None = None
    progressed: bool = False

    def is_within(self, from_ms: int, to_ms: int) -> bool:
        return from_ms <= self.from_ms and self.to_ms <= to_ms

    def answered(self, now_ms: int, apart_ms: int) -> bool:
        """Count a complete answer over this gap; True once they prove that no fill explains it.

        Answers that follow each other within ``apart_ms`` count once: the exchange may be behind with its own index.
        """
        if self.progressed:
            self.barren, self.counted_at_ms, self.progressed = 0, None, False
        elif self.counted_at_ms is None or now_ms - self.counted_at_ms >= apart_ms:
            self.barren += 1
            self.counted_at_ms = now_ms
        return self.barren >= BARREN_ANSWERS_MAX

    def row(self, wallet: Wallet, state: RangeState, detail: str) -> FillRange:
        return FillRange(wallet, self.asset.name, self.from_ms, self.to_ms, state, detail)


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


def gap_of(broken: Break) -> Gap:
    """The gap that a fill shows which does not link."""
    asset, fill = broken.fill.asset, broken.fill
    detail = (
        f"a fill starts from {asset.size_text(broken.after)}, "
        f"the one before it ended at {asset.size_text(broken.before.lots)}"
    )
    return Gap(asset, broken.before.time_ms, fill.time_ms, "chain", detail, breaking=fill.id)


def position_change(
    bot_id: BotId, wallet: Wallet, gap: Gap, before: Lots, after: Lots, time_ms: int, price: PriceUnits
) -> BotTradeEvent:
    """The event that stands in for the fills of a gap that no one can tell."""
    raw = {"type": "position-change", "cause": gap.cause, "fromMs": gap.from_ms, "toMs": gap.to_ms}
    return BotTradeEvent(
        id=position_change_id(wallet, gap.asset.name, time_ms, before, after),
        bot_id=bot_id,
        wallet=wallet,
        time_ms=time_ms,
        event_type="position-change",
        asset=gap.asset,
        side=Side.of(after - before),
        lots=abs(after - before),
        price=price,
        previous_lots=before,
        current_lots=after,
        order_id=0,
        trade_id=0,
        fill_hash=None,
        closed_pnl=0,
        fee=0,
        raw=msgspec.json.encode(raw),
    )
