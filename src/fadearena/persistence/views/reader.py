"""A small pool of read-only connections: SQL in, rows out, driver errors named.

Connects when first asked, so that a web process starts (and says so) while the database is still down. Every statement
has a time limit, on both ends of the wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg

from fadearena.persistence.database import safe_address
from fadearena.persistence.errors import DatabaseNotReachableError, DatabaseVersionError, PersistenceError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_MICROSECOND = timedelta(microseconds=1)

STATEMENT_SECONDS_MAX = 5.0
CONNECT_SECONDS_MAX = 3.0
WAIT_SECONDS_MAX = 5.0

Row = Any
"""A row of the driver: columns by name."""


class DatabaseBusyError(PersistenceError):
    """The answer would have taken longer than allowed, or every connection was in use."""


class Reader:
    """Asks read-only questions.

    Args:
        url: ``postgresql://…``
        connections: the most that are open at once.
        statement_seconds: the longest that one statement may take.
    """

    def __init__(self, url: str, connections: int = 6, statement_seconds: float = STATEMENT_SECONDS_MAX) -> None:
        self._url = url
        self._connections = connections
        self._statement_seconds = statement_seconds
        self._pool: Any = None
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        """Closes every connection; whoever still asks is cut off after a second."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            await asyncio.wait_for(pool.close(), 1.0)
        except TimeoutError:
            pool.terminate()

    async def rows(self, sql: str, *values: Any) -> list[Row]:
        """Every row. Raises DatabaseNotReachableError or DatabaseBusyError."""
        async with self.connection() as connection:
            found: list[Row] = await connection.fetch(sql, *values)
            return found

    async def row(self, sql: str, *values: Any) -> Row | None:
        """The first row, None where there is none. Raises as ``rows``."""
        async with self.connection() as connection:
            return await connection.fetchrow(sql, *values)

    async def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row. Raises as ``rows``."""
        async with self.connection() as connection:
            return await connection.fetchval(sql, *values)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """One connection for several statements. Raises as ``rows``."""
        with _named_errors(self._url):
            pool = await self._opened()
            async with pool.acquire(timeout=WAIT_SECONDS_MAX) as connection:
                yield connection

    async def listen(self, channels: tuple[str, ...], ring: Callable[[], None]) -> Any:
        """A connection of its own that calls ``ring`` on every NOTIFY; the caller closes it. Raises as ``rows``."""
        with _named_errors(self._url):
            connection = await asyncpg.connect(self._url, timeout=CONNECT_SECONDS_MAX, server_settings=self._settings())
            connection.add_termination_listener(lambda _: ring())
            for channel in channels:
                await connection.add_listener(channel, lambda *_: ring())
            return connection

    async def _opened(self) -> Any:
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    self._pool = await asyncpg.create_pool(
                        self._url,
                        min_size=0,
                        max_size=self._connections,
                        timeout=CONNECT_SECONDS_MAX,
                        command_timeout=self._statement_seconds + 1,
                        server_settings=self._settings(),
                        init=_plain_numbers,
                        reset=_nothing_to_reset,
                    )
        return self._pool

    def _settings(self) -> dict[str, str]:
        return {
            "application_name": "fadearena-web",
            "timezone": "UTC",
            "jit": "off",
            "default_transaction_read_only": "on",
            "statement_timeout": str(int(self._statement_seconds * 1000)),
        }


def to_ms(time: datetime) -> int:
    """Milliseconds since the epoch, cut."""
    return (time - EPOCH) // _MILLISECOND


def to_ms_or_none(time: datetime | None) -> int | None:
    """As ``to_ms``; None stays None."""
    return None if time is None else to_ms(time)


def to_us(time: datetime) -> int:
    """Microseconds since the epoch: all that the database keeps."""
    return (time - EPOCH) // _MICROSECOND


def from_ms(time_ms: int) -> datetime:
    """Milliseconds since the epoch as a time in UTC. Raises OverflowError beyond the year 9999."""
    return EPOCH + timedelta(milliseconds=time_ms)


def from_us(time_us: int) -> datetime:
    """Microseconds since the epoch as a time in UTC. Raises OverflowError beyond the year 9999."""
    return EPOCH + timedelta(microseconds=time_us)


async def _nothing_to_reset(_: Any) -> None:
    """A reader changes nothing in its session, so each question is spared the round trip that would undo it."""


async def _plain_numbers(connection: Any) -> None:
    """NUMERIC as the text the database prints: the driver's own decoding writes 50000 as 5E+4."""
    await connection.set_type_codec("numeric", schema="pg_catalog", encoder=str, decoder=Decimal, format="text")


class _named_errors:  # noqa: N801 - used as a keyword
    """Turns what the driver raises into this room's words."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, asyncpg.QueryCanceledError | asyncpg.TooManyConnectionsError | TimeoutError):
            msg = "the database did not answer in time"
            raise DatabaseBusyError(msg) from error
        if isinstance(error, asyncpg.UndefinedTableError | asyncpg.UndefinedColumnError):
            msg = "the database lacks what is asked for; run `fadearena db upgrade`"
            raise DatabaseVersionError(msg) from error
        if isinstance(
            error,
            asyncpg.PostgresConnectionError
            | asyncpg.CannotConnectNowError
            | asyncpg.AdminShutdownError
            | asyncpg.CrashShutdownError
            | asyncpg.InvalidAuthorizationSpecificationError
            | asyncpg.InvalidCatalogNameError
            | asyncpg.InterfaceError
            | OSError,
        ):
            msg = f"no answer from {safe_address(self._url)} ({type(error).__name__})"
            raise DatabaseNotReachableError(msg) from error
