"""The audit trail."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from litestar import get
from litestar.params import QueryParameter

from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import (
    READ_PROBLEMS,
    AssetWish,
    BotIdWish,
    Cursor,
    EndTime,
    Limit,
    PageNumber,
    StartTime,
    check_range,
    not_found,
    page_wish,
    problems,
)
from fadearena.persistence.views.decisions import DecisionFilter, decision, decision_counts, decisions
from fadearena.persistence.views.record_answers import DecisionCounts, DecisionDetail, Decisions

DecisionWish = Annotated[Literal["execute", "skip"] | None, QueryParameter(name="decision", description="Only these.")]
SkipCodeWish = Annotated[
    str | None,
    QueryParameter(
        name="skipCode", pattern=r"^[a-z_]{1,64}$", description="Only skips of this code, as `kill_switch`."
    ),
]
EventIdWish = Annotated[UUID | None, QueryParameter(name="eventId", description="Only those on this bot event.")]


@get("/api/decisions", responses=READ_PROBLEMS, tags=["decisions"])
async def get_decisions(
    rooms: Here,
    page: PageNumber = 1,
    limit: Limit = 50,
    cursor: Cursor = None,
    bot_id: BotIdWish = None,
    asset: AssetWish = None,
    outcome: DecisionWish = None,
    skip_code: SkipCodeWish = None,
    event_id: EventIdWish = None,
    start_time: StartTime = None,
    end_time: EndTime = None,
) -> Decisions:
    """A page of decisions, newest first: why we traded or did not."""
    check_range(start_time, end_time)
    wanted = DecisionFilter(
        bot_id=bot_id,
        asset=asset,
        decision=outcome,
        skip_code=skip_code,
        event_id=event_id,
        start_ms=start_time,
        end_ms=end_time,
    )
    return await decisions(rooms.reader, rooms.totals, wanted, page_wish(page, limit, cursor))


@get("/api/decisions/counts", responses=READ_PROBLEMS, tags=["decisions"])
async def get_decision_counts(
    rooms: Here,
    bot_id: BotIdWish = None,
    asset: AssetWish = None,
    outcome: DecisionWish = None,
    start_time: StartTime = None,
    end_time: EndTime = None,
) -> DecisionCounts:
    """How many were executed and how many skipped, by reason: of the newest 20,000 that match."""
    check_range(start_time, end_time)
    wanted = DecisionFilter(bot_id=bot_id, asset=asset, decision=outcome, start_ms=start_time, end_ms=end_time)
    return await decision_counts(rooms.reader, rooms.totals, wanted)


@get("/api/decisions/{decision_id:uuid}", responses=problems(400, 401, 404, 429), tags=["decisions"])
async def get_decision(rooms: Here, decision_id: UUID) -> DecisionDetail:
    """One decision: its event, every check that ran, the settings then in force, and the orders it made."""
    found = await decision(rooms.reader, decision_id)
    if found is None:
        raise not_found("decision of this id")
    return found
