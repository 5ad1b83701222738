"""The arena: an event in, a step, an entry for the journal out.

The same arena runs in simulation and in backtests; what differs is handed in: the clock, the venue that the settings
ask for, and who commits the entries. Nothing here waits, reads a socket or a disk: ``step`` turns (state, event) into
(state, entry), and a caller that can't commit the entry rolls the portfolio back.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from fadearena.domain.decisions import SKIP_REASONS, OrderIntent, Reason, StrategyDecision, Trade
from fadearena.domain.events import BotTradeEvent, FundingRate, Quote
from fadearena.domain.identifiers import BotId, EventId, cloid, decision_id, trade_id
from fadearena.domain.market import Asset, MicroUsd, PriceUnits, Side, rounded_ratio, shifted
from fadearena.domain.orders import Execution
from fadearena.domain.positions import Book, after_event, after_execution, after_late_event, watched
from fadearena.domain.records import Entry, FundingPayment
from fadearena.domain.settings import Controls
from fadearena.strategy_engine.explain import explain, reason_to_execute, reason_to_skip
from fadearena.strategy_engine.kernel import decide
from fadearena.strategy_engine.portfolio import Market, Portfolio
from fadearena.strategy_engine.risk_checks import RISK_CHECKS, order_price
from fadearena.strategy_engine.rulebook import BotRules, Rulebook
from fadearena.strategy_engine.situation import NO_NEW_EVENT, UNKNOWN, UNLIMITED, Situation, Verdict
from fadearena.strategy_engine.sizing import SIZING_ROW

EXIT_LIMIT_E2 = 50_000
"""An order that reduces goes through up to 5 % from its reference price: getting out matters more than the price."""

_BY_EQUITY = SIZING_ROW["equity-ratio"]


class Clock(Protocol):
    """Time as the arena sees it: the wall's when live, the events' own in a replay. Milliseconds since the epoch."""

    def now_ms(self) -> int: ...

    def at(self, event_ms: int) -> int:
        """When we act on an event of that time: now; in a replay at the event's own time."""
        ...

    def age_ms(self, time_ms: int) -> int:
        """How old something of this time is, >= 0; 0 in a replay, whose clock stands still between events."""
        ...


class EventClock:
    """The clock of a replay: the time of the newest event, and nothing is ever late by it."""

    def __init__(self, now_ms: int = 0) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        return self._now_ms

    def at(self, event_ms: int) -> int:
        self.observe(event_ms)
        return event_ms

    def age_ms(self, time_ms: int) -> int:  # noqa: ARG002
        return 0

    def observe(self, time_ms: int) -> None:
        """Something of this time was seen."""
        self._now_ms = max(self._now_ms, time_ms)


class Venue(Protocol):
    """Where an intent becomes a fill at once."""

    def execute(self, intent: OrderIntent, quote: Quote | None) -> Execution: ...


VenueOf = Callable[[Rulebook], Venue]


class _Judged(msgspec.Struct, frozen=True, gc=False):
    """What the rules say of a book at one moment."""

    rules: BotRules
    situation: Situation
    verdict: Verdict
    steps: list[int]


