"""Who may come in, from where, and with what: the threat model's table, line by line."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from hypothesis import given
from hypothesis import strategies as st

from fadearena.core_api.gate import BODY_DEPTH_MAX, DRAIN_SECONDS_MAX, too_deep
from fadearena.core_api.options import ApiOptions, is_loopback
from fadearena.persistence.access_tokens import AccessTokens
from fadearena.persistence.database import Database
from tests.core_api.serving import Server, running_server

BODY_DELAY_S = 0.1
PUBLIC_WRITES = {("post", "/api/session")}


async def test_another_sites_name_is_answered_on_no_path(server: Server, client: httpx.AsyncClient) -> None:
    for host in ("evil.example", f"evil.example:{server.port}", "127.0.0.1", f"127.0.0.1:{server.port}.evil.example"):
        for path in ("/", "/api/state", "/schema", "/plain/app.js", "/nothing"):
            answer = await client.get(path, headers={"host": host})
            assert answer.status_code == 421, (host, path)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST"])
async def test_this_machines_own_names_are_answered(server: Server, client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get("/api/state", headers={"host": f"{name}:{server.port}"})
    assert answer.status_code == 200


async def test_a_socket_under_another_sites_name_is_refused(server: Server) -> None:
    with pytest.raises(websockets.InvalidStatus) as caught:
        await _connect(server, host="evil.example", origin="http://evil.example")
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1", ""])
async def test_a_socket_from_another_origin_is_refused(server: Server, origin: str) -> None:
    with pytest.raises(websockets.InvalidStatus):
        await _connect(server, origin=origin)


async def test_a_socket_without_origin_needs_a_token(server: Server) -> None:
    with pytest.raises(websockets.InvalidStatus):
        await _connect(server)
    with pytest.raises(websockets.InvalidStatus):
        await _connect(server, authorization="Bearer wrong")
    socket = await _connect(server, authorization=(await server.bearer())["authorization"])
    assert '"hello"' in str(await socket.recv())
    await socket.close()


async def test_a_foreign_origin_is_refused_even_with_a_token(server: Server) -> None:
    bearer = (await server.bearer())["authorization"]
    with pytest.raises(websockets.InvalidStatus):
        await _connect(server, origin="http://evil.example", authorization=bearer)


async def test_every_route_that_writes_refuses_whoever_brings_no_token(client: httpx.AsyncClient) -> None:
    document = (await client.get("/schema")).json()
    seen = 0
    for path, item in document["paths"].items():
        for method in item.keys() & {"post", "put", "patch", "delete"}:
            if (method, path) in PUBLIC_WRITES:
                continue
            seen += 1
            concrete = re.sub(r"\{[^}]+\}", "x", path)
            answer = await client.request(method, concrete, json={})
            assert answer.status_code == 401, (method, path)
            assert answer.headers["content-type"] == "application/problem+json"
    assert seen >= 6


async def test_a_write_is_refused_in_words_even_while_its_body_is_on_the_way(server: Server) -> None:
    """Answered before its body came, a connection is reset, and the answer may be lost with it."""
    head = (
        f"POST /api/kill-switch HTTP/1.1\r\nHost: {server.host}\r\n"
        "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n"
    ).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        for _ in range(3):
            writer.write(head)
            await writer.drain()
            await asyncio.sleep(BODY_DELAY_S)
            writer.write(b"{}")
            await writer.drain()
            answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            assert answer.startswith(b"HTTP/1.1 401 ")
            length = re.search(rb"content-length: (\d+)", answer, re.IGNORECASE)
            assert length is not None
            await reader.readexactly(int(length[1]))
    finally:
        writer.close()


async def test_a_refusal_does_not_wait_for_a_body_that_never_comes(server: Server) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(f"POST /api/kill-switch HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: 2\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), DRAIN_SECONDS_MAX + 5)
        assert answer.startswith(b"HTTP/1.1 401 ")
    finally:
        writer.close()


async def test_a_route_nobody_has_thought_of_is_closed_to_writes_too(client: httpx.AsyncClient) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO"):
        assert (await client.request(method, "/api/nothing")).status_code == 401


async def test_beyond_this_machine_reading_needs_a_login_too(closed_server: Server) -> None:
    async with closed_server.client() as nobody:
        document_paths = (
            "/api/state",
            "/api/models",
            "/api/trades",
            "/api/settings",
            "/metrics",
            "/schema",
            "/nothing",
        )
        for path in document_paths:
            assert (await nobody.get(path)).status_code == 401, path
        for path in ("/", "/plain/app.js", "/plain/style.css", "/models/gpt-5", "/api/health", "/favicon.ico"):
            assert (await nobody.get(path)).status_code == 200, path
    async with closed_server.client(headers=await closed_server.bearer()) as bearer:
        assert (await bearer.get("/api/state")).status_code == 200
    async with closed_server.logged_in() as browser:
        assert (await browser.get("/api/state")).status_code == 200
    with pytest.raises(websockets.InvalidStatus):
        await _connect(closed_server, origin=closed_server.address)


async def test_a_configured_name_is_answered(closed_server: Server) -> None:
    async with closed_server.client(headers={"host": "fade.example.org"}) as client:
        assert (await client.get("/api/health")).status_code == 200


async def test_a_session_writes_only_from_our_page(server: Server) -> None:
    body = {"active": False}
    async with server.logged_in() as page:
        assert (await page.post("/api/kill-switch", json=body)).status_code == 200
        without_csrf = await page.post("/api/kill-switch", json=body, headers={"x-csrf-token": ""})
        wrong_csrf = await page.post("/api/kill-switch", json=body, headers={"x-csrf-token": "0" * 64})
        foreign = await page.post("/api/kill-switch", json=body, headers={"origin": "http://evil.example"})
        del page.headers["origin"]
        no_origin = await page.post("/api/kill-switch", json=body)
    assert [answer.status_code for answer in (without_csrf, wrong_csrf, foreign, no_origin)] == [403] * 4


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(server: Server) -> None:
    async with server.client() as browser:
        answer = await browser.post("/api/session", json={"token": await server.new_token("login")})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(f"fadearena_session_{server.port}=")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "domain" not in cookie


async def test_a_link_logs_in_once(server: Server) -> None:
    token = await server.new_token("login")
    async with server.client() as browser:
        assert (await browser.post("/api/session", json={"token": token})).status_code == 200
        assert (await browser.get("/api/session")).json()["authenticated"]
    async with server.client() as thief:
        assert (await thief.post("/api/session", json={"token": token})).status_code == 401
        assert not (await thief.get("/api/session")).json()["authenticated"]


async def test_logging_out_ends_the_session_everywhere(server: Server) -> None:
    async with server.logged_in() as page:
        stolen = dict(page.cookies)
        assert (await page.delete("/api/session")).status_code == 204
        csrf = page.headers["x-csrf-token"]
    headers = {"origin": server.address, "x-csrf-token": csrf}
    async with server.client(cookies=stolen, headers=headers) as thief:
        assert not (await thief.get("/api/session")).json()["authenticated"]
        assert (await thief.post("/api/kill-switch", json={"active": False})).status_code == 401


async def test_logging_out_closes_the_sessions_sockets(server: Server) -> None:
    async with server.logged_in() as page:
        cookie = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
        socket = await _connect(server, origin=server.address, cookie=cookie)
        await socket.recv()
        await page.delete("/api/session")
        with pytest.raises(websockets.ConnectionClosed) as caught:
            async with asyncio.timeout(5):
                await socket.recv()
    assert caught.value.rcvd is not None
    assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (4401, "logged out")


async def test_a_session_revoked_elsewhere_loses_its_sockets_too(database_url: str, tmp_path: Path) -> None:
    with running_server(database_url, tmp_path, recheck_seconds=0.3) as server:
        async with server.logged_in() as page:
            cookie = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
            socket = await _connect(server, origin=server.address, cookie=cookie)
            await socket.recv()
            await asyncio.sleep(0.7)
            await socket.send('{"type":"ping"}')
            assert "pong" in str(await socket.recv())
            database = Database(database_url)
            await AccessTokens(database).revoke_all("session")
            await database.close()
            with pytest.raises(websockets.ConnectionClosed) as caught:
                async with asyncio.timeout(5):
                    await socket.recv()
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 4401


async def test_the_sixth_failed_try_within_a_minute_is_locked_out_even_with_a_good_token(fresh_server: Server) -> None:
    good = await fresh_server.new_token()
    async with fresh_server.logged_in() as page, fresh_server.client() as client:
        tries = [await client.post("/api/session", json={"token": f"wrong-{n}"}) for n in range(6)]
        locked = await client.post("/api/session", json={"token": good})
        as_bearer = await client.post(
            "/api/kill-switch", json={"active": True}, headers={"authorization": f"Bearer {good}"}
        )
        from_page = await page.post("/api/kill-switch", json={"active": True})
    assert [answer.status_code for answer in tries] == [401] * 5 + [429]
    assert locked.status_code == as_bearer.status_code == 429
    assert 0 < int(locked.headers["retry-after"]) <= 60
    assert from_page.status_code == 200


async def test_every_answer_carries_the_security_headers(server: Server, client: httpx.AsyncClient) -> None:
    for path in ("/", "/api/state", "/api/trades?limit=0", "/nothing", "/metrics", "/plain/app.js"):
        headers = (await client.get(path)).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert not [name for name in headers if name.startswith("access-control-")]
    refused = await client.get("/", headers={"host": "evil.example"})
    assert refused.headers["x-content-type-options"] == "nosniff"
    preflight = await client.options("/api/state", headers={"origin": "http://evil.example"})
    assert "access-control-allow-origin" not in preflight.headers


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"active":' + b" " * 70_000 + b"true}", "application/json", 413),
        (b"[" * 50 + b"]" * 50, "application/json", 400),
        (b'{"active": true}', "text/plain", 415),
        (b'{"active": true, "surprise": 1}', "application/json", 400),
        (b"", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"active": "yes"}', "application/json", 400),
    ],
)
async def test_a_body_out_of_bounds_is_refused(
    operator: httpx.AsyncClient, body: bytes, content_type: str, status: int
) -> None:
    answer = await operator.post("/api/kill-switch", content=body, headers={"content-type": content_type})
    assert answer.status_code == status, answer.text
    assert answer.json()["status"] == status


async def test_a_body_without_length_is_bounded_too(operator: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        for _ in range(200_000):
            sent += 1024
            yield b" " * 1024

    headers = {"content-type": "application/json"}
    try:
        status = (await operator.post("/api/kill-switch", content=endless(), headers=headers)).status_code
    except httpx.TransportError:
        status = 413
    assert status == 413
    assert sent < 20_000_000


async def test_no_path_leads_out_of_the_pages_files(client: httpx.AsyncClient) -> None:
    for root in ("/assets", "/plain"):
        for rest in ("/..%2fapp.py", "/%2e%2e/app.py", "/app.py", "//etc/passwd", "/..", "/%2e%2e%2fsources.sha256"):
            answer = await client.get(root + rest)
            assert answer.status_code == 404 or answer.text == (await client.get("/")).text, root + rest


async def test_the_page_names_no_other_server_and_has_nothing_inline(client: httpx.AsyncClient) -> None:
    for address in ("/", "/plain"):
        page = (await client.get(address)).text
        assert not re.search(r"<style|style=|\son\w+=|javascript:|https?://", page)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        names = re.findall(r'(?:src|href)="(/(?:assets|plain)/[^"]+)"', page)
        assert names
        for name in names:
            assert (await client.get(name)).status_code == 200


@given(st.integers(0, 40), st.text(max_size=20))
def test_depth_is_counted_outside_of_strings_only(depth: int, text: str) -> None:
    import msgspec

    value: Any = text + '[[[[[[[[[[[[{{{{{{\\"'
    for _ in range(depth):
        value = [value]
    assert too_deep(msgspec.json.encode(value)) == (depth > BODY_DEPTH_MAX)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.2", False),
        ("", False),
        ("fade.example.org", False),
        ("localhost.evil.example", False),
    ],
)
def test_reading_is_open_only_where_nobody_else_can_connect(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
    assert ApiOptions(host=host).open_reading is expected


async def _connect(server: Server, **headers: str) -> Any:
    """A socket with exactly these headers (and the right Host unless it is given)."""
    origin = headers.pop("origin", None)
    host = headers.pop("host", server.host)
    return await websockets.connect(
        f"ws://{host}/ws",
        host="127.0.0.1",
        port=server.port,
        origin=None if origin is None else websockets.Origin(origin),
        additional_headers=headers,
    )
