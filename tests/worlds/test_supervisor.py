"""Processes kept alive side by side: each alone started again, all ended together, whatever they are just doing."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from fadearena.worlds.supervisor import Child, ChildFailedError, Supervisor

SERVER = ("http.server", ("0", "--bind", "127.0.0.1"))
"""A module of Python's own that runs until it is ended."""

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open("deaf", "w").close()
time.sleep(600)
"""


def server(name: str) -> Child:
    return Child(name, *SERVER)


async def until(condition: Callable[[], object]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("waited too long")


def is_running(pid: int | None) -> bool:
    try:
        os.kill(pid or 0, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_child_that_dies_is_started_again_and_the_other_is_left_alone() -> None:
    supervisor = Supervisor([server("one"), server("two")])
    running = asyncio.create_task(supervisor.run())
    await until(lambda: supervisor.pid_of("one") and supervisor.pid_of("two"))
    one, two = supervisor.pid_of("one"), supervisor.pid_of("two")
    assert one is not None
    os.kill(one, signal.SIGKILL)
    await until(lambda: supervisor.pid_of("one") not in {None, one})
    assert supervisor.pid_of("two") == two
    supervisor.stop()
    await running
    assert not is_running(two)


@pytest.mark.parametrize("turns", range(24))
async def test_it_ends_at_once_also_when_it_is_told_in_the_midst_of_starting(turns: int) -> None:
    supervisor = Supervisor([server("one"), server("two")])
    running = asyncio.create_task(supervisor.run())
    for _ in range(turns):
        await asyncio.sleep(0)
    supervisor.stop()
    await asyncio.wait_for(running, 5)
    assert (supervisor.pid_of("one"), supervisor.pid_of("two")) == (None, None)


async def test_a_child_that_does_not_heed_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("fadearena.worlds.supervisor.STOP_S", 0.5)
    (tmp_path / "deaf_child.py").write_text(DEAF)
    supervisor = Supervisor([Child("deaf", "deaf_child", environment={"PYTHONPATH": str(tmp_path)}), server("one")])
    running = asyncio.create_task(supervisor.run())
    await until((tmp_path / "deaf").exists)
    pid = supervisor.pid_of("deaf")
    supervisor.stop()
    await asyncio.wait_for(running, 5)
    assert not is_running(pid)


async def test_a_child_that_can_not_be_started_right_now_is_tried_again() -> None:
    times = []

    async def before(child: Child, starts: int) -> Child:
        times.append(starts)
        if len(times) < 3:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return child

    supervisor = Supervisor([server("one")], before)
    running = asyncio.create_task(supervisor.run())
    await until(lambda: supervisor.pid_of("one"))
    supervisor.stop()
    await running
    assert len(times) == 3


async def test_a_wrong_configuration_ends_all_and_is_not_tried_again() -> None:
    wrong = Child("web", "fadearena.worlds.web", environment={"FADEARENA_PORT": "many"})
    supervisor = Supervisor([wrong, server("one")])
    with pytest.raises(ChildFailedError, match="the web can't run with this configuration"):
        await asyncio.wait_for(supervisor.run(), 20)
    assert supervisor.pid_of("one") is None


async def test_a_variable_can_be_kept_from_a_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FADEARENA_OF_NO_CONCERN", "1")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tells.py").write_text(
        "import os; open('told', 'w').write(str('FADEARENA_OF_NO_CONCERN' in os.environ))"
    )
    environment = {"PYTHONPATH": str(tmp_path), "FADEARENA_OF_NO_CONCERN": None}
    supervisor = Supervisor([Child("tells", "tells", environment=environment)])
    running = asyncio.create_task(supervisor.run())
    await until(lambda: (tmp_path / "told").exists() and (tmp_path / "told").read_text())
    supervisor.stop()
    await running
    assert (tmp_path / "told").read_text() == "False"
