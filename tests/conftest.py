"""What all tests may ask for: a real PostgreSQL, and a fresh database in it.

``database_url`` is a fresh, migrated and seeded database; ``empty_database_url`` one without any table; ``pool`` an
open asyncpg pool on ``database_url``. All are dropped at the test's end.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from fadearena.persistence.database import Pool, open_pool
from tests.databases import DatabaseServer, shared_server


@pytest.fixture(scope="session")
def database_server() -> Iterator[DatabaseServer]:
    with shared_server(os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex) as server:
        yield server


@pytest.fixture
def database_url(database_server: DatabaseServer) -> Iterator[str]:
    url = database_server.create()
    yield url
    database_server.drop(url)


@pytest.fixture
def empty_database_url(database_server: DatabaseServer) -> Iterator[str]:
    url = database_server.create("template0")
    yield url
    database_server.drop(url)


@pytest_asyncio.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(database_url)
    yield opened
    opened.terminate()
