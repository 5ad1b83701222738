"""The live feed over real sockets: nothing missed, nothing twice, nobody waits for anybody."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from fadearena.core_api.conversation import MESSAGES_PER_WINDOW, NONSENSE_MAX
from fadearena.core_api.live_feed import RING_ITEMS
from fadearena.domain.records import SystemRecord
from fadearena.persistence.bookkeeping import Bookkeeping
from fadearena.persistence.database import Database
from fadearena.persistence.journal import PostgresJournal
from tests.core_api.serving import REPOSITORY, Server, running_server
from tests.persistence.entries import History

ALL = ["bot-trade", "my-trade", "decision", "settings-update", "error"]
FAULT = SystemRecord(1_767_225_600_000, "error", "trading", "an order was refused")


@asynccontextmanager
async def listening(server: Server, *channels: str, since: int | None = None) -> AsyncIterator[Any]:
    """A socket that has subscribed."""
    origin = websockets.Origin(server.address)
    async with websockets.connect(server.socket_address, origin=origin, max_size=2**24) as socket:
        assert (await told(socket))["type"] == "hello"
        wish: dict[str, Any] = {"type": "subscribe", "channels": list(channels)}
        if since is not None:
            wish["since"] = since
        await socket.send(json.dumps(wish))
        yield socket


async def told(socket: Any) -> dict[str, Any]:
    async with asyncio.timeout(10):
        item: dict[str, Any] = json.loads(await socket.recv())
        return item


async def told_until(socket: Any, seq: int) -> list[dict[str, Any]]:
    """Items up to the one with this sequence."""
    items: list[dict[str, Any]] = []
    while not items or items[-1]["seq"] < seq:
        items.append(await told(socket))
    return items


async def append(server: Server, history: History, count: int) -> int:
    """Writes entries as the trader does; the last sequence then."""
    async with await PostgresJournal.open(server.database_url) as journal:
        await journal.append(history.entries(count), await journal.controls_version())
    head: int = await ask(server, 'SELECT "seq" FROM "FeedCounter"')
    return head


async def record(server: Server, *records: SystemRecord) -> None:
    """Writes lines of the system's log as the trader does."""
    database = Database(server.database_url)
    try:
        await Bookkeeping(database).record_system(*records)
    finally:
        await database.close()


async def ask(server: Server, sql: str) -> Any:
    """The first value of a statement."""
    database = Database(server.database_url)
    try:
        return await database.fetchval(sql)
    finally:
        await database.close()


async def test_what_the_trader_commits_is_told_in_order(fresh_server: Server) -> None:
    history = History()
    async with listening(fresh_server, *ALL) as socket:
        assert (await told(socket))["type"] == "subscribed"
        head = await append(fresh_server, history, 30)
        items = await told_until(socket, head)
    assert [item["seq"] for item in items] == list(range(1, head + 1))
    assert {item["type"] for item in items} == {"bot-trade", "my-trade", "decision"}
    trade = next(item["data"] for item in items if item["type"] == "bot-trade")
    assert trade.keys() == {"botId", "walletAddress", "event"}
    assert isinstance(trade["event"]["price"], int | float)


def _documented() -> dict[tuple[str, str], set[str]]:
    """By type of message and whether it is numbered, the fields that docs/live-feed.md gives its data and its event."""
    page = (REPOSITORY / "docs" / "live-feed.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (yes|no) \| (.+) \|$", page, re.MULTILINE)
    return {(kind, own): set(re.findall(r"`(\w+)`", re.split("[:;(]", text)[0])) for kind, own, text in rows}


def _kind(message: dict[str, Any]) -> tuple[str, str]:
    """Its type, and whether it has a number of its own."""
    numbered = message["type"] in ALL and "code" not in message["data"]
    return message["type"], "yes" if numbered else "no"


async def test_every_message_has_the_fields_that_the_documentation_gives_it(fresh_server: Server) -> None:
    documented = _documented()
    async with (
        fresh_server.client(headers=await fresh_server.bearer()) as operator,
        listening(fresh_server, *ALL, "state-update") as socket,
    ):
        await append(fresh_server, History(), 30)
        await operator.post("/api/settings", json={"globalExposureCap": 12345})
        await record(fresh_server, FAULT)
        await socket.send('{"type":"ping"}')
        await socket.send("nonsense")
        seen: dict[tuple[str, str], dict[str, Any]] = {}
        unprovoked = {("hello", "no"), ("resync", "no"), ("bye", "no")}
        while seen.keys() < documented.keys() - unprovoked:
            message = await told(socket)
            assert message.keys() == {"type", "seq", "data"}
            seen.setdefault(_kind(message), message["data"])
        fresh_server.process.send_signal(signal.SIGTERM)
        while ("bye", "no") not in seen:
            message = await told(socket)
            seen.setdefault(_kind(message), message["data"])
    assert documented.keys() == seen.keys() | unprovoked
    for kind, data in seen.items():
        if kind == ("state-update", "no"):
            continue
        fields = set(data) | set(data.get("event") or {})
        assert fields == documented[kind], kind
    assert seen["state-update", "no"]["mode"] == "simulation"


