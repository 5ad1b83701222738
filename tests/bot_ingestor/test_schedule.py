"""When a wallet's duties are due, and which goes first."""

from __future__ import annotations

from fadearena.bot_ingestor.pauses import NEVER_S
from fadearena.bot_ingestor.ports import Pace
from fadearena.bot_ingestor.schedule import Duty, Schedule

PACE = Pace()


def schedule(*, polled_at_s: float = 1_000.0, audited_at_s: float = 1_000.0) -> Schedule:
    made = Schedule(PACE, 0.0, 0.0)
    made.done("poll", polled_at_s)
    made.done("audit", audited_at_s)
    return made


def due(made: Schedule, now_s: float, *, asked: int | None = None, has_gap: bool = False) -> tuple[float, Duty]:
    return made.next(now_s, asked_attempt=asked, has_gap=has_gap, reread_at_s=NEVER_S)


def test_at_rest_audits_and_polls_come_at_their_intervals() -> None:
    made = schedule()
    assert due(made, 1_000) == (1_000 + PACE.audit_s, "audit")
    made.done("audit", 1_056)
    assert due(made, 1_056) == (1_000 + PACE.poll_s, "poll")


def test_a_poll_that_is_asked_for_comes_soon_and_later_ones_less_soon() -> None:
    assert due(schedule(), 1_000, asked=0) == (1_000 + PACE.urgent_poll_s, "poll")
    assert due(schedule(), 1_000, asked=1) == (1_000 + PACE.gap_poll_s, "poll")
    assert due(schedule(), 1_000, has_gap=True) == (1_000 + PACE.gap_poll_s, "poll")


def test_of_duties_that_are_due_a_poll_that_something_waits_for_goes_first() -> None:
    made = schedule(audited_at_s=900)
    assert due(made, 1_010) == (900 + PACE.audit_s, "audit")
    assert due(made, 1_010, asked=0)[1] == "poll"
    assert due(made, 1_010, has_gap=True)[1] == "poll"


def test_polls_that_something_waits_for_leave_room_for_audits() -> None:
    made = schedule(audited_at_s=900)
    assert due(made, 1_000, asked=0)[1] == "audit"
    assert due(made, 1_000, has_gap=True)[1] == "audit"


def test_what_cannot_be_read_is_read_again_when_it_may_be() -> None:
    made = schedule()
    assert made.next(1_000, asked_attempt=None, has_gap=False, reread_at_s=1_001) == (1_001, "read_again")
