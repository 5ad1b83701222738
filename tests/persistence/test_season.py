"""A whole recorded season through the arena: both journals keep the same, and the database hangs together."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from fadearena.domain.records import Entry
from fadearena.hyperliquid.recordings import season_one
from fadearena.persistence.integrity import check
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.memory_journal import MemoryJournal
from fadearena.research.backtest import run_backtest
from tests.persistence.entries import all_of, canonical_entry

GROUP = 64


@pytest.fixture(scope="module")
def season() -> list[Entry]:
    entries: list[Entry] = []
    run_backtest(season_one(), sink=entries.append)
    return entries


async def append_all(journal: MemoryJournal | PostgresJournal, entries: Sequence[Entry]) -> None:
    for start in range(0, len(entries), GROUP):
        await journal.append(entries[start : start + GROUP], 1)


@pytest.mark.slow
async def test_a_season_replays_from_the_database_as_it_happened(season: list[Entry], database_url: str) -> None:
    assert len(season) > 400
    memory = MemoryJournal()
    await append_all(memory, season)
    async with await PostgresJournal.open(database_url) as journal:
        await append_all(journal, season)
        stored = await all_of(journal.replay())
        assert await journal.load_books() == await memory.load_books()
        accounts = {event.wallet for entry in season if (event := entry.event) is not None}
        for wallet in accounts:
            assert await journal.stored_event_ids(wallet, 0) == await memory.stored_event_ids(wallet, 0)
    assert [canonical_entry(entry) for entry in stored] == [canonical_entry(entry) for entry in season]
    kept = [decision.inputs for entry in stored for decision in entry.decisions]
    assert kept == [decision.inputs for entry in season for decision in entry.decisions]
    assert await check(database_url) == []


@pytest.mark.slow
async def test_a_restart_in_the_middle_of_a_season_ends_with_the_same_books(
    season: list[Entry], database_url: str
) -> None:
    half = len(season) // 2
    async with await PostgresJournal.open(database_url) as journal:
        await append_all(journal, season[:half])
    async with await PostgresJournal.open(database_url) as again:
        assert await again.entry_count() == half
        await append_all(again, season[half:])
        books = {(book.bot_id, book.asset.name): book for book in await again.load_books()}
    last = {(book.bot_id, book.asset.name): book for entry in season for book in entry.books}
    assert books == last
    assert all(msgspec.json.decode(msgspec.json.encode(book), type=type(book)) == book for book in books.values())
