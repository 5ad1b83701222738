"""What goes wrong, as RFC 9457 problem details with a sentence a person can act on.

``Refusal`` is the one exception of this package: routes and the gate raise it, the handlers below turn it, Litestar's
own errors and everything unforeseen into ``application/problem+json``. Never says what a traceback says.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from fadearena.core_api.parameters import names_of
from fadearena.persistence.errors import DatabaseVersionError, PersistenceError
from fadearena.persistence.views import DatabaseBusyError
from fadearena.persistence.views.paging import BadCursorError, PageTooDeepError

PROBLEM_MEDIA_TYPE = "application/problem+json"

CODES = {
    400: "invalid",
    401: "login-needed",
    403: "refused",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    413: "too-large",
    415: "unsupported-media-type",
    421: "unknown-host",
    429: "too-many-tries",
    500: "fault",
    503: "unavailable",
    504: "too-slow",
}
"""The problem's ``type`` is ``urn:fadearena:problem:`` and one of these, or a finer one that the route gives."""

_UNKNOWN_FIELD = re.compile(r"unknown field `(.*)`", re.DOTALL)
_MISSING_FIELD = re.compile(r"missing required field `(.*)`", re.DOTALL)
_MISSING_PARAMETER = re.compile(r"Missing required query parameter '([^']{1,80})'")

_log = structlog.get_logger(__name__)


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """RFC 9457 problem details.

    Args:
        type: a stable URN to tell problems apart.
        title: the kind of problem, the same every time.
        status: the HTTP status.
        detail: what happened here and what to do about it.
        errors: each wrong field by its name in the API, with a sentence.
        current, updated_by, updated_at: of a conflict, the version in force, and who made it when.
    """

    type: str
    title: str
    status: int
    detail: str
    errors: dict[str, str] = {}
    current: int | None = None
    updated_by: str | None = None
    updated_at: int | None = None


class Refusal(Exception):  # noqa: N818 - a "no" that is meant, not a fault
    """Ends a request with a problem."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str | None = None,
        errors: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.headers = headers or {}
        self.problem = Problem(
            type=f"urn:fadearena:problem:{code or CODES.get(status, 'http-error')}",
            title=HTTPStatus(status).phrase,
            status=status,
            detail=detail,
            errors=errors or {},
        )


def refuse_fields(errors: dict[str, str]) -> Refusal:
    """The refusal of wrong fields, each by name."""
    named = ", ".join(sorted(errors))
    return Refusal(400, f"Please correct: {named}.", code="invalid-fields", errors=errors)


def problem_response(refusal: Refusal) -> Response[bytes]:
    """The answer that carries a refusal."""
    return Response(
        content=msgspec.json.encode(refusal.problem),
        status_code=refusal.problem.status,
        media_type=PROBLEM_MEDIA_TYPE,
        headers=refusal.headers,
    )


def on_refusal(_: Request[Any, Any, Any], refusal: Refusal) -> Response[bytes]:
    """Exception handler for ``Refusal``."""
    return problem_response(refusal)


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Exception handler for the framework's own errors."""
    return problem_response(_as_refusal(error, names_of(request.scope.get("route_handler"))))


def on_fault(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Exception handler for whatever nobody foresaw: logged here, one sentence for the client."""
    _log.exception("a request failed", path=request.url.path, method=str(request.method), fault=type(error).__name__)
    return problem_response(
        Refusal(500, "The server failed on this request; its log has the reason. Trying again is safe for reads.")
    )


def _as_refusal(error: HTTPException, names: dict[str, str]) -> Refusal:
    if isinstance(error, ValidationException):
        if error.extra:
            return refuse_fields(_fields_of(error, names))
        missing = _MISSING_PARAMETER.match(error.detail)
        return refuse_fields({missing[1]: "is required"}) if missing else Refusal(400, error.detail)
    if error.status_code == 404:
        return Refusal(404, "There is nothing at this address; /schema lists what there is.")
    if error.status_code == 405:
        return Refusal(405, "This address does not take that method; /schema lists what it takes.")
    if error.status_code >= 500:
        return Refusal(error.status_code, "The server could not answer; its log has the reason.")
    return Refusal(error.status_code, error.detail or HTTPStatus(error.status_code).phrase)


def _fields_of(error: ValidationException, names: dict[str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for item in error.extra if isinstance(error.extra, list) else []:
        if isinstance(item, dict):
            name, sentence = str(item.get("key") or "body"), str(item.get("message", "is wrong"))
            if found := _UNKNOWN_FIELD.search(sentence):
                name, sentence = found[1], "is not a field of this"
            elif found := _MISSING_FIELD.search(sentence):
                name, sentence = found[1], "is required"
            fields["body" if name == "data" else names.get(name, name)[:80]] = sentence
    return fields or {"body": error.detail}


def on_database(request: Request[Any, Any, Any], fault: PersistenceError) -> Response[bytes]:
    """Exception handler for a database that is away, slow or of another version."""
    _log.warning("the database did not answer a request", path=request.url.path, fault=str(fault))
    if isinstance(fault, DatabaseBusyError):
        detail = "The answer took the database too long; ask for a shorter time, a smaller page, or use `cursor`."
    elif isinstance(fault, DatabaseVersionError):
        detail = "The database is not of this program's version; run `fadearena db upgrade`."
    else:
        detail = "The database does not answer; try again in a few seconds."
    return problem_response(Refusal(503, detail, headers={"retry-after": "2"}))


def on_bad_page(_: Request[Any, Any, Any], fault: BadCursorError | PageTooDeepError) -> Response[bytes]:
    """Exception handler for a page that cannot be had."""
    if isinstance(fault, BadCursorError):
        return problem_response(refuse_fields({"cursor": "is not a `nextCursor` of a page; leave it out to start"}))
    return problem_response(refuse_fields({"page": str(fault)}))


EXCEPTION_HANDLERS: Any = {
    Refusal: on_refusal,
    BadCursorError: on_bad_page,
    PageTooDeepError: on_bad_page,
    PersistenceError: on_database,
    HTTPException: on_http_error,
    Exception: on_fault,
}
"""What the application is given; typed loosely because Litestar's own type for it is invariant."""
