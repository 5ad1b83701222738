"""The info client against a real HTTP server: what it asks, what it survives, what it gives up on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest
from aiohttp import web

from fadearena.hyperliquid.budget import WeightBudget
from fadearena.hyperliquid.client import FillPage, InfoClient, Patience
from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.hyperliquid.errors import (
    HyperliquidError,
    MalformedMessageError,
    NotReachableError,
    RateLimitedError,
    RefusedError,
)
from fadearena.hyperliquid.messages import Fill
from fadearena.hyperliquid.messages.queries import PERP_DEXS, QUERIES
from fadearena.hyperliquid.transport import Http

WALLET = "0x" + "a" * 40
Answer = Callable[[dict[str, Any]], Awaitable[web.StreamResponse]]


class _VirtualTime:
    """Sleeping takes no time and is written down."""

    def __init__(self) -> None:
        self.now_ms = 0
        self.sleeps: list[float] = []

    def read(self) -> int:
        return self.now_ms

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now_ms += round(seconds * 1000)
        await asyncio.sleep(0)


class _Exchange:
    """Answers with what the test says, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answer: Answer = _say(None)
        self.url = ""

    async def info(self, request: web.Request) -> web.StreamResponse:
        assert request.content_type == "application/json"
        self.asked.append(json.loads(await request.read()))
        return await self.answer(self.asked[-1])


def _say(content: object, status: int = 200) -> Answer:
    async def answer(_: dict[str, Any]) -> web.StreamResponse:
        return web.Response(status=status, body=json.dumps(content).encode(), content_type="application/json")

    return answer


def _in_turn(*answers: Answer) -> Answer:
    left = list(answers)

    async def answer(request: dict[str, Any]) -> web.StreamResponse:
        return await (left.pop(0) if len(left) > 1 else left[0])(request)

    return answer


@asynccontextmanager
async def _serve(exchange: _Exchange) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/info", exchange.info)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    exchange.url = f"http://{host}:{port}"
    try:
        yield
    finally:
        await runner.cleanup()


@pytest.fixture
async def exchange() -> AsyncIterator[_Exchange]:
    made = _Exchange()
    async with _serve(made):
        yield made


@pytest.fixture
def clock() -> _VirtualTime:
    return _VirtualTime()


@pytest.fixture
async def client(exchange: _Exchange, clock: _VirtualTime) -> AsyncIterator[InfoClient]:
    async with _client(exchange, clock) as made:
        yield made


def _client(exchange: _Exchange, clock: _VirtualTime, **options: Any) -> InfoClient:
    return InfoClient(
        Endpoint.simulator(exchange.url), random=Random(1), now_ms=clock.read, sleep=clock.sleep, **options
    )


def _row(time_ms: int, tid: int, coin: str = "BTC") -> dict[str, Any]:
    return {
        "coin": coin,
        "px": "1.0",
        "sz": "1.0",
        "side": "B",
        "time": time_ms,
        "startPosition": "0.0",
        "dir": "Buy",
        "closedPnl": "0.0",
        "hash": "0x",
        "oid": 1,
        "crossed": True,
        "fee": "0.0",
        "tid": tid,
        "feeToken": "USDC",
    }


def _history(rows: list[dict[str, Any]], page_rows: int = 2000) -> Answer:
    async def answer(request: dict[str, Any]) -> web.StreamResponse:
        fitting = [row for row in rows if request["startTime"] <= row["time"] <= request["endTime"]]
        return await _say(fitting[:page_rows])(request)

    return answer


async def _walk(client: InfoClient, start_ms: int, end_ms: int) -> list[FillPage]:
    return [page async for page in client.all_user_fills(WALLET, start_ms, end_ms)]


