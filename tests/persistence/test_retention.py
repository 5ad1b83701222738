"""Retention: what goes, what stays, always by the time it is given."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from fadearena.domain.records import EquityPoint, SystemRecord
from fadearena.persistence import retention
from fadearena.persistence.access_tokens import AccessTokens
from fadearena.persistence.database import Database
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.readings import ms_of
from fadearena.persistence.retention import DAY_MS, Pruned, Retention, prune
from tests.persistence.entries import START_MS, History, all_of

HOUR_MS = 3_600_000
NOW_MS = START_MS + 10 * DAY_MS


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


async def equity_times(database: Database) -> list[int]:
    return [ms_of(row[0]) for row in await database.fetch('SELECT "timestamp" FROM "EquitySnapshot" ORDER BY 1')]


async def test_of_equity_older_than_a_day_the_first_of_each_hour_stays(
    database: Database, journal: PostgresJournal
) -> None:
    old = NOW_MS - 2 * DAY_MS
    hours = [old, old + HOUR_MS, old + 5 * HOUR_MS]
    times = [hour + minute * 60_000 for hour in hours for minute in (0, 5, 10, 59)]
    young = [NOW_MS - DAY_MS + minute * 60_000 for minute in (0, 5, 10, 600)]
    for time_ms in (*times, *young):
        await journal.record_equity(EquityPoint(time_ms, 1, 2, {}))
    assert await prune(database, NOW_MS) == Pruned(9, 0, 0, 0)
    assert await equity_times(database) == [*hours, *young]
    assert await prune(database, NOW_MS) == Pruned(0, 0, 0, 0)


async def test_thinning_is_done_in_bounded_batches_and_reaches_all(
    database: Database, journal: PostgresJournal
) -> None:
    retention_batch = retention.BATCH
    retention.BATCH = 7
    try:
        for minute in range(150):
            await journal.record_equity(EquityPoint(START_MS + minute * 60_000, 1, 2, {}))
        assert (await prune(database, NOW_MS)).equity == 147
    finally:
        retention.BATCH = retention_batch
    assert await equity_times(database) == [START_MS, START_MS + HOUR_MS, START_MS + 2 * HOUR_MS]


async def test_the_log_rotates_after_ninety_days_or_never(database: Database, journal: PostgresJournal) -> None:
    ages = (89, 91, 400)
    await journal.record_system(*(SystemRecord(NOW_MS - age * DAY_MS, "info", "system", f"{age}") for age in ages))
    assert (await prune(database, NOW_MS, Retention(system_events=None))).system_events == 0
    assert (await prune(database, NOW_MS)).system_events == 2
    assert [record.message for record in await journal.system_records()] == ["89"]


async def test_the_feed_is_cut_from_the_front_only(database: Database, journal: PostgresJournal) -> None:
    await journal.append(History(seed=31).entries(20), 1)
    newest = await database.fetchval('SELECT max("seq") FROM "FeedItem"')
    await database.execute('UPDATE "FeedItem" SET "createdAt" = now() + interval \'9 years\' WHERE "seq" = 5')
    assert (await prune(database, NOW_MS + 30 * DAY_MS)).feed == 4
    kept = [row[0] for row in await database.fetch('SELECT "seq" FROM "FeedItem" ORDER BY 1')]
    assert kept == list(range(5, newest + 1))


async def test_when_every_item_is_old_the_numbers_still_go_on(database: Database, journal: PostgresJournal) -> None:
    history = History(seed=32)
    await journal.append(history.entries(10), 1)
    newest = await database.fetchval('SELECT max("seq") FROM "FeedItem"')
    assert (await prune(database, NOW_MS + 30 * DAY_MS)).feed == newest
    await journal.append(history.entries(1), 1)
    assert await database.fetchval('SELECT min("seq") FROM "FeedItem"') == newest + 1


async def test_what_was_recorded_of_trading_is_never_forgotten(database: Database, journal: PostgresJournal) -> None:
    await journal.append(History(seed=33).entries(30), 1)
    before = await all_of(journal.replay())
    await prune(database, NOW_MS + 10_000 * DAY_MS)
    assert await all_of(journal.replay()) == before


async def test_dead_tokens_go_after_a_month(database: Database) -> None:
    tokens = AccessTokens(database)
    living, revoked = await tokens.new_token("access"), await tokens.new_token("access")
    await tokens.new_token("session", 1)
    await tokens.revoke(revoked)
    now_ms = ms_of(await database.fetchval("SELECT now()"))
    assert (await prune(database, now_ms + 29 * DAY_MS)).tokens == 0
    assert (await prune(database, now_ms + 31 * DAY_MS)).tokens == 2
    assert await tokens.check_token(living) is not None
