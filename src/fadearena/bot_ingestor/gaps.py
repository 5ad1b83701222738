"""The open gaps of one wallet, one for each asset, and what is said of them.

Pure. The ledger holds one row for each gap, which ends ``repaired``. A row is told apart by its wallet, asset and
``from_ms``; writing it again replaces its end, state and detail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from fadearena.bot_ingestor.answers import BarrenAnswers
from fadearena.bot_ingestor.chains import Break
from fadearena.bot_ingestor.outputs import BackfillRequest, Step
from fadearena.domain.events import BotTradeEvent, HistoryState
from fadearena.domain.identifiers import BotId, EventId, Wallet, position_change_id
from fadearena.domain.market import Asset, AssetName, Lots, PriceUnits, Side
from fadearena.domain.records import FillRange, Level, RangeState, SystemRecord

Cause = Literal["chain", "audit"]
"""How a gap was found: a fill that does not link, or a position that differs."""


class Gap(msgspec.Struct):
    """One open gap of one asset.

    Args:
        from_ms, to_ms: from the last fill known good to the breaking fill, or to the audit that differed.
        breaking: the fill that did not link last, None where an audit found the gap.
        expected: the position that the audit stated, None where a fill found the gap.
        progressed: whether fills came for it since the last answer.
        is_passed: whether position changes stand in for what is missing already, so that exits need not wait for it.
        unexplained: how far they moved the position, less what fills have explained of it since; signed.
    """

    asset: Asset
    from_ms: int
    to_ms: int
    cause: Cause
    detail: str
    breaking: EventId | None = None
    expected: Lots | None = None
    barren: BarrenAnswers = msgspec.field(default_factory=BarrenAnswers)
    progressed: bool = False
    is_passed: bool = False
    unexplained: Lots = 0

    def is_within(self, from_ms: int, to_ms: int) -> bool:
        return from_ms <= self.from_ms and self.to_ms <= to_ms

    def answered(self, now_ms: int, apart_ms: int) -> bool:
        """Count a complete answer over this gap; True once they prove that no fill explains it."""
        if self.progressed:
            self.barren, self.progressed = BarrenAnswers(), False
            return False
        return self.barren.one_more(now_ms, apart_ms)

    def explained_by(self, fill: BotTradeEvent) -> None:
        """A fill that was missing has come to light, after position changes stood in for it."""
        if self.is_passed and fill.time_ms >= self.from_ms:
            self.unexplained -= fill.current_lots - fill.previous_lots
            self.progressed = True

    def row(self, wallet: Wallet, state: RangeState, detail: str) -> FillRange:
        return FillRange(wallet, self.asset.name, self.from_ms, self.to_ms, state, detail)


class OpenGaps:
    """What is open, and the steps that say so.

    Args:
        left: ledger rows that an earlier run left open.
    """

    def __init__(self, bot_id: BotId, wallet: Wallet, left: Iterable[FillRange]) -> None:
        self._bot_id = bot_id
        self._wallet = wallet
        self._open: dict[AssetName, Gap] = {}
        self._left = {row.asset_name: row for row in left if row.asset_name is not None}

    def __len__(self) -> int:
        """How many this run has found."""
        return len(self._open)

    def __iter__(self) -> Iterator[Gap]:
        """Those that this run has found; they may be closed meanwhile."""
        return iter(list(self._open.values()))

    @property
    def names(self) -> dict[AssetName, None]:
        """The assets of which something is open."""
        return dict.fromkeys([*self._left, *self._open])

    @property
    def first_found_ms(self) -> int | None:
        """Where the earliest begins that this run has found."""
        return min((gap.from_ms for gap in self._open.values()), default=None)

    @property
    def first_ms(self) -> int | None:
        """Where the earliest begins."""
        left = [row.from_ms for row in self._left.values()]
        return min([*left, *(gap.from_ms for gap in self._open.values())], default=None)

    def of(self, name: AssetName) -> Gap | None:
        return self._open.get(name)

    def open(self, gap: Gap, now_ms: int) -> list[Step]:
        self._open[gap.asset.name] = gap
        self._left.pop(gap.asset.name, None)
        return [
            gap.row(self._wallet, "gap", gap.detail),
            HistoryState(self._bot_id, gap.asset.name, complete=False),
            self.record("warning", f"{self._bot_id}: gap in the history of {gap.asset.name}", gap, now_ms),
            self.request(gap),
        ]

    def replace(self, gap: Gap, following: Gap, now_ms: int) -> list[Step]:
        """What was missing has come, up to a place where again something is missing."""
        steps = self.open(following, now_ms)
        if following.from_ms != gap.from_ms:
            how = "the missing fills were found; the next ones are missing"
            steps.insert(0, gap.row(self._wallet, "repaired", how))
        return steps

    def widen(self, gap: Gap, broken: Break | None) -> list[Step]:
        """Something more is missing behind a gap that exits have passed."""
        if broken is None or broken.fill.id == gap.breaking:
            return []
        following = gap_of(broken)
        gap.to_ms, gap.breaking, gap.detail = following.to_ms, following.breaking, following.detail
        return [gap.row(self._wallet, "gap", gap.detail), self.request(gap)]

    def close(self, gap: Gap, how: str, now_ms: int) -> list[Step]:
        del self._open[gap.asset.name]
        return [
            gap.row(self._wallet, "repaired", how),
            self.record("info", f"{self._bot_id}: history of {gap.asset.name} closed, {how}", gap, now_ms),
        ]

    def settle(self, from_ms: int, to_ms: int) -> dict[AssetName, FillRange]:
        """A complete answer over this stretch: the rows of what an earlier run left open within it, now repaired."""
        settled = {
            name: msgspec.structs.replace(row, state="repaired", detail="filled by a later backfill")
            for name, row in self._left.items()
            if from_ms <= row.from_ms and row.to_ms <= to_ms and name not in self._open
        }
        self._left = {name: row for name, row in self._left.items() if name not in settled}
        return settled

    def request(self, gap: Gap) -> BackfillRequest:
        reason = f"{gap.asset.name}: {gap.detail}"
        return BackfillRequest(self._wallet, gap.from_ms, gap.to_ms, gap.barren.count, reason)

    def stand_in(self, gap: Gap, before: Lots, after: Lots, time_ms: int, price: PriceUnits) -> BotTradeEvent:
        """The event that stands in for the fills that are missing."""
        raw = {"type": "position-change", "cause": gap.cause, "fromMs": gap.from_ms, "toMs": gap.to_ms}
        return BotTradeEvent(
            id=position_change_id(self._wallet, gap.asset.name, time_ms, before, after),
            bot_id=self._bot_id,
            wallet=self._wallet,
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

    def record(self, level: Level, message: str, gap: Gap, now_ms: int) -> SystemRecord:
        details = {"wallet": self._wallet, "asset": gap.asset.name, "fromMs": gap.from_ms, "toMs": gap.to_ms}
        details |= {"cause": gap.cause, "detail": gap.detail}
        return SystemRecord(now_ms, level, "trading", message, msgspec.json.encode(details))


def gap_of(broken: Break) -> Gap:
    """The gap that a fill shows which does not link."""
    asset, fill = broken.fill.asset, broken.fill
    detail = (
        f"a fill starts from {asset.size_text(broken.after)}, "
        f"the one before it ended at {asset.size_text(broken.before.lots)}"
    )
    return Gap(asset, broken.before.time_ms, fill.time_ms, "chain", detail, breaking=fill.id)
