"""The journal when things break: whatever happens on the wire, what it says is what is stored."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from fadearena.persistence import journal as journal_module
from fadearena.persistence.database import Pool, connect
from fadearena.persistence.embedded import EmbeddedPostgres
from fadearena.persistence.errors import (
    DatabaseNotReachableError,
    DuplicateEventError,
    JournalError,
    OutcomeUnknownError,
)
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.migrations import upgrade
from tests.persistence.entries import History, all_of, canonical_entry
from tests.persistence.faulty_wire import Fault, faulty_wire


async def count(url: str) -> int:
    connection = await connect(url)
    try:
        number: int = await connection.fetchval('SELECT count(*) FROM "JournalEntry"')
        return number
    finally:
        await connection.close()


def restart(server: EmbeddedPostgres) -> None:
    """Starts a server that was just killed."""
    deadline = time.monotonic() + 20
    while server.is_running:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    server.start()


async def append_through(url: str, fault: Fault, seed: int) -> tuple[bool, int]:
    """Whether an append over a wire that breaks said it was stored, and how many entries are."""
    entry = History(seed).entries(1)[0]
    assert entry.event is not None
    async with faulty_wire(url) as (wire, address), await PostgresJournal.open(address) as journal:
        wire.marks, wire.fault = str(entry.event.id).encode(), fault
        try:
            await journal.append([entry], 1)
            said = True
        except JournalError:
            said = False
        assert wire.broken == 1
        stored = await count(url)
        if not said:
            await journal.append([entry], 1)
        with pytest.raises(DuplicateEventError):
            await journal.append([entry], 1)
    return said, stored


async def test_a_commit_whose_reply_was_lost_is_found(database_url: str) -> None:
    assert await append_through(database_url, "before the reply", 50) == (True, 1)


async def test_an_append_that_never_left_is_said_not_to_be_stored(database_url: str) -> None:
    assert await append_through(database_url, "before the request", 51) == (False, 0)


async def test_an_append_cut_off_in_the_middle_is_answered_truthfully(database_url: str) -> None:
    said, stored = await append_through(database_url, "after the request", 52)
    assert said == (stored == 1)


async def test_an_append_still_running_on_the_server_is_ended_before_it_is_looked_up(
    database_url: str, pool: Pool
) -> None:
    """It waits for a lock when its wire breaks; were it left alone, it would commit after we said it had not."""
    entry = History(53).entries(1)[0]
    assert entry.event is not None
    async with faulty_wire(database_url) as (wire, address), await PostgresJournal.open(address) as journal:
        async with pool.acquire() as blocker:
            transaction = blocker.transaction()
            await transaction.start()
            await blocker.execute('UPDATE "FeedCounter" SET "seq" = "seq"')
            wire.marks, wire.fault = str(entry.event.id).encode(), "after the request"
            with pytest.raises(JournalError):
                await asyncio.wait_for(journal.append([entry], 1), 20)
            await transaction.rollback()
        await asyncio.sleep(0.2)
        assert await count(database_url) == 0
        await journal.append([entry], 1)
    assert await count(database_url) == 1


async def test_a_server_that_stays_away_leaves_the_outcome_unknown(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "RECOVERY_SECONDS", 0.5)
    entry = History(54).entries(1)[0]
    assert entry.event is not None
    async with faulty_wire(database_url) as (wire, address), await PostgresJournal.open(address) as journal:
        wire.marks, wire.fault, wire.refuses = str(entry.event.id).encode(), "before the reply", True
        with pytest.raises(OutcomeUnknownError) as caught:
            await journal.append([entry], 1)
        assert "\n" not in str(caught.value)
        wire.refuses = False
        with pytest.raises(DuplicateEventError):
            await journal.append([entry], 1)


async def test_an_idle_connection_that_died_costs_nothing(database_url: str, pool: Pool) -> None:
    first, second = History(55).entries(2)
    async with await PostgresJournal.open(database_url) as journal:
        await journal.append([first], 1)
        await pool.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """
        )
        await asyncio.sleep(0.2)
        await journal.append([second], 1)
    assert await count(database_url) == 2


async def test_a_server_that_goes_while_it_is_greeted_is_named_like_one_that_is_away(
    database_url: str, pool: Pool
) -> None:
    async with faulty_wire(database_url) as (wire, address):
        wire.marks, wire.fault = b"plan_cache_mode", "after the request"
        with pytest.raises(DatabaseNotReachableError):
            await PostgresJournal.open(address)
        async with await PostgresJournal.open(address) as journal:
            await pool.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await asyncio.sleep(0.2)
            wire.fault = "after the request"
            entry = History(66).entries(1)[0]
            with pytest.raises(JournalError):
                await journal.append([entry], 1)
            assert wire.broken == 2
            await journal.append([entry], 1)
    assert await count(database_url) == 1


async def test_an_append_that_is_cancelled_leaves_nothing_running_behind_it(database_url: str, pool: Pool) -> None:
    first, second = History(56).entries(1)[0], History(560).entries(1)[0]
    async with await PostgresJournal.open(database_url) as journal:
        async with pool.acquire() as blocker, blocker.transaction():
            await blocker.execute('UPDATE "FeedCounter" SET "seq" = "seq"')
            waiting = asyncio.create_task(journal.append([first], 1))
            await asyncio.sleep(0.2)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        await asyncio.sleep(0.2)
        assert await count(database_url) == 0
        await journal.append([second], 1)
    assert await count(database_url) == 1


