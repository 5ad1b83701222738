"""Recordings, exchanges and clients for these tests, with only what a test is about spelled out."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from fadearena.domain.identifiers import Wallet
from fadearena.exchange_simulator.exchange import Exchange
from fadearena.exchange_simulator.limits import UNLIMITED
from fadearena.exchange_simulator.simulator import Simulator
from fadearena.hyperliquid.messages import Fill
from fadearena.hyperliquid.recordings import RecordedAccount, Recording, season_one

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "hyperliquid" / "recorded"
"""Answers of the real exchange; not part of the project."""

ONE, TWO, STRANGER = (Wallet("0x" + digit * 40) for digit in "123")
NOON_MS = 1_760_788_800_000
"""2025-10-18 12:00 UTC."""

GPT = season_one().accounts[0].wallet
_numbers = itertools.count(1)
Frames = list[dict[str, Any]]


def fill(
    *,
    side: str = "B",
    size: str = "1",
    price: str = "100000",
    start: str = "0.0",
    time: int = NOON_MS,
    coin: str = "BTC",
    **others: Any,
) -> Fill:
    number = next(_numbers)
    words: dict[str, Any] = {
        "coin": coin, "px": price, "sz": size, "side": side, "time": time, "startPosition": start, "dir": "Open Long",
        "closedPnl": "0.0", "hash": "0x" + "0" * 64, "oid": number, "crossed": True, "fee": "0.0", "tid": number,
    }  # fmt: skip
    return msgspec.convert(words | others, Fill)


def recording(*fills: Fill, wallet: Wallet = ONE, equity: str = "1000000") -> Recording:
    return Recording((RecordedAccount("one", wallet, equity, fills),), "a test")


def played(record: Recording, seed: int = 1, until_ms: int | None = None) -> Exchange:
    """An exchange at the end of its recording, or at a given time."""
    exchange = Exchange(record, seed)
    for _ in exchange.advance(exchange.end_ms if until_ms is None else until_ms):
        pass
    return exchange


@contextlib.asynccontextmanager
async def running(record: Recording | None = None, **options: Any) -> AsyncIterator[Simulator]:
    simulator = Simulator(record, **options)
    await simulator.start()
    try:
        yield simulator
    finally:
        await simulator.stop()


class Client:
    """A plain client of one simulator; ``frames`` collects what its socket has read."""

    def __init__(self, simulator: Simulator, session: aiohttp.ClientSession) -> None:
        self.url = simulator.url
        self.session = session
        self.frames: list[dict[str, Any]] = []

    async def info(self, **body: Any) -> Any:
        async with self.session.post(f"{self.url}/info", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def refused(self, **body: Any) -> tuple[int, str]:
        async with self.session.post(f"{self.url}/info", json=body) as answer:
            return answer.status, await answer.text()

    async def socket(self) -> aiohttp.ClientWebSocketResponse:
        return await self.session.ws_connect(f"{self.url}/ws")


@contextlib.asynccontextmanager
async def client_of(simulator: Simulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(simulator, session)


async def subscribe(socket: aiohttp.ClientWebSocketResponse, *subscriptions: dict[str, Any]) -> None:
    for subscription in subscriptions:
        await socket.send_json({"method": "subscribe", "subscription": subscription})


def user_fills(wallets: Iterable[str]) -> list[dict[str, Any]]:
    return [{"type": "userFills", "user": wallet} for wallet in wallets]


async def next_of(socket: aiohttp.ClientWebSocketResponse, *channels: str) -> Any:
    """The data of the next frame on one of these channels, within five seconds."""
    while True:
        frame = await socket.receive_json(timeout=5)
        if frame["channel"] in channels:
            return frame.get("data")


async def collected(simulator: Simulator, client: Client, subscriptions: list[dict[str, Any]]) -> Frames:
    """Every frame of a socket from its first subscription to the end of the replay."""
    socket = await client.socket()
    await subscribe(socket, *subscriptions)
    frames: Frames = []

    async def listen() -> None:
        async for message in socket:
            frames.append(message.json())

    listening = asyncio.create_task(listen())
    await asyncio.wait_for(simulator.ended(), 60)
    heard = -1
    for _ in range(10):
        if heard == len(frames):
            break
        heard = len(frames)
        await asyncio.sleep(0.2)
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening
    return frames


def fills_in(frames: Frames, wallet: str) -> list[dict[str, Any]]:
    return [
        row
        for frame in frames
        if frame["channel"] == "userFills" and frame["data"]["user"] == wallet
        for row in frame["data"]["fills"]
    ]


@contextlib.asynccontextmanager
async def full_speed(record: Recording | None = None, **options: Any) -> AsyncIterator[tuple[Simulator, Client]]:
    async with running(record, speed="max", limits=UNLIMITED, **options) as simulator, client_of(simulator) as client:
        yield simulator, client
