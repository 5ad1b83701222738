"""Connections to PostgreSQL: how they are opened, what every one of them is set to, and what their faults are called.

An address comes in, an asyncpg connection or pool goes out. Every session speaks UTC and commits to disk before it says
so. JSON passes as text. It never starts a server: that is ``embedded`` and ``servers``.
"""

from __future__ import annotations

import asyncio
from typing import Any, TypeAlias

import asyncpg

from fadearena.persistence.errors import DatabaseNotReachableError, DatabaseVersionError

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
