"""The session in virtual time: what it asks for, what it survives, and what it never exceeds."""

from __future__ import annotations

import json
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from fadearena.hyperliquid.messages.frames import BboFrame, UnknownFrame, UserFillsFrame
from fadearena.hyperliquid.session import TRANSITIONS, Phase, Session
from fadearena.hyperliquid.session_events import (
    Arrived,
    Connected,
    Dial,
    Disconnected,
    HangUp,
    Input,
    Limits,
    Lost,
    Malformed,
    Message,
    Opened,
    Output,
    Refused,
    Send,
    ServerSaid,
    Silent,
    Stop,
    Subscribe,
    Subscribed,
    Tick,
    Unsubscribe,
)
from fadearena.hyperliquid.subscriptions import PING, Subscription

T0 = 1_790_000_000_000
USER = "0x" + "a" * 40
FILLS = Subscription.user_fills(USER)
CTX = Subscription.active_asset_ctx("BTC")
BBO = Subscription.bbo("BTC")


def _ack(subscription: Subscription, method: str = "subscribe") -> bytes:
    content = json.loads(subscription.request(method))["subscription"]
    return json.dumps({"channel": "subscriptionResponse", "data": {"method": method, "subscription": content}}).encode()


def _fills(user: str = USER) -> bytes:
    return json.dumps({"channel": "userFills", "data": {"user": user, "fills": []}}).encode()


def _bbo(coin: str = "BTC") -> bytes:
    return json.dumps({"channel": "bbo", "data": {"coin": coin, "time": 1, "bbo": [None, None]}}).encode()


def _error(text: str) -> bytes:
    return json.dumps({"channel": "error", "data": text}).encode()