async def test_an_error_of_the_system_is_told_with_its_number_and_a_warning_is_not(fresh_server: Server) -> None:
    async with listening(fresh_server, "error") as socket, fresh_server.client() as client:
        assert (await told(socket))["type"] == "subscribed"
        await record(fresh_server, SystemRecord(FAULT.time_ms, "warning", "trading", "a price is old"), FAULT, FAULT)
        error = await told(socket)
        stored = (await client.get("/api/events?level=error")).json()["events"]
        await socket.send("nonsense")
        complaint = await told(socket)
    assert (error["type"], error["seq"]) == ("error", 1)
    assert error["data"] == {
        "id": stored[0]["id"],
        "timestamp": FAULT.time_ms,
        "level": "error",
        "category": "trading",
        "message": FAULT.message,
    }
    assert complaint["data"].keys() == {"code", "message"}
    assert complaint["seq"] == 1, "it takes no number from the items"


async def test_an_error_that_was_missed_is_told_to_who_comes_back(fresh_server: Server) -> None:
    await record(fresh_server, FAULT)
    head = await append(fresh_server, History(), 5)
    async with listening(fresh_server, *ALL, since=0) as socket:
        assert (await told(socket))["type"] == "subscribed"
        items = await told_until(socket, head)
    assert [item["seq"] for item in items] == list(range(1, head + 1))
    assert (items[0]["type"], items[0]["data"]["message"]) == ("error", FAULT.message)


async def test_a_doorbell_is_answered_at_once(fresh_server: Server) -> None:
    async with listening(fresh_server, *ALL) as socket:
        await told(socket)
        head = await append(fresh_server, History(), 1)
        began = asyncio.get_running_loop().time()
        await told_until(socket, head)
    assert asyncio.get_running_loop().time() - began < 0.5


async def test_a_client_that_comes_back_misses_nothing_and_hears_nothing_twice(fresh_server: Server) -> None:
    history = History()
    async with listening(fresh_server, *ALL) as socket:
        await told(socket)
        head = await append(fresh_server, history, 10)
        first = await told_until(socket, head)
    later = await append(fresh_server, history, 200)
    async with listening(fresh_server, *ALL, since=head) as socket:
        assert (await told(socket))["type"] == "subscribed"
        latest = await append(fresh_server, history, 5)
        second = await told_until(socket, latest)
    assert later < latest
    assert [item["seq"] for item in first + second] == list(range(1, latest + 1))


async def test_what_fell_out_of_memory_is_told_from_the_database(fresh_server: Server) -> None:
    history = History()
    async with listening(fresh_server, "settings-update") as quiet:
        await told(quiet)
        head = 0
        while head < RING_ITEMS + 500:
            head = await append(fresh_server, history, 900)
        async with listening(fresh_server, *ALL, since=0) as socket:
            assert (await told(socket))["type"] == "subscribed"
            items = await told_until(socket, head)
    assert [item["seq"] for item in items] == list(range(1, head + 1))


async def test_what_is_no_longer_stored_is_admitted(fresh_server: Server) -> None:
    head = await append(fresh_server, History(), 20)
    await ask(fresh_server, 'DELETE FROM "FeedItem" WHERE "seq" <= 10')
    async with listening(fresh_server, *ALL, since=10) as socket:
        assert (await told(socket))["type"] == "subscribed"
        assert (await told(socket))["seq"] == 11
    for lost in (9, 0, head + 1):
        async with listening(fresh_server, *ALL, since=lost) as socket:
            resync = await told(socket)
            assert (resync["type"], resync["seq"]) == ("resync", head)


async def test_only_the_channels_asked_for_are_told(fresh_server: Server) -> None:
    async with listening(fresh_server, "decision") as socket:
        await told(socket)
        await append(fresh_server, History(), 20)
        for _ in range(10):
            assert (await told(socket))["type"] == "decision"
        await socket.send('{"type":"unsubscribe","channels":["decision"]}')
        while (item := await told(socket))["type"] == "decision":
            pass
        assert item["data"] == {"channels": []}


async def test_the_state_is_told_when_it_changes(fresh_server: Server) -> None:
    async with listening(fresh_server, "state-update") as socket, fresh_server.client() as client:
        assert (await told(socket))["type"] == "subscribed"
        first = await told(socket)
        assert first["data"].keys() == (await client.get("/api/state")).json().keys()
        assert first["data"]["killSwitch"] is False
        headers = await fresh_server.bearer()
        await client.post("/api/kill-switch", json={"active": True}, headers=headers)
        while not (await told(socket))["data"]["killSwitch"]:
            pass


