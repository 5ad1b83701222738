"""The watcher with the real client and the real feed, before the exchange simulator on loopback."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from fadearena.bot_ingestor.ports import Pace, WatchedBot
from fadearena.bot_ingestor.starts import Limits
from fadearena.bot_ingestor.watcher import Watcher
from fadearena.domain.identifiers import bot_id, wallet
from fadearena.exchange_simulator.faults import Fault
from fadearena.exchange_simulator.limits import UNLIMITED
from fadearena.exchange_simulator.simulator import Simulator, Speed
from fadearena.hyperliquid.budget import WeightBudget
from fadearena.hyperliquid.client import InfoClient
from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.hyperliquid.feed import Feed
from fadearena.hyperliquid.recordings import Recording, season_one
from tests.bot_ingestor.arena_double import Recorder

SEASON = season_one()
BOTS = [WatchedBot(bot_id(account.bot_id), wallet(account.wallet)) for account in SEASON.accounts]
FILLS = [(account.wallet, fill.tid) for account in SEASON.accounts for fill in account.fills]
BRISK = Pace(
    audit_s=0.3,
    poll_s=1.0,
    urgent_poll_s=0.1,
    gap_poll_s=0.2,
    subscribe_s=1.0,
    retry_s_max=0.5,
    limits=Limits(apart_ms=200, overlap_ms=3_600_000),
)
FAULTS = (
    Fault(kind="drop", channel="userFills", probability=0.1, count=100),
    Fault(kind="repeat", channel="userFills", probability=0.1, count=100),
    Fault(kind="reorder", channel="userFills", probability=0.1, count=100),
    Fault(kind="delay", channel="userFills", probability=0.05, count=100, delay_ms=200),
    Fault(kind="mute", channel="userFills", skip=100),
    Fault(kind="disconnect", channel="userFills", skip=60, probability=0.02, count=2),
    Fault(kind="http_500", skip=20, probability=0.1, count=100),
    Fault(kind="http_429", type="userFillsByTime", skip=20, count=1),
)


@asynccontextmanager
async def simulator(
    speed: Speed, faults: Sequence[Fault] = (), recording: Recording = SEASON
) -> AsyncIterator[Simulator]:
    exchange = Simulator(recording, speed=speed, seed=1, faults=faults, limits=UNLIMITED)
    await exchange.start()
    try:
        yield exchange
    finally:
        await exchange.stop()


@asynccontextmanager
async def watching(exchange: Simulator, sink: Recorder, bots: Sequence[WatchedBot]) -> AsyncIterator[Watcher]:
    endpoint = Endpoint.simulator(exchange.url)
    async with InfoClient(endpoint, WeightBudget(10**9)) as client, Feed(endpoint) as feed:
        watcher = Watcher(client, feed, sink, lambda: time.time_ns() // 1_000_000, BRISK)
        watcher.set_bots(bots)

        async def listen() -> None:
            async for event in feed:
                watcher.take(event)

        tasks = [asyncio.create_task(watcher.run()), asyncio.create_task(listen())]
        try:
            yield watcher
            assert not any(task.done() for task in tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def until_all_is_told(sink: Recorder, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while len(sink.events) + len(sink.late) < len(FILLS) or not all(sink.is_complete(bot.bot_id) for bot in BOTS):
            sink.news.clear()
            await sink.news.wait()


def check(sink: Recorder) -> None:
    """Everything is told once; what was released is an unbroken chain of every bot and asset; every gap is repaired."""
    told = [(event.wallet, event.trade_id) for event in sink.events + sink.late]
    assert sorted(told) == sorted(FILLS)
    chains = {(event.wallet, event.asset) for event in sink.events}
    for account, asset in chains:
        events = [event for event in sink.events if (event.wallet, event.asset) == (account, asset)]
        assert all(a.current_lots == b.previous_lots and a.time_ms <= b.time_ms for a, b in pairwise(events))
    assert {event.event_type for event in sink.events} == {"fill"}
    for bot in BOTS:
        assert {row.state for row in sink.rows(bot.wallet).values()} <= {"complete", "repaired"}


async def test_a_whole_season_at_full_speed_is_told_in_order() -> None:
    sink = Recorder()
    async with simulator("max") as exchange, watching(exchange, sink, BOTS):
        await until_all_is_told(sink, 20)
    check(sink)
    assert sink.late == []
    times = [event.time_ms for event in sink.events]
    assert times == sorted(times)


@pytest.mark.slow
async def test_a_season_over_a_bad_line_is_told_once_and_every_gap_is_repaired() -> None:
    sink = Recorder()
    async with simulator(150_000.0, FAULTS) as exchange, watching(exchange, sink, BOTS):
        await until_all_is_told(sink, 40)
        assert sum(exchange.faults.struck) > 20
    check(sink)
    assert any("gap in the history" in record.message for record in sink.records)


@pytest.mark.slow
async def test_a_watcher_that_dies_twice_leaves_the_same_history_behind() -> None:
    sink = Recorder()
    async with simulator(200_000.0) as exchange:
        for seconds in (1.5, 1.0):
            bots = [sink.known(bot.bot_id, bot.wallet, BRISK.limits) for bot in BOTS]
            async with watching(exchange, sink, bots):
                await asyncio.sleep(seconds)
            await asyncio.sleep(0.5)
        assert 0 < len(sink.events) < len(FILLS)
        async with watching(exchange, sink, [sink.known(bot.bot_id, bot.wallet, BRISK.limits) for bot in BOTS]):
            await until_all_is_told(sink, 20)
    check(sink)