CALLS: dict[str, tuple[Callable[[InfoClient], Awaitable[object]], dict[str, Any]]] = {
    "meta": (lambda c: c.meta("xyz"), {"dex": "xyz"}),
    "metaAndAssetCtxs": (lambda c: c.meta_and_asset_ctxs(), {}),
    "perpDexs": (lambda c: c.perp_dexs(), {}),
    "allMids": (lambda c: c.all_mids(), {}),
    "l2Book": (lambda c: c.l2_book("BTC"), {"coin": "BTC"}),
    "recentTrades": (lambda c: c.recent_trades("BTC"), {"coin": "BTC"}),
    "candleSnapshot": (
        lambda c: c.candle_snapshot("BTC", "1h", 1, 2),
        {"req": {"coin": "BTC", "interval": "1h", "startTime": 1, "endTime": 2}},
    ),
    "fundingHistory": (lambda c: c.funding_history("BTC", 1), {"coin": "BTC", "startTime": 1}),
    "clearinghouseState": (lambda c: c.clearinghouse_state(WALLET, "xyz"), {"user": WALLET, "dex": "xyz"}),
    "spotClearinghouseState": (lambda c: c.spot_clearinghouse_state(WALLET), {"user": WALLET}),
    "openOrders": (lambda c: c.open_orders(WALLET), {"user": WALLET}),
    "frontendOpenOrders": (lambda c: c.frontend_open_orders(WALLET), {"user": WALLET}),
    "userFills": (lambda c: c.user_fills(WALLET), {"user": WALLET}),
    "userTwapSliceFills": (lambda c: c.user_twap_slice_fills(WALLET), {"user": WALLET}),
    "historicalOrders": (lambda c: c.historical_orders(WALLET), {"user": WALLET}),
    "userFunding": (lambda c: c.user_funding(WALLET, 1, 2), {"user": WALLET, "startTime": 1, "endTime": 2}),
    "userNonFundingLedgerUpdates": (
        lambda c: c.user_non_funding_ledger_updates(WALLET, 1),
        {"user": WALLET, "startTime": 1},
    ),
    "userRateLimit": (lambda c: c.user_rate_limit(WALLET), {"user": WALLET}),
    "portfolio": (lambda c: c.portfolio(WALLET), {"user": WALLET}),
    "userRole": (lambda c: c.user_role(WALLET), {"user": WALLET}),
    "subAccounts": (lambda c: c.sub_accounts(WALLET), {"user": WALLET}),
    "extraAgents": (lambda c: c.extra_agents(WALLET), {"user": WALLET}),
    "spotMeta": (lambda c: c.spot_meta(), {}),
    "activeAssetData": (lambda c: c.active_asset_data(WALLET, "BTC"), {"user": WALLET, "coin": "BTC"}),
}


@pytest.mark.parametrize("kind", CALLS)
async def test_each_method_asks_its_question_and_reads_the_recorded_answer(
    kind: str, exchange: _Exchange, client: InfoClient, recording: Callable[[str], Any]
) -> None:
    names = {
        "meta": "info_meta_2025",
        "clearinghouseState": "info_clearinghouseState_isolated",
        "userTwapSliceFills": "info_userTwapSliceFills_empty",
    }
    exchange.answer = _say(recording(names.get(kind, f"info_{kind}") + ".json")["response"])
    call, fields = CALLS[kind]
    answer = await call(client)
    assert exchange.asked == [{"type": kind, **fields}]
    assert answer is not None
    assert kind in QUERIES


async def test_an_order_is_asked_for_by_oid_or_cloid(exchange: _Exchange, client: InfoClient) -> None:
    exchange.answer = _say({"status": "unknownOid"})
    assert (await client.order_status(WALLET, 77)).status == "unknownOid"
    await client.order_status(WALLET, "0xabc")
    assert [request["oid"] for request in exchange.asked] == [77, "0xabc"]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_read_is_tried_again_after_429_and_server_faults(
    status: int, exchange: _Exchange, client: InfoClient, clock: _VirtualTime
) -> None:
    exchange.answer = _in_turn(_say(None, status), _say(None, status), _say([None]))
    assert await client.perp_dexs() == [None]
    assert len(exchange.asked) == 3
    assert len(clock.sleeps) >= 2


