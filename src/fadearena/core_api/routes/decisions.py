"""The audit trail."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from litestar import get
from litestar.params import FromPath, QueryParameter

from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import (
    READ_PROBLEMS,
    AssetWish,
    BotIdWish,
    PageAsked,
    SpanAsked,
    not_found,
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
    wish: PageAsked,
    span: SpanAsked,
    bot_id: BotIdWish = None,
    asset: AssetWish = None,
    outcome: DecisionWish = None,
    skip_code: SkipCodeWish = None,
    event_id: EventIdWish = None,
) -> Decisions:
    """A page of decisions, newest first: why we traded or did not."""
    wanted = DecisionFilter(
        bot_id=bot_id,
        asset=asset,
        decision=outcome,
        skip_code=skip_code,
        event_id=event_id,
        start_ms=span.start_ms,
        end_ms=span.end_ms,
    )
    return await decisions(rooms.reader, rooms.totals, wanted, wish)


@get("/api/decisions/counts", responses=READ_PROBLEMS, tags=["decisions"])
async def get_decision_counts(
    rooms: Here,
    span: SpanAsked,
    bot_id: BotIdWish = None,
    asset: AssetWish = None,
    outcome: DecisionWish = None,
) -> DecisionCounts:
    """How many were executed and how many skipped, by reason: of the newest 20,000 that match."""
    wanted = DecisionFilter(bot_id=bot_id, asset=asset, decision=outcome, start_ms=span.start_ms, end_ms=span.end_ms)
    return await decision_counts(rooms.reader, rooms.totals, wanted)


@get("/api/decisions/{decision_id:uuid}", responses=problems(400, 401, 404, 429), tags=["decisions"])
async def get_decision(rooms: Here, decision_id: FromPath[UUID]) -> DecisionDetail:
    """One decision: its event, every check that ran, the settings then in force, and the orders it made."""
    found = await decision(rooms.reader, decision_id)
    if found is None:
        raise not_found("decision of this id")
    return found
