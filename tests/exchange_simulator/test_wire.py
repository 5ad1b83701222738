"""The two doors as a client meets them: statuses, bodies, acknowledgements, error texts, first frames, limits."""

from __future__ import annotations

import asyncio
import contextlib
from itertools import pairwise
from typing import Any

import aiohttp
import pytest

from fadearena.exchange_simulator import feed
from fadearena.exchange_simulator.faults import Moment
from fadearena.exchange_simulator.limits import UNLIMITED, Limits
from fadearena.exchange_simulator.simulator import Simulator
from fadearena.exchange_simulator.subscription import Subscription, read
from fadearena.hyperliquid.recordings import season_one
from tests.exchange_simulator.factories import (
    GPT,
    NOON_MS,
    ONE,
    TWO,
    Client,
    client_of,
    fill,
    next_of,
    recording,
    running,
    subscribe,
    user_fills,
)

MALFORMED = "Failed to deserialize the JSON body into the target type"


async def test_it_listens_on_loopback_only(paused: Client) -> None:
    assert paused.url.startswith("http://127.0.0.1:")


async def test_a_question_is_answered(paused: Client) -> None:
    assert set(await paused.info(type="allMids")) == {"BTC", "ETH", "SOL", "BNB", "DOGE", "XRP"}
    assert await paused.info(type="subAccounts", user=GPT) is None


async def test_an_unknown_type_is_422_in_plain_text(paused: Client) -> None:
    async with paused.session.post(f"{paused.url}/info", json={"type": "doesNotExist"}) as answer:
        assert (answer.status, answer.content_type, await answer.text()) == (422, "text/plain", MALFORMED)


async def test_what_is_not_json_is_400_and_what_is_not_called_json_415(paused: Client) -> None:
    headers = {"Content-Type": "application/json"}
    async with paused.session.post(f"{paused.url}/info", data=b"{", headers=headers) as answer:
        assert answer.status == 400
    async with paused.session.post(f"{paused.url}/info", data=b"{}", headers={"Content-Type": "text/plain"}) as answer:
        assert answer.status == 415


async def test_an_unknown_coin_is_null_or_500_null(paused: Client) -> None:
    assert await paused.refused(type="l2Book", coin="NOPE") == (200, "null")
    req = {"coin": "NOPE", "interval": "1m", "startTime": 0}
    assert await paused.refused(type="candleSnapshot", req=req) == (500, "null")


async def test_it_takes_no_orders(paused: Client) -> None:
    async with paused.session.post(f"{paused.url}/exchange", json={"action": {"type": "order"}}) as answer:
        assert answer.status == 404
    socket = await paused.socket()
    for payload in ({}, {"type": "allMids"}, {"action": {"type": "order"}}):
        await socket.send_json({"method": "post", "id": 3, "request": {"type": "action", "payload": payload}})
        assert (await next_of(socket, "post"))["response"] == {"type": "error", "payload": "404 Not Found"}


