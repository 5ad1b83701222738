"""The system's own log."""

from __future__ import annotations

from typing import Annotated, Literal

from litestar import get
from litestar.params import QueryParameter

from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import (
    READ_PROBLEMS,
    PageAsked,
    SpanAsked,
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
    wish: PageAsked,
    span: SpanAsked,
    level: LevelWish = None,
    category: CategoryWish = None,
    text: TextWish = None,
) -> SystemEvents:
    """A page of the log, newest first."""
    wanted = EventFilter(level=level, category=category, text=text, start_ms=span.start_ms, end_ms=span.end_ms)
    return await events(rooms.reader, rooms.totals, wanted, wish)
