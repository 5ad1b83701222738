"""Socket frames: bytes in, one typed frame out.

Pure. A frame is decoded in one pass, its channel picks the type. Channels without a type here, and text that is no JSON
(the greeting that may precede everything), are frames too: only a known channel with data of the wrong shape is
malformed. Channels: section 10 of the protocol reference.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

import msgspec

from fadearena.hyperliquid.errors import MalformedMessageError, quoted
from fadearena.hyperliquid.messages.account import (
    ActiveAssetData,
    ClearinghouseStateUpdate,
    Notification,
    SpotState,
    UserEvent,
    UserFundings,
    UserNonFundingLedgerUpdates,
    WebData3,
)
from fadearena.hyperliquid.messages.fills import UserFills, UserTwapSliceFills
from fadearena.hyperliquid.messages.market import (
    ActiveAssetCtx,
    ActiveSpotAssetCtx,
    Bbo,
    Candle,
    L2Book,
    Mids,
    Trade,
)
from fadearena.hyperliquid.messages.orders import OpenOrders, OrderUpdate


class _Frame(msgspec.Struct, frozen=True, gc=False, tag_field="channel"):
    """A frame is its channel (the tag) and the channel's data."""


class AllMidsFrame(_Frame, frozen=True, tag="allMids"):
    data: Mids


class BboFrame(_Frame, frozen=True, tag="bbo"):
    data: Bbo


class L2BookFrame(_Frame, frozen=True, tag="l2Book"):
    data: L2Book


class TradesFrame(_Frame, frozen=True, tag="trades"):
    """The first one after subscribing replays 30 old trades without saying so: de-duplicate, never act on it."""

    data: list[Trade]


class CandleFrame(_Frame, frozen=True, tag="candle"):
    data: Candle


class ActiveAssetCtxFrame(_Frame, frozen=True, tag="activeAssetCtx"):
    data: ActiveAssetCtx


class ActiveSpotAssetCtxFrame(_Frame, frozen=True, tag="activeSpotAssetCtx"):
    data: ActiveSpotAssetCtx


class UserFillsFrame(_Frame, frozen=True, tag="userFills"):
    data: UserFills


class UserTwapSliceFillsFrame(_Frame, frozen=True, tag="userTwapSliceFills"):
    data: UserTwapSliceFills


class UserEventFrame(_Frame, frozen=True, tag="user"):
    data: UserEvent


class OrderUpdatesFrame(_Frame, frozen=True, tag="orderUpdates"):
    data: list[OrderUpdate]


class OpenOrdersFrame(_Frame, frozen=True, tag="openOrders"):
    data: OpenOrders


class UserFundingsFrame(_Frame, frozen=True, tag="userFundings"):
    data: UserFundings


class LedgerUpdatesFrame(_Frame, frozen=True, tag="userNonFundingLedgerUpdates"):
    data: UserNonFundingLedgerUpdates


class ClearinghouseStateFrame(_Frame, frozen=True, tag="clearinghouseState"):
    data: ClearinghouseStateUpdate


class SpotStateFrame(_Frame, frozen=True, tag="spotState"):
    data: SpotState


class ActiveAssetDataFrame(_Frame, frozen=True, tag="activeAssetData"):
    data: ActiveAssetData


class WebData3Frame(_Frame, frozen=True, tag="webData3"):
    data: WebData3


class NotificationFrame(_Frame, frozen=True, tag="notification"):
    data: Notification


class PostResponse(msgspec.Struct, frozen=True, gc=False):
    """``type`` is "info", "action" or "error"; an error's payload is text."""

    type: str
    payload: msgspec.Raw


class PostData(msgspec.Struct, frozen=True, gc=False):
    """``id`` is the one that the request bore."""

    id: int
    response: PostResponse


class PostFrame(_Frame, frozen=True, tag="post"):
    data: PostData


class SubscriptionResponse(msgspec.Struct, frozen=True, gc=False):
    """``subscription`` comes back with every optional key, null where it was left out."""

    method: str
    subscription: dict[str, Any]


class SubscriptionResponseFrame(_Frame, frozen=True, tag="subscriptionResponse"):
    data: SubscriptionResponse


class PongFrame(_Frame, frozen=True, tag="pong"):
    data: None = None


class ErrorFrame(_Frame, frozen=True, tag="error"):
    """The text quotes the request; there is no id to tell which one."""

    data: str


class UnknownFrame(msgspec.Struct, frozen=True, gc=False):
    """JSON of a channel that we have no type for."""

    channel: str
    text: str


class PlainText(msgspec.Struct, frozen=True, gc=False):
    """Something that is not JSON, such as the greeting."""

    text: str


TaggedFrame: TypeAlias = (
    AllMidsFrame
    | BboFrame
    | L2BookFrame
    | TradesFrame
    | CandleFrame
    | ActiveAssetCtxFrame
    | ActiveSpotAssetCtxFrame
    | UserFillsFrame
    | UserTwapSliceFillsFrame
    | UserEventFrame
    | OrderUpdatesFrame
    | OpenOrdersFrame
    | UserFundingsFrame
    | LedgerUpdatesFrame
    | ClearinghouseStateFrame
    | SpotStateFrame
    | ActiveAssetDataFrame
    | WebData3Frame
    | NotificationFrame
    | PostFrame
    | SubscriptionResponseFrame
    | PongFrame
    | ErrorFrame
)
Frame: TypeAlias = TaggedFrame | UnknownFrame | PlainText

CHANNELS: dict[str, type] = {str(frame.__struct_config__.tag): frame for frame in TaggedFrame.__args__}
"""Every channel that has a type."""

FRAME_BYTES_MAX = 8 * 1024 * 1024

_DECODER: msgspec.json.Decoder[TaggedFrame] = msgspec.json.Decoder(TaggedFrame)
_LOOKS_LIKE_JSON = re.compile(rb"\s*[{\[\"0-9tfn-]")


class _Channel(msgspec.Struct):
    channel: str


class _RawFills(msgspec.Struct):
    fills: list[msgspec.Raw]


class _RawFillsFrame(msgspec.Struct):
    data: _RawFills


_CHANNEL = msgspec.json.Decoder(_Channel)
_RAW_FILLS = msgspec.json.Decoder(_RawFillsFrame)


def decode_frame(raw: bytes) -> Frame:
    """One socket frame.

    Raises MalformedMessageError, quoting the text, for a known channel with data of another shape, for JSON that names
    no channel, for broken JSON and for more than FRAME_BYTES_MAX bytes.
    """
    if len(raw) > FRAME_BYTES_MAX:
        msg = f"a frame of {len(raw)} bytes, at most {FRAME_BYTES_MAX} are read"
        raise MalformedMessageError(msg, raw)
    try:
        return _DECODER.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _uncommon(raw, error)


def raw_fills(raw: bytes) -> list[bytes]:
    """The exchange's own JSON of each fill in a ``userFills`` frame, in order. Raises MalformedMessageError."""
    try:
        return [bytes(fill) for fill in _RAW_FILLS.decode(raw).data.fills]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedMessageError(str(error), raw) from error


def _uncommon(raw: bytes, error: Exception) -> Frame:
    try:
        channel = _CHANNEL.decode(raw).channel
    except msgspec.ValidationError:
        reason = "JSON that names no channel"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if not _LOOKS_LIKE_JSON.match(raw):
            return PlainText(quoted(raw))
        reason = f"not JSON: {error}"
    else:
        if channel not in CHANNELS:
            return UnknownFrame(channel[:80], quoted(raw))
        reason = f"channel {channel}: {error}"
    raise MalformedMessageError(reason, raw) from error
