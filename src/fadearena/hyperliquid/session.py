"""A WebSocket session with the exchange as a state machine: what happened goes in, what to do comes out.

Pure: no socket, no clock, no dice of its own. Time comes with every input, jitter from a random source that is passed
in. The session knows what is subscribed to, brings it back after every loss, keeps within the exchange's budgets
(section 3.1 of the protocol reference, at most half of each), pings, and notices when the socket or a single
subscription has died.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TypeAlias

import msgspec

from fadearena.hyperliquid.complaints import Complaint, understood
from fadearena.hyperliquid.errors import MalformedMessageError
from fadearena.hyperliquid.messages.frames import (
    ErrorFrame,
    Frame,
    PlainText,
    PongFrame,
    SubscriptionResponseFrame,
    UnknownFrame,
    decode_frame,
)
from fadearena.hyperliquid.oddities import Oddities
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
from fadearena.hyperliquid.subscriptions import PING, Subscription, Topic, topic_of

MINUTE_MS = 60_000
GREETING = "Websocket connection established"


class Phase(enum.Enum):
    WAITING = "waiting"
    DIALLING = "dialling"
    OPEN = "open"
    STOPPED = "stopped"


class _State(enum.Enum):
    WANTED = "wanted"
    ASKED = "asked"
    LIVE = "live"


class _Entry:
    """Where a subscription stands on this connection."""

    __slots__ = ("asked", "blamed", "heard_ms", "not_before_ms", "state", "subscription")

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.blamed = False
        """A connection was given up for it, and it has not been heard of since."""
        self.reset()

    def reset(self) -> None:
        self.state = _State.WANTED
        self.asked = 0
        self.heard_ms = 0
        self.not_before_ms = 0


class Session:
    """See the module. ``handle`` is the whole of it; call it with a Tick at ``wake_ms`` at the latest.

    Args:
        random: source of the jitter.
        limits: budgets and patience.
        oddities: where unknown keys and words are counted.
    """

    def __init__(self, random: Random, limits: Limits | None = None, oddities: Oddities | None = None) -> None:
        self._random = random
        self._limits = limits or Limits()
        self.oddities = oddities or Oddities()
        self.phase = Phase.WAITING
        self.attempt = 0
        self.wake_ms = 0
        self._failures = 0
        self._entries: dict[Subscription, _Entry] = {}
        self._topics: dict[Topic, list[_Entry]] = {}
        self._farewells: deque[bytes] = deque()
        self._left: set[Subscription] = set()
        self._sent: deque[int] = deque()
        self._dialled: deque[int] = deque()
        self._opened_ms = 0
        self._heard_ms = 0
        self._pinged_ms = 0

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """What is wanted, whether or not the connection stands."""
        return tuple(self._entries)

    def is_live(self, subscription: Subscription) -> bool:
        """Whether the exchange has acknowledged it, or sent data of it, on the connection that stands."""
        entry = self._entries.get(subscription)
        return self.phase is Phase.OPEN and entry is not None and entry.state is _State.LIVE

    def handle(self, event: Input, now_ms: int) -> list[Output]:
        """What to do about an input. Inputs that mean nothing in this phase, or of an older socket, give nothing."""
        act = TRANSITIONS.get((self.phase, type(event)))
        if act is None or (isinstance(event, (Opened, Lost, Arrived)) and event.attempt != self.attempt):
            return []
        outputs: list[Output] = []
        act(self, event, now_ms, outputs)
        return outputs

    def _dial_when_due(self, _: Input, now_ms: int, outputs: list[Output]) -> None:
        if now_ms < self.wake_ms:
            return
        _forget(self._dialled, now_ms - MINUTE_MS)
        if len(self._dialled) >= self._limits.connections_per_minute:
            self.wake_ms = self._dialled[0] + MINUTE_MS
            return
        self._dialled.append(now_ms)
        self.attempt += 1
        self.phase = Phase.DIALLING
        self.wake_ms = now_ms + self._limits.dial_ms
        outputs.append(Dial(self.attempt))

    def _give_up_dialling(self, _: Input, now_ms: int, outputs: list[Output]) -> None:
        if now_ms >= self.wake_ms:
            self._drop("no connection in time", now_ms, outputs)

    def _open(self, _: Input, now_ms: int, outputs: list[Output]) -> None:
        self.phase = Phase.OPEN
        self._opened_ms = self._heard_ms = self._pinged_ms = now_ms
        self._farewells.clear()
        self._left.clear()
        for entry in self._entries.values():
            entry.reset()
        outputs.append(Connected(now_ms, self.attempt))
        self._ask(now_ms, outputs)
        self.wake_ms = now_ms + self._limits.tick_ms

    def _lose(self, event: Input, now_ms: int, outputs: list[Output]) -> None:
        assert isinstance(event, Lost)
        self._back_off(event.reason, now_ms, outputs)

    def _drop(self, reason: str, now_ms: int, outputs: list[Output]) -> None:
        outputs.append(HangUp(self.attempt, reason))
        self._back_off(reason, now_ms, outputs)

    def _back_off(self, reason: str, now_ms: int, outputs: list[Output]) -> None:
        if self.phase is Phase.OPEN and now_ms - self._opened_ms >= self._limits.stable_after_ms:
            self._failures = 0
        steps = min(self._failures, 16)
        most = min(self._limits.backoff_max_ms, self._limits.backoff_min_ms << steps)
        self._failures += 1
        self.phase = Phase.WAITING
        self.wake_ms = now_ms + most // 2 + self._random.randrange(most // 2 + 1)
        outputs.append(Disconnected(reason, now_ms))

    def _stop(self, _: Input, now_ms: int, outputs: list[Output]) -> None:
        if self.phase in (Phase.DIALLING, Phase.OPEN):
            outputs.append(HangUp(self.attempt, "stopped"))
            outputs.append(Disconnected("stopped", now_ms))
        self.phase = Phase.STOPPED

    def _subscribe(self, event: Input, now_ms: int, outputs: list[Output]) -> None:
        assert isinstance(event, Subscribe)
        subscription = event.subscription
        if subscription in self._entries:
            return
        refusal = self._beyond_budget(subscription)
        if refusal is not None:
            outputs.append(refusal)
            return
        entry = _Entry(subscription)
        self._entries[subscription] = entry
        self._topics.setdefault(subscription.topic, []).append(entry)
        if self.phase is Phase.OPEN:
            self._ask(now_ms, outputs)

    def _beyond_budget(self, subscription: Subscription) -> Refused | None:
        most = self._limits.subscriptions_max
        if len(self._entries) >= most:
            return Refused("subscriptions", subscription, "own budget", len(self._entries) + 1, most)
        users = {one.user for one in (*self._entries, subscription) if one.user is not None}
        if subscription.user is not None and len(users) > self._limits.users_max:
            return Refused("users", subscription, "own budget", len(users), self._limits.users_max)
        return None

    def _unsubscribe(self, event: Input, now_ms: int, outputs: list[Output]) -> None:
        assert isinstance(event, Unsubscribe)
        entry = self._forget_entry(event.subscription)
        if entry is not None and self.phase is Phase.OPEN and entry.state is not _State.WANTED:
            self._leave(event.subscription)
            self._ask(now_ms, outputs)

    def _leave(self, subscription: Subscription) -> None:
        self._farewells.append(subscription.request("unsubscribe"))
        self._left.add(subscription)

    def _forget_entry(self, subscription: Subscription) -> _Entry | None:
        entry = self._entries.pop(subscription, None)
        if entry is not None:
            others = [one for one in self._topics.pop(subscription.topic, ()) if one is not entry]
            if others:
                self._topics[subscription.topic] = others
        return entry

    def _watch(self, _: Input, now_ms: int, outputs: list[Output]) -> None:
        """A tick while open: silence, pings, subscriptions that are due or dead."""
        self.wake_ms = now_ms + self._limits.tick_ms
        if now_ms - self._heard_ms >= self._limits.silence_ms:
            self._drop(f"nothing heard for {now_ms - self._heard_ms} ms", now_ms, outputs)
            return
        if now_ms - self._pinged_ms >= self._limits.ping_after_ms:
            self._pinged_ms = now_ms
            self._send(PING, now_ms, outputs)
        dead = [entry for entry in self._entries.values() if not self._look_after(entry, now_ms, outputs)]
        if all(entry.blamed for entry in dead):
            for entry in dead:
                entry.asked, entry.not_before_ms = 0, now_ms + self._limits.ack_wait_ms
            self._ask(now_ms, outputs)
            return
        self._drop(f"{dead[0].subscription.topic} gives no sign of life", now_ms, outputs)
        for entry in dead:
            entry.blamed = True

    def _look_after(self, entry: _Entry, now_ms: int, outputs: list[Output]) -> bool:
        """False where asking again has not helped: the connection is changed, once. What is silent on the next one too
        is itself to blame; it is asked for again for ever, and costs the others nothing."""
        silent_ms = now_ms - entry.heard_ms
        if entry.state is _State.ASKED and silent_ms >= self._limits.ack_wait_ms:
            entry.state = _State.WANTED
        elif entry.state is _State.LIVE and silent_ms >= (entry.subscription.silent_after_ms or now_ms + 1):
            outputs.append(Silent(entry.subscription, silent_ms))
            self._leave(entry.subscription)
            entry.state = _State.WANTED
        return entry.state is not _State.WANTED or entry.asked < self._limits.asks_max

    def _ask(self, now_ms: int, outputs: list[Output]) -> None:
        """Send what is due, users first, as far as the budget of messages goes."""
        left = self._limits.starts_per_tick
        while self._farewells and left and self._may_send(now_ms):
            self._send(self._farewells.popleft(), now_ms, outputs)
            left -= 1
        if self._farewells:
            return
        due = [one for one in self._entries.values() if one.state is _State.WANTED and one.not_before_ms <= now_ms]
        due.sort(key=lambda entry: entry.subscription.user is None)
        for entry in due[:left]:
            if not self._may_send(now_ms):
                return
            entry.state = _State.ASKED
            entry.asked += 1
            entry.heard_ms = now_ms
            self._send(entry.subscription.request("subscribe"), now_ms, outputs)

    def _may_send(self, now_ms: int) -> bool:
        _forget(self._sent, now_ms - MINUTE_MS)
        return len(self._sent) < self._limits.messages_per_minute

    def _send(self, raw: bytes, now_ms: int, outputs: list[Output]) -> None:
        self._sent.append(now_ms)
        outputs.append(Send(raw))

    def _read(self, event: Input, now_ms: int, outputs: list[Output]) -> None:
        assert isinstance(event, Arrived)
        self._heard_ms = now_ms
        try:
            frame = decode_frame(event.raw)
        except MalformedMessageError as error:
            self.oddities.count("malformed")
            outputs.append(Malformed(error.reason, error.quoted, now_ms))
            return
        topic = topic_of(frame)
        if topic is not None:
            self.oddities.notice(topic[0], event.raw, type(frame))
            self._hear_of(self._topics.get(topic, ()), now_ms, outputs)
            outputs.append(Message(frame, event.raw, now_ms))
        else:
            self._read_aside(frame, event.raw, now_ms, outputs)

    def _hear_of(self, entries: Sequence[_Entry], now_ms: int, outputs: list[Output]) -> None:
        """Data of a topic. It acknowledges a subscription where it can belong to no other, nor to an earlier one."""
        for entry in entries:
            if entry.state is _State.ASKED and len(entries) == 1 and entry.subscription not in self._left:
                entry.state = _State.LIVE
                outputs.append(Subscribed(entry.subscription, now_ms))
            if entry.state is _State.LIVE:
                entry.asked, entry.blamed = 0, False
                entry.heard_ms = now_ms

    def _read_aside(self, frame: Frame, raw: bytes, now_ms: int, outputs: list[Output]) -> None:
        """Frames that carry no data of a subscription."""
        if isinstance(frame, SubscriptionResponseFrame):
            if frame.data.method == "subscribe":
                self._acknowledge(_quoted_subscription(frame.data.subscription), now_ms, outputs)
        elif isinstance(frame, ErrorFrame):
            self._read_error(frame.data, now_ms, outputs)
        elif isinstance(frame, UnknownFrame):
            self.oddities.count(f"channel={frame.channel}")
            outputs.append(Message(frame, raw, now_ms))
        elif isinstance(frame, PlainText):
            if not frame.text.startswith(GREETING):
                self.oddities.count("no JSON")
        elif not isinstance(frame, PongFrame):
            outputs.append(Message(frame, raw, now_ms))

    def _acknowledge(self, subscription: Subscription | None, now_ms: int, outputs: list[Output]) -> None:
        entry = self._entries.get(subscription) if subscription is not None else None
        if entry is None or entry.state is _State.LIVE:
            return
        entry.state = _State.LIVE
        entry.blamed = entry.blamed and entry.subscription.silent_after_ms is not None
        entry.heard_ms = now_ms
        self._left.discard(entry.subscription)
        outputs.append(Subscribed(entry.subscription, now_ms))

    def _read_error(self, text: str, now_ms: int, outputs: list[Output]) -> None:
        complaint, quoted = understood(text)
        if complaint is Complaint.CAPACITY:
            for entry in self._entries.values():
                self._retry_later(entry, now_ms)
            outputs.append(Refused("capacity", None, text))
        elif complaint is Complaint.ALREADY_SUBSCRIBED and quoted is not None:
            self._acknowledge(quoted, now_ms, outputs)
        elif complaint is Complaint.IMPOSSIBLE and quoted is not None and self._forget_entry(quoted):
            outputs.append(Refused("invalid", quoted, text))
        elif complaint is not Complaint.ALREADY_UNSUBSCRIBED:
            if complaint is Complaint.NOT_UNDERSTOOD and quoted in self._entries:
                self._retry_later(self._entries[quoted], now_ms)
            outputs.append(ServerSaid(text))

    def _retry_later(self, entry: _Entry, now_ms: int) -> None:
        if entry.state is _State.ASKED:
            entry.reset()
            entry.not_before_ms = now_ms + self._limits.retry_after_refusal_ms


_Act: TypeAlias = Callable[[Session, Input, int, list[Output]], None]

TRANSITIONS: Mapping[tuple[Phase, type], _Act] = {
    (Phase.WAITING, Tick): Session._dial_when_due,
    (Phase.WAITING, Subscribe): Session._subscribe,
    (Phase.WAITING, Unsubscribe): Session._unsubscribe,
    (Phase.WAITING, Stop): Session._stop,
    (Phase.DIALLING, Opened): Session._open,
    (Phase.DIALLING, Lost): Session._lose,
    (Phase.DIALLING, Tick): Session._give_up_dialling,
    (Phase.DIALLING, Subscribe): Session._subscribe,
    (Phase.DIALLING, Unsubscribe): Session._unsubscribe,
    (Phase.DIALLING, Stop): Session._stop,
    (Phase.OPEN, Arrived): Session._read,
    (Phase.OPEN, Lost): Session._lose,
    (Phase.OPEN, Tick): Session._watch,
    (Phase.OPEN, Subscribe): Session._subscribe,
    (Phase.OPEN, Unsubscribe): Session._unsubscribe,
    (Phase.OPEN, Stop): Session._stop,
}
"""What each phase does about each input; what is not in here is ignored."""


def _forget(times: deque[int], before_ms: int) -> None:
    while times and times[0] <= before_ms:
        times.popleft()


def _quoted_subscription(content: Mapping[str, object]) -> Subscription | None:
    try:
        return Subscription.from_wire(content)
    except msgspec.ValidationError:
        return None
