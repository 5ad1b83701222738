"""Recorded fills through the arena: what fading these bots would have brought, decision for decision.

In: a recording and settings. Out: figures per bot and in total. The same arena, kernel and venue as in ``run``; the
clock is the events' own, and nothing touches a database or the exchange.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec

from fadearena.arena import Arena, EventClock
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import BotId, bot_id
from fadearena.domain.market import MicroUsd, usd_text
from fadearena.domain.positions import Book
from fadearena.domain.records import Entry
from fadearena.domain.settings import BotProfile, Controls, StrategySettings
from fadearena.hyperliquid.recordings import RecordedAccount, Recording
from fadearena.hyperliquid.translation import to_event
from fadearena.hyperliquid.universe import Universe
from fadearena.strategy_engine.portfolio import Portfolio
from fadearena.strategy_engine.rulebook import scaled
from fadearena.trading_client.simulated_venue import venue_of

BACKTEST_DEFAULTS = StrategySettings(simulated_fill_model="bot-price", simulated_slippage_bps=Decimal(0))
"""The settings of a backtest where none are given: fills at the bot's own price."""


class Figures(msgspec.Struct, rename="camel"):
    """Of one bot, or in total. USD amounts are decimal text; ``open_positions`` counts ours."""

    events: int = 0
    decisions: int = 0
    executed: int = 0
    skipped: int = 0
    trades: int = 0
    gross_pnl: str = "0"
    fees: str = "0"
    net_pnl: str = "0"
    volume: str = "0"
    max_drawdown: str = "0"
    open_positions: int = 0


class Report(msgspec.Struct, rename="camel"):
    """What a backtest prints with ``--json``."""

    bots: dict[str, Figures]
    total: Figures
    skips: dict[str, int]
    settings: StrategySettings
    source: str
    events_per_second: float


class _Drawdown:
    """The largest fall of a running profit from its highest point so far (which is at least 0)."""

    def __init__(self) -> None:
        self._peak: MicroUsd = 0
        self.largest: MicroUsd = 0

    def note(self, pnl: MicroUsd) -> None:
        self._peak = max(self._peak, pnl)
        self.largest = max(self.largest, self._peak - pnl)


def events_of(
    recording: Recording, bots: Sequence[str] = (), from_ms: int | None = None, to_ms: int | None = None
) -> Iterator[BotTradeEvent]:
    """The recording's fills as events in the order of their time; ``from_ms`` and ``to_ms`` are inclusive."""
    accounts = [account for account in recording.accounts if not bots or account.bot_id in bots]
    universe = Universe.from_fills(fill for account in recording.accounts for fill in account.fills)

    def events(account: RecordedAccount) -> Iterator[BotTradeEvent]:
        bot = bot_id(account.bot_id)
        for fill in account.fills:
            if (from_ms is None or fill.time >= from_ms) and (to_ms is None or fill.time <= to_ms):
                yield to_event(fill, bot, account.wallet, universe)

    return heapq.merge(*map(events, accounts), key=lambda event: event.time_ms)


def orders_of(events: Iterable[BotTradeEvent]) -> Iterator[tuple[BotTradeEvent, ...]]:
    """Neighbouring events that are pieces of one order."""
    for _, pieces in itertools.groupby(events, key=lambda event: event.order_key):
        yield tuple(pieces)


def run_backtest(
    recording: Recording,
    settings: StrategySettings = BACKTEST_DEFAULTS,
    *,
    bots: Sequence[str] = (),
    from_ms: int | None = None,
    to_ms: int | None = None,
    sink: Callable[[Entry], None] | None = None,
) -> Report:
    """Replay a recording. ``sink`` is given every entry as it comes."""
    clock = EventClock()
    arena = Arena(
        Portfolio(scaled(settings.simulated_starting_equity, 10**6)), controls_of(recording, settings), clock, venue_of
    )
    for account in recording.accounts:
        arena.portfolio.note_bot_equity(bot_id(account.bot_id), scaled(Decimal(account.starting_equity), 10**6))
    tally = _Tally(arena.portfolio)
    started = time.perf_counter()
    for pieces in orders_of(events_of(recording, bots, from_ms, to_ms)):
        arena.portfolio.begin()
        for entry in arena.step(pieces):
            tally.note(entry)
            if sink is not None:
                sink(entry)
    seconds = time.perf_counter() - started
    return tally.report(settings, recording.source, seconds)


def controls_of(recording: Recording, settings: StrategySettings) -> Controls:
    """Controls for a replay of a recording's accounts."""
    profiles = tuple(
        BotProfile(bot_id(account.bot_id), account.bot_id, account.wallet, Decimal(account.starting_equity))
        for account in recording.accounts
    )
    return Controls(version=1, settings_version=1, settings=settings, kill_switch=False, bots=profiles)


class _Tally:
    def __init__(self, portfolio: Portfolio) -> None:
        self._portfolio = portfolio
        self._figures: dict[BotId, Figures] = {}
        self._drawdowns: dict[BotId, _Drawdown] = {}
        self._total = _Drawdown()
        self._books: dict[BotId, dict[str, Book]] = {}
        self._skips: dict[str, int] = {}

    def note(self, entry: Entry) -> None:
        for decision in entry.decisions:
            figures = self._figures.setdefault(decision.bot_id, Figures())
            figures.events += 1
            figures.decisions += 1
            if decision.outcome == "execute":
                figures.executed += 1
            else:
                figures.skipped += 1
                code = decision.skip_reason.code if decision.skip_reason else ""
                self._skips[code] = self._skips.get(code, 0) + 1
            figures.trades += len(entry.trades)
        for book in entry.books:
            self._books.setdefault(book.bot_id, {})[book.asset.name] = book
            self._drawdowns.setdefault(book.bot_id, _Drawdown()).note(self._pnl(book.bot_id)[0])
        self._total.note(self._portfolio.pnl)

    def _pnl(self, bot: BotId) -> tuple[MicroUsd, MicroUsd]:
        """Net and gross."""
        markets = self._portfolio.markets
        gross = fees = 0
        for book in self._books[bot].values():
            held = book.position
            gross += book.realised + book.funding + (held.unrealised(markets[book.asset.name].mark) if held.lots else 0)
            fees += book.fees
        return gross - fees, gross

    def report(self, settings: StrategySettings, source: str, seconds: float) -> Report:
        total = Figures()
        gross_all = fees_all = volume_all = 0
        for bot, figures in self._figures.items():
            net, gross = self._pnl(bot)
            books = self._books[bot].values()
            volume = sum(book.volume for book in books)
            figures.open_positions = sum(1 for book in books if book.position.lots)
            _fill_in(figures, gross, gross - net, volume, self._drawdowns[bot].largest)
            gross_all, fees_all, volume_all = gross_all + gross, fees_all + gross - net, volume_all + volume
            for field in ("events", "decisions", "executed", "skipped", "trades", "open_positions"):
                setattr(total, field, getattr(total, field) + getattr(figures, field))
        _fill_in(total, gross_all, fees_all, volume_all, self._total.largest)
        rate = total.events / seconds if seconds > 0 else 0.0
        bots = {str(bot): figures for bot, figures in self._figures.items()}
        return Report(bots, total, self._skips, settings, source, round(rate, 1))


def _fill_in(figures: Figures, gross: MicroUsd, fees: MicroUsd, volume: MicroUsd, drawdown: MicroUsd) -> None:
    figures.gross_pnl = usd_text(gross)
    figures.fees = usd_text(fees)
    figures.net_pnl = usd_text(gross - fees)
    figures.volume = usd_text(volume)
    figures.max_drawdown = usd_text(drawdown)
