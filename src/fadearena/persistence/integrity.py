"""Whether what is stored hangs together: the schema, the journal, the books, the feed, the references.

A database comes in, sentences about what is wrong go out; none is good. It reads everything once, in pages, and changes
nothing. ``fadearena db check`` prints what it finds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fadearena.domain.identifiers import BotId, fill_event_id, position_change_id
from fadearena.domain.market import AssetName
from fadearena.domain.positions import Book
from fadearena.domain.records import Entry
from fadearena.persistence.database import Connection, Database
from fadearena.persistence.errors import PersistenceError
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.migrations import SCHEMA_VERSION, schema_version

EXAMPLES = 5
"""Of one kind of fault, how many are named."""

# Each finds rows that must not be; the sentence says what they are.
_MUST_BE_EMPTY: tuple[tuple[str, str], ...] = (
    (
        "events without a decision",
        """
        SELECT e."id" FROM "BotTradeEvent" e
        WHERE NOT EXISTS (SELECT FROM "StrategyDecision" d WHERE d."botTradeEventId" = e."id")
        """,
    ),
    (
        "events that no journal entry names",
        """
        SELECT e."id" FROM "BotTradeEvent" e
        LEFT JOIN "JournalEntry" j ON j."seq" = e."seq" AND j."eventId" = e."id" WHERE j."seq" IS NULL
        """,
    ),
    (
        "decisions that no journal entry names",
        """
        SELECT d."id" FROM "StrategyDecision" d
        LEFT JOIN (SELECT unnest("decisionIds") AS "id" FROM "JournalEntry") j ON j."id" = d."id" WHERE j."id" IS NULL
        """,
    ),
    (
        "executed decisions without an order",
        """
        SELECT d."id" FROM "StrategyDecision" d
        WHERE d."decision" = 'execute'
          AND NOT EXISTS (SELECT FROM "MyTrade" t WHERE t."strategyDecisionId" = d."id")
        """,
    ),
    (
        "orders of a skipped decision",
        """
        SELECT t."id" FROM "MyTrade" t JOIN "StrategyDecision" d ON d."id" = t."strategyDecisionId"
        WHERE d."decision" = 'skip'
        """,
    ),
    (
        "events whose size is not the difference of the positions around them",
        """
        SELECT "id" FROM "BotTradeEvent"
        WHERE "currentSize" - "previousSize" <> CASE "side" WHEN 'long' THEN "size" ELSE -"size" END
        """,
    ),
    (
        "numbers missing in the journal",
        """
        SELECT c."entrySeq" FROM "FeedCounter" c
        WHERE c."entrySeq" <> (SELECT count(*) FROM "JournalEntry")
           OR c."entrySeq" <> (SELECT COALESCE(max("seq"), 0) FROM "JournalEntry")
        """,
    ),
    (
        "numbers missing in the live feed",
        """
        SELECT f."seq" FROM (SELECT "seq", lag("seq") OVER (ORDER BY "seq") AS "before" FROM "FeedItem") f
        WHERE f."before" IS NOT NULL AND f."before" <> f."seq" - 1
        """,
    ),
    (
        "books whose profit, fees or funding are not the sum of their trades and payments",
        """
        SELECT b."botId" || ' ' || b."asset" FROM "Book" b
        LEFT JOIN (SELECT "botId", "asset", COALESCE(sum("pnl"), 0) AS "pnl", sum("fee") AS "fee" FROM "MyTrade"
                   GROUP BY 1, 2) t USING ("botId", "asset")
        LEFT JOIN (SELECT "botId", "asset", sum("amount") AS "amount" FROM "FundingPayment" GROUP BY 1, 2) f
          USING ("botId", "asset")
        WHERE b."realised" <> COALESCE(t."pnl", 0) OR b."fees" <> COALESCE(t."fee", 0)
           OR b."funding" <> COALESCE(f."amount", 0)
        """,
    ),
    (
        "books whose bot has other fees or fills than its events say",
        """
        SELECT b."botId" || ' ' || b."asset" FROM "Book" b
        LEFT JOIN (SELECT "botId", "asset", sum("fee") AS "fee", sum("closedPnl") AS "closedPnl",
                          count(*) FILTER (WHERE "eventType" = 'fill') AS "fills"
                   FROM "BotTradeEvent" GROUP BY 1, 2) e USING ("botId", "asset")
        WHERE b."botFees" <> COALESCE(e."fee", 0) OR b."botRealised" <> COALESCE(e."closedPnl", 0)
           OR b."botTrades" <> COALESCE(e."fills", 0)
        """,
    ),
)


async def check(url: str, progress: Callable[[str], None] | None = None) -> list[str]:
    """What is wrong with the database, a sentence each; empty when nothing is.

    Args:
        progress: told what is looked at next.

    Raises:
        DatabaseNotReachableError: nobody answers.
    """
    tell = progress or (lambda _: None)
    database = Database(url)
    try:
        async with database.connection() as connection:
            version = await schema_version(connection)
        if version != SCHEMA_VERSION:
            return [
                f"the tables have version {version or 'none'}, this FadeArena needs {SCHEMA_VERSION}: run db upgrade"
            ]
        found: list[str] = []
        for words, sql in _MUST_BE_EMPTY:
            tell(words)
            async with database.transaction() as connection:
                found += await _rows_that_must_not_be(connection, words, sql)
    finally:
        await database.close()
    tell("the journal against the books")
    return found + await _replay_against_books(url)


async def _rows_that_must_not_be(connection: Connection, words: str, sql: str) -> list[str]:
    await connection.execute("SET LOCAL statement_timeout = 0")
    rows: list[Any] = await connection.fetch(f"{sql} LIMIT {EXAMPLES + 1}", timeout=3600)
    if not rows:
        return []
    named = ", ".join(str(row[0]) for row in rows[:EXAMPLES])
    return [f"{words}: {named}{', and more' if len(rows) > EXAMPLES else ''}"]


async def _replay_against_books(url: str) -> list[str]:
    found: list[str] = []
    last: dict[tuple[BotId, AssetName], Book] = {}
    async with await PostgresJournal.open(url) as journal:
        newest, books = await journal.books_at()
        stored, number = {(book.bot_id, book.asset.name): book for book in books}, 0
        try:
            async for entry in journal.replay():
                number += 1
                if number > newest:
                    # A trader goes on meanwhile.
                    break
                last.update({(book.bot_id, book.asset.name): book for book in entry.books})
                if len(found) < EXAMPLES:
                    found += _wrong_ids(entry)
        except (PersistenceError, KeyError, ValueError) as fault:
            return [*found, f"the journal cannot be replayed: {fault}"]
    for key in sorted({*stored, *last}):
        if stored.get(key) != last.get(key):
            found.append(f"the book of {key[0]} in {key[1]} is not the one the journal ends with")
    return found


def _wrong_ids(entry: Entry) -> list[str]:
    event = entry.event
    if event is None:
        return []
    wallet, coin, time_ms = event.wallet, event.asset.name, event.time_ms
    if event.event_type == "fill":
        own = fill_event_id(wallet, coin, time_ms, event.trade_id, event.side)
    else:
        own = position_change_id(wallet, coin, time_ms, event.previous_lots, event.current_lots)
    wrong = [] if own == event.id else [f"event {event.id} does not bear the id that follows from what it is"]
    wrong += [
        f"decision {decision.id} of event {event.id} is about another event"
        for decision in entry.decisions
        if decision.event_id != event.id
    ]
    return wrong
