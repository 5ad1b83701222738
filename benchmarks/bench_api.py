"""The API as a client sees it: pages, equity and the live feed through the real server, beside the least they can cost.

In: nothing; an embedded PostgreSQL in a folder of its own, filled with ``--rows`` fills and as many decisions. Out: a
table of medians and percentiles. Every side runs in turn over the same server:

- ``statement``: the page's own statement over a driver connection, rows thrown away: the floor under the page;
- ``page``: the same page of 100 trades by keyset through HTTP, one connection, and sixteen at once;
- ``equity``: everything stored, by default about a thousand points;
- ``fan-out``: from the commit of an entry to the last of ``--listeners`` sockets that hears of it.

Run: ``python -m benchmarks.bench_api [--rows N] [--rounds N] [--listeners N] [--folder PATH]``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import websockets

from benchmarks.machine import describe
from fadearena.persistence.database import connect
from fadearena.persistence.embedded import EmbeddedPostgres
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.migrations import upgrade
from tests.core_api.serving import Server, running_server
from tests.persistence.entries import History

PAGE = 100
CLIENTS = 16

FILL = """
INSERT INTO "BotTradeEvent" ("id","botId","walletAddress","timestamp","eventType","asset","side","size","price",
  "notional","previousSize","previousNotional","currentSize","currentNotional","rawData","seq","sizeDecimals",
  "orderId","tid","closedPnl","fee")
SELECT gen_random_uuid(), (ARRAY['gpt-5','grok-4','qwen3-max'])[1+i%3], '0x'||repeat('7',40),
       timestamptz '2025-10-18Z' + i * interval '3 s', 'fill', (ARRAY['BTC','ETH'])[1+i%2], 'long', 0.5, 107123.5,
       53561.75, 0, 0, 0.5, 53561.75, '{}', i, 5, i, i, 0, 1.25
  FROM generate_series(1, $1::int) i
"""
EQUITY = """
INSERT INTO "EquitySnapshot"
SELECT gen_random_uuid(), timestamptz '2025-10-18Z' + i * interval '30 s', 60000 + i % 500, 60000 - i % 500,
       '{"gpt-5":"10000.5","grok-4":"9999.25","qwen3-max":"10001"}'
  FROM generate_series(1, $1::int / 10) i
"""
STATEMENT = """
SELECT "id", "botId", "timestamp", "asset", "side", "size", "price", "notional", "closedPnl", "fee"
  FROM "BotTradeEvent" WHERE ("timestamp", "id") < ($1, $2) ORDER BY "timestamp" DESC, "id" DESC LIMIT 100
"""


def show(name: str, seconds: list[float], note: str = "") -> None:
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] * 1e3
    print(f"{name:<44} p50 {statistics.median(ordered) * 1e3:>8.2f} ms   p99 {p99:>8.2f} ms   {note}")


async def timed(rounds: int, work: Callable[[], Awaitable[Any]]) -> list[float]:
    """Seconds of each round, after three that do not count."""
    for _ in range(3):
        await work()
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        await work()
        seconds.append(time.perf_counter() - began)
    return seconds


async def pages(server: Server, rounds: int) -> None:
    connection = await connect(server.database_url)
    middle = await connection.fetchrow(
        'SELECT "timestamp", "id" FROM "BotTradeEvent" WHERE "timestamp" >= (SELECT min("timestamp") + '
        '(max("timestamp") - min("timestamp")) / 2 FROM "BotTradeEvent") ORDER BY "timestamp" LIMIT 1'
    )
    show("statement", await timed(rounds, lambda: connection.fetch(STATEMENT, middle["timestamp"], middle["id"])))
    await connection.close()
    end = int(middle["timestamp"].timestamp() * 1000)
    clients = [await Client.connect(server) for _ in range(CLIENTS)]
    first = json.loads(await clients[0].get(f"/api/trades?limit={PAGE}&type=bot&endTime={end}"))
    path = f"/api/trades?limit={PAGE}&type=bot&cursor={first['pagination']['nextCursor']}"
    assert len(json.loads(await clients[0].get(path))["trades"]) == PAGE
    show("page of 100 by keyset, one client", await timed(rounds, lambda: clients[0].get(path)))
    together = await timed(max(5, rounds // 4), lambda: asyncio.gather(*(client.get(path) for client in clients)))
    show(f"{CLIENTS} such pages at once", together, f"{CLIENTS / statistics.median(together):,.0f} pages/s")
    show("equity of everything", await timed(rounds, lambda: clients[0].get("/api/equity")))
    show("state", await timed(rounds, lambda: clients[0].get("/api/state")))
    show("models", await timed(rounds, lambda: clients[0].get("/api/models")))
    for client in clients:
        client.close()


class Client:
    """One kept connection, and no more work than reading what comes: a library would cost more than the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader, self._writer, self._host = reader, writer, host

    @classmethod
    async def connect(cls, server: Server) -> Client:
        return cls(*await asyncio.open_connection("127.0.0.1", server.port), server.host)

    async def get(self, path: str) -> bytes:
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        return await self._reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r\n")[0]))

    def close(self) -> None:
        self._writer.close()


async def fan_out(server: Server, rounds: int, listeners: int) -> None:
    origin = websockets.Origin(server.address)
    sockets = [await websockets.connect(server.socket_address, origin=origin) for _ in range(listeners)]
    for socket in sockets:
        await socket.send('{"type":"subscribe","channels":["bot-trade"]}')
    for socket in sockets:
        while json.loads(await socket.recv())["type"] != "subscribed":
            pass
    history = History()
    seconds = []
    async with await PostgresJournal.open(server.database_url) as journal:
        version = await journal.controls_version()
        for _ in range(rounds):
            entry = next(entry for entry in history.entries(5) if entry.event is not None)
            await journal.append([entry], version)
            began = time.perf_counter()
            await asyncio.gather(*(socket.recv() for socket in sockets))
            seconds.append(time.perf_counter() - began)
    show(f"commit to the last of {listeners} listeners", seconds, "listeners in one thread included")
    await asyncio.gather(*(socket.close() for socket in sockets))


async def run(url: str, folder: Path, wishes: argparse.Namespace) -> None:
    await upgrade(url)
    connection = await connect(url, statement_seconds=None)
    await connection.execute(FILL, wishes.rows)
    await connection.execute(EQUITY, wishes.rows)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    with running_server(url, folder) as server:
        await pages(server, wishes.rounds)
        await fan_out(server, max(10, wishes.rounds // 4), wishes.listeners)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--listeners", type=int, default=100)
    parser.add_argument("--folder", type=Path, default=None)
    wishes = parser.parse_args()
    print(describe())
    print(f"{wishes.rows:,} fills stored, process {os.getpid()}")
    with (
        tempfile.TemporaryDirectory(dir=wishes.folder) as name,
        EmbeddedPostgres(Path(name) / "postgres") as postgres,
    ):
        asyncio.run(run(postgres.url, Path(name), wishes))


if __name__ == "__main__":
    main()
