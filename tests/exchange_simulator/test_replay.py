"""A replay through the sockets: everything arrives, in order, the same for the same seed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fadearena.domain.market import MICRO
from fadearena.exchange_simulator import feed, info
from fadearena.exchange_simulator.exchange import Exchange
from fadearena.exchange_simulator.info_request import InfoRequest
from fadearena.exchange_simulator.subscription import read
from fadearena.hyperliquid.recordings import read_recording, season_one
from tests.exchange_simulator.factories import (
    GPT,
    NOON_MS,
    ONE,
    RECORDED,
    Client,
    client_of,
    collected,
    fill,
    fills_in,
    full_speed,
    played,
    recording,
    running,
    subscribe,
    user_fills,
)

WALLETS = [account.wallet for account in season_one().accounts]
COINS = ("BTC", "ETH", "SOL", "BNB", "DOGE", "XRP")


async def test_season_one_at_full_speed_brings_every_bot_its_fills() -> None:
    async with full_speed() as (simulator, client):
        frames = await collected(simulator, client, user_fills(WALLETS))
        for account in season_one().accounts:
            received = [(row["tid"], row["time"], row["px"], row["sz"]) for row in fills_in(frames, account.wallet)]
            assert received == [(one.tid, one.time, one.px, one.sz) for one in account.fills]
            state = await client.info(type="clearinghouseState", user=account.wallet)
            funding = await all_funding(client, account.wallet)
            expected = Decimal(account.starting_equity) + funding
            for one in account.fills:
                expected += Decimal(one.closed_pnl) - Decimal(one.fee).quantize(Decimal("0.000001"))
            assert state["assetPositions"] == []
            assert (
                abs(Decimal(state["marginSummary"]["accountValue"]) - expected) <= Decimal(len(account.fills)) / MICRO
            )
        status = simulator.status()
        assert (status.ended, status.fills_replayed, status.fills_total) == (True, 456, 456)


async def all_funding(client: Client, wallet: str) -> Decimal:
    paid, start = Decimal(0), 0
    seen: set[tuple[int, str]] = set()
    while True:
        rows = await client.info(type="userFunding", user=wallet, startTime=start)
        fresh = [row for row in rows if (row["time"], row["delta"]["coin"]) not in seen]
        if not fresh:
            return paid
        paid += sum((Decimal(row["delta"]["usdc"]) for row in fresh), Decimal(0))
        seen.update((row["time"], row["delta"]["coin"]) for row in fresh)
        start = rows[-1]["time"]


@pytest.mark.skipif(not RECORDED.exists(), reason="shared/hyperliquid/recorded is not here")
@pytest.mark.parametrize("path", sorted(RECORDED.glob("userFillsByTime_leader_*.json")), ids=lambda path: path.stem)
async def test_a_real_account_with_bursts_and_builder_markets_is_replayed_row_by_row(path: Path) -> None:
    record = read_recording(path, wallet=ONE)
    async with full_speed(record) as (simulator, client):
        frames = await collected(simulator, client, user_fills([ONE]))
        assert fills_in(frames, ONE) == rows_of(path)


def rows_of(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(path.read_bytes())["response"]
    return rows


async def test_the_market_moves_before_the_trade_and_the_trade_before_the_account() -> None:
    record = recording(fill(price="100007"), fill(price="100107", start="1", time=NOON_MS + 60_000))
    kinds = [{"type": kind, "coin": "BTC"} for kind in ("bbo", "l2Book", "trades")]
    users = [{"type": kind, "user": ONE} for kind in ("userFills", "userEvents", "orderUpdates", "clearinghouseState")]
    async with full_speed(record) as (simulator, client):
        frames = await collected(simulator, client, [*users, *kinds, {"type": "allMids"}])
    block = [frame for frame in frames if moment(frame) == NOON_MS + 60_000]
    expected = ["bbo", "l2Book", "trades", "userFills", "user", "orderUpdates", "clearinghouseState"]
    assert [frame["channel"] for frame in block][:7] == expected
    bbo, book = block[0]["data"]["bbo"], block[1]["data"]["levels"]
    assert [bbo[1]["px"], book[1][0]["px"]] == ["100107.0", "100107.0"]
    assert [update["status"] for update in block[5]["data"]] == ["open", "filled"]


async def test_every_print_tells_its_best_bid_and_ask_also_where_the_price_is_the_same() -> None:
    """A trade changes what rests there."""
    record = recording(fill(), fill(start="1", time=NOON_MS + 1), fill(start="2", time=NOON_MS + 2))
    async with full_speed(record) as (simulator, client):
        frames = await collected(simulator, client, [{"type": "bbo", "coin": "BTC"}, *user_fills([ONE])])
    times = [frame["data"]["time"] for frame in frames if frame["channel"] == "bbo"]
    assert {NOON_MS, NOON_MS + 1, NOON_MS + 2} <= set(times)


def moment(frame: dict[str, Any]) -> int | None:
    """The block that a frame belongs to."""
    data: Any = frame.get("data")
    match frame["channel"]:
        case "bbo" | "l2Book":
            return int(data["time"])
        case "trades":
            return int(data[-1]["time"]) if len(data) < 30 else None
        case "userFills" | "user":
            return int(data["fills"][-1]["time"]) if data.get("fills") and "isSnapshot" not in data else None
        case "orderUpdates":
            return int(data[-1]["statusTimestamp"])
        case "clearinghouseState":
            return int(data["clearinghouseState"]["time"])
    return None


def digest(seed: int) -> str:
    """Everything that the events of season one send to somebody who is subscribed to everything."""
    exchange = Exchange(season_one(), seed)
    words = [{"type": kind, "coin": coin} for kind in ("bbo", "l2Book", "trades", "activeAssetCtx") for coin in COINS]
    words += [{"type": kind, "user": user} for kind in ("userFills", "userEvents", "userFundings") for user in WALLETS]
    words += [{"type": "clearinghouseState", "user": user} for user in WALLETS]
    words += [{"type": "candle", "coin": "BTC", "interval": "15m"}, {"type": "allMids"}]
    active = feed.by_type(read(one) for one in words)
    sums = hashlib.sha256()
    for happening in exchange.advance(exchange.end_ms):
        for subscription, data in feed.of_happening(exchange, happening, active):
            sums.update(msgspec.json.encode([feed.channel(subscription), data]))
    return sums.hexdigest()


def test_the_same_seed_sends_the_same_frames_and_another_one_others() -> None:
    assert digest(1) == digest(1)
    assert digest(1) != digest(2)


def test_another_seed_is_another_price_between_the_same_prints() -> None:
    one, same, other = [Exchange(season_one(), seed).markets["BTC"] for seed in (1, 1, 2)]
    prints = one.prints_between(0, one.prints_between(0, NOON_MS + 10**9)[5].time_ms)
    between = [first.time_ms + (second.time_ms - first.time_ms) // 2 for first, second in pairwise(prints)]
    assert [one.mark_at(now) for now in between] == [same.mark_at(now) for now in between]
    assert [one.mark_at(now) for now in between] != [other.mark_at(now) for now in between]
    assert [one.mark_at(now.time_ms) for now in prints] == [other.mark_at(now.time_ms) for now in prints]


async def test_the_replay_waits_for_its_first_client() -> None:
    async with full_speed() as (simulator, client):
        await client.info(type="allMids")
        await asyncio.sleep(0.6)
        assert (simulator.status().waiting, simulator.status().fills_replayed) == (True, 0)
        socket = await client.socket()
        await subscribe(socket, *user_fills([GPT]))
        await asyncio.wait_for(simulator.ended(), 30)
        assert not simulator.status().waiting


async def test_time_goes_on_after_the_end() -> None:
    async with full_speed(recording(fill(), fill(side="A", start="1", time=NOON_MS + 1)), wait_for_client=False) as (
        simulator,
        client,
    ):
        await asyncio.wait_for(simulator.ended(), 30)
        first = (await client.info(type="clearinghouseState", user=ONE))["time"]
        await asyncio.sleep(0.4)
        later = (await client.info(type="clearinghouseState", user=ONE))["time"]
        assert 100 <= later - first <= 10_000


async def test_at_speed_n_a_recording_takes_its_time_through_n() -> None:
    """Two prints 3000 s apart at 3000x: the second comes about a second after the first."""
    record = recording(fill(), fill(side="A", start="1", time=NOON_MS + 3_000_000))
    async with running(record, speed=3000) as simulator, client_of(simulator) as client:
        socket = await client.socket()
        await subscribe(socket, *user_fills([ONE]))
        moments: list[float] = []
        while len(moments) < 2:
            frame = await socket.receive_json(timeout=5)
            if frame["channel"] == "userFills" and "isSnapshot" not in frame["data"]:
                moments.append(time.monotonic())
        assert 0.9 < moments[1] - moments[0] < 3


async def test_resuming_begins_where_it_was_told() -> None:
    middle = season_one().accounts[0].fills[50].time
    async with full_speed(resume_at_ms=middle) as (simulator, client):
        before = simulator.status().fills_replayed
        frames = await collected(simulator, client, user_fills([GPT]))
        snapshot = next(frame for frame in frames if frame["channel"] == "userFills")["data"]
        assert 50 <= before < 456
        assert (snapshot["isSnapshot"], len(snapshot["fills"])) == (True, 51)
        tids = sorted(row["tid"] for row in fills_in(frames, GPT))
        assert tids == sorted(one.tid for one in season_one().accounts[0].fills)


async def test_a_client_that_does_not_read_is_cut_off_and_the_replay_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fadearena.exchange_simulator.simulator.DRAIN_S_MAX", 0.5)
    count = 3000
    record = recording(
        *(fill(size="0.001", start=f"{place / 1000:.3f}", time=NOON_MS + place) for place in range(count))
    )
    async with full_speed(record) as (simulator, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(simulator.url.rsplit(":", 1)[1]))
        writer.write(
            b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        reader._transport.pause_reading()  # type: ignore[attr-defined]  # a client that stopped reading
        for kind in ("l2Book", "bbo"):
            writer.write(unmasked({"type": kind, "coin": "BTC"}))
        writer.write(unmasked({"type": "clearinghouseState", "user": ONE}))
        await asyncio.wait_for(simulator.ended(), 30)
        assert simulator.hub.connections() == []
        writer.close()


def unmasked(subscription: dict[str, Any]) -> bytes:
    """A client's frame with a mask of zeros."""
    text = msgspec.json.encode({"method": "subscribe", "subscription": subscription})
    assert len(text) < 126
    return bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text


