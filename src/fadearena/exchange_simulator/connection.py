"""One client's socket: its subscriptions, and the frames that wait to be written to it.

Frames go out in the order in which they were given, through one task. A client that reads too slowly is cut off, as the
exchange would; the pump of a replay at full speed can wait for the queue to drain first.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import Any

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from fadearena.exchange_simulator import feed
from fadearena.exchange_simulator.distortions import halted, spiked
from fadearena.exchange_simulator.faults import Fault, Faults, Moment, Subject
from fadearena.exchange_simulator.subscription import Subscription

QUEUE_FRAMES_MAX = 20_000
QUEUE_BYTES_MAX = 64 << 20


class Connection:
    """A socket that has been accepted.

    Args:
        transport: what it runs over.
        faults: what may happen to its frames.
    """

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None, faults: Faults) -> None:
        self.subscriptions: dict[Subscription, None] = {}
        self.posts_in_flight = 0
        self.last_sent_s = asyncio.get_running_loop().time()
        self._socket = socket
        self._transport = transport
        self._faults = faults
        self._waiting: deque[tuple[bytes, float]] = deque()
        self._waiting_bytes = 0
        self._held: list[bytes] = []
        self._muted: set[Subscription] = set()
        self._tops: dict[Subscription, list[Any]] = {}
        self._something = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()
        self._closed = False

    def send(self, channel: str, data: Any) -> None:
        """Queue a frame that no fault touches: acknowledgements, pongs, errors, answers."""
        self._queue(msgspec.json.encode({"channel": channel, "data": data}))

    def send_raw(self, frame: bytes) -> None:
        self._queue(frame)

    def publish(
        self, subscription: Subscription, telling: feed.Telling, moment: Moment, *, only_news: bool = False
    ) -> None:
        """Queue a frame of a subscription; the plan of faults may strike it.

        Args:
            only_news: leave it out where it tells the best bid and ask that this socket was told last.
        """
        if telling.top is not None:
            if only_news and self._tops.get(subscription) == telling.top:
                return
            self._tops[subscription] = telling.top
        if subscription in self._muted:
            return
        subject = Subject(channel=feed.channel(subscription), user=subscription.user, coins=telling.coins)
        fault = self._faults.strike(subject, moment)
        if fault is None:
            self._queue(telling.raw)
        else:
            self._harm(fault, subscription, telling.raw)

    def _harm(self, fault: Fault, subscription: Subscription, frame: bytes) -> None:
        match fault.kind:
            case "repeat":
                self._queue(frame)
                self._queue(frame)
            case "reorder":
                self._held.append(frame)
            case "delay":
                self._queue(frame, fault.delay_ms / 1000)
            case "garble":
                self._queue(frame[: len(frame) // 2])
            case "unmark":
                self._queue(frame.replace(b'"isSnapshot":true,', b""))
            case "spike" | "halt":
                told = msgspec.json.decode(frame)
                told["data"] = spiked(told["data"]) if fault.kind == "spike" else halted(told["data"])
                self._queue(msgspec.json.encode(told))
            case "mute":
                self._muted.add(subscription)
            case "disconnect":
                self.abort()
            case _:
                return

    def _queue(self, frame: bytes, delay_s: float = 0.0) -> None:
        if self._closed:
            return
        if len(self._waiting) >= QUEUE_FRAMES_MAX or self._waiting_bytes >= QUEUE_BYTES_MAX:
            self.abort()
            return
        self._waiting.append((frame, delay_s))
        self._waiting.extend((overtaken, 0.0) for overtaken in self._held)
        self._waiting_bytes += len(frame) + sum(map(len, self._held))
        self._held.clear()
        self._drained.clear()
        self._something.set()

    async def write(self) -> None:
        """Write what is queued until the socket closes."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionError, RuntimeError):
            while not self._closed:
                if not self._waiting:
                    self._drained.set()
                    self._something.clear()
                    await self._something.wait()
                    continue
                frame, delay_s = self._waiting.popleft()
                self._waiting_bytes -= len(frame)
                if delay_s:
                    await asyncio.sleep(delay_s)
                await self._socket.send_frame(frame, WSMsgType.TEXT)
                self.last_sent_s = loop.time()
        self._closed = True
        self._drained.set()

    async def drained(self, timeout_s: float) -> None:
        """Wait until everything has been handed to the system; a client that takes longer is cut off."""
        try:
            await asyncio.wait_for(self._drained.wait(), timeout_s)
        except TimeoutError:
            self.abort()

    def abort(self) -> None:
        """Cut the connection without a word, as a network does."""
        self._closed = True
        self._waiting.clear()
        self._waiting_bytes = 0
        self._something.set()
        self._drained.set()
        if self._transport is not None:
            self._transport.abort()

    async def close(self, reason: str = "") -> None:
        """Say goodbye and close."""
        self._closed = True
        self._something.set()
        self._drained.set()
        with contextlib.suppress(ConnectionError, RuntimeError):
            await self._socket.close(code=WSCloseCode.OK, message=reason.encode())
