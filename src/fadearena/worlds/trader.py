"""The trader process: ``python -m fadearena.worlds.trader``. Ingests, decides, records; one at a time for a database.

Start-up and recovery are one path: take the lock, load the controls and the books, ask the exchange for everything
since the watermarks, and go on. Any fault that it can't bear ends the process; the supervisor starts it again.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import NamedTuple

import msgspec
import structlog

from fadearena.arena import Arena, Clock, EventClock
from fadearena.bot_ingestor.ports import Pace, WatchedBot
from fadearena.bot_ingestor.starts import Limits, StartPosition, WalletStart
from fadearena.bot_ingestor.watcher import Watcher
from fadearena.config import Config, Exchange, config_in_force
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.records import SystemRecord
from fadearena.domain.settings import BotProfile
from fadearena.hyperliquid.client import InfoClient
from fadearena.hyperliquid.errors import HyperliquidError
from fadearena.hyperliquid.feed import Feed
from fadearena.hyperliquid.messages.frames import ActiveAssetCtxFrame, BboFrame, L2BookFrame
from fadearena.hyperliquid.oddities import Oddities
from fadearena.hyperliquid.session_events import Disconnected, Event, Malformed, Message, Refused, ServerSaid
from fadearena.hyperliquid.subscriptions import Subscription
from fadearena.jobs import HEARTBEAT_S, RETENTION_EVERY_S
from fadearena.persistence.bookkeeping import Heartbeat
from fadearena.persistence.controls import ControlDesk
from fadearena.persistence.database import Database
from fadearena.persistence.errors import PersistenceError
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.recovery import Recovery
from fadearena.persistence.retention import Retention, prune
from fadearena.persistence.trader_lock import TraderLock, trader_lock
from fadearena.strategy_engine.portfolio import DAY_MS, MINUTE_MS, Portfolio
from fadearena.trading_client.market_desk import MarketDesk
from fadearena.trading_client.simulated_venue import venue_of
from fadearena.worlds.access import endpoint_of, first_description
from fadearena.worlds.floor import TradingFloor
from fadearena.worlds.funding import pay_missed_funding
from fadearena.worlds.process import run_process, run_until_told
from fadearena.worlds.vitals import FeedVitals, Jobs, News, vitals_of

log = structlog.get_logger(__name__)

CONTROLS_POLL_S = 1.0
TICK_S = 0.05
NEWS_S = 10.0
LAST_WORDS_S = 2.0
FIRST_PRICE_S = 2.0
FIRST_TIME_S = 1.0
"""How soon to look again for the time of a replay that has not begun."""
WITNESSED_MAX = 100
"""Assets whose public trades are read too; with their prices they take 300 of the 500 subscriptions we allow us."""
SUBSCRIBE_ALL_MAX = 60
"""A universe of at most this many assets is subscribed whole; of a larger one only what the bots trade."""


class WallClock:
    """The machine's time."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def at(self, event_ms: int) -> int:  # noqa: ARG002
        return self.now_ms()

    def age_ms(self, time_ms: int) -> int:
        return max(0, self.now_ms() - time_ms)

    def observe(self, time_ms: int) -> None:
        """The wall's time does not follow events."""


