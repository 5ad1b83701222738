"""The budgets of a session, and laws that hold whatever happens to it."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from fadearena.hyperliquid.session import Phase
from fadearena.hyperliquid.session_events import (
    Arrived,
    Connected,
    Dial,
    Disconnected,
    Input,
    Limits,
    Lost,
    Malformed,
    Message,
    Opened,
    Refused,
    Send,
    Silent,
    Subscribe,
    Subscribed,
    Tick,
    Unsubscribe,
)
from fadearena.hyperliquid.subscriptions import PING, Subscription
from tests.hyperliquid.session_world import BBO, CTX, FILLS, World, ack, bbo, error, fills, sent


def test_five_hundred_subscriptions_are_asked_for_bit_by_bit() -> None:
    wanted = [Subscription.bbo(f"C{number}") for number in range(500)]
    world = World(*wanted)
    first = sent(world.connect())
    assert len(first) == Limits().starts_per_tick
    seen = set(first)
    for _ in range(30):
        batch = sent(world.pass_time(250))
        assert len(batch) <= Limits().starts_per_tick
        seen |= set(batch)
    assert seen >= {one.request("subscribe") for one in wanted}


def test_of_messages_no_more_are_sent_in_a_minute_than_the_budget_allows_and_the_rest_later() -> None:
    wanted = [Subscription.bbo(f"C{number}") for number in range(12)]
    world = World(*wanted, limits=Limits(messages_per_minute=5, silence_ms=600_000, ack_wait_ms=600_000))
    world.connect()
    world.pass_time(180_000)
    asked = [(moment, output.raw) for moment, output in world.said if isinstance(output, Send) and output.raw != PING]
    assert [raw for _, raw in asked] == [one.request("subscribe") for one in wanted]
    assert most_in_a_minute([moment for moment, _ in asked]) <= 5


def test_no_more_connections_are_dialled_in_a_minute_than_the_budget_allows() -> None:
    limits = Limits(connections_per_minute=4, backoff_min_ms=10, backoff_max_ms=10)
    world = World(BBO, limits=limits)
    dials = 0
    for _ in range(180):
        world.pass_time(1000)
        if world.session.phase is Phase.DIALLING:
            dials += 1
            world.do(Lost(world.session.attempt, "refused"))
    times = [moment for moment, output in world.said if isinstance(output, Dial)]
    assert most_in_a_minute(times) == 4
    assert dials == len(times) == 12


def test_more_than_the_budget_is_refused_with_numbers() -> None:
    world = World(*(Subscription.user_fills("0x" + f"{number:040x}") for number in range(10)))
    eleventh = Subscription.user_fills("0x" + "f" * 40)
    assert world.do(Subscribe(eleventh)) == [Refused("users", eleventh, "own budget", 11, 10)]
    assert world.do(Subscribe(Subscription.user_events("0x" + "0" * 40))) == []
    small = World(BBO, limits=Limits(subscriptions_max=1))
    assert small.do(Subscribe(CTX)) == [Refused("subscriptions", CTX, "own budget", 2, 1)]
    assert small.session.subscriptions == (BBO,)


HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(["tick", "open", "lose", "stale", "ack", "data", "bad", "full", "subscribe", "unsubscribe"]),
        st.integers(0, 20_000),
        st.integers(0, 40),
    ),
    max_size=150,
)


def _happen(world: World, what: str, number: int) -> None:
    user = "0x" + f"{number:040x}"
    subscription = Subscription.user_fills(user) if number % 3 else Subscription.active_asset_ctx(f"C{number}")
    attempt = world.session.attempt
    inputs: dict[str, Input] = {
        "tick": Tick(),
        "open": Opened(attempt),
        "lose": Lost(attempt, "gone"),
        "stale": Arrived(attempt - 1, bbo()),
        "ack": Arrived(attempt, ack(subscription)),
        "data": Arrived(attempt, fills(user)),
        "bad": Arrived(attempt, b'{"channel":"userFills","data":[]}'),
        "full": Arrived(attempt, error("Cannot track more than 15 total users.")),
        "subscribe": Subscribe(subscription),
        "unsubscribe": Unsubscribe(subscription),
    }
    world.do(inputs[what])


def most_in_a_minute(times: list[int]) -> int:
    return max((sum(1 for one in times if start <= one < start + 60_000) for start in times), default=0)


@settings(max_examples=60, deadline=None)
@given(HAPPENINGS, st.integers(0, 1000))
def test_whatever_happens_the_budgets_hold_and_the_story_is_consistent(
    happenings: list[tuple[str, int, int]], seed: int
) -> None:
    limits = Limits(messages_per_minute=30, connections_per_minute=5, starts_per_tick=4)
    world = World(limits=limits, seed=seed)
    for what, wait, number in happenings:
        world.now += wait
        _happen(world, "tick", 0)
        _happen(world, what, number)
        assert len({one.user for one in world.session.subscriptions if one.user}) <= 10
    asked = [now for now, output in world.said if isinstance(output, Send) and output.raw != PING]
    assert most_in_a_minute(asked) <= 30
    assert most_in_a_minute([now for now, output in world.said if isinstance(output, Dial)]) <= 5
    open_now = False
    for _, output in world.said:
        if isinstance(output, Connected):
            assert not open_now
            open_now = True
        elif isinstance(output, Disconnected):
            open_now = False
        elif isinstance(output, (Send, Message, Subscribed, Silent, Malformed)):
            assert open_now


@settings(max_examples=30, deadline=None)
@given(HAPPENINGS, st.integers(0, 1000))
def test_whatever_happened_a_server_that_answers_makes_every_subscription_live_again(
    happenings: list[tuple[str, int, int]], seed: int
) -> None:
    world = World(FILLS, seed=seed)
    for what, wait, number in happenings:
        world.now += wait
        _happen(world, "tick", 0)
        _happen(world, what, number)
    for _ in range(400):
        world.now = max(world.now + 250, min(world.session.wake_ms, world.now + 30_000))
        for output in world.do(Tick()):
            if isinstance(output, Dial):
                for answer in sent(world.do(Opened(output.attempt))):
                    _answer(world, answer)
            elif isinstance(output, Send):
                _answer(world, output.raw)
    assert all(world.session.is_live(one) for one in world.session.subscriptions)


def _answer(world: World, raw: bytes) -> None:
    request = json.loads(raw)
    if request["method"] == "ping":
        world.hear(b'{"channel":"pong"}')
    elif request["method"] == "subscribe":
        world.hear(json.dumps({"channel": "subscriptionResponse", "data": request}).encode())
