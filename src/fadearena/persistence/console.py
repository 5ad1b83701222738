"""One read-only statement that a person typed: its columns and rows, or one line that says why not.

A connection and SQL come in; rows go out in batches, from a transaction that can't write and ends by itself. What gives
no rows (COPY, SET, CALL, DDL) is refused before it runs, and so is a second statement behind a semicolon.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec

from fadearena.persistence.database import Connection, is_connection_loss
from fadearena.persistence.errors import DatabaseNotReachableError, PersistenceError

BATCH_ROWS = 1_000
QUERY_SECONDS_MAX = 3_600.0


class QueryRefusedError(PersistenceError):
    """The statement can't be run: it is wrong, it would write, or it gives no rows."""


class QueryTooSlowError(PersistenceError):
    """The statement took longer than it was allowed to; nothing was kept of it."""


class ResultColumn(msgspec.Struct, frozen=True):
    """A column of an answer. ``type`` is PostgreSQL's name of it; values of ``json`` and ``jsonb`` are JSON as text."""

    name: str
    type: str


class Answer:
    """The columns and, while the transaction lasts, the rows.

    Args:
        columns: in the order of the statement; names may repeat.
    """

    def __init__(self, columns: tuple[ResultColumn, ...], cursor: Any, seconds: float) -> None:
        self.columns = columns
        self._cursor = cursor
        self._seconds = seconds

    async def batches(self, rows_max: int) -> AsyncIterator[list[tuple[Any, ...]]]:
        """At most ``rows_max`` rows, BATCH_ROWS at a time. Raises QueryRefusedError or QueryTooSlowError."""
        left = rows_max
        while left > 0:
            with _named_faults(self._seconds):
                batch = await self._cursor.fetch(min(left, BATCH_ROWS))
            if not batch:
                return
            left -= len(batch)
            yield [tuple(row) for row in batch]


async def server_version(connection: Connection) -> str:
    """What PostgreSQL calls itself, e.g. ``18.4``."""
    version: str = await connection.fetchval("SHOW server_version")
    return version


async def other_clients(connection: Connection) -> int:
    """How many others are connected to the server."""
    count: int = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    return count


@asynccontextmanager
async def read_only_query(connection: Connection, sql: str, *, seconds: float) -> AsyncIterator[Answer]:
    """Runs a statement that only reads.

    Args:
        sql: one statement; a semicolon at its end is allowed.
        seconds: the longest each batch of it may take, at most QUERY_SECONDS_MAX.

    Raises:
        QueryRefusedError: the statement is wrong, would write, or gives no rows.
        QueryTooSlowError: it took longer.
        DatabaseNotReachableError: the connection was lost.
    """
    if not sql.strip().rstrip(";").strip():
        msg = "there is no statement"
        raise QueryRefusedError(msg)
    limit_ms = round(min(max(seconds, 0.001), QUERY_SECONDS_MAX) * 1000)
    transaction = connection.transaction(isolation="repeatable_read", readonly=True)
    await transaction.start()
    try:
        await connection.execute(f"SET LOCAL statement_timeout = {limit_ms}")
        with _named_faults(seconds):
            statement = await connection.prepare(sql)
            columns = tuple(ResultColumn(field.name, field.type.name) for field in statement.get_attributes())
            if not columns:
                msg = "only a statement that gives rows is run here: SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN"
                raise QueryRefusedError(msg)
            cursor = await statement.cursor(timeout=limit_ms / 1000 + 1)
        yield Answer(columns, cursor, seconds)
    finally:
        if not connection.is_closed():
            await transaction.rollback()


class _named_faults:  # noqa: N801 - used as a keyword
    """Turns what the driver raises into this room's words, in one line."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: object) -> None:
        if isinstance(fault, asyncpg.QueryCanceledError | TimeoutError):
            msg = f"the statement took longer than {self._seconds:g} s"
            raise QueryTooSlowError(msg) from fault
        if isinstance(fault, asyncpg.ReadOnlySQLTransactionError):
            msg = f"this console only reads: {fault}"
            raise QueryRefusedError(msg) from fault
        if fault is not None and is_connection_loss(fault):
            msg = f"the connection to the database was lost: {fault}"
            raise DatabaseNotReachableError(msg) from fault
        if isinstance(fault, asyncpg.PostgresError) and "multiple commands" in str(fault):
            msg = "one statement at a time, please"
            raise QueryRefusedError(msg) from fault
        if isinstance(fault, asyncpg.PostgresError):
            raise QueryRefusedError(" ".join(f"{fault} {fault.hint or ''}".split())) from fault
