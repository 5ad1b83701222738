"""A server for a whole file of tests, and one for a single test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.core_api.serving import Server, running_server
from tests.databases import DatabaseServer


@pytest.fixture(scope="module")
def server(database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Shared by the tests of a file, with its database."""
    url = database_server.create()
    with running_server(url, tmp_path_factory.mktemp("server")) as running:
        yield running
    database_server.drop(url)


@pytest.fixture
def fresh_server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """For one test alone."""
    with running_server(database_url, tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def closed_server(database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that is told it listens beyond this machine, so that reading needs a login too."""
    url = database_server.create()
    options = {"host": "0.0.0.0", "extra_hosts": ["fade.example.org"]}
    with running_server(url, tmp_path_factory.mktemp("server"), **options) as running:
        yield running
    database_server.drop(url)


@pytest_asyncio.fixture
async def client(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """One that is not logged in."""
    async with server.client() as opened:
        yield opened


@pytest_asyncio.fixture
async def operator(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """One with an access token."""
    async with server.client(headers=await server.bearer()) as opened:
        yield opened
