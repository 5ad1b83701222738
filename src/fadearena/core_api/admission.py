"""Who may come in: access tokens, sessions, and the lockout after failed tries.

A session is itself a token that ends by itself; both are kept in the database as hashes, so that every web process
knows them and a revoked one is gone everywhere. Every table here is bounded. Never sees a request: the gate takes
headers apart and asks.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections import OrderedDict, deque
from collections.abc import Callable

import msgspec

from fadearena.core_api.problems import Refusal
from fadearena.persistence.access_tokens import AccessTokens

FAILED_TRIES_MAX = 5
LOCKOUT_SECONDS = 60.0
ADDRESSES_KEPT = 4096


class Session(msgspec.Struct, frozen=True):
    """One login of a browser.

    Args:
        secret: what its cookie holds.
        csrf: what its page has to show with every write; follows from the secret, which the page cannot read.
        ends_ms: when it ends by itself, ms since the epoch.
    """

    secret: str
    csrf: str
    ends_ms: int

    def __repr__(self) -> str:
        return f"Session(ends_ms={self.ends_ms})"


class Lockout:
    """Counts failed tries by address over the last minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def refuse_if_locked(self, address: str) -> None:
        """Raises Refusal 429 for an address with too many failed tries within the last minute."""
        failures = self._failures.get(address)
        if failures is None:
            return
        now = self._clock()
        while failures and failures[0] <= now - LOCKOUT_SECONDS:
            failures.popleft()
        if len(failures) >= FAILED_TRIES_MAX:
            wait = max(1, round(failures[0] + LOCKOUT_SECONDS - now))
            detail = f"Too many failed tries from this address; try again in {wait} seconds."
            raise Refusal(429, detail, headers={"retry-after": str(wait)})

    def failed(self, address: str) -> None:
        """Counts one failed try."""
        failures = self._failures.setdefault(address, deque(maxlen=FAILED_TRIES_MAX))
        failures.append(self._clock())
        self._failures.move_to_end(address)
        while len(self._failures) > ADDRESSES_KEPT:
            self._failures.popitem(last=False)


class Admission:
    """Checks tokens, opens and closes sessions.

    Args:
        tokens: where they are kept.
        session_seconds: how long a login lasts.
    """

    def __init__(self, tokens: AccessTokens, session_seconds: float) -> None:
        self._tokens = tokens
        self._session_seconds = session_seconds
        self._lockout = Lockout()
        self._when_closed: dict[str, set[Callable[[], None]]] = {}

    async def admit_bearer(self, token: str, address: str) -> None:
        """Returns for an access token that holds.

        Raises:
            Refusal: 401, or 429 after too many failed tries.
            DatabaseNotReachableError: nobody knows.
        """
        self._lockout.refuse_if_locked(address)
        if await self._tokens.check_token(token, "access") is None:
            self._lockout.failed(address)
            raise _unknown_token()

    async def holds(self, token: str) -> bool:
        """Whether an access token that was let in holds still. Raises DatabaseNotReachableError."""
        return await self._tokens.check_token(token, "access") is not None

    async def open_session(self, token: str, address: str) -> Session:
        """A new session for an access token, or for the token of a link, which is used up by it.

        Raises as ``admit_bearer``.
        """
        self._lockout.refuse_if_locked(address)
        if await self._tokens.check_token(token, "access", "login") is None:
            self._lockout.failed(address)
            raise _unknown_token()
        secret = await self._tokens.new_token("session", self._session_seconds)
        return Session(secret, _csrf_of(secret), _now_ms() + int(self._session_seconds * 1000))

    async def session_of(self, secret: str) -> Session | None:
        """The running session of a cookie, None where there is none. Raises DatabaseNotReachableError."""
        token = await self._tokens.check_token(secret, "session")
        if token is None:
            return None
        return Session(secret, _csrf_of(secret), token.expires_ms or _now_ms())

    async def close_session(self, session: Session) -> None:
        """Logs out: the session holds nowhere any more, and what hangs on it here is closed."""
        await self._tokens.revoke(session.secret)
        for call in tuple(self._when_closed.get(session.csrf, ())):
            call()

    def when_closed(self, session: Session, call: Callable[[], None]) -> Callable[[], None]:
        """Calls ``call`` when the session is closed by this process; returns what takes that back."""
        calls = self._when_closed.setdefault(session.csrf, set())
        calls.add(call)

        def forget() -> None:
            calls.discard(call)
            if not calls:
                self._when_closed.pop(session.csrf, None)

        return forget


def same_secret(given: str, known: str) -> bool:
    """Constant-time comparison of two texts."""
    return hmac.compare_digest(given.encode(), known.encode())


def _csrf_of(secret: str) -> str:
    return hashlib.sha256(b"csrf\x1f" + secret.encode()).hexdigest()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _unknown_token() -> Refusal:
    return Refusal(
        401,
        "This token does not hold (a link works once): `fadearena` prints a fresh link at its start.",
        code="unknown-token",
        headers={"www-authenticate": "Bearer"},
    )
