"""One wallet under watch: what its frames and the exchange's answers make of its history.

In: frames of fills, answers to questions it asks of the exchange. Out: outputs, to whom the caller says. It decides
what to ask; when to ask is the watcher's to say. It holds no socket, runs no task and knows no sink.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from fadearena.bot_ingestor.audits import AuditView
from fadearena.bot_ingestor.backfill import Backfill
from fadearena.bot_ingestor.descriptions import Descriptions
from fadearena.bot_ingestor.detection import WalletHistory
from fadearena.bot_ingestor.first_sight import FirstSight, first_sight
from fadearena.bot_ingestor.intake import Unread, read_audit, read_fills
from fadearena.bot_ingestor.outputs import BackfillRequest, Batch, Output, Step
from fadearena.bot_ingestor.pauses import NEVER_S, now_s
from fadearena.bot_ingestor.ports import Exchange, Pace, WalletHealth, WatchedBot
from fadearena.domain.events import BotTradeEvent, HistoryState
from fadearena.domain.identifiers import Wallet, fill_event_id
from fadearena.domain.market import AssetName, Side
from fadearena.domain.records import SystemRecord
from fadearena.hyperliquid.messages.fills import Fill
from fadearena.hyperliquid.messages.market import Trade

FIRST_LOOKS_MAX = 4
UNREAD_MAX = 5_000

Tell = Callable[[Iterable[Output]], None]
"""Where outputs go, in order."""


class ExchangeTime:
    """The latest time that the exchange itself has stated: a lower bound of its clock, whatever ours says."""

    def __init__(self) -> None:
        self.ms = 0

    def seen(self, time_ms: int) -> None:
        self.ms = max(self.ms, time_ms)


class WalletWatch:
    """See the module. All methods that ask are to be called one at a time, under ``lock``.

    Args:
        now_ms: the caller's clock, for records.
    """

    def __init__(
        self,
        bot: WatchedBot,
        exchange: Exchange,
        descriptions: Descriptions,
        exchange_time: ExchangeTime,
        pace: Pace,
        now_ms: Callable[[], int],
    ) -> None:
        self.bot = bot
        self.lock = asyncio.Lock()
        self.wake = asyncio.Event()
        self.caught_up = asyncio.Event()
        """Not set while frames have to be held, because a backfill must come first."""
        self.is_let_through = False
        """Whether frames are read all the same, because that takes too long."""
        self.is_live = False
        self.lost_touch = 0
        """Counts whatever makes a catch-up necessary, so that one that was overtaken is done again."""
        self.is_disowned = False
        """Whether it was said that nothing is proven of this wallet at the moment."""
        self.asked_again: BackfillRequest | None = None
        self.history = WalletHistory(bot.known, pace.limits) if bot.known is not None else None
        self.missed_by_socket = 0
        self._missed_at_s = -NEVER_S
        self._snapshot: Sequence[Fill] = ()
        self._held_since_s = NEVER_S
        self._waits: dict[AssetName, float] = {}
        """Since when fills of an asset are held, by the loop's clock."""
        self._goes_on = bot.known is not None
        """Whether an earlier run may have left its word behind that something is not proven."""
        self._exchange = exchange
        self._descriptions = descriptions
        self._time = exchange_time
        self._pace = pace
        self._now_ms = now_ms
        self._unread: dict[object, Unread] = {}
        self._ignored = 0

    @property
    def wallet(self) -> Wallet:
        return self.bot.wallet

    @property
    def health(self) -> WalletHealth:
        history = self.history
        return WalletHealth(
            bot_id=self.bot.bot_id,
            wallet=self.wallet,
            watermark_ms=history.watermark_ms if history else 0,
            caught_up=self.caught_up.is_set(),
            complete=history is not None and history.is_complete,
            live=self.is_live,
            duplicates=history.duplicates if history else 0,
            ignored=self._ignored,
        )

    @property
    def has_unread(self) -> bool:
        return bool(self._unread)

    @property
    def reads_frames(self) -> bool:
        return self.caught_up.is_set() or self.is_let_through

    def fall_behind(self) -> None:
        """From here on its frames are to be held until a backfill has closed what lies before them."""
        self.lost_touch += 1
        self.caught_up.clear()
        self.is_let_through = False

    def catch_on(self) -> None:
        """It has caught up."""
        self.caught_up.set()
        self.is_let_through = False
        self._snapshot = ()
        self._held_since_s = NEVER_S

    def note_held(self, now_s: float, snapshot: Sequence[Fill] = ()) -> None:
        """Something from the socket is held. A snapshot is, here: it may be all that tells what was missed."""
        self._held_since_s = min(self._held_since_s, now_s)
        self._snapshot = snapshot or self._snapshot

    def let_through(self, frames: Iterable[Sequence[Fill]], tell: Tell) -> None:
        """Follow what the socket has told without the exchange's answers. Nothing is opened on it."""
        self.is_let_through = True
        self._held_since_s = NEVER_S
        self.disown(tell)
        snapshot, self._snapshot = self._snapshot, ()
        for fills in (snapshot, *frames):
            self.frame(fills, tell)
        self._let_past(list(self._waits), tell)

    def frame(self, fills: Sequence[Fill], tell: Tell) -> None:
        """Fills from the socket. Only for a wallet that reads frames. What comes newest first, as do snapshots
        that are not marked as such, is turned around.
        """
        assert self.history is not None
        if fills and fills[0].time > fills[-1].time:
            fills = fills[::-1]
        before = self.history.arrivals
        steps = self.history.offer(self._read(fills), "live", self._now_ms())
        if self.history.arrivals > before:
            self.missed_by_socket = 0
        self._tell(steps, tell)

    def witness(self, trade: Trade, side: Side, at_s: float) -> bool:
        """A public trade in which this wallet took ``side``; True where its fill has not come and is now expected."""
        if self.history is None or not trade.tid or trade.coin not in self._descriptions.universe:
            return False
        event = fill_event_id(self.wallet, trade.coin, trade.time, trade.tid, side)
        return self.history.expect(event, AssetName(trade.coin), trade.time, at_s)

    @property
    def due_at_s(self) -> float:
        """When ``fall_due``, ``lose_patience`` or ``let_through`` is next to be called, by the loop's clock; NEVER_S
        while nothing waits.
        """
        return min(self.overdue_at_s, self.impatient_at_s)

    @property
    def impatient_at_s(self) -> float:
        """When what is held has waited long enough."""
        if self.history is None:
            return NEVER_S
        since_s = min(self._waits.values(), default=NEVER_S) if self.reads_frames else self._held_since_s
        return since_s + self._pace.patience_s

    def wait_anew(self, now_s: float) -> None:
        """Nothing could be asked meanwhile, for reasons of our own: that does not count as waiting."""
        self._waits = dict.fromkeys(self._waits, now_s)
        self._held_since_s = now_s if self._held_since_s < NEVER_S else NEVER_S

    def lose_patience(self, now_s: float, tell: Tell) -> None:
        """Fills that have waited too long for what is missing before them go on without it."""
        self._let_past(
            [name for name, since_s in self._waits.items() if since_s + self._pace.patience_s <= now_s], tell
        )

    @property
    def overdue_at_s(self) -> float:
        """When the next of the expected fills is overdue, by the loop's clock; NEVER_S while it is being caught up."""
        if self.history is None or not self.caught_up.is_set():
            return NEVER_S
        return self.history.expecting_since_s + self._pace.witness_s

    def fall_due(self, now_s: float, tell: Tell) -> None:
        """Ask for what should have come by now, and have nothing opened until it has.

        Where that happens again and again (the socket is slow, or does not tell of this wallet at all), it is neither
        said nor asked for at once each time.
        """
        if self.overdue_at_s > now_s or self.history is None:
            return
        is_rare = now_s - self._missed_at_s >= self._pace.gap_poll_s
        self._missed_at_s = now_s
        if self.is_live and is_rare:
            message = f"{self.bot.bot_id}: fills that the public trades name did not come over the socket"
            tell([SystemRecord(self._now_ms(), "warning", "api", message, b"{}")])
        noted_until_s = max(self.history.expecting_since_s, now_s - self._pace.witness_s)
        self._tell(self.history.fall_due(noted_until_s, attempt=0 if is_rare else 1), tell)

    async def look(self, tell: Tell) -> None:
        """At first sight: where the wallet stands. Raises HyperliquidError, TimeoutError."""
        await self._descriptions.first()
        if self.history is not None:
            return
        first, recent = await self._first_sight()
        self.history = WalletHistory(first.start, self._pace.limits)
        self._set_ceiling()
        tell([*first.positions, first.row])
        self._tell(self.history.offer(recent, "backfill", self._now_ms()), tell)

    async def catch_up(self, tell: Tell) -> None:
        """Everything since the watermark, and what the exchange says to it. Raises HyperliquidError, TimeoutError."""
        assert self.history is not None
        self._tell(self.history.open_gaps(), tell)
        view = await self._state()
        await self.poll(tell, at_once=True)
        self._tell(self.history.audited(view, self._now_ms()), tell)
        if self.is_disowned or self._goes_on:
            self.is_disowned = self._goes_on = False
            tell([HistoryState(self.bot.bot_id, None, complete=True)])
            self._tell(self.history.open_gaps(), tell)

    def disown(self, tell: Tell) -> None:
        """Say that nothing is proven of this wallet until it has caught up."""
        if not self.is_disowned:
            self.is_disowned = True
            tell([HistoryState(self.bot.bot_id, None, complete=False)])

    async def poll(self, tell: Tell, *, at_once: bool = False) -> None:
        """A backfill from where nothing can be missed. Raises HyperliquidError, TimeoutError."""
        history = self.history
        assert history is not None
        asked, self.asked_again = self.asked_again, None
        from_ms = min(history.backfill_from_ms, asked.from_ms if asked else history.backfill_from_ms)
        known_ms = self._time.ms - self._pace.settle_ms
        walk = Backfill(
            self._exchange, self.wallet, from_ms, pages_max=self._pace.pages_max, request_s=self._pace.request_s
        )
        news = 0
        async for rows in walk.pages():
            steps = history.offer(await self._read_now(rows), "backfill", self._now_ms())
            news += sum(isinstance(step, Batch) for step in steps)
            self._tell(steps, tell)
        if not history.is_complete:
            await self._offer_slices(history, from_ms, tell)
        if news and self.is_live and self.caught_up.is_set():
            self.missed_by_socket += 1
        to_ms = max(walk.last_ms or 0, known_ms if walk.is_through else 0)
        if to_ms:
            self._tell(history.answered(from_ms, to_ms, self._now_ms(), at_once=at_once), tell)

    async def audit(self, tell: Tell) -> None:
        """Compare with the exchange's own statement of the positions. Raises HyperliquidError, TimeoutError."""
        view = await self._state()
        if self.history is not None and self.caught_up.is_set():
            self._tell(self.history.audited(view, self._now_ms()), tell)

    async def read_again(self, tell: Tell) -> None:
        """Read the exchange's description anew, and with it what could not be read; what still cannot is given up.

        Raises HyperliquidError, TimeoutError.
        """
        await self._descriptions.refresh()
        self._give_up_or_offer(tell)

    def _give_up_or_offer(self, tell: Tell) -> None:
        waiting = [unread.fill for unread in self._unread.values()]
        self._unread.clear()
        reading = read_fills(waiting, self.bot.bot_id, self.wallet, self._descriptions.universe)
        for unread in reading.unread:
            tell(self._descriptions.give_up(self.bot.bot_id, unread, self._now_ms()))
        self._set_ceiling()
        if self.history is not None:
            self._tell(self.history.offer(reading.events, "backfill", self._now_ms()), tell)

    async def _offer_slices(self, history: WalletHistory, from_ms: int, tell: Tell) -> None:
        """Slices of TWAP orders may be what is missing: not all of them stand among the fills."""
        async with asyncio.timeout(self._pace.request_s):
            slices = await self._exchange.user_twap_slice_fills_by_time(self.wallet, from_ms)
        events = await self._read_now([piece.fill for piece in slices])
        self._tell(history.offer(events, "backfill", self._now_ms()), tell)

    async def _first_sight(self) -> tuple[FirstSight, list[BotTradeEvent]]:
        looks = 0
        while True:
            looks += 1
            view = await self._state()
            recent: list[BotTradeEvent] = []
            walk = Backfill(
                self._exchange,
                self.wallet,
                view.time_ms - self._pace.recent_ms,
                pages_max=self._pace.pages_max,
                request_s=self._pace.request_s,
            )
            async for rows in walk.pages():
                recent += await self._read_now(rows)
            recent = list({event.id: event for event in recent}.values())
            insist = looks >= FIRST_LOOKS_MAX
            found = first_sight(self.bot.bot_id, self.wallet, view, recent, insist=insist)
            if found is not None:
                return found, recent

    async def _state(self) -> AuditView:
        asked_ms = self._time.ms
        states = {}
        for dex in self._pace.dexes:
            async with asyncio.timeout(self._pace.request_s):
                states[dex] = await self._exchange.clearinghouse_state(self.wallet, dex or None)
        view = read_audit(states, self._descriptions.universe, asked_ms)
        self._time.seen(view.time_ms)
        return view

    async def _read_now(self, rows: Iterable[Fill]) -> tuple[BotTradeEvent, ...]:
        """Read a page; where something in it is unknown, ask first what it is."""
        rows = list(rows)
        events = self._read(rows)
        if self._unread and self._descriptions.wait_s == 0:
            await self._descriptions.refresh()
            for row in rows:
                self._unread.pop(row.key, None)
            events = self._read(rows)
        return events

    def _read(self, rows: Iterable[Fill]) -> tuple[BotTradeEvent, ...]:
        reading = read_fills(rows, self.bot.bot_id, self.wallet, self._descriptions.universe)
        self._ignored += reading.others
        for unread in reading.unread:
            if len(self._unread) < UNREAD_MAX and not self._descriptions.is_given_up(unread):
                self._unread[unread.fill.key] = unread
        if self._unread:
            self._set_ceiling()
            self.wake.set()
        for event in reading.events:
            self._time.seen(event.time_ms)
        return reading.events

    def _let_past(self, names: Iterable[AssetName], tell: Tell) -> None:
        assert self.history is not None
        for name in names:
            self._tell(self.history.let_past(name, self._now_ms()), tell)

    def _set_ceiling(self) -> None:
        if self.history is not None:
            times = [unread.fill.time for unread in self._unread.values()]
            self.history.ceiling_ms = min(times) - 1 if times else None

    def _tell(self, steps: Iterable[Step], tell: Tell) -> None:
        outputs: list[Output] = []
        for step in steps:
            if isinstance(step, BackfillRequest):
                self._ask(step)
            else:
                outputs.append(step)
        if outputs:
            tell(outputs)
        holding = self.history.holding if self.history is not None else []
        if holding or self._waits:
            at_s = now_s()
            self._waits = {name: self._waits.get(name, at_s) for name in holding}

    def _ask(self, request: BackfillRequest) -> None:
        """Remember the widest of what was asked for, at the most urgent."""
        before = self.asked_again
        if before is not None:
            request = BackfillRequest(
                self.wallet,
                min(before.from_ms, request.from_ms),
                max(before.to_ms, request.to_ms),
                min(before.attempt, request.attempt),
                request.reason,
            )
        self.asked_again = request
        self.wake.set()
