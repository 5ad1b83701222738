"""The check of a database: a sound one passes, and each kind of damage is named."""

from __future__ import annotations

import pytest

from fadearena.domain.positions import Book
from fadearena.persistence import integrity
from fadearena.persistence.database import Pool
from fadearena.persistence.integrity import check
from fadearena.persistence.journal import PostgresJournal
from tests.persistence.entries import History


async def fill(url: str) -> None:
    async with await PostgresJournal.open(url) as journal:
        await journal.append(History(seed=70).entries(80), 1)


async def test_a_fresh_and_a_used_database_are_sound(database_url: str) -> None:
    assert await check(database_url) == []
    await fill(database_url)
    told: list[str] = []
    assert await check(database_url, told.append) == []
    assert told[-1] == "the journal against the books"


async def test_a_database_without_tables_is_told_to_upgrade(empty_database_url: str) -> None:
    assert [line for line in await check(empty_database_url) if "db upgrade" in line]


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ('UPDATE "Book" SET "size" = "size" + 1', "is not the one the journal ends with"),
        ('UPDATE "Book" SET "realised" = "realised" + 1', "not the sum of their trades"),
        ('UPDATE "FundingPayment" SET "amount" = "amount" + 1', "not the sum of their trades"),
        ('UPDATE "BotTradeEvent" SET "fee" = "fee" + 1', "other fees or fills"),
        ('UPDATE "BotTradeEvent" SET "currentSize" = "currentSize" + 1', "not the difference of the positions"),
        ('UPDATE "BotTradeEvent" SET "tid" = "tid" + 1000000', "does not bear the id"),
        (
            'DELETE FROM "StrategyDecision" WHERE "id" = (SELECT "id" FROM "StrategyDecision" LIMIT 1)',
            "events without a decision",
        ),
        ('DELETE FROM "JournalEntry" WHERE "seq" = 40', "numbers missing in the journal"),
        ('DELETE FROM "JournalEntry" WHERE "seq" = 1', "that no journal entry names"),
        ('DELETE FROM "FeedItem" WHERE "seq" = 7', "numbers missing in the live feed"),
        ('DELETE FROM "MyTrade"', "executed decisions without an order"),
        ('UPDATE "StrategyDecision" SET "decision" = \'skip\', "skipCode" = \'x\'', "orders of a skipped decision"),
        ('DELETE FROM "Book"', "is not the one the journal ends with"),
        ('UPDATE "JournalEntry" SET "books" = \'[1]\'', "cannot be replayed"),
    ],
)
async def test_damage_is_named(database_url: str, pool: Pool, damage: str, says: str) -> None:
    await fill(database_url)
    async with pool.acquire() as connection:
        await connection.execute("SET session_replication_role = replica")
        assert await connection.execute(damage) not in {"UPDATE 0", "DELETE 0"}
    found = await check(database_url)
    assert any(says in line for line in found), found
    assert all("\n" not in line for line in found)


async def test_a_trader_that_goes_on_meanwhile_is_no_fault(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = History(seed=74).entries(30)

    class Overtaken(PostgresJournal):
        """The trader appends just after the books were read."""

        async def books_at(self) -> tuple[int, list[Book]]:
            found = await super().books_at()
            async with await PostgresJournal.open(database_url) as trader:
                await trader.append(entries[20:], 1)
            return found

    async with await PostgresJournal.open(database_url) as journal:
        await journal.append(entries[:20], 1)
    monkeypatch.setattr(integrity, "PostgresJournal", Overtaken)
    assert await integrity.check(database_url) == []
