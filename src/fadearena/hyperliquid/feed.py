"""A live session: the state machine of ``session`` over a real socket, told as one stream of events.

Subscriptions go in at any time; messages, connections, losses and refusals come out in order. A frame that cannot be
read is an event like the others. A consumer that falls behind by more than the queue holds loses the connection,
visibly: it is told Disconnected, and the next connection waits until it has caught up; nothing is left out silently.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from random import Random

from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.hyperliquid.errors import NotReachableError
from fadearena.hyperliquid.oddities import Oddities
from fadearena.hyperliquid.session import Phase, Session
from fadearena.hyperliquid.session_events import (
    Arrived,
    Dial,
    Event,
    HangUp,
    Input,
    Limits,
    Lost,
    Message,
    Opened,
    Output,
    Send,
    Stop,
    Subscribe,
    Tick,
    Unsubscribe,
)
from fadearena.hyperliquid.subscriptions import Subscription
from fadearena.hyperliquid.transport import Socket, open_socket

QUEUE_MAX = 20_000
"""Messages that may wait for the consumer."""


def steady_clock() -> Callable[[], int]:
    """Milliseconds since the epoch as they go by, unmoved by later corrections of the machine's clock."""
    offset = time.time_ns() - time.monotonic_ns()
    return lambda: (time.monotonic_ns() + offset) // 1_000_000


class Feed:
    """Runs from ``async with`` to its end, reconnecting for ever; iterate it for its events.

    Args:
        random: source of the jitter.
        limits: budgets and patience of the session.
        queue_max: messages that may wait for the consumer.
        now_ms: the time that messages are stamped with and waits are measured by.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        random: Random | None = None,
        limits: Limits | None = None,
        oddities: Oddities | None = None,
        queue_max: int = QUEUE_MAX,
        now_ms: Callable[[], int] | None = None,
    ) -> None:
        self.endpoint = endpoint
        self._session = Session(random or Random(), limits, oddities)  # noqa: S311 - jitter, not a secret
        self._limits = limits or Limits()
        self._now_ms = now_ms or steady_clock()
        self._queue_max = queue_max
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._socket: Socket | None = None
        self._ticker: asyncio.Task[None] | None = None
        self._dialling: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._closed = False
        self._fault: BaseException | None = None

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        return self._session.subscriptions

    @property
    def oddities(self) -> Oddities:
        return self._session.oddities

    @property
    def is_connected(self) -> bool:
        return self._session.phase is Phase.OPEN

    def is_live(self, subscription: Subscription) -> bool:
        """Whether nothing of it is missed right now, as far as the exchange's acknowledgement tells."""
        return self._session.is_live(subscription)

    def subscribe(self, *subscriptions: Subscription) -> None:
        """Ask for these from now on, over every loss; what is not possible comes back as Refused."""
        for subscription in subscriptions:
            self._do(Subscribe(subscription))

    def unsubscribe(self, *subscriptions: Subscription) -> None:
        for subscription in subscriptions:
            self._do(Unsubscribe(subscription))

    async def __aenter__(self) -> Feed:
        self._ticker = asyncio.create_task(self._tick(), name="exchange feed")
        self._ticker.add_done_callback(self._ended)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Hang up and end the iteration after what is queued. Safe to call twice."""
        if self._closed:
            return
        self._do(Stop())
        self._closed = True
        tasks = [task for task in (self._ticker, self._dialling) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._queue.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[Event]:
        while (event := await self._queue.get()) is not None:
            yield event
        self._queue.put_nowait(None)
        if self._fault is not None:
            raise self._fault

    def _ended(self, ticker: asyncio.Task[None]) -> None:
        """A defect in here must not look like a quiet exchange: it ends the iteration."""
        if not ticker.cancelled():
            self._fault = ticker.exception()
            self._queue.put_nowait(None)

    def _do(self, event: Input) -> None:
        if self._closed:
            return
        for output in self._session.handle(event, self._now_ms()):
            self._effect(output)
        if not isinstance(event, Arrived):
            self._woken.set()

    def _effect(self, output: Output) -> None:
        if isinstance(output, Message):
            self._deliver(output)
        elif isinstance(output, Send):
            if self._socket is not None:
                self._socket.send(output.raw)
        elif isinstance(output, Dial):
            self._dialling = asyncio.create_task(self._dial(output.attempt), name="exchange dial")
        elif isinstance(output, HangUp):
            self._hang_up()
        else:
            self._queue.put_nowait(output)

    def _deliver(self, message: Message) -> None:
        if self._queue.qsize() < self._queue_max:
            self._queue.put_nowait(message)
        elif self._session.phase is Phase.OPEN:
            self._hang_up()
            self._do(Lost(self._session.attempt, "the consumer fell behind"))

    def _hang_up(self) -> None:
        if self._dialling is not None and not self._dialling.done():
            self._dialling.cancel()
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.close()

    async def _dial(self, attempt: int) -> None:
        try:
            socket = await open_socket(
                self.endpoint.ws_url,
                lambda raw: self._do(Arrived(attempt, raw)),
                lambda reason: self._lost(attempt, reason),
                seconds=self._limits.dial_ms / 1000,
            )
        except NotReachableError as error:
            self._do(Lost(attempt, str(error)))
            return
        if self._session.phase is Phase.DIALLING and self._session.attempt == attempt:
            self._socket = socket
            self._do(Opened(attempt))
        else:
            socket.close()

    def _lost(self, attempt: int, reason: str) -> None:
        if attempt == self._session.attempt:
            self._socket = None
            self._do(Lost(attempt, reason))

    async def _tick(self) -> None:
        """Wakes the session when it wants to be woken, but not to connect for a consumer that is behind."""
        while not self._closed:
            self._woken.clear()
            behind = self._session.phase is Phase.WAITING and self._queue.qsize() > self._queue_max // 2
            wait_ms = self._limits.tick_ms if behind else self._session.wake_ms - self._now_ms()
            if wait_ms > 0:
                try:
                    async with asyncio.timeout(wait_ms / 1000):
                        await self._woken.wait()
                    continue
                except TimeoutError:
                    pass
            if not behind:
                self._do(Tick())
                await asyncio.sleep(0)
