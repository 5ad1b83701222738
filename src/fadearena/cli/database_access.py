"""The way of a command to the database, whoever keeps it at the moment.

In: the machine's configuration; out: an address for as long as the command runs. A configured server is used as it is;
the embedded one is joined where a trader, a demo or another command already runs it, and otherwise started and stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fadearena.cli.configuration import configuration
from fadearena.cli.output import say
from fadearena.config import Config, of_demo
from fadearena.persistence.console import other_clients
from fadearena.persistence.controls import ControlDesk
from fadearena.persistence.database import Connection, Database, connect
from fadearena.persistence.embedded import EmbeddedPostgres, running_url
from fadearena.persistence.errors import DatabaseNotReachableError, EmbeddedServerBusyError, PersistenceError
from fadearena.persistence.migrations import upgrade
from fadearena.worlds.data_folder import require_place

JOIN_SECONDS_MAX = 60.0
JOIN_PAUSE_SECONDS = 0.1
REST_SECONDS_MAX = 30.0


@asynccontextmanager
async def database_url(config: Config | None = None) -> AsyncIterator[str]:
    """The address, whatever state the tables are in.

    Raises:
        ConfigError: the configuration can't be used.
        DatabaseNotReachableError, EmbeddedServerError: there is no database to be had.
    """
    config = config or configuration()
    if not config.embedded:
        yield config.database_url
        return
    async with AsyncExitStack() as stack:
        yield await _join_or_start(config, stack)


@asynccontextmanager
async def migrated_url(config: Config | None = None) -> AsyncIterator[str]:
    """The address of a database whose tables are up to date. Raises as ``database_url``, and DatabaseVersionError."""
    async with database_url(config) as url:
        if (before := await upgrade(url)) is not None:
            say("made the database's tables" if before == "" else "brought the database's tables up to date")
        yield url


@asynccontextmanager
async def opened(config: Config | None = None) -> AsyncIterator[Connection]:
    """A connection to a database whose tables are up to date. Raises as ``migrated_url``."""
    async with migrated_url(config) as url:
        connection = await connect(url)
        try:
            yield connection
        except BaseException:
            connection.terminate()  # in the midst of a statement a farewell would wait for its end
            raise
        await connection.close()


@asynccontextmanager
async def control_desk(config: Config | None = None) -> AsyncIterator[ControlDesk]:
    """Where settings, bots and kill switch are read and changed. Raises as ``migrated_url``."""
    async with migrated_url(config) as url:
        database = Database(url, size_max=1)
        try:
            yield ControlDesk(database)
        finally:
            await database.close()


def operator() -> str:
    """Who asks, for the records: the user of this machine."""
    try:
        return f"{getpass.getuser()} (command line)"
    except (KeyError, OSError):
        return "command line"


async def _join_or_start(config: Config, stack: AsyncExitStack) -> str:
    """The address; what was opened for it is left to ``stack``. Of two commands at once, the slower one joins."""
    deadline = time.monotonic() + JOIN_SECONDS_MAX
    while True:
        if url := await _joined(config, stack):
            return url
        require_place(config.database_dir)
        server = EmbeddedPostgres(config.database_dir)
        try:
            url = await asyncio.to_thread(server.start)
        except EmbeddedServerBusyError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(JOIN_PAUSE_SECONDS)
        else:
            stack.push_async_callback(_rest, server)
            return url


async def _joined(config: Config, stack: AsyncExitStack) -> str | None:
    """The address of a server that runs; None where none does. A connection tells whoever runs it that we are there."""
    demo = of_demo(config)
    for place in (config, demo):
        url = running_url(place.database_dir)
        if url is None:
            continue
        try:
            connection = await connect(url)
        except DatabaseNotReachableError:
            continue  # it is just being stopped
        stack.push_async_callback(connection.close)
        if place is demo:
            say(f"this is about the demo that is running ({demo.data_dir})")
        return url
    return None


async def _rest(server: EmbeddedPostgres) -> None:
    """Stop the server that this command started, once nobody else uses it; after REST_SECONDS_MAX in any case."""
    with contextlib.suppress(PersistenceError):
        connection = await connect(server.url)
        for _ in range(int(REST_SECONDS_MAX / JOIN_PAUSE_SECONDS)):
            if not await other_clients(connection):
                break
            await asyncio.sleep(JOIN_PAUSE_SECONDS)
        await connection.close()
    await asyncio.to_thread(server.stop)