class Trader:
    """Everything the trader runs, put together by ``open_trader``."""

    def __init__(self, floor: TradingFloor, desk: MarketDesk, feed: Feed, client: InfoClient, clock: Clock) -> None:
        self.floor = floor
        self.desk = desk
        self.feed = feed
        self._client = client
        self._clock = clock
        self._followed: set[str] = set()
        self.last_message_ms: int | None = None
        self.losses = 0
        self.jobs = Jobs()

    def follow_prices(self, coins: Sequence[str]) -> None:
        """Subscribe to book, context and trades of assets, once each; trades bear witness of what the bots did."""
        for coin in coins:
            if coin not in self._followed:
                self._followed.add(coin)
                self.feed.subscribe(Subscription.l2_book(coin, fast=True), Subscription.active_asset_ctx(coin))
                if len(self._followed) <= WITNESSED_MAX:
                    self.feed.subscribe(Subscription.trades(coin))

    async def first_price(self, event: BotTradeEvent) -> None:
        """See to it that an asset's price is known before it is traded for the first time."""
        name = event.asset.name
        self.desk.learn(event.asset)
        self.follow_prices([name])
        if self.floor.arena.portfolio.market(event.asset).quote is not None:
            return
        if self.floor.arena.controls.settings.simulated_fill_model != "book":
            return
        with contextlib.suppress(HyperliquidError, TimeoutError):
            async with asyncio.timeout(FIRST_PRICE_S):
                book = await self._client.urgently().l2_book(name)
            quote = self.desk.book(book) if book is not None else None
            if quote is not None:
                self.floor.quote(quote)

    def take(self, event: Event) -> None:
        """One event of the feed that is about prices or about the connection."""
        match event:
            case Message(frame=L2BookFrame(data=book) | BboFrame(data=book)):
                quote = self.desk.book(book)
                if quote is not None:
                    self.last_message_ms = event.time_ms
                    self._observe(book.time)
                    self.floor.quote(quote)
            case Message(frame=ActiveAssetCtxFrame(data=context)):
                quote = self.desk.context(context, self._clock.now_ms())
                if quote is not None:
                    self.floor.quote(quote)
            case Message():
                self.last_message_ms = event.time_ms
            case Malformed() | Refused() | ServerSaid() | Disconnected():
                self.losses += isinstance(event, Disconnected)
                log.warning("exchange", said=str(event)[:300])
            case _:
                pass

    def _observe(self, time_ms: int) -> None:
        if isinstance(self._clock, EventClock):
            self._clock.observe(time_ms)


class LockLostError(PersistenceError):
    """The database let go of our place as its trader."""


def _say_waiting() -> None:
    log.info("another trader holds this database; standing by")


async def _hold(lock: TraderLock) -> None:
    await lock.watch()
    msg = "the database let go of this trader's lock; another may trade now"
    raise LockLostError(msg)


async def _break_off(floor: TradingFloor) -> None:
    await floor.broken.wait()
    assert floor.fault is not None
    raise floor.fault


class _Parts(NamedTuple):
    journal: PostgresJournal
    recovery: Recovery
    database: Database
    desk: ControlDesk
    lock: TraderLock


async def run_trader(config: Config) -> None:
    """Until cancelled. Raises PersistenceError, HyperliquidError."""
    async with contextlib.AsyncExitStack() as stack:
        database = Database(config.database_url)
        stack.push_async_callback(database.close)
        lock = await stack.enter_async_context(trader_lock(config.database_url, waiting=_say_waiting))
        journal = await stack.enter_async_context(
            await PostgresJournal.open(config.database_url, keeps_log=config.system_events)
        )
        parts = _Parts(journal, Recovery(database), database, ControlDesk(database), lock)
        await _trade(config, parts, stack)