async def test_tries_are_bounded_and_the_pauses_grow(
    exchange: _Exchange, client: InfoClient, clock: _VirtualTime
) -> None:
    exchange.answer = _say("boom", 500)
    with pytest.raises(RefusedError) as caught:
        await client.perp_dexs()
    assert caught.value.status == 500
    assert "boom" in caught.value.body
    assert len(exchange.asked) == Patience().tries
    assert len(clock.sleeps) == Patience().tries - 1
    for number, pause in enumerate(clock.sleeps):
        assert 0.125 * 2**number <= pause <= 0.25 * 2**number


async def test_429_without_end_is_a_rate_limit_error_and_closes_the_budget(
    exchange: _Exchange, client: InfoClient, clock: _VirtualTime
) -> None:
    exchange.answer = _say(None, 429)
    with pytest.raises(RateLimitedError):
        await client.perp_dexs()
    assert sum(clock.sleeps) >= 30


@pytest.mark.parametrize("status", [301, 302, 400, 404, 422])
async def test_a_refusal_and_a_redirect_are_not_tried_again(
    status: int, exchange: _Exchange, client: InfoClient
) -> None:
    exchange.answer = _say("Failed to deserialize the JSON body into the target type", status)
    with pytest.raises(RefusedError) as caught:
        await client.perp_dexs()
    assert caught.value.status == status
    assert "Failed to deserialize" in str(caught.value)
    assert len(exchange.asked) == 1


async def test_a_redirect_is_not_followed(exchange: _Exchange, client: InfoClient) -> None:
    async def elsewhere(_: dict[str, Any]) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": exchange.url + "/info"})

    exchange.answer = elsewhere
    with pytest.raises(RefusedError):
        await client.perp_dexs()
    assert len(exchange.asked) == 1


async def test_a_malformed_answer_is_not_tried_again(exchange: _Exchange, client: InfoClient) -> None:
    exchange.answer = _say({"not": "a list"})
    with pytest.raises(MalformedMessageError, match="perpDexs"):
        await client.perp_dexs()
    assert len(exchange.asked) == 1


async def test_a_server_that_is_gone_is_not_reachable(clock: _VirtualTime) -> None:
    exchange = _Exchange()
    async with _serve(exchange):
        pass
    async with _client(exchange, clock) as client:
        with pytest.raises(NotReachableError, match=r"127\.0\.0\.1"):
            await client.perp_dexs()
    assert len(clock.sleeps) == Patience().tries - 1


