"""``fadearena db``: look after the database, or ask it something."""

from __future__ import annotations

import math
import time
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter
from cyclopts.validators import Number

from fadearena.cli.configuration import configuration
from fadearena.cli.database_access import database_url, migrated_url, opened
from fadearena.cli.failures import ExitCode
from fadearena.cli.output import Cell, Json, print_json, print_table, say
from fadearena.cli.whole_numbers import Whole
from fadearena.persistence import integrity
from fadearena.persistence.console import QUERY_SECONDS_MAX, Answer, ResultColumn, read_only_query, server_version
from fadearena.persistence.database import Database, connect
from fadearena.persistence.migrations import SCHEMA_VERSION, schema_version
from fadearena.persistence.migrations import upgrade as upgrade_tables
from fadearena.persistence.recovery import Recovery
from fadearena.persistence.retention import Retention, prune

app = App(name="db", help="The database: upgrade, check, prune, url, query.")


@app.command
async def upgrade() -> None:
    """Bring the tables up to date. Every start does so by itself; forward only."""
    async with database_url() as url:
        before = await upgrade_tables(url)
    if before is None:
        say(f"nothing to do: the tables are at version {SCHEMA_VERSION}")
    else:
        say(f"the tables are at version {SCHEMA_VERSION} (before: {before or 'none'})")


@app.command
async def check(*, as_json: Json = False) -> int:
    """Say what is wrong with the database; exit code 1 when anything is.

    Looks at the tables' version, and at whether what is stored hangs together: every event has a decision, every trade
    its cause, and the journal replayed gives the books. That reads everything, and may take a while.
    """
    async with database_url() as url:
        connection = await connect(url)
        try:
            found = await schema_version(connection)
            server = await server_version(connection)
        finally:
            await connection.close()
        wrong = await integrity.check(url, lambda what: say(f"checking: {what}"))
    if as_json:
        current = found == SCHEMA_VERSION
        print_json(
            {
                "server": server,
                "schemaVersion": found,
                "wantedVersion": SCHEMA_VERSION,
                "upToDate": current,
                "wrong": wrong,
            }
        )
    else:
        print_table(["SERVER", "TABLES", "WANTED"], [[server, found or "none", SCHEMA_VERSION]])
        for sentence in wrong or ["nothing is wrong"]:
            say(sentence)
    return ExitCode.FAILED if wrong else ExitCode.DONE


@app.command(name="prune")
async def forget(*, as_json: Json = False) -> None:
    """Forget what is due: thin old equity snapshots, rotate the system's log and the live feed, drop expired tokens.

    Events, decisions and trades are kept for ever.
    """
    config = configuration()
    keep = Retention(system_events=config.system_events_days)
    async with migrated_url(config) as url:
        database = Database(url, size_max=1)
        try:
            # A replay forgets by its own clock.
            clock_ms = await Recovery(database).latest_clock_ms() if config.exchange == "simulator" else None
            gone = await prune(database, clock_ms or time.time_ns() // 1_000_000, keep)
        finally:
            await database.close()
    if as_json:
        print_json(gone)
    else:
        counted = (("equity snapshots", gone.equity), ("system events", gone.system_events))
        print_table(["WHAT", "ROWS GONE"], [*counted, ("feed items", gone.feed), ("access tokens", gone.tokens)])


@app.command
async def url(*, as_json: Json = False) -> None:
    """Print the address any PostgreSQL client takes, password included.

    The embedded server answers there only while something runs it, and has a new port at each start.
    """
    async with database_url() as address:
        if as_json:
            print_json({"url": address})
        else:
            print(address)


def _seconds(_kind: Any, value: float) -> None:
    if not 0 < value <= QUERY_SECONDS_MAX:
        msg = f"must be more than 0 and at most {QUERY_SECONDS_MAX:g}"
        raise ValueError(msg)


@app.command
async def query(
    sql: str,
    /,
    *,
    limit: Annotated[Whole, Parameter(help="The most rows that are printed.", validator=Number(gte=1))] = 1_000,
    timeout: Annotated[float, Parameter(help="Seconds the statement may take.", validator=_seconds)] = 30.0,
    as_json: Json = False,
) -> None:
    """Run one statement that only reads, and print its rows."""
    async with opened() as connection, read_only_query(connection, sql, seconds=timeout) as answer:
        rows = await _rows(answer, limit + 1)
        columns = answer.columns
    if as_json:
        _print_json_rows(columns, rows[:limit])
    else:
        print_table([column.name for column in columns], [[_cell(value) for value in row] for row in rows[:limit]])
    if len(rows) > limit:
        say(f"only the first {limit} rows are shown; --limit shows more")


async def _rows(answer: Answer, rows_max: int) -> list[tuple[Any, ...]]:
    return [row async for batch in answer.batches(rows_max) for row in batch]


def _print_json_rows(columns: tuple[ResultColumn, ...], rows: list[tuple[Any, ...]]) -> None:
    """A list of objects; of columns of one name the last wins, as in JSON made by PostgreSQL."""
    are_json = [column.type in {"json", "jsonb"} for column in columns]
    names = [column.name for column in columns]
    objects = [
        {
            name: msgspec.Raw(value.encode()) if is_json and value is not None else _in_json(value)
            for name, is_json, value in zip(names, are_json, row, strict=True)
        }
        for row in rows
    ]
    print_json(objects, decimals="number")


def _in_json(value: Any) -> Any:
    """JSON has no NaN and no infinity; they become text, as in JSON made by PostgreSQL."""
    match value:
        case Decimal() | float() if not math.isfinite(value):
            return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(float(value))]
        case list() | tuple():
            return [_in_json(part) for part in value]
        case _:
            return value


def _cell(value: object) -> Cell:
    return value if isinstance(value, bool | int | float | Decimal | None) else str(value)
