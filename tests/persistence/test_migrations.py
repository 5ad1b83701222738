"""Migrations: they make exactly the tables of ``tables``, run once, and say clearly when they cannot."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable, SetColumnComment

from fadearena.persistence import migrations
from fadearena.persistence.database import Pool, connect
from fadearena.persistence.errors import DatabaseNotReachableError, DatabaseVersionError, PersistenceError
from fadearena.persistence.migrations import LOCK_KEY, SCHEMA_VERSION, upgrade
from fadearena.persistence.tables import METADATA, ONE_ROW_TABLES
from tests.databases import DatabaseServer
from tests.persistence.catalogue import catalogue

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def statements_of_the_metadata() -> list[str]:
    made: list[str] = []
    for table in METADATA.sorted_tables:
        made.append(str(CreateTable(table).compile(dialect=DIALECT)))
        made += [str(CreateIndex(index).compile(dialect=DIALECT)) for index in table.indexes]
        made += [str(SetColumnComment(column).compile(dialect=DIALECT)) for column in table.columns if column.comment]
    return made


async def test_migrated_tables_are_those_of_the_metadata(database_url: str, empty_database_url: str) -> None:
    connection = await connect(empty_database_url)
    for statement in statements_of_the_metadata():
        await connection.execute(statement)
    await connection.close()
    migrated, declared = await catalogue(database_url), await catalogue(empty_database_url)
    assert migrated - declared == set()
    assert declared - migrated == set()
    assert any("column MyTrade.cloid" in line for line in declared)


def test_the_schema_version_is_the_newest_migration() -> None:
    files = sorted(Path(migrations.__file__).parent.glob("versions/v*.py"))
    newest = re.search(r'revision = "(\d+)"', files[-1].read_text())
    assert newest is not None
    assert newest.group(1) == SCHEMA_VERSION


async def test_a_second_upgrade_does_nothing(empty_database_url: str) -> None:
    assert await upgrade(empty_database_url) == ""
    assert await upgrade(empty_database_url) is None


async def test_an_older_database_keeps_its_rows_and_gets_what_is_new(
    empty_database_url: str, database_url: str
) -> None:
    first = Path(migrations.__file__).parent / "versions" / "v0001_first_tables.sql"
    connection = await connect(empty_database_url)
    await connection.execute(first.read_text())
    await connection.execute(
        "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); "
        "INSERT INTO alembic_version VALUES ('0001')"
    )
    await connection.execute(
        """INSERT INTO "EquitySnapshot" VALUES (gen_random_uuid(), now(), 1, 2, '{"gpt-5": "1"}')"""
    )
    assert await upgrade(empty_database_url) == "0001"
    kept = await connection.fetchrow('SELECT * FROM "EquitySnapshot"')
    await connection.close()
    assert (kept["botEquities"], kept["botFadePnl"], kept["fadeFees"]) == ('{"gpt-5": "1"}', "{}", None)
    assert await catalogue(empty_database_url) == await catalogue(database_url)


async def test_upgrades_started_together_run_once(empty_database_url: str) -> None:
    done = await asyncio.gather(*(upgrade(empty_database_url) for _ in range(4)))
    assert sorted(done, key=str) == ["", None, None, None]


async def test_an_upgrade_that_had_to_wait_sees_what_was_done_meanwhile(empty_database_url: str) -> None:
    other = await connect(empty_database_url)
    waits = "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND classid = $1::oid"
    async with other.transaction():
        await other.execute("SELECT pg_advisory_xact_lock($1)", LOCK_KEY)
        waiting = asyncio.create_task(upgrade(empty_database_url))
        for _ in range(500):
            if await other.fetchval(waits, LOCK_KEY >> 32):
                break
            await asyncio.sleep(0.01)
        # no more than this: much news at once would make the waiting one look afresh by itself
        await other.execute("CREATE TABLE alembic_version (version_num text)")
        await other.execute("INSERT INTO alembic_version VALUES ($1)", SCHEMA_VERSION)
    assert await waiting is None
    await other.close()


async def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    connection = await connect(database_url)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.close()
    with pytest.raises(DatabaseVersionError, match="9999"):
        await upgrade(database_url)


async def test_a_failed_migration_leaves_nothing_behind(empty_database_url: str) -> None:
    connection = await connect(empty_database_url)
    await connection.execute('CREATE TABLE "SystemEvent" (x int)')
    before = await catalogue(empty_database_url)
    with pytest.raises(PersistenceError, match="SystemEvent"):
        await upgrade(empty_database_url)
    assert await catalogue(empty_database_url) == before
    await connection.close()


async def test_an_unreachable_server_gives_one_clear_line_without_the_password() -> None:
    with pytest.raises(DatabaseNotReachableError) as caught:
        await upgrade("postgresql://somebody:hunter2@127.0.0.1:1/none")
    message = str(caught.value)
    assert "postgresql://somebody@127.0.0.1:1/none" in message
    assert "FADEARENA_DATABASE_URL" in message
    assert "hunter2" not in message
    assert "\n" not in message


async def test_a_wrong_password_gives_the_same_error(database_server: DatabaseServer) -> None:
    wrong = re.sub(r":[^:@/]+@", ":wrong@", database_server.url)
    with pytest.raises(DatabaseNotReachableError, match="password"):
        await upgrade(wrong)


async def test_seeds_are_one_row_of_settings_status_and_control_and_six_bots(pool: Pool) -> None:
    for table in ONE_ROW_TABLES:
        assert await pool.fetchval(f'SELECT count(*) FROM "{table.name}"') == 1
        row = await pool.fetchrow(f'SELECT * FROM "{table.name}"')
        with pytest.raises(Exception, match="duplicate key"):
            await pool.execute(
                f'INSERT INTO "{table.name}" SELECT * FROM jsonb_populate_record(NULL::"{table.name}", '
                f'to_jsonb((SELECT t FROM "{table.name}" t)) || \'{{"id": "{"0" * 32}"}}\')'
            )
        assert row is not None
    bots = await pool.fetch('SELECT "id", "startingEquity" FROM "Bot" ORDER BY "id"')
    assert [bot["id"] for bot in bots] == [
        "claude-sonnet-4-5",
        "deepseek-chat-v3.1",
        "gemini-2.5-pro",
        "gpt-5",
        "grok-4",
        "qwen3-max",
    ]
    assert {bot["startingEquity"] for bot in bots} == {10_000}
