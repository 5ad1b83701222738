"""Watching wallets: what the socket brings and what the exchange answers, turned into one ordered stream of outputs.

In: events of the exchange's feed (``take``), the bots to watch (``set_bots``). Out: outputs to a sink, one at a time,
in order, each durable before the next. The public trades bear witness: a fill that they name and that does not come
is asked for. It never decides about trades and never writes to the exchange.

The walk of a wallet: a first look over REST, then its subscription, then a backfill of all that may lie between; only
then are its frames let through. Every lost connection starts at the backfill again. Meanwhile audits and short
backfills find what a socket does not tell. Where the exchange does not answer, what the socket tells waits for a
bounded time and then goes on, so that exits are followed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Literal

import msgspec

from fadearena.bot_ingestor.descriptions import Descriptions
from fadearena.bot_ingestor.errors import WatchedTwiceError
from fadearena.bot_ingestor.held_frames import HeldFrames
from fadearena.bot_ingestor.ordering import in_order_of_time
from fadearena.bot_ingestor.outbox import Outbox
from fadearena.bot_ingestor.outputs import Output
from fadearena.bot_ingestor.pauses import NEVER_S, is_worth_saying, now_s, pause_s, sleep_until
from fadearena.bot_ingestor.ports import Exchange, FillFeed, Pace, Sink, WalletHealth, WatchedBot
from fadearena.bot_ingestor.schedule import Duty, Schedule
from fadearena.bot_ingestor.wallet_watch import ExchangeTime, Tell, WalletWatch
from fadearena.domain.identifiers import Wallet
from fadearena.domain.market import Side
from fadearena.domain.records import SystemRecord
from fadearena.hyperliquid.errors import HyperliquidError
from fadearena.hyperliquid.messages.fills import UserFills
from fadearena.hyperliquid.messages.frames import TradesFrame, UserFillsFrame
from fadearena.hyperliquid.messages.market import Trade
from fadearena.hyperliquid.session_events import Disconnected, Event, Message, Refused, Subscribed
from fadearena.hyperliquid.subscriptions import Subscription

MISSES_MAX = 2
"""Backfills in a row that found what the socket should have told, after which its subscription is renewed."""

_Ask = Callable[[Tell], Awaitable[None]]


class Watcher:
    """Runs inside ``run()``; everything else may be called before and meanwhile, from the same loop.

    Args:
        exchange: where questions go.
        feed: where subscriptions go; its events must be handed to ``take``.
        sink: where outputs go.
        now_ms: milliseconds since the epoch, for records and for pacing the ledger.
    """

    def __init__(
        self, exchange: Exchange, feed: FillFeed, sink: Sink, now_ms: Callable[[], int], pace: Pace | None = None
    ) -> None:
        self._exchange = exchange
        self._feed = feed
        self._now_ms = now_ms
        self._pace = pace or Pace()
        self._outbox = Outbox(sink, self._pace.outbox_max, self._pace.retry_s_max, self._sink_troubled)
        self._descriptions = Descriptions(exchange, self._pace.dexes, self._pace.meta_s, self._pace.request_s)
        self._time = ExchangeTime()
        self._asking = asyncio.Semaphore(self._pace.requests_at_once)
        self._watches: dict[Wallet, WalletWatch] = {}
        self._subscribed: dict[Wallet, Subscription] = {}
        self._behind: dict[Wallet, None] = {}
        self._changed = asyncio.Event()
        self._waiting = asyncio.Event()
        """Set when something may have to wait for less long than what was waited for before."""
        self._held = HeldFrames(self._pace.held_max)
        self._gathered: dict[Wallet, list[Output]] = {}
        """What the catch-up under way has to say of each wallet, to be told all together."""
        self._tasks: dict[Wallet, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None

    @property
    def health(self) -> tuple[WalletHealth, ...]:
        return tuple(watch.health for watch in self._watches.values())

    def set_bots(self, bots: Sequence[WatchedBot]) -> None:
        """Watch these and no others. A bot that is watched already goes on undisturbed, whatever ``known`` says.

        Raises WatchedTwiceError where two of them name the same wallet.
        """
        wanted = {bot.wallet: bot for bot in bots}
        if len(wanted) != len(bots):
            msg = "two bots name the same wallet"
            raise WatchedTwiceError(msg)
        for wallet, watch in list(self._watches.items()):
            if wallet not in wanted or wanted[wallet].bot_id != watch.bot.bot_id:
                self._drop(wallet)
        for wallet, bot in wanted.items():
            if wallet not in self._watches:
                self._add(bot)
        self._changed.set()

    def take(self, event: Event) -> None:
        """One event of the feed; events that are about something else are passed over."""
        match event:
            case Message(frame=UserFillsFrame(data=data)):
                self._frame(data)
            case Message(frame=TradesFrame(data=trades)):
                self._witness(trades)
            case Subscribed(subscription=Subscription(type="userFills", user=str() as user)):
                watch = self._watches.get(Wallet(user))
                if watch is not None:
                    watch.is_live = True
                    self._fell_behind(watch)
            case Disconnected(reason=reason):
                self._disconnected(reason)
            case Refused(subscription=Subscription(type="userFills", user=str() as user), text=text):
                self._subscribed.pop(Wallet(user), None)
                self._say("warning", f"no live fills of {user}, it is watched by questions alone: {text}")
                self._changed.set()
            case _:
                pass

    async def run(self) -> None:
        """Watch until cancelled. Once.

        The exchange's faults and the sink's are told and tried again for ever. Anything else is a defect, and raised:
        then what was seen may not all have been told, and a new watcher has to begin from what is stored.
        """
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                group.create_task(self._outbox.run(), name="deliver")
                group.create_task(self._keep_up(), name="keep up")
                group.create_task(self._mind_the_time(), name="mind the time")
                for watch in self._watches.values():
                    self._start(watch)
        finally:
            self._group = None
            self._tasks.clear()

    @property
    def is_delivered(self) -> bool:
        """Whether all that was said so far is durable."""
        return len(self._outbox) == 0

    async def delivered(self) -> None:
        """Wait until all that was said so far is durable."""
        await self._outbox.empty()

    def _add(self, bot: WatchedBot) -> None:
        watch = WalletWatch(bot, self._exchange, self._descriptions, self._time, self._pace, self._now_ms)
        self._watches[bot.wallet] = watch
        self._behind[bot.wallet] = None
        self._start(watch)

    def _drop(self, wallet: Wallet) -> None:
        watch = self._watches.pop(wallet)
        self._behind.pop(wallet, None)
        self._held.take(lambda held: held is watch)
        if wallet in self._subscribed:
            self._feed.unsubscribe(self._subscribed.pop(wallet))
        if wallet in self._tasks:
            self._tasks.pop(wallet).cancel()

    def _start(self, watch: WalletWatch) -> None:
        if self._group is not None:
            share = list(self._watches).index(watch.wallet) / len(self._watches)
            name = f"tend {watch.bot.bot_id}"
            self._tasks[watch.wallet] = self._group.create_task(self._tend(watch, share), name=name)

    def _fell_behind(self, watch: WalletWatch) -> None:
        watch.fall_behind()
        self._behind[watch.wallet] = None
        self._changed.set()

    def _disconnected(self, reason: str) -> None:
        self._say("warning", f"the exchange's socket is lost: {reason}")
        for wallet in self._subscribed:
            watch = self._watches[wallet]
            watch.is_live = False
            self._fell_behind(watch)

    def _frame(self, data: UserFills) -> None:
        """Snapshots are passed over: the backfill after every subscription tells the same, in a certain order. Where
        that fails they are all there is.
        """
        watch = self._watches.get(Wallet(data.user.lower()))
        if watch is None or (data.is_snapshot and watch.caught_up.is_set()):
            return
        if not watch.reads_frames:
            self._hold(watch, data)
        elif self._outbox.is_full:
            self._fell_behind(watch)
        else:
            watch.frame(data.fills, self._teller(watch))
        self._wake_for(watch)

    def _witness(self, trades: Sequence[Trade]) -> None:
        """Public trades name both parties: a fill of a watched wallet is then known to exist, whether it is told or
        not. The first frame of a subscription replays old trades; what they name is known, or long past.
        """
        for trade in trades:
            if trade.users is not None:
                buyer, seller = trade.users
                if (watch := self._watches.get(Wallet(buyer.lower()))) is not None:
                    self._expect(watch, trade, Side.LONG)
                if (watch := self._watches.get(Wallet(seller.lower()))) is not None:
                    self._expect(watch, trade, Side.SHORT)

    def _expect(self, watch: WalletWatch, trade: Trade, side: Side) -> None:
        if watch.witness(trade, side, now_s()):
            self._waiting.set()

    def _wake_for(self, watch: WalletWatch) -> None:
        if watch.due_at_s < NEVER_S:
            self._waiting.set()

    async def _mind_the_time(self) -> None:
        """See to it that an expected fill that does not come is asked for, and that nothing is held for ever."""
        while True:
            at_s = min((watch.due_at_s for watch in self._watches.values()), default=NEVER_S)
            if at_s > now_s():
                await sleep_until(at_s, self._waiting)
            if self._outbox.is_full:
                await self._outbox.has_room()
                for watch in self._watches.values():
                    watch.wait_anew(now_s())
            self._fall_due()

    def _fall_due(self) -> None:
        for watch in self._watches.values():
            watch.fall_due(now_s(), self._outbox.put)
            if watch.impatient_at_s > now_s():
                continue
            if watch.reads_frames:
                watch.lose_patience(now_s(), self._teller(watch))
            else:
                self._let_through(watch)

    def _let_through(self, watch: WalletWatch) -> None:
        self._say("error", f"{watch.bot.bot_id}: catching up takes too long; its socket is followed meanwhile")
        self._outbox.put(self._gathered.pop(watch.wallet, ()))
        frames = self._held.take(lambda held: held is watch)
        watch.let_through([fills for _, fills in frames], self._teller(watch))

    def _hold(self, watch: WalletWatch, data: UserFills) -> None:
        """Keep a frame for later; where there is no room the backfill has to be done again after it."""
        if data.is_snapshot:
            watch.note_held(now_s(), data.fills)
        elif self._held.keep(watch, data.fills):
            watch.note_held(now_s())
        else:
            self._fell_behind(watch)

    async def _keep_up(self) -> None:
        """Bring all that fell behind up to date together, so that it reads as if nothing had happened."""
        failures = 0
        while True:
            while not self._behind:
                self._changed.clear()
                await self._changed.wait()
            await self._outbox.has_room()
            if await self._catch_up([self._watches[wallet] for wallet in self._behind]):
                failures = 0
            else:
                failures += 1
                await asyncio.sleep(pause_s(failures, self._pace.retry_s_max))

    async def _catch_up(self, watches: Sequence[WalletWatch]) -> bool:
        """One round for these wallets; False where it has to be tried again."""
        self._gathered = {watch.wallet: [] for watch in watches if not watch.is_let_through}
        async with _all_locked(watches):
            seen = await self._attempt_all(watches, WalletWatch.look)
            self._subscribe()
            await self._subscriptions_stand(seen)
            touched = {watch.wallet: watch.lost_touch for watch in seen}
            done = await self._attempt_all(seen, WalletWatch.catch_up)
            for watch in watches:
                if watch not in done:
                    watch.disown(self._teller(watch))
            kept = [watch for watch in watches if self._is_watched(watch)]
            gathered, self._gathered = self._gathered, {}
            self._outbox.put(in_order_of_time({w.wallet: gathered[w.wallet] for w in kept if w.wallet in gathered}))
            for watch in done:
                if watch in kept and watch.lost_touch == touched[watch.wallet]:
                    watch.catch_on()
                    del self._behind[watch.wallet]
            for watch, fills in self._held.take(lambda held: held.caught_up.is_set()):
                watch.frame(fills, self._outbox.put)
            self._fall_due()
            self._waiting.set()
        return all(watch in done for watch in kept)

    def _teller(self, watch: WalletWatch) -> Tell:
        """Where a wallet's outputs go: while it is caught up with others, they are gathered first."""

        def tell(outputs: Iterable[Output]) -> None:
            if self._is_watched(watch):
                gathered = self._gathered.get(watch.wallet)
                (self._outbox.put if gathered is None else gathered.extend)(outputs)

        return tell

    async def _attempt_all(
        self, watches: Sequence[WalletWatch], ask: Callable[[WalletWatch, Tell], Awaitable[None]]
    ) -> list[WalletWatch]:
        """Ask for all of them at once; those for which it worked."""
        worked = await asyncio.gather(*(self._attempt(watch, ask) for watch in watches))
        return [watch for watch, fine in zip(watches, worked, strict=True) if fine]

    async def _attempt(self, watch: WalletWatch, ask: Callable[[WalletWatch, Tell], Awaitable[None]]) -> bool:
        """Ask; where it fails, say so. What was told before it failed stays told."""
        try:
            async with self._asking:
                await ask(watch, self._teller(watch))
        except (HyperliquidError, TimeoutError) as error:
            self._say("warning", f"{watch.bot.bot_id}: {ask.__name__} failed", error)
            return False
        return True

    def _subscribe(self) -> None:
        """Subscribe to the first wallets that there is room for, once their history has begun."""
        for watch in list(self._watches.values())[: self._pace.subscribed_max]:
            if watch.wallet not in self._subscribed and watch.history is not None:
                self._subscribed[watch.wallet] = Subscription.user_fills(watch.wallet)
                self._feed.subscribe(self._subscribed[watch.wallet])

    async def _subscriptions_stand(self, watches: Sequence[WalletWatch]) -> None:
        """Wait, but not for long: a backfill that ends before a subscription stands has to be done again."""
        until_s = now_s() + self._pace.subscribe_s
        while now_s() < until_s and any(watch.wallet in self._subscribed and not watch.is_live for watch in watches):
            await sleep_until(until_s, self._changed)

    async def _tend(self, watch: WalletWatch, share: float) -> None:
        """Audits and short backfills of one wallet, for as long as it is watched."""
        schedule = Schedule(self._pace, now_s(), share)
        failures = 0
        while True:
            await watch.caught_up.wait()
            asked = watch.asked_again
            at_s, duty = schedule.next(
                now_s(),
                asked_attempt=asked.attempt if asked else None,
                has_gap=watch.history is not None and not watch.history.is_complete,
                reread_at_s=now_s() + self._descriptions.wait_s if watch.has_unread else NEVER_S,
            )
            if at_s > now_s():
                await sleep_until(at_s, watch.wake)
                continue
            worked = await self._do(watch, duty, failures)
            schedule.done(duty, now_s())
            failures = 0 if worked else failures + 1
            if failures:
                await asyncio.sleep(pause_s(failures, self._pace.retry_s_max))

    async def _do(self, watch: WalletWatch, duty: Duty, failures: int) -> bool:
        asks: dict[Duty, _Ask] = {"audit": watch.audit, "poll": watch.poll, "read_again": watch.read_again}
        await self._outbox.has_room()
        try:
            async with watch.lock, self._asking:
                await asks[duty](self._outbox.put)
                self._wake_for(watch)
        except (HyperliquidError, TimeoutError) as error:
            if is_worth_saying(failures + 1):
                self._say("warning", f"{watch.bot.bot_id}: {duty} failed, {failures + 1} in a row", error)
            return False
        if failures:
            self._say("info", f"{watch.bot.bot_id}: answers come again after {failures} failures")
        self._renew_if_mute(watch)
        return True

    def _renew_if_mute(self, watch: WalletWatch) -> None:
        if watch.missed_by_socket < MISSES_MAX or watch.wallet not in self._subscribed:
            return
        watch.missed_by_socket = 0
        watch.is_live = False
        self._say("warning", f"{watch.bot.bot_id}: its subscription has gone mute and is renewed")
        self._feed.unsubscribe(self._subscribed[watch.wallet])
        self._feed.subscribe(self._subscribed[watch.wallet])

    def _is_watched(self, watch: WalletWatch) -> bool:
        return self._watches.get(watch.wallet) is watch

    def _sink_troubled(self, failures: int, error: Exception) -> None:
        if is_worth_saying(failures):
            self._say("error", f"what was seen cannot be recorded, {failures} tries", error)

    def _say(self, level: Literal["info", "warning", "error"], message: str, error: Exception | None = None) -> None:
        details = {} if error is None else {"error": type(error).__name__, "text": str(error)[:500]}
        self._outbox.put([SystemRecord(self._now_ms(), level, "api", message, msgspec.json.encode(details))])


@asynccontextmanager
async def _all_locked(watches: Sequence[WalletWatch]) -> AsyncIterator[None]:
    """Hold every wallet's lock, always taken in the same order."""
    async with AsyncExitStack() as held:
        for watch in sorted(watches, key=lambda one: one.wallet):
            await held.enter_async_context(watch.lock)
        yield
