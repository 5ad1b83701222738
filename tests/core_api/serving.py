"""Runs the real server as a process of its own on a free port; as a script it is that process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import msgspec

from fadearena.core_api import ApiOptions, serve
from fadearena.persistence.access_tokens import AccessTokens, TokenKind
from fadearena.persistence.database import Database

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 30
STOP_SECONDS = 15


class Server:
    """A running server. ``address`` is its origin, ``database_url`` what stands behind it."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, database_url: str, log: Path) -> None:
        self.process = process
        self.port = port
        self.host = f"127.0.0.1:{port}"
        self.address = f"http://{self.host}"
        self.socket_address = f"ws://{self.host}/ws"
        self.database_url = database_url
        self.log = log

    async def new_token(self, kind: TokenKind = "access") -> str:
        database = Database(self.database_url)
        try:
            return await AccessTokens(database).new_token(kind, 600)
        finally:
            await database.close()

    async def bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {await self.new_token()}"}

    def client(self, **options: object) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.address, timeout=20, **options)  # type: ignore[arg-type]

    @asynccontextmanager
    async def logged_in(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client like our page: with a session, its CSRF token and its origin."""
        async with self.client(headers={"origin": self.address}) as client:
            answer = await client.post("/api/session", json={"token": await self.new_token("login")})
            assert answer.status_code == 200, answer.text
            client.headers["x-csrf-token"] = answer.json()["csrfToken"]
            yield client

    def stop(self) -> int:
        """Tells it to stop; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)


@contextmanager
def running_server(database_url: str, folder: Path, **options: object) -> Iterator[Server]:
    """A server that is stopped at the end, whatever happens."""
    port = free_port()
    log = folder / f"server-{port}.log"
    settings = msgspec.json.encode({"port": port, **options}).decode()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.core_api.serving", database_url, settings],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    server = Server(process, port, database_url, log)
    try:
        _wait_until_it_answers(server)
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_until_it_answers(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            httpx.get(f"{server.address}/api/health", timeout=5)
        except httpx.HTTPError as fault:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start: {server.log.read_text()}") from fault
            time.sleep(0.05)
        else:
            return


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    serve(sys.argv[1], msgspec.json.decode(sys.argv[2], type=ApiOptions))
