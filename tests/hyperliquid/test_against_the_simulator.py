"""Client and feed against the simulated exchange: what the socket tells and what the history tells is the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from random import Random

import pytest

from fadearena.domain.identifiers import bot_id
from fadearena.exchange_simulator.simulator import Simulator
from fadearena.hyperliquid.client import InfoClient
from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.hyperliquid.feed import Feed
from fadearena.hyperliquid.messages import Fill, raw_fills
from fadearena.hyperliquid.messages.frames import UserFillsFrame
from fadearena.hyperliquid.recordings import RecordedAccount, season_one
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
