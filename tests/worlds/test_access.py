"""Starting beside an exchange that has had enough of this address."""

from __future__ import annotations

import pytest

from fadearena.exchange_simulator.faults import Fault
from fadearena.exchange_simulator.simulator import Simulator
from fadearena.hyperliquid.client import InfoClient, Patience
from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.hyperliquid.errors import RateLimitedError
from fadearena.worlds.access import BUSY_TRIES, first_description


class Clock:
    """Time passes only by waiting."""

    def __init__(self) -> None:
        self.ms = 0

    async def sleep(self, seconds: float) -> None:
        self.ms += int(seconds * 1000)


async def described(refusals: int) -> tuple[list[str], int]:
    """What is listed, and how many milliseconds that took, where so many requests are refused first."""
    clock = Clock()
    simulator = Simulator(speed=1.0, faults=[Fault(kind="http_429", count=refusals)])
    endpoint = Endpoint.simulator(await simulator.start())
    try:
        async with InfoClient(
            endpoint, patience=Patience(tries=2), now_ms=lambda: clock.ms, sleep=clock.sleep
        ) as client:
            universe = await first_description(client)
    finally:
        await simulator.stop()
    return list(universe.names), clock.ms


async def test_a_start_waits_until_the_exchange_answers_again() -> None:
    names, waited_ms = await described(refusals=9)
    assert "BTC" in names
    assert waited_ms >= 60_000


async def test_it_does_not_wait_for_ever() -> None:
    with pytest.raises(RateLimitedError):
        await described(refusals=2 * BUSY_TRIES + 10)
