"""The trading floor: takes what the ingestor delivers, has the arena decide, and commits before anything else happens.

In: outputs of the ingestor, quotes, changes of the controls, the passing of time. Out: entries in the journal. One step
at a time: a lock makes this the arena's only inbox. A step that can't be committed is taken back whole.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from decimal import Decimal
from typing import Protocol, assert_never

import msgspec
import structlog

from fadearena.arena import Arena, Clock
from fadearena.bot_ingestor.outputs import Batch, InitialPosition, LateFills, Output
from fadearena.domain.events import BotEquity, BotTradeEvent, FundingRate, HistoryState, Quote
from fadearena.domain.identifiers import BotId, EventId, Wallet, position_change_id
from fadearena.domain.market import AssetName, Side, to_decimal
from fadearena.domain.records import Entry, EquityPoint, FillRange, SystemRecord
from fadearena.domain.settings import Controls
from fadearena.jobs import EquityWatch, HourWatch, PriceWatch, equity_point
from fadearena.persistence.errors import ControlsChangedError, DuplicateEventError, OutcomeUnknownError

log = structlog.get_logger(__name__)

COMMIT_TRIES = 20
"""How often a step is decided anew because the controls keep changing under it."""


Make = Callable[[tuple[BotTradeEvent, ...]], tuple[Entry, ...]]
"""A step of the arena over events."""


class Journal(Protocol):
    """Where entries become durable; ``MemoryJournal`` and ``PostgresJournal`` are such."""

    async def append(self, entries: list[Entry], controls_version: int) -> None: ...

    async def stored_event_ids(self, wallet: Wallet, since_ms: int) -> set[EventId]: ...

    async def record_ranges(self, ranges: list[FillRange]) -> None: ...

    async def record_bot_equity(self, equities: Iterable[BotEquity]) -> None: ...

    async def record_equity(self, point: EquityPoint) -> None: ...

    async def record_prices(self, time_ms: int, marks: dict[AssetName, Decimal]) -> None: ...

    async def record_system(self, *records: SystemRecord) -> None: ...


class TradingFloor:
    """The arena with its journal.

    Args:
        load_controls: reads the controls in force.
        prepare: called with each event before it is decided on, e.g. to have a first price of its asset.
    """

    def __init__(
        self,
        arena: Arena,
        journal: Journal,
        clock: Clock,
        load_controls: Callable[[], Awaitable[Controls]],
        prepare: Callable[[BotTradeEvent], Awaitable[None]] | None = None,
    ) -> None:
        self.arena = arena
        self.last_event_ms: int | None = None
        self.last_order_ms: int | None = None
        self.broken = asyncio.Event()
        """Set when it is not known what is stored: then nothing more is decided, and the trader has to start again."""
        self.fault: OutcomeUnknownError | None = None
        self.rates: Callable[[], Iterable[FundingRate]] = tuple
        self._journal = journal
        self._clock = clock
        self._load_controls = load_controls
        self.prepare = prepare
        self._lock = asyncio.Lock()
        self._equity = EquityWatch()
        self._hours = HourWatch()
        self._prices = PriceWatch()
        self._points: list[EquityPoint] = []
        self._traded = False
        self._reconsidered = 0

    async def deliver(self, output: Output) -> None:
        """Take one output of the ingestor; what this returns from is durable."""
        match output:
            case Batch(events):
                await self._decide(events)
            case LateFills(events):
                await self._commit(self.arena.late, events)
            case InitialPosition():
                await self._first_sight(output)
            case HistoryState(bot, asset, complete):
                self.arena.portfolio.note_history(bot, asset, complete=complete)
            case FillRange():
                await self._journal.record_ranges([output])
            case BotEquity():
                self.arena.portfolio.note_bot_equity(output.bot_id, output.equity)
                await self._journal.record_bot_equity([output])
            case SystemRecord():
                await self._journal.record_system(output)
            case _:
                assert_never(output)

    def quote(self, quote: Quote) -> None:
        """A new price."""
        self.arena.portfolio.price(quote)

    async def follow_controls(self) -> None:
        """Take over the controls in force; where they let or make us reduce, reduce at once."""
        controls = await self._load_controls()
        if controls.version == self._reconsidered:
            return
        async with self._lock:
            self.arena.follow(controls)
        await self._commit(lambda _: self.arena.reconsider(f"controls:{self.arena.controls.version}"))
        self._reconsidered = controls.version
        log.info("controls", version=controls.version, kill_switch=controls.kill_switch)

    async def tick(self) -> None:
        """What the passing of time asks for: the day's turn, funding at full hours, a snapshot of equity when due."""
        now_ms = self._clock.now_ms()
        if now_ms <= 0:
            return
        async with self._lock:
            self.arena.portfolio.turn_day(now_ms)
        for hour_ms in self._hours.passed(now_ms):
            await self.pay_funding(hour_ms, list(self.rates()))
        step_ms = self._prices.passed(now_ms)
        if step_ms is not None:
            await self._journal.record_prices(step_ms, self.marks())
        self._note_equity(now_ms, traded=False)
        await self.write_equity()

    async def write_equity(self) -> None:
        """Write down the snapshots that were taken since the last tick."""
        points, self._points = self._points, []
        for point in points:
            await self._journal.record_equity(point)

    async def pay_funding(self, hour_ms: int, rates: Sequence[FundingRate]) -> None:
        """Funding of a full hour on all we hold; once, whoever else asks for it."""
        with contextlib.suppress(DuplicateEventError):
            await self._commit(lambda _: self.arena.pay_funding(hour_ms, rates))

    def follow_hours(self, since_ms: int) -> None:
        """Pay the funding of the hours after this time from now on; those before it are paid."""
        self._hours = HourWatch(since_ms)

    def marks(self) -> dict[AssetName, Decimal]:
        """The last mark of every asset seen, in USD."""
        return {
            market.asset.name: to_decimal(market.mark, market.asset.price_decimals)
            for market in self.arena.portfolio.markets.values()
            if market.mark
        }

    def equity_now(self, now_ms: int | None = None) -> EquityPoint:
        """Equity of the fade and of every bot watched, and what fading each brought, at the present marks.

        Args:
            now_ms: the time it is written down for; without it, the clock's.
        """
        portfolio = self.arena.portfolio
        bots: dict[BotId, int] = {bot.id: portfolio.bot_equity(bot.id) for bot in self.arena.controls.bots}
        fades: dict[BotId, int] = dict.fromkeys(bots, 0)
        for (bot, name), book in portfolio.books.items():
            mark = portfolio.markets[name].mark
            unrealised = book.position.unrealised(mark) if mark else 0
            fades[bot] = fades.get(bot, 0) + book.realised + unrealised + book.funding - book.fees
        point = equity_point(self._clock.now_ms() if now_ms is None else now_ms, portfolio.equity, bots)
        return msgspec.structs.replace(point, fades=fades, fees=portfolio.fees)

    async def _decide(self, events: tuple[BotTradeEvent, ...]) -> None:
        if self.prepare is not None:
            await self.prepare(events[-1])
        await self._commit(self.arena.step, events)
        self.last_event_ms = max(self.last_event_ms or 0, events[-1].time_ms)
        traded, self._traded = self._traded, False
        if traded:
            self._note_equity(self._clock.at(events[-1].time_ms), traded=True)

    def _note_equity(self, now_ms: int, *, traded: bool) -> None:
        """Take a snapshot if one is due. It is written with the next tick, so that no fill waits for it."""
        point = self.equity_now(now_ms)
        if self._equity.due(point, traded=traded):
            self._points.append(point)

    async def _first_sight(self, seen: InitialPosition) -> None:
        if seen.lots and self.arena.adopts(seen.bot_id, seen.asset) and seen.mark:
            await self._decide((_adoption(seen),))
        else:
            await self._commit(lambda _: self.arena.watch(seen.bot_id, seen.asset, seen.lots, seen.mark))

    async def _commit(self, make: Make, events: tuple[BotTradeEvent, ...] = ()) -> None:
        async with self._lock:
            if self.fault is not None:
                raise self.fault
            for _ in range(COMMIT_TRIES):
                self.arena.portfolio.begin()
                entries = make(events)
                if not entries:
                    return
                try:
                    await self._journal.append(list(entries), self.arena.controls.version)
                except ControlsChangedError:
                    self.arena.portfolio.rollback()
                    self.arena.follow(await self._load_controls())
                    continue
                except DuplicateEventError:
                    self.arena.portfolio.rollback()
                    fresh = await self._not_stored(events)
                    if len(fresh) == len(events):
                        raise
                    log.info("delivered again", events=len(events) - len(fresh))
                    if not fresh:
                        return
                    events = fresh
                    continue
                except OutcomeUnknownError as fault:
                    # The entries may be stored; only what is stored tells, and only a new start reads it.
                    self.fault = fault
                    self.broken.set()
                    raise
                except BaseException:
                    self.arena.portfolio.rollback()
                    raise
                self._note(entries)
                return
            msg = f"the controls changed {COMMIT_TRIES} times under one step"
            raise RuntimeError(msg)

    async def _not_stored(self, events: tuple[BotTradeEvent, ...]) -> tuple[BotTradeEvent, ...]:
        if not events:
            return ()
        stored = await self._journal.stored_event_ids(events[0].wallet, min(event.time_ms for event in events))
        return tuple(event for event in events if event.id not in stored)

    def _note(self, entries: tuple[Entry, ...]) -> None:
        orders = [trade.time_ms for entry in entries for trade in entry.trades]
        if orders:
            self._traded = True
            self.last_order_ms = max(self.last_order_ms or 0, *orders)


def _adoption(seen: InitialPosition) -> BotTradeEvent:
    """A position from before we watched, as the event that lets us fade it."""
    return BotTradeEvent(
        id=position_change_id(seen.wallet, seen.asset.name, seen.time_ms, 0, seen.lots),
        bot_id=seen.bot_id,
        wallet=seen.wallet,
        time_ms=seen.time_ms,
        event_type="position-change",
        asset=seen.asset,
        side=Side.of(seen.lots),
        lots=abs(seen.lots),
        price=seen.mark,
        previous_lots=0,
        current_lots=seen.lots,
        order_id=0,
        trade_id=0,
        fill_hash=None,
        closed_pnl=0,
        fee=0,
        raw=b'{"adopted":true}',
    )
