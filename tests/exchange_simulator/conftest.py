"""A simulator in season one, before its first client."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.exchange_simulator.factories import Client, client_of, running


@pytest_asyncio.fixture
async def paused() -> AsyncIterator[Client]:
    """A client of season one, whose first client is not yet there."""
    async with running(speed=1000, wait_for_client=True) as simulator, client_of(simulator) as client:
        yield client
