"""How a bot and its fade behave, against what can be worked out by hand."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from decimal import Decimal

import msgspec
import pytest

from fadearena.domain.decisions import Trade
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.positions import after_event
from fadearena.domain.records import Entry, EquityPoint
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.views import Reader
from fadearena.persistence.views.answers import UsdDrawdown
from fadearena.persistence.views.habits import Habit, Habits
from fadearena.persistence.views.models import models
from tests.persistence.entries import BTC, GPT, QWEN, START_MS, History

MINUTE_MS = 60_000


def holds(moves: Iterable[tuple[str, int, int, int]]) -> list[int]:
    """How long each closed position was held, of (asset, time, before, after)."""
    opened: dict[str, int] = {}
    found = []
    for asset, time_ms, before, after in moves:
        if before * after > 0:
            continue
        if before and asset in opened:
            found.append(time_ms - opened.pop(asset))
        if after:
            opened[asset] = time_ms
    return found


async def walk(journal: PostgresJournal, positions: Iterable[int]) -> None:
    """Fills that bring a bot from one position to the next, a minute apart, flat at the start."""
    history = History()
    entries = []
    book = history.book(GPT, BTC)
    for number, current in enumerate(positions):
        event = history.event(GPT, BTC)
        previous = book.bot_lots
        moved = msgspec.structs.replace(
            event,
            time_ms=START_MS + number * MINUTE_MS,
            side=type(event.side)(1 if current > previous else -1),
            lots=abs(current - previous),
            previous_lots=previous,
            current_lots=current,
        )
        book = after_event(book, moved)
        entries.append(Entry(moved, (), (), (book,)))
    await journal.append(entries, await journal.controls_version())


async def habit_of(reader: Reader, bot: str = GPT) -> Habit:
    return (await Habits().by_bot(reader))[bot]


@pytest.mark.parametrize(
    ("positions", "held"),
    [
        ([10, 0], 1),
        ([10, 20, 5, 0], 3),
        ([10, -10, 0], 1),
        ([10, 0, 10, 20, 0, -5, -5, 0], 2),
        ([10, 20], None),
        ([0, 10], None),
    ],
)
async def test_a_bots_hold_time_runs_from_flat_or_flip_to_flat_or_flip(
    journal: PostgresJournal, reader: Reader, positions: list[int], held: int | None
) -> None:
    steps = [after for before, after in zip([0, *positions], positions, strict=False) if before != after]
    await walk(journal, steps)
    expected = holds(
        ("BTC", number * MINUTE_MS, before, after)
        for number, (before, after) in enumerate(zip([0, *steps], steps, strict=False))
    )
    found = (await habit_of(reader)).bot_hold_ms
    assert found == (round(statistics.median(expected)) if expected else None)
    if len(steps) == len(positions):
        assert found == (None if held is None else held * MINUTE_MS)


async def test_our_hold_times_slippage_and_lag_are_those_of_our_trades(
    journal: PostgresJournal, reader: Reader
) -> None:
    entries = History(seed=12).entries(150)
    await journal.append(entries, await journal.controls_version())
    events = {entry.event.id: entry.event for entry in entries if entry.event is not None}
    filled = [t for entry in entries for t in entry.trades if t.status == "filled" and t.bot_id == GPT]
    assert len(filled) > 20
    found = await habit_of(reader)
    assert found.hold_ms == round(statistics.median(holds(_moves(filled))))
    answered = [(trade, events[trade.event_id]) for trade in filled if trade.event_id is not None]
    assert found.slippage_bps == pytest.approx(statistics.median(_slippage(*pair) for pair in answered), abs=0.01)
    assert found.lag is not None
    assert found.lag.p50 == found.lag.p95 == 3


async def test_a_price_worse_than_the_bots_is_positive_on_either_side(journal: PostgresJournal, reader: Reader) -> None:
    entries = History().entries(60)
    worse = [
        msgspec.structs.replace(
            entry, trades=tuple(msgspec.structs.replace(t, price=_shifted(t, 20)) for t in entry.trades)
        )
        for entry in entries
    ]
    await journal.append(worse, await journal.controls_version())
    assert (await habit_of(reader)).slippage_bps == pytest.approx(20, abs=0.2)


async def test_nothing_traded_is_nothing_known(reader: Reader) -> None:
    assert await habit_of(reader, "grok-4") == Habit()


async def test_drawdowns_are_followed_snapshot_by_snapshot(journal: PostgresJournal, reader: Reader) -> None:
    habits = Habits(fresh_seconds=0)
    for minute, (equity, fade) in enumerate([(100, -10), (80, 30), (120, 5), (90, 50)]):
        await journal.record_equity(_snapshot(minute, equity, fade))
    first = (await habits.by_bot(reader))[GPT]
    assert first.drawdown is not None
    assert (first.drawdown.max, first.drawdown.current) == (0.25, 0.25)
    assert first.fade_drawdown == UsdDrawdown(max=Decimal(25), current=Decimal(0))
    await journal.record_equity(_snapshot(10, 60, 20))
    later = (await habits.by_bot(reader))[GPT]
    assert later.drawdown is not None
    assert (later.drawdown.max, later.drawdown.current) == (0.5, 0.5)
    assert later.fade_drawdown == UsdDrawdown(max=Decimal(30), current=Decimal(30))
    assert (await habit_of(reader)) == later


async def test_a_profit_that_only_fell_fell_from_nothing(journal: PostgresJournal, reader: Reader) -> None:
    await journal.record_equity(_snapshot(0, 100, -15))
    found = (await habit_of(reader)).fade_drawdown
    assert found == UsdDrawdown(max=Decimal(15), current=Decimal(15))


async def test_within_a_few_seconds_nothing_is_asked_again(journal: PostgresJournal, reader: Reader) -> None:
    habits = Habits()
    assert (await habits.by_bot(reader))[GPT].drawdown is None
    await journal.record_equity(_snapshot(0, 100, 1))
    assert (await habits.by_bot(reader))[GPT].drawdown is None


async def test_the_models_carry_them(journal: PostgresJournal, reader: Reader) -> None:
    await journal.append(History(seed=12).entries(150), await journal.controls_version())
    await journal.record_equity(_snapshot(0, 100, 1))
    known = await Habits().by_bot(reader)
    for model in (await models(reader)).bots:
        habit = known[model.id]
        assert (model.bot_stats.drawdown, model.bot_stats.median_hold_time) == (habit.drawdown, habit.bot_hold_ms)
        assert (model.stats.drawdown, model.stats.median_hold_time) == (habit.fade_drawdown, habit.hold_ms)
        assert (model.stats.slippage_bps, model.stats.lag) == (habit.slippage_bps, habit.lag)
    assert known[GPT].hold_ms is not None


def _moves(trades: list[Trade]) -> Iterable[tuple[str, int, int, int]]:
    held: dict[str, int] = {}
    for trade in sorted(trades, key=lambda one: one.time_ms):
        before = held.get(trade.asset.name, 0)
        held[trade.asset.name] = before + trade.side * trade.lots
        yield trade.asset.name, trade.time_ms, before, held[trade.asset.name]


def _slippage(trade: Trade, event: BotTradeEvent) -> float:
    return (trade.price - event.price) / event.price * 10_000 * trade.side


def _shifted(trade: Trade, bps: int) -> int:
    return round(trade.price * (1 + trade.side * bps / 10_000))


def _snapshot(minute: int, equity: int, fade: int) -> EquityPoint:
    usd = 1_000_000
    return EquityPoint(
        START_MS + minute * MINUTE_MS, equity * usd, 0, {GPT: equity * usd, QWEN: usd}, {GPT: fade * usd, QWEN: 0}, 0
    )
