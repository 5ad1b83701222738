"""Entries as the arena makes them, from one seed: fills, decisions, trades with later results, books, funding."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator, Sequence

import msgspec

from fadearena.domain.decisions import Reason, RiskCheck, StrategyDecision, Trade
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import BotId, Cloid, EventId, Wallet, cloid, decision_id, fill_event_id, trade_id
from fadearena.domain.market import Asset, AssetName, Side
from fadearena.domain.orders import Execution
from fadearena.domain.positions import Book, after_event, after_execution
from fadearena.domain.records import Entry, FundingPayment
from fadearena.persistence.readings import canonical

BTC = Asset(AssetName("BTC"), 5)
DOGE = Asset(AssetName("DOGE"), 0)
GPT, QWEN = BotId("gpt-5"), BotId("qwen3-max")
WALLETS = {GPT: Wallet("0x67293d914eafb26878534571add81f6bd2d9fe06"), QWEN: Wallet("0x" + "7" * 40)}
START_MS = 1_760_788_800_000
SETTINGS = b'{"mode":"simulation","version":1,"multiplier":"0.5"}'
MINUTE_MS = 60_000
PRICES = {BTC: 1_071_230, DOGE: 187_450}


class History:
    """Makes the next entry on demand, keeping the books. The same seed makes the same entries."""

    def __init__(self, seed: int = 1) -> None:
        self._dice = random.Random(seed)
        self._seed = seed
        self._number = 0
        self.books: dict[tuple[BotId, Asset], Book] = {}

    def entries(self, count: int) -> list[Entry]:
        made = self._walk()
        return [next(made) for _ in range(count)]

    def _walk(self) -> Iterator[Entry]:
        while True:
            bot, asset = self._dice.choice([GPT, QWEN]), self._dice.choice([BTC, DOGE])
            event = self.event(bot, asset)
            book = after_event(self.book(bot, asset), event)
            if self._dice.random() < 0.4:
                self.books[(bot, asset)] = book
                yield Entry(event, (skipped(event),), (), (book,))
                continue
            decision = executed(event, -event.side * event.lots)
            pending = order(decision, event.price)
            after, trade = self._fill(book, pending)
            if self._dice.random() < 0.5:
                yield Entry(event, (decision,), (pending,), (book,))
                self.books[(bot, asset)] = after
                yield Entry(None, (), (trade,), (after,))
            else:
                self.books[(bot, asset)] = after
                yield Entry(event, (decision,), (trade,), (after,))
            if self._number % 7 == 0:
                yield self._funding(after)

    def event(self, bot: BotId, asset: Asset) -> BotTradeEvent:
        self._number += 1
        before = self.book(bot, asset).bot_lots
        moved = self._dice.choice([-1, 1]) * self._dice.randint(1, 5_000)
        side, time_ms = Side.of(moved), START_MS + self._number * MINUTE_MS
        trade = self._seed * 1_000_000 + self._number
        return BotTradeEvent(
            id=fill_event_id(WALLETS[bot], asset.name, time_ms, trade, side),
            bot_id=bot,
            wallet=WALLETS[bot],
            time_ms=time_ms,
            event_type="fill",
            asset=asset,
            side=side,
            lots=abs(moved),
            price=PRICES[asset] + self._dice.randint(-999, 999),
            previous_lots=before,
            current_lots=before + moved,
            order_id=trade * 3,
            trade_id=trade,
            fill_hash=f"0x{trade:064x}",
            closed_pnl=self._dice.randint(-(10**9), 10**9),
            fee=self._dice.randint(-1000, 10**6),
            raw=b'{"tid":%d,"coin":"%s","px":"1.50","crossed":true}' % (trade, asset.name.encode()),
        )

    def book(self, bot: BotId, asset: Asset) -> Book:
        return self.books.get((bot, asset), Book(bot, asset))

    def _fill(self, book: Book, pending: Trade) -> tuple[Book, Trade]:
        fee = self._dice.randint(1, 10**6)
        execution = Execution(
            status="filled",
            fills=((pending.lots, pending.price),),
            lots=pending.lots,
            notional=pending.notional,
            fee=fee,
            result=b'{"status":"filled"}',
        )
        after, pnl = after_execution(book, pending.side, execution)
        done = msgspec.structs.replace(
            pending,
            status="filled",
            fee=fee,
            pnl=pnl,
            closed_at_ms=pending.time_ms if after.position.lots == 0 else None,
            result=execution.result,
            exchange_order_id=str(self._number),
        )
        return after, done

    def _funding(self, book: Book) -> Entry:
        hour = START_MS + self._number * MINUTE_MS
        amount = self._dice.randint(-(10**6), 10**6)
        payment = FundingPayment(book.bot_id, book.asset, hour, book.position.lots, 125_000, PRICES[book.asset], amount)
        paid = msgspec.structs.replace(book, funding=book.funding + amount)
        self.books[(book.bot_id, book.asset)] = paid
        return Entry(None, (), (), (paid,), (payment,))


def skipped(event: BotTradeEvent, code: str = "on_target", occasion: str = "") -> StrategyDecision:
    return _decision(event, occasion, None, Reason(code, "our position already is the target: nothing to do"), 0)


def executed(event: BotTradeEvent, order_lots: int, occasion: str = "") -> StrategyDecision:
    return _decision(event, occasion, Reason("open", "opens the opposite"), None, order_lots)


def _decision(
    event: BotTradeEvent, occasion: str, reason: Reason | None, skip: Reason | None, order_lots: int
) -> StrategyDecision:
    size = event.asset.size_text(abs(order_lots))
    return StrategyDecision(
        id=decision_id(event.id, event.time_ms, occasion),
        event_id=event.id,
        bot_id=event.bot_id,
        asset=event.asset,
        time_ms=event.time_ms + 3,
        occasion=occasion,
        outcome="execute" if skip is None else "skip",
        reason=reason,
        skip_reason=skip,
        checks=(
            RiskCheck(
                "kill_switch", passed=True, observed="off", limit=None, unit="flag", size_before=size, size_after=size
            ),
        ),
        inputs=b'{"mark":%d,"botLots":%d}' % (event.price, event.current_lots),
        settings=SETTINGS,
        target_lots=-event.current_lots,
        delta_lots=order_lots,
        order_lots=order_lots,
    )


def order(decision: StrategyDecision, price: int) -> Trade:
    """A trade that is asked for and not yet answered."""
    return Trade(
        id=trade_id(decision.id, decision.time_ms),
        event_id=decision.event_id,
        decision_id=decision.id,
        bot_id=decision.bot_id,
        time_ms=decision.time_ms,
        asset=decision.asset,
        side=Side.of(decision.order_lots),
        lots=abs(decision.order_lots),
        price=price,
        cloid=Cloid(cloid(decision.id)),
        status="sending",
        fee=0,
        pnl=None,
        closed_at_ms=None,
        simulated=True,
        request=b'{"sz":"1"}',
        result=None,
    )


def canonical_entry(entry: Entry) -> Entry:
    """An entry with its JSON in the form in which a database gives it back."""
    event = entry.event
    return msgspec.structs.replace(
        entry,
        event=None if event is None else msgspec.structs.replace(event, raw=canonical(event.raw)),
        decisions=tuple(
            msgspec.structs.replace(d, inputs=canonical(d.inputs), settings=canonical(d.settings))
            for d in entry.decisions
        ),
        trades=tuple(canonical_trade(trade) for trade in entry.trades),
    )


def canonical_trade(trade: Trade) -> Trade:
    result = None if trade.result is None else canonical(trade.result)
    return msgspec.structs.replace(trade, request=canonical(trade.request), result=result)


async def all_of(entries: AsyncIterator[Entry]) -> list[Entry]:
    return [entry async for entry in entries]


def event_ids(entries: Sequence[Entry]) -> set[EventId]:
    return {entry.event.id for entry in entries if entry.event is not None}
