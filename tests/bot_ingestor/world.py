"""An exchange, a sink, and whichever watcher runs between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fadearena.bot_ingestor.ports import Pace, WatchedBot
from fadearena.bot_ingestor.starts import Limits
from fadearena.bot_ingestor.watcher import Watcher
from fadearena.domain.identifiers import Wallet, bot_id
from fadearena.hyperliquid.subscriptions import Subscription
from tests.bot_ingestor.arena_double import Recorder
from tests.bot_ingestor.small_exchange import SmallExchange

ONE = Wallet("0x" + "11" * 20)
TWO = Wallet("0x" + "22" * 20)
BOTS = (WatchedBot(bot_id("one"), ONE), WatchedBot(bot_id("two"), TWO))
PACE = Pace(limits=Limits(overlap_ms=60_000))


class World:
    """An exchange, a sink, and whichever watcher runs between them.

    Args:
        witnessed: coins whose public trades are subscribed to.
    """

    def __init__(self, pace: Pace = PACE, witnessed: tuple[str, ...] = ()) -> None:
        self.exchange = SmallExchange()
        self.sink = Recorder()
        self.pace = pace
        self.witnessed = witnessed
        self.watcher: Watcher | None = None

    @asynccontextmanager
    async def watching(self, *bots: WatchedBot) -> AsyncIterator[Watcher]:
        watcher = Watcher(self.exchange, self.exchange, self.sink, self.exchange.now_ms, self.pace)
        self.exchange.watcher = watcher.take
        watcher.set_bots(bots)
        self.exchange.subscribe(*map(Subscription.trades, self.witnessed))
        task = asyncio.get_running_loop().create_task(watcher.run())
        try:
            yield watcher
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self.exchange.watcher = lambda _: None
            self.exchange.unsubscribe(*list(self.exchange._subscriptions))

    def told(self, wallet: Wallet = ONE) -> list[int]:
        """Trade ids as they were released."""
        return [event.trade_id for event in self.sink.events if event.wallet == wallet]

    def executed(self, wallet: Wallet = ONE) -> list[int]:
        return [fill.tid for fill in self.exchange.fills.get(wallet, [])]

    def says(self, words: str) -> bool:
        return any(words in record.message for record in self.sink.records)

    async def until(self, condition: Callable[[], bool], within_s: float = 60.0) -> float:
        """Seconds until it holds; fails where it does not within the time."""
        loop = asyncio.get_running_loop()
        begin_s = loop.time()
        while not condition():
            assert loop.time() - begin_s < within_s, "did not come to hold in time"
            await asyncio.sleep(0.1)
        return loop.time() - begin_s