class Arena:
    """State and step. ``portfolio`` and ``controls`` are the state after the last committed entry."""

    def __init__(self, portfolio: Portfolio, controls: Controls, clock: Clock, venue_of: VenueOf) -> None:
        self.portfolio = portfolio
        self._clock = clock
        self._venue_of = venue_of
        self.follow(controls)

    @property
    def controls(self) -> Controls:
        return self._rules.controls

    def follow(self, controls: Controls) -> None:
        """Decide by this version of the controls from now on."""
        self._rules = Rulebook(controls)
        self._venue = self._venue_of(self._rules)
        self._uses_book = controls.settings.simulated_fill_model == "book"
        self.portfolio.starting_equity = self._rules.starting_equity

    def adopts(self, bot: BotId, asset: Asset) -> bool:
        """Whether positions from before we watched are faded."""
        return self._rules.of(bot, asset.name).adopt_existing

    def step(self, pieces: Sequence[BotTradeEvent]) -> tuple[Entry, ...]:
        """The entries for the pieces of one order of a bot: all are recorded, the last one is decided on."""
        last = pieces[-1]
        now_ms = self._clock.at(last.time_ms)
        self.portfolio.turn_day(now_ms)
        books = [self._enter(event) for event in pieces]
        judged = self._judge(books[-1], self._clock.age_ms(last.time_ms), now_ms)
        decision, trades, after = self._act(last.id, books[-1], judged, now_ms, "")
        entry = Entry(last, (decision,), trades, (after,))
        if len(pieces) == 1:
            return (entry,)
        together = Reason("coalesced", f"{SKIP_REASONS['coalesced']}: decision {decision.id}")
        earlier = [
            Entry(event, (self._undecided(event, together, now_ms),), (), (book,))
            for event, book in zip(pieces[:-1], books[:-1], strict=True)
        ]
        return (*earlier, entry)

    def watch(self, bot: BotId, asset: Asset, lots: int, price: PriceUnits) -> tuple[Entry, ...]:
        """Note a position that a bot holds when we first see it, and leave it alone; nothing when we knew it."""
        book = self.portfolio.book(bot, asset)
        if book.last_event_id or book.bot_lots or lots == 0:
            return ()
        book = watched(book, lots, price, adopt=False)
        self.portfolio.last_trade(asset, price)
        self.portfolio.put(book)
        return (Entry(None, (), (), (book,)),)

    def late(self, events: Sequence[BotTradeEvent]) -> tuple[Entry, ...]:
        """Record fills that came to light late. They move no position: a later event already contains them."""
        reason = Reason("late_fill", SKIP_REASONS["late_fill"])
        entries: list[Entry] = []
        for event in events:
            book = after_late_event(self.portfolio.book(event.bot_id, event.asset), event)
            self.portfolio.put(book)
            decision = self._undecided(event, reason, self._clock.at(event.time_ms))
            entries.append(Entry(event, (decision,), (), (book,)))
        return tuple(entries)

    def reconsider(self, occasion: str) -> tuple[Entry, ...]:
        """Decide again wherever a change of the controls lets or makes us reduce. It never opens anything.

        Args:
            occasion: what changed, e.g. ``controls:12``; with the number of our orders so far it is part of the
                decision's identity.
        """
        entries: list[Entry] = []
        for book in list(self.portfolio.books.values()):
            if book.position.lots == 0 or not book.last_event_id:
                continue
            now_ms = self._clock.now_ms()
            judged = self._judge(book, NO_NEW_EVENT, now_ms)
            if judged.verdict.order == 0:
                continue
            event = EventId(uuid.UUID(hex=book.last_event_id))
            decision, trades, after = self._act(event, book, judged, now_ms, f"{occasion}#{book.trades}")
            entries.append(Entry(None, (decision,), trades, (after,)))
        return tuple(entries)

    def pay_funding(self, hour_ms: int, rates: Sequence[FundingRate]) -> tuple[Entry, ...]:
        """Hourly funding on everything we hold: size times oracle price times rate; longs pay a positive rate."""
        by_asset = {rate.asset.name: rate for rate in rates}
        payments: list[FundingPayment] = []
        books: list[Book] = []
        for book in list(self.portfolio.books.values()):
            rate = by_asset.get(book.asset.name)
            held = book.position.lots
            if rate is None or held == 0:
                continue
            amount = -rounded_ratio(held * rate.oracle * rate.rate_e10, 10**10)
            payment = FundingPayment(book.bot_id, book.asset, hour_ms, held, rate.rate_e10, rate.oracle, amount)
            after = msgspec.structs.replace(book, funding=book.funding + amount)
            self.portfolio.put(after)
            payments.append(payment)
            books.append(after)
        return (Entry(None, (), (), tuple(books), tuple(payments)),) if payments else ()

    def _enter(self, event: BotTradeEvent) -> Book:
        portfolio = self.portfolio
        book = portfolio.book(event.bot_id, event.asset)
        if not book.last_event_id and book.bot_lots == 0 and event.previous_lots:
            adopt = self._rules.of(event.bot_id, event.asset.name).adopt_existing
            book = watched(book, event.previous_lots, event.price, adopt=adopt)
        book = after_event(book, event)
        portfolio.last_trade(event.asset, event.price)
        portfolio.put(book)
        return book

    def _act(
        self, event: EventId, book: Book, judged: _Judged, now_ms: int, occasion: str
    ) -> tuple[StrategyDecision, tuple[Trade, ...], Book]:
        """The decision on the event last folded into the book, and the book after what it made us do."""
        rules, s, verdict = judged.rules, judged.situation, judged.verdict
        checks = explain(book.asset, s, rules.rungs, verdict, judged.steps)
        executes = verdict.order != 0
        decision = StrategyDecision(
            id=decision_id(event, book.last_event_ms, occasion),
            event_id=event,
            bot_id=book.bot_id,
            asset=book.asset,
            time_ms=now_ms,
            occasion=occasion,
            outcome="execute" if executes else "skip",
            reason=reason_to_execute(s, verdict, checks) if executes else None,
            skip_reason=None if executes else reason_to_skip(verdict, checks),
            checks=checks,
            inputs=msgspec.json.encode(s),
            settings=rules.snapshot,
            target_lots=verdict.target,
            delta_lots=verdict.delta,
            order_lots=verdict.order,
        )
        if not executes:
            return decision, (), book
        trade, after = self._trade(decision, book, judged)
        return decision, (trade,), after

    def _undecided(self, event: BotTradeEvent, reason: Reason, now_ms: int) -> StrategyDecision:
        """The decision on an event that needs none of its own."""
        return StrategyDecision(
            id=decision_id(event.id, event.time_ms),
            event_id=event.id,
            bot_id=event.bot_id,
            asset=event.asset,
            time_ms=now_ms,
            occasion="",
            outcome="skip",
            reason=None,
            skip_reason=reason,
            checks=(),
            inputs=b"{}",
            settings=self._rules.of(event.bot_id, event.asset.name).snapshot,
            target_lots=0,
            delta_lots=0,
            order_lots=0,
        )

    def _judge(self, book: Book, event_age_ms: int, now_ms: int) -> _Judged:
        rules = self._rules.of(book.bot_id, book.asset.name)
        s = self._situation(book, rules, event_age_ms, now_ms)
        steps = [UNKNOWN] * len(RISK_CHECKS)
        return _Judged(rules, s, decide(s, rules.limits, steps), steps)

    def _situation(self, book: Book, rules: BotRules, event_age_ms: int, now_ms: int) -> Situation:
        portfolio = self.portfolio
        market = portfolio.market(book.asset)
        pnl = portfolio.pnl
        buy, sell, price_age = self._prices(market, book.last_price)
        # in the order of its fields: by name, so many take four times as long
        return Situation(
            book.bot_lots,
            book.baseline_lots,
            book.attributed_lots,
            rules.multiplier_e4,
            rules.sizing_rule,
            portfolio.starting_equity + pnl,
            portfolio.bot_equity(book.bot_id) if rules.sizing_rule == _BY_EQUITY else 0,
            rules.fixed_notional,
            book.anchor_price,
            book.last_price,
            buy,
            sell,
            price_age,
            market.mark,
            event_age_ms,
            market.net + market.buys,
            market.net - market.sells,
            portfolio.exposure - market.exposure,
            equity_change_today=pnl - portfolio.day_start_pnl,
            orders_last_minute=portfolio.orders_last_minute(now_ms),
            kill_switch=rules.kill_switch,
            bot_enabled=rules.enabled,
            armed=self._rules.armed,
            history_complete=int(portfolio.history_complete(book.bot_id, book.asset.name)),
        )

    def _prices(self, market: Market, bot_price: PriceUnits) -> tuple[PriceUnits, PriceUnits, int]:
        if not self._uses_book:
            slippage = self._rules.slippage_e2
            return shifted(bot_price, slippage, up=True), shifted(bot_price, slippage, up=False), 0
        quote = market.quote
        if quote is None:
            return 0, 0, UNKNOWN
        return quote.ask, quote.bid, self._clock.age_ms(quote.time_ms)

    def _trade(self, decision: StrategyDecision, book: Book, judged: _Judged) -> tuple[Trade, Book]:
        s, verdict = judged.situation, judged.verdict
        buys = verdict.order > 0
        price = order_price(s, verdict.order)
        opens = verdict.reduction == 0
        collar = judged.rules.limits.slippage_e2
        limit_from, limit_e2 = (s.bot_price, collar) if opens and collar != UNLIMITED else (price, EXIT_LIMIT_E2)
        intent = OrderIntent(
            cloid=cloid(decision.id),
            trade_id=trade_id(decision.id, decision.time_ms),
            decision_id=decision.id,
            bot_id=decision.bot_id,
            asset=decision.asset,
            side=Side.LONG if buys else Side.SHORT,
            lots=abs(verdict.order),
            reference_price=price,
            limit_price=shifted(limit_from, limit_e2, up=buys),
            reduce_only=verdict.allowed == 0,
            time_ms=decision.time_ms,
        )
        execution = self._venue.execute(intent, self.portfolio.market(decision.asset).quote)
        after, pnl = after_execution(book, intent.side, execution)
        self.portfolio.note_order(decision.time_ms)
        self.portfolio.put(after)
        return _record(intent, execution, after, pnl, decision.event_id), after