class _World:
    """A session and a virtual clock."""

    def __init__(self, *subscriptions: Subscription, limits: Limits | None = None, seed: int = 1) -> None:
        self.session = Session(Random(seed), limits)
        self.now = T0
        self.said: list[tuple[int, Output]] = []
        for subscription in subscriptions:
            self.do(Subscribe(subscription))

    def do(self, event: Input) -> list[Output]:
        outputs = self.session.handle(event, self.now)
        self.said += [(self.now, output) for output in outputs]
        return outputs

    def hear(self, raw: bytes) -> list[Output]:
        return self.do(Arrived(self.session.attempt, raw))

    def pass_time(self, duration_ms: int, step_ms: int = 250) -> list[Output]:
        outputs: list[Output] = []
        for _ in range(duration_ms // step_ms):
            self.now += step_ms
            outputs += self.do(Tick())
        return outputs

    def connect(self) -> list[Output]:
        while self.session.phase is not Phase.DIALLING:
            self.now = max(self.now, self.session.wake_ms)
            self.do(Tick())
        return self.do(Opened(self.session.attempt))


def _sent(outputs: list[Output]) -> list[bytes]:
    return [output.raw for output in outputs if isinstance(output, Send)]


def test_a_new_session_dials_at_once_and_subscribes_when_open_users_first() -> None:
    world = _World(BBO, FILLS)
    assert world.do(Tick()) == [Dial(1)]
    outputs = world.do(Opened(1))
    assert outputs[0] == Connected(T0, 1)
    assert _sent(outputs) == [FILLS.request("subscribe"), BBO.request("subscribe")]


def test_a_subscription_is_live_with_its_acknowledgement() -> None:
    world = _World(BBO)
    world.connect()
    assert not world.session.is_live(BBO)
    assert world.hear(_ack(BBO)) == [Subscribed(BBO, T0)]
    assert world.session.is_live(BBO)


def test_data_before_the_acknowledgement_makes_it_live_and_the_late_acknowledgement_says_nothing() -> None:
    world = _World(FILLS)
    world.connect()
    outputs = world.hear(_fills())
    assert outputs[0] == Subscribed(FILLS, T0)
    assert isinstance(outputs[1], Message)
    assert isinstance(outputs[1].frame, UserFillsFrame)
    assert outputs[1].raw == _fills()
    assert world.hear(_ack(FILLS)) == []


def test_data_that_may_belong_to_another_subscription_acknowledges_none() -> None:
    two = [Subscription.user_events("0x" + digit * 40) for digit in "12"]
    world = _World(*two)
    world.connect()
    event = b'{"channel":"user","data":{"nonUserCancel":[{"coin":"BTC","oid":1}]}}'
    assert [type(output) for output in world.hear(event)] == [Message]
    assert world.hear(_ack(two[0])) == [Subscribed(two[0], T0)]
    assert [type(output) for output in world.hear(event)] == [Message]
    assert not world.session.is_live(two[1])


def test_data_still_under_way_from_before_does_not_acknowledge_a_renewed_subscription() -> None:
    world = _World(FILLS)
    world.connect()
    world.hear(_fills())
    world.do(Unsubscribe(FILLS))
    world.do(Subscribe(FILLS))
    assert [type(output) for output in world.hear(_fills())] == [Message]
    assert not world.session.is_live(FILLS)
    assert world.hear(_ack(FILLS)) == [Subscribed(FILLS, T0)]


def test_an_acknowledgement_with_every_optional_key_is_recognised() -> None:
    book = Subscription.l2_book("BTC")
    world = _World(book)
    world.connect()
    raw = (
        b'{"channel":"subscriptionResponse","data":{"method":"subscribe","subscription":{"type":"l2Book","coin":"BTC",'
        b'"nSigFigs":null,"mantissa":null,"fast":false}}}'
    )
    assert world.hear(raw) == [Subscribed(book, T0)]


def test_already_subscribed_counts_as_acknowledged() -> None:
    world = _World(BBO)
    world.connect()
    assert world.hear(_error('Already subscribed: {"type":"bbo","coin":"BTC"}')) == [Subscribed(BBO, T0)]
    assert world.hear(_error('Already unsubscribed: {"type":"bbo","coin":"BTC"}')) == []


def test_an_invalid_subscription_is_dropped_and_reported() -> None:
    world = _World(BBO)
    world.connect()
    text = 'Invalid subscription {"type":"bbo","coin":"BTC"}'
    assert world.hear(_error(text)) == [Refused("invalid", BBO, text)]
    assert world.session.subscriptions == ()


def test_an_error_that_belongs_to_nothing_is_passed_on() -> None:
    world = _World(BBO)
    world.connect()
    for text in ("Something else", "Invalid subscription {", 'Invalid subscription {"type":"bbo","coin":"X"}'):
        assert world.hear(_error(text)) == [ServerSaid(text)]


def test_full_counters_of_the_server_pause_what_is_not_yet_live_and_try_again_by_themselves() -> None:
    world = _World(FILLS, BBO)
    world.connect()
    world.hear(_ack(FILLS))
    text = "Cannot subscribe to more than 1000 channels."
    assert world.hear(_error(text)) == [Refused("capacity", None, text)]
    assert _sent(world.pass_time(20_000)) == []
    outputs = []
    for _ in range(5):
        outputs += world.pass_time(10_000)
        world.hear(_fills())
    assert {raw for raw in _sent(outputs) if raw != PING} == {BBO.request("subscribe")}
    assert world.session.is_live(FILLS)


def test_unsubscribing_says_so_once_and_only_while_open() -> None:
    world = _World(BBO, FILLS)
    assert world.do(Unsubscribe(FILLS)) == []
    world.connect()
    assert world.do(Unsubscribe(BBO)) == [Send(BBO.request("unsubscribe"))]
    assert world.do(Unsubscribe(BBO)) == []
    assert world.session.subscriptions == ()


def test_subscribing_twice_is_once() -> None:
    world = _World(BBO)
    world.connect()
    assert world.do(Subscribe(Subscription("bbo", coin="BTC"))) == []
    assert world.do(Subscribe(Subscription("userFills", user=USER.upper().replace("X", "x")))) != []
    assert world.session.subscriptions == (BBO, FILLS)


def test_pings_go_out_while_all_is_well_and_a_pong_keeps_the_socket() -> None:
    world = _World(BBO)
    world.connect()
    world.hear(_ack(BBO))
    pings = 0
    for _ in range(10):
        outputs = world.pass_time(20_000)
        pings += _sent(outputs).count(PING)
        assert not any(isinstance(output, HangUp) for output in outputs)
        assert world.hear(b'{"channel":"pong"}') == []
    assert 7 <= pings <= 10


def test_a_silent_socket_is_given_up_before_the_server_would() -> None:
    world = _World(BBO)
    world.connect()
    outputs = world.pass_time(60_000)
    reasons = [output.reason for output in outputs if isinstance(output, Disconnected)]
    assert len(reasons) >= 1
    assert any(isinstance(output, HangUp) for output in outputs)


def test_a_single_silent_subscription_is_asked_for_again_while_the_others_go_on() -> None:
    world = _World(CTX, BBO)
    world.connect()
    world.hear(_ack(CTX))
    world.hear(_ack(BBO))
    outputs: list[Output] = []
    for _ in range(32):
        outputs += world.pass_time(1000)
        world.hear(_bbo())
    assert [output for output in outputs if isinstance(output, Silent)] == [Silent(CTX, 30_000)]
    asked = [raw for raw in _sent(outputs) if raw != PING]
    assert asked == [CTX.request("unsubscribe"), CTX.request("subscribe")]


def test_a_subscription_that_stays_silent_costs_the_connection() -> None:
    world = _World(CTX, BBO)
    world.connect()
    outputs: list[Output] = []
    for _ in range(130):
        if world.session.phase is not Phase.OPEN:
            break
        world.hear(_ack(CTX))
        world.hear(_bbo())
        outputs += world.pass_time(1000)
    assert sum(isinstance(output, Silent) for output in outputs) == 3
    assert any(isinstance(output, HangUp) and "activeAssetCtx" in output.reason for output in outputs)


def test_a_quiet_account_is_no_reason_for_anything() -> None:
    world = _World(FILLS, BBO)
    world.connect()
    world.hear(_ack(FILLS))
    world.hear(_ack(BBO))
    for _ in range(100):
        outputs = world.pass_time(10_000, step_ms=1000)
        assert {type(output) for output in outputs} <= {Send}
        world.hear(b'{"channel":"pong"}')


def test_a_subscription_without_an_answer_is_asked_for_three_times_and_then_the_connection_is_changed() -> None:
    world = _World(FILLS, BBO)
    world.connect()
    outputs: list[Output] = []
    for _ in range(35):
        if world.session.phase is Phase.OPEN:
            world.hear(_bbo())
            outputs += world.pass_time(1000)
    assert _sent(outputs).count(FILLS.request("subscribe")) == 2
    assert any(isinstance(output, HangUp) and "userFills" in output.reason for output in outputs)


def test_after_a_loss_everything_comes_back_and_the_waits_grow_with_jitter() -> None:
    world = _World(FILLS, BBO)
    waits = []
    for _ in range(8):
        world.connect()
        outputs = world.do(Lost(world.session.attempt, "gone"))
        assert outputs == [Disconnected("gone", world.now)]
        waits.append(world.session.wake_ms - world.now)
    for number, wait in enumerate(waits):
        most = min(30_000, 500 * 2**number)
        assert most // 2 <= wait <= most
    assert _sent(world.connect()) == [FILLS.request("subscribe"), BBO.request("subscribe")]


def test_a_connection_that_lived_long_starts_the_waits_anew() -> None:
    world = _World()
    for _ in range(6):
        world.connect()
        world.do(Lost(world.session.attempt, "gone"))
    world.connect()
    world.pass_time(30_000)
    world.do(Lost(world.session.attempt, "gone"))
    assert world.session.wake_ms - world.now <= 500


def test_the_same_seed_waits_the_same() -> None:
    def waits(seed: int) -> list[int]:
        world = _World(seed=seed)
        result = []
        for _ in range(5):
            world.connect()
            world.do(Lost(world.session.attempt, "gone"))
            result.append(world.session.wake_ms - world.now)
        return result

    assert waits(7) == waits(7)
    assert waits(7) != waits(8)


def test_a_dial_without_answer_is_given_up_and_its_late_success_ignored() -> None:
    world = _World()
    world.do(Tick())
    outputs = world.pass_time(15_000)
    assert outputs[:1] == [HangUp(1, "no connection in time")]
    world.pass_time(1000)
    assert world.session.attempt == 2
    assert world.do(Opened(1)) == []
    assert world.do(Lost(1, "late")) == []
    assert world.session.phase is Phase.DIALLING


def test_five_hundred_subscriptions_are_asked_for_bit_by_bit() -> None:
    wanted = [Subscription.bbo(f"C{number}") for number in range(500)]
    world = _World(*wanted)
    first = _sent(world.connect())
    assert len(first) == Limits().starts_per_tick
    seen = set(first)
    for _ in range(30):
        batch = _sent(world.pass_time(250))
        assert len(batch) <= Limits().starts_per_tick
        seen |= set(batch)
    assert seen >= {one.request("subscribe") for one in wanted}


def test_more_than_the_budget_is_refused_with_numbers() -> None:
    world = _World(*(Subscription.user_fills("0x" + f"{number:040x}") for number in range(10)))
    eleventh = Subscription.user_fills("0x" + "f" * 40)
    assert world.do(Subscribe(eleventh)) == [Refused("users", eleventh, "own budget", 11, 10)]
    assert world.do(Subscribe(Subscription.user_events("0x" + "0" * 40))) == []
    small = _World(BBO, limits=Limits(subscriptions_max=1))
    assert small.do(Subscribe(CTX)) == [Refused("subscriptions", CTX, "own budget", 2, 1)]
    assert small.session.subscriptions == (BBO,)


def test_a_bad_frame_is_reported_counted_and_survived() -> None:
    world = _World(BBO)
    world.connect()
    outputs = world.hear(b'{"channel":"bbo","data":{"coin":5}}')
    assert isinstance(outputs[0], Malformed)
    assert '{"channel":"bbo"' in outputs[0].quoted
    assert world.session.oddities.counts == {"malformed": 1}
    frame = world.hear(_bbo())[-1]
    assert isinstance(frame, Message)
    assert isinstance(frame.frame, BboFrame)


def test_a_greeting_and_unknown_channels_are_tolerated() -> None:
    world = _World()
    world.connect()
    assert world.hear(b"Websocket connection established.") == []
    assert world.session.oddities.counts == {}
    assert world.hear(b"<html>") == []
    outputs = world.hear(b'{"channel":"tomorrow","data":1}')
    assert isinstance(outputs[0], Message)
    assert isinstance(outputs[0].frame, UnknownFrame)
    assert world.session.oddities.counts == {"no JSON": 1, "channel=tomorrow": 1}


def test_a_stopped_session_hangs_up_and_does_nothing_more() -> None:
    world = _World(BBO)
    world.connect()
    assert world.do(Stop()) == [HangUp(1, "stopped"), Disconnected("stopped", T0)]
    assert world.pass_time(120_000) == []
    assert world.do(Subscribe(FILLS)) == []


def test_the_table_of_transitions_leaves_nothing_of_a_stopped_session() -> None:
    assert not [key for key in TRANSITIONS if key[0] is Phase.STOPPED]
    assert {phase for phase, _ in TRANSITIONS} == {Phase.WAITING, Phase.DIALLING, Phase.OPEN}


HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(["tick", "open", "lose", "stale", "ack", "data", "bad", "full", "subscribe", "unsubscribe"]),
        st.integers(0, 20_000),
        st.integers(0, 40),
    ),
    max_size=150,
)


