"""The demo as a person runs it: one command, real processes, killed at will."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.processes import children_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc"),
]

PUBLISHED = {
    "gpt-5": -7016.67,
    "claude-sonnet-4-5": -1142.46,
    "gemini-2.5-pro": -2252.81,
    "grok-4": -2055.41,
    "deepseek-chat-v3.1": 1261.83,
    "qwen3-max": 1073.61,
}
PATIENCE_S = 60.0


class Program:
    """A running command and what it printed."""

    def __init__(self, folder: Path, *arguments: str, **variables: str) -> None:
        self.folder = folder
        self.log = folder / f"{arguments[0]}.log"
        environment = {**os.environ, "FADEARENA_DATA_DIR": str(folder / "data"), "NO_COLOR": "1", **variables}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "fadearena.cli", *arguments],
                env=environment,
                cwd=folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    @property
    def address(self) -> str:
        found = re.search(r"(http://127\.0\.0\.1:\d+)/#token=", self.said)
        assert found, self.said
        return found[1]

    def until(self, condition: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                if found := condition():
                    return found
            except (httpx.HTTPError, AssertionError):
                pass
            time.sleep(0.1)
        raise AssertionError(f"waited {PATIENCE_S} s for {what}\n{self.said[-3000:]}")

    def get(self, path: str) -> Any:
        answer = httpx.get(self.address + path, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def child(self, module: str) -> int:
        """The process id of the child that runs a module. Raises AssertionError while there is none."""
        found = [pid for pid, command in children_of(self.process.pid) if module in command]
        assert found, f"no {module} is running"
        return found[0]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def query(folder: Path, sql: str) -> Any:
    """Rows of a demo that was stopped."""
    asked = subprocess.run(
        [sys.executable, "-m", "fadearena.cli", "--demo", "db", "query", sql, "--json"],
        env={**os.environ, "FADEARENA_DATA_DIR": str(folder / "data")},
        capture_output=True,
        check=True,
        timeout=60,
    )
    return json.loads(asked.stdout)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    started: list[Program] = []

    def start(*arguments: str, **variables: str) -> Program:
        started.append(Program(tmp_path, *arguments, **variables))
        return started[-1]

    yield start
    for one in reversed(started):
        one.stop()


@pytest.fixture
def demo(program: Callable[..., Program]) -> Callable[..., Program]:
    return lambda *arguments: program("demo", "--no-open", "--port", "0", *arguments)


def test_the_demo_ends_by_itself_once_all_is_recorded(demo: Callable[..., Program]) -> None:
    running = demo("--ephemeral", "--speed", "max", "--until-end")
    assert running.process.wait(PATIENCE_S) == 0
    assert "all of it is recorded" in running.said
    assert "Traceback" not in running.said
    assert "[info" not in running.said


def test_what_ends_by_itself_has_drawn_the_curve_to_its_end(demo: Callable[..., Program], tmp_path: Path) -> None:
    assert demo("--speed", "max", "--until-end").process.wait(PATIENCE_S) == 0
    (row,) = query(
        tmp_path,
        'SELECT (SELECT max("timestamp") FROM "EquitySnapshot") >= max("timestamp") AS "drawn" FROM "BotTradeEvent"',
    )
    assert row == {"drawn": True}


def test_the_models_show_the_published_results_to_the_cent(demo: Callable[..., Program]) -> None:
    running = demo("--speed", "max")
    running.until(lambda: "all of it is recorded" in running.said, "the end of the season")
    models = running.until(lambda: running.get("/api/models")["bots"], "the models")
    assert {bot["id"]: round(bot["botStats"]["realizedPnl"], 2) for bot in models} == PUBLISHED
    trades = running.get("/api/trades?type=bot&limit=1")
    assert trades["pagination"]["total"] == 456
    assert running.get("/api/trades?type=mine&limit=1")["pagination"]["total"] == 454
    state = running.get("/api/state")
    assert state["mode"] == "simulation"
    assert state["openPositions"]["count"] == 0
    health = running.until(lambda: running.get("/api/health")["status"] == "healthy", "health")
    assert health
    assert len(running.get("/api/equity")["series"]) > 1


def test_killed_processes_are_started_again_one_by_one_and_nothing_is_lost(demo: Callable[..., Program]) -> None:
    running = demo("--speed", "40000")
    running.until(lambda: running.get("/api/state")["systemStatus"]["lastEventTime"], "the first event")
    trader, web = running.child("worlds.trader"), running.child("worlds.web")
    os.kill(trader, signal.SIGKILL)
    running.until(lambda: running.child("worlds.trader") != trader, "another trader")
    assert running.child("worlds.web") == web
    os.kill(web, signal.SIGKILL)
    running.until(lambda: running.child("worlds.web") != web, "another web server")
    os.kill(running.child("worlds.exchange"), signal.SIGKILL)
    running.until(lambda: "all of it is recorded" in running.said, "the end of the season")
    models = running.until(lambda: running.get("/api/models")["bots"], "the models")
    assert {bot["id"]: round(bot["botStats"]["realizedPnl"], 2) for bot in models} == PUBLISHED
    assert running.get("/api/trades?type=mine&limit=1")["pagination"]["total"] == 454


def test_a_demo_whose_words_nobody_reads_any_more_goes_on_to_its_end(tmp_path: Path) -> None:
    """As ``fadearena demo 2>&1 | head -1``; it would warn of the trader that is started again."""
    command = ["demo", "--no-open", "--port", "0", "--speed", "100000", "--until-end"]
    environment = {**os.environ, "FADEARENA_DATA_DIR": str(tmp_path / "data"), "FADEARENA_LOG_LEVEL": "debug"}
    with subprocess.Popen(
        [sys.executable, "-m", "fadearena.cli", *command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        said = next(line for line in process.stdout if b"process=trader" in line)
        process.stdout.close()
        os.kill(int(said.rpartition(b"pid=")[2].split()[0]), signal.SIGKILL)
        try:
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.terminate()
    assert query(tmp_path, 'SELECT count(*) AS "fills" FROM "BotTradeEvent"') == [{"fills": 456}]


def test_a_killed_database_comes_back_and_nothing_is_lost(demo: Callable[..., Program]) -> None:
    running = demo("--speed", "40000")
    running.until(lambda: running.get("/api/state")["systemStatus"]["lastEventTime"], "the first event")
    pid_file = next((running.folder / "data/demo/postgres").rglob("postmaster.pid"))
    postmaster = int(pid_file.read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    running.until(lambda: "all of it is recorded" in running.said, "the end of the season")
    models = running.until(lambda: running.get("/api/models")["bots"], "the models")
    assert {bot["id"]: round(bot["botStats"]["realizedPnl"], 2) for bot in models} == PUBLISHED


@pytest.mark.parametrize("seconds", [0.6, 0.9, 1.2, 1.5, 1.8])
def test_interrupted_while_it_starts_an_ephemeral_demo_leaves_nothing(
    program: Callable[..., Program], tmp_path: Path, seconds: float
) -> None:
    (tmp_path / "tmp").mkdir()
    starting = program("demo", "--no-open", "--port", "0", "--ephemeral", TMPDIR=str(tmp_path / "tmp"))
    time.sleep(seconds)
    starting.stop()
    assert "Traceback" not in starting.said
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_demo_that_was_stopped_goes_on_and_one_that_was_through_begins_anew(demo: Callable[..., Program]) -> None:
    first = demo("--speed", "40000")
    first.until(lambda: first.get("/api/trades?type=bot&limit=1")["pagination"]["total"] > 50, "some fills")
    assert first.stop() == 130
    assert children_of(first.process.pid) == []
    second = demo("--speed", "max", "--until-end")
    assert second.process.wait(PATIENCE_S) == 0
    assert "going on where it stopped" in second.said
    third = demo("--speed", "max", "--until-end")
    assert third.process.wait(PATIENCE_S) == 0
    assert "beginning anew" in third.said


def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = subprocess.run(
            [sys.executable, "-m", "fadearena.cli", "demo", "--no-open", "--ephemeral", "--port", str(port)],
            env={**os.environ, "FADEARENA_DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert run.returncode == 1
    assert run.stderr.strip().splitlines()[-1].startswith(f"fadearena: can't listen on 127.0.0.1:{port}")
    assert "Traceback" not in run.stderr


def test_a_port_that_is_taken_costs_no_finished_demo_its_data(
    demo: Callable[..., Program], program: Callable[..., Program], tmp_path: Path
) -> None:
    import socket

    assert demo("--speed", "max", "--until-end").process.wait(PATIENCE_S) == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        refused = program("demo", "--no-open", "--port", str(taken.getsockname()[1]))
        assert refused.process.wait(PATIENCE_S) == 1
    assert "beginning anew" not in refused.said
    assert query(tmp_path, 'SELECT count(*) FROM "BotTradeEvent"') == [{"count": 456}]


def test_the_address_of_a_database_can_stand_in_a_file(
    program: Callable[..., Program], database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(database_url + "\n")
    running = program(
        "run",
        "--port",
        "0",
        FADEARENA_DATABASE_URL_FILE=str(tmp_path / "secret"),
        FADEARENA_EXCHANGE="simulator",
        FADEARENA_SIMULATOR_URL="http://127.0.0.1:9",
    )
    running.until(lambda: running.get("/api/state")["mode"] == "simulation", "the page")
    assert running.stop() == 130


def test_run_follows_a_simulator_and_ends_in_good_order(program: Callable[..., Program]) -> None:
    exchange = program("simulator", "--port", "0", "--speed", "20000")
    url = exchange.until(lambda: re.search(r"http://127\.0\.0\.1:\d+", exchange.said), "the simulator")[0]
    running = program(
        "run", "--port", "0", FADEARENA_EXCHANGE="simulator", FADEARENA_SIMULATOR_URL=url, FADEARENA_PORT="0"
    )
    running.until(lambda: running.get("/api/trades?type=mine&limit=1")["pagination"]["total"] > 20, "some orders")
    running.until(lambda: running.get("/api/health")["status"] == "healthy", "health")
    assert running.stop() == 130
    assert children_of(running.process.pid) == []
    assert "lost the database" not in running.said
    assert "Traceback" not in running.said
