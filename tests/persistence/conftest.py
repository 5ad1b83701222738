"""What the tests of the database ask for beside the database itself: its journal, and a reader of its views."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.views import Reader


@pytest_asyncio.fixture
async def journal(database_url: str) -> AsyncIterator[PostgresJournal]:
    async with await PostgresJournal.open(database_url) as opened:
        yield opened


@pytest_asyncio.fixture
async def reader(database_url: str) -> AsyncIterator[Reader]:
    opened = Reader(database_url)
    yield opened
    await opened.close()
