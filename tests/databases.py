"""A real PostgreSQL for tests: one embedded server a test run, and a fresh migrated database for each test that asks.

The workers of pytest-xdist share the server: the first to get a file lock starts its keeper, a process of its own that
stops the server as soon as nobody holds the other lock any more, however the workers ended. A fresh database is a file
copy of a migrated template and takes some hundredths of a second.

Run as a script, this module is the keeper: ``python -m tests.databases FOLDER``.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

from fadearena.persistence.embedded import EmbeddedPostgres
from fadearena.persistence.migrations import upgrade

TEMPLATE = "migrated"
SETTINGS = {"fsync": "off", "full_page_writes": "off", "max_connections": "200", "max_wal_size": "2GB"}
START_SECONDS = 120
REPOSITORY = Path(__file__).resolve().parents[1]


class DatabaseServer:
    """The server of a test run. ``url`` is the address of a database that no test touches."""

    def __init__(self, url: str) -> None:
        self.url = url

    def url_of(self, database: str) -> str:
        return self.url.rpartition("/")[0] + "/" + database

    def create(self, template: str = TEMPLATE) -> str:
        """A fresh database, as its address. ``template0`` gives an empty one."""
        name = f"test_{uuid.uuid4().hex}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url_of(name)

    def drop(self, url: str) -> None:
        """Drops a database whoever is still connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    def execute(self, *statements: str) -> None:
        async def run() -> None:
            connection = await asyncpg.connect(self.url)
            try:
                for statement in statements:
                    await connection.execute(statement)
            finally:
                await connection.close()

        run_apart(run())


def run_apart(work: Coroutine[Any, Any, object]) -> None:
    """Runs a coroutine to its end in a loop of its own, whether or not one runs here already."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work)
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if faults:
        raise faults[0]


@contextmanager
def shared_server(run: str) -> Iterator[DatabaseServer]:
    """The server of the test run ``run``, started by whoever asks first."""
    folder = Path(tempfile.gettempdir()) / f"fadearena-tests-{os.getuid()}-{run}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        with (folder / "starting").open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            address = folder / "address"
            if not address.exists():
                _start_keeper(folder, address)
        yield DatabaseServer(address.read_text())


def _start_keeper(folder: Path, address: Path) -> None:
    log = folder / "keeper.log"
    with log.open("wb") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.databases", str(folder)],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while not address.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the tests' PostgreSQL did not start: {log.read_text()}")
        time.sleep(0.02)


def keep(folder: Path) -> None:
    """Runs the server until nobody uses it, then forgets all of it."""
    with EmbeddedPostgres(folder / "server", settings=SETTINGS) as postgres:
        server = DatabaseServer(postgres.url)
        server.execute(f'CREATE DATABASE "{TEMPLATE}"')
        run_apart(upgrade(server.url_of(TEMPLATE)))
        ready = folder / "address.new"
        ready.write_text(postgres.url)
        ready.rename(folder / "address")
        with (folder / "users").open("r") as users:
            while not _is_unused(users.fileno()):
                time.sleep(0.2)
    shutil.rmtree(folder)


def _is_unused(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
