"""What goes into a session and what comes out of it.

Pure. Frozen values; ``session`` gives them their meaning, ``feed`` their effect.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from fadearena.hyperliquid.messages.frames import Frame
from fadearena.hyperliquid.subscriptions import Subscription


class Limits(msgspec.Struct, frozen=True):
    """Bounds of a session; the defaults are at most half of what the exchange allows an address.

    Args:
        users_max: distinct users in subscriptions (the exchange's own limit, over all connections of an address).
        starts_per_tick: how many subscriptions are asked for at once after connecting.
        silence_ms: after so long without a frame the socket is given up; the server gives up at 60 s.
        ack_wait_ms, asks_max: a subscription that brings neither acknowledgement nor data is asked for again.
        retry_after_refusal_ms: pause when the server says that its counters are full; it forgets dead connections.
        stable_after_ms: a connection that lived so long starts the backoff anew.
    """

    subscriptions_max: int = 500
    users_max: int = 10
    messages_per_minute: int = 1000
    connections_per_minute: int = 15
    starts_per_tick: int = 25
    tick_ms: int = 250
    ping_after_ms: int = 25_000
    silence_ms: int = 45_000
    dial_ms: int = 15_000
    ack_wait_ms: int = 10_000
    asks_max: int = 3
    retry_after_refusal_ms: int = 60_000
    backoff_min_ms: int = 500
    backoff_max_ms: int = 30_000
    stable_after_ms: int = 30_000


class Opened(msgspec.Struct, frozen=True):
    """The socket of this attempt is open."""

    attempt: int


class Lost(msgspec.Struct, frozen=True):
    """The socket of this attempt is closed, or never opened."""

    attempt: int
    reason: str


class Arrived(msgspec.Struct, frozen=True):
    """A frame came over the socket of this attempt."""

    attempt: int
    raw: bytes


class Tick(msgspec.Struct, frozen=True):
    """Time has passed."""


class Subscribe(msgspec.Struct, frozen=True):
    subscription: Subscription


class Unsubscribe(msgspec.Struct, frozen=True):
    subscription: Subscription


class Stop(msgspec.Struct, frozen=True):
    """Hang up for good."""


Input: TypeAlias = Opened | Lost | Arrived | Tick | Subscribe | Unsubscribe | Stop


class Dial(msgspec.Struct, frozen=True):
    """Open a socket and answer with Opened or Lost of this attempt."""

    attempt: int


class Send(msgspec.Struct, frozen=True):
    raw: bytes


class HangUp(msgspec.Struct, frozen=True):
    """Close the socket of this attempt; Lost of it is no longer waited for."""

    attempt: int
    reason: str


class Message(msgspec.Struct, frozen=True):
    """Something that the exchange said, with the bytes it came in and the time of its arrival."""

    frame: Frame
    raw: bytes
    time_ms: int


class Connected(msgspec.Struct, frozen=True):
    """The socket is open; subscriptions follow, each with its own Subscribed."""

    time_ms: int
    attempt: int


class Subscribed(msgspec.Struct, frozen=True):
    """The first acknowledgement or data of a subscription on this connection: from here on nothing is missed."""

    subscription: Subscription
    time_ms: int


class Disconnected(msgspec.Struct, frozen=True):
    """From here on things are missed until Subscribed."""

    reason: str
    time_ms: int


class Malformed(msgspec.Struct, frozen=True):
    """A frame that could not be read; the others go on."""

    reason: str
    quoted: str
    time_ms: int


class Silent(msgspec.Struct, frozen=True):
    """A subscription that should tick did not; it is asked for again."""

    subscription: Subscription
    silent_ms: int


class Refused(msgspec.Struct, frozen=True):
    """A subscription that is not possible.

    Args:
        code: "subscriptions" or "users" (our own budget), "invalid" (the server's word) or "capacity" (the server's
            counters are full; it is tried again by itself).
        subscription: None where the server does not say which.
        observed, limit: for our own budget, else 0.
    """

    code: str
    subscription: Subscription | None
    text: str
    observed: int = 0
    limit: int = 0


class ServerSaid(msgspec.Struct, frozen=True):
    """An error of the server that belongs to nothing known."""

    text: str


Event: TypeAlias = Message | Connected | Subscribed | Disconnected | Malformed | Silent | Refused | ServerSaid
Output: TypeAlias = Dial | Send | HangUp | Event
