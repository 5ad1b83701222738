"""A PostgreSQL that is too old: a real server behind a relay that has it state an older version than it is."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.cli.conftest import RunCommand
from tests.databases import run_apart

STATED = re.compile(rb"(S\0\0..server_version\0)[0-9]{2}", re.DOTALL)
"""The message ParameterStatus of the protocol, and the version that it states."""

CHUNK_BYTES = 1 << 16


class Relay:
    """Passes bytes between clients and a server on loopback; the two digits of its major version are replaced."""

    def __init__(self, port: int, major: bytes) -> None:
        self._port = port
        self._major = major
        self.port = 0

    async def serve(self, ready: threading.Event, end: asyncio.Event) -> None:
        async with await asyncio.start_server(self._client, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await end.wait()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer), return_exceptions=True)

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(CHUNK_BYTES):
            target.write(STATED.sub(rb"\g<1>" + self._major, data))
            await target.drain()
        target.close()


@pytest.fixture
def stating(database_url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server that says it is of the major version given."""
    parts = urlsplit(database_url)
    assert parts.port is not None
    relay, ready, end = Relay(parts.port, request.param), threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(relay.serve(ready, end)))
    thread.start()
    assert ready.wait(10)
    yield database_url.replace(f":{parts.port}", f":{relay.port}")
    loop.call_soon_threadsafe(end.set)
    thread.join(10)
    loop.close()


@pytest.mark.parametrize("stating", [b"13"], indirect=True)
@pytest.mark.parametrize("arguments", [("status",), ("db", "check"), ("run", "--port", "0")], ids=" ".join)
def test_a_server_older_than_14_is_refused_in_one_line(
    command: RunCommand, stating: str, arguments: tuple[str, ...]
) -> None:
    ended = command(*arguments, FADEARENA_DATABASE_URL=stating)
    assert (ended.code, ended.out, ended.err.count("\n")) == (3, "", 1)
    assert "runs PostgreSQL 13; FadeArena needs 14 or newer" in ended.err


@pytest.mark.parametrize("stating", [b"14"], indirect=True)
def test_the_oldest_that_is_good_is_taken(command: RunCommand, stating: str) -> None:
    versions: list[int] = []

    async def ask() -> None:
        connection = await asyncpg.connect(stating)
        versions.append(connection.get_server_version().major)
        await connection.close()

    run_apart(ask())
    assert versions == [14]
    assert command("db", "check", FADEARENA_DATABASE_URL=stating).code == 0
