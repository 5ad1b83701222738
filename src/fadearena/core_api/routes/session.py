"""Logging a browser in and out."""

from __future__ import annotations

import time
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody
from msgspec import Meta

from fadearena.core_api.encoding import JsonResponse
from fadearena.core_api.gate import CALLER_KEY, Caller
from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import READ_PROBLEMS, WRITE_PROBLEMS
from fadearena.persistence.views.answers import Answer


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token behind the ``#`` of the link that is printed at the start, or an access token."""

    token: Annotated[str, Meta(min_length=1, max_length=200)]


class SessionView(Answer, frozen=True):
    """Whether this browser is logged in. ``csrf_token`` goes into the X-CSRF-Token header of every write."""

    authenticated: bool
    csrf_token: str | None
    expires_at: int | None


@post("/api/session", status_code=200, responses=WRITE_PROBLEMS, tags=["session"], security=[{}])
async def log_in(rooms: Here, request: Request[Any, Any, Any], data: JSONBody[Login]) -> Response[SessionView]:
    """Exchanges a token for a session cookie. Five failed tries within a minute lock the address out for one."""
    address = request.client.host if request.client is not None else "unknown"
    session = await rooms.admission.open_session(data.token, address)
    cookie = Cookie(
        key=rooms.options.cookie_name,
        value=session.secret,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.headers.get("origin", "").startswith("https://"),
        max_age=max(1, (session.ends_ms - time.time_ns() // 1_000_000) // 1000),
    )
    view = SessionView(authenticated=True, csrf_token=session.csrf, expires_at=session.ends_ms)
    return JsonResponse(content=view, cookies=[cookie])


@get("/api/session", responses=READ_PROBLEMS, tags=["session"])
async def get_session(rooms: Here, request: Request[Any, Any, Any]) -> Response[SessionView]:
    """Whether this browser is logged in."""
    secret = None if rooms.options.public else request.cookies.get(rooms.options.cookie_name)
    session = await rooms.admission.session_of(secret) if secret else None
    if session is None:
        return JsonResponse(content=SessionView(authenticated=False, csrf_token=None, expires_at=None))
    return JsonResponse(content=SessionView(authenticated=True, csrf_token=session.csrf, expires_at=session.ends_ms))


@delete("/api/session", status_code=204, responses=WRITE_PROBLEMS, tags=["session"])
async def log_out(rooms: Here, request: Request[Any, Any, Any]) -> Response[None]:
    """Ends the session and closes its sockets."""
    caller: Caller = request.scope["state"][CALLER_KEY]
    if caller.session is not None:
        await rooms.admission.close_session(caller.session)
    gone = Cookie(key=rooms.options.cookie_name, value="", path="/", httponly=True, samesite="strict", max_age=0)
    return JsonResponse(content=None, status_code=204, cookies=[gone])