async def test_the_weight_of_a_minute_is_1200(paused: Client) -> None:
    statuses = [(await paused.refused(type="userRole", user=ONE))[0] for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    assert await paused.refused(type="allMids") == (429, "null")


async def test_ten_full_pages_of_fills_use_up_a_minute() -> None:
    """A page of 2000 rows costs 20 and 100 for its rows."""
    fills = (fill(size="0.001", start=f"{place / 1000:.3f}", time=NOON_MS + place) for place in range(2000))
    async with running(recording(*fills), resume_at_ms=NOON_MS + 2000) as simulator, client_of(simulator) as client:
        statuses = [(await client.refused(type="userFillsByTime", user=ONE, startTime=0))[0] for _ in range(11)]
        assert statuses == [200] * 10 + [429]


async def test_the_status_is_no_part_of_the_protocol_and_costs_nothing(paused: Client) -> None:
    for _ in range(3):
        async with paused.session.get(f"{paused.url}/simulator/status") as answer:
            status = await answer.json()
    assert (status["fillsTotal"], status["fillsReplayed"], status["ended"], status["waiting"]) == (456, 0, False, True)
    assert status["seed"] == 1


async def test_a_subscription_is_acknowledged_in_normal_form(paused: Client) -> None:
    socket = await paused.socket()
    await subscribe(socket, {"type": "l2Book", "coin": "BTC"})
    acknowledgement = await next_of(socket, "subscriptionResponse")
    words = {"type": "l2Book", "coin": "BTC", "nSigFigs": None, "mantissa": None}
    assert acknowledgement == {"method": "subscribe", "subscription": words}
    book = await next_of(socket, "l2Book")
    assert [len(side) for side in book["levels"]] == [20, 20]


async def test_a_fast_book_has_five_levels_and_a_coarse_one_tells_its_spread(paused: Client) -> None:
    socket = await paused.socket()
    await subscribe(socket, {"type": "l2Book", "coin": "BTC", "fast": True})
    book = await next_of(socket, "l2Book")
    assert (book["fast"], [len(side) for side in book["levels"]]) == (True, [5, 5])
    await subscribe(socket, {"type": "l2Book", "coin": "BTC", "nSigFigs": 3})
    assert "spread" in await next_of(socket, "l2Book")


async def test_upper_case_addresses_are_the_same_subscription(paused: Client) -> None:
    socket = await paused.socket()
    await subscribe(socket, {"type": "orderUpdates", "user": "0x" + ONE[2:].upper()})
    assert (await next_of(socket, "subscriptionResponse"))["subscription"]["user"] == ONE


async def test_trades_begin_with_a_replay_of_thirty_old_ones(paused: Client) -> None:
    socket = await paused.socket()
    await subscribe(socket, {"type": "trades", "coin": "BTC"})
    replay = await next_of(socket, "trades")
    assert len(replay) == 30
    assert [trade["time"] for trade in replay] == sorted(trade["time"] for trade in replay)
    assert all(len(trade["users"]) == 2 for trade in replay)


async def test_user_fills_begin_with_a_snapshot_and_the_others_with_nothing() -> None:
    early, late = fill(time=NOON_MS), fill(time=NOON_MS + 10**9, start="1")
    async with running(recording(early, late), resume_at_ms=NOON_MS + 5) as simulator, client_of(simulator) as client:
        socket = await client.socket()
        await subscribe(socket, {"type": "userEvents", "user": ONE}, {"type": "orderUpdates", "user": ONE})
        await subscribe(socket, *user_fills([ONE]))
        frames = [await socket.receive_json(timeout=5) for _ in range(4)]
        assert [frame["channel"] for frame in frames] == ["subscriptionResponse"] * 3 + ["userFills"]
        snapshot = frames[-1]["data"]
        assert (snapshot["isSnapshot"], snapshot["user"]) == (True, ONE)
        assert [row["tid"] for row in snapshot["fills"]] == [early.tid]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nonsense", "Error parsing JSON into valid websocket request: nonsense"),
        ("[]", "Error parsing JSON into valid websocket request: []"),
        ('{"method":"dance"}', 'Error parsing JSON into valid websocket request: {"method":"dance"}'),
        ('{"method":"subscribe"}', 'Error parsing JSON into valid websocket request: {"method":"subscribe"}'),
        (
            '{"method":"subscribe","subscription":{"type":"webData2","user":"x"}}',
            (
                'Error parsing JSON into valid websocket request: '
                '{"method":"subscribe","subscription":{"type":"webData2","user":"x"}}'
            ),
        ),
        (
            '{"method":"subscribe","subscription":{"type":"bbo","coin":"NOPE"}}',
            'Invalid subscription {"type":"bbo","coin":"NOPE"}',
        ),
        (
            '{"method":"unsubscribe","subscription":{"type":"bbo","coin":"BTC"}}',
            'Already unsubscribed: {"type":"bbo","coin":"BTC"}',
        ),
    ],
)  # fmt: skip
async def test_a_wrong_word_is_quoted_back(paused: Client, text: str, says: str) -> None:
    socket = await paused.socket()
    await socket.send_str(text)
    assert await next_of(socket, "error") == says


async def test_a_socket_may_begin_with_a_line_of_plain_text() -> None:
    async with running(wait_for_client=True, greets=True) as simulator, client_of(simulator) as client:
        socket = await client.socket()
        assert await socket.receive_str(timeout=5) == "Websocket connection established."


async def test_a_best_bid_and_ask_is_sent_when_it_changes() -> None:
    async with running(speed=1, wait_for_client=False) as simulator, client_of(simulator) as client:
        socket = await client.socket()
        await subscribe(socket, {"type": "bbo", "coin": "BTC"})
        tops: list[Any] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                while True:
                    tops.append((await next_of(socket, "bbo"))["bbo"])
        assert len(tops) >= 2
        assert all(before != after for before, after in pairwise(tops[1:]))


