"""The system's own log."""

from __future__ import annotations

from typing import Annotated, Literal

from litestar import get
from litestar.params import QueryParameter

from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import (
    READ_PROBLEMS,
    Cursor,
    EndTime,
    Limit,
    PageNumber,
    StartTime,
    check_range,
    page_wish,
)
from fadearena.persistence.views.answers import SystemEvents
from fadearena.persistence.views.system import EventFilter, events

LevelWish = Annotated[
    Literal["info", "warning", "error"] | None, QueryParameter(name="level", description="Only these.")
]
CategoryWish = Annotated[
    Literal["api", "trading", "system", "config"] | None, QueryParameter(name="category", description="Only these.")
]

TextWish = Annotated[
    str | None,
    QueryParameter(
        name="text",
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        description="Only those whose message has these words in it, in whatever case.",
    ),
]


@get("/api/events", responses=READ_PROBLEMS, tags=["system"])
async def get_events(
    rooms: Here,
    page: PageNumber = 1,
    limit: Limit = 50,
    cursor: Cursor = None,
    level: LevelWish = None,
    category: CategoryWish = None,
    text: TextWish = None,
    start_time: StartTime = None,
    end_time: EndTime = None,
) -> SystemEvents:
    """A page of the log, newest first."""
    check_range(start_time, end_time)
    wanted = EventFilter(level=level, category=category, text=text, start_ms=start_time, end_ms=end_time)
    return await events(rooms.reader, rooms.totals, wanted, page_wish(page, limit, cursor))
