"""One trader a database: a lock that the database itself releases when its holder is gone, in whatever way.

A second trader waits as a hot standby. The lock hangs on a connection of its own; when that connection breaks, the lock
is lost, and ``lost`` says so at once: a trader without it must stop, for another may have begun.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fadearena.persistence.database import Connection, connect
from fadearena.persistence.errors import PersistenceError

LOCK_KEY = 0x46414445_54524144
RETRY_SECONDS = 0.5
PROBE_SECONDS = 5.0
ANSWER_SECONDS = 15.0
"""A server that is busy for some seconds holds the lock all the same; one that is gone releases it no sooner."""


class TraderBusyError(PersistenceError):
    """Another trader holds the database and goes on holding it."""


class TraderLock:
    """Held from ``hold`` until its end. ``lost`` is set when the database let go of it before."""

    def __init__(self, connection: Connection) -> None:
        self.lost = asyncio.Event()
        self._connection = connection
        connection.add_termination_listener(lambda _: self.lost.set())

    async def watch(self) -> None:
        """Asks the database now and then whether the connection lives; returns when the lock is lost."""
        while not self.lost.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.lost.wait(), PROBE_SECONDS)
            try:
                await self._connection.fetchval("SELECT 1", timeout=ANSWER_SECONDS)
            except Exception:
                # Whatever the reason: a connection that does not answer holds nothing that may be relied on.
                self.lost.set()


@asynccontextmanager
async def trader_lock(
    url: str, *, wait_seconds: float | None = None, waiting: Callable[[], None] | None = None
) -> AsyncIterator[TraderLock]:
    """Holds the trader's place in this database.

    Args:
        wait_seconds: how long to wait for another trader to go; None: for ever, as a standby does.
        waiting: called once when there is one to wait for.

    Raises:
        TraderBusyError: another one did not go in time.
        DatabaseNotReachableError: nobody answers.
    """
    connection = await connect(url)
    try:
        await _wait_for_turn(connection, wait_seconds, waiting)
        lock = TraderLock(connection)
        watching = asyncio.create_task(lock.watch())
        try:
            yield lock
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
    finally:
        connection.terminate()


async def _wait_for_turn(
    connection: Connection, wait_seconds: float | None, waiting: Callable[[], None] | None
) -> None:
    loop = asyncio.get_running_loop()
    deadline = None if wait_seconds is None else loop.time() + wait_seconds
    told = False
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK_KEY):
        if deadline is not None and loop.time() >= deadline:
            raise TraderBusyError("another trader runs on this database: stop it first")
        if waiting is not None and not told:
            waiting()
            told = True
        await asyncio.sleep(RETRY_SECONDS)
