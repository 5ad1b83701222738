"""The arena: an event in, a step, an entry for the journal out.

The same arena runs in simulation and in backtests; what differs is handed in: the clock, the venue that the settings
ask for, and who commits the entries. Nothing here waits, reads a socket or a disk: ``step`` turns (state, event) into
(state, entry), and a caller that can't commit the entry rolls the portfolio back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from fadearena.domain.decisions import SKIP_REASONS, OrderIntent, Reason, StrategyDecision, Trade
from fadearena.domain.events import BotTradeEvent, FundingRate, Quote
from fadearena.domain.identifiers import BotId, EventId, cloid, decision_id, trade_id
from fadearena.domain.market import Asset, MicroUsd, PriceUnits, Side, rounded_ratio, shifted
from fadearena.domain.orders import Execution
from fadearena.domain.positions import Book, after_event, after_execution, watched
from fadearena.domain.records import Entry, FundingPayment
from fadearena.domain.settings import Controls
from fadearena.strategy_engine.explain import explain, reason_to_execute, reason_to_skip
from fadearena.strategy_engine.kernel import decide
from fadearena.strategy_engine.portfolio import Portfolio
from fadearena.strategy_engine.risk_checks import RISK_CHECKS, order_price
from fadearena.strategy_engine.rulebook import BotRules, Rulebook
from fadearena.strategy_engine.situation import UNKNOWN, UNLIMITED, Situation, Verdict

EXIT_LIMIT_E2 = 50_000
"""An order that reduces goes through up to 5 % from its reference price: getting out matters more than the price."""


class Clock(Protocol):
    """Time as the arena sees it: the wall's when live, the events' own in a replay. Milliseconds since the epoch."""

    def now_ms(self) -> int: ...

    def age_ms(self, time_ms: int) -> int:
        """How old something of this time is, >= 0; 0 in a replay, whose clock stands still between events."""
        ...


class Venue(Protocol):
    """Where an intent becomes a fill at once."""

    def execute(self, intent: OrderIntent, quote: Quote | None) -> Execution: ...


VenueOf = Callable[[Rulebook], Venue]


class EventClock:
    """The clock of a replay: the time of the newest event, and nothing is ever late by it."""

    def __init__(self, now_ms: int = 0) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        return self._now_ms

    def age_ms(self, time_ms: int) -> int:  # noqa: ARG002
        return 0

    def observe(self, time_ms: int) -> None:
        """Something of this time was seen."""
        self._now_ms = max(self._now_ms, time_ms)


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

    def step(self, pieces: Sequence[BotTradeEvent]) -> tuple[Entry, ...]:
        """The entries for the pieces of one order of a bot: all are recorded, the last one is decided on."""
        *earlier, last = pieces
        books = [self._enter(event) for event in pieces]
        decision, trades, after = self._decide(last, books[-1], "")
        entries = [
            Entry(event, (_coalesced(event, decision, self._clock.now_ms()),), (), (book,))
            for event, book in zip(earlier, books, strict=False)
        ]
        entries.append(Entry(last, (decision,), trades, (after,)))
        return tuple(entries)

    def watch(self, bot: BotId, asset: Asset, lots: int, price: PriceUnits) -> Entry | None:
        """Note a position that a bot already holds when we first see it; None when we knew it."""
        book = self.portfolio.book(bot, asset)
        if book.last_event_id or book.bot_lots or lots == 0:
            return None
        book = watched(book, lots, price, adopt=self._rules.of(bot, asset.name).adopt_existing)
        self.portfolio.last_trade(asset, price)
        self.portfolio.put(book)
        return Entry(None, (), (), (book,))

    def reconsider(self, occasion: str, event_of: Callable[[Book], BotTradeEvent | None]) -> tuple[Entry, ...]:
        """Decide again where the controls' change lets or makes us leave: every book from which we would now reduce.

        Args:
            occasion: what changed, e.g. ``kill-switch:12``; part of the decision's identity.
            event_of: the last event of a book, which the new decision belongs to.
        """
        entries: list[Entry] = []
        for book in list(self.portfolio.books.values()):
            if book.position.lots == 0 or not book.last_event_id:
                continue
            _, _, verdict, _ = self._judge(book, book.last_price, 0)
            if verdict.reduction == 0 or verdict.order == 0:
                continue
            event = event_of(book)
            if event is not None:
                decision, trades, after = self._decide(event, book, occasion, aged=False)
                entries.append(Entry(None, (decision,), trades, (after,)))
        return tuple(entries)

    def pay_funding(self, hour_ms: int, rates: Sequence[FundingRate]) -> Entry | None:
        """Hourly funding on everything we hold: size times oracle price times rate; longs pay a positive rate."""
        by_asset = {rate.asset.name: rate for rate in rates}
        payments: list[FundingPayment] = []
        books: list[Book] = []
        for book in list(self.portfolio.books.values()):
            rate = by_asset.get(book.asset.name)
            if rate is None or book.position.lots == 0:
                continue
            amount = -rounded_ratio(book.position.lots * rate.oracle * rate.rate_e10, 10**10)
            payments.append(
                FundingPayment(book.bot_id, book.asset, hour_ms, book.position.lots, rate.rate_e10, rate.oracle, amount)
            )
            after = msgspec.structs.replace(book, funding=book.funding + amount)
            self.portfolio.put(after)
            books.append(after)
        return Entry(None, (), (), tuple(books), tuple(payments)) if payments else None

    def _enter(self, event: BotTradeEvent) -> Book:
        portfolio = self.portfolio
        portfolio.turn_day(self._clock.now_ms())
        book = portfolio.book(event.bot_id, event.asset)
        if not book.last_event_id and book.bot_lots == 0 and event.previous_lots:
            adopt = self._rules.of(event.bot_id, event.asset.name).adopt_existing
            book = watched(book, event.previous_lots, event.price, adopt=adopt)
        book = after_event(book, event)
        portfolio.last_trade(event.asset, event.price)
        portfolio.put(book)
        return book

    def _decide(
        self, event: BotTradeEvent, book: Book, occasion: str, *, aged: bool = True
    ) -> tuple[StrategyDecision, tuple[Trade, ...], Book]:
        age = self._clock.age_ms(event.time_ms) if aged else 0
        rules, s, verdict, steps = self._judge(book, event.price, age)
        checks = explain(event.asset, s, rules.limits, verdict, steps)
        executes = verdict.order != 0
        decision = StrategyDecision(
            id=decision_id(event.id, event.time_ms, occasion),
            event_id=event.id,
            bot_id=event.bot_id,
            asset=event.asset,
            time_ms=self._clock.now_ms(),
            occasion=occasion,
            outcome="execute" if executes else "skip",
            reason=reason_to_execute(s, verdict, checks) if executes else None,
            skip_reason=None if executes else reason_to_skip(verdict, checks),
            checks=checks,
            inputs=msgspec.json.encode(s._asdict()),
            settings=rules.snapshot,
            target_lots=verdict.target,
            delta_lots=verdict.delta,
            order_lots=verdict.order,
        )
        if not executes:
            return decision, (), book
        trade, after = self._trade(decision, event, book, s, verdict, rules)
        return decision, (trade,), after

    def _judge(self, book: Book, bot_price: PriceUnits, age_ms: int) -> tuple[BotRules, Situation, Verdict, list[int]]:
        rules = self._rules.of(book.bot_id, book.asset.name)
        s = self._situation(book, rules, bot_price, age_ms)
        steps = [UNKNOWN] * len(RISK_CHECKS)
        return rules, s, decide(s, rules.limits, steps), steps

    def _situation(self, book: Book, rules: BotRules, bot_price: PriceUnits, age_ms: int) -> Situation:
        portfolio = self.portfolio
        market = portfolio.market(book.asset)
        buy, sell, price_age = self._prices(book.asset, bot_price)
        return Situation(
            bot_lots=book.bot_lots,
            baseline_lots=book.baseline_lots,
            held_lots=book.attributed_lots,
            multiplier_e4=rules.multiplier_e4,
            sizing_rule=rules.sizing_rule,
            our_equity=portfolio.equity,
            bot_equity=portfolio.bot_equity.get(book.bot_id, 0),
            fixed_notional=rules.fixed_notional,
            anchor_price=book.anchor_price,
            bot_price=bot_price,
            buy_price=buy,
            sell_price=sell,
            price_age_ms=price_age,
            mark=market.mark,
            event_age_ms=age_ms,
            net_if_bought=market.net + market.buys,
            net_if_sold=market.net - market.sells,
            other_exposure=portfolio.exposure - market.exposure,
            equity_change_today=portfolio.change_today,
            orders_last_minute=portfolio.orders_last_minute(self._clock.now_ms()),
            kill_switch=self._rules.kill_switch,
            bot_enabled=rules.enabled,
            armed=self._rules.armed,
            history_complete=int(portfolio.history_complete(book.bot_id)),
        )

    def _prices(self, asset: Asset, bot_price: PriceUnits) -> tuple[PriceUnits, PriceUnits, int]:
        if not self._uses_book:
            slippage = self._rules.slippage_e2
            return shifted(bot_price, slippage, up=True), shifted(bot_price, slippage, up=False), 0
        quote = self.portfolio.market(asset).quote
        if quote is None:
            return 0, 0, UNKNOWN
        return quote.ask, quote.bid, self._clock.age_ms(quote.time_ms)

    def _trade(
        self,
        decision: StrategyDecision,
        event: BotTradeEvent,
        book: Book,
        s: Situation,
        verdict: Verdict,
        rules: BotRules,
    ) -> tuple[Trade, Book]:
        asset = event.asset
        side = Side.of(verdict.order)
        price = order_price(s, side)
        opens = verdict.reduction == 0
        collar = rules.limits.slippage_e2
        limit_from, limit_e2 = (s.bot_price, collar) if opens and collar != UNLIMITED else (price, EXIT_LIMIT_E2)
        intent = OrderIntent(
            cloid=cloid(decision.id),
            trade_id=trade_id(decision.id, decision.time_ms),
            decision_id=decision.id,
            bot_id=event.bot_id,
            asset=asset,
            side=side,
            lots=abs(verdict.order),
            reference_price=price,
            limit_price=shifted(limit_from, limit_e2, up=side is Side.LONG),
            reduce_only=verdict.allowed == 0,
            time_ms=decision.time_ms,
        )
        execution = self._venue.execute(intent, self.portfolio.market(asset).quote)
        after, pnl = after_execution(book, side, execution)
        self.portfolio.note_order(decision.time_ms)
        self.portfolio.put(after)
        return _record(intent, execution, after, pnl, event.id), after


def _record(intent: OrderIntent, execution: Execution, after: Book, pnl: MicroUsd | None, event: EventId) -> Trade:
    done = execution.lots
    asset = intent.asset
    request = {
        "coin": asset.name,
        "isBuy": intent.side is Side.LONG,
        "sz": asset.size_text(intent.lots),
        "limitPx": asset.price_text(intent.limit_price),
        "referencePx": asset.price_text(intent.reference_price),
        "reduceOnly": intent.reduce_only,
        "orderType": {"limit": {"tif": "Ioc"}},
        "cloid": intent.cloid,
    }
    return Trade(
        id=intent.trade_id,
        event_id=event,
        decision_id=intent.decision_id,
        bot_id=intent.bot_id,
        time_ms=intent.time_ms,
        asset=asset,
        side=intent.side,
        lots=done or intent.lots,
        price=rounded_ratio(execution.notional, done) if done else intent.reference_price,
        cloid=intent.cloid,
        status=execution.status,
        fee=execution.fee,
        pnl=pnl,
        closed_at_ms=intent.time_ms if done and after.position.lots == 0 else None,
        simulated=True,
        request=msgspec.json.encode(request),
        result=execution.result,
        executed_notional=execution.notional if done else None,
    )


def _coalesced(event: BotTradeEvent, leading: StrategyDecision, now_ms: int) -> StrategyDecision:
    sentence = f"{SKIP_REASONS['coalesced']}: decision {leading.id}"
    return StrategyDecision(
        id=decision_id(event.id, event.time_ms),
        event_id=event.id,
        bot_id=event.bot_id,
        asset=event.asset,
        time_ms=now_ms,
        occasion="",
        outcome="skip",
        reason=None,
        skip_reason=Reason("coalesced", sentence),
        checks=(),
        inputs=b"{}",
        settings=leading.settings,
        target_lots=0,
        delta_lots=0,
        order_lots=0,
    )
