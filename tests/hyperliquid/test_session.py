"""The session in virtual time: what it asks for and what it survives."""

from __future__ import annotations

from fadearena.hyperliquid.messages.frames import BboFrame, UnknownFrame, UserFillsFrame
from fadearena.hyperliquid.session import TRANSITIONS, Phase
from fadearena.hyperliquid.session_events import (
    Connected,
    Dial,
    Disconnected,
    HangUp,
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
from tests.hyperliquid.session_world import BBO, CTX, FILLS, T0, USER, World, ack, bbo, ctx, error, fills, sent


def test_a_new_session_dials_at_once_and_subscribes_when_open_users_first() -> None:
    world = World(BBO, FILLS)
    assert world.do(Tick()) == [Dial(1)]
    outputs = world.do(Opened(1))
    assert outputs[0] == Connected(T0, 1)
    assert sent(outputs) == [FILLS.request("subscribe"), BBO.request("subscribe")]


def test_a_subscription_is_live_with_its_acknowledgement() -> None:
    world = World(BBO)
    world.connect()
    assert not world.session.is_live(BBO)
    assert world.hear(ack(BBO)) == [Subscribed(BBO, T0)]
    assert world.session.is_live(BBO)


def test_data_before_the_acknowledgement_makes_it_live_and_the_late_acknowledgement_says_nothing() -> None:
    world = World(FILLS)
    world.connect()
    outputs = world.hear(fills())
    assert outputs[0] == Subscribed(FILLS, T0)
    assert isinstance(outputs[1], Message)
    assert isinstance(outputs[1].frame, UserFillsFrame)
    assert outputs[1].raw == fills()
    assert world.hear(ack(FILLS)) == []


def test_data_that_may_belong_to_another_subscription_acknowledges_none() -> None:
    two = [Subscription.user_events("0x" + digit * 40) for digit in "12"]
    world = World(*two)
    world.connect()
    event = b'{"channel":"user","data":{"nonUserCancel":[{"coin":"BTC","oid":1}]}}'
    assert [type(output) for output in world.hear(event)] == [Message]
    assert world.hear(ack(two[0])) == [Subscribed(two[0], T0)]
    assert [type(output) for output in world.hear(event)] == [Message]
    assert not world.session.is_live(two[1])


def test_data_still_under_way_from_before_does_not_acknowledge_a_renewed_subscription() -> None:
    world = World(FILLS)
    world.connect()
    world.hear(fills())
    world.do(Unsubscribe(FILLS))
    world.do(Subscribe(FILLS))
    assert [type(output) for output in world.hear(fills())] == [Message]
    assert not world.session.is_live(FILLS)
    assert world.hear(ack(FILLS)) == [Subscribed(FILLS, T0)]


def test_an_acknowledgement_with_every_optional_key_is_recognised() -> None:
    book = Subscription.l2_book("BTC")
    world = World(book)
    world.connect()
    raw = (
        b'{"channel":"subscriptionResponse","data":{"method":"subscribe","subscription":{"type":"l2Book","coin":"BTC",'
        b'"nSigFigs":null,"mantissa":null,"fast":false}}}'
    )
    assert world.hear(raw) == [Subscribed(book, T0)]


def test_already_subscribed_counts_as_acknowledged() -> None:
    world = World(BBO)
    world.connect()
    assert world.hear(error('Already subscribed: {"type":"bbo","coin":"BTC"}')) == [Subscribed(BBO, T0)]
    assert world.hear(error('Already unsubscribed: {"type":"bbo","coin":"BTC"}')) == []


def test_an_invalid_subscription_is_dropped_and_reported() -> None:
    world = World(BBO)
    world.connect()
    text = 'Invalid subscription {"type":"bbo","coin":"BTC"}'
    assert world.hear(error(text)) == [Refused("invalid", BBO, text)]
    assert world.session.subscriptions == ()


def test_a_subscription_that_the_server_does_not_understand_waits_and_costs_no_connection() -> None:
    """As webData2 left the socket: asking three times in a row would cost the connection every half minute."""
    gone = Subscription("webData2", user=USER)
    world = World(gone, FILLS)
    world.connect()
    world.hear(ack(FILLS))
    text = f"Error parsing JSON into valid websocket request: {gone.request('subscribe').decode()}"
    outputs: list[Output] = []
    for _ in range(300):
        if gone.request("subscribe") in sent(outputs[-5:]):
            assert world.hear(error(text)) == [ServerSaid(text)]
        world.hear(fills())
        outputs += world.pass_time(1000)
    assert not any(isinstance(output, HangUp) for output in outputs)
    assert 3 <= sent(outputs).count(gone.request("subscribe")) <= 6
    assert world.session.is_live(FILLS)


def test_an_error_that_belongs_to_nothing_is_passed_on() -> None:
    world = World(BBO)
    world.connect()
    for text in (
        "Something else",
        "Invalid subscription {",
        "Invalid subscription " + "[" * 9999 + "{" * 9999,
        "Already subscribed",
        'Invalid subscription {"type":"bbo","coin":"X"}',
    ):
        assert world.hear(error(text)) == [ServerSaid(text)]


def test_full_counters_of_the_server_pause_what_is_not_yet_live_and_try_again_by_themselves() -> None:
    world = World(FILLS, BBO)
    world.connect()
    world.hear(ack(FILLS))
    text = "Cannot subscribe to more than 1000 channels."
    assert world.hear(error(text)) == [Refused("capacity", None, text)]
    assert sent(world.pass_time(20_000)) == []
    outputs = []
    for _ in range(5):
        outputs += world.pass_time(10_000)
        world.hear(fills())
    assert {raw for raw in sent(outputs) if raw != PING} == {BBO.request("subscribe")}
    assert world.session.is_live(FILLS)


def test_unsubscribing_says_so_once_and_only_while_open() -> None:
    world = World(BBO, FILLS)
    assert world.do(Unsubscribe(FILLS)) == []
    world.connect()
    assert world.do(Unsubscribe(BBO)) == [Send(BBO.request("unsubscribe"))]
    assert world.do(Unsubscribe(BBO)) == []
    assert world.session.subscriptions == ()


def test_subscribing_twice_is_once() -> None:
    world = World(BBO)
    world.connect()
    assert world.do(Subscribe(Subscription("bbo", coin="BTC"))) == []
    assert world.do(Subscribe(Subscription("userFills", user=USER.upper().replace("X", "x")))) != []
    assert world.session.subscriptions == (BBO, FILLS)


def test_pings_go_out_while_all_is_well_and_a_pong_keeps_the_socket() -> None:
    world = World(BBO)
    world.connect()
    world.hear(ack(BBO))
    pings = 0
    for _ in range(10):
        outputs = world.pass_time(20_000)
        pings += sent(outputs).count(PING)
        assert not any(isinstance(output, HangUp) for output in outputs)
        assert world.hear(b'{"channel":"pong"}') == []
    assert 7 <= pings <= 10


def test_a_silent_socket_is_given_up_before_the_server_would() -> None:
    world = World(BBO)
    world.connect()
    outputs = world.pass_time(60_000)
    reasons = [output.reason for output in outputs if isinstance(output, Disconnected)]
    assert len(reasons) >= 1
    assert any(isinstance(output, HangUp) for output in outputs)


def test_a_single_silent_subscription_is_asked_for_again_while_the_others_go_on() -> None:
    world = World(CTX, BBO)
    world.connect()
    world.hear(ack(CTX))
    world.hear(ack(BBO))
    outputs: list[Output] = []
    for _ in range(32):
        outputs += world.pass_time(1000)
        world.hear(bbo())
    assert [output for output in outputs if isinstance(output, Silent)] == [Silent(CTX, 30_000)]
    asked = [raw for raw in sent(outputs) if raw != PING]
    assert asked == [CTX.request("unsubscribe"), CTX.request("subscribe")]


def test_a_subscription_that_stays_silent_costs_the_connection() -> None:
    world = World(CTX, BBO)
    world.connect()
    outputs: list[Output] = []
    for _ in range(130):
        if world.session.phase is not Phase.OPEN:
            break
        world.hear(ack(CTX))
        world.hear(bbo())
        outputs += world.pass_time(1000)
    assert sum(isinstance(output, Silent) for output in outputs) == 3
    assert any(isinstance(output, HangUp) and "activeAssetCtx" in output.reason for output in outputs)


def test_a_quiet_account_is_no_reason_for_anything() -> None:
    world = World(FILLS, BBO)
    world.connect()
    world.hear(ack(FILLS))
    world.hear(ack(BBO))
    for _ in range(100):
        outputs = world.pass_time(10_000, step_ms=1000)
        assert {type(output) for output in outputs} <= {Send}
        world.hear(b'{"channel":"pong"}')


def test_a_subscription_without_an_answer_is_asked_for_three_times_and_then_the_connection_is_changed() -> None:
    world = World(FILLS, BBO)
    world.connect()
    outputs: list[Output] = []
    for _ in range(35):
        if world.session.phase is Phase.OPEN:
            world.hear(bbo())
            outputs += world.pass_time(1000)
    assert sent(outputs).count(FILLS.request("subscribe")) == 2
    assert any(isinstance(output, HangUp) and "userFills" in output.reason for output in outputs)


def test_a_subscription_that_stays_silent_on_the_next_connection_too_costs_no_further_one() -> None:
    """A coin that was delisted must not tear down the wallets' feed every two minutes."""
    world = World(CTX, BBO)
    world.connect()
    outputs: list[Output] = []
    for _ in range(1200):
        if world.session.phase is not Phase.OPEN:
            world.connect()
        world.hear(ack(CTX))
        world.hear(bbo())
        outputs += world.pass_time(1000)
    assert sum(isinstance(output, HangUp) for output in outputs) == 1
    assert sent(outputs).count(CTX.request("subscribe")) > 20
    world.hear(ack(CTX))
    world.hear(ctx())
    outputs = []
    for _ in range(200):
        if world.session.phase is Phase.OPEN:
            world.hear(bbo())
            world.hear(ack(CTX))
            outputs += world.pass_time(1000)
    assert sum(isinstance(output, HangUp) for output in outputs) == 1, "once it has spoken, it is believed again"


def test_a_subscription_that_is_never_answered_costs_one_connection_and_no_more() -> None:
    world = World(FILLS, BBO)
    world.connect()
    outputs: list[Output] = []
    for _ in range(600):
        if world.session.phase is not Phase.OPEN:
            world.connect()
        world.hear(bbo())
        outputs += world.pass_time(1000)
    assert sum(isinstance(output, HangUp) for output in outputs) == 1
    assert sent(outputs).count(FILLS.request("subscribe")) > 20
    world.hear(ack(FILLS))
    assert world.session.is_live(FILLS)


def test_after_a_loss_everything_comes_back_and_the_waits_grow_with_jitter() -> None:
    world = World(FILLS, BBO)
    waits = []
    for _ in range(8):
        world.connect()
        outputs = world.do(Lost(world.session.attempt, "gone"))
        assert outputs == [Disconnected("gone", world.now)]
        waits.append(world.session.wake_ms - world.now)
    for number, wait in enumerate(waits):
        most = min(30_000, 500 * 2**number)
        assert most // 2 <= wait <= most
    assert sent(world.connect()) == [FILLS.request("subscribe"), BBO.request("subscribe")]


def test_a_connection_that_lived_long_starts_the_waits_anew() -> None:
    world = World()
    for _ in range(6):
        world.connect()
        world.do(Lost(world.session.attempt, "gone"))
    world.connect()
    world.pass_time(30_000)
    world.do(Lost(world.session.attempt, "gone"))
    assert world.session.wake_ms - world.now <= 500


def test_the_same_seed_waits_the_same() -> None:
    def waits(seed: int) -> list[int]:
        world = World(seed=seed)
        result = []
        for _ in range(5):
            world.connect()
            world.do(Lost(world.session.attempt, "gone"))
            result.append(world.session.wake_ms - world.now)
        return result

    assert waits(7) == waits(7)
    assert waits(7) != waits(8)


def test_a_dial_without_answer_is_given_up_and_its_late_success_ignored() -> None:
    world = World()
    world.do(Tick())
    outputs = world.pass_time(15_000)
    assert outputs[:1] == [HangUp(1, "no connection in time")]
    world.pass_time(1000)
    assert world.session.attempt == 2
    assert world.do(Opened(1)) == []
    assert world.do(Lost(1, "late")) == []
    assert world.session.phase is Phase.DIALLING


def test_a_bad_frame_is_reported_counted_and_survived() -> None:
    world = World(BBO)
    world.connect()
    outputs = world.hear(b'{"channel":"bbo","data":{"coin":5}}')
    assert isinstance(outputs[0], Malformed)
    assert '{"channel":"bbo"' in outputs[0].quoted
    assert world.session.oddities.counts == {"malformed": 1}
    frame = world.hear(bbo())[-1]
    assert isinstance(frame, Message)
    assert isinstance(frame.frame, BboFrame)


def test_a_greeting_and_unknown_channels_are_tolerated() -> None:
    world = World()
    world.connect()
    assert world.hear(b"Websocket connection established.") == []
    assert world.session.oddities.counts == {}
    assert world.hear(b"<html>") == []
    outputs = world.hear(b'{"channel":"tomorrow","data":1}')
    assert isinstance(outputs[0], Message)
    assert isinstance(outputs[0].frame, UnknownFrame)
    assert world.session.oddities.counts == {"no JSON": 1, "channel=tomorrow": 1}


def test_a_stopped_session_hangs_up_and_does_nothing_more() -> None:
    world = World(BBO)
    world.connect()
    assert world.do(Stop()) == [HangUp(1, "stopped"), Disconnected("stopped", T0)]
    assert world.pass_time(120_000) == []
    assert world.do(Subscribe(FILLS)) == []


def test_the_table_of_transitions_leaves_nothing_of_a_stopped_session() -> None:
    assert not [key for key in TRANSITIONS if key[0] is Phase.STOPPED]
    assert {phase for phase, _ in TRANSITIONS} == {Phase.WAITING, Phase.DIALLING, Phase.OPEN}