async def test_every_socket_is_told_a_best_bid_and_ask_that_it_was_not_told_last() -> None:
    async with running(wait_for_client=True) as simulator, client_of(simulator) as client:
        asked = {"type": "bbo", "coin": "BTC"}
        first, second = await client.socket(), await client.socket()
        wanted, low = feed_of(simulator, asked)
        await subscribe(first, asked)
        await next_of(first, "bbo")
        high = {**low, "bbo": low["bbo"][::-1]}
        simulator.hub.publish([(wanted, high)], MOMENT)
        assert (await next_of(first, "bbo"))["bbo"] == high["bbo"]
        await subscribe(second, asked)
        await next_of(second, "bbo")
        simulator.hub.publish([(wanted, low), (wanted, low)], MOMENT, only_news=True)
        assert (await next_of(first, "bbo"))["bbo"] == low["bbo"], "it was told of the other price last"
        for socket in (first, second):
            await socket.send_json({"method": "ping"})
            assert await socket.receive_json(timeout=5) == {"channel": "pong"}, "what it was told last is no news"


def feed_of(simulator: Simulator, asked: dict[str, Any]) -> tuple[Subscription, Any]:
    """What a subscription is told now."""
    wanted = read(asked)
    return wanted, feed.first(simulator.exchange, wanted)


MOMENT = Moment(0, 0)


async def test_subscribing_twice_is_an_error_and_unsubscribing_is_not(paused: Client) -> None:
    socket = await paused.socket()
    asked = {"type": "bbo", "coin": "BTC"}
    await subscribe(socket, asked, asked)
    assert await next_of(socket, "error") == 'Already subscribed: {"type":"bbo","coin":"BTC"}'
    await socket.send_json({"method": "unsubscribe", "subscription": asked})
    assert await next_of(socket, "subscriptionResponse") == {"method": "unsubscribe", "subscription": asked}


async def test_who_has_unsubscribed_or_gone_is_told_nothing_more() -> None:
    async with running(wait_for_client=True) as simulator, client_of(simulator) as client:
        asked = {"type": "bbo", "coin": "BTC"}
        stays, leaves, goes = [await client.socket() for _ in range(3)]
        for socket in (stays, leaves, goes):
            await subscribe(socket, asked)
            await next_of(socket, "bbo")
        await leaves.send_json({"method": "unsubscribe", "subscription": asked})
        await next_of(leaves, "subscriptionResponse")
        await goes.close()
        simulator.hub.publish([feed_of(simulator, asked)], MOMENT)
        await leaves.send_json({"method": "ping"})
        assert await leaves.receive_json(timeout=5) == {"channel": "pong"}
        assert await next_of(stays, "bbo")
        assert len(simulator.hub.connections()) == 2


async def test_a_ping_gets_a_pong(paused: Client) -> None:
    socket = await paused.socket()
    await socket.send_json({"method": "ping"})
    assert await socket.receive_json(timeout=5) == {"channel": "pong"}


async def test_a_post_is_answered_with_its_number(paused: Client) -> None:
    socket = await paused.socket()
    request = {"type": "info", "payload": {"type": "l2Book", "coin": "ETH"}}
    await socket.send_json({"method": "post", "id": 41, "request": request})
    answer = await next_of(socket, "post")
    assert (answer["id"], answer["response"]["type"], answer["response"]["payload"]["type"]) == (41, "info", "l2Book")
    assert answer["response"]["payload"]["data"]["coin"] == "ETH"


async def test_a_post_that_fails_says_so_in_text(paused: Client) -> None:
    socket = await paused.socket()
    request = {"type": "info", "payload": {"type": "recentTrades", "coin": "NOPE"}}
    await socket.send_json({"method": "post", "id": 1, "request": request})
    response = {"type": "error", "payload": "500 Internal Server Error"}
    assert await next_of(socket, "post") == {"id": 1, "response": response}


async def test_an_address_may_watch_ten_users_over_all_its_sockets(paused: Client) -> None:
    first, second = await paused.socket(), await paused.socket()
    wallets = [f"0x{number:040x}" for number in range(1, 12)]
    await subscribe(first, *user_fills(wallets[:6]))
    await subscribe(second, *user_fills(wallets[6:]))
    assert await next_of(second, "error") == "Cannot track more than 10 total users."
    await subscribe(second, {"type": "orderUpdates", "user": wallets[0]})
    assert (await next_of(second, "subscriptionResponse"))["method"] == "subscribe"


async def test_a_closed_socket_frees_what_it_had(paused: Client) -> None:
    first, second = await paused.socket(), await paused.socket()
    await subscribe(first, *user_fills(f"0x{number:040x}" for number in range(1, 11)))
    await next_of(first, "userFills")
    await first.close()
    await subscribe(second, *user_fills([ONE]))
    assert (await next_of(second, "userFills", "error"))["user"] == ONE