def test_a_moment_between_events_sends_at_most_one_frame_of_a_subscription() -> None:
    exchange = Exchange(season_one(), 1)
    active = feed.by_type(read({"type": kind, "coin": coin}) for kind in ("bbo", "l2Book", "trades") for coin in COINS)
    for tick in range(1, 11):
        frames = [one for one, _ in feed.of_tick(exchange, active, tick, exchange.now_ms - 60_000)]
        assert len(frames) == len(set(frames))


def test_a_socket_and_info_tell_the_same_open_orders_dex_by_dex() -> None:
    """Two orders of two pieces each, halfway."""
    coins = ("xyz:NVDA", "BTC", "xyz:NVDA", "BTC")
    pieces = [
        fill(coin=coin, oid=len(coin), crossed=False, price="200", start=("0.0", "1")[place // 2], time=NOON_MS + place)
        for place, coin in enumerate(coins)
    ]
    exchange = played(recording(*pieces), until_ms=NOON_MS + 1)
    for dex, coin in (("", "BTC"), ("xyz", "xyz:NVDA")):
        told = feed.first(exchange, read({"type": "openOrders", "user": ONE, "dex": dex}))
        answered, _ = info.answer(exchange, InfoRequest({"type": "frontendOpenOrders", "user": ONE, "dex": dex}))
        assert told is not None
        assert told["orders"] == answered
        assert [row["coin"] for row in answered] == [coin]


def test_a_socket_and_info_tell_the_same_state() -> None:
    exchange = Exchange(season_one(), 1)
    asked = read({"type": "clearinghouseState", "user": GPT})
    for _ in exchange.advance(exchange.begin_ms + 10**8):
        pass
    told = feed.first(exchange, asked)
    assert told is not None
    answered, _ = info.answer(exchange, InfoRequest({"type": "clearinghouseState", "user": GPT}))
    assert told["clearinghouseState"] == answered


def test_a_socket_and_info_tell_the_same_transfers() -> None:
    exchange = Exchange(season_one(), 1)
    told = feed.first(exchange, read({"type": "userNonFundingLedgerUpdates", "user": GPT}))
    question = InfoRequest({"type": "userNonFundingLedgerUpdates", "user": GPT, "startTime": 0})
    rows = info.answer(exchange, question)[0]
    assert told == {"isSnapshot": True, "user": GPT, "nonFundingLedgerUpdates": rows}
    assert len(rows) == 1
