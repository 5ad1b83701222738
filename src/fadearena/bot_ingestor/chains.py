"""The chain of one bot's fills in one asset: fills in, in any order, fills out in execution order or a break.

Pure. A fill states the position it started from, so fills form a chain: each begins where the one before ended. The
tail is the last position known. What links to it is released; what does not is held, because something is missing
between. What is older than the tail is late: the tail's position already contains it.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import EventId
from fadearena.domain.market import Asset, Lots


class Tail(msgspec.Struct, frozen=True):
    """The end of what is known: a signed position and the exchange's time of it."""

    lots: Lots
    time_ms: int


class Break(msgspec.Struct, frozen=True):
    """The place where a chain does not continue.

    Args:
        before: the last position known and its time.
        after: the position that the first held fill starts from.
        fill: that fill.
    """

    before: Tail
    after: Lots
    fill: BotTradeEvent


class Numbered(msgspec.Struct, frozen=True):
    """An event and its place in the order of arrival."""

    number: int
    event: BotTradeEvent


class Drained(msgspec.Struct, frozen=True):
    """What a chain gave: events in execution order, late ones, and the break that stopped it (None where none did).

    Args:
        barred: whether it was stopped before the end by the time it was given.
    """

    forward: tuple[Numbered, ...]
    late: tuple[Numbered, ...]
    broken: Break | None
    barred: bool = False


class Chain:
    """One bot's fills in one asset. Give it each fill once by ``hold``, then ``drain``.

    Args:
        tail: where it starts, None where nothing is known: then the first fill's own statement is the start.
    """

    def __init__(self, asset: Asset, tail: Tail | None) -> None:
        self.asset = asset
        self.tail = tail
        self.started_from: Tail | None = None
        self._held: dict[EventId, Numbered] = {}
        self._began_ms: int | None = None
        """The millisecond of an unknown start; what does not link in it came before."""

    def __contains__(self, event: EventId) -> bool:
        return event in self._held

    @property
    def held(self) -> int:
        """How many fills wait behind a break."""
        return len(self._held)

    def hold(self, numbered: Numbered, *, renumber: bool) -> None:
        """Take a fill in. One that is held already moves to its new place where ``renumber``: the order of a page is
        better evidence than the order of arrival.
        """
        if renumber or numbered.event.id not in self._held:
            self._held[numbered.event.id] = numbered

    def forget(self, event: EventId) -> None:
        """Hold a fill no longer, if it is held: it is known to lie in the past."""
        self._held.pop(event, None)

    def drain(self, before_ms: int | None = None) -> Drained:
        """Release all that links, and of it only what is older than ``before_ms`` (None: all). Calling it again without
        new fills gives nothing new.
        """
        barred = False
        forward: list[Numbered] = []
        late: list[Numbered] = []
        waiting = sorted(self._held.values(), key=lambda item: (item.event.time_ms, item.number))
        for time_ms, items in groupby(waiting, key=lambda item: item.event.time_ms):
            barred = before_ms is not None and time_ms >= before_ms
            broken = None if barred else self._millisecond(time_ms, list(items), forward, late)
            if barred or broken is not None:
                break
        else:
            broken = None
        for released in (*forward, *late):
            del self._held[released.event.id]
        return Drained(tuple(forward), tuple(late), broken, barred)

    def move(self, tail: Tail) -> None:
        """Continue from another position: what lies between is explained by other means than fills."""
        self.tail = tail

    def _millisecond(
        self, time_ms: int, items: list[Numbered], forward: list[Numbered], late: list[Numbered]
    ) -> Break | None:
        """Place the held fills of one millisecond; returns the break they end at."""
        tail = self.tail
        if tail is None:
            tail = self.started_from = Tail(trail_start(items), time_ms)
            self.move(tail)
            self._began_ms = time_ms
        if time_ms < tail.time_ms:
            late += items
            return None
        path = trail(tail.lots, items)
        if path is not None:
            forward += self._advance(tail, time_ms, path)
            return None
        if time_ms > tail.time_ms:
            return Break(tail, trail_start(items), items[0].event)
        path, rest = self._same_millisecond(tail, items)
        forward += self._advance(tail, time_ms, path)
        if rest and time_ms != self._began_ms:
            return Break(self.tail or tail, trail_start(rest), rest[0].event)
        late += rest
        return None

    def _same_millisecond(self, tail: Tail, items: list[Numbered]) -> tuple[list[Numbered], list[Numbered]]:
        """What of a millisecond already begun continues it, and what does not."""
        connected = _connected(tail.lots, items)
        path = trail(tail.lots, connected)
        if path is None:
            path = _as_far_as_it_links(tail.lots, connected)
        taken = {item.event.id for item in path}
        return path, [item for item in items if item.event.id not in taken]

    def _advance(self, tail: Tail, time_ms: int, path: list[Numbered]) -> list[Numbered]:
        self.tail = Tail(path[-1].event.current_lots, time_ms) if path else tail
        return path


