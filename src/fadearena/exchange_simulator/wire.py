"""The two doors of the exchange: POST /info, and the socket at /ws.

Status codes and bodies: section 2. Frames of the client, acknowledgements and error texts: section 10. There is no
/exchange: this exchange takes no orders.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from fadearena.exchange_simulator import feed, info
from fadearena.exchange_simulator.connection import Connection
from fadearena.exchange_simulator.distortions import halted, spiked
from fadearena.exchange_simulator.exchange import Exchange
from fadearena.exchange_simulator.faults import Fault, Faults, Moment, Subject
from fadearena.exchange_simulator.hub import Client, Hub, RefusedSubscriptionError
from fadearena.exchange_simulator.info_request import InfoRefusedError, InfoRequest, failed
from fadearena.exchange_simulator.subscription import NoSubscriptionError, Subscription, possible, read

MESSAGE_BYTES_MAX = 1 << 20
CLOSING_S_MAX = 1.0
GREETING = b"Websocket connection established."
JSON = "application/json"
TOO_MANY_REQUESTS = 429
NOBODY = "0x" + "0" * 40
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head></html>"


class Doors:
    """The request handlers; they share one exchange, one hub, one plan of faults.

    Args:
        greets: whether a socket begins with the plain text that some of the exchange's servers send.
    """

    def __init__(self, exchange: Exchange, hub: Hub, faults: Faults, *, greets: bool = False) -> None:
        self._exchange = exchange
        self._hub = hub
        self._faults = faults
        self._greets = greets

    async def info(self, request: web.Request) -> web.StreamResponse:
        """POST /info."""
        client, now_s = self._hub.client(request.remote or ""), asyncio.get_running_loop().time()
        try:
            if request.content_type != JSON:
                raise InfoRefusedError(415, "Expected request with `Content-Type: application/json`")
            asked = InfoRequest(_decoded(await _body(request)))
            fault = self._faults.strike(_subject(asked), moment_of(self._exchange))
            if fault is not None:
                return await self._harmed(fault, asked, request)
            if not client.weight.take(info.weight(asked.type), now_s):
                raise InfoRefusedError(TOO_MANY_REQUESTS, "null")
            document, rows_weight = info.answer(self._exchange, asked)
        except InfoRefusedError as refusal:
            kind = JSON if refusal.body == "null" else "text/plain"
            return web.Response(status=refusal.status, text=refusal.body, content_type=kind)
        client.weight.charge(rows_weight, now_s)
        return web.Response(body=msgspec.json.encode(document), content_type=JSON)

    async def _harmed(self, fault: Fault, asked: InfoRequest, request: web.Request) -> web.StreamResponse:
        """What a planned fault makes of a request."""
        match fault.kind:
            case "http_429":
                raise InfoRefusedError(TOO_MANY_REQUESTS, "null")
            case "http_502":
                return web.Response(status=502, text=BAD_GATEWAY, content_type="text/html")
            case "http_garbage":
                body = msgspec.json.encode(info.answer(self._exchange, asked)[0])
                return web.Response(body=body[: len(body) // 2], content_type=JSON)
            case "http_spike" | "http_halt" | "http_empty":
                return web.Response(body=msgspec.json.encode(self._lie(fault, asked)), content_type=JSON)
            case "http_timeout":
                await asyncio.sleep(fault.delay_ms / 1000)
                if request.transport is not None:
                    request.transport.abort()
        raise failed()

    def _lie(self, fault: Fault, asked: InfoRequest) -> Any:
        """An answer of the right shape that is not true."""
        if fault.kind == "http_empty":
            return info.answer(self._exchange, asked.about(NOBODY))[0]
        document = info.answer(self._exchange, asked)[0]
        if asked.type == "allMids":
            return spiked({"mids": document})["mids"]
        return spiked(document) if fault.kind == "http_spike" else halted(document)

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """GET /ws."""
        client, loop = self._hub.client(request.remote or ""), asyncio.get_running_loop()
        if not self._hub.admits(client, loop.time()):
            return web.Response(status=TOO_MANY_REQUESTS, text="null", content_type=JSON)
        socket = web.WebSocketResponse(timeout=CLOSING_S_MAX, max_msg_size=MESSAGE_BYTES_MAX, compress=False)
        await socket.prepare(request)
        connection = Connection(socket, request.transport, self._faults)
        client.connections.add(connection)
        writer = loop.create_task(connection.write())
        session = _Session(self._exchange, self._hub, client, connection)
        if self._greets:
            connection.send_raw(GREETING)
        try:
            async for message in socket:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    session.receive(message.data)
        finally:
            self._hub.leave(client, connection, loop.time())
            await session.end()
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
        return socket


class _Session:
    """What one client says on one socket, and what it is told."""

    def __init__(self, exchange: Exchange, hub: Hub, client: Client, connection: Connection) -> None:
        self._exchange = exchange
        self._hub = hub
        self._client = client
        self._connection = connection
        self._posts: set[asyncio.Task[None]] = set()

    def receive(self, data: str | bytes) -> None:
        """One message of the client."""
        if not self._client.messages.take(1, asyncio.get_running_loop().time()):
            self._error(f"Cannot send more than {self._hub.limits.messages_per_minute} messages per minute.")
            return
        try:
            words = msgspec.json.decode(data)
            method = words["method"]
            if method == "ping":
                self._connection.send_raw(b'{"channel":"pong"}')
            elif method in ("subscribe", "unsubscribe"):
                self._subscription(method, words["subscription"])
            elif method == "post":
                self._post(words["id"], words["request"])
            else:
                self._unparsable(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError, TypeError, NoSubscriptionError):
            self._unparsable(data)

    async def end(self) -> None:
        for task in self._posts:
            task.cancel()
        await asyncio.gather(*self._posts, return_exceptions=True)

    def _error(self, text: str) -> None:
        self._connection.send("error", text)

    def _unparsable(self, data: str | bytes) -> None:
        text = data if isinstance(data, str) else data.decode("utf-8", "replace")
        self._error(f"Error parsing JSON into valid websocket request: {text}")

    def _subscription(self, method: str, words: object) -> None:
        wanted = read(words)
        if not possible(wanted, self._exchange):
            self._error(f"Invalid subscription {msgspec.json.encode(wanted.echo()).decode()}")
            return
        try:
            if method == "subscribe":
                self._hub.subscribe(self._client, self._connection, wanted, asyncio.get_running_loop().time())
            else:
                self._hub.unsubscribe(self._connection, wanted)
        except RefusedSubscriptionError as refusal:
            self._error(str(refusal))
            return
        acknowledgement = {"method": method, "subscription": wanted.echo()}
        first = feed.first(self._exchange, wanted) if method == "subscribe" else None
        if wanted.type == "trades" and first is not None:
            self._publish_first(wanted, first)
        self._connection.send("subscriptionResponse", acknowledgement)
        if wanted.type != "trades" and first is not None:
            self._publish_first(wanted, first)

    def _publish_first(self, wanted: Subscription, data: Any) -> None:
        self._connection.publish(wanted, feed.telling(wanted, data), moment_of(self._exchange))

    def _post(self, number: int, request: dict[str, Any]) -> None:
        if isinstance(number, bool) or not isinstance(number, int):
            raise TypeError
        kind, payload = request["type"], request["payload"]
        if kind not in ("info", "action"):
            raise TypeError
        if self._client.posts_in_flight() >= self._hub.limits.posts_in_flight:
            self._error(f"too many pending post requests id={number}")
            return
        self._connection.posts_in_flight += 1
        task = asyncio.get_running_loop().create_task(self._answer(number, kind, payload))
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)

    async def _answer(self, number: int, kind: str, payload: object) -> None:
        response: dict[str, Any]
        try:
            if kind == "action":
                raise InfoRefusedError(404, "Not Found")
            asked = InfoRequest(payload)
            document, _ = info.answer(self._exchange, asked)
            response = {"type": "info", "payload": {"type": asked.type, "data": document}}
        except InfoRefusedError as refusal:
            response = {"type": "error", "payload": _POST_ERRORS.get(refusal.status, str(refusal))}
        finally:
            self._connection.posts_in_flight -= 1
        self._connection.send("post", {"id": number, "response": response})


_POST_ERRORS = {500: "500 Internal Server Error"}


def _subject(asked: InfoRequest) -> Subject:
    coin = asked.word("coin")
    return Subject(type=asked.type, user=asked.word("user"), coins=frozenset((coin,)) if coin else frozenset())


def moment_of(exchange: Exchange) -> Moment:
    """Where the replay stands, for the plan of faults."""
    return Moment(exchange.now_ms, exchange.fills_replayed)


async def _body(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.RequestPayloadError:
        raise InfoRefusedError(400, "Failed to read the request body") from None


def _decoded(body: bytes) -> object:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InfoRefusedError(400, "Failed to parse the request body as JSON") from None