async def test_a_change_of_settings_is_told(fresh_server: Server) -> None:
    async with listening(fresh_server, *ALL) as socket, fresh_server.client() as client:
        await told(socket)
        headers = await fresh_server.bearer()
        assert (await client.post("/api/settings", json={"dailyLossLimit": 500}, headers=headers)).status_code == 200
        item = await told(socket)
    assert (item["type"], item["data"]["version"]) == ("settings-update", 2)


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "x",
        "[]",
        '{"type":"hello"}',
        '{"type":"subscribe"}',
        '{"type":"subscribe","channels":[]}',
        '{"type":"subscribe","channels":["keys"]}',
        '{"type":"subscribe","channels":["decision"],"since":-1}',
        '{"type":"ping","more":1}',
        "[" * 2000,
    ],
)
async def test_nonsense_is_answered_with_an_error(server: Server, nonsense: str) -> None:
    async with listening(server, "decision") as socket:
        await told(socket)
        await socket.send(nonsense)
        error = await told(socket)
        assert (error["type"], error["data"]["code"]) == ("error", "bad-message")
        await socket.send('{"type":"ping"}')
        assert (await told(socket))["type"] == "pong"


async def test_one_that_talks_only_nonsense_is_shown_the_door(server: Server) -> None:
    async with listening(server, "decision") as socket:
        for _ in range(NONSENSE_MAX + 1):
            await socket.send("x")
        assert await _closed(socket) == 1008


async def test_one_that_shouts_or_floods_is_shown_the_door(server: Server) -> None:
    async with listening(server, "decision") as socket:
        await socket.send('"' + "x" * 5000 + '"')
        assert await _closed(socket) == 1009
    async with listening(server, "decision") as socket:
        for _ in range(MESSAGES_PER_WINDOW + 1):
            await socket.send('{"type":"ping"}')
        assert await _closed(socket) == 1008


async def test_one_that_does_not_listen_is_dropped_and_holds_up_nobody(database_url: str, tmp_path: Path) -> None:
    with running_server(database_url, tmp_path, send_seconds=1.0) as server:
        head = await fill_feed(server, 30_000)
        async with _deaf(server), server.client() as client:
            await clients_are(client, 1)
            began = asyncio.get_running_loop().time()
            async with listening(server, *ALL, since=0) as lively:
                await told(lively)
                await told_until(lively, head)
            assert asyncio.get_running_loop().time() - began < 10
            await clients_are(client, 0)
        assert "slow listener" in server.log.read_text()


async def clients_are(client: httpx.AsyncClient, count: int) -> None:
    """Waits until so many listen."""
    for _ in range(300):
        if (await client.get("/api/health")).json()["checks"]["liveFeed"]["clients"] == count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"there were never {count} listeners")


async def fill_feed(server: Server, count: int) -> int:
    """Large items that no socket buffer holds; the last sequence."""
    await ask(
        server,
        f"""
        INSERT INTO "FeedItem"
        SELECT i, 'decision', jsonb_build_object('x', repeat('y', 1000)), now() FROM generate_series(1, {count}) i
        """,
    )
    await ask(server, f'UPDATE "FeedCounter" SET "seq" = {count}')
    return count


async def test_a_server_that_stops_says_so_first(fresh_server: Server) -> None:
    async with listening(fresh_server, "decision") as socket:
        await told(socket)
        fresh_server.process.send_signal(signal.SIGTERM)
        bye = await told(socket)
        assert (bye["type"], bye["data"]["reason"]) == ("bye", "restart")
        assert await _closed(socket) == 1012
    assert fresh_server.process.wait(10) == 0


async def test_workers_do_not_outlive_their_server(fresh_server: Server) -> None:
    os.kill(fresh_server.process.pid, signal.SIGKILL)
    fresh_server.process.wait()
    async with fresh_server.client() as client:
        for _ in range(100):
            try:
                await client.get("/api/health")
            except httpx.TransportError:
                return
            await asyncio.sleep(0.1)
    raise AssertionError("a worker still answers")


async def _closed(socket: Any) -> int:
    """The code it is closed with."""
    try:
        while True:
            await told(socket)
    except websockets.ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


@asynccontextmanager
async def _deaf(server: Server) -> AsyncIterator[None]:
    """A subscriber that never reads again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1024)
    writer.write(
        (
            f"GET /ws HTTP/1.1\r\nHost: {server.host}\r\nOrigin: {server.address}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()
    )
    assert b"101" in await reader.readline()
    wish = json.dumps({"type": "subscribe", "channels": ["decision"], "since": 0}).encode()
    assert len(wish) < 126
    writer.write(bytes([0x81, 0x80 | len(wish), 0, 0, 0, 0]) + wish)
    await writer.drain()
    yield
    writer.close()
