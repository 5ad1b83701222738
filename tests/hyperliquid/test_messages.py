"""Every message of the exchange that was recorded is decoded into a typed value, and nothing malformed gets through."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fadearena.hyperliquid.errors import MalformedMessageError
from fadearena.hyperliquid.messages import Fill, decode_answer, decode_frame, raw_fills
from fadearena.hyperliquid.messages.action_answers import ActionAnswer, ItemState
from fadearena.hyperliquid.messages.frames import (
    CHANNELS,
    FRAME_BYTES_MAX,
    BboFrame,
    ErrorFrame,
    L2BookFrame,
    PlainText,
    PongFrame,
    SubscriptionResponseFrame,
    TradesFrame,
    UnknownFrame,
    UserEventFrame,
    UserFillsFrame,
)
from fadearena.hyperliquid.messages.queries import L2_BOOK, ORDER_STATUS, QUERIES, SUB_ACCOUNTS, USER_FILLS

FILES = sorted((Path(__file__).resolve().parents[3] / "shared" / "hyperliquid" / "recorded").glob("*.json"))
needs_recordings = pytest.mark.skipif(not FILES, reason="no recordings of the exchange at ../shared/hyperliquid")

FILL = (
    b'{"coin":"BTC","px":"86006.0","sz":"0.07905","side":"B","time":1791280942711,"startPosition":"-0.14136",'
    b'"dir":"Close Short","closedPnl":"-2.600745","hash":"0x0da3","oid":566617233807,"crossed":true,'
    b'"fee":"-0.067987","tid":669583051366496,"feeToken":"USDC","twapId":null}'
)
FILLS_FRAME = (
    b'{"channel":"userFills","data":{"isSnapshot":true,"user":"0x' + b"0" * 40 + b'","fills":[' + FILL + b"]}}"
)


def _decoded(exchange: dict[str, Any]) -> object:
    """The typed value of one recorded request and its answer."""
    body = json.dumps(exchange["response"]).encode()
    request = exchange["request"]
    if "action" in request or request.get("url") == "/exchange":
        return msgspec.json.decode(body, type=ActionAnswer)
    return decode_answer(QUERIES[request["type"]], body)


@needs_recordings
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_recorded_file_is_decoded(path: Path) -> None:
    content = json.loads(path.read_bytes())
    if "frames" in content:
        sent_by_us = [frame for frame in content["frames"] if "method" in frame]
        arrived = [frame.get("message", frame) for frame in content["frames"] if "method" not in frame]
        assert len(sent_by_us) <= 1
        for frame in arrived:
            decoded = decode_frame(json.dumps(frame).encode())
            assert type(decoded) is CHANNELS[frame["channel"]]
        return
    exchanges = content.get("steps") or content.get("cases") or [content]
    for exchange in exchanges:
        if exchange.get("http_status", 200) == 200:
            decoded_answer = _decoded(exchange)
            assert decoded_answer is not None
            if isinstance(exchange["response"], list):
                assert isinstance(decoded_answer, (list, tuple))
                assert len(decoded_answer) == len(exchange["response"])
        else:
            with pytest.raises(MalformedMessageError):
                decode_answer(USER_FILLS, json.dumps(exchange["response"]).encode())


@needs_recordings
def test_there_are_recordings_of_more_than_sixty_kinds() -> None:
    assert len(FILES) > 60


def test_a_fill_keeps_its_numbers_as_text() -> None:
    frame = decode_frame(FILLS_FRAME)
    assert isinstance(frame, UserFillsFrame)
    assert frame.data.is_snapshot
    fill = frame.data.fills[0]
    assert (fill.px, fill.sz, fill.start_position, fill.fee) == ("86006.0", "0.07905", "-0.14136", "-0.067987")
    assert (fill.side, fill.tid, fill.twap_id, fill.cloid) == ("B", 669583051366496, None, None)


def test_the_raw_fills_of_a_frame_are_the_bytes_that_came() -> None:
    assert raw_fills(FILLS_FRAME) == [FILL]


def test_raw_fills_of_something_else_are_malformed() -> None:
    with pytest.raises(MalformedMessageError):
        raw_fills(b'{"channel":"userFills","data":{}}')


def test_a_fill_encodes_to_the_wire_form_it_came_from() -> None:
    written = json.loads(msgspec.json.encode(msgspec.json.decode(FILL, type=Fill)))
    came = {key: value for key, value in json.loads(FILL).items() if value is not None}
    assert written == came


def test_fills_without_a_trade_id_are_told_apart_by_order_and_position() -> None:
    one = Fill("SUI", "1.3", "10.0", "A", 5, "20.0", "Close Long", "0.0", "0x1", 7, True, "0.0")
    other = Fill("SUI", "1.3", "10.0", "A", 5, "10.0", "Close Long", "0.0", "0x1", 7, True, "0.0")
    assert one.key != other.key


@pytest.mark.parametrize(
    "change",
    [
        (b'"px":"86006.0"', b'"px":86006.0'),
        (b'"sz":"0.07905"', b'"sz":null'),
        (b'"side":"B"', b'"side":"X"'),
        (b'"tid":669583051366496', b'"tid":"669583051366496"'),
        (b'"time":1791280942711', b'"time":1791280942711.5'),
        (b'"crossed":true', b'"crossed":1'),
    ],
)
def test_a_fill_of_the_wrong_shape_is_malformed_and_named(change: tuple[bytes, bytes]) -> None:
    assert change[0] in FILLS_FRAME
    with pytest.raises(MalformedMessageError) as caught:
        decode_frame(FILLS_FRAME.replace(*change))
    assert "userFills" in caught.value.reason
    assert "$.data.fills[0]." in caught.value.reason
    assert caught.value.quoted.startswith('{"channel":"userFills"')


def test_a_missing_fill_field_is_malformed() -> None:
    with pytest.raises(MalformedMessageError, match="startPosition"):
        decode_frame(FILLS_FRAME.replace(b'"startPosition":"-0.14136",', b""))


def test_unknown_keys_words_and_a_mark_written_as_a_number_do_not_stop_a_fill() -> None:
    frame = decode_frame(
        FILLS_FRAME.replace(b'"Close Short"', b'"Teleported"').replace(
            b'"twapId":null', b'"newKey":[1,{}],"liquidation":{"liquidatedUser":"0x1","markPx":1.5,"method":"magic"}'
        )
    )
    assert isinstance(frame, UserFillsFrame)
    assert frame.data.fills[0].dir == "Teleported"
    assert frame.data.fills[0].liquidation is not None


def test_the_order_of_keys_does_not_matter() -> None:
    frame = decode_frame(b'{"data":{"coin":"BTC","time":1,"bbo":[null,{"px":"1","sz":"2","n":3}]},"channel":"bbo"}')
    assert isinstance(frame, BboFrame)
    assert frame.data.bbo[0] is None


def test_a_greeting_is_plain_text() -> None:
    assert decode_frame(b"Websocket connection established.") == PlainText("Websocket connection established.")
    assert isinstance(decode_frame(b""), PlainText)
    assert isinstance(decode_frame(b"\xff\xfe"), PlainText)


def test_a_channel_without_a_type_is_a_frame_and_no_fault() -> None:
    frame = decode_frame(b'{"channel":"tomorrow","data":{"a":1}}')
    assert frame == UnknownFrame("tomorrow", '{"channel":"tomorrow","data":{"a":1}}')


@pytest.mark.parametrize(
    "raw", [b"{", b"[]", b"3", b"null", b'{"data":1}', b'{"channel":5}', b'{"channel":"bbo"}', b'"text"', b"[" * 5000]
)
def test_json_that_is_no_frame_is_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedMessageError):
        decode_frame(raw)


def test_a_frame_that_is_too_large_is_malformed_and_only_its_beginning_quoted() -> None:
    with pytest.raises(MalformedMessageError) as caught:
        decode_frame(b"x" * (FRAME_BYTES_MAX + 1))
    assert len(str(caught.value)) < 400


def test_small_frames_have_their_types() -> None:
    assert decode_frame(b'{"channel":"pong"}') == PongFrame()
    assert decode_frame(b'{"channel":"error","data":"Invalid subscription {}"}') == ErrorFrame(
        "Invalid subscription {}"
    )
    ack = decode_frame(
        b'{"channel":"subscriptionResponse","data":{"method":"subscribe","subscription":'
        b'{"type":"l2Book","coin":"BTC","nSigFigs":null,"mantissa":null}}}'
    )
    assert isinstance(ack, SubscriptionResponseFrame)
    assert ack.data.subscription["coin"] == "BTC"


def test_answers_that_may_be_null_are_none() -> None:
    assert decode_answer(L2_BOOK, b"null") is None
    assert decode_answer(SUB_ACCOUNTS, b"null") is None


def test_an_unknown_order_is_a_value() -> None:
    assert decode_answer(ORDER_STATUS, b'{"status":"unknownOid"}').order is None


def test_an_answer_of_another_shape_is_malformed_and_named() -> None:
    with pytest.raises(MalformedMessageError, match="userFills"):
        decode_answer(USER_FILLS, b'{"status":"err"}')


def test_items_of_an_action_answer_are_words_or_states() -> None:
    answer = msgspec.json.decode(
        b'{"status":"ok","response":{"type":"order","data":{"statuses":["success",{"error":"No. asset=1"}]}}}',
        type=ActionAnswer,
    )
    assert not isinstance(answer.response, str)
    assert not isinstance(answer.response.data, (str, type(None)))
    assert answer.response.data.statuses == ("success", ItemState(error="No. asset=1"))


def test_recorded_frames_of_one_recording_have_the_expected_channels(
    recorded_frames: Callable[[str], list[bytes]],
) -> None:
    kinds = {type(decode_frame(raw)) for raw in recorded_frames("ws_subscribe_sequence.json")}
    assert kinds >= {TradesFrame, L2BookFrame}


def test_user_events_of_all_recorded_kinds_are_told_apart(recorded_frames: Callable[[str], list[bytes]]) -> None:
    events = [decode_frame(raw) for raw in recorded_frames("ws_frames_userEvents.json")]
    kinds = set()
    for event in events:
        assert isinstance(event, UserEventFrame)
        kinds |= {name for name in event.data.__struct_fields__ if getattr(event.data, name) is not None}
    assert kinds == {"fills", "funding", "liquidation", "non_user_cancel"}


def test_the_recorded_post_request_is_ours_and_not_decoded_as_a_frame(recording: Callable[[str], Any]) -> None:
    assert recording("ws_frames_post_info.json")["frames"][0]["method"] == "post"
