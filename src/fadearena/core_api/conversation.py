"""One listener on ``/ws``: what it may say, what it is told, and when it is shown the door.

The client says ``{"type":"subscribe","channels":[…],"since":seq?}``, ``unsubscribe`` or ``ping``; it is told
``{type, seq, data}``. With the last ``seq`` it saw it is told everything since, from the database if need be; where
that is gone it is told ``resync`` and has to read afresh. One task speaks and one listens; a client that does not
drain what it is sent holds up nobody else and is dropped. For those who write a client: docs/live-feed.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from typing import Annotated, Any, Literal, Protocol

import msgspec
import structlog
from msgspec import Meta

from fadearena.core_api.live_feed import LiveFeed, frame
from fadearena.core_api.options import ApiOptions
from fadearena.persistence.errors import PersistenceError

Channel = Literal["bot-trade", "my-trade", "decision", "state-update", "settings-update", "error"]

MESSAGE_BYTES_MAX = 4096
MESSAGES_PER_WINDOW = 40
WINDOW_SECONDS = 10.0
NONSENSE_MAX = 5
BATCH_ITEMS = 128
CLOSE_SECONDS_MAX = 1.0

GOING_AWAY, RESTART, POLICY, LOGGED_OUT, TOO_BIG, FAULT = 1001, 1012, 1008, 4401, 1009, 1011

_log = structlog.get_logger(__name__)


class Subscribe(msgspec.Struct, frozen=True, tag="subscribe", forbid_unknown_fields=True):
    """Adds channels. ``since`` is the last ``seq`` seen: everything after it is told first."""

    channels: Annotated[list[Channel], Meta(min_length=1, max_length=16)]
    since: Annotated[int, Meta(ge=0, le=2**62)] | None = None


class Unsubscribe(msgspec.Struct, frozen=True, tag="unsubscribe", forbid_unknown_fields=True):
    """Takes channels away."""

    channels: Annotated[list[Channel], Meta(min_length=1, max_length=16)]


class Ping(msgspec.Struct, frozen=True, tag="ping", forbid_unknown_fields=True):
    """Is answered by a pong."""


Message = Subscribe | Unsubscribe | Ping
_DECODER = msgspec.json.Decoder(Message)


class Socket(Protocol):
    """An accepted WebSocket, as ASGI messages."""

    async def receive(self) -> Any: ...

    async def send(self, message: Any) -> None: ...


class HoldsCheck(Protocol):
    """Asks whether the caller may still listen."""

    async def __call__(self) -> bool: ...


class _GivenUpError(Exception):
    """The client does not take what it is sent."""


class Conversation:
    """One socket from its acceptance to its end.

    Args:
        still_holds: asked again and again as ``options`` say.
    """

    def __init__(self, socket: Socket, feed: LiveFeed, still_holds: HoldsCheck, options: ApiOptions) -> None:
        self._send_seconds = options.send_seconds
        self._recheck_seconds = options.recheck_seconds
        self._socket = socket
        self._feed = feed
        self._still_holds = still_holds
        self._listener = feed.join()
        self._inbox: deque[Message | str] = deque()
        self._times: deque[float] = deque(maxlen=MESSAGES_PER_WINDOW)
        self._nonsense = 0
        self._channels: set[str] = set()
        self._cursor: int | None = None
        self._state_seen = 0
        self._end: tuple[int, str] = (GOING_AWAY, "")

    def close(self) -> None:
        """Ends the conversation because its login ended."""
        self._end = (LOGGED_OUT, "logged out")
        self._listener.wake.set()

    async def run(self) -> None:
        """Speaks and listens until one side ends it."""
        tasks = [asyncio.create_task(work) for work in (self._listen(), self._speak(), self._recheck())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except _GivenUpError:
            pass
        except PersistenceError:
            self._end = (FAULT, "the database does not answer; come again")
        finally:
            self._feed.leave(self._listener)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._hang_up()

    async def _hang_up(self) -> None:
        code, reason = self._end
        with contextlib.suppress(Exception):
            async with asyncio.timeout(CLOSE_SECONDS_MAX):
                await self._socket.send({"type": "websocket.close", "code": code, "reason": reason})

    async def _listen(self) -> None:
        while True:
            event = await self._socket.receive()
            if event["type"] == "websocket.disconnect":
                return
            text = event.get("text") or (event.get("bytes") or b"").decode("utf-8", "replace")
            if len(text) > MESSAGE_BYTES_MAX:
                self._end = (TOO_BIG, f"a message has at most {MESSAGE_BYTES_MAX} bytes")
                return
            now = time.monotonic()
            if len(self._times) == MESSAGES_PER_WINDOW and self._times[0] > now - WINDOW_SECONDS:
                self._end = (POLICY, "too many messages")
                return
            self._times.append(now)
            self._inbox.append(self._understood(text))
            self._listener.wake.set()

    def _understood(self, text: str) -> Message | str:
        try:
            message: Message = _DECODER.decode(text)
        except (msgspec.DecodeError, RecursionError) as fault:
            self._nonsense += 1
            return str(fault)[:200]
        return message

    async def _speak(self) -> None:
        await self._send([frame("hello", self._feed.head, {"serverTime": time.time_ns() // 1_000_000})])
        while True:
            self._listener.wake.clear()
            if self._end[0] == LOGGED_OUT:
                return
            if self._feed.closing:
                await self._send([frame("bye", self._feed.head, {"reason": "restart", "reconnectAfterMs": 1000})])
                self._end = (RESTART, "the server restarts; come again")
                return
            while self._inbox:
                await self._answer(self._inbox.popleft())
                if self._nonsense > NONSENSE_MAX:
                    self._end = (POLICY, "too much that is no message of ours")
                    return
            if not await self._tell():
                await self._listener.wake.wait()

    async def _answer(self, message: Message | str) -> None:
        match message:
            case str():
                await self._error("bad-message", f"not understood: {message}")
            case Ping():
                await self._send([frame("pong", self._feed.head, {})])
            case Unsubscribe():
                self._channels -= set(message.channels)
                await self._confirm()
            case Subscribe():
                await self._subscribe(message)
        self._listener.watches_state = "state-update" in self._channels

    async def _subscribe(self, message: Subscribe) -> None:
        span = await self._feed.span()
        if message.since is not None:
            kept_from = span.head if span.oldest is None else span.oldest - 1
            self._cursor = message.since
            if not kept_from <= message.since <= span.head:
                await self._resync(span.head)
        elif self._cursor is None:
            self._cursor = span.head
        if "state-update" in message.channels and "state-update" not in self._channels:
            self._state_seen = 0
            await self._feed.make_state()
        self._channels |= self._feed.told(message.channels)
        await self._confirm()

    async def _confirm(self) -> None:
        channels = {"channels": sorted(self._channels)}
        await self._send([frame("subscribed", self._feed.head if self._cursor is None else self._cursor, channels)])

    async def _resync(self, head: int) -> None:
        """What was missed is no longer stored: says so, and goes on from now."""
        self._cursor = head
        why = "what you missed is no longer kept: read everything afresh"
        await self._send([frame("resync", head, {"reason": why})])

    async def _tell(self) -> bool:
        """Sends what is new to this client; False where nothing was."""
        if self._cursor is None:
            return False
        items = await self._feed.after(self._cursor, BATCH_ITEMS)
        if items and items[0].seq != self._cursor + 1:
            await self._resync(self._feed.head)
            return True
        frames = [item.frame for item in items if item.type in self._channels]
        if items:
            self._cursor = items[-1].seq
        if "state-update" in self._channels and self._state_seen < self._feed.state_version and not items:
            self._state_seen = self._feed.state_version
            frames.append(self._feed.state_frame)
        await self._send(frames)
        return bool(items)

    async def _error(self, code: str, message: str) -> None:
        """Objects to what the client said. Its code tells it from an item of this type, an error of the system."""
        await self._send([frame("error", self._feed.head, {"code": code, "message": message})])

    async def _send(self, frames: list[str]) -> None:
        """Sends in order. A client that does not take them in time is given up."""
        if not frames:
            return
        try:
            async with asyncio.timeout(self._send_seconds):
                for text in frames:
                    await self._socket.send({"type": "websocket.send", "text": text})
        except TimeoutError:
            self._end = (POLICY, "too slow: what was sent was not read in time")
            _log.info("a slow listener was dropped", behind=self._feed.head - (self._cursor or 0))
            raise _GivenUpError from None

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(self._recheck_seconds)
            if not await self._still_holds():
                self._end = (LOGGED_OUT, "logged out")
                return