def trail(start: Lots, items: Sequence[Numbered]) -> list[Numbered] | None:
    """All of ``items`` in an order in which each begins where the one before ended and the first begins at ``start``.

    The given order is kept where it is such an order. Otherwise the fills are edges between positions, and an Eulerian
    trail (Hierholzer) is looked for, in linear time. None where there is no such order: something is missing. None also
    where the fills go round in a circle, as that could begin anywhere: the order of a page will tell.
    """
    if _links(start, items):
        return list(items)
    if not any(_balance(items).values()):
        return None
    leaving = _by_start(items)
    stack: list[tuple[Lots, Numbered | None]] = [(start, None)]
    path: list[Numbered] = []
    while stack:
        position, arrived_by = stack[-1]
        if leaving[position]:
            item = leaving[position].popleft()
            stack.append((item.event.current_lots, item))
            continue
        stack.pop()
        if arrived_by is not None:
            path.append(arrived_by)
    path.reverse()
    return path if len(path) == len(items) and _links(start, path) else None


def trail_start(items: Sequence[Numbered]) -> Lots:
    """The position that the fills of one millisecond start from, as far as they themselves can tell."""
    surplus = _balance(items)
    for item in items:
        if surplus[item.event.previous_lots] > 0:
            return item.event.previous_lots
    return items[0].event.previous_lots


def _links(start: Lots, items: Iterable[Numbered]) -> bool:
    for item in items:
        if item.event.previous_lots != start:
            return False
        start = item.event.current_lots
    return True


def _as_far_as_it_links(start: Lots, items: Sequence[Numbered]) -> list[Numbered]:
    """The fills that follow from ``start`` one by one, each time the first of those that link."""
    leaving = _by_start(items)
    path: list[Numbered] = []
    while leaving[start]:
        path.append(leaving[start].popleft())
        start = path[-1].event.current_lots
    return path


def _balance(items: Iterable[Numbered]) -> Counter[Lots]:
    """How many more fills leave a position than reach it."""
    balance: Counter[Lots] = Counter()
    for item in items:
        balance[item.event.previous_lots] += 1
        balance[item.event.current_lots] -= 1
    return balance


def _by_start(items: Iterable[Numbered]) -> defaultdict[Lots, deque[Numbered]]:
    leaving: defaultdict[Lots, deque[Numbered]] = defaultdict(deque)
    for item in items:
        leaving[item.event.previous_lots].append(item)
    return leaving


def _connected(start: Lots, items: Sequence[Numbered]) -> list[Numbered]:
    """The fills whose positions hang together with ``start``, whichever way they lead."""
    neighbours: defaultdict[Lots, set[Lots]] = defaultdict(set)
    for item in items:
        neighbours[item.event.previous_lots].add(item.event.current_lots)
        neighbours[item.event.current_lots].add(item.event.previous_lots)
    reached, frontier = {start}, [start]
    while frontier:
        new = neighbours[frontier.pop()] - reached
        reached |= new
        frontier += new
    return [item for item in items if item.event.previous_lots in reached]