async def _trade(config: Config, parts: _Parts, stack: contextlib.AsyncExitStack) -> None:
    endpoint = endpoint_of(config)
    clock: EventClock | WallClock = EventClock() if config.exchange == "simulator" else WallClock()
    controls = await parts.desk.load_controls()
    arena = Arena(await _recovered(parts, clock), controls, clock, venue_of)
    oddities = Oddities()
    client = await stack.enter_async_context(InfoClient(endpoint, oddities=oddities))
    desk = MarketDesk(await first_description(client))
    feed = Feed(endpoint, oddities=oddities)
    floor = TradingFloor(arena, parts.journal, clock, parts.desk.load_controls)
    trader = Trader(floor, desk, feed, client, clock)
    floor.prepare = trader.first_price
    floor.rates = desk.rates.values
    bots = [await _watched(parts.journal, bot, arena) for bot in controls.bots]
    pace = Pace(patience_s=config.exit_patience_seconds)
    watcher = Watcher(client, feed, floor, lambda: clock.now_ms() or WallClock().now_ms(), pace)
    watcher.set_bots(bots)
    news = News(oddities)
    names = desk.universe.names
    trader.follow_prices(names if len(names) <= SUBSCRIBE_ALL_MAX else sorted(arena.portfolio.markets))
    await parts.journal.record_system(
        SystemRecord(WallClock().now_ms(), "info", "system", f"trader started on {endpoint.name}", b"{}")
    )
    await _pay_missed_funding(parts, floor, client, clock)
    try:
        async with feed, asyncio.TaskGroup() as tasks:
            tasks.create_task(watcher.run(), name="watcher")
            tasks.create_task(_pump(feed, watcher, trader), name="feed")
            tasks.create_task(_follow_controls(parts, floor, watcher, arena), name="controls")
            tasks.create_task(_every(TICK_S, lambda: _tick(floor, watcher, clock)), name="tick")
            tasks.create_task(_heartbeat(parts, trader, watcher, clock, config.exchange), name="heartbeat")
            tasks.create_task(_every(NEWS_S, lambda: _tell_news(parts.journal, news)), name="news")
            tasks.create_task(_prune(parts, clock, config, trader.jobs), name="retention")
            tasks.create_task(_hold(parts.lock), name="lock")
            tasks.create_task(_break_off(floor), name="broken")
    finally:
        with contextlib.suppress(PersistenceError, TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                await floor.write_equity()


async def _recovered(parts: _Parts, clock: EventClock | WallClock) -> Portfolio:
    """The portfolio as the last commit left it."""
    portfolio = Portfolio(0)
    for book in await parts.journal.load_books():
        if book.last_price:
            portfolio.last_trade(book.asset, book.last_price)
        portfolio.put(book)
    for account in await parts.journal.bot_accounts():
        portfolio.note_bot_equity(account.bot_id, account.equity)
    last_ms = await parts.recovery.latest_clock_ms()
    if last_ms is not None:
        clock.observe(last_ms)
    details = await parts.recovery.status_details()
    now_ms = clock.now_ms()
    if isinstance(details.get("dayStartPnl"), int) and details.get("day") == now_ms // DAY_MS:
        portfolio.day, portfolio.day_start_pnl = int(details["day"]), int(details["dayStartPnl"])
    for order_ms in await parts.recovery.order_times_since(now_ms - MINUTE_MS):
        portfolio.note_order(order_ms)
    return portfolio


async def _pay_missed_funding(parts: _Parts, floor: TradingFloor, client: InfoClient, clock: Clock) -> None:
    """Before anything else happens to what we hold. What can't be learnt isn't paid, and that is said."""
    last_ms = await parts.recovery.latest_clock_ms()
    if last_ms is None:
        return
    try:
        await pay_missed_funding(floor, client, last_ms, clock.now_ms())
    except (HyperliquidError, TimeoutError) as error:
        details = msgspec.json.encode({"sinceMs": last_ms, "error": str(error)[:500]})
        message = "the funding of the hours in which no trader ran could not be learnt and is not paid"
        await parts.journal.record_system(SystemRecord(WallClock().now_ms(), "warning", "trading", message, details))


async def _watched(journal: PostgresJournal, bot: BotProfile, arena: Arena) -> WatchedBot:
    """A bot with where an earlier run left off."""
    watermark = await journal.watermark(bot.wallet)
    if watermark is None:
        return WatchedBot(bot.id, bot.wallet)
    ranges = await journal.ranges(bot.wallet)
    complete = [row.from_ms for row in ranges if row.asset_name is None and row.state == "complete"]
    books = [book for (owner, _), book in arena.portfolio.books.items() if owner == bot.id]
    start = WalletStart(
        bot_id=bot.id,
        wallet=bot.wallet,
        since_ms=min(complete, default=watermark),
        watermark_ms=watermark,
        positions=tuple(
            StartPosition(book.asset, book.bot_lots, book.last_event_ms or watermark, book.last_price) for book in books
        ),
        stored=tuple(await journal.stored_event_ids(bot.wallet, watermark - Limits().overlap_ms)),
        open_gaps=tuple(row for row in ranges if row.state == "gap"),
    )
    return WatchedBot(bot.id, bot.wallet, start)


async def _pump(feed: Feed, watcher: Watcher, trader: Trader) -> None:
    async for event in feed:
        trader.take(event)
        watcher.take(event)


async def _follow_controls(parts: _Parts, floor: TradingFloor, watcher: Watcher, arena: Arena) -> None:
    """Rung by NOTIFY, and by a poll should a ring be missed."""
    rung = asyncio.Event()
    seen: tuple[BotProfile, ...] = arena.controls.bots
    async with _doorbell(parts.database, rung):
        while True:
            await floor.follow_controls()
            bots = arena.controls.bots
            if bots != seen:
                watcher.set_bots([await _watched(parts.journal, bot, arena) for bot in bots])
                seen = bots
            rung.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CONTROLS_POLL_S):
                    await rung.wait()


