"""The statement that appends: it writes every column there is, one row alone like several together."""

from __future__ import annotations

import re
import uuid

import msgspec
import pytest

from fadearena.domain.records import Entry
from fadearena.persistence.append_statement import PLAIN_MARKS, TABLES, append_statement, parameters_of, shape_of
from fadearena.persistence.database import connect
from fadearena.persistence.errors import JournalError
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.migrations import upgrade
from fadearena.persistence.rows import batch_of
from fadearena.persistence.tables import METADATA
from tests.persistence.entries import BTC, GPT, History, all_of, canonical_entry, executed, order

KEY = uuid.UUID(int=1).hex


def histories(seed: int, count: int) -> list[Entry]:
    return History(seed).entries(count)


@pytest.mark.parametrize("name", list(TABLES))
def test_every_column_is_written_that_the_database_does_not_fill_itself(name: str) -> None:
    table, written = METADATA.tables[TABLES[name].table], [column.name for column in TABLES[name].columns]
    assert len(set(written)) == len(written)
    assert set(written) == {column.name for column in table.columns if column.server_default is None}


@pytest.mark.parametrize("count", [1, 2, 40])
def test_the_statement_has_as_many_parameters_as_the_batch_has_values(count: int) -> None:
    rows = batch_of(histories(3, count), KEY, 1).rows
    statement, values = append_statement(shape_of(rows)), list(parameters_of(rows, KEY))
    assert {int(number) for number in re.findall(r"\$(\d+)", statement)} == set(range(1, len(values) + 4))


def test_every_row_has_a_value_for_every_column() -> None:
    seen: set[str] = set()
    for entry in histories(4, 60):
        for name, found in batch_of([entry], KEY, 1).rows.items():
            seen.update([name] if found else [])
            assert {len(row) for row in found} <= {len(TABLES[name].columns)}
    assert seen == set(TABLES)


async def replayed(journal: PostgresJournal) -> list[Entry]:
    return [canonical_entry(entry) for entry in await all_of(journal.replay())]


async def rows_stored(url: str) -> list[list[tuple[object, ...]]]:
    """Every row of every table that appends write to, but for what tells two appends apart."""
    connection = await connect(url)
    found = []
    for table in sorted({target.table for target in TABLES.values()}):
        rows = await connection.fetch(f"""SELECT to_jsonb(t) - 'createdAt' - 'batch' FROM "{table}" t ORDER BY 1""")
        found.append([tuple(row) for row in rows])
    await connection.close()
    return found


async def test_entries_are_stored_alike_alone_and_in_company(database_url: str, empty_database_url: str) -> None:
    entries = histories(5, 80)
    await upgrade(empty_database_url)
    async with await PostgresJournal.open(database_url) as one_by_one:
        for entry in entries:
            await one_by_one.append([entry], 1)
    async with await PostgresJournal.open(empty_database_url) as at_once:
        await at_once.append(entries, 1)
        assert await replayed(at_once) == [canonical_entry(entry) for entry in entries]
    alone, together = await rows_stored(database_url), await rows_stored(empty_database_url)
    for one, other in zip(alone, together, strict=True):
        assert one == other
    assert all(alone)


NASTY = ("\x1f", "\x1e", "\x1d", "a\x1fb\x1ec\x1d", "\\N", "\\", "\n\t\r", "NULL", "{}", "'\"", "$4", "\u2028é😀", "")


@pytest.mark.parametrize("count", [1, 2, 5])
async def test_whatever_a_text_holds_is_stored_as_it_is(database_url: str, count: int) -> None:
    history = History(7)
    entries = []
    for text in NASTY * 2:
        event = msgspec.structs.replace(history.event(GPT, BTC), fill_hash=text)
        entries.append(Entry(event, (executed(event, 5, text), executed(event, 6, "other")), (), ()))
    async with await PostgresJournal.open(database_url) as journal:
        for start in range(0, len(entries), count):
            await journal.append(entries[start : start + count], 1)
        assert await replayed(journal) == [canonical_entry(entry) for entry in entries]


def test_a_batch_that_no_marks_fit_is_refused() -> None:
    rows = {"feed": [(f"{KEY}x{PLAIN_MARKS.column}", "", "", "")] * 2}
    with pytest.raises(JournalError):
        parameters_of(rows, KEY)


async def test_an_order_and_its_result_in_one_append_are_one_trade(database_url: str) -> None:
    event = History(6).event(GPT, BTC)
    decision = executed(event, 5)
    asked = order(decision, event.price)
    answered = msgspec.structs.replace(asked, status="filled", fee=7, result=b'{"status":"filled"}')
    entries = [Entry(event, (decision,), (asked,), ()), Entry(None, (), (answered,), ())]
    async with await PostgresJournal.open(database_url) as journal:
        await journal.append(entries, 1)
        assert await replayed(journal) == [canonical_entry(entry) for entry in entries]
        assert await journal.unresolved_trades() == []
