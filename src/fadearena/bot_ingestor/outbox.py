"""Outputs on their way to the arena: one at a time, in order, each tried until it is durable.

In: outputs, any number at once. Out: calls of the sink. It never drops, reorders or overtakes; whoever fills it asks
first whether there is room.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from fadearena.bot_ingestor.outputs import Output
from fadearena.bot_ingestor.pauses import pause_s
from fadearena.bot_ingestor.ports import Sink

TROUBLES_KEPT_MAX = 100


class Outbox:
    """A queue before the sink.

    Args:
        room: how many outputs may wait before ``is_full``.
        retry_s_max: the longest pause between two tries.
        troubled: told how often in a row the sink has failed, and how.
    """

    def __init__(self, sink: Sink, room: int, retry_s_max: float, troubled: Callable[[int, Exception], None]) -> None:
        self._sink = sink
        self._room = room
        self._retry_s_max = retry_s_max
        self._troubled = troubled
        self._waiting: deque[Output] = deque()
        self._filled = asyncio.Event()
        self._eased = asyncio.Event()
        self._eased.set()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        return len(self._waiting) >= self._room

    def put(self, outputs: Iterable[Output]) -> None:
        self._waiting.extend(outputs)
        if self._waiting:
            self._filled.set()
        if self.is_full:
            self._eased.clear()

    async def has_room(self) -> None:
        """Wait until it is no longer full."""
        await self._eased.wait()

    async def empty(self) -> None:
        """Wait until all that was put in is durable."""
        while self._waiting:
            self._eased.clear()
            await self._eased.wait()

    async def run(self) -> None:
        """Deliver until cancelled. An output leaves the queue only after the sink has returned."""
        while True:
            while self._waiting:
                await self._deliver(self._waiting[0])
                self._waiting.popleft()
                if not self.is_full:
                    self._eased.set()
            self._filled.clear()
            await self._filled.wait()

    async def _deliver(self, output: Output) -> None:
        failures = 0
        while True:
            try:
                await self._sink.deliver(output)
            except Exception as error:
                failures += 1
                self._troubled(failures, error)
                await asyncio.sleep(pause_s(failures, self._retry_s_max))
            else:
                return
