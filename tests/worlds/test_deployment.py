"""What a deployment stands on: its database comes back however it went, and its port and disk are looked at first."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from fadearena.persistence.database import Database
from fadearena.worlds.deployment import PortTakenError, Server, free_port, require_free

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


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_that_is_not_of_this_machine_is_no_matter_of_the_port(host: str) -> None:
    with pytest.raises(PortTakenError, match="set FADEARENA_HOST to an address of this machine"):
        require_free(host, free_port())


def test_a_port_that_is_taken_asks_for_another() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(PortTakenError, match="choose another with --port"):
            require_free("127.0.0.1", taken.getsockname()[1])


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
