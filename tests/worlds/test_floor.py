"""The trading floor over the journal in memory: one inbox, whole commits, the operator's word at once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec
import pytest

from fadearena.arena import Arena, EventClock
from fadearena.bot_ingestor.outputs import Batch, InitialPosition, LateFills
from fadearena.domain.events import BotEquity, FundingRate, HistoryState, Quote
from fadearena.domain.market import MICRO
from fadearena.domain.records import Entry
from fadearena.domain.settings import BotProfile, Controls, StrategySettings
from fadearena.persistence.errors import JournalError, OutcomeUnknownError
from fadearena.persistence.memory_journal import MemoryJournal
from fadearena.strategy_engine.portfolio import Portfolio
from fadearena.trading_client.simulated_venue import venue_of
from fadearena.worlds.floor import TradingFloor
from tests.factories import BTC, ETH, GPT, NOON_MS, QWEN, WALLETS, bot_event

SETTINGS = StrategySettings(simulated_fill_model="bot-price", simulated_slippage_bps=Decimal(0))
BOTS = tuple(BotProfile(bot, str(bot), wallet) for bot, wallet in WALLETS.items())


class Desk:
    """The controls in force, as a test sets them; the journal fences by the same version."""

    def __init__(self, journal: MemoryJournal, settings: StrategySettings = SETTINGS) -> None:
        self.now = Controls(version=1, settings_version=1, settings=settings, kill_switch=False, bots=BOTS)
        self._journal = journal

    def change(self, **fields: object) -> None:
        version = self.now.version + 1
        self.now = msgspec.structs.replace(self.now, version=version, **fields)
        self._journal.in_force = version

    async def load(self) -> Controls:
        return self.now


class FullOnce(MemoryJournal):
    """A journal whose disk is full for one append, or whose reply to one is lost for good."""

    is_full = False
    loses_the_reply = False

    async def append(self, entries: Sequence[Entry], controls_version: int) -> None:
        if self.is_full:
            self.is_full = False
            msg = "no space left on device"
            raise JournalError(msg)
        await super().append(entries, controls_version)
        if self.loses_the_reply:
            msg = "the database was lost while committing"
            raise OutcomeUnknownError(msg)


class Floor:
    def __init__(self, settings: StrategySettings = SETTINGS) -> None:
        self.journal = FullOnce()
        self.desk = Desk(self.journal, settings)
        self.clock = EventClock(NOON_MS)
        self.arena = Arena(Portfolio(0), self.desk.now, self.clock, venue_of)
        self.floor = TradingFloor(self.arena, self.journal, self.clock, self.desk.load)

    @property
    def held(self) -> int:
        return self.arena.portfolio.book(GPT, BTC).position.lots


async def test_what_is_delivered_is_decided_and_durable() -> None:
    made = Floor()
    await made.floor.deliver(Batch((bot_event(previous=0, current=500),)))
    assert await made.journal.entry_count() == 1
    assert [book.position.lots for book in await made.journal.load_books()] == [-500]


async def test_a_kill_switch_turned_before_the_commit_wins() -> None:
    made = Floor()
    made.desk.change(kill_switch=True)
    await made.floor.deliver(Batch((bot_event(previous=0, current=500),)))
    assert made.held == 0
    [entry] = [entry async for entry in made.journal.replay()]
    assert entry.decisions[0].skip_reason is not None
    assert entry.decisions[0].skip_reason.code == "kill_switch"


async def test_the_same_delivery_twice_changes_nothing() -> None:
    made = Floor()
    batch = Batch((bot_event(previous=0, current=500),))
    await made.floor.deliver(batch)
    await made.floor.deliver(batch)
    assert await made.journal.entry_count() == 1
    assert made.held == -500


async def test_of_a_batch_that_is_stored_in_part_the_rest_is_taken() -> None:
    made = Floor()
    first = bot_event(previous=0, current=200, order=5)
    second = bot_event(previous=200, current=500, order=5)
    await made.floor.deliver(Batch((first,)))
    await made.floor.deliver(Batch((first, second)))
    assert await made.journal.entry_count() == 2
    assert made.held == -500


async def test_a_commit_that_fails_leaves_no_trace() -> None:
    made = Floor()
    made.journal.is_full = True
    batch = Batch((bot_event(previous=0, current=500),))
    with pytest.raises(JournalError, match="no space"):
        await made.floor.deliver(batch)
    assert made.held == 0
    await made.floor.deliver(batch)
    assert made.held == -500


async def test_when_it_is_not_known_what_is_stored_nothing_more_is_decided() -> None:
    made = Floor()
    made.journal.loses_the_reply = True
    batch = Batch((bot_event(previous=0, current=500),))
    with pytest.raises(OutcomeUnknownError):
        await made.floor.deliver(batch)
    assert made.floor.broken.is_set()
    made.journal.loses_the_reply = False
    with pytest.raises(OutcomeUnknownError):
        await made.floor.deliver(batch)
    assert await made.journal.entry_count() == 1


async def test_exits_kept_back_by_the_kill_switch_follow_once_it_is_off() -> None:
    made = Floor()
    await made.floor.deliver(Batch((bot_event(previous=0, current=500),)))
    made.desk.change(kill_switch=True)
    await made.floor.follow_controls()
    await made.floor.deliver(Batch((bot_event(previous=500, current=0),)))
    assert made.held == -500
    made.desk.change(kill_switch=False)
    await made.floor.follow_controls()
    assert made.held == 0


async def test_a_position_from_before_is_left_alone_or_adopted() -> None:
    seen = InitialPosition(GPT, WALLETS[GPT], BTC, 1_000, 1_000_000, NOON_MS)
    left, adopting = Floor(), Floor(msgspec.structs.replace(SETTINGS, adopt_existing=True))
    await left.floor.deliver(seen)
    await adopting.floor.deliver(seen)
    assert (left.held, adopting.held) == (0, -1_000)
    [entry] = [entry async for entry in adopting.journal.replay()]
    assert entry.event is not None
    assert entry.event.event_type == "position-change"


async def test_while_a_gap_is_open_only_reductions_follow() -> None:
    made = Floor()
    await made.floor.deliver(Batch((bot_event(previous=0, current=500),)))
    await made.floor.deliver(HistoryState(GPT, BTC.name, complete=False))
    await made.floor.deliver(Batch((bot_event(previous=500, current=800),)))
    assert made.held == -500
    await made.floor.deliver(Batch((bot_event(previous=800, current=100),)))
    assert made.held == -100
    await made.floor.deliver(HistoryState(GPT, BTC.name, complete=True))
    await made.floor.deliver(Batch((bot_event(previous=100, current=300),)))
    assert made.held == -300


async def test_a_gap_in_one_asset_says_nothing_about_another() -> None:
    made = Floor()
    await made.floor.deliver(HistoryState(GPT, ETH.name, complete=False))
    await made.floor.deliver(Batch((bot_event(previous=0, current=500),)))
    assert made.held == -500


async def test_completeness_of_all_takes_back_every_gap_of_that_bot() -> None:
    made = Floor()
    await made.floor.deliver(HistoryState(GPT, BTC.name, complete=False))
    await made.floor.deliver(HistoryState(GPT, None, complete=False))
    await made.floor.deliver(HistoryState(GPT, None, complete=True))
    await made.floor.deliver(Batch((bot_event(previous=0, current=500),)))
    assert made.held == -500


async def test_late_fills_are_recorded() -> None:
    made = Floor()
    await made.floor.deliver(LateFills((bot_event(previous=0, current=70),)))
    assert made.held == 0
    assert await made.journal.entry_count() == 1


async def test_funding_is_paid_once_an_hour() -> None:
    made = Floor()
    made.floor.rates = lambda: [FundingRate(BTC, 125_000, 1_000_000, NOON_MS)]
    await made.floor.deliver(Batch((bot_event(previous=0, current=-500),)))
    await made.floor.tick()
    made.clock.observe(NOON_MS + 3_600_000)
    await made.floor.tick()
    await made.floor.tick()
    assert made.arena.portfolio.funding == -6_250


async def test_a_snapshot_taken_with_a_trade_is_not_lost_where_no_tick_follows() -> None:
    made = Floor()
    await made.floor.deliver(Batch((bot_event(previous=0, current=-500),)))
    assert made.journal.equity == {}
    await made.floor.write_equity()
    [point] = made.journal.equity.values()
    assert point.fade_arena == made.arena.portfolio.equity
    await made.floor.write_equity()
    assert list(made.journal.equity.values()) == [point]


async def test_equity_is_that_of_the_fade_and_of_every_bot_known() -> None:
    made = Floor()
    await made.floor.deliver(BotEquity(GPT, 10_000 * MICRO, NOON_MS))
    await made.floor.deliver(Batch((bot_event(previous=0, current=500),)))
    await made.floor.deliver(Batch((bot_event(previous=500, current=0, price=990_000, closed_pnl=-5 * MICRO),)))
    point = made.floor.equity_now()
    assert point.bots == {GPT: 9_995 * MICRO}
    assert point.bots_aggregate == 9_995 * MICRO
    assert point.fade_arena == made.arena.portfolio.equity
    assert point.fades == {GPT: made.arena.portfolio.pnl, QWEN: 0}
    assert point.fees == made.arena.portfolio.fees > 0


async def test_what_fading_each_bot_brought_adds_up_to_the_fades_profit() -> None:
    made = Floor()
    await made.floor.deliver(Batch((bot_event(previous=0, current=500),)))
    await made.floor.deliver(Batch((bot_event(bot=QWEN, previous=0, current=-900, price=1_010_000),)))
    made.floor.quote(Quote(BTC, 969_000, 971_000, 970_000, NOON_MS + 1))
    point = made.floor.equity_now()
    assert all(point.fades.values())
    assert point.fades.keys() == {GPT, QWEN}
    assert sum(point.fades.values()) == made.arena.portfolio.pnl
