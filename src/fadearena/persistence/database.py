"""Connections to PostgreSQL: how they are opened, what every one of them is set to, and what their faults are called.

An address comes in, an asyncpg connection or pool goes out. Every session speaks UTC and commits to disk before it says
so. JSON passes as text. It never starts a server: that is ``embedded`` and ``servers``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias

import asyncpg

from fadearena.persistence.errors import DatabaseNotReachableError, DatabaseVersionError, PersistenceError

Connection: TypeAlias = Any
"""An ``asyncpg.Connection`` (the library is not typed)."""

Pool: TypeAlias = Any
"""An ``asyncpg.Pool``."""

POSTGRES_OLDEST = 14
CONNECT_SECONDS = 10.0
STATEMENT_SECONDS = 60.0

_SESSION = {
    "timezone": "UTC",
    "synchronous_commit": "on",
    "jit": "off",
    "application_name": "fadearena",
}

_LOST = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncio.TimeoutError)


async def connect(url: str, *, statement_seconds: float | None = STATEMENT_SECONDS) -> Connection:
    """One connection.

    Args:
        statement_seconds: longest wait for one statement; None for no bound (migrations, maintenance).

    Raises:
        DatabaseNotReachableError: nobody answers, or the login is refused.
        DatabaseVersionError: the server is older than PostgreSQL 14.
    """
    try:
        connection = await asyncpg.connect(
            url, timeout=CONNECT_SECONDS, command_timeout=statement_seconds, server_settings=_SESSION
        )
    except (*_LOST, asyncpg.PostgresError, ValueError) as fault:
        raise _not_reachable(url, fault) from fault
    if connection.get_server_version().major < POSTGRES_OLDEST:
        version = connection.get_server_version().major
        await connection.close()
        msg = f"{safe_address(url)} runs PostgreSQL {version}; FadeArena needs {POSTGRES_OLDEST} or newer"
        raise DatabaseVersionError(msg)
    return connection


async def open_pool(url: str, *, size_max: int = 8, statement_seconds: float = STATEMENT_SECONDS) -> Pool:
    """A pool of at most ``size_max`` connections, the first of them open already.

    Raises:
        DatabaseNotReachableError: nobody answers, or the login is refused.
    """
    try:
        return await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=size_max,
            timeout=CONNECT_SECONDS,
            command_timeout=statement_seconds,
            server_settings=_SESSION,
        )
    except (*_LOST, asyncpg.PostgresError, ValueError) as fault:
        raise _not_reachable(url, fault) from fault


class Database:
    """A few connections for short statements, opened when first asked, with the driver's faults named.

    Every method raises DatabaseNotReachableError where the server does not answer, PersistenceError where it refuses.
    """

    def __init__(self, url: str, size_max: int = 4) -> None:
        self.url = url
        self._size_max = size_max
        self._pool: Pool | None = None
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """Connects now, to know at once whether the server answers."""
        async with self._opening:
            if self._pool is None:
                self._pool = await open_pool(self.url, size_max=self._size_max)

    async def close(self) -> None:
        """Drops every connection, whatever it does."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.terminate()

    async def fetch(self, sql: str, *values: Any) -> list[Any]:
        async with self.connection() as connection:
            rows: list[Any] = await connection.fetch(sql, *values)
            return rows

    async def fetchrow(self, sql: str, *values: Any) -> Any:
        async with self.connection() as connection:
            return await connection.fetchrow(sql, *values)

    async def fetchval(self, sql: str, *values: Any) -> Any:
        async with self.connection() as connection:
            return await connection.fetchval(sql, *values)

    async def execute(self, sql: str, *values: Any) -> str:
        async with self.connection() as connection:
            done: str = await connection.execute(sql, *values)
            return done

    async def executemany(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """All rows or none."""
        async with self.connection() as connection:
            await connection.executemany(sql, rows)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection in a transaction that is committed at the end, and rolled back by any exception."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        if self._pool is None:
            await self.open()
        pool: Any = self._pool
        with named_errors(self.url):
            async with pool.acquire(timeout=CONNECT_SECONDS) as connection:
                yield connection


@contextmanager
def named_errors(url: str) -> Iterator[None]:
    """The driver's faults as ours."""
    try:
        yield
    except asyncpg.PostgresError as fault:
        if is_connection_loss(fault):
            raise _not_reachable(url, fault) from fault
        raise PersistenceError(f"the database refused: {' '.join(str(fault).split())}") from fault
    except _LOST as fault:
        raise _not_reachable(url, fault) from fault


def safe_address(url: str) -> str:
    """The address without its password, for messages."""
    scheme, found, rest = url.partition("://")
    if not found:
        return "the database address"
    credentials, at, host = rest.rpartition("@")
    return f"{scheme}://{credentials.partition(':')[0]}{at}{host.partition('?')[0]}"


def is_connection_loss(fault: BaseException) -> bool:
    """Whether a statement's fault leaves open what became of it."""
    return isinstance(fault, (*_LOST, asyncpg.OperatorInterventionError))


def _not_reachable(url: str, fault: BaseException) -> DatabaseNotReachableError:
    why = " ".join(str(fault).split()) or type(fault).__name__
    return DatabaseNotReachableError(f"no database at {safe_address(url)}: {why}; check FADEARENA_DATABASE_URL")
