"""What the command runs: it prints its address, serves until cancelled, and refuses what it cannot replay."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import msgspec
import pytest

from fadearena.exchange_simulator.faults import FaultPlanError
from fadearena.exchange_simulator.simulator import (
    PortRefusedError,
    Simulator,
    SimulatorOptions,
    SimulatorStatus,
    run_simulator,
)
from fadearena.hyperliquid.recordings import RecordingError, season_one
from tests.exchange_simulator.factories import NOON_MS, ONE, running


def replay_file(folder: Path) -> Path:
    row = {
        "coin": "BTC", "px": "100000", "sz": "1", "side": "B", "time": NOON_MS, "startPosition": "0.0",
        "dir": "Open Long", "closedPnl": "0.0", "hash": "0x0", "oid": 7,
        "crossed": True, "fee": "45", "tid": 9, "feeToken": "USDC",
    }  # fmt: skip
    path = folder / "fills.json"
    path.write_text(json.dumps({ONE: {"botId": "one", "startingEquity": "1000", "fills": [row]}}))
    return path


async def test_it_prints_its_address_and_serves_until_it_is_cancelled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = tmp_path / "plan.json"
    faults.write_text('{"faults": [{"kind": "http_500", "type": "allMids"}]}')
    options = SimulatorOptions(
        replay=str(replay_file(tmp_path)), faults=str(faults), speed="max", seed=5, wait_for_client=False
    )  # fmt: skip
    serving = asyncio.create_task(run_simulator(options))
    url = await printed(capsys)
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{url}/info", json={"type": "allMids"}) as answer:
            assert answer.status == 500
        async with session.get(f"{url}/simulator/status") as answer:
            status = msgspec.json.decode(await answer.read(), type=SimulatorStatus)
        assert (status.seed, status.speed, status.waiting, status.fills_total) == (5, "max", False, 1)
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
        with pytest.raises(aiohttp.ClientError):
            await session.get(f"{url}/simulator/status")


async def printed(capsys: pytest.CaptureFixture[str]) -> str:
    for _ in range(100):
        out = capsys.readouterr().out
        if out:
            return out.strip()
        await asyncio.sleep(0.05)
    pytest.fail("it printed no address within five seconds")


async def test_files_that_are_none_are_refused_before_anything_is_served(tmp_path: Path) -> None:
    with pytest.raises(RecordingError):
        await run_simulator(SimulatorOptions(replay=str(tmp_path / "nowhere.json")))
    with pytest.raises(FaultPlanError):
        await run_simulator(SimulatorOptions(faults=str(tmp_path / "nowhere.json")))


@pytest.mark.parametrize("speed", [0, -1, float("nan"), float("inf")])
def test_a_speed_that_is_none_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="a speed is above 0"):
        Simulator(speed=speed)


async def test_one_account_of_season_one_can_be_replayed_alone(capsys: pytest.CaptureFixture[str]) -> None:
    account = season_one().accounts[3]
    serving = asyncio.create_task(run_simulator(SimulatorOptions(wallet=account.wallet, wait_for_client=True)))
    url = await printed(capsys)
    async with aiohttp.ClientSession() as session, session.get(f"{url}/simulator/status") as answer:
        status = msgspec.json.decode(await answer.read(), type=SimulatorStatus)
    assert status.fills_total == len(account.fills)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    with pytest.raises(RecordingError, match="no account"):
        await run_simulator(SimulatorOptions(wallet=ONE))


async def test_a_taken_port_is_said_with_what_to_do(tmp_path: Path) -> None:
    async with running(wait_for_client=True) as simulator:
        port = int(simulator.url.rsplit(":", 1)[1])
        options = SimulatorOptions(replay=str(replay_file(tmp_path)), port=port)
        with pytest.raises(
            PortRefusedError, match=rf"^can't listen on 127\.0\.0\.1:{port} \(.*\); choose another with"
        ):
            await run_simulator(options)
