"""The system's own log: its errors are told on the live feed, once, in their order; it can be turned off."""

from __future__ import annotations

import asyncio

import msgspec

from fadearena.domain.records import SystemRecord
from fadearena.persistence.controls import ControlDesk
from fadearena.persistence.database import Database
from fadearena.persistence.journal import PostgresJournal
from tests.persistence.entries import START_MS, History

LOST = SystemRecord(START_MS, "error", "trading", "a gap no fill explains", b'{"asset":"BTC"}')
SLOW = SystemRecord(START_MS + 1, "warning", "api", "the feed was silent")


async def told(url: str) -> list[tuple[int, str, dict[str, object]]]:
    database = Database(url)
    rows = await database.fetch('SELECT "seq", "type", "data" FROM "FeedItem" ORDER BY "seq"')
    await database.close()
    return [(row["seq"], row["type"], msgspec.json.decode(row["data"])) for row in rows]


async def test_an_error_is_told_once_and_a_warning_is_not(database_url: str) -> None:
    async with await PostgresJournal.open(database_url) as journal:
        await journal.record_system(SLOW, LOST)
        await journal.record_system(LOST)
        database = Database(database_url)
        line = await database.fetchval('SELECT "id" FROM "SystemEvent" WHERE "level" = \'error\'')
        await database.close()
    [(seq, kind, data)] = await told(database_url)
    assert (seq, kind) == (1, "error")
    assert data == {
        "id": str(line),
        "timestamp": START_MS,
        "level": "error",
        "category": "trading",
        "message": "a gap no fill explains",
    }


async def test_errors_and_entries_share_one_sequence_without_a_hole(database_url: str) -> None:
    async with await PostgresJournal.open(database_url) as journal, await PostgresJournal.open(database_url) as other:
        entries = History(seed=3).entries(20)
        errors = [msgspec.structs.replace(LOST, time_ms=START_MS + n) for n in range(20)]

        async def append() -> None:
            for entry in entries:
                await journal.append([entry], 1)

        async def complain() -> None:
            for error in errors:
                await other.record_system(error)

        await asyncio.gather(append(), complain())
    items = await told(database_url)
    assert [seq for seq, _, _ in items] == list(range(1, len(items) + 1))
    assert [data["timestamp"] for _, kind, data in items if kind == "error"] == [error.time_ms for error in errors]


async def test_the_log_can_be_turned_off_but_for_what_the_operator_does(database_url: str) -> None:
    async with await PostgresJournal.open(database_url, keeps_log=False) as journal:
        await journal.record_system(LOST, SLOW)
        assert await journal.system_records() == []
        database = Database(database_url)
        await ControlDesk(database).set_kill_switch(True, "a drill", "someone")
        await database.close()
        [line] = await journal.system_records()
    assert "kill switch turned on by someone" in line.message
    assert [kind for _, kind, _ in await told(database_url)] == []
