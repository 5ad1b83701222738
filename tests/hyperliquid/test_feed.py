"""The feed against a real WebSocket server that greets, drops, falls silent and talks nonsense."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import TypeVar

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve

from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.hyperliquid.errors import NotReachableError
from fadearena.hyperliquid.feed import Feed
from fadearena.hyperliquid.messages.frames import BboFrame, UserFillsFrame
from fadearena.hyperliquid.session_events import (
    Connected,
    Disconnected,
    Event,
    Limits,
    Malformed,
    Message,
    Refused,
    Silent,
    Subscribed,
)
from fadearena.hyperliquid.subscriptions import Subscription
from fadearena.hyperliquid.transport import open_socket

USER = "0x" + "a" * 40
FILLS = Subscription.user_fills(USER)
BBO = Subscription.bbo("BTC")
FAST = Limits(
    tick_ms=20,
    ping_after_ms=100,
    silence_ms=300,
    dial_ms=1000,
    ack_wait_ms=200,
    backoff_min_ms=20,
    backoff_max_ms=80,
    connections_per_minute=1000,
)
One = TypeVar("One")
Handler = Callable[["_Exchange", ServerConnection], Awaitable[None]]


async def _polite(exchange: _Exchange, connection: ServerConnection) -> None:
    await connection.send("Websocket connection established.")
    async for raw in connection:
        await exchange.answer(connection, raw)


class _Exchange:
    """A server that keeps its connections and what it was told."""

    def __init__(self, handler: Handler = _polite) -> None:
        self.handler = handler
        self.connections: list[ServerConnection] = []
        self.heard: list[dict[str, object]] = []
        self.url = ""

    async def serve(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        await self.handler(self, connection)

    async def answer(self, connection: ServerConnection, raw: str | bytes) -> None:
        request = json.loads(raw)
        self.heard.append(request)
        if request["method"] == "ping":
            await connection.send('{"channel":"pong"}')
        else:
            await connection.send(json.dumps({"channel": "subscriptionResponse", "data": request}))

    async def say(self, raw: str) -> None:
        await self.connections[-1].send(raw)

    def asked(self, subscription: Subscription) -> int:
        content = json.loads(subscription.request("subscribe"))
        return self.heard.count(content)


@asynccontextmanager
async def _listening(exchange: _Exchange) -> AsyncIterator[Server]:
    async with serve(exchange.serve, "127.0.0.1", 0, max_size=None) as server:
        host, port = server.sockets[0].getsockname()[:2]
        exchange.url = f"http://{host}:{port}"
        yield server


@asynccontextmanager
async def _fed(exchange: _Exchange, *subscriptions: Subscription, queue_max: int = 1000) -> AsyncIterator[Feed]:
    feed = Feed(Endpoint.simulator(exchange.url), random=Random(1), limits=FAST, queue_max=queue_max)
    feed.subscribe(*subscriptions)
    async with feed:
        yield feed


async def _next(feed: Feed, kind: type[One]) -> One:
    """The next event of a kind; events before it are passed over."""
    async with asyncio.timeout(3):
        async for event in feed:
            if isinstance(event, kind):
                return event
    raise AssertionError(kind)


def _bbo(time_ms: int) -> str:
    return json.dumps({"channel": "bbo", "data": {"coin": "BTC", "time": time_ms, "bbo": [None, None]}})


async def test_a_feed_connects_subscribes_and_delivers_with_the_bytes_that_came() -> None:
    exchange = _Exchange()
    async with _listening(exchange), _fed(exchange, BBO, FILLS) as feed:
        assert (await _next(feed, Connected)).attempt == 1
        assert {(await _next(feed, Subscribed)).subscription for _ in range(2)} == {FILLS, BBO}
        assert feed.is_live(FILLS)
        raw = json.dumps({"channel": "userFills", "data": {"user": USER, "isSnapshot": True, "fills": []}})
        await exchange.say(raw)
        message = await _next(feed, Message)
        assert isinstance(message.frame, UserFillsFrame)
        assert message.raw == raw.encode()
        assert message.time_ms > 1_700_000_000_000


async def test_subscriptions_come_and_go_while_the_feed_runs() -> None:
    exchange = _Exchange()
    async with _listening(exchange), _fed(exchange) as feed:
        await _next(feed, Connected)
        feed.subscribe(BBO)
        assert (await _next(feed, Subscribed)).subscription == BBO
        feed.unsubscribe(BBO)
        feed.subscribe(FILLS)
        await _next(feed, Subscribed)
        assert feed.subscriptions == (FILLS,)
        methods = [request["method"] for request in exchange.heard if request["method"] != "ping"]
        assert methods == ["subscribe", "unsubscribe", "subscribe"]


async def test_a_dropped_connection_is_said_and_everything_is_subscribed_again() -> None:
    exchange = _Exchange()
    async with _listening(exchange), _fed(exchange, FILLS) as feed:
        await _next(feed, Subscribed)
        exchange.connections[-1].transport.abort()
        await _next(feed, Disconnected)
        assert (await _next(feed, Connected)).attempt == 2
        await _next(feed, Subscribed)
        assert exchange.asked(FILLS) == 2


async def test_the_servers_goodbye_is_the_reason() -> None:
    exchange = _Exchange()
    async with _listening(exchange), _fed(exchange, FILLS) as feed:
        await _next(feed, Subscribed)
        await exchange.connections[-1].close(1000, "Expired")
        assert "Expired" in (await _next(feed, Disconnected)).reason


async def test_a_silent_server_is_left() -> None:
    async def mute(server: _Exchange, connection: ServerConnection) -> None:
        if len(server.connections) > 1:
            await _polite(server, connection)
        async for _ in connection:
            pass

    exchange = _Exchange(mute)
    async with _listening(exchange), _fed(exchange) as feed:
        await _next(feed, Connected)
        assert "nothing heard" in (await _next(feed, Disconnected)).reason
        await _next(feed, Connected)


async def test_pings_keep_a_quiet_connection() -> None:
    exchange = _Exchange()
    async with _listening(exchange), _fed(exchange, FILLS) as feed:
        await _next(feed, Subscribed)
        await asyncio.sleep(0.7)
        assert feed.is_connected
        assert len(exchange.connections) == 1
        assert exchange.heard.count({"method": "ping"}) >= 4


async def test_a_server_that_is_not_there_yet_is_waited_for() -> None:
    exchange = _Exchange()
    async with _listening(exchange) as server:
        port = server.sockets[0].getsockname()[1]
    async with _fed(exchange, FILLS) as feed:
        assert "ws://127.0.0.1" in (await _next(feed, Disconnected)).reason
        await _next(feed, Disconnected)
        async with serve(exchange.serve, "127.0.0.1", port):
            await _next(feed, Connected)
            await _next(feed, Subscribed)


async def test_bad_frames_are_events_and_the_others_go_on() -> None:
    exchange = _Exchange()
    async with _listening(exchange), _fed(exchange, BBO) as feed:
        await _next(feed, Subscribed)
        for bad in ("{", '{"channel":"bbo","data":[]}', '{"channel":"bbo"}', "[1]"):
            await exchange.say(bad)
            malformed = await _next(feed, Malformed)
            assert malformed.quoted.startswith(bad[:5])
        await exchange.say(_bbo(7))
        message = await _next(feed, Message)
        assert isinstance(message.frame, BboFrame)
        assert feed.oddities.counts == {"malformed": 4}
        assert len(exchange.connections) == 1


async def test_a_message_in_fragments_is_one_message() -> None:
    exchange = _Exchange()
    async with _listening(exchange), _fed(exchange, BBO) as feed:
        await _next(feed, Subscribed)
        text = _bbo(7)
        await exchange.connections[-1].send([text[:10], text[10:20], text[20:]])
        assert (await _next(feed, Message)).raw == text.encode()


async def test_a_refused_subscription_is_an_event() -> None:
    exchange = _Exchange()
    async with _listening(exchange), _fed(exchange) as feed:
        await _next(feed, Connected)
        feed.subscribe(*(Subscription.user_fills("0x" + f"{number:040x}") for number in range(11)))
        refused = await _next(feed, Refused)
        assert (refused.code, refused.observed, refused.limit) == ("users", 11, 10)


async def test_an_unanswered_subscription_is_asked_for_again_on_a_new_connection() -> None:
    async def forgetful(server: _Exchange, connection: ServerConnection) -> None:
        async for raw in connection:
            if "subscribe" in str(raw) and len(server.connections) == 1:
                server.heard.append(json.loads(raw))
                await connection.send('{"channel":"pong"}')
            else:
                await server.answer(connection, raw)

    exchange = _Exchange(forgetful)
    async with _listening(exchange), _fed(exchange, FILLS) as feed:
        assert "no sign of life" in (await _next(feed, Disconnected)).reason
        assert exchange.asked(FILLS) == FAST.asks_max
        await _next(feed, Subscribed)


async def test_a_consumer_that_falls_behind_is_told_and_nothing_is_left_out_silently() -> None:
    exchange = _Exchange()
    async with _listening(exchange), _fed(exchange, BBO, queue_max=50) as feed:
        await _next(feed, Subscribed)
        for number in range(80):
            await exchange.say(_bbo(number))
        await asyncio.sleep(0.3)
        assert len(exchange.connections) == 1
        seen: list[Event] = []
        async with asyncio.timeout(3):
            async for event in feed:
                seen.append(event)
                if isinstance(event, Connected):
                    break
        times = [
            event.frame.data.time for event in seen if isinstance(event, Message) and isinstance(event.frame, BboFrame)
        ]
        assert times == list(range(50))
        assert [event.reason for event in seen if isinstance(event, Disconnected)] == ["the consumer fell behind"]


async def test_a_closed_feed_ends_its_iteration_and_its_connection() -> None:
    exchange = _Exchange()
    async with _listening(exchange):
        async with _fed(exchange, FILLS) as feed:
            await _next(feed, Subscribed)
            await feed.aclose()
            await feed.aclose()
            async with asyncio.timeout(2):
                rest = [event async for event in feed]
                assert [type(event) for event in rest] == [Disconnected]
                assert [event async for event in feed] == []
        async with asyncio.timeout(2):
            await exchange.connections[-1].wait_closed()


async def test_a_defect_ends_the_iteration_with_its_error() -> None:
    def broken_clock() -> int:
        raise ZeroDivisionError

    async with Feed(Endpoint.simulator("http://127.0.0.1:9"), now_ms=lambda: 1) as feed:
        feed._now_ms = broken_clock
        with pytest.raises(ZeroDivisionError):
            await _next(feed, Message)
        feed._now_ms = lambda: 1


async def test_a_silent_feed_that_should_tick_is_noticed_while_the_socket_lives() -> None:
    exchange = _Exchange()
    mids = Subscription.all_mids()
    hurried = 31_000
    async with _listening(exchange):
        feed = Feed(Endpoint.simulator(exchange.url), random=Random(1), limits=Limits(tick_ms=20, silence_ms=10**9))
        feed.subscribe(mids)
        async with feed:
            await _next(feed, Subscribed)
            steady = feed._now_ms
            feed._now_ms = lambda: steady() + hurried
            assert (await _next(feed, Silent)).subscription == mids
            await _next(feed, Subscribed)
            assert exchange.asked(mids) == 2


async def test_a_redirected_socket_is_not_followed() -> None:
    from http import HTTPStatus

    from websockets.http11 import Request, Response

    def elsewhere(connection: ServerConnection, _: Request) -> Response:
        response = connection.respond(HTTPStatus.TEMPORARY_REDIRECT, "")
        response.headers["Location"] = "ws://127.0.0.1:9/ws"
        return response

    async with serve(_Exchange().serve, "127.0.0.1", 0, process_request=elsewhere) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NotReachableError):
            await open_socket(f"ws://127.0.0.1:{port}/ws", lambda _: None, lambda _: None)
