"""Sockets of the real kind: certificates are verified, sizes and waits are bounded, closed is closed."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from aiohttp import web
from websockets.asyncio.server import ServerConnection, serve

from fadearena.hyperliquid import transport
from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.hyperliquid.errors import MalformedMessageError, NotReachableError
from fadearena.hyperliquid.transport import Http, open_socket, verifying_tls


@pytest.fixture(scope="module")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate that no authority has signed."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command, *names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def _echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


def _https(port: int) -> Endpoint:
    """An endpoint that no user can make: the real ones are at fixed addresses, the simulator has no TLS."""
    return cast("Endpoint", SimpleNamespace(http_url=f"https://127.0.0.1:{port}"))


def test_certificates_and_names_are_checked() -> None:
    assert verifying_tls().verify_mode is ssl.CERT_REQUIRED
    assert verifying_tls().check_hostname


async def test_a_certificate_that_nobody_signed_is_not_spoken_to(own_certificate: ssl.SSLContext) -> None:
    async with serve(_echo, "127.0.0.1", 0, ssl=own_certificate) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NotReachableError, match="certificate"):
            await open_socket(f"wss://127.0.0.1:{port}/ws", lambda _: None, lambda _: None)
        async with Http(_https(port)) as http:
            with pytest.raises(NotReachableError, match="certificate"):
                await http.post("/info", b"{}")


async def test_text_goes_there_and_comes_back_and_a_closed_socket_is_closed() -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    ends: asyncio.Queue[str] = asyncio.Queue()
    async with serve(_echo, "127.0.0.1", 0) as server, asyncio.timeout(5):
        port = server.sockets[0].getsockname()[1]
        socket = await open_socket(f"ws://127.0.0.1:{port}/ws", heard.put_nowait, ends.put_nowait)
        socket.send("grüß".encode())
        assert await heard.get() == "grüß".encode()
        socket.close()
        await ends.get()
        socket.send(b"too late")
        socket.close()
        assert heard.empty()
        assert ends.empty()


async def test_a_message_beyond_the_limit_ends_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "FRAME_BYTES_MAX", 1000)
    heard: list[bytes] = []
    ends: asyncio.Queue[str] = asyncio.Queue()

    async def shout(connection: ServerConnection) -> None:
        await connection.send("x" * 900)
        await connection.send(["y" * 600, "y" * 600])
        await connection.wait_closed()

    async with serve(shout, "127.0.0.1", 0) as server, asyncio.timeout(5):
        port = server.sockets[0].getsockname()[1]
        await open_socket(f"ws://127.0.0.1:{port}/ws", heard.append, ends.put_nowait)
        assert "1000 bytes" in await ends.get()
    assert heard == [b"x" * 900]


async def test_a_handshake_that_never_ends_is_given_up() -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NotReachableError):
            await open_socket(f"ws://127.0.0.1:{port}/ws", lambda _: None, lambda _: None, seconds=0.2)


@asynccontextmanager
async def _answering(body: bytes) -> AsyncIterator[Http]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body)

    app = web.Application()
    app.router.add_post("/info", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        async with Http(Endpoint.simulator(f"http://127.0.0.1:{port}")) as http:
            yield http
    finally:
        await runner.cleanup()


async def test_an_answer_beyond_the_limit_is_malformed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "ANSWER_BYTES_MAX", 1000)
    async with _answering(b"x" * 1001) as http:
        with pytest.raises(MalformedMessageError, match="1000 bytes"):
            await http.post("/info", b"{}")
    async with _answering(b"x" * 1000) as http:
        assert await http.post("/info", b"{}") == (200, b"x" * 1000)


def test_sockets_are_opened_in_one_file_only() -> None:
    folder = Path(transport.__file__).parent
    openers = {"aiohttp", "picows", "socket", "urllib.request", "http.client", "websockets"}
    using = {
        file.name
        for file in folder.rglob("*.py")
        for line in file.read_text("utf-8").splitlines()
        if line.split()[:1] in (["import"], ["from"]) and line.split()[1].split(".as ")[0] in openers
    }
    assert using == {"transport.py"}


async def test_a_socket_is_not_led_elsewhere() -> None:
    """Whoever answers on loopback could otherwise send us to any host."""
    async with serve(_echo, "127.0.0.1", 0) as elsewhere, asyncio.timeout(5):
        target = f"ws://127.0.0.1:{elsewhere.sockets[0].getsockname()[1]}/ws"

        async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(lead, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(NotReachableError):
                await open_socket(f"ws://127.0.0.1:{port}/ws", lambda _: None, lambda _: None)
