"""A demo as a person starts it: one command, real processes, a data folder and a port of its own.

In: how fast, and where. Out: its address, the link it printed, its database and the processes it runs.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import asyncpg
import httpx

from fadearena.domain.records import SystemRecord
from fadearena.persistence.access_tokens import AccessTokens
from fadearena.persistence.bookkeeping import Bookkeeping
from fadearena.persistence.database import Database
from fadearena.persistence.embedded import running_url
from fadearena.worlds.login import login_link
from tests.processes import children_of

PATIENCE_S = 60.0
STOP_S = 30.0
POLL_S = 0.05
TOKEN_S = 3600
STEADY_S = 1.0
_LINK = re.compile(r"(http://127\.0\.0\.1:\d+/#token=\S+)")
_PUBLIC_LINK = re.compile(r"is at (http://127\.0\.0\.1:\d+)\s")


class Demo:
    """A running ``fadearena demo``.

    Args:
        folder: where its data and its log go; the data of an earlier demo there is gone on with.
        speed: virtual seconds for each real one, or "max".
        public: shown to anybody, controlled by nobody: its link has no token.
    """

    def __init__(self, folder: Path, speed: str, *, public: bool = False) -> None:
        self.folder = folder
        self._token = ""
        self._log = folder / "demo.log"
        self._said_before = len(self._log.read_text()) if self._log.exists() else 0
        environment = {**os.environ, "FADEARENA_DATA_DIR": str(folder / "data"), "NO_COLOR": "1"}
        command = [sys.executable, "-m", "fadearena.cli", "demo", "--no-open", "--port", "0", "--speed", speed]
        if public:
            command.append("--public")
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
            )
        try:
            self.link: str = self.until(
                lambda: re.search(_PUBLIC_LINK if public else _LINK, self.said), "the link of the demo"
            )[1]
        except BaseException:
            self.stop()
            raise
        self.address = self.link.partition("/#")[0]
        self.host = self.address.removeprefix("http://")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def said(self) -> str:
        """What it printed since this start."""
        return self._log.read_text()[self._said_before :]

    @property
    def database_url(self) -> str:
        """Raises AssertionError while its database does not run."""
        url = running_url(self.folder / "data" / "demo" / "postgres")
        assert url is not None, f"the database does not run\n{self.said[-3000:]}"
        return url

    def until(self, condition: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
        """What the condition returns, once it is true. Raises AssertionError when it never is."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            try:
                if found := condition():
                    return found
            except (httpx.HTTPError, AssertionError):
                pass
            if self.process.poll() is not None:
                break
            time.sleep(POLL_S)
        raise AssertionError(f"waited for {what}\n{self.said[-3000:]}")

    def until_recorded(self) -> None:
        """The whole season is in the database, and what it came to."""
        self.until(lambda: "all of it is recorded" in self.said, "the end of the season")
        self.until(self._is_reckoned, "the equity after the last fill")

    def _is_reckoned(self) -> bool:
        state = self.get("/api/state")
        before = self.get("/api/models")
        time.sleep(STEADY_S)
        reckoned: bool = state["equity"]["timestamp"] >= state["systemStatus"]["lastEventTime"]
        return reckoned and before == self.get("/api/models")

    def get(self, path: str) -> Any:
        """The API's answer, whatever its status says of our health."""
        answer = httpx.get(self.address + path, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def send(self, method: str, path: str, body: object) -> httpx.Response:
        """A write as another program makes it, with an access token of its own."""
        if not self._token:
            self._token = in_own_loop(lambda: _access_token(self.database_url))
        headers = {"authorization": f"Bearer {self._token}"}
        return httpx.request(method, self.address + path, json=body, headers=headers, timeout=10)

    def new_link(self) -> str:
        """Another link that logs in once."""
        link: str = in_own_loop(lambda: login_link(self.database_url, self.address))
        return link

    def log_error(self, message: str) -> None:
        """A line of the system's log as the trader writes it."""
        record = SystemRecord(time.time_ns() // 1_000_000, "error", "system", message)
        in_own_loop(lambda: _record(self.database_url, record))

    def rows(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """What the database says to a statement, asked past our own code."""
        found: list[asyncpg.Record] = in_own_loop(lambda: _rows(self.database_url, statement, arguments))
        return found

    def child(self, module: str) -> int:
        """The process id of the child that runs a module. Raises AssertionError while there is none."""
        found = [pid for pid, command in children_of(self.process.pid) if module in command]
        assert found, f"no {module} is running"
        return found[0]

    def family(self, module: str) -> list[int]:
        """The process ids of that child and of all that it started."""
        found = [self.child(module)]
        for pid in found:
            found += [child for child, _ in children_of(pid)]
        return found

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(STOP_S)


def in_own_loop(work: Callable[[], Any]) -> Any:
    """Runs a coroutine in a thread: the loop of a browser's driver is already running in this one."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(lambda: asyncio.run(work())).result(PATIENCE_S)


async def _access_token(url: str) -> str:
    database = Database(url, size_max=1)
    try:
        return await AccessTokens(database).new_token("access", TOKEN_S)
    finally:
        await database.close()


async def _record(url: str, record: SystemRecord) -> None:
    database = Database(url, size_max=1)
    try:
        await Bookkeeping(database).record_system(record)
    finally:
        await database.close()


async def _rows(url: str, statement: str, arguments: Sequence[object]) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        found: list[asyncpg.Record] = await connection.fetch(statement, *arguments)
        return found
    finally:
        await connection.close()
