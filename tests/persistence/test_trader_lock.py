"""One trader a database, whatever becomes of the one before."""

from __future__ import annotations

import asyncio

import pytest

from fadearena.persistence.database import Pool
from fadearena.persistence.trader_lock import TraderBusyError, trader_lock


async def test_a_second_trader_is_refused_when_it_will_not_wait(database_url: str) -> None:
    async with trader_lock(database_url):
        with pytest.raises(TraderBusyError):
            async with trader_lock(database_url, wait_seconds=0):
                pass


async def test_a_standby_takes_over_when_the_first_one_goes(database_url: str) -> None:
    order: list[str] = []

    async def standby() -> None:
        async with trader_lock(database_url, waiting=lambda: order.append("waits")):
            order.append("second")

    async with trader_lock(database_url):
        waiting = asyncio.create_task(standby())
        await asyncio.sleep(0.7)
        order.append("first")
    await asyncio.wait_for(waiting, 5)
    assert order == ["waits", "first", "second"]


async def test_a_broken_connection_loses_the_lock_and_says_so(database_url: str, pool: Pool) -> None:
    async with trader_lock(database_url) as lock:
        assert not lock.lost.is_set()
        await pool.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND pid <> pg_backend_pid()
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """
        )
        await asyncio.wait_for(lock.lost.wait(), 10)
        async with trader_lock(database_url, wait_seconds=5):
            pass


async def test_two_databases_on_one_server_have_a_trader_each(database_url: str, empty_database_url: str) -> None:
    async with trader_lock(database_url, wait_seconds=0), trader_lock(empty_database_url, wait_seconds=0):
        pass
