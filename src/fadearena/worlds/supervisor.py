"""Keeps a few processes alive side by side: a crash of one restarts it alone.

In: what to run; out: the processes, until ``stop``. A child that ends is started again after a pause that grows while
it keeps failing; one that ends with the exit code for a wrong configuration is not, because it would end the same way
again. Children end with their parent: they are told by the kernel, or notice that their parent changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
import structlog

log = structlog.get_logger(__name__)

PAUSE_S_MIN = 0.3
PAUSE_S_MAX = 10.0
STEADY_S = 30.0
"""A child that lived this long is taken to be well: its next failure begins with the shortest pause."""

STOP_S = 8.0
CONFIGURATION_EXIT = 3
PARENT_POLL_S = 1.0
_PR_SET_PDEATHSIG = 1


class Child(msgspec.Struct, frozen=True):
    """A process to keep alive.

    Args:
        name: as the log calls it.
        module: what ``python -m`` runs.
        environment: added to ours, None takes a variable away; secrets go here and never into the arguments, which
            every user can read.
    """

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str | None] = msgspec.field(default_factory=dict)


class ChildFailedError(Exception):
    """A child that can't be helped by starting it again."""


class Supervisor:
    """Runs children until told to stop.

    Args:
        before_start: called before each start with the child's name and how often it was started; may change its
            arguments, e.g. to resume where it stopped.
    """

    def __init__(
        self,
        children: Sequence[Child],
        before_start: Callable[[Child, int], Awaitable[Child]] | None = None,
    ) -> None:
        self._children = children
        self._before_start = before_start
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._stopping = asyncio.Event()

    def pid_of(self, name: str) -> int | None:
        """The process id of a child that is running."""
        process = self._running.get(name)
        return process.pid if process is not None and process.returncode is None else None

    def restart(self, name: str) -> None:
        """End a child, to have it started again."""
        process = self._running.get(name)
        if process is not None and process.returncode is None:
            process.terminate()

    def reload(self, name: str) -> None:
        """Ask a child to start over without a pause in what it serves, by SIGHUP; elsewhere it is restarted."""
        process = self._running.get(name)
        if sys.platform == "win32":
            self.restart(name)
        elif process is not None and process.returncode is None:
            process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        """Ask everything to end."""
        self._stopping.set()

    async def run(self) -> None:
        """Until ``stop``, or until a child can't be helped. Raises ChildFailedError."""
        tasks = [asyncio.create_task(self._keep(child)) for child in self._children]
        stopped = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
            self._stopping.set()
            failures = [fault for fault in await asyncio.gather(*tasks, return_exceptions=True) if fault is not None]
        finally:
            stopped.cancel()
            for task in tasks:
                task.cancel()
        for fault in failures:
            if isinstance(fault, Exception):
                raise fault

    async def _keep(self, child: Child) -> None:
        pause_s = PAUSE_S_MIN
        starts = 0
        while not self._stopping.is_set():
            started = time.monotonic()
            starts += 1
            code = await self._run_once(child, starts - 1)
            if self._stopping.is_set():
                return
            if code == CONFIGURATION_EXIT:
                msg = f"the {child.name} can't run with this configuration; its own message says why"
                raise ChildFailedError(msg)
            if time.monotonic() - started > STEADY_S:
                pause_s = PAUSE_S_MIN
            log.warning("restarting", process=child.name, exit_code=code, pause_s=pause_s)
            await _wait(self._stopping, pause_s)
            pause_s = min(pause_s * 2, PAUSE_S_MAX)

    async def _run_once(self, child: Child, starts: int) -> int | str:
        """Its exit code once it has ended, by itself or because all ends; in words why it could not be started."""
        try:
            process = await self._start(
                child if self._before_start is None else await self._before_start(child, starts)
            )
        except OSError as fault:  # no memory, no file handle, too many processes: that may pass
            return fault.strerror or str(fault)
        self._running[child.name] = process
        log.info("started", process=child.name, pid=process.pid)
        ended, stopping = asyncio.create_task(process.wait()), asyncio.create_task(self._stopping.wait())
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        for end in (process.terminate, process.kill):
            if not ended.done():
                with contextlib.suppress(ProcessLookupError):
                    end()
                await asyncio.wait({ended}, timeout=STOP_S)
        if process.returncode == -signal.SIGKILL and self._stopping.is_set():
            log.warning("killed", process=child.name, after_s=STOP_S)
        return ended.result() if ended.done() else "it does not end"

    @staticmethod
    async def _start(child: Child) -> asyncio.subprocess.Process:
        environment = {**os.environ, **child.environment}
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            child.module,
            *child.arguments,
            env={name: value for name, value in environment.items() if value is not None},
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


def end_with_parent() -> None:
    """Have this process told to end when its parent dies, however that dies."""
    parent = os.getppid()
    platform: str = sys.platform
    if platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_POLL_S)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