async def test_two_appenders_share_one_gapless_order(database_url: str) -> None:
    histories = [History(seed).entries(30) for seed in (57, 58)]

    async def run(entries: list[object]) -> None:
        async with await PostgresJournal.open(database_url) as journal:
            for entry in entries:
                await journal.append([entry], 1)  # type: ignore[list-item]

    await asyncio.gather(*(run(list(entries)) for entries in histories))
    async with await PostgresJournal.open(database_url) as journal:
        stored = [canonical_entry(entry) for entry in await all_of(journal.replay())]
        assert await journal.entry_count() == 60
    for entries in histories:
        mine = [canonical_entry(entry) for entry in entries]
        assert [entry for entry in stored if entry in mine] == mine
    connection = await connect(database_url)
    for table in ("JournalEntry", "FeedItem"):
        seqs = [row[0] for row in await connection.fetch(f'SELECT "seq" FROM "{table}" ORDER BY 1')]
        assert seqs == list(range(1, len(seqs) + 1))
    await connection.close()


async def test_a_reader_that_tails_the_feed_misses_nothing_while_two_write(database_url: str) -> None:
    """Whoever has seen item n has seen every item before it."""
    done = asyncio.Event()
    seen: list[int] = []

    async def write(seed: int) -> None:
        async with await PostgresJournal.open(database_url) as journal:
            for entry in History(seed).entries(60):
                await journal.append([entry], 1)

    async def tail() -> None:
        connection = await connect(database_url)
        while True:
            finished = done.is_set()
            after = seen[-1] if seen else 0
            rows = await connection.fetch('SELECT "seq" FROM "FeedItem" WHERE "seq" > $1 ORDER BY "seq"', after)
            seen.extend(row[0] for row in rows)
            if finished and not rows:
                break
        await connection.close()

    tailing = asyncio.create_task(tail())
    await asyncio.gather(write(59), write(60))
    done.set()
    await tailing
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) > 120


async def test_events_of_one_append_that_meet_in_two_writers_are_stored_by_one(database_url: str) -> None:
    entries = History(61).entries(12)

    async def run(start: int) -> str:
        async with await PostgresJournal.open(database_url) as journal:
            try:
                await journal.append(entries[start:], 1)
            except DuplicateEventError:
                return "refused"
            return "stored"

    assert sorted(await asyncio.gather(*(run(0) for _ in range(4)))) == ["refused"] * 3 + ["stored"]
    assert await count(database_url) == 12


async def test_what_the_database_refuses_is_one_line_and_writes_nothing(database_url: str, pool: Pool) -> None:
    entry = History(62).entries(1)[0]
    await pool.execute(f'ALTER DATABASE "{database_url.rpartition("/")[2]}" SET default_transaction_read_only = on')
    async with await PostgresJournal.open(database_url) as journal:
        with pytest.raises(JournalError, match="read-only") as caught:
            await journal.append([entry], 1)
        assert "\n" not in str(caught.value)


async def test_a_full_disk_is_called_by_its_name(database_url: str, pool: Pool) -> None:
    """The server's own error code, raised where the first row is written."""
    entry = History(65).entries(1)[0]
    await pool.execute(
        """
        CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON "BotTradeEvent" EXECUTE FUNCTION full_disk();
        """
    )
    async with await PostgresJournal.open(database_url) as journal:
        with pytest.raises(JournalError, match="disk is full"):
            await journal.append([entry], 1)
        await pool.execute('DROP TRIGGER full_disk ON "BotTradeEvent"')
        await journal.append([entry], 1)
    assert await count(database_url) == 1


async def test_a_journal_without_a_server_says_so() -> None:
    with pytest.raises(DatabaseNotReachableError):
        await PostgresJournal.open("postgresql://x@127.0.0.1:1/none")


APPENDER = """
import asyncio, sys
from fadearena.persistence.journal import PostgresJournal
from tests.persistence.entries import History

async def main(url, skip):
    journal = await PostgresJournal.open(url)
    entries = History(63).entries(4000)
    for entry in entries[skip:]:
        await journal.append([entry], 1)
        print("stored", flush=True)

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


@pytest.mark.slow
async def test_a_trader_killed_at_any_moment_loses_nothing_it_was_told_is_stored(database_url: str) -> None:
    dice = random.Random(7)
    stored = 0
    for _ in range(4):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", APPENDER, database_url, str(stored)),
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdout is not None
        await process.stdout.readline()
        await asyncio.sleep(dice.uniform(0.01, 0.15))
        process.kill()
        told = stored + 1 + len((await process.stdout.read()).splitlines())
        await process.wait()
        await asyncio.sleep(0.1)
        stored = await count(database_url)
        assert told <= stored <= told + 1
    async with await PostgresJournal.open(database_url) as journal:
        entries = History(63).entries(stored)
        assert [canonical_entry(e) for e in await all_of(journal.replay())] == [canonical_entry(e) for e in entries]


@pytest.mark.slow
async def test_a_server_killed_while_appending_keeps_every_commit_and_the_journal_goes_on(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "database")
    server.start()
    await upgrade(server.url)
    entries = History(64).entries(3000)
    journal = await PostgresJournal.open(server.url)
    acknowledged: list[int] = []
    under_way = asyncio.Event()

    async def run() -> None:
        for number, entry in enumerate(entries):
            try:
                await journal.append([entry], 1)
            except JournalError:
                return
            acknowledged.append(number)
            if number == 40:
                under_way.set()

    appending = asyncio.create_task(run())
    await under_way.wait()
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    await asyncio.to_thread(restart, server)
    await journal.close()
    appending.cancel()
    async with await PostgresJournal.open(server.url) as again:
        stored = [canonical_entry(entry) for entry in await all_of(again.replay())]
    assert len(acknowledged) <= len(stored) <= len(acknowledged) + 1
    assert stored == [canonical_entry(entry) for entry in entries[: len(stored)]]
    await asyncio.to_thread(server.stop)
