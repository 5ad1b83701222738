"""What a watched wallet did: fills by whatever path and however often in, each move of its positions once and in order
out, and every hole in its history named, asked about and closed.

Pure: the same calls give the same steps. Times of fills and audits are the exchange's; ``now_ms`` is the caller's clock
and only dates the system's own records and paces the ledger.

Fills that public trades name are expected: nothing later of their asset is released before them.

A gap is closed by the fills that were missing. Where the exchange has answered completely twice and no fill explains
the difference, a position change stands in for them. Where the exchange does not answer, the caller loses patience
(``let_past``): a position change stands in at once, so that exits go on, and the history stays incomplete until the
exchange has told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from fadearena.bot_ingestor.audits import AuditView, Suspicions, dex_of
from fadearena.bot_ingestor.chains import Chain, Drained, Numbered, Tail
from fadearena.bot_ingestor.gaps import Gap, OpenGaps, gap_of
from fadearena.bot_ingestor.ordering import batches
from fadearena.bot_ingestor.outputs import BackfillRequest, Batch, InitialPosition, LateFills, Step
from fadearena.bot_ingestor.starts import Limits, WalletStart
from fadearena.bot_ingestor.turned_away import TurnedAway
from fadearena.bot_ingestor.watermark import Watermark
from fadearena.bot_ingestor.witness import Expectations, Expected
from fadearena.domain.events import BotEquity, BotTradeEvent, HistoryState
from fadearena.domain.identifiers import EventId
from fadearena.domain.market import Asset, AssetName, Lots
from fadearena.domain.records import SystemRecord

Source = Literal["live", "snapshot", "backfill"]


class WalletHistory:
    """One wallet's chains. Its watermark is the time up to which everything is released and proven."""

    def __init__(self, start: WalletStart, limits: Limits) -> None:
        self.bot_id, self.wallet = start.bot_id, start.wallet
        self._limits = limits
        self._start = start
        self._chains = {p.asset.name: Chain(p.asset, Tail(p.lots, p.time_ms)) for p in start.positions}
        self._prices = {p.asset.name: p.price for p in start.positions}
        self._seen: dict[EventId, int] = {event: event.int >> 80 for event in start.stored}
        self._horizon_ms = max(start.since_ms, start.watermark_ms - limits.overlap_ms)
        self._watermark = Watermark(start.wallet, start.since_ms, start.watermark_ms, limits.write_every_ms)
        self._gaps = OpenGaps(start.bot_id, start.wallet, start.open_gaps)
        self._suspicions = Suspicions()
        self._expected = Expectations(limits.expected_max)
        self._equity: int | None = None
        self._turned_away = TurnedAway()
        self.arrivals = 0
        """Fills taken in that were new."""
        self.duplicates = 0
        self.ceiling_ms: int | None = None
        """Set by the caller while it keeps something of this wallet back itself."""

    @property
    def watermark_ms(self) -> int:
        return self._watermark.stored_ms

    @property
    def backfill_from_ms(self) -> int:
        """Where a backfill has to begin so that nothing can be missed."""
        overlap_ms = self.watermark_ms - self._limits.overlap_ms
        first_ms = self._gaps.first_found_ms
        return max(self._start.since_ms, overlap_ms if first_ms is None else min(first_ms, overlap_ms))

    @property
    def is_complete(self) -> bool:
        return not self._gaps.names and not self._expected.overdue

    @property
    def holding(self) -> list[AssetName]:
        """The assets of which fills wait for what is missing before them."""
        return [name for name, chain in self._chains.items() if chain.held]

    @property
    def expecting_since_s(self) -> float:
        """When the oldest of the expected fills that are not overdue was noted; NEVER_S where there is none."""
        return self._expected.fresh_since_s

    def open_gaps(self) -> list[Step]:
        """That gaps are open, those that an earlier run left included; to be said first, and again where unsure."""
        names = {**self._gaps.names, **self._expected.overdue}
        return [HistoryState(self.bot_id, name, complete=False) for name in names]

    def expect(self, event: EventId, name: AssetName, time_ms: int, at_s: float) -> bool:
        """A public trade names a fill of this wallet; True where it is one that has not come and may yet.

        Args:
            time_ms: of the trade; what is not after the watermark is stored, or from before the watched history.
            at_s: by the caller's steady clock.
        """
        chain = self._chains.get(name)
        if time_ms <= self.watermark_ms or event in self._seen or (chain is not None and event in chain):
            return False
        return self._expected.note(event, name, time_ms, at_s)

    def fall_due(self, noted_until_s: float, *, attempt: int = 0) -> list[Step]:
        """Expected fills noted up to then should have come: until they do, the history is not complete.

        Args:
            attempt: of the backfill that is asked for.
        """
        due = self._expected.fall_due(noted_until_s)
        if not due:
            return []
        times = [one.time_ms for one in due]
        states = [HistoryState(self.bot_id, name, complete=False) for name in {one.name: None for one in due}]
        return [*states, BackfillRequest(self.wallet, min(times), max(times), attempt, "fills that public trades name")]

    def let_past(self, name: AssetName, now_ms: int) -> list[Step]:
        """What is held of an asset goes on without what is missing before it, so that no exit waits for ever. Nothing
        may be opened on it until the exchange has told what that was.
        """
        steps: list[Step] = []
        if self._expected.pass_over(name):
            steps.append(HistoryState(self.bot_id, name, complete=False))
        steps += self._drain([name], now_ms)
        while (gap := self._gaps.of(name)) is not None and self._chains[name].held:
            steps += self._pass(gap, now_ms)
        return steps

    def offer(self, events: Iterable[BotTradeEvent], source: Source, now_ms: int) -> list[Step]:
        """Take fills in, in the order of their frame or page, and release what links."""
        touched: dict[AssetName, None] = {}
        events = list(events)
        overdue, waited = self._expected.overdue, len(self._expected)
        past = self._past(events) if source == "backfill" else {}
        for event in events:
            if event.id in past or self._take(event, source):
                self._expected.meet(event.id)
                touched[event.asset.name] = None
        steps = [*self._whole(overdue), *self._drain(touched, now_ms, past.values())]
        return steps + (self._refetch() if waited and not self._expected else [])

    def answered(self, from_ms: int, to_ms: int, now_ms: int, *, at_once: bool = False) -> list[Step]:
        """The exchange has answered completely over this stretch, and all rows were offered. What it says of the last
        millisecond may still grow: that one is proven by a later answer.

        Args:
            at_once: write the ``complete`` row whenever the last one was written.
        """
        steps: list[Step] = []
        self._watermark.prove(from_ms, to_ms - 1)
        self._turned_away.answered(from_ms, to_ms)
        for gap in self._gaps:
            if gap.is_within(from_ms, to_ms) and not self._is_witnessed(gap):
                steps += self._answered(gap, now_ms)
        for name, row in self._gaps.settle(from_ms, to_ms).items():
            steps += [row, *self._whole([name])]
        steps += self._give_up(self._expected.answered(from_ms, to_ms - 1, now_ms, self._limits.apart_ms), now_ms)
        return steps + self._progress(now_ms, at_once=at_once)

    def audited(self, view: AuditView, now_ms: int) -> list[Step]:
        """Compare the exchange's statement of the positions with the chains."""
        steps: list[Step] = []
        if view.equity is not None and view.equity != self._equity:
            self._equity = view.equity
            steps.append(BotEquity(self.bot_id, view.equity, view.time_ms))
        for name, price in view.marks.items():
            self._prices[name] = price
        names = dict.fromkeys([*view.positions, *(name for name in self._chains if view.covers(name))])
        for name in names:
            asset, lots = view.positions.get(name) or (self._chains[name].asset, 0)
            steps += self._audit(asset, lots, view, now_ms)
        return steps

    def _audit(self, asset: Asset, stated: Lots, view: AuditView, now_ms: int) -> list[Step]:
        chain = self._chain(asset)
        if chain.tail is None:
            chain.move(Tail(stated, view.time_ms))
            return [self._initial(asset, Tail(stated, view.time_ms))]
        gap = self._gaps.of(asset.name)
        is_busy = chain.held or self._expected.bar_ms(asset.name) is not None
        if is_busy or chain.tail.time_ms + self._limits.quiet_ms > view.time_ms:
            return []
        if stated == chain.tail.lots:
            self._suspicions.clear(asset.name)
            if gap is None or gap.is_passed:
                return []
            return self._close(gap, "an audit agrees with the chain again", [], now_ms)
        if gap is not None:
            return []
        check = BackfillRequest(self.wallet, chain.tail.time_ms, view.time_ms, 0, f"{asset.name}: an audit differs")
        if not self._suspicions.confirmed(asset.name, chain.tail, stated):
            return [check]
        detail = (
            f"the exchange states {asset.size_text(stated)} {asset.name}, "
            f"the fills end at {asset.size_text(chain.tail.lots)}"
        )
        gap = Gap(asset, chain.tail.time_ms, view.time_ms, "audit", detail, expected=stated)
        return self._gaps.open(gap, now_ms)

    def _past(self, page: list[BotTradeEvent]) -> dict[EventId, Numbered]:
        """New fills that stand in a page before one of their asset that was released: its statement contains them."""
        released: set[AssetName] = set()
        past: list[BotTradeEvent] = []
        for event in reversed(page):
            if event.id in self._seen:
                released.add(event.asset.name)
            elif event.asset.name in released and event.time_ms >= self._horizon_ms:
                past.append(event)
        for event in past:
            self._chain(event.asset).forget(event.id)
        return {event.id: Numbered(number, event) for number, event in enumerate(reversed(past))}

    def _take(self, event: BotTradeEvent, source: Source) -> bool:
        if event.time_ms < self._horizon_ms or event.id in self._seen:
            self.duplicates += 1
            return False
        chain = self._chain(event.asset)
        if event.id not in chain and not self._has_room(event):
            self._turned_away.note(event.time_ms)
            return False
        self.arrivals += 1
        chain.hold(Numbered(self.arrivals, event), renumber=source == "backfill")
        return True

    def _has_room(self, event: BotTradeEvent) -> bool:
        """A fill that may close its asset's gap, or is expected, is never turned away."""
        gap = self._gaps.of(event.asset.name)
        bar_ms = self._expected.bar_ms(event.asset.name)
        if (gap is not None and event.time_ms <= gap.to_ms) or (bar_ms is not None and event.time_ms <= bar_ms):
            return True
        return sum(chain.held for chain in self._chains.values()) < self._limits.held_max

    def _chain(self, asset: Asset) -> Chain:
        chain = self._chains.get(asset.name)
        if chain is None:
            is_audited = dex_of(asset.name) in self._start.dexes
            chain = Chain(asset, Tail(0, self._start.since_ms) if is_audited else None)
            self._chains[asset.name] = chain
        return chain

    def _drain(self, names: Iterable[AssetName], now_ms: int, past: Iterable[Numbered] = ()) -> list[Step]:
        before: list[Step] = []
        after: list[Step] = []
        forward: list[Sequence[Numbered]] = []
        late = list(past)
        self._release(late)
        for name in names:
            chain = self._chains[name]
            drained = chain.drain(self._expected.bar_ms(name))
            if chain.started_from is not None:
                before.append(self._initial(chain.asset, chain.started_from))
                chain.started_from = None
            forward.append(drained.forward)
            late += drained.late
            self._release(drained.forward + drained.late)
            opened, closed = self._judge(chain, drained, now_ms)
            before += [step for step in closed if isinstance(step, HistoryState)]
            after += [step for step in closed if not isinstance(step, HistoryState)] + opened
        if late:
            before += self._late(late, now_ms)
        return [*before, *batches(forward), *after, *self._progress(now_ms, at_once=False)]

    def _release(self, items: Iterable[Numbered]) -> None:
        for item in items:
            self._seen[item.event.id] = item.event.time_ms
            self._prices[item.event.asset.name] = item.event.price

    def _judge(self, chain: Chain, drained: Drained, now_ms: int) -> tuple[list[Step], list[Step]]:
        """What a drain says about the asset's gap: steps of one that opened, steps of one that closed."""
        forward, broken = drained.forward, drained.broken
        gap = self._gaps.of(chain.asset.name)
        if gap is None:
            return (self._gaps.open(gap_of(broken), now_ms) if broken else []), []
        if gap.is_passed:
            return self._gaps.widen(gap, broken), []
        if forward:
            gap.progressed = True
        is_stuck = gap.cause == "chain" and all(item.event.id != gap.breaking for item in forward)
        if broken is None:
            return [], [] if is_stuck and drained.barred else self._judge_unbroken(gap, chain, forward, now_ms)
        return ([] if is_stuck else self._gaps.replace(gap, gap_of(broken), now_ms)), []

    def _judge_unbroken(self, gap: Gap, chain: Chain, forward: Sequence[Numbered], now_ms: int) -> list[Step]:
        assert chain.tail is not None
        is_as_stated = gap.cause == "chain" or chain.tail.lots == gap.expected
        if not is_as_stated and chain.tail.time_ms <= gap.to_ms:
            return []
        how = "the missing fills were found" if is_as_stated and forward else "the chain goes on without a break"
        return self._close(gap, how, [], now_ms)

    def _close(self, gap: Gap, how: str, moves: list[Step], now_ms: int) -> list[Step]:
        """The history counts as complete before what was held is released, so that it can be acted upon."""
        closed = self._gaps.close(gap, how, now_ms)
        self._suspicions.clear(gap.asset.name)
        return [*self._whole([gap.asset.name]), *moves, *closed, *self._refetch()]

    def _refetch(self) -> list[Step]:
        """Ask for what found no room, once there is room again."""
        stretch = self._turned_away.stretch
        if stretch is None or self._gaps:
            return []
        return [BackfillRequest(self.wallet, *stretch, 0, "fills that found no room while others were missing")]

    def _whole(self, names: Iterable[AssetName]) -> list[Step]:
        """That the history of those is complete of which nothing is open or overdue."""
        troubled = {**self._gaps.names, **self._expected.overdue}
        return [HistoryState(self.bot_id, name, complete=True) for name in names if name not in troubled]

    def _is_witnessed(self, gap: Gap) -> bool:
        """Whether a fill is expected that may explain a gap: it is waited for first."""
        bar_ms = self._expected.bar_ms(gap.asset.name)
        return bar_ms is not None and bar_ms <= gap.to_ms

    def _give_up(self, gone: Sequence[Expected], now_ms: int) -> list[Step]:
        """Expected fills that the exchange does not confirm: what they held back goes on without them."""
        steps: list[Step] = []
        for one in gone:
            message = f"{self.bot_id}: a fill of {one.name} that public trades name is not confirmed by the exchange"
            details = {"wallet": self.wallet, "asset": one.name, "timeMs": one.time_ms}
            steps.append(SystemRecord(now_ms, "warning", "trading", message, msgspec.json.encode(details)))
        names = {one.name: None for one in gone}
        steps += self._whole(names)
        steps += self._drain([name for name in names if name in self._chains], now_ms)
        return steps + (self._refetch() if gone and not self._expected else [])

    def _answered(self, gap: Gap, now_ms: int) -> list[Step]:
        """A complete answer over a gap."""
        is_bridged = gap.is_passed and not self._chains[gap.asset.name].held
        if is_bridged and not gap.unexplained:
            return self._close(gap, "the missing fills came to light", [], now_ms)
        if not gap.answered(now_ms, self._limits.apart_ms):
            return [self._gaps.request(gap)]
        if is_bridged:
            return self._close(gap, "no fill explains the change; a position change stands in for it", [], now_ms)
        return self._bridge(gap, now_ms)

    def _bridge(self, gap: Gap, now_ms: int) -> list[Step]:
        """No fill explains it: a position change does."""
        name = gap.asset.name
        moves = self._move_to_break(gap, "no fill explains the change", now_ms)
        how = "a position change stands in for what is missing" if moves else "nothing was missing"
        return self._close(gap, how, moves, now_ms) + self._drain([name], now_ms)

    def _pass(self, gap: Gap, now_ms: int) -> list[Step]:
        """The exchange has not answered for too long: a position change stands in for what it may yet tell."""
        gap.is_passed = True
        moves = self._move_to_break(gap, "exits do not wait longer for the fills that are missing", now_ms)
        return moves + self._drain([gap.asset.name], now_ms)

    def _move_to_break(self, gap: Gap, why: str, now_ms: int) -> list[Step]:
        """Let the chain go on where the first held fill starts, or where the audit says; nothing where that is where
        it is.
        """
        asset, chain = gap.asset, self._chains[gap.asset.name]
        assert chain.tail is not None
        before = chain.tail.lots
        broken = chain.drain(self._expected.bar_ms(asset.name)).broken
        after = broken.after if broken is not None else gap.expected
        if after is None:
            return []
        time_ms = broken.fill.time_ms if broken is not None else gap.to_ms
        chain.move(Tail(after, time_ms))
        if after == before:
            return []
        gap.unexplained += after - before
        price = self._prices.get(asset.name) or (broken.fill.price if broken is not None else 0)
        change = self._gaps.stand_in(gap, before, after, time_ms, price)
        what = f"{asset.name} from {asset.size_text(before)} to {asset.size_text(after)}"
        alert = self._gaps.record("error", f"{self.bot_id}: {why}; a position change moves {what}", gap, now_ms)
        return [Batch((change,)), alert]

    def _late(self, late: list[Numbered], now_ms: int) -> list[Step]:
        events = tuple(item.event for item in sorted(late, key=lambda item: (item.event.time_ms, item.number)))
        for event in events:
            if (gap := self._gaps.of(event.asset.name)) is not None:
                gap.explained_by(event)
        message = f"{self.bot_id}: {len(events)} fills came to light after later ones; recorded, nothing to act upon"
        details = {"firstMs": events[0].time_ms, "lastMs": events[-1].time_ms}
        return [LateFills(events), SystemRecord(now_ms, "warning", "trading", message, msgspec.json.encode(details))]

    def _progress(self, now_ms: int, *, at_once: bool) -> list[Step]:
        """Move the watermark as far as nothing before it is open, and forget what lies behind the overlap."""
        open_from = [first_ms] if (first_ms := self._gaps.first_ms) is not None else []
        open_from += [stretch[0] - 1] if (stretch := self._turned_away.stretch) is not None else []
        open_from += [self.ceiling_ms] if self.ceiling_ms is not None else []
        open_from += [first_ms - 1] if (first_ms := self._expected.first_ms) is not None else []
        before_ms = self.watermark_ms
        self._watermark.raise_to(min(open_from, default=None))
        if self.watermark_ms - self._limits.overlap_ms > self._horizon_ms + self._limits.overlap_ms:
            self._horizon_ms = self.watermark_ms - self._limits.overlap_ms
            self._seen = {event: time_ms for event, time_ms in self._seen.items() if time_ms >= self._horizon_ms}
        if self.watermark_ms == before_ms and not at_once:
            return []
        row = self._watermark.row_due(now_ms, at_once=at_once)
        return [] if row is None else [row]

    def _initial(self, asset: Asset, tail: Tail) -> InitialPosition:
        price = self._prices.get(asset.name, 0)
        return InitialPosition(self.bot_id, self.wallet, asset, tail.lots, price, tail.time_ms)
