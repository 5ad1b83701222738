"""The live feed in memory: a ring of the newest items, and who waits for more.

Tails the stored feed by sequence; a NOTIFY only says that it is worth looking now, so a lost one costs a poll interval.
A listener is a cursor, not a queue: however many there are and however slow, nothing is kept for them but the ring they
share, and whoever fell out of it reads the database. Also keeps the state of the whole fresh for those who watch it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import Iterable
from typing import Any

import msgspec
import structlog

from fadearena.core_api.encoding import to_json
from fadearena.core_api.public_arena import CHANNELS as PUBLIC_CHANNELS
from fadearena.core_api.public_arena import shown_item, shown_state
from fadearena.persistence.errors import PersistenceError
from fadearena.persistence.views import Reader, feed
from fadearena.persistence.views.answers import State
from fadearena.persistence.views.feed import FeedItem
from fadearena.persistence.views.state import state

RING_ITEMS = 4096
READ_ITEMS = 512
BACKOFF_SECONDS_MAX = 5.0
STATE_SECONDS_MIN = 0.5
STATE_SECONDS_MAX = 5.0
"""State frames come no closer than the first and, unless nobody watches, no farther apart than the second."""

_log = structlog.get_logger(__name__)


class Listener:
    """One that waits. ``wake`` is set when there is something to look at."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.watches_state = False


class LiveFeed:
    """Tails the feed for everybody.

    Args:
        poll_seconds: the longest wait between two looks.
        public: tells only what a public arena shows.
    """

    def __init__(self, reader: Reader, poll_seconds: float, *, public: bool = False) -> None:
        self._public = public
        self._reader = reader
        self._poll_seconds = poll_seconds
        self._ring: deque[FeedItem] = deque(maxlen=RING_ITEMS)
        self._listeners: set[Listener] = set()
        self._bell = asyncio.Event()
        self._state: State | None = None
        self._state_at = 0.0
        self._state_looked_at = 0.0
        self.head = 0
        self.state_frame = ""
        self.state_version = 0
        self.closing = False
        self.connected = False

    def told(self, channels: Iterable[str]) -> set[str]:
        """Which of these channels are told here at all."""
        return set(channels) & PUBLIC_CHANNELS if self._public else set(channels)

    @property
    def listener_count(self) -> int:
        """How many wait."""
        return len(self._listeners)

    def join(self) -> Listener:
        """A new listener; ``leave`` must follow."""
        listener = Listener()
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forgets a listener."""
        self._listeners.discard(listener)

    def say_bye(self) -> None:
        """Tells every listener that the server stops."""
        self.closing = True
        self._wake_all()

    async def after(self, seq: int, limit: int) -> list[FeedItem]:
        """Items behind ``seq`` that are known here, oldest first, at most ``limit``.

        Raises DatabaseNotReachableError or DatabaseBusyError where they are no longer in the ring.
        """
        if seq >= self.head:
            return []
        if self._ring and seq + 1 >= self._ring[0].seq:
            skipped = seq + 1 - self._ring[0].seq
            return list(itertools.islice(self._ring, skipped, skipped + limit))
        return await self._items_after(seq, self.head, limit)

    async def _items_after(self, seq: int, up_to: int, limit: int) -> list[FeedItem]:
        items = await feed.items_after(self._reader, seq, up_to, limit)
        return [shown_item(item) for item in items] if self._public else items

    async def span(self) -> feed.FeedSpan:
        """Which items are stored now. Raises DatabaseNotReachableError or DatabaseBusyError."""
        return await feed.span(self._reader)

    async def run(self) -> None:
        """Tails until cancelled; a database that is away is waited for."""
        backoff = 0.25
        while True:
            try:
                await self._start_at_head()
                bell = await self._reader.listen(feed.CHANNELS, self._bell.set)
                try:
                    self.connected, backoff = True, 0.25
                    await self._tail(bell)
                finally:
                    self.connected = False
                    bell.terminate()
            except PersistenceError as fault:
                _log.warning("the live feed lost the database", fault=str(fault), again_in_seconds=backoff)
            await asyncio.sleep(backoff)
            backoff = min(BACKOFF_SECONDS_MAX, backoff * 2)

    async def _start_at_head(self) -> None:
        span = await feed.span(self._reader)
        if self.head == 0 or span.head < self.head:
            self._ring.clear()
            self.head = span.head

    async def _tail(self, bell: Any) -> None:
        while not bell.is_closed():
            self._bell.clear()
            while await self._take_more():
                pass
            await self._refresh_state()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._poll_seconds):
                    await self._bell.wait()

    async def _take_more(self) -> bool:
        """Takes what is new; True where there may be more."""
        items = await self._items_after(self.head, 2**62, READ_ITEMS)
        for item in items:
            if self._ring and item.seq != self._ring[-1].seq + 1:
                self._ring.clear()
            self._ring.append(item)
        if items:
            self.head = items[-1].seq
            self._wake_all()
        return len(items) == READ_ITEMS

    async def _refresh_state(self) -> None:
        if any(listener.watches_state for listener in self._listeners):
            await self.make_state()

    async def make_state(self) -> None:
        """A fresh state frame; those who watch are woken where it says something new, or after a while anyway.

        Raises DatabaseNotReachableError or DatabaseBusyError.
        """
        now = asyncio.get_running_loop().time()
        if self._state is not None and now - self._state_looked_at < STATE_SECONDS_MIN:
            return
        self._state_looked_at = now
        head = self.head
        fresh = await state(self._reader)
        if self._public:
            fresh = shown_state(fresh)
        if self._state is not None and _same(fresh, self._state) and now - self._state_at < STATE_SECONDS_MAX:
            return
        self._state, self._state_at = fresh, now
        self.state_frame = frame("state-update", head, fresh)
        self.state_version += 1
        self._wake_all()

    def _wake_all(self) -> None:
        for listener in self._listeners:
            listener.wake.set()


def frame(kind: str, seq: int, data: Any) -> str:
    """One message to a listener: ``{type, seq, data}``."""
    return f'{{"type":"{kind}","seq":{seq},"data":{to_json(data).decode()}}}'


def _same(one: State, other: State) -> bool:
    """Whether two states differ in nothing but the seconds that pass."""
    return _timeless(one) == _timeless(other)


def _timeless(whole: State) -> State:
    pulse = msgspec.structs.replace(whole.system_status, uptime=0.0, heartbeat_age=None, clock_time=None)
    return msgspec.structs.replace(whole, system_status=pulse)