async def test_who_subscribes_again_before_the_old_socket_is_forgotten_counts_twice() -> None:
    limits = Limits(subscriptions=2, remembers_s=0.5)
    async with running(wait_for_client=True, limits=limits) as simulator, client_of(simulator) as client:
        first, second = await client.socket(), await client.socket()
        both = [{"type": "activeAssetCtx", "coin": coin} for coin in ("BTC", "ETH")]
        await subscribe(first, *both)
        for _ in both:
            await next_of(first, "activeAssetCtx")
        await first.close()
        await subscribe(second, both[0])
        assert await next_of(second, "error") == "Cannot subscribe to more than 2 channels."
        await asyncio.sleep(0.6)
        await subscribe(second, both[0])
        assert (await next_of(second, "subscriptionResponse"))["method"] == "subscribe"


async def test_an_address_has_so_many_sockets_subscriptions_and_posts() -> None:
    small = Limits(sockets=2, subscriptions=2, posts_in_flight=2)
    async with running(wait_for_client=True, limits=small) as simulator, client_of(simulator) as client:
        first, _second = await client.socket(), await client.socket()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await client.socket()
        assert refusal.value.status == 429
        await subscribe(first, *({"type": "activeAssetCtx", "coin": coin} for coin in ("BTC", "ETH", "SOL")))
        assert await next_of(first, "error") == "Cannot subscribe to more than 2 channels."
        for number in range(3):
            request = {"type": "info", "payload": {"type": "allMids"}}
            await first.send_json({"method": "post", "id": number, "request": request})
        assert await next_of(first, "error") == "too many pending post requests id=2"
        assert [(await next_of(first, "post"))["id"] for _ in range(2)] == [0, 1]


async def test_an_address_has_so_many_messages_a_minute() -> None:
    async with (
        running(wait_for_client=True, limits=Limits(messages_per_minute=2)) as simulator,
        client_of(simulator) as client,
    ):
        socket = await client.socket()
        for _ in range(3):
            await socket.send_json({"method": "ping"})
        channels = [(await socket.receive_json(timeout=5))["channel"] for _ in range(3)]
        assert channels == ["pong", "pong", "error"]


async def test_new_sockets_are_counted_by_the_minute() -> None:
    async with (
        running(wait_for_client=True, limits=Limits(new_sockets_per_minute=3)) as simulator,
        client_of(simulator) as client,
    ):
        for _ in range(3):
            await (await client.socket()).close()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await client.socket()


async def test_a_socket_on_which_nothing_is_said_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fadearena.exchange_simulator.hub.SILENCE_S_MAX", 0.5)
    async with running(wait_for_client=True) as simulator, client_of(simulator) as client:
        quiet = await client.socket()
        message = await quiet.receive(timeout=5)
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED)


async def test_a_taken_port_is_an_error_and_nothing_is_left_running() -> None:
    async with running(wait_for_client=True) as simulator:
        taken = int(simulator.url.rsplit(":", 1)[1])
        second = Simulator(port=taken)
        with pytest.raises(OSError, match="address already in use"):
            await second.start()


async def test_frames_between_prints_are_at_most_ten_a_second_and_coin() -> None:
    async with (
        running(speed=4320, limits=UNLIMITED, wait_for_client=False) as simulator,
        client_of(simulator) as client,
    ):
        socket = await client.socket()
        await subscribe(socket, {"type": "bbo", "coin": "BTC"})
        times: list[int] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.5):
                while True:
                    times.append((await next_of(socket, "bbo"))["time"])
        prints = simulator.exchange.markets["BTC"].prints_between(0, simulator.exchange.now_ms)
        assert 3 <= len(times) <= 18 + len(prints)
        assert times == sorted(times)


async def test_several_accounts_are_told_apart() -> None:
    both = recording(fill(tid=1)).accounts + recording(fill(tid=2, time=NOON_MS + 1), wallet=TWO).accounts
    async with (
        running(type(season_one())(both, "two"), speed="max") as simulator,
        client_of(simulator) as client,
    ):
        socket = await client.socket()
        await subscribe(socket, *user_fills([TWO, ONE]))
        seen: dict[str, list[int]] = {}
        for _ in range(4):
            data = await next_of(socket, "userFills")
            seen.setdefault(data["user"], []).extend(row["tid"] for row in data["fills"])
        assert seen == {ONE: [1], TWO: [2]}
