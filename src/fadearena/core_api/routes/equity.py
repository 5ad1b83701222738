"""Equity over time."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from fadearena.core_api.problems import refuse_fields
from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import READ_PROBLEMS, BotIdWish, SpanAsked
from fadearena.persistence.views.answers import EquitySeries, Interval
from fadearena.persistence.views.buckets import TooManyPointsError
from fadearena.persistence.views.equity import equity

IntervalWish = Annotated[
    Interval | None,
    QueryParameter(
        name="interval", description="One point each; left out, the finest that gives at most 1,000 points."
    ),
]


@get("/api/equity", responses=READ_PROBLEMS, tags=["equity"])
async def get_equity(
    rooms: Here,
    span: SpanAsked,
    interval: IntervalWish = None,
    bot_id: BotIdWish = None,
) -> EquitySeries:
    """The last equity of each interval; without times, over everything stored."""
    try:
        return await equity(rooms.reader, span.start_ms, span.end_ms, interval, bot_id)
    except TooManyPointsError as too_many:
        raise refuse_fields({"interval": str(too_many)}) from too_many
