"""One deployment on this machine: database, trader and web server under one supervisor, and in a demo the exchange too.

In: the machine's configuration. Out: running processes, until told to stop. The database, when it is the embedded one,
is started first and started again should it die; trader and web are then sent to its new address.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import shutil
import socket
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import structlog

from fadearena.config import Config
from fadearena.persistence.embedded import EmbeddedPostgres
from fadearena.persistence.errors import EmbeddedServerBusyError, EmbeddedServerError
from fadearena.persistence.migrations import upgrade
from fadearena.worlds.dashboard import when_built
from fadearena.worlds.data_folder import require_place
from fadearena.worlds.login import PUBLIC, login_link
from fadearena.worlds.supervisor import Child, Supervisor

log = structlog.get_logger(__name__)
Result = TypeVar("Result")

DATABASE_POLL_S = 0.5
DATABASE_PAUSE_S_MAX = 10.0
BUSY_S = 5.0
READY_S = 60.0
MEGABYTE = 1_000_000
SPACE_MIN = 150 * MEGABYTE
READY_POLL_S = 0.1
WEB_TIMEOUT_S = 2.0


class DeploymentError(Exception):
    """What a deployment needs and does not get; one line."""


class PortTakenError(DeploymentError):
    """The port that the web server should listen on is in use."""


class Server:
    """The database server of a deployment: a configured one, or the embedded one kept alive."""

    def __init__(self, configured_url: str, directory: Path) -> None:
        self._directory = directory
        self._server = None if configured_url else EmbeddedPostgres(directory)
        self.url = configured_url

    async def start(self) -> None:
        """Raises DeploymentError, EmbeddedServerError, DatabaseNotReachableError, DatabaseVersionError."""
        if self._server is not None and not self._server.is_running:
            require_place(self._directory)
            require_space(self._directory)
            self.url = await self._take_server(self._server)
        await upgrade(self.url)

    @staticmethod
    async def _take_server(server: EmbeddedPostgres) -> str:
        """A command may hold the server for a moment; another deployment holds it for good."""
        deadline = time.monotonic() + BUSY_S
        while True:
            try:
                return await _to_its_end(server.start)
            except EmbeddedServerBusyError:
                if time.monotonic() > deadline:
                    raise
            await asyncio.sleep(DATABASE_POLL_S)

    async def keep(self, moved: Callable[[], None]) -> None:
        """Start the embedded server again whenever it has died; ``moved`` is called when it has a new address.

        Where it can't be started, for want of room or because a command holds it for a moment, it is tried again after
        a pause that grows.
        """
        server = self._server
        pause_s = DATABASE_POLL_S
        while server is not None:
            await asyncio.sleep(pause_s)
            if server.is_running:
                continue
            log.warning("the database died; starting it again")
            try:
                await asyncio.to_thread(server.stop)
                self.url = await self._take_server(server)
            except (EmbeddedServerError, OSError) as fault:
                pause_s = min(pause_s * 2, DATABASE_PAUSE_S_MAX)
                log.error("the database can't be started", reason=str(fault), pause_s=pause_s)
                continue
            pause_s = DATABASE_POLL_S
            moved()

    async def stop(self) -> None:
        if self._server is not None:
            await asyncio.to_thread(self._server.stop)

    async def erase(self) -> None:
        """Stop the embedded server and forget all its data."""
        await self.stop()
        if self._server is not None:
            await asyncio.to_thread(shutil.rmtree, self._directory)


class Simulated(msgspec.Struct, frozen=True):
    """An exchange simulator to run beside the trader: its options as JSON-able values, without port and resumption."""

    options: dict[str, object]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Deployment:
    """What runs. Use ``running`` to start it.

    Args:
        public: the page is open to anybody and takes no changes.
    """

    def __init__(self, config: Config, server: Server, simulated: Simulated | None, *, public: bool = False) -> None:
        self.public = public
        self.config = config
        self.server = server
        self.simulated = simulated
        self.virtual_ms: int | None = None
        children = [Child("exchange", "fadearena.worlds.exchange")] if simulated else []
        children += [
            Child("trader", "fadearena.worlds.trader"),
            Child("web", "fadearena.worlds.web", (PUBLIC,) if public else ()),
        ]
        self.supervisor = Supervisor(children, self._before_start)

    @property
    def address(self) -> str:
        """Of the web server."""
        host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
        return f"http://{host}:{self.config.port}"

    async def link(self) -> str:
        """What logs a browser in; its mere address where it is public. Raises DatabaseNotReachableError."""
        return self.address if self.public else await login_link(self.server.url, self.address)

    async def _before_start(self, child: Child, _starts: int) -> Child:
        if child.name == "exchange":
            return msgspec.structs.replace(child, arguments=(self._simulator_options(),))
        environment: dict[str, str | None] = {
            "FADEARENA_DATABASE_URL": self.server.url,
            "FADEARENA_DATABASE_URL_FILE": None,  # read already, and refused beside the other
            "FADEARENA_PORT": str(self.config.port),
            "FADEARENA_LOG_LEVEL": self.config.log_level,
        }
        if self.simulated is not None:
            environment |= {"FADEARENA_EXCHANGE": "simulator", "FADEARENA_SIMULATOR_URL": self.simulated.url}
        return msgspec.structs.replace(child, environment=environment)

    def _simulator_options(self) -> str:
        assert self.simulated is not None
        options = {**self.simulated.options, "port": self.simulated.port, "resume_at_ms": self.virtual_ms}
        return msgspec.json.encode(options).decode()

    def dashboard_built(self) -> None:
        """The web server, which found none at its start, reads it; not one connection is refused meanwhile."""
        self.supervisor.reload("web")

    def moved(self) -> None:
        """The database has a new address."""
        for name in ("trader", "web"):
            self.supervisor.restart(name)


@contextlib.asynccontextmanager
async def running(deployment: Deployment) -> AsyncIterator[asyncio.Task[None]]:
    """Everything started; ends everything. Gives the supervisor's task, which ends only with a fault.

    Raises DeploymentError, EmbeddedServerError, DatabaseNotReachableError, DatabaseVersionError.
    """
    require_free(deployment.config.host, deployment.config.port)
    async with started(deployment.server):
        tasks = [asyncio.create_task(deployment.supervisor.run())]
        tasks.append(asyncio.create_task(deployment.server.keep(deployment.moved)))
        tasks.append(asyncio.create_task(when_built(deployment.dashboard_built)))
        try:
            yield tasks[0]
        finally:
            deployment.supervisor.stop()
            for task in tasks[1:]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def started(server: Server) -> AsyncIterator[None]:
    """The database with its tables up to date; stopped at the end, also where it could not be made ready."""
    try:
        await server.start()
        yield
    finally:
        await server.stop()


async def answering(deployment: Deployment, supervising: asyncio.Task[None]) -> None:
    """Return once the web server answers. Raises DeploymentError, or what ended the supervisor."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        if supervising.done():
            await supervising
        if await asyncio.to_thread(_answers, f"{deployment.address}/api/health"):
            return
        await asyncio.sleep(READY_POLL_S)
    msg = f"the web server did not answer within {READY_S:.0f} s"
    raise DeploymentError(msg)


