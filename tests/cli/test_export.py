"""``fadearena export``: the same rows in three forms, files that are whole or absent, and wishes that make no sense."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import asyncpg
import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import RunCommand
from tests.databases import run_apart

FILL = """
INSERT INTO "BotTradeEvent" ("id", "botId", "walletAddress", "timestamp", "eventType", "asset", "side", "size", "price",
    "notional", "previousSize", "previousNotional", "currentSize", "currentNotional", "hyperliquidFillHash", "rawData",
    "seq", "sizeDecimals", "orderId", "tid", "closedPnl", "fee")
SELECT gen_random_uuid(), $1, '0x67293d914eafb26878534571add81f6bd2d9fe06',
    TIMESTAMPTZ '2025-10-18Z' + n * INTERVAL '1 hour',
    'fill', $2, 'long', 0.00001 * n, 107123.5, 1.071235 * n, 0, 0, 0.00001 * n, 1.071235 * n, NULL,
    jsonb_build_object('quoted', E'a "b",\\n\\\\c', 'n', n), n, 5, n, n, 0, 0
FROM generate_series($3::int, $4::int) n
"""

LINE = """
INSERT INTO "SystemEvent" ("id", "timestamp", "level", "category", "message", "details")
VALUES (gen_random_uuid(), clock_timestamp(), $1, 'system', $2, $3)
"""


@pytest.fixture
def filled(stored: RunCommand, database_url: str) -> RunCommand:
    """48 hourly fills of two bots, from 2025-10-18 01:00 UTC."""

    async def fill() -> None:
        connection = await asyncpg.connect(database_url)
        try:
            await connection.execute(FILL, "gpt-5", "BTC", 1, 24)
            await connection.execute(FILL, "grok-4", "ETH", 25, 48)
            await connection.execute(
                'INSERT INTO "EquitySnapshot" VALUES (gen_random_uuid(), $1, 60000.5, 59999.123456, $2)',
                datetime(2025, 10, 18, tzinfo=UTC),
                '{"gpt-5": "10000.25"}',
            )
        finally:
            await connection.close()

    run_apart(fill())
    return stored


def test_the_three_forms_hold_the_same_rows(filled: RunCommand, machine: Path) -> None:
    for ending in ("csv", "jsonl", "parquet"):
        ended = filled("export", "events", "-o", f"out.{ending}")
        assert (ended.code, ended.out) == (0, "")
        assert "48 rows of events in out." in ended.err
    lines = [json.loads(line, parse_float=Decimal) for line in (machine / "out.jsonl").read_text().splitlines()]
    table = list(csv.DictReader(io.StringIO((machine / "out.csv").read_text())))
    arrow = pq.read_table(machine / "out.parquet").to_pylist()
    assert [row["seq"] for row in lines] == list(range(1, 49))
    for line, row, cells in zip(lines, table, arrow, strict=True):
        assert line.keys() == row.keys() == cells.keys()
        assert line["id"] == row["id"] == cells["id"]
        assert line["notional"] == Decimal(row["notional"]) == cells["notional"]
        assert line["rawData"] == json.loads(row["rawData"]) == json.loads(cells["rawData"])
        assert (
            datetime.fromisoformat(line["timestamp"]) == datetime.fromisoformat(row["timestamp"]) == cells["timestamp"]
        )
        assert (line["hyperliquidFillHash"], row["hyperliquidFillHash"], cells["hyperliquidFillHash"]) == (
            None,
            "",
            None,
        )
    assert lines[0]["rawData"]["quoted"] == 'a "b",\n\\c'


def test_equity_is_exported_with_its_decimals(filled: RunCommand) -> None:
    ended = filled("export", "equity", "--format", "jsonl")
    (row,) = [json.loads(line, parse_float=Decimal) for line in ended.out.splitlines()]
    assert (row["fadeArena"], row["botEquities"]) == (Decimal("59999.123456"), {"gpt-5": "10000.25"})


def test_the_systems_own_log_is_exported_in_the_three_forms(
    stored: RunCommand, machine: Path, database_url: str
) -> None:
    async def say() -> None:
        connection = await asyncpg.connect(database_url)
        try:
            await connection.executemany(
                LINE, [("info", "started", '{"pid": 7}'), ("error", 'no "book"\nof BTC', "{}")]
            )
        finally:
            await connection.close()

    run_apart(say())
    for ending in ("csv", "jsonl", "parquet"):
        ended = stored("export", "log", "-o", f"log.{ending}")
        assert (ended.code, ended.err) == (0, f"2 rows of log in log.{ending}\n")
    arrow = pq.read_table(machine / "log.parquet").to_pylist()
    lines = [json.loads(line) for line in (machine / "log.jsonl").read_text().splitlines()]
    table = list(csv.DictReader(io.StringIO((machine / "log.csv").read_text())))
    assert list(table[0]) == ["id", "timestamp", "level", "category", "message", "details"]
    for row in (table, lines, arrow):
        assert [(line["level"], line["message"]) for line in row] == [
            ("info", "started"),
            ("error", 'no "book"\nof BTC'),
        ]
    assert lines[0]["details"] == json.loads(table[0]["details"]) == json.loads(arrow[0]["details"]) == {"pid": 7}


@pytest.mark.parametrize(
    ("arguments", "rows"),
    [
        (("--bot", "gpt-5"), 24),
        (("--asset", "ETH"), 24),
        (("--bot", "gpt-5", "--asset", "ETH"), 0),
        (("--from", "2025-10-19"), 25),
        (("--to", "2025-10-19T00:00"), 23),
        (("--from", "2025-10-19T00:00+00:00", "--to", "1760835600000"), 1),
        (("--from", "2025-10-19T02:00+02:00", "--to", "2025-10-19T01:00Z"), 1),
    ],
)
def test_rows_are_chosen_by_bot_asset_and_time(filled: RunCommand, arguments: tuple[str, ...], rows: int) -> None:
    ended = filled("export", "events", *arguments)
    assert len(ended.out.splitlines()) == rows + 1
    assert f"{rows} rows of events" in ended.err


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_nothing_to_export_is_a_sound_file(stored: RunCommand, machine: Path, form: str) -> None:
    assert stored("export", "trades", "-o", f"out.{form}").code == 0
    if form == "parquet":
        assert pq.read_table(machine / "out.parquet").num_rows == 0
    else:
        assert len((machine / f"out.{form}").read_text().splitlines()) == (1 if form == "csv" else 0)


def test_a_file_that_is_there_is_kept_unless_told_otherwise(stored: RunCommand, machine: Path) -> None:
    (machine / "out.csv").write_text("mine")
    ended = stored("export", "trades", "-o", "out.csv")
    assert (ended.code, (machine / "out.csv").read_text()) == (2, "mine")
    assert stored("export", "trades", "-o", "out.csv", "--overwrite").code == 0
    assert (machine / "out.csv").read_text().startswith("id,")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_plain_file_is_written_into_and_never_replaced(stored: RunCommand, machine: Path) -> None:
    os.mkfifo(machine / "pipe")
    reader = subprocess.Popen(["cat", "pipe"], cwd=machine, stdout=subprocess.PIPE)
    assert stored("export", "trades", "-o", "pipe", "--overwrite").code == 0
    assert reader.communicate(timeout=20)[0].startswith(b"id,")
    assert (machine / "pipe").is_fifo()


def test_a_link_is_followed_and_stays(stored: RunCommand, machine: Path) -> None:
    (machine / "real.csv").write_text("mine")
    (machine / "link.csv").symlink_to("real.csv")
    assert stored("export", "trades", "-o", "link.csv").code == 2
    assert stored("export", "trades", "-o", "link.csv", "--overwrite").code == 0
    assert (machine / "link.csv").is_symlink()
    assert (machine / "real.csv").read_text().startswith("id,")


def test_a_disk_without_room_is_named_and_no_half_file_is_left(filled: RunCommand, machine: Path) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        ended = filled("export", "events", "-o", "out.csv")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert (ended.code, ended.err) == (1, "fadearena: out.csv: File too large\n")
    assert list(machine.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nonsense",), "nonsense"),
        (("trades", "--format", "xml"), "xml"),
        (("trades", "--from", "yesterday"), "not a time: 'yesterday'"),
        (("trades", "--to", "99999999999999999999"), "not a time"),
        (("trades", "--bot", "gpt-6"), "there is no bot 'gpt-6'; did you mean 'gpt-5'?"),
        (("equity", "--bot", "gpt-5"), "equity is of the whole account"),
        (("log", "--asset", "BTC"), "log is of the whole system"),
        (("trades", "-o", "absent/out.csv"), "there is no folder absent"),
        (("trades", "-o", "."), "is a folder"),
        (("trades", "--overwrite", "-o", "."), "is a folder"),
        (("trades", "--from", "2025-10-30", "--to", "2025-10-01"), "--from 2025-10-30 is after --to 2025-10-01"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(
    stored: RunCommand, machine: Path, arguments: tuple[str, ...], says: str
) -> None:
    ended = stored("export", *arguments)
    assert (ended.code, says in ended.err, ended.out) == (2, True, ""), ended.err
    assert list(machine.iterdir()) == []


@pytest.mark.slow
def test_without_pyarrow_parquet_says_what_to_install(machine: Path, database_url: str) -> None:
    without = "import sys; sys.modules['pyarrow'] = None; from fadearena.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", without, "export", "trades", "-o", "out.parquet"],
        env={"FADEARENA_DATABASE_URL": database_url, "HOME": str(machine)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr == "fadearena: Parquet needs pyarrow: install fadearena[research], or export CSV or JSON Lines\n"
    assert list(machine.iterdir()) == []
