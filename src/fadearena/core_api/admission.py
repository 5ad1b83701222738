"""Who may come in: access tokens, sessions, and the lockout after failed tries.

A session lives in this process only and for a bounded time; the token behind it stays in the database as a hash. What
is compared is compared in constant time, what is kept is kept as a hash, and every table here is bounded. Never sees
a request: the gate takes headers apart and asks.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable

from fadearena.core_api.problems import Refusal

FAILED_TRIES_MAX = 5
LOCKOUT_SECONDS = 60.0
ADDRESSES_KEPT = 4096
SESSIONS_KEPT = 256
TOKEN_LENGTH_MAX = 512

TokenCheck = Callable[[str], Awaitable[bool]]


class Session:
    """One login. ``csrf`` goes to the page, the cookie's secret only to the browser's jar."""

    def __init__(self, key: str, csrf: str, token: str, ends_at: float) -> None:
        self.key = key
        self.csrf = csrf
        self.ends_at = ends_at
        self._token = token
        self._when_closed: set[Callable[[], None]] = set()

    @property
    def token(self) -> str:
        """The token it was bought with, to see whether that still holds. Never leaves this process."""
        return self._token

    def when_closed(self, call: Callable[[], None]) -> Callable[[], None]:
        """Calls ``call`` when the session ends; returns what takes that back."""
        self._when_closed.add(call)
        return lambda: self._when_closed.discard(call)

    def close(self) -> None:
        """Ends everything that hangs on this session."""
        for call in tuple(self._when_closed):
            call()
        self._when_closed.clear()


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
    """Checks tokens and keeps sessions.

    Args:
        check_token: asks the database whether a token holds.
        session_seconds: how long a login lasts.
    """

    def __init__(
        self, check_token: TokenCheck, session_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._check_token = check_token
        self._session_seconds = session_seconds
        self._clock = clock
        self._lockout = Lockout(clock)
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    async def admit_token(self, token: str, address: str) -> None:
        """Returns for a token that holds. Raises Refusal 401, or 429 after too many failed tries."""
        self._lockout.refuse_if_locked(address)
        if 0 < len(token) <= TOKEN_LENGTH_MAX and token.isascii() and await self._check_token(token):
            return
        self._lockout.failed(address)
        raise Refusal(401, "This access token does not hold; `fadearena` prints a link with a good one at its start.")

    async def open_session(self, token: str, address: str) -> tuple[Session, str]:
        """A new session for a token that holds, and the secret for its cookie. Raises as ``admit_token``."""
        await self.admit_token(token, address)
        secret = secrets.token_urlsafe(32)
        session = Session(_hash(secret), secrets.token_urlsafe(32), token, self._clock() + self._session_seconds)
        self._sessions[session.key] = session
        while len(self._sessions) > SESSIONS_KEPT:
            self._sessions.popitem(last=False)[1].close()
        return session, secret

    def session_of(self, secret: str) -> Session | None:
        """The running session of a cookie's secret, None where there is none."""
        session = self._sessions.get(_hash(secret))
        if session is None or session.ends_at > self._clock():
            return session
        self.close_session(session)
        return None

    async def still_holds(self, session: Session) -> bool:
        """Whether a session is still running and its token not revoked; ends it where it is not."""
        if self._sessions.get(session.key) is not session or session.ends_at <= self._clock():
            return False
        if await self._check_token(session.token):
            return True
        self.close_session(session)
        return False

    def close_session(self, session: Session) -> None:
        """Logs out: forgets the session and closes what hangs on it."""
        self._sessions.pop(session.key, None)
        session.close()

    def seconds_left(self, session: Session) -> int:
        """How long the session still runs."""
        return max(0, int(session.ends_at - self._clock()))


def same_secret(given: str, known: str) -> bool:
    """Constant-time comparison of two texts."""
    return hmac.compare_digest(given.encode(), known.encode())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
