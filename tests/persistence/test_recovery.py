"""What a trader that starts again is told."""

from __future__ import annotations

from decimal import Decimal

from fadearena.domain.market import AssetName
from fadearena.persistence.bookkeeping import Heartbeat
from fadearena.persistence.database import Database
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.recovery import Counts, Recovery
from tests.factories import NOON_MS
from tests.persistence.entries import BTC, GPT, History, executed, order


async def test_before_the_first_trader_there_is_nothing_to_know(database_url: str) -> None:
    database = Database(database_url)
    recovery = Recovery(database)
    assert await recovery.latest_clock_ms() is None
    assert await recovery.status_details() == {}
    assert await recovery.counts() == Counts(0, 0, 0)
    await database.close()


async def test_the_clock_goes_on_from_the_last_event_where_that_is_later_than_the_last_heartbeat(
    database_url: str,
) -> None:
    from fadearena.domain.records import Entry

    database = Database(database_url)
    recovery = Recovery(database)
    history = History(1)
    event = history.event(GPT, BTC)
    decision = executed(event, -event.side * event.lots)
    entry = Entry(event, (decision,), (order(decision, event.price),), (history.book(GPT, BTC),))
    async with await PostgresJournal.open(database_url) as journal:
        await journal.append([entry], await journal.controls_version())
        await journal.record_heartbeat(
            Heartbeat(connected=True, clock_ms=event.time_ms - 5_000, started_ms=NOON_MS, details=b'{"day": 7}')
        )
        assert await recovery.latest_clock_ms() == event.time_ms
        await journal.record_heartbeat(Heartbeat(connected=True, clock_ms=event.time_ms + 9, started_ms=NOON_MS))
        assert await recovery.latest_clock_ms() == event.time_ms + 9
    assert await recovery.counts() == Counts(1, 0, 1)
    assert await recovery.order_times_since(event.time_ms - 60_000) == [entry.trades[0].time_ms]
    assert await recovery.order_times_since(event.time_ms + 60_000) == []
    await database.close()


async def test_the_last_mark_of_an_asset_replaces_the_one_before(database_url: str) -> None:
    database = Database(database_url)
    recovery = Recovery(database)
    for mark in ("100.5", "101"):
        await recovery.record_marks({AssetName("BTC"): Decimal(mark)}, NOON_MS)
    assert await database.fetchval('SELECT "mark" FROM "AssetMark"') == Decimal(101)
    await database.close()
