"""Whatever bytes arrive, reading them ends in a frame or in one known error."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fadearena.hyperliquid.errors import QUOTE_CHARACTERS_MAX, MalformedMessageError
from fadearena.hyperliquid.messages import Frame, decode_answer, decode_frame, raw_fills
from fadearena.hyperliquid.messages.frames import CHANNELS, PlainText, UnknownFrame
from fadearena.hyperliquid.messages.queries import QUERIES, USER_FILLS
from fadearena.hyperliquid.subscriptions import topic_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FILL = {
    "coin": "BTC",
    "px": "1",
    "sz": "1",
    "side": "B",
    "time": 1,
    "startPosition": "0",
    "dir": "Open Long",
    "closedPnl": "0",
    "hash": "0x",
    "oid": 1,
    "crossed": True,
    "fee": "0",
    "tid": 1,
    "feeToken": "USDC",
}


def _outcome(read: Callable[[], Any]) -> Any:
    """What was read, or the refusal."""
    try:
        return read()
    except MalformedMessageError as error:
        return error


def _read(raw: bytes) -> Frame | None:
    frame: Frame | MalformedMessageError = _outcome(lambda: decode_frame(raw))
    if isinstance(frame, MalformedMessageError):
        assert "\n" not in frame.quoted
        assert len(frame.quoted) <= QUOTE_CHARACTERS_MAX * 10
        return None
    assert isinstance(frame, (PlainText, UnknownFrame)) or type(frame) in CHANNELS.values()
    topic_of(frame)
    return frame


@given(st.binary(max_size=60))
@example(b'{"channel":"error","data":"\\ud800"}')
@example(b'{"channel":"error","data":"\xff"}')
@example(b'{"channel":"pong"}\x00')
@example(b"\xef\xbb\xbf{}")
@example(b'{"channel":"bbo","data":{"coin":"' + b"A" * 3000)
@example(b'{"channel":' + b"[" * 20000)
@example(b'{"channel":"post","data":' + b'{"a":' * 20000)
def test_any_bytes_are_a_frame_or_malformed(raw: bytes) -> None:
    _read(raw)


@settings(max_examples=200)
@given(st.sampled_from(sorted(CHANNELS)), JSON)
def test_any_data_of_a_known_channel_is_its_frame_or_malformed(channel: str, data: object) -> None:
    frame = _read(json.dumps({"channel": channel, "data": data}).encode())
    assert frame is None or type(frame) is CHANNELS[channel]


@given(st.sampled_from(sorted(FILL)), JSON)
def test_a_fill_with_one_field_spoilt_is_read_or_malformed_and_never_something_else(field: str, value: object) -> None:
    body: dict[str, Any] = {"channel": "userFills", "data": {"user": "0x", "fills": [{**FILL, field: value}]}}
    raw = json.dumps(body).encode()
    if _read(raw) is not None:
        assert type(value) is type(FILL[field])
        assert len(raw_fills(raw)) == 1


@settings(max_examples=200)
@given(st.sampled_from(sorted(QUERIES)), JSON)
def test_any_answer_is_read_or_malformed(kind: str, content: object) -> None:
    outcome = _outcome(lambda: decode_answer(QUERIES[kind], json.dumps(content).encode()))
    assert not isinstance(outcome, MalformedMessageError) or kind in outcome.reason


@given(st.binary(max_size=40))
def test_any_bytes_of_an_answer_are_read_or_malformed(raw: bytes) -> None:
    outcome = _outcome(lambda: decode_answer(USER_FILLS, raw))
    assert outcome == [] or isinstance(outcome, MalformedMessageError)