@contextlib.asynccontextmanager
async def _doorbell(database: Database, rung: asyncio.Event) -> AsyncIterator[None]:
    async with database.connection() as connection:

        def ring(*_: object) -> None:
            rung.set()

        await connection.add_listener("fadearena_control", ring)
        try:
            yield
        finally:
            await connection.remove_listener("fadearena_control", ring)


async def _tick(floor: TradingFloor, watcher: Watcher, clock: Clock) -> None:
    """In a replay that runs ahead of us, time passes only once we have caught up with what happened in it."""
    if watcher.is_delivered or not isinstance(clock, EventClock):
        await floor.tick()


async def _every(seconds: float, job: Callable[[], Awaitable[None]]) -> None:
    while True:
        await job()
        await asyncio.sleep(seconds)


def _vitals(exchange: Exchange, trader: Trader, watcher: Watcher) -> dict[str, object]:
    feed = FeedVitals(
        "exchange", trader.feed.is_connected, len(trader.feed.subscriptions), trader.last_message_ms, trader.losses
    )
    return vitals_of(exchange, feed, watcher.health, trader.jobs)


async def _heartbeat(parts: _Parts, trader: Trader, watcher: Watcher, clock: Clock, exchange: Exchange) -> None:
    started_ms = WallClock().now_ms()
    while True:
        portfolio = trader.floor.arena.portfolio
        details = {"day": portfolio.day, "dayStartPnl": portfolio.day_start_pnl, **_vitals(exchange, trader, watcher)}
        connected = trader.feed.is_connected
        now_ms = WallClock().now_ms()
        await parts.journal.record_heartbeat(
            Heartbeat(
                connected=connected,
                clock_ms=clock.now_ms() or None,
                started_ms=started_ms,
                checked_ms=now_ms if connected else None,
                last_event_ms=trader.floor.last_event_ms,
                last_order_ms=trader.floor.last_order_ms,
                details=msgspec.json.encode(details),
            )
        )
        if marks := trader.floor.marks():
            await parts.recovery.record_marks(marks, clock.now_ms())
        await asyncio.sleep(HEARTBEAT_S)


async def _tell_news(journal: PostgresJournal, news: News) -> None:
    if (record := news.record()) is not None:
        await journal.record_system(record)


async def _prune(parts: _Parts, clock: Clock, config: Config, jobs: Jobs) -> None:
    while True:
        if clock.now_ms():
            with jobs.run("retention", RETENTION_EVERY_S):
                await prune(parts.database, clock.now_ms(), Retention(system_events=config.system_events_days))
        await asyncio.sleep(RETENTION_EVERY_S if clock.now_ms() else FIRST_TIME_S)


def main() -> int:
    """Trades until told to end; the exit code."""

    def work() -> None:
        run_until_told(run_trader(config_in_force()))

    return run_process(work)


if __name__ == "__main__":
    sys.exit(main())
