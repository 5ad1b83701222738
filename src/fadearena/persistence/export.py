"""Whole tables on their way out: a table's rows between two times, oldest first, as text or as batches of values.

A connection and a filter come in. CSV and JSON Lines are made by PostgreSQL itself and go out as bytes; batches of rows
are for what needs values (Parquet). All of one export is one snapshot of the database. Nothing is written.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Table

from fadearena.persistence import tables
from fadearena.persistence.database import Connection

Subject = Literal["trades", "events", "decisions", "equity", "log"]
BATCH_ROWS = 10_000
EXPORT_SECONDS_MAX = 86_400.0

_TABLES: dict[Subject, Table] = {
    "trades": tables.MY_TRADE,
    "events": tables.BOT_TRADE_EVENT,
    "decisions": tables.STRATEGY_DECISION,
    "equity": tables.EQUITY_SNAPSHOT,
    "log": tables.SYSTEM_EVENT,
}

Write = Callable[[bytes], Awaitable[None]]


class ExportFilter(msgspec.Struct, frozen=True):
    """Which rows; None is any. ``end`` is not included. Equity and the log have no bot and no asset of their own."""

    bot_id: str | None = None
    asset: str | None = None
    start: datetime | None = None
    end: datetime | None = None


def column_types(subject: Subject) -> dict[str, type]:
    """The columns in order, each with the Python type of its values; JSON is text."""
    names = {}
    for column in _TABLES[subject].columns:
        kind = column.type.python_type
        names[column.name] = str if kind is dict else kind
    return names


def can_filter(subject: Subject, column: Literal["botId", "asset"]) -> bool:
    """Whether a subject has that column to be filtered by."""
    return column in _TABLES[subject].columns


async def known_bots(connection: Connection) -> list[str]:
    """Every bot that is or was watched."""
    rows = await connection.fetch('SELECT "id" FROM "Bot" ORDER BY "id"')
    return [row["id"] for row in rows]


async def copy_csv(connection: Connection, subject: Subject, wanted: ExportFilter, write: Write) -> int:
    """Writes CSV with a heading and returns how many rows it has."""
    select, values = _select(subject, wanted)
    return await _copy(connection, select, values, write, format="csv", header=True)


async def copy_json_lines(connection: Connection, subject: Subject, wanted: ExportFilter, write: Write) -> int:
    """Writes one JSON object a line and returns how many there are."""
    select, values = _select(subject, wanted)
    # JSON holds no control character, so that with these as its signs "csv" is the text as it stands.
    lines = f"SELECT row_to_json(r)::text FROM ({select}) r"  # noqa: S608  (our own statement)
    return await _copy(connection, lines, values, write, format="csv", delimiter="\x01", quote="\x02", escape="\x02")


async def batches(connection: Connection, subject: Subject, wanted: ExportFilter) -> AsyncIterator[list[Any]]:
    """The rows, at most BATCH_ROWS at a time; a row gives its values by position and by name."""
    select, values = _select(subject, wanted)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        cursor = await connection.cursor(select, *values)
        while batch := await cursor.fetch(BATCH_ROWS, timeout=EXPORT_SECONDS_MAX):
            yield batch


async def _copy(connection: Connection, sql: str, values: list[Any], write: Write, **options: Any) -> int:
    status: str = await connection.copy_from_query(
        sql, *values, output=write, timeout=EXPORT_SECONDS_MAX, encoding="utf-8", **options
    )
    return int(status.rpartition(" ")[2])


def _select(subject: Subject, wanted: ExportFilter) -> tuple[str, list[Any]]:
    """The statement and its values. Raises ValueError for a filter that the subject does not have."""
    table = _TABLES[subject]
    conditions: list[str] = []
    values: list[Any] = []
    for column, comparison, value in (
        ("botId", "=", wanted.bot_id),
        ("asset", "=", wanted.asset),
        ("timestamp", ">=", wanted.start),
        ("timestamp", "<", wanted.end),
    ):
        if value is None:
            continue
        if column not in table.columns:
            msg = f"{subject} can't be filtered by {column}"
            raise ValueError(msg)
        values.append(value)
        conditions.append(f'"{column}" {comparison} ${len(values)}')
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f'SELECT {columns} FROM "{table.name}"{where} ORDER BY "timestamp", "id"', values  # noqa: S608  (names of ours)
