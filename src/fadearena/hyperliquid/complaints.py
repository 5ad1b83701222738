"""The error texts of the exchange's socket, understood.

Pure. They quote the request in part or whole and bear no id. Texts: section 10 of the protocol reference.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec

from fadearena.hyperliquid.subscriptions import Subscription


class Complaint(enum.Enum):
    """What the exchange complains about."""

    ALREADY_SUBSCRIBED = "already subscribed"
    ALREADY_UNSUBSCRIBED = "already unsubscribed"
    IMPOSSIBLE = "impossible"
    """There is no such subscription: the coin is unknown."""

    NOT_UNDERSTOOD = "not understood"
    """The request itself; of a well-formed one that its type is not known (any more)."""

    CAPACITY = "capacity"
    OTHER = "other"


_BEGINNINGS: Mapping[str, Complaint] = {
    "Already subscribed": Complaint.ALREADY_SUBSCRIBED,
    "Already unsubscribed": Complaint.ALREADY_UNSUBSCRIBED,
    "Invalid subscription": Complaint.IMPOSSIBLE,
    "Error parsing JSON into valid websocket request": Complaint.NOT_UNDERSTOOD,
    "Cannot track more than": Complaint.CAPACITY,
    "Cannot subscribe to more than": Complaint.CAPACITY,
}


class _Request(msgspec.Struct):
    method: str
    subscription: Subscription


_QUOTED: msgspec.json.Decoder[Subscription] = msgspec.json.Decoder(Subscription)
_QUOTED_REQUEST: msgspec.json.Decoder[_Request] = msgspec.json.Decoder(_Request)


def understood(text: str) -> tuple[Complaint, Subscription | None]:
    """What an error text complains about, and the subscription that it quotes, if that can be read."""
    complaint = next((kind for words, kind in _BEGINNINGS.items() if text.startswith(words)), Complaint.OTHER)
    return complaint, _quoted(text)


def _quoted(text: str) -> Subscription | None:
    """A subscription, or the one in a request to subscribe."""
    start = text.find("{")
    if start < 0:
        return None
    try:
        return _QUOTED.decode(text[start:])
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        request = _QUOTED_REQUEST.decode(text[start:])
    except (msgspec.DecodeError, RecursionError):
        return None
    return request.subscription if request.method == "subscribe" else None