async def _to_its_end(work: Callable[[], Result]) -> Result:
    """Blocking work in a thread. Where we are cancelled it is awaited all the same, for no thread can be ended."""
    working = asyncio.create_task(asyncio.to_thread(work))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait({working})
        working.exception()  # of no interest any more
        raise


def require_free(host: str, port: int) -> None:
    """Raises PortTakenError where something listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            of_host = isinstance(fault, socket.gaierror) or fault.errno == errno.EADDRNOTAVAIL
            remedy = "set FADEARENA_HOST to an address of this machine" if of_host else "choose another with --port"
            msg = f"can't listen on {host}:{port} ({fault.strerror}); {remedy}"
            raise PortTakenError(msg) from None


def require_space(folder: Path) -> None:
    """Raises DeploymentError where the disk has no room for a database."""
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(place).free
    if free < SPACE_MIN:
        needed = f"the database needs {SPACE_MIN // MEGABYTE} MB: make room, or set FADEARENA_DATA_DIR to another disk"
        msg = f"only {free // MEGABYTE} MB are free in {place}, and {needed}"
        raise DeploymentError(msg)


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nothing listens on right now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=WEB_TIMEOUT_S) as answer:  # noqa: S310 - always http to ourselves
            return bool(answer.status < 500)
    except urllib.error.HTTPError as refusal:
        return refusal.code < 500 or refusal.code == 503
    except OSError:
        return False
