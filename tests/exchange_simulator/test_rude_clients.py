"""Clients that talk nonsense, too much or not at all: each is answered or cut off, and the next one is served."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from fadearena.exchange_simulator.limits import UNLIMITED
from tests.exchange_simulator.factories import (
    NOON_MS,
    ONE,
    Client,
    client_of,
    fill,
    next_of,
    recording,
    running,
    user_fills,
)

NASTY = (
    "", "7", '"x"', "null", "\x00", "[" * 50_000, '{"method":[]}', '{"method":"post"}',
    '{"method":"post","id":true,"request":{}}',
    '{"method":"post","id":1,"request":[]}', '{"method":"post","id":1,"request":{"type":"info","payload":7}}',
    '{"method":"post","id":1,"request":{"type":"info","payload":{"type":"userFills","user":3}}}',
    '{"method":"subscribe","subscription":{"type":"bbo","coin":"NOPE","x":123456789012345678901234567890}}',
    '{"method":"subscribe","subscription":{"type":"l2Book","coin":"BTC","nSigFigs":12345678901234567890123}}',
    '{"method":"subscribe","subscription":{"type":["bbo"],"coin":"BTC"}}',
    '{"method":"subscribe","subscription":{"type":"userFills","user":"0x1"}}',
    '{"method":"subscribe","subscription":{"type":"candle","coin":"BTC","interval":"7m"}}',
)  # fmt: skip


async def test_no_word_of_a_client_breaks_the_socket(paused: Client) -> None:
    socket = await paused.socket()
    for text in NASTY:
        await socket.send_str(text)
        assert await next_of(socket, "error", "post"), text
    await socket.send_bytes(b"\xff\xfe")
    assert await next_of(socket, "error")
    await socket.send_json({"method": "ping"})
    assert await socket.receive_json(timeout=5) == {"channel": "pong"}


RUDE = (
    b"\x16\x03\x01\x02\x00",
    b"POST /info HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST /info HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
    (
        b"POST /info HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
        b"Content-Length: 5\r\n\r\nabcde"
    ),
)


async def spoken(url: str, words: bytes, *, listen: bool = True) -> bytes:
    """The first line that is answered to some bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]))
    writer.write(words)
    await writer.drain()
    line = await asyncio.wait_for(reader.readline(), 5) if listen else b""
    writer.close()
    await writer.wait_closed()
    return line


async def test_rude_clients_get_400_and_leave_no_word_in_the_log(
    paused: Client, caplog: pytest.LogCaptureFixture
) -> None:
    for words in RUDE:
        assert b" 400 " in await spoken(paused.url, words)
    cut_off = b"POST /info HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
    await spoken(paused.url, cut_off, listen=False)
    assert await paused.info(type="allMids")
    assert caplog.records == []


async def test_a_defect_of_ours_is_told_in_the_log(
    paused: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fadearena.exchange_simulator.info.TYPES", None)
    assert (await paused.refused(type="allMids"))[0] == 500
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [AttributeError]


async def test_bodies_too_large_or_too_deep_are_refused_and_the_next_client_is_served(paused: Client) -> None:
    headers = {"Content-Type": "application/json"}
    for body, status in (
        (b"x" * (2 << 20), 413),
        (b"[" * 500_000, 400),
        (b'{"type":"meta","x":' + b"[" * 500_000, 400),
    ):
        async with paused.session.post(f"{paused.url}/info", data=body, headers=headers) as answer:
            assert answer.status == status
    socket = await paused.socket()
    await socket.send_str("x" * (2 << 20))
    assert (await socket.receive(timeout=5)).data == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
    assert await paused.info(type="allMids")


async def test_what_waits_for_a_client_that_does_not_read_is_bounded_in_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fadearena.exchange_simulator.connection.QUEUE_FRAMES_MAX", 50)
    async with running(wait_for_client=True) as simulator, client_of(simulator) as client:
        socket = await client.socket()
        (connection,) = simulator.hub.connections()
        for _ in range(50):
            connection.send("error", "x")
        assert (await socket.receive_json(timeout=5))["channel"] == "error"
        for _ in range(52):
            connection.send("error", "x")
        while (message := await socket.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
            pass
        assert message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR, aiohttp.WSMsgType.CLOSE)


async def test_what_waits_for_a_client_that_does_not_read_is_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot is large and a request for it small: a few thousand of them would fill the memory."""
    monkeypatch.setattr("fadearena.exchange_simulator.connection.QUEUE_BYTES_MAX", 4 << 20)
    fills = (fill(size="0.001", start=f"{place / 1000:.3f}", time=NOON_MS + place) for place in range(2000))
    options: dict[str, Any] = {"resume_at_ms": NOON_MS + 3000, "limits": UNLIMITED}
    async with running(recording(*fills), **options) as simulator, client_of(simulator) as client:
        socket = await client.socket()
        (connection,) = simulator.hub.connections()
        (asked,) = user_fills([ONE])
        for _ in range(100):
            await socket.send_json({"method": "subscribe", "subscription": asked})
            await socket.send_json({"method": "unsubscribe", "subscription": asked})
        for _ in range(50):
            if connection not in simulator.hub.connections():
                break
            await asyncio.sleep(0.1)
        assert connection not in simulator.hub.connections()