async def test_a_server_that_does_not_answer_in_time_is_not_reachable(exchange: _Exchange, clock: _VirtualTime) -> None:
    async def never(_: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(0.5)
        return web.Response()

    exchange.answer = never
    http = Http(Endpoint.simulator(exchange.url), request_seconds=0.1)
    async with _client(exchange, clock, http=http, patience=Patience(tries=1)) as client:
        with pytest.raises(NotReachableError):
            await client.perp_dexs()


async def test_a_connection_that_breaks_in_the_middle_is_tried_again(exchange: _Exchange, client: InfoClient) -> None:
    async def breaks(_: dict[str, Any]) -> web.StreamResponse:
        raise ConnectionResetError

    async def stops_short(_: dict[str, Any]) -> web.StreamResponse:
        return web.Response(body=b"[nu", headers={"Connection": "close"})

    exchange.answer = _in_turn(breaks, _say([None]))
    assert await client.perp_dexs() == [None]
    exchange.answer = stops_short
    with pytest.raises(HyperliquidError):
        await client.perp_dexs()


async def test_the_budget_makes_requests_wait_and_counts_what_long_answers_cost(
    exchange: _Exchange, clock: _VirtualTime
) -> None:
    exchange.answer = _say([_row(1, number) for number in range(100)])
    async with _client(exchange, clock, budget=WeightBudget(60, 0)) as client:
        await client.user_fills(WALLET)
        await client.user_fills(WALLET)
        assert clock.sleeps == []
        await client.user_fills(WALLET)
    assert clock.sleeps == [60.0]


async def test_an_urgent_question_uses_what_is_kept_back(exchange: _Exchange, clock: _VirtualTime) -> None:
    exchange.answer = _say([None])
    async with _client(exchange, clock, budget=WeightBudget(40, 0.5)) as client:
        await client.perp_dexs()
        await client.urgently().perp_dexs()
        assert clock.sleeps == []


async def test_a_wait_beyond_patience_is_refused_at_once(exchange: _Exchange, clock: _VirtualTime) -> None:
    exchange.answer = _say([None])
    patience = Patience(budget_wait_max_ms=1000)
    async with _client(exchange, clock, budget=WeightBudget(20, 0), patience=patience) as client:
        await client.perp_dexs()
        with pytest.raises(RateLimitedError, match="60000 ms"):
            await client.perp_dexs()
    assert len(exchange.asked) == 1


async def test_news_in_an_answer_are_counted(exchange: _Exchange, client: InfoClient) -> None:
    exchange.answer = _say([{"name": "xyz", "fullName": "X", "deployer": "0x", "shoeSize": 44}])
    await client.ask(PERP_DEXS)
    assert client.oddities.counts == {"perpDexs[].shoeSize": 1}


async def test_a_walk_gives_each_fill_once_although_bounds_are_inclusive(
    exchange: _Exchange, client: InfoClient
) -> None:
    rows = [_row(1000 + number // 3, number + 1) for number in range(4500)]
    exchange.answer = _history(rows)
    pages = await _walk(client, 1000, 9000)
    fills = [fill for page in pages for fill in page.fills]
    assert [fill.tid for fill in fills] == [row["tid"] for row in rows]
    assert all(page.cut_at_ms is None for page in pages)
    assert len(exchange.asked) == 3
    assert exchange.asked[1]["startTime"] == pages[0].fills[-1].time


async def test_a_walk_tells_apart_fills_of_one_trade_id(exchange: _Exchange, client: InfoClient) -> None:
    rows = [_row(1, 7, "BTC"), _row(1, 7, "ETH"), {**_row(1, 7, "BTC"), "side": "A"}, _row(2, 7, "BTC")]
    exchange.answer = _history(rows)
    pages = await _walk(client, 0, 10)
    assert [len(page.fills) for page in pages] == [4]


async def test_a_millisecond_that_fills_a_page_is_passed_and_said(exchange: _Exchange, client: InfoClient) -> None:
    rows = [_row(5, 1), *(_row(7, number + 10) for number in range(2500)), _row(8, 2)]
    exchange.answer = _history(rows)
    pages = await _walk(client, 0, 100)
    fills = [fill for page in pages for fill in page.fills]
    assert [page.cut_at_ms for page in pages] == [None, 7, None]
    assert len(fills) == len({fill.key for fill in fills}) == 1 + 2000 + 1
    assert fills[-1].time == 8


async def test_a_walk_that_ends_within_a_full_millisecond_ends(exchange: _Exchange, client: InfoClient) -> None:
    exchange.answer = _history([_row(7, number + 10) for number in range(2500)])
    pages = await _walk(client, 7, 7)
    assert [(len(page.fills), page.cut_at_ms) for page in pages] == [(2000, 7)]


async def test_a_walk_through_nothing_is_empty(exchange: _Exchange, client: InfoClient) -> None:
    exchange.answer = _history([])
    assert await _walk(client, 0, 10) == []


async def test_a_walk_refuses_pages_that_are_not_ascending(exchange: _Exchange, client: InfoClient) -> None:
    exchange.answer = _say([_row(9, 1), _row(8, 2)])
    with pytest.raises(MalformedMessageError, match="ascending"):
        await _walk(client, 0, 10)


async def test_a_walk_keeps_the_order_of_one_millisecond(exchange: _Exchange, client: InfoClient) -> None:
    exchange.answer = _history([_row(1, 9), _row(1, 3), _row(1, 5)])
    (page,) = await _walk(client, 0, 10)
    assert [fill.tid for fill in page.fills] == [9, 3, 5]
    assert isinstance(page.fills[0], Fill)
