"""Faults at work on a replay: what they do to the sockets and to /info, and that the truth stays what it was."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import aiohttp
import msgspec
import pytest

from fadearena.exchange_simulator import feed
from fadearena.exchange_simulator.exchange import Exchange
from fadearena.exchange_simulator.faults import Fault
from fadearena.exchange_simulator.subscription import read
from fadearena.hyperliquid.messages import Fill, decode_frame
from fadearena.hyperliquid.messages.frames import UnknownFrame
from fadearena.hyperliquid.recordings import RecordedAccount, Recording
from tests.exchange_simulator.factories import (
    NOON_MS,
    ONE,
    TWO,
    client_of,
    collected,
    fill,
    fills_in,
    full_speed,
    next_of,
    played,
    recording,
    running,
    subscribe,
    user_fills,
)


def ten() -> Recording:
    return recording(
        *(fill(start=str(place) if place else "0.0", tid=place + 1, time=NOON_MS + place) for place in range(10))
    )


LIVE: dict[str, Any] = {"channel": "userFills", "user": ONE, "skip": 1}
"""Frames after the snapshot."""


@pytest.mark.parametrize(
    ("plan", "arrive"),
    [
        (Fault(kind="drop", **LIVE, count=2), [3, 4, 5, 6, 7, 8, 9, 10]),
        (Fault(kind="repeat", **LIVE), [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (Fault(kind="reorder", **LIVE), [2, 1, 3, 4, 5, 6, 7, 8, 9, 10]),
        (Fault(kind="delay", **LIVE, delay_ms=300), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (Fault(kind="mute", channel="userFills", skip=4), [1, 2, 3]),
        (Fault(kind="drop", channel="userFills", user=ONE, after_ms=60_005, count=99), [1, 2, 3, 4, 5]),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)  # fmt: skip
async def test_a_fault_harms_the_way_and_not_the_truth(plan: Fault, arrive: list[int]) -> None:
    async with full_speed(ten(), faults=[plan]) as (simulator, client):
        frames = await collected(simulator, client, user_fills([ONE]))
        assert [row["tid"] for row in fills_in(frames, ONE)] == arrive
        truth = await client.info(type="userFillsByTime", user=ONE, startTime=0)
        assert [row["tid"] for row in truth] == list(range(1, 11))
        assert sum(simulator.faults.struck) == (5 if plan.after_ms else plan.count)


async def test_a_disconnect_cuts_the_socket_and_the_next_one_catches_up() -> None:
    async with full_speed(ten(), faults=[Fault(kind="disconnect", **LIVE)]) as (simulator, client):
        frames = await collected(simulator, client, user_fills([ONE]))
        assert fills_in(frames, ONE) == []
        socket = await client.socket()
        await subscribe(socket, *user_fills([ONE]))
        await socket.receive_json(timeout=5)
        snapshot = await socket.receive_json(timeout=5)
        assert len(snapshot["data"]["fills"]) == 10


async def test_a_snapshot_can_hide_that_it_is_one_and_a_frame_can_break_off() -> None:
    faults = [Fault(kind="unmark", channel="userFills"), Fault(kind="garble", channel="userFundings")]
    async with full_speed(ten(), faults=faults, wait_for_client=True) as (_, client):
        socket = await client.socket()
        await subscribe(socket, *user_fills([ONE]), {"type": "userFundings", "user": ONE})
        await socket.receive_json(timeout=5)
        assert await socket.receive_json(timeout=5) == {"channel": "userFills", "data": {"user": ONE, "fills": []}}
        await socket.receive_json(timeout=5)
        broken = await socket.receive_str(timeout=5)
        assert broken.startswith('{"channel":"userFundings"')
        with pytest.raises(msgspec.DecodeError):
            msgspec.json.decode(broken)


async def test_an_answer_can_be_a_page_of_html_or_half_of_itself() -> None:
    plan = [Fault(kind="http_502", type="allMids"), Fault(kind="http_garbage", type="meta")]
    async with full_speed(ten(), faults=plan) as (_, client):
        assert (await client.refused(type="allMids"))[0] == 502
        status, text = await client.refused(type="meta")
        assert status == 200
        with pytest.raises(msgspec.DecodeError):
            msgspec.json.decode(text)
        assert await client.info(type="meta")


@pytest.mark.parametrize(("kind", "status"), [("http_429", 429), ("http_500", 500)])
async def test_a_request_can_be_refused_as_often_as_planned(kind: Any, status: int) -> None:
    plan = [Fault(kind=kind, type="userFills", count=2)]
    async with full_speed(ten(), faults=plan) as (_, client):
        assert await client.info(type="allMids")
        statuses = [(await client.refused(type="userFills", user=ONE))[0] for _ in range(3)]
        assert statuses == [status, status, 200]


async def test_a_request_can_get_no_answer() -> None:
    plan = [Fault(kind="http_timeout", type="allMids", delay_ms=200)]
    async with full_speed(ten(), faults=plan) as (_, client):
        with pytest.raises(aiohttp.ClientError):
            await client.info(type="allMids")
        assert await client.info(type="allMids")


async def test_every_request_fails_between_two_fills_while_the_socket_goes_on() -> None:
    fills = (
        fill(start=str(place) if place else "0.0", tid=place + 1, time=NOON_MS + place * 200) for place in range(9)
    )
    plan = [Fault(kind="http_500", from_fill=4, to_fill=6, count="all")]
    options: dict[str, Any] = {"faults": plan, "wait_for_client": True, "resume_at_ms": NOON_MS - 200}
    async with running(recording(*fills), **options) as simulator, client_of(simulator) as client:
        socket = await client.socket()
        assert (await client.refused(type="allMids"))[0] == 200
        await subscribe(socket, *user_fills([ONE]))
        assert (await next_of(socket, "userFills"))["isSnapshot"]
        statuses: dict[int, int] = {}
        for tid in range(1, 10):
            assert [row["tid"] for row in (await next_of(socket, "userFills"))["fills"]] == [tid]
            status, _ = await client.refused(type="userFillsByTime", user=ONE, startTime=0)
            statuses |= {tid: status} if simulator.status().fills_replayed == tid else {}
        assert {tid: status for tid, status in statuses.items() if status != 200} == {4: 500, 5: 500, 6: 500}
        assert statuses.keys() >= {3, 4, 6, 7}


async def test_a_frame_is_lost_for_one_account_and_asset_only() -> None:
    def traded(place: int) -> Fill:
        held = place // 2
        coin, start = ("BTC", "ETH")[place % 2], str(held) if held else "0.0"
        return fill(coin=coin, price="100", start=start, time=NOON_MS + place, tid=place + 1)

    fills = tuple(traded(place) for place in range(8))
    accounts = tuple(RecordedAccount(wallet, wallet, "1000000", fills) for wallet in (ONE, TWO))
    plan = [Fault(kind="drop", channel="userFills", user=TWO, coin="ETH", skip=1, count=2)]
    async with full_speed(Recording(accounts, "two"), faults=plan) as (simulator, client):
        frames = await collected(simulator, client, user_fills([ONE, TWO]))
        assert [row["tid"] for row in fills_in(frames, ONE)] == [1, 2, 3, 4, 5, 6, 7, 8]
        assert [row["tid"] for row in fills_in(frames, TWO)] == [1, 2, 3, 5, 7, 8]
        assert len(await client.info(type="userFills", user=TWO)) == 8


def test_a_frame_of_an_account_is_about_the_assets_of_its_rows() -> None:
    exchange = played(recording(fill(coin="BTC"), fill(coin="ETH", time=NOON_MS + 1)))
    told = {kind: read({"type": kind, "user": ONE}) for kind in ("userFills", "openOrders", "clearinghouseState")}
    assert feed.coins(told["userFills"], feed.first(exchange, told["userFills"])) == {"BTC", "ETH"}
    assert feed.coins(told["openOrders"], feed.first(exchange, told["openOrders"])) == set()
    assert feed.coins(told["clearinghouseState"], feed.first(exchange, told["clearinghouseState"])) == {"BTC", "ETH"}
    book = read({"type": "l2Book", "coin": "BTC"})
    assert feed.coins(book, feed.first(exchange, book)) == {"BTC"}


def test_each_kind_of_live_frame_names_its_assets() -> None:
    exchange = Exchange(recording(fill(coin="ETH")), 1)
    subscriptions = [read({"type": kind, "user": ONE}) for kind in ("userFills", "userEvents", "orderUpdates")]
    (block, *_) = list(exchange.advance(exchange.end_ms))
    frames = list(feed.of_happening(exchange, block, feed.by_type(subscriptions)))
    assert [feed.coins(one, data) for one, data in frames] == [{"ETH"}] * 3


async def test_a_market_can_spike_and_lose_its_book_while_the_others_go_on() -> None:
    plan = [
        Fault(kind="spike", channel="bbo", coin="BTC", count="all"),
        Fault(kind="halt", channel="activeAssetCtx", coin="BTC", count="all"),
        Fault(kind="halt", channel="l2Book", coin="BTC", count="all"),
    ]
    async with running(ten(), faults=plan, wait_for_client=True) as simulator, client_of(simulator) as client:
        told: dict[str, list[Any]] = {}
        for coin in ("BTC", "ETH"):
            socket = await client.socket()
            channels = ("bbo", "activeAssetCtx", "l2Book")
            await subscribe(socket, *({"type": channel, "coin": coin} for channel in channels))
            told[coin] = [await next_of(socket, channel) for channel in channels]
        (bbo, context, book), true_book = told["BTC"], await client.info(type="l2Book", coin="BTC")
        assert [level["px"] for level in bbo["bbo"]] == [f"{side[0]['px'][:-2]}0.0" for side in true_book["levels"]]
        assert [context["ctx"][name] for name in ("midPx", "impactPxs", "premium")] == [None, None, None]
        assert context["ctx"]["markPx"]
        assert book["levels"] == [[], []]
        assert told["ETH"][1]["ctx"]["midPx"]
        assert len(told["ETH"][2]["levels"][0]) == 20
        for frame, kind in zip(told["BTC"], ("bbo", "activeAssetCtx", "l2Book"), strict=True):
            assert not isinstance(decode_frame(msgspec.json.encode({"channel": kind, "data": frame})), UnknownFrame)


@pytest.mark.parametrize("kind", ["allMids", "metaAndAssetCtxs", "l2Book", "candleSnapshot"])
async def test_an_answer_can_tell_ten_times_the_price(kind: Any) -> None:
    req = {"coin": "DOGE", "interval": "1h", "startTime": NOON_MS - 7_200_000, "endTime": NOON_MS - 3_600_000}
    plan = [Fault(kind="http_spike", type=kind, skip=1)]
    async with running(ten(), faults=plan, wait_for_client=True) as simulator, client_of(simulator) as client:
        once, again = [await client.info(type=kind, coin="DOGE", req=req) for _ in range(2)]
        before, after = [[Decimal(text) for text in prices(document)] for document in (once, again)]
        assert before
        assert after == [price * 10 for price in before]


def prices(document: Any) -> list[str]:
    """Every price in an answer, in order."""
    if isinstance(document, list):
        return [price for one in document for price in prices(one)]
    if not isinstance(document, dict):
        return []
    if "BTC" in document:
        return list(document.values())
    names = ("px", "markPx", "midPx", "oraclePx", "o", "c", "h", "l")
    return [document[name] for name in names if name in document] + [
        price for value in document.values() for price in prices(value)
    ]


async def test_an_account_can_look_empty_for_once() -> None:
    plan = [Fault(kind="http_empty", user=ONE, type="clearinghouseState")]
    options: dict[str, Any] = {"resume_at_ms": NOON_MS + 5, "wait_for_client": True, "faults": plan}
    async with running(ten(), **options) as simulator, client_of(simulator) as client:
        assert await client.info(type="userFills", user=ONE)
        first, second = [await client.info(type="clearinghouseState", user=ONE) for _ in range(2)]
        assert (first["assetPositions"], first["marginSummary"]["accountValue"]) == ([], "0.0")
        assert second["assetPositions"]
