"""Fills that the public trades name and that have not come yet: a second witness of what one watched wallet did.

Pure. Every public trade names both its parties, so a fill is known to exist before, and whether or not, the wallet's
own subscription tells it. Until it comes, nothing later of its asset is let past. What no complete answer of the
exchange confirms is given up: a witness may delay, but never block.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from fadearena.bot_ingestor.answers import BarrenAnswers
from fadearena.bot_ingestor.pauses import NEVER_S
from fadearena.domain.identifiers import EventId
from fadearena.domain.market import AssetName

GIVEN_UP_KEPT_MAX = 1_000


class Expected(msgspec.Struct):
    """A fill that is known to exist and has not come.

    Args:
        time_ms: the exchange's.
        noted_s: when the trade came, by the caller's steady clock.
        is_overdue: whether it should have come by now.
        is_passed: whether later fills no longer wait for it.
        barren: complete answers of the exchange over its time that did not contain it.
    """

    event: EventId
    name: AssetName
    time_ms: int
    noted_s: float
    is_overdue: bool = False
    is_passed: bool = False
    barren: BarrenAnswers = msgspec.field(default_factory=BarrenAnswers)


class Expectations:
    """What is expected of one wallet, in the order in which it was noted.

    Args:
        room: how many at most; what is beyond is left to the polls.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._unmet: dict[EventId, Expected] = {}
        self._given_up: dict[EventId, None] = {}

    def __len__(self) -> int:
        return len(self._unmet)

    @property
    def first_ms(self) -> int | None:
        """The time of the earliest, None where nothing is expected."""
        return min((one.time_ms for one in self._unmet.values()), default=None)

    @property
    def fresh_since_s(self) -> float:
        """When the oldest was noted of those that are not overdue; NEVER_S where there is none."""
        return next((one.noted_s for one in self._unmet.values() if not one.is_overdue), NEVER_S)

    @property
    def overdue(self) -> dict[AssetName, None]:
        """The assets of which something is overdue."""
        return {one.name: None for one in self._unmet.values() if one.is_overdue}

    def bar_ms(self, name: AssetName) -> int | None:
        """The time of the asset's earliest; nothing from there on may be released. None: nothing is in the way."""
        waited_for = (one.time_ms for one in self._unmet.values() if one.name == name and not one.is_passed)
        return min(waited_for, default=None)

    def note(self, event: EventId, name: AssetName, time_ms: int, at_s: float) -> bool:
        """Expect a fill that has not come; False where it is expected already, was given up, or finds no room."""
        if event in self._unmet or event in self._given_up or len(self._unmet) >= self._room:
            return False
        self._unmet[event] = Expected(event, name, time_ms, at_s)
        return True

    def meet(self, event: EventId) -> None:
        """A fill has come, expected or not."""
        self._unmet.pop(event, None)

    def fall_due(self, noted_until_s: float) -> list[Expected]:
        """Those noted up to then are overdue; returns which were not before."""
        due = [one for one in self._unmet.values() if not one.is_overdue and one.noted_s <= noted_until_s]
        for one in due:
            one.is_overdue = True
        return due

    def pass_over(self, name: AssetName) -> bool:
        """Let later fills of the asset wait no longer for those expected by now, which are overdue; False where there
        are none.
        """
        passed = [one for one in self._unmet.values() if one.name == name]
        for one in passed:
            one.is_overdue = one.is_passed = True
        return bool(passed)

    def answered(self, from_ms: int, to_ms: int, now_ms: int, apart_ms: int) -> list[Expected]:
        """The exchange has answered completely over this stretch, both ends included; returns what is given up."""
        asked = [one for one in self._unmet.values() if from_ms <= one.time_ms <= to_ms]
        gone = [one for one in asked if one.barren.one_more(now_ms, apart_ms)]
        self._give_up(one.event for one in gone)
        return gone

    def _give_up(self, events: Iterable[EventId]) -> None:
        for event in events:
            del self._unmet[event]
            self._given_up[event] = None
        while len(self._given_up) > GIVEN_UP_KEPT_MAX:
            del self._given_up[next(iter(self._given_up))]
