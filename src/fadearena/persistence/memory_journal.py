"""The journal in memory: the same contract as ``PostgresJournal``, for backtests and for tests of everything above.

Entries come in, and the same reads as from the database go out, but for JSON, which stays written as it came. Nothing
survives the process. ``in_force`` stands for the version of the controls in the database: set it to whatever applies.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Self

import msgspec

from fadearena.domain.decisions import Trade
from fadearena.domain.events import BotEquity
from fadearena.domain.identifiers import BotId, DecisionId, EventId, TradeId, Wallet
from fadearena.domain.market import AssetName
from fadearena.domain.positions import Book
from fadearena.domain.records import Entry, EquityPoint, FillRange, FundingPayment, SystemRecord
from fadearena.persistence.bookkeeping import BotAccount, Heartbeat
from fadearena.persistence.errors import ControlsChangedError, DuplicateEventError, JournalError

FundingKey = tuple[BotId, AssetName, int]


class MemoryJournal:
    """Everything in plain dictionaries; ``entries`` is the journal itself."""

    def __init__(self, controls_version: int = 1) -> None:
        self.in_force = controls_version
        self.entries: list[Entry] = []
        self.equity: dict[int, EquityPoint] = {}
        self.prices: dict[tuple[AssetName, int], Decimal] = {}
        self.heartbeat: Heartbeat | None = None
        self._events: dict[EventId, tuple[Wallet, int]] = {}
        self._fills: set[tuple[object, ...]] = set()
        self._decisions: set[DecisionId] = set()
        self._funding: set[FundingKey] = set()
        self._trades: dict[TradeId, Trade] = {}
        self._cloids: dict[str, TradeId] = {}
        self._books: dict[tuple[BotId, AssetName], Book] = {}
        self._ranges: dict[tuple[Wallet, str, int], FillRange] = {}
        self._system: dict[SystemRecord, None] = {}
        self._accounts: dict[BotId, BotAccount] = {}

    async def close(self) -> None:
        """Nothing to do; here so that either journal can be closed."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def append(self, entries: Sequence[Entry], controls_version: int) -> None:
        """As ``PostgresJournal.append``, in all its refusals."""
        if not entries:
            return
        if controls_version != self.in_force:
            raise ControlsChangedError(self.in_force)
        self._refuse_repeated(entries)
        self._refuse_dangling(entries)
        for entry in entries:
            self._take(entry)
        self.entries.extend(entries)

    async def controls_version(self) -> int:
        return self.in_force

    async def load_books(self) -> list[Book]:
        """Every book, ordered by bot and asset."""
        return [self._books[key] for key in sorted(self._books)]

    async def stored_event_ids(self, wallet: Wallet, since_ms: int) -> set[EventId]:
        """Ids of a wallet's events at or after a time."""
        return {key for key, (owner, time_ms) in self._events.items() if owner == wallet and time_ms >= since_ms}

    async def unresolved_trades(self) -> list[Trade]:
        """Our orders whose result is not known yet, oldest first."""
        waiting = [trade for trade in self._trades.values() if trade.result is None]
        return sorted(waiting, key=lambda trade: (trade.time_ms, trade.id.int))

    async def entry_count(self) -> int:
        return len(self.entries)

    async def replay(self, after: int = 0) -> AsyncIterator[Entry]:
        """Every entry after the first ``after``, in order."""
        for entry in self.entries[after:]:
            yield entry

    async def record_ranges(self, ranges: Sequence[FillRange]) -> None:
        for row in ranges:
            self._ranges[(row.wallet, row.asset_name or "", row.from_ms)] = row

    async def ranges(self, wallet: Wallet) -> list[FillRange]:
        rows = [row for row in self._ranges.values() if row.wallet == wallet]
        return sorted(rows, key=lambda row: (row.from_ms, row.asset_name or ""))

    async def watermark(self, wallet: Wallet) -> int | None:
        whole = [row for row in await self.ranges(wallet) if row.asset_name is None and row.state == "complete"]
        return max((row.to_ms for row in whole), default=None)

    async def record_equity(self, point: EquityPoint) -> None:
        self.equity[point.time_ms] = point

    async def record_prices(self, time_ms: int, marks: Mapping[AssetName, Decimal]) -> None:
        for name, mark in marks.items():
            self.prices.setdefault((name, time_ms), mark)

    async def record_system(self, *records: SystemRecord) -> None:
        self._system.update(dict.fromkeys(records))

    async def system_records(self, since_ms: int = 0) -> list[SystemRecord]:
        kept = [record for record in self._system if record.time_ms >= since_ms]
        return sorted(kept, key=lambda record: record.time_ms)

    async def record_bot_equity(self, equities: Iterable[BotEquity]) -> None:
        for seen in equities:
            known = self._accounts.get(seen.bot_id)
            if known is None:
                first = BotAccount(seen.bot_id, seen.equity, seen.time_ms, seen.equity, seen.time_ms)
                self._accounts[seen.bot_id] = first
            elif known.time_ms <= seen.time_ms:
                newer = msgspec.structs.replace(known, equity=seen.equity, time_ms=seen.time_ms)
                self._accounts[seen.bot_id] = newer

    async def record_audit(self, bot_id: BotId, time_ms: int, statement: bytes) -> None:
        """Statements are for people who query the database; here nobody does."""

    async def bot_accounts(self) -> list[BotAccount]:
        return [self._accounts[key] for key in sorted(self._accounts)]

    async def record_heartbeat(self, beat: Heartbeat) -> None:
        self.heartbeat = beat

    def _refuse_repeated(self, entries: Sequence[Entry]) -> None:
        events = [entry.event for entry in entries if entry.event is not None]
        keys: list[object] = [event.id for event in events]
        keys += [_fill_identity(entry) for entry in entries if _fill_identity(entry) is not None]
        keys += [decision.id for entry in entries for decision in entry.decisions]
        keys += [_funding_key(payment) for entry in entries for payment in entry.funding]
        known = (self._events, self._fills, self._decisions, self._funding)
        if len(set(keys)) < len(keys) or any(key in stored for key in keys for stored in known):
            raise DuplicateEventError("an event, decision or funding payment is stored already")
        for trade in (trade for entry in entries for trade in entry.trades):
            if self._cloids.get(trade.cloid, trade.id) != trade.id:
                raise JournalError(f"MyTrade has one of the same key already: {trade.cloid}")

    def _refuse_dangling(self, entries: Sequence[Entry]) -> None:
        fresh_events = {entry.event.id for entry in entries if entry.event is not None}
        fresh_decisions = {decision.id for entry in entries for decision in entry.decisions}
        for entry in entries:
            named = [decision.event_id for decision in entry.decisions]
            named += [trade.event_id for trade in entry.trades if trade.event_id is not None]
            decided = [trade.decision_id for trade in entry.trades if trade.decision_id is not None]
            if any(key not in self._events and key not in fresh_events for key in named) or any(
                key not in self._decisions and key not in fresh_decisions for key in decided
            ):
                raise JournalError("the database refused to write: what an entry refers to is not stored")

    def _take(self, entry: Entry) -> None:
        event = entry.event
        if event is not None:
            self._events[event.id] = (event.wallet, event.time_ms)
            identity = _fill_identity(entry)
            if identity is not None:
                self._fills.add(identity)
        self._decisions.update(decision.id for decision in entry.decisions)
        self._funding.update(_funding_key(payment) for payment in entry.funding)
        for trade in entry.trades:
            self._trades[trade.id] = trade
            self._cloids[trade.cloid] = trade.id
        for book in entry.books:
            self._books[(book.bot_id, book.asset.name)] = book


def _fill_identity(entry: Entry) -> tuple[object, ...] | None:
    event = entry.event
    if event is None or event.event_type != "fill":
        return None
    return (event.wallet, event.time_ms, event.asset.name, event.trade_id, event.side)


def _funding_key(payment: FundingPayment) -> FundingKey:
    return (payment.bot_id, payment.asset.name, payment.time_ms)
