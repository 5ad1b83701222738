"""The parameters that many routes share, and the problems each of them documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import QueryParameter, SkipValidation

from fadearena.core_api.parameters import names_of
from fadearena.core_api.problems import CODES, PROBLEM_MEDIA_TYPE, Problem, Refusal, refuse_fields
from fadearena.persistence.views.paging import LIMIT_MAX, PageWish

TIME_MAX = 253_402_300_799_999
"""The last millisecond of the year 9999, the last that the database and Python share."""

PageNumber = Annotated[int, QueryParameter(name="page", ge=1, le=1_000_000_000, description="Page by number, from 1.")]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=LIMIT_MAX, description="Rows a page.")]
Cursor = Annotated[
    str | None,
    QueryParameter(
        name="cursor",
        max_length=64,
        description="`nextCursor` of the page before: as quick on page 100,000 as on page 1; replaces `page`.",
    ),
]
BotIdWish = Annotated[
    str | None, QueryParameter(name="botId", pattern=r"^[a-z0-9.-]{1,64}$", description="Only of this bot.")
]
AssetWish = Annotated[
    str | None,
    QueryParameter(name="asset", pattern=r"^[A-Za-z0-9:@/._-]{1,64}$", description="Only of this asset, as `BTC`."),
]
StartTime = Annotated[
    int | None,
    QueryParameter(
        name="startTime", ge=0, le=TIME_MAX, description="From this time on, ms since the epoch, inclusive."
    ),
]
EndTime = Annotated[
    int | None,
    QueryParameter(name="endTime", ge=0, le=TIME_MAX, description="Up to this time, ms since the epoch, inclusive."),
]

_EXAMPLES: dict[int, tuple[str, str, dict[str, str]]] = {
    400: ("Bad Request", "Please correct: limit.", {"limit": "Expected `int` <= 200"}),
    401: ("Unauthorized", "Log in first: open the link that `fadearena` printed at its start.", {}),
    403: ("Forbidden", "This machine is not armed for live trading; it stays in simulation.", {}),
    404: ("Not Found", "There is no decision of this id.", {}),
    409: ("Conflict", "Version 8 is in force now; load it and try again.", {}),
    413: ("Request Entity Too Large", "The body is larger than 64 kB.", {}),
    415: ("Unsupported Media Type", "Send JSON, and say so: `Content-Type: application/json`.", {}),
    429: ("Too Many Requests", "Too many failed tries from this address; try again in 42 seconds.", {}),
    503: ("Service Unavailable", "The database does not answer; try again in a few seconds.", {}),
}


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """The problems a route may answer with, documented with an example each; 503 is always among them."""
    return {status: _spec(status) for status in sorted({*statuses, 503})}


def _spec(status: int) -> ResponseSpec:
    title, detail, errors = _EXAMPLES[status]
    value: dict[str, Any] = {
        "type": f"urn:fadearena:problem:{'invalid-fields' if errors else CODES[status]}",
        "title": title,
        "status": status,
        "detail": detail,
    }
    return ResponseSpec(
        data_container=Problem,
        description=title,
        media_type=PROBLEM_MEDIA_TYPE,
        generate_examples=False,
        examples=[Example(value={**value, "errors": errors} if errors else value)],
    )


WRITE_PROBLEMS = problems(400, 401, 403, 413, 415, 429)
"""What every route that writes may answer with."""

READ_PROBLEMS = problems(400, 401, 429)
"""What every route that reads may answer with."""


class Span(msgspec.Struct, frozen=True):
    """The time that is asked for, milliseconds since the epoch, both inclusive; None is open."""

    start_ms: int | None
    end_ms: int | None


def page_wish(page: PageNumber = 1, limit: Limit = 50, cursor: Cursor = None) -> PageWish:
    """The page that is asked for."""
    return PageWish(page=page, limit=limit, cursor=cursor)


def time_span(start_time: StartTime = None, end_time: EndTime = None) -> Span:
    """The time that is asked for. Raises Refusal where it ends before it starts."""
    if start_time is not None and end_time is not None and start_time > end_time:
        raise refuse_fields({"startTime": "must not be after endTime", "endTime": "must not be before startTime"})
    return Span(start_time, end_time)


PageAsked = NamedDependency[SkipValidation[PageWish]]
"""How a route asks for the page: a parameter ``wish: PageAsked``."""
SpanAsked = NamedDependency[SkipValidation[Span]]
"""How a route asks for the time: a parameter ``span: SpanAsked``."""

SHARED: Mapping[str, Callable[..., Any]] = {"wish": page_wish, "span": time_span}
"""What makes them out of the query, by the name of the parameter."""


def not_found(what: str) -> Refusal:
    """The refusal for what is not there."""
    return Refusal(404, f"There is no {what}.")


async def refuse_unknown_parameters(request: Request[Any, Any, Any]) -> None:
    """Runs before every route: a misspelt filter would otherwise be passed over, and the answer taken for filtered.

    Raises Refusal 400 that names each.
    """
    if not request.url.path.startswith("/api/"):
        return
    known = set(names_of(request.route_handler).values())
    unknown = {name[:80]: "is not a parameter of this" for name in request.query_params if name not in known}
    if unknown:
        raise refuse_fields(unknown)
