"""The journal in PostgreSQL: entries are appended whole or not at all, and replayed in the order in which they came.

Entries and the version of the controls they were decided under come in; a commit on disk, or a named refusal, goes out.
Appends go one after another over a connection of their own. Whatever happens to that connection, the answer is true: a
commit whose reply was lost is looked up before anything is said. It decides nothing and sends nothing.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Any, Self

import asyncpg

from fadearena.domain.decisions import Trade
from fadearena.domain.identifiers import EventId, Wallet
from fadearena.domain.positions import Book
from fadearena.domain.records import Entry
from fadearena.persistence.append_statement import Shape, append_statement, parameters_of, shape_of
from fadearena.persistence.bookkeeping import Bookkeeping
from fadearena.persistence.database import Connection, Database, connect, is_connection_loss, named_errors
from fadearena.persistence.errors import (
    ControlsChangedError,
    DatabaseNotReachableError,
    DuplicateEventError,
    JournalError,
    OutcomeUnknownError,
    PersistenceError,
)
from fadearena.persistence.readings import book_of, decision_of, entry_of, event_of, states_of, time_of, trade_of
from fadearena.persistence.rows import Batch, batch_of

ENTRIES_MAX = 5_000
"""Entries of one append."""

PAGE = 500
"""Entries read at once in a replay."""

RECOVERY_SECONDS = 30.0
RETRY_SECONDS = 0.2

_TOLD_BEFORE = {"pk_BotTradeEvent", "uq_BotTradeEvent_fill", "pk_StrategyDecision", "pk_MyTrade", "pk_FundingPayment"}
"""Unique keys that say: this very thing is stored already."""


class PostgresJournal(Bookkeeping):
    """Open it with ``PostgresJournal.open``; use it as an async context manager, or close it."""

    def __init__(self, url: str, *, keeps_log: bool = True) -> None:
        super().__init__(Database(url), keeps_log=keeps_log)
        self._url = url
        self._appending = asyncio.Lock()
        self._connection: Connection | None = None
        self._statements: dict[Shape, Any] = {}
        self._backend: tuple[int, Any] = (0, None)
        self._newest = 0
        self._waiting = 0

    @classmethod
    async def open(cls, url: str, *, keeps_log: bool = True) -> Self:
        """Raises DatabaseNotReachableError."""
        journal = cls(url, keeps_log=keeps_log)
        await journal._connect()
        return journal

    async def close(self) -> None:
        self._drop_connection()
        await self._database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def append(self, entries: Sequence[Entry], controls_version: int) -> None:
        """Commits all entries at once; when it returns they are on disk.

        Args:
            entries: at most ENTRIES_MAX.
            controls_version: what they were decided under.

        Raises (nothing is written then, but for the last):
            ControlsChangedError: another version is in force.
            DuplicateEventError: an event, decision or funding payment is stored already.
            JournalError: the database refused or did not take it; one line says why.
            OutcomeUnknownError: the connection was lost and the database does not answer what became of it.

        A caller that is cancelled meanwhile leaves nothing running: what it asked for is stored, or never will be.
        """
        if not entries:
            return
        if len(entries) > ENTRIES_MAX:
            msg = f"{len(entries)} entries at once are more than {ENTRIES_MAX}"
            raise JournalError(msg)
        if self._waiting:
            # Whoever waits goes to the server before this batch is made: so both work at once.
            await asyncio.sleep(0)
        key = uuid.uuid4()
        batch = batch_of(entries, key.hex, controls_version)
        self._waiting += 1
        try:
            async with self._appending:
                newest = await self._commit(batch, controls_version, key)
                if newest is None:
                    raise ControlsChangedError(await self.controls_version())
                self._newest = newest
        finally:
            self._waiting -= 1

    async def controls_version(self) -> int:
        """The version of the controls in force."""
        version: int = await self._database.fetchval('SELECT "version" FROM "Control"')
        return version

    async def load_books(self) -> list[Book]:
        """Every book, ordered by bot and asset."""
        return (await self.books_at())[1]

    async def books_at(self) -> tuple[int, list[Book]]:
        """The number of the newest entry and every book as that entry left it, ordered by bot and asset."""
        rows = await self._database.fetch(
            """
            SELECT c."entrySeq", b.* FROM "FeedCounter" c LEFT JOIN "Book" b ON TRUE
            ORDER BY b."botId" COLLATE "C", b."asset" COLLATE "C"
            """
        )
        return rows[0]["entrySeq"], [book_of(row) for row in rows if row["botId"] is not None]

    async def stored_event_ids(self, wallet: Wallet, since_ms: int) -> set[EventId]:
        """Ids of a wallet's events at or after a time."""
        rows = await self._database.fetch(
            'SELECT "id" FROM "BotTradeEvent" WHERE "walletAddress" = $1 AND "timestamp" >= $2',
            wallet,
            time_of(since_ms),
        )
        return {EventId(uuid.UUID(int=row["id"].int)) for row in rows}

    async def unresolved_trades(self) -> list[Trade]:
        """Our orders whose result is not known yet, oldest first."""
        rows = await self._database.fetch(
            'SELECT * FROM "MyTrade" WHERE "orderResult" IS NULL ORDER BY "timestamp", "id"'
        )
        return [trade_of(row) for row in rows]

    async def entry_count(self) -> int:
        """How many entries were ever appended: the number of the newest."""
        count: int = await self._database.fetchval('SELECT "entrySeq" FROM "FeedCounter"')
        return count

    async def replay(self, after: int = 0) -> AsyncIterator[Entry]:
        """Every entry after the first ``after``, in order, each as it was appended (JSON in canonical form)."""
        while True:
            rows = await self._database.fetch(
                'SELECT * FROM "JournalEntry" WHERE "seq" > $1 ORDER BY "seq" LIMIT $2', after, PAGE
            )
            for entry in await self._entries_of(rows):
                yield entry
            if len(rows) < PAGE:
                return
            after = rows[-1]["seq"]

    async def _entries_of(self, rows: Sequence[Any]) -> list[Entry]:
        events = [row["eventId"] for row in rows if row["eventId"] is not None]
        decisions = [key for row in rows for key in row["decisionIds"]]
        trades = list({uuid.UUID(state.id) for row in rows for state in states_of(row)})
        async with self._database.connection() as connection:
            found_events = await connection.fetch('SELECT * FROM "BotTradeEvent" WHERE "id" = ANY($1)', events)
            found_decisions = await connection.fetch('SELECT * FROM "StrategyDecision" WHERE "id" = ANY($1)', decisions)
            found_trades = await connection.fetch('SELECT * FROM "MyTrade" WHERE "id" = ANY($1)', trades)
        event_by_id = {row["id"]: event_of(row) for row in found_events}
        decision_by_id = {row["id"]: decision_of(row) for row in found_decisions}
        trade_by_id = {row["id"]: trade_of(row) for row in found_trades}
        return [entry_of(row, event_by_id, decision_by_id, trade_by_id) for row in rows]

    async def _commit(self, batch: Batch, controls_version: int, key: uuid.UUID) -> int | None:
        """The newest entry's number, None where the controls changed."""
        try:
            if self._connection is None or self._connection.is_closed():
                await self._connect()
        except PersistenceError as fault:
            raise JournalError(str(fault)) from fault
        try:
            statement = await self._statement(batch)
            row = await statement.fetchrow(
                controls_version, batch.feed_count, batch.entry_count, *parameters_of(batch.rows, key.hex)
            )
        except asyncpg.UniqueViolationError as fault:
            raise _unique(fault) from fault
        except asyncio.CancelledError:
            await self._let_end()
            raise
        except Exception as fault:
            if is_connection_loss(fault):
                return await self._look_up(key, fault)
            if isinstance(fault, asyncpg.PostgresError):
                raise _refusal(fault) from fault
            raise
        return None if row is None else int(row["entry"])

    async def _connect(self) -> None:
        connection = await connect(self._url)
        try:
            with named_errors(self._url):
                # What is planned anew for each batch costs more than what a plan for it could save.
                await connection.execute("SET plan_cache_mode = force_generic_plan")
                backend = await connection.fetchrow(
                    "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
                )
                newest = await connection.fetchval('SELECT "entrySeq" FROM "FeedCounter"')
        except BaseException:
            connection.terminate()
            raise
        self._backend, self._newest = tuple(backend), newest
        self._statements = {}
        self._connection = connection

    async def _statement(self, batch: Batch) -> Any:
        shape = shape_of(batch.rows)
        if shape not in self._statements:
            connection: Connection = self._connection
            self._statements[shape] = await connection.prepare(append_statement(shape))
        return self._statements[shape]

    async def _let_end(self) -> None:
        """The driver has asked the server to stop; once the next question is answered, it has, or has committed."""
        if self._connection is None:
            return
        asking = asyncio.ensure_future(self._connection.fetchval("SELECT 1"))
        try:
            await asyncio.shield(asking)
        except Exception:
            self._drop_connection()

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
        self._connection = None

    async def _look_up(self, key: uuid.UUID, fault: BaseException) -> int:
        """What became of a commit whose reply was lost.

        The server process that may still be at it is ended first; after that the batch is there or never will be.
        """
        lost, newest = self._backend, self._newest
        self._drop_connection()
        deadline = asyncio.get_running_loop().time() + RECOVERY_SECONDS
        while True:
            try:
                await self._connect()
                await self._end_backend(*lost, deadline)
                found: int | None = await self._database.fetchval(
                    'SELECT max("seq") FROM "JournalEntry" WHERE "seq" > $1 AND "batch" = $2', newest, key
                )
                break
            except Exception as again:
                if not (is_connection_loss(again) or isinstance(again, DatabaseNotReachableError)):
                    raise
                if asyncio.get_running_loop().time() > deadline:
                    msg = f"the database was lost while committing and does not answer: {_line(again)}"
                    raise OutcomeUnknownError(msg) from fault
                await asyncio.sleep(RETRY_SECONDS)
        if found is None:
            raise JournalError(f"the database was lost and nothing was written: {_line(fault)}") from fault
        return found

    async def _end_backend(self, pid: int, started: Any, deadline: float) -> None:
        # A process number may be given out again: the time of its start tells the two apart.
        ask = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2"
        while await self._database.fetch(ask, pid, started):
            if asyncio.get_running_loop().time() > deadline:
                raise OutcomeUnknownError("the server process that was committing does not end")
            await asyncio.sleep(0.02)


def _unique(fault: asyncpg.UniqueViolationError) -> JournalError:
    if fault.constraint_name in _TOLD_BEFORE:
        return DuplicateEventError(f"{fault.table_name} is stored already: {fault.detail}")
    return JournalError(f"{fault.table_name} has one of the same key already: {fault.detail}")


def _refusal(fault: asyncpg.PostgresError) -> JournalError:
    if isinstance(fault, asyncpg.DiskFullError):
        return JournalError("the database's disk is full: free some space on it; nothing was written")
    if isinstance(fault, asyncpg.ReadOnlySQLTransactionError):
        return JournalError("the database is read-only (a replica?): give FADEARENA_DATABASE_URL a primary server")
    return JournalError(f"the database refused to write: {_line(fault)}")


def _line(fault: BaseException) -> str:
    return " ".join(str(fault).split()) or type(fault).__name__
