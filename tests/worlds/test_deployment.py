"""What a deployment stands on: its database comes back however it went, and its port and disk are looked at first."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from fadearena.persistence.database import Database
from fadearena.worlds.deployment import Server

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def kept(tmp_path: Path) -> AsyncIterator[tuple[Server, Path, asyncio.Event]]:
    """An embedded server that is kept alive, its folder, and what is set when it has a new address."""
    server, moved = Server("", tmp_path / "postgres"), asyncio.Event()
    await server.start()
    keeping = asyncio.create_task(server.keep(moved.set))
    yield server, tmp_path / "postgres", moved
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    await server.stop()


def kill(folder: Path) -> None:
    os.kill(int((folder / "cluster" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


async def answers(server: Server) -> bool:
    database = Database(server.url, size_max=1)
    try:
        return bool(await database.fetchval("SELECT 1") == 1)
    finally:
        await database.close()


async def test_a_database_that_died_is_started_again(kept: tuple[Server, Path, asyncio.Event]) -> None:
    server, folder, moved = kept
    kill(folder)
    await asyncio.wait_for(moved.wait(), 30)
    assert await answers(server)


async def test_a_database_that_can_not_be_started_at_once_is_tried_again(
    kept: tuple[Server, Path, asyncio.Event],
) -> None:
    server, folder, moved = kept
    version = folder / "cluster" / "PG_VERSION"
    was = version.read_text()
    version.write_text("9\n")
    kill(folder)
    await asyncio.sleep(2)
    assert not moved.is_set()
    version.write_text(was)
    await asyncio.wait_for(moved.wait(), 30)
    assert await answers(server)
