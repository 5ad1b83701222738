"""A truthful exchange in a few lines, in virtual time: it executes what a test asks for, tells it over a socket that
may fail, and answers questions that may go unanswered.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

from fadearena.bot_ingestor.backfill import PAGE_ROWS_MAX
from fadearena.domain.identifiers import Wallet
from fadearena.hyperliquid.errors import NotReachableError
from fadearena.hyperliquid.messages.account import AssetPosition, ClearinghouseState, Leverage, MarginSummary, Position
from fadearena.hyperliquid.messages.fills import Fill, TwapSliceFill, UserFills
from fadearena.hyperliquid.messages.frames import TradesFrame, UserFillsFrame
from fadearena.hyperliquid.messages.market import Meta, PerpAsset, PerpDex, Trade
from fadearena.hyperliquid.session_events import Connected, Disconnected, Event, Message, Subscribed
from fadearena.hyperliquid.subscriptions import Subscription

EPOCH_MS = 1_760_000_000_000
ANSWER_S = 0.05
FRAME_S = 0.02
SNAPSHOT_ROWS = 50
TRADES_REPLAYED = 30
STRANGER = "0x" + "99" * 20
"""Whoever takes the other side."""


class SmallExchange:
    """Sizes are whole units of every coin; the price is always 100.

    Attributes of a test's making:
        failing: how many of the next questions stay unanswered.
        answer_s: how long an answer takes.
        mute: wallets whose subscription says nothing.
        forgotten_ms: fills before this time are no longer answered.
        lag_ms: how far its answers about fills lag behind.
        hidden: fills of these trade ids are never told by anyone.
    """

    def __init__(self, coins: tuple[str, ...] = ("BTC", "ETH")) -> None:
        self.coins = list(coins)
        self.fills: dict[Wallet, list[Fill]] = {}
        self.slices: dict[Wallet, list[Fill]] = {}
        self.trades: list[Trade] = []
        self.asked: Counter[str] = Counter()
        self.questions: list[str] = []
        self.failing = 0
        self.answer_s = ANSWER_S
        self.mute: set[Wallet] = set()
        self.forgotten_ms = 0
        self.lag_ms = 0
        self.hidden: set[int] = set()
        self.is_up = True
        self.watcher: Callable[[Event], None] = lambda _: None
        self._subscriptions: dict[Subscription, bool] = {}
        self._tid = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def now_ms(self) -> int:
        return EPOCH_MS + int(asyncio.get_running_loop().time() * 1000)

    # what happens

    def position(self, wallet: Wallet, coin: str) -> int:
        mine = [fill for fill in self.fills.get(wallet, ()) if fill.coin == coin]
        return _after(mine[-1]) if mine else 0

    def execute(self, wallet: Wallet, *moves: tuple[str, int], told: bool = True, witnessed: bool = True) -> list[Fill]:
        """Fills of one block, signed sizes; one frame tells them, unless that is lost, and before it the public trades,
        unless those are.
        """
        done: list[Fill] = []
        for coin, move in moves:
            self._tid += 1
            fill = wire_fill(coin, self.now_ms(), self.position(wallet, coin), move, self._tid)
            self.fills.setdefault(wallet, []).append(fill)
            done.append(fill)
        self.trade(*(public_trade(wallet, fill) for fill in done), told=witnessed)
        if told:
            self._send_fills(wallet, done)
        return done

    def trade(self, *trades: Trade, told: bool = True) -> None:
        """Public trades, one frame for each coin."""
        self.trades += trades
        for coin in dict.fromkeys(trade.coin for trade in trades) if told else ():
            self._send_trades([trade for trade in trades if trade.coin == coin])

    def send(self, wallet: Wallet, fills: list[Fill], *, snapshot: bool = False) -> None:
        """A frame, whatever is in it."""
        data = UserFills(wallet, fills, is_snapshot=snapshot)
        self._later(Message(UserFillsFrame(data), b"", self.now_ms()), Subscription.user_fills(wallet))

    def disconnect(self) -> None:
        if self.is_up:
            self.is_up = False
            for subscription in self._subscriptions:
                self._subscriptions[subscription] = False
            self.watcher(Disconnected("gone", self.now_ms()))

    def connect(self) -> None:
        if not self.is_up:
            self.is_up = True
            self.watcher(Connected(self.now_ms(), 1))
            for subscription in list(self._subscriptions):
                self._begin(subscription)

    # the feed

    def subscribe(self, *subscriptions: Subscription) -> None:
        for subscription in subscriptions:
            self._subscriptions[subscription] = False
            self.mute.discard(Wallet(subscription.user or ""))
            self._begin(subscription)

    def unsubscribe(self, *subscriptions: Subscription) -> None:
        for subscription in subscriptions:
            self._subscriptions.pop(subscription, None)

    def _begin(self, subscription: Subscription) -> None:
        if not self.is_up:
            return
        self._subscriptions[subscription] = True
        self._later(Subscribed(subscription, self.now_ms()), subscription)
        if subscription.type == "trades":
            mine = [trade for trade in self.trades if trade.coin == subscription.coin]
            self._send_trades(mine[-TRADES_REPLAYED:])
            return
        wallet = Wallet(subscription.user or "")
        self.send(wallet, self._visible(wallet)[-SNAPSHOT_ROWS:][::-1], snapshot=True)

    def _send_fills(self, wallet: Wallet, fills: list[Fill]) -> None:
        shown = [fill for fill in fills if fill.tid not in self.hidden]
        if wallet not in self.mute and self._subscriptions.get(Subscription.user_fills(wallet)):
            self.send(wallet, shown)

    def _send_trades(self, trades: list[Trade]) -> None:
        """Of one coin."""
        if trades and self._subscriptions.get(subscription := Subscription.trades(trades[0].coin)):
            self._later(Message(TradesFrame(trades), b"", self.now_ms()), subscription)

    def _later(self, event: Event, subscription: Subscription) -> None:
        async def arrive() -> None:
            await asyncio.sleep(FRAME_S)
            if self._subscriptions.get(subscription):
                self.watcher(event)

        task = asyncio.get_running_loop().create_task(arrive())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # the questions

    async def user_fills_by_time(self, wallet: str, start_ms: int, /) -> list[Fill]:
        await self._answer("fills")
        from_ms, to_ms = max(start_ms, self.forgotten_ms), self.now_ms() - self.lag_ms
        rows = [fill for fill in self._visible(Wallet(wallet)) if from_ms <= fill.time <= to_ms]
        return rows[:PAGE_ROWS_MAX]

    async def user_twap_slice_fills_by_time(self, wallet: str, start_ms: int, /) -> list[TwapSliceFill]:
        await self._answer("slices")
        return [TwapSliceFill(fill, 1) for fill in self.slices.get(Wallet(wallet), []) if fill.time >= start_ms]

    async def clearinghouse_state(self, wallet: str, dex: str | None = None, /) -> ClearinghouseState:
        await self._answer("state")
        held = {coin: self.position(Wallet(wallet), coin) for coin in self.coins}
        positions = [
            AssetPosition(
                "oneWay",
                Position(coin, f"{lots}.0", Leverage("cross", 10), f"{abs(lots) * 100}.0", "0.0", "0.0"),
            )
            for coin, lots in held.items()
            if lots
        ]
        margin = MarginSummary("1000.0", "0.0", "0.0")
        return ClearinghouseState(margin, margin, positions, time=self.now_ms())

    async def perp_dexs(self) -> list[PerpDex | None]:
        await self._answer("dexs")
        return [None]

    async def meta(self, dex: str | None = None, /) -> Meta:
        await self._answer("meta")
        return Meta([PerpAsset(coin, 2, 50) for coin in self.coins])

    def _visible(self, wallet: Wallet) -> list[Fill]:
        return [fill for fill in self.fills.get(wallet, []) if fill.tid not in self.hidden]

    async def _answer(self, question: str) -> None:
        self.asked[question] += 1
        self.questions.append(question)
        await asyncio.sleep(self.answer_s)
        if self.failing:
            self.failing -= 1
            msg = f"no answer about {question}"
            raise NotReachableError(msg)


def wire_fill(coin: str, time_ms: int, before: int, move: int, tid: int) -> Fill:
    """A fill that moves a position from ``before`` by ``move``."""
    return Fill(
        coin=coin,
        px="100.0",
        sz=f"{abs(move)}.0",
        side="B" if move > 0 else "A",
        time=time_ms,
        start_position=f"{before}.0",
        dir="Open Long",
        closed_pnl="0.0",
        hash="0x" + "0" * 64,
        oid=tid,
        crossed=True,
        fee="0.01",
        tid=tid,
    )


def public_trade(wallet: str, fill: Fill, other: str = STRANGER) -> Trade:
    """The trade that a fill is one side of; ``wallet`` is the aggressor."""
    users = (wallet, other) if fill.side == "B" else (other, wallet)
    return Trade(fill.coin, fill.side, fill.px, fill.sz, fill.time, fill.hash, fill.tid, users)


def _after(fill: Fill) -> int:
    size = int(float(fill.sz))
    return int(float(fill.start_position)) + (size if fill.side == "B" else -size)
