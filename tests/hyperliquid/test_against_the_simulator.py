"""Client and feed against the simulated exchange: what the socket tells and what the history tells is the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from random import Random

import msgspec
import pytest

from fadearena.domain.identifiers import bot_id
from fadearena.exchange_simulator.exchange import Exchange
from fadearena.exchange_simulator.info import answer
from fadearena.exchange_simulator.info_request import InfoRequest
from fadearena.exchange_simulator.simulator import Simulator
from fadearena.hyperliquid.client import InfoClient
from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.hyperliquid.feed import Feed
from fadearena.hyperliquid.messages import Fill, raw_fills
from fadearena.hyperliquid.messages.frames import UserFillsFrame
from fadearena.hyperliquid.messages.queries import QUERIES, decode_answer
from fadearena.hyperliquid.oddities import Oddities
from fadearena.hyperliquid.recordings import NO_HASH, RecordedAccount, Recording, season_one
from fadearena.hyperliquid.session_events import Malformed, Message, Refused, ServerSaid
from fadearena.hyperliquid.subscriptions import Subscription
from fadearena.hyperliquid.translation import account_state, to_event
from fadearena.hyperliquid.universe import Universe

ACCOUNTS = season_one().accounts
YEAR_2100_MS = 4_102_444_800_000


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    simulator = Simulator(speed="max", greets=True)
    await simulator.start()
    try:
        yield Endpoint.simulator(simulator.url)
    finally:
        await simulator.stop()


async def _universe(client: InfoClient) -> Universe:
    return Universe.from_metas(await client.perp_dexs(), {"": await client.meta()})


async def _history(client: InfoClient, wallet: str) -> list[Fill]:
    return [fill async for page in client.all_user_fills(wallet, 0, YEAR_2100_MS) for fill in page.fills]


async def _live(feed: Feed, expected: int) -> dict[str, list[Fill]]:
    """What the socket tells of all accounts, snapshots included, until all of it has come."""
    fills: dict[str, dict[tuple[int | str, ...], Fill]] = {account.wallet: {} for account in ACCOUNTS}
    async for event in feed:
        assert not isinstance(event, (Malformed, Refused, ServerSaid)), event
        if isinstance(event, Message) and isinstance(event.frame, UserFillsFrame):
            data = event.frame.data
            assert len(raw_fills(event.raw)) == len(data.fills)
            fills[data.user].update({fill.key: fill for fill in data.fills})
            if sum(map(len, fills.values())) >= expected:
                break
    return {wallet: sorted(told.values(), key=lambda fill: fill.time) for wallet, told in fills.items()}


@pytest.mark.slow
async def test_a_whole_season_over_the_socket_is_the_whole_season_of_the_history(endpoint: Endpoint) -> None:
    feed = Feed(endpoint, random=Random(1))
    feed.subscribe(*(Subscription.user_fills(account.wallet) for account in ACCOUNTS))
    async with InfoClient(endpoint) as client, feed, asyncio.timeout(60):
        live = await _live(feed, sum(len(account.fills) for account in ACCOUNTS))
        universe = await _universe(client)
        for account in ACCOUNTS:
            told = await _history(client, account.wallet)
            assert {fill.key for fill in told} == {fill.key for fill in live[account.wallet]}
            await _positions_match(client, universe, account, told)
        assert feed.oddities.counts == {}
        assert client.oddities.counts == {}


async def _positions_match(client: InfoClient, universe: Universe, account: RecordedAccount, told: list[Fill]) -> None:
    held: dict[str, int] = {}
    for fill in told:
        event = to_event(fill, bot_id("watched"), account.wallet, universe)
        assert held.get(event.asset.name, event.previous_lots) == event.previous_lots
        held[event.asset.name] = event.current_lots
    state = account_state(await client.clearinghouse_state(account.wallet), universe)
    assert state.positions == {name: lots for name, lots in held.items() if lots}
    assert state.unknown == ()


NOT_SIMULATED = {"perpDexLimits", "perpDexStatus"}


@pytest.mark.parametrize("name", sorted(QUERIES.keys() - NOT_SIMULATED))
def test_every_question_of_ours_is_answered_in_the_shape_that_we_read(name: str) -> None:
    exchange = Exchange(season_one(), 1)
    for _ in exchange.advance(ACCOUNTS[0].fills[60].time):
        pass
    asked = {"type": name, "user": ACCOUNTS[0].wallet, "coin": "BTC", "startTime": 0, "oid": ACCOUNTS[0].fills[0].oid}
    req = {"coin": "BTC", "interval": "1h", "startTime": exchange.begin_ms}
    document, _ = answer(exchange, InfoRequest({**asked, "req": req}))
    raw, oddities = msgspec.json.encode(document), Oddities()
    decode_answer(QUERIES[name], raw)
    oddities.notice(name, raw, QUERIES[name].answer)
    assert oddities.counts == {}


async def test_a_walk_through_pages_and_a_full_millisecond_is_every_fill_in_its_order() -> None:
    """4500 fills of which 1999 share a millisecond that two pages cut, and the next millisecond fills a whole page."""
    times = [*range(500), *[500] * 1999, *[501] * 2000, 502]
    fills = tuple(
        msgspec.structs.replace(TEMPLATE, time=BEGIN_MS + time, tid=place + 1, start_position=f"{place / 1000:.3f}")
        for place, time in enumerate(times)
    )
    recording = Recording((RecordedAccount("one", ACCOUNTS[0].wallet, "1000000", fills),), "a test")
    simulator = Simulator(recording, wait_for_client=True, resume_at_ms=BEGIN_MS + 1000)
    await simulator.start()
    try:
        async with InfoClient(Endpoint.simulator(simulator.url)) as client:
            pages = [page async for page in client.all_user_fills(ACCOUNTS[0].wallet, 0, YEAR_2100_MS)]
    finally:
        await simulator.stop()
    assert [fill.tid for page in pages for fill in page.fills] == list(range(1, len(times) + 1))
    assert [page.cut_at_ms for page in pages if page.cut_at_ms] == [BEGIN_MS + 501]


BEGIN_MS = 1_760_788_800_000
TEMPLATE = Fill(
    coin="BTC", px="100000", sz="0.001", side="B", time=BEGIN_MS, start_position="0.0", dir="Open Long",
    closed_pnl="0.0", hash=NO_HASH, oid=7, crossed=True, fee="0.0", tid=1,
)  # fmt: skip
