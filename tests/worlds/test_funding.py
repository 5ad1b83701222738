"""Funding of hours in which no trader ran, learnt from a real exchange simulator over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from fadearena.bot_ingestor.outputs import Batch
from fadearena.domain.events import FundingRate
from fadearena.exchange_simulator.faults import Fault
from fadearena.exchange_simulator.simulator import Simulator
from fadearena.hyperliquid.client import InfoClient
from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.hyperliquid.errors import HyperliquidError
from fadearena.hyperliquid.recordings import season_one
from fadearena.jobs import HOUR_MS
from fadearena.worlds.funding import pay_missed_funding
from tests.factories import BTC, NOON_MS, bot_event
from tests.worlds.test_floor import Floor

NOW_MS = season_one().accounts[0].fills[0].time // HOUR_MS * HOUR_MS + 60_000
SLEPT_MS = 5 * HOUR_MS


@pytest_asyncio.fixture
async def client() -> AsyncIterator[InfoClient]:
    simulator = Simulator(speed=1.0, seed=7, resume_at_ms=NOW_MS)
    async with InfoClient(Endpoint.simulator(await simulator.start())) as made:
        yield made
    await simulator.stop()


async def holding(lots: int) -> Floor:
    """A floor that holds so much of BTC against a bot."""
    made = Floor()
    await made.floor.deliver(Batch((bot_event(previous=0, current=-lots),)))
    assert made.held == lots
    return made


async def paid(made: Floor) -> list[tuple[int, int, int]]:
    """Hour, lots and rate of each payment."""
    payments = [one async for entry in made.journal.replay() for one in entry.funding]
    return [(one.time_ms, one.lots, one.rate_e10) for one in payments]


async def test_every_hour_slept_through_is_paid_at_the_rate_of_that_hour(client: InfoClient) -> None:
    made = await holding(500)
    assert await pay_missed_funding(made.floor, client, NOW_MS - SLEPT_MS, NOW_MS) == 5
    rows = await client.funding_history("BTC", NOW_MS - SLEPT_MS, NOW_MS)
    expected = [(row.time // HOUR_MS * HOUR_MS, 500, round(float(row.funding_rate) * 1e10)) for row in rows]
    assert len(expected) == 5
    assert await paid(made) == expected
    [book] = await made.journal.load_books()
    assert book.funding == made.arena.portfolio.funding != 0


async def test_hours_are_paid_once_whoever_asks_again(client: InfoClient) -> None:
    made = await holding(500)
    await pay_missed_funding(made.floor, client, NOW_MS - SLEPT_MS, NOW_MS)
    funding = made.arena.portfolio.funding
    await pay_missed_funding(made.floor, client, NOW_MS - SLEPT_MS, NOW_MS)
    assert len(await paid(made)) == 5
    assert made.arena.portfolio.funding == funding


@pytest.mark.parametrize("slept_ms", [0, 60_000 - 1])
async def test_where_no_full_hour_has_passed_nothing_is_asked(client: InfoClient, slept_ms: int) -> None:
    made = await holding(500)
    assert await pay_missed_funding(made.floor, client, NOW_MS - slept_ms, NOW_MS) == 0


async def test_where_nothing_is_held_nothing_is_asked() -> None:
    made = Floor()
    async with InfoClient(Endpoint.simulator("http://127.0.0.1:9")) as nobody:
        assert await pay_missed_funding(made.floor, nobody, NOW_MS - SLEPT_MS, NOW_MS) == 0


async def test_what_can_not_be_learnt_is_not_paid() -> None:
    simulator = Simulator(speed=1.0, resume_at_ms=NOW_MS, faults=[Fault(kind="http_garbage", count="all")])
    made = await holding(500)
    async with InfoClient(Endpoint.simulator(await simulator.start())) as client:
        with pytest.raises((HyperliquidError, TimeoutError)):
            await pay_missed_funding(made.floor, client, NOW_MS - SLEPT_MS, NOW_MS)
    await simulator.stop()
    assert await paid(made) == []


async def test_the_hours_after_a_start_are_paid_as_they_pass(client: InfoClient) -> None:
    made = await holding(500)
    await pay_missed_funding(made.floor, client, NOON_MS, NOON_MS)
    made.floor.rates = lambda: [FundingRate(BTC, 125_000, 1_000_000, NOON_MS)]
    made.clock.observe(NOON_MS + 2 * HOUR_MS)
    await made.floor.tick()
    assert await paid(made) == [(NOON_MS + HOUR_MS, 500, 125_000), (NOON_MS + 2 * HOUR_MS, 500, 125_000)]