def _happen(world: _World, what: str, number: int) -> None:
    user = "0x" + f"{number:040x}"
    subscription = Subscription.user_fills(user) if number % 3 else Subscription.active_asset_ctx(f"C{number}")
    attempt = world.session.attempt
    inputs: dict[str, Input] = {
        "tick": Tick(),
        "open": Opened(attempt),
        "lose": Lost(attempt, "gone"),
        "stale": Arrived(attempt - 1, _bbo()),
        "ack": Arrived(attempt, _ack(subscription)),
        "data": Arrived(attempt, _fills(user)),
        "bad": Arrived(attempt, b'{"channel":"userFills","data":[]}'),
        "full": Arrived(attempt, _error("Cannot track more than 15 total users.")),
        "subscribe": Subscribe(subscription),
        "unsubscribe": Unsubscribe(subscription),
    }
    world.do(inputs[what])


def _most_in_a_minute(times: list[int]) -> int:
    return max((sum(1 for one in times if start <= one < start + 60_000) for start in times), default=0)


@settings(max_examples=60, deadline=None)
@given(HAPPENINGS, st.integers(0, 1000))
def test_whatever_happens_the_budgets_hold_and_the_story_is_consistent(
    happenings: list[tuple[str, int, int]], seed: int
) -> None:
    limits = Limits(messages_per_minute=30, connections_per_minute=5, starts_per_tick=4)
    world = _World(limits=limits, seed=seed)
    for what, wait, number in happenings:
        world.now += wait
        _happen(world, "tick", 0)
        _happen(world, what, number)
        assert len({one.user for one in world.session.subscriptions if one.user}) <= 10
    asked = [now for now, output in world.said if isinstance(output, Send) and output.raw != PING]
    assert _most_in_a_minute(asked) <= 30
    assert _most_in_a_minute([now for now, output in world.said if isinstance(output, Dial)]) <= 5
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
    world = _World(FILLS, seed=seed)
    for what, wait, number in happenings:
        world.now += wait
        _happen(world, "tick", 0)
        _happen(world, what, number)
    for _ in range(400):
        world.now = max(world.now + 250, min(world.session.wake_ms, world.now + 30_000))
        for output in world.do(Tick()):
            if isinstance(output, Dial):
                for answer in _sent(world.do(Opened(output.attempt))):
                    _answer(world, answer)
            elif isinstance(output, Send):
                _answer(world, output.raw)
    assert all(world.session.is_live(one) for one in world.session.subscriptions)


def _answer(world: _World, raw: bytes) -> None:
    request = json.loads(raw)
    if request["method"] == "ping":
        world.hear(b'{"channel":"pong"}')
    elif request["method"] == "subscribe":
        world.hear(json.dumps({"channel": "subscriptionResponse", "data": request}).encode())
