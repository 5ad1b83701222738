"""``fadearena db`` and ``fadearena doctor``, against a server of the tests, one of their own, and none at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from fadearena.persistence.embedded import EmbeddedPostgres
from fadearena.worlds.deployment import free_port
from tests.cli.conftest import RunCommand
from tests.databases import run_apart

NOBODY = "postgresql://me:hunter2@127.0.0.1:1/nothing"


@pytest.mark.parametrize(
    "arguments",
    [("db", "check"), ("db", "upgrade"), ("db", "query", "SELECT 1")],
    ids=" ".join,
)
def test_a_database_that_does_not_answer_ends_with_4(command: RunCommand, arguments: tuple[str, ...]) -> None:
    ended = command(*arguments, FADEARENA_DATABASE_URL=NOBODY)
    assert ended.code == 4
    assert ended.err.startswith("fadearena: no database at postgresql://me@127.0.0.1:1/nothing: ")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [("status",), ("db", "check"), ("demo", "--no-open"), ("run",)], ids=" ".join)
def test_a_data_folder_that_can_not_be_names_the_setting(
    command: RunCommand, machine: Path, arguments: tuple[str, ...]
) -> None:
    (machine / "file").write_text("")
    port = {"FADEARENA_PORT": str(free_port())}
    ended = command(*arguments, FADEARENA_DATA_DIR=str(machine / "file"), **port)
    assert (ended.code, ended.err.count("\n")) == (4, 1)
    assert ended.err.startswith(f"fadearena: can't write to {machine / 'file'}/")
    assert ended.err.endswith("; set FADEARENA_DATA_DIR to a folder of yours\n")


def test_upgrade_makes_the_tables_once(command: RunCommand, empty_database_url: str) -> None:
    environment = {"FADEARENA_DATABASE_URL": empty_database_url}
    assert command("db", "check", **environment).code == 1
    first = command("db", "upgrade", **environment)
    assert (first.code, "before: none" in first.err) == (0, True)
    assert "nothing to do" in command("db", "upgrade", **environment).err
    checked = command("db", "check", "--json", **environment)
    assert (checked.code, checked.data["upToDate"]) == (0, True)


def test_tables_of_a_newer_program_are_a_matter_of_set_up(stored: RunCommand, database_url: str) -> None:
    async def age() -> None:
        connection = await asyncpg.connect(database_url)
        try:
            await connection.execute("UPDATE alembic_version SET version_num = '9999'")
        finally:
            await connection.close()

    run_apart(age())
    ended = stored("db", "query", "SELECT 1")
    assert (ended.code, "install a newer one" in ended.err) == (3, True)


def test_the_address_is_printed_as_it_is_or_as_json(stored: RunCommand, database_url: str) -> None:
    assert stored("db", "url").out == f"{database_url}\n"
    assert stored("db", "url", "--json").data == {"url": database_url}


def test_a_query_prints_a_table_or_json(stored: RunCommand) -> None:
    sql = """SELECT 1.50::numeric AS price, 'a' AS name, NULL AS nothing, '{"x": [1]}'::jsonb AS doc, true AS yes"""
    ended = stored("db", "query", sql)
    assert ended.out.splitlines()[0].split() == ["price", "name", "nothing", "doc", "yes"]
    assert ended.out.splitlines()[1].split()[:3] == ["1.50", "a", "-"]
    data = stored("db", "query", sql, "--json").data
    assert data == [{"price": 1.5, "name": "a", "nothing": None, "doc": {"x": [1]}, "yes": True}]


def test_numbers_that_json_does_not_have_are_text_as_postgresql_writes_them(stored: RunCommand) -> None:
    sql = "SELECT 'NaN'::numeric AS a, '-Infinity'::float8 AS b, ARRAY['Infinity', 1.5]::numeric[] AS c"
    assert stored("db", "query", sql, "--json").data == [{"a": "NaN", "b": "-Infinity", "c": ["Infinity", 1.5]}]
    assert "NaN" in stored("db", "query", sql).out


def test_the_seeded_rows_are_found(stored: RunCommand) -> None:
    ended = stored("db", "query", 'SELECT "id" FROM "Bot" ORDER BY 1;', "--json")
    assert [row["id"] for row in ended.data][:2] == ["claude-sonnet-4-5", "deepseek-chat-v3.1"]


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ('DELETE FROM "Bot"', "only a statement that gives rows"),
        ('DELETE FROM "Bot" RETURNING *', "this console only reads"),
        ('WITH gone AS (DELETE FROM "Bot" RETURNING *) SELECT * FROM gone', "this console only reads"),
        ('EXPLAIN ANALYZE DELETE FROM "Bot"', "this console only reads"),
        ("SELECT nextval('x')", "does not exist"),
        ('SELECT 1; DROP TABLE "Bot"', "one statement at a time"),
        ("COMMIT", "only a statement that gives rows"),
        ("SET TRANSACTION READ WRITE", "only a statement that gives rows"),
        ("COPY \"Bot\" TO '/dev/null'", "only a statement that gives rows"),
        ("SELEC 1", "syntax error"),
        ("", "there is no statement"),
        (" ; ", "there is no statement"),
    ],
)
def test_a_query_that_is_not_one_is_refused(stored: RunCommand, sql: str, says: str) -> None:
    ended = stored("db", "query", sql)
    assert ended.code == 2
    assert says in ended.err
    assert ended.err.count("\n") == 1
    assert stored("db", "query", 'SELECT count(*) AS n FROM "Bot"', "--json").data == [{"n": 6}]


def test_a_query_that_takes_too_long_is_given_up(stored: RunCommand) -> None:
    ended = stored("db", "query", "SELECT pg_sleep(20)", "--timeout", "0.2")
    assert (ended.code, "longer than 0.2 s" in ended.err) == (1, True)


def test_rows_beyond_the_limit_are_left_out_and_said_to_be(stored: RunCommand) -> None:
    ended = stored("db", "query", "SELECT n FROM generate_series(1, 5000) n", "--limit", "1500", "--json")
    assert len(ended.data) == 1500
    assert "only the first 1500 rows" in ended.err


def test_text_of_others_can_not_drive_the_terminal(stored: RunCommand) -> None:
    ended = stored("db", "query", r"SELECT E'\x1b[2J\nx' AS name")
    assert ended.out.splitlines()[1] == "?[2J?x"


@pytest.mark.slow
def test_the_embedded_server_is_started_for_a_command_and_rests_after_it(command: RunCommand, machine: Path) -> None:
    data = str(machine / "data")
    ended = command("db", "query", 'SELECT count(*) AS n FROM "Bot"', "--json", FADEARENA_DATA_DIR=data)
    assert (ended.code, ended.data) == (0, [{"n": 6}])
    assert "made the database's tables" in ended.err
    assert not (machine / "data" / "postgres" / "cluster" / "postmaster.pid").exists()


@pytest.mark.slow
def test_an_embedded_server_that_runs_is_joined_and_left_running(command: RunCommand, machine: Path) -> None:
    with EmbeddedPostgres(machine / "data" / "postgres", settings={"fsync": "off"}) as server:
        ended = command("db", "url", FADEARENA_DATA_DIR=str(machine / "data"))
        assert ended.out.strip() == server.url
        assert server.is_running
        doctor = command("doctor", "--json", FADEARENA_DATA_DIR=str(machine / "data"))
        found = {finding["check"]: finding for finding in doctor.data}
        assert found["database"]["says"].startswith("PostgreSQL ")


@pytest.mark.slow
def test_commands_at_once_share_the_embedded_server_to_the_end_of_the_last(machine: Path) -> None:
    def start(sql: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "fadearena.cli", "db", "query", sql, "--json"],
            env={**os.environ, "FADEARENA_DATA_DIR": str(machine / "data")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    commands = [start(f"SELECT {n} AS n, pg_sleep({n} / 2.0)::text AS slept") for n in range(4)]
    for n, started in enumerate(commands):
        out, err = started.communicate(timeout=120)
        assert (started.returncode, json.loads(out)) == (0, [{"n": n, "slept": ""}]), err
    assert not (machine / "data" / "postgres" / "cluster" / "postmaster.pid").exists()


@pytest.mark.slow
def test_a_demo_that_runs_is_joined_and_named(command: RunCommand, machine: Path) -> None:
    with EmbeddedPostgres(machine / "data" / "demo" / "postgres", settings={"fsync": "off"}) as server:
        ended = command("db", "url", FADEARENA_DATA_DIR=str(machine / "data"))
        assert ended.out.strip() == server.url
        assert "this is about the demo that is running" in ended.err


def test_pruning_forgets_old_system_events_and_keeps_young_ones(stored: RunCommand, database_url: str) -> None:
    async def fill() -> None:
        connection = await asyncpg.connect(database_url)
        try:
            await connection.execute(
                """
                INSERT INTO "SystemEvent" ("id", "timestamp", "level", "category", "message", "details")
                SELECT gen_random_uuid(), now() - n * INTERVAL '25 hours', 'info', 'system', 'day ' || n, '{}'
                FROM generate_series(1, 20) n
                """
            )
        finally:
            await connection.close()

    run_apart(fill())
    left = 'SELECT count(*) AS n FROM "SystemEvent" WHERE "message" LIKE \'day %\''
    assert stored("db", "prune", "--json").data["system_events"] == 0
    assert stored("db", "prune", "--json", FADEARENA_SYSTEM_EVENTS_DAYS="15").data["system_events"] == 6
    assert stored("db", "query", left, "--json").data[0]["n"] == 14
    assert "system events" in stored("db", "prune").out


def test_doctor_finds_nothing_wrong_here(command: RunCommand) -> None:
    ended = command("doctor", "--json", FADEARENA_PORT="0")
    states = {finding["check"]: finding["state"] for finding in ended.data}
    assert "wrong" not in states.values()
    assert ended.code == 0
    assert not Path(os.environ["XDG_DATA_HOME"], "fadearena").exists()


def test_doctor_names_what_is_wrong_and_its_fix(command: RunCommand, machine: Path) -> None:
    (machine / "file").touch()
    ended = command("doctor", FADEARENA_DATABASE_URL=NOBODY, FADEARENA_DATA_DIR="file")
    assert ended.code == 1
    assert "database: start that server, or correct FADEARENA_DATABASE_URL" in ended.err
    assert "data folder: move it away, or set FADEARENA_DATA_DIR" in ended.err
    assert "hunter2" not in ended.out + ended.err


def test_doctor_works_with_a_broken_configuration(command: RunCommand) -> None:
    ended = command("doctor", "--json", FADEARENA_PORT="x")
    assert (ended.code, ended.data[0]["state"]) == (1, "wrong")
    assert "port is 'x'" in ended.data[0]["says"]
