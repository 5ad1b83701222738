"""The way of a command to the database, whoever keeps it at the moment.

In: the machine's configuration; out: an address for as long as the command runs. A configured server is used as it is;
the embedded one is joined where a trader, a demo or another command already runs it, and otherwise started and stopped.
"""

from __future__ import annotations

import asyncio
import getpass
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from fadearena.cli.configuration import configuration
from fadearena.cli.output import say
from fadearena.config import Config
from fadearena.persistence.controls import ControlDesk
from fadearena.persistence.database import Connection, Database, connect
from fadearena.persistence.embedded import EmbeddedPostgres, running_url
from fadearena.persistence.errors import EmbeddedServerBusyError
from fadearena.persistence.migrations import upgrade

DEMO_FOLDER = "demo"
"""Where a demo keeps its data, within the data folder."""
JOIN_SECONDS_MAX = 60.0
JOIN_PAUSE_SECONDS = 0.1


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
    url, server = await _join_or_start(config)
    try:
        yield url
    finally:
        if server is not None:
            await asyncio.to_thread(server.stop)


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
        finally:
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


async def _join_or_start(config: Config) -> tuple[str, EmbeddedPostgres | None]:
    """The address, and the server when it is ours to stop. Two commands at once: the slower one joins."""
    deadline = time.monotonic() + JOIN_SECONDS_MAX
    demo = msgspec.structs.replace(config, data_dir=config.data_dir / DEMO_FOLDER)
    while True:
        if url := running_url(config.database_dir):
            return url, None
        if url := running_url(demo.database_dir):
            say(f"this is about the demo that is running ({demo.data_dir})")
            return url, None
        server = EmbeddedPostgres(config.database_dir)
        try:
            return await asyncio.to_thread(server.start), server
        except EmbeddedServerBusyError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(JOIN_PAUSE_SECONDS)