class _OrderRequest(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """What is written down of an order as it was asked for, in the words of the exchange."""

    coin: str
    is_buy: bool
    sz: str
    limit_px: str
    reference_px: str
    reduce_only: bool
    order_type: dict[str, dict[str, str]]
    cloid: str


_IMMEDIATE_OR_CANCEL = {"limit": {"tif": "Ioc"}}


def _record(intent: OrderIntent, execution: Execution, after: Book, pnl: MicroUsd | None, event: EventId) -> Trade:
    done, notional = execution.lots, execution.notional
    asset = intent.asset
    request = _OrderRequest(
        coin=asset.name,
        is_buy=intent.side > 0,
        sz=asset.size_text(intent.lots),
        limit_px=asset.price_text(intent.limit_price),
        reference_px=asset.price_text(intent.reference_price),
        reduce_only=intent.reduce_only,
        order_type=_IMMEDIATE_OR_CANCEL,
        cloid=intent.cloid,
    )
    return Trade(
        intent.trade_id,
        event,
        intent.decision_id,
        intent.bot_id,
        intent.time_ms,
        asset,
        intent.side,
        lots=done or intent.lots,
        price=execution.price or intent.reference_price,
        cloid=intent.cloid,
        status=execution.status,
        fee=execution.fee,
        pnl=pnl,
        closed_at_ms=intent.time_ms if done and after.position.lots == 0 else None,
        simulated=True,
        request=msgspec.json.encode(request),
        result=execution.result,
        executed_notional=notional if done else None,
    )
