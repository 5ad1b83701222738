"""The outermost door: every request and every socket passes here before any route sees it.

In order: is the ``Host`` one of ours (so that no other site's name can be pointed at this machine), is the ``Origin``
our own, may this caller read or write, and is the body small, shallow and quick. Everything is closed unless it is
named here: a new route that writes needs a token without its author doing anything. Adds the security headers to every
answer. Never reads what a body means.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any

import msgspec
import structlog

from fadearena.core_api import public_arena
from fadearena.core_api.admission import Admission, Session, same_secret
from fadearena.core_api.metrics import Metrics
from fadearena.core_api.options import ApiOptions
from fadearena.core_api.pages import is_page
from fadearena.core_api.problems import PROBLEM_MEDIA_TYPE, Refusal
from fadearena.persistence.errors import PersistenceError

BODY_BYTES_MAX = 64 * 1024
BODY_SECONDS_MAX = 10.0
DRAIN_SECONDS_MAX = 2.0
BODY_DEPTH_MAX = 8
REQUEST_SECONDS_MAX = 15.0
CALLER_KEY = "fadearena.caller"
"""Where ``scope["state"]`` holds the Caller."""

READING = frozenset({"GET", "HEAD", "OPTIONS"})
PUBLIC_PATHS = frozenset({"/favicon.ico", "/api/health"})
"""Readable without a login wherever the server listens, beside the page that logs in: whether the system lives."""
LOGIN = ("POST", "/api/session")

SECURITY_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]

_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_log = structlog.get_logger(__name__)


class Caller(msgspec.Struct, frozen=True):
    """Who asks: the bearer of an access token, a session, or anybody on this machine."""

    bearer: str | None = None
    session: Session | None = None

    def __repr__(self) -> str:
        return f"Caller({self.name})"

    @property
    def name(self) -> str:
        """As the log of changes names it."""
        return "api token" if self.bearer is not None else "browser" if self.session is not None else "anybody"


class Gate:
    """Wraps the application's ASGI handler."""

    def __init__(self, app: AsgiApp, options: ApiOptions, admission: Admission, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._options = options
        self._admission = admission
        self._hosts = options.allowed_hosts

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)

    async def _http(self, scope: Any, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        method = scope["method"]
        answer = _Answer(send, private=scope["path"].startswith("/api/"), bodiless=method == "HEAD")
        unread = method not in READING
        # Whoever asks with HEAD is answered as with GET, but for the body.
        served = {**scope, "method": "GET"} if method == "HEAD" else scope
        try:
            asked = _Asked(scope)
            self._check_host(asked)
            await self._admit_http(asked)
            served.setdefault("state", {})[CALLER_KEY] = asked.caller
            if unread:
                unread = False
                receive = await _read_body(asked, receive)
            async with asyncio.timeout(REQUEST_SECONDS_MAX):
                await self._app(served, receive, answer.send)
        except Refusal as refusal:
            if unread:
                await _drain(receive)
            await answer.refuse(refusal)
        except TimeoutError:
            await answer.refuse(Refusal(504, "The answer took too long; ask for less, or try again."))
        except PersistenceError as fault:
            _log.warning("nobody could be let in", path=scope["path"], fault=str(fault))
            await answer.refuse(Refusal(503, "The database does not answer; try again in a few seconds."))
        finally:
            route = served.get("path_template") or "refused"
            self._metrics.observe(route, method, answer.status, time.perf_counter() - began)

    async def _websocket(self, scope: Any, receive: Receive, send: Send) -> None:
        try:
            asked = _Asked(scope)
            self._check_host(asked)
            await self._admit_websocket(asked)
        except (Refusal, PersistenceError) as refusal:
            _log.info("a socket was refused", reason=str(refusal))
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": str(refusal)[:120]})
            return
        scope.setdefault("state", {})[CALLER_KEY] = asked.caller
        await self._app(scope, receive, send)

    def _check_host(self, asked: _Asked) -> None:
        hosts = asked.all_of(b"host")
        if len(hosts) != 1 or (hosts[0].lower() not in self._hosts and not self._options.any_host):
            raise Refusal(
                421,
                "This server does not answer to that host name. Open it under the address it printed at its start, "
                "or add the name to its extra hosts.",
            )

    async def _admit_http(self, asked: _Asked) -> None:
        method, path = asked.scope["method"], asked.scope["path"]
        if self._options.public:
            self._admit_public(path, reading=method in READING)
            return
        if method in READING:
            if not (self._options.open_reading or path in PUBLIC_PATHS or is_page(path)):
                await self._admit_caller(asked, writing=False)
            return
        if asked.origin is not None and not asked.same_origin:
            raise Refusal(403, "Another site may not write here.", code="foreign-origin")
        if (method, path) != LOGIN:
            await self._admit_caller(asked, writing=True)

    @staticmethod
    def _admit_public(path: str, *, reading: bool) -> None:
        """Nobody is logged in here, whatever they bring. Raises Refusal."""
        if not reading:
            raise public_arena.refusal(writing=True)
        if not (path == "/favicon.ico" or is_page(path) or public_arena.is_served(path)):
            raise public_arena.refusal(writing=False)

    async def _admit_websocket(self, asked: _Asked) -> None:
        if asked.origin is not None and not asked.same_origin:
            raise Refusal(403, "Another site may not listen here.", code="foreign-origin")
        if self._options.public:
            return
        if asked.origin is None or not self._options.open_reading:
            bearer = asked.bearer
            if asked.origin is None and bearer is None:
                raise Refusal(401, "A client that is no browser needs an access token in its Authorization header.")
            await self._admit_caller(asked, writing=False)
        else:
            asked.caller = Caller(session=await self._session_of(asked))

    async def _admit_caller(self, asked: _Asked, *, writing: bool) -> None:
        """Lets in a bearer of a token, or a running session; one that writes must also show it is our own page."""
        bearer = asked.bearer
        if bearer is not None:
            await self._admission.admit_bearer(bearer, asked.address)
            asked.caller = Caller(bearer=bearer)
            return
        session = await self._session_of(asked)
        if session is None:
            raise Refusal(
                401,
                "Log in first: open the link that `fadearena` printed at its start, or send its token as "
                "`Authorization: Bearer …`.",
                headers={"www-authenticate": "Bearer"},
            )
        if writing and not (asked.same_origin and same_secret(asked.one_of(b"x-csrf-token") or "", session.csrf)):
            raise Refusal(403, "This write lacks the page's own X-CSRF-Token header; reload the page.", code="csrf")
        asked.caller = Caller(session=session)

    async def _session_of(self, asked: _Asked) -> Session | None:
        secret = asked.cookie(self._options.cookie_name)
        return await self._admission.session_of(secret) if secret else None


class _Asked:
    """The headers of one request or socket, taken apart."""

    def __init__(self, scope: Any) -> None:
        self.scope = scope
        self.caller = Caller()
        self._headers: list[tuple[bytes, bytes]] = list(scope["headers"])

    def all_of(self, name: bytes) -> list[str]:
        return [value.decode("latin-1") for key, value in self._headers if key.lower() == name]

    def one_of(self, name: bytes) -> str | None:
        values = self.all_of(name)
        return values[0] if len(values) == 1 else None

    @property
    def origin(self) -> str | None:
        values = self.all_of(b"origin")
        return None if not values else values[0] if len(values) == 1 else "null"

    @property
    def same_origin(self) -> bool:
        """Whether the page that asks was served under the very name and port it asks (which is one of ours)."""
        host = (self.one_of(b"host") or "").lower()
        return self.origin in {f"http://{host}", f"https://{host}"}

    @property
    def bearer(self) -> str | None:
        scheme, _, token = (self.one_of(b"authorization") or "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    @property
    def address(self) -> str:
        client = self.scope.get("client")
        return str(client[0]) if client else "unknown"

    def cookie(self, name: str) -> str | None:
        try:
            morsel = SimpleCookie("; ".join(self.all_of(b"cookie"))[:8192]).get(name)
        except CookieError:
            return None
        return morsel.value if morsel else None


class _Answer:
    """Sends with the security headers, and knows whether an answer has begun."""

    def __init__(self, send: Send, *, private: bool, bodiless: bool) -> None:
        self._send = send
        self._private = private
        self._bodiless = bodiless
        self._begun = False
        self.status = 500

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._begun = True
            self.status = message["status"]
            headers = [*message.get("headers", ()), *SECURITY_HEADERS]
            if self._private:
                headers.append((b"cache-control", b"no-store"))
            message = {**message, "headers": headers}
        elif self._bodiless and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)

    async def refuse(self, refusal: Refusal) -> None:
        if self._begun:
            return
        body = msgspec.json.encode(refusal.problem)
        headers = [(b"content-type", PROBLEM_MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
        headers += [(name.encode(), value.encode()) for name, value in refusal.headers.items()]
        await self.send({"type": "http.response.start", "status": refusal.problem.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})


async def _read_body(asked: _Asked, receive: Receive) -> Receive:
    """The whole body, within its bounds; returns what hands it on. Raises Refusal 408, 413 or 415."""
    announced = asked.one_of(b"content-length") or "0"
    if not announced.isascii() or not announced.isdigit() or int(announced) > BODY_BYTES_MAX:
        raise _too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise Refusal(400, "The connection ended before the body did.")
                body += message.get("body", b"")
                if len(body) > BODY_BYTES_MAX:
                    raise _too_large()
                if not message.get("more_body", False):
                    break
    except TimeoutError:
        raise Refusal(408, f"The body did not arrive within {BODY_SECONDS_MAX:.0f} seconds.") from None
    if body and (asked.one_of(b"content-type") or "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal(415, "Send JSON, and say so: `Content-Type: application/json`.")
    if too_deep(bytes(body)):
        raise Refusal(400, f"The body is nested deeper than {BODY_DEPTH_MAX} levels.")
    return _replay(bytes(body), receive)


async def _drain(receive: Receive) -> None:
    """Takes what a caller is still sending, within bounds, before it is refused: a connection that is closed with
    something unread is reset, and the refusal may be lost with it."""
    taken = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS_MAX):
            while taken <= BODY_BYTES_MAX:
                message = await receive()
                taken += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Any:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _too_large() -> Refusal:
    return Refusal(413, f"The body is larger than {BODY_BYTES_MAX // 1024} kB.")


def too_deep(body: bytes) -> bool:
    """Whether JSON nests deeper than BODY_DEPTH_MAX; brackets within strings do not count."""
    if body.count(b"[") + body.count(b"{") <= BODY_DEPTH_MAX:
        return False
    depth = 0
    for match in _BRACKETS.finditer(body):
        token = match.group()
        if token in b"[{":
            depth += 1
            if depth > BODY_DEPTH_MAX:
                return True
        elif token in b"]}":
            depth -= 1
    return False
