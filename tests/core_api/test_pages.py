"""The dashboard and the plain page: at which addresses, how they are cached and packed, and what is served instead."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest

from fadearena.core_api.pages import FOR_EVER, REVALIDATE, SECTIONS
from tests.core_api.serving import REPOSITORY, Server, running_server
from tests.databases import DatabaseServer

BUNDLED = '<!doctype html><title>Bundled</title><script type="module" src="/assets/index-DC1nSrKJ.js"></script>'
SCRIPT = "console.log('of the bundle');\n" * 40
PAGES = ("/", "/models", "/models/deepseek-chat-v3.1", "/trades", "/decisions/0197-a", "/risk", "/settings", "/system")


@pytest.fixture(scope="module")
def built(database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a bundle."""
    bundle = tmp_path_factory.mktemp("bundle")
    (bundle / "index.html").write_text(BUNDLED)
    (bundle / "sources.sha256").write_text("not for anybody")
    (bundle / "assets").mkdir()
    (bundle / "assets" / "index-DC1nSrKJ.js").write_text(SCRIPT)
    (bundle / "assets" / "mono-DMJ8VG8y.woff2").write_bytes(b"wOF2" + bytes(100))
    url = database_server.create()
    with running_server(url, tmp_path_factory.mktemp("server"), dashboard_dir=str(bundle)) as running:
        yield running
    database_server.drop(url)


@pytest.fixture(scope="module")
def plain(database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for which no bundle was built."""
    url = database_server.create()
    folder = tmp_path_factory.mktemp("server")
    with running_server(url, folder, dashboard_dir=str(folder / "nothing")) as running:
        yield running
    database_server.drop(url)


@pytest.mark.parametrize("path", [*PAGES, "/help", "/login", "/trades?botId=gpt-5"])
async def test_every_address_of_the_dashboard_leads_to_it(built: Server, path: str) -> None:
    async with built.client() as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, BUNDLED)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == REVALIDATE


@pytest.mark.parametrize("path", ["/", "/models/gpt-5", "/assets/index-DC1nSrKJ.js", "/plain", "/api/state", "/schema"])
async def test_what_can_be_read_can_be_asked_about_without_its_body(built: Server, path: str) -> None:
    async with built.client() as client:
        read = await client.get(path)
        asked = await client.head(path)
        again = await client.get(path)
    assert (asked.status_code, asked.content) == (200, b"")
    for name in ("content-type", "cache-control", "content-security-policy"):
        assert asked.headers.get(name) == read.headers.get(name), name
    assert int(asked.headers["content-length"]) > 0
    assert again.status_code == 200


async def test_what_is_not_there_is_not_there_for_whoever_only_asks_about_it(built: Server) -> None:
    async with built.client() as client:
        answer = await client.head("/nothing")
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/api/nothing",
        "/api",
        "/ws/more",
        "/schema/nothing",
        "/nothing",
        "/robots.txt",
        "/sources.sha256",
        "/manifest.json",
        "/index.html",
        "/assets",
        "/assets/nothing.js",
        "/assets/app.js",
        "/assets/sources.sha256",
    ],
)
async def test_what_is_no_page_and_no_file_is_not_found(built: Server, path: str) -> None:
    async with built.client() as client:
        answer = await client.get(path)
    assert answer.status_code == 404, answer.text
    assert answer.text != BUNDLED


async def test_hashed_files_are_kept_for_ever_and_the_page_is_asked_for_anew(built: Server) -> None:
    async with built.client() as client:
        script = await client.get("/assets/index-DC1nSrKJ.js")
        page = await client.get("/")
        again = await client.get("/", headers={"if-none-match": page.headers["etag"]})
        stale = await client.get("/", headers={"if-none-match": 'W/"0"'})
    assert script.headers["cache-control"] == FOR_EVER == "public, max-age=31536000, immutable"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert (again.status_code, again.content) == (304, b"")
    assert stale.status_code == 200


async def test_text_is_packed_for_whoever_takes_it_and_fonts_are_not(built: Server) -> None:
    async with built.client() as client:
        for accepted, packed in (
            ("gzip, br", True),
            ("br;q=1, GZIP;q=0.5", True),
            ("identity", False),
            ("gzip;q=0", False),
        ):
            async with client.stream(
                "GET", "/assets/index-DC1nSrKJ.js", headers={"accept-encoding": accepted}
            ) as answer:
                body = b"".join([part async for part in answer.aiter_raw()])
            assert answer.headers["vary"] == "accept-encoding"
            assert (answer.headers.get("content-encoding") == "gzip") is packed, accepted
            assert int(answer.headers["content-length"]) == len(body)
            assert (gzip.decompress(body) if packed else body).decode() == SCRIPT
        font = await client.get("/assets/mono-DMJ8VG8y.woff2")
    assert font.headers["content-type"] == "font/woff2"
    assert "content-encoding" not in font.headers


async def test_pages_and_files_carry_a_strict_policy(built: Server) -> None:
    async with built.client() as client:
        for path in ("/", "/models/gpt-5", "/assets/index-DC1nSrKJ.js", "/plain", "/assets/nothing.js"):
            headers = (await client.get(path)).headers
            policy = {part.strip() for part in headers["content-security-policy"].split(";")}
            assert {"default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"} <= policy
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"


async def test_without_a_bundle_the_plain_page_says_how_to_build_one(plain: Server) -> None:
    async with plain.client() as client:
        for path in PAGES:
            answer = await client.get(path)
            assert answer.status_code == 200
            assert "hatch_build.py" in answer.text
        for name in re.findall(r'(?:src|href)="(/plain/[^"]+)"', answer.text):
            assert (await client.get(name)).headers["cache-control"] == REVALIDATE


async def test_the_plain_page_stays_beside_the_dashboard(built: Server) -> None:
    async with built.client() as client:
        answer = await client.get("/plain")
        names = re.findall(r'(?:src|href)="(/plain/[^"]+)"', answer.text)
        assert len(names) >= 2
        for name in names:
            assert (await client.get(name)).status_code == 200


async def test_a_page_needs_our_own_name_and_is_no_place_to_write(built: Server) -> None:
    async with built.client() as client:
        assert (await client.get("/models", headers={"host": "evil.example"})).status_code == 421
        answer = await client.post("/models", json={}, headers=await built.bearer())
    assert answer.status_code == 405


async def test_pages_are_open_where_reading_needs_a_login(closed_server: Server) -> None:
    async with closed_server.client() as nobody:
        for path in (*PAGES, "/plain", "/plain/app.js"):
            assert (await nobody.get(path)).status_code == 200, path
        for path in ("/api/settings", "/schema", "/metrics", "/modelsx", "/assets/nothing.js"):
            assert (await nobody.get(path)).status_code in {401, 404}, path
        assert (await nobody.get("/modelsx")).status_code == 401


def test_every_page_of_the_dashboards_router_is_served() -> None:
    router = REPOSITORY / "web" / "src" / "app" / "router.tsx"
    if not router.is_file():
        pytest.skip("the sources of the dashboard are not here")
    sections = {path.partition("/")[0] for path in re.findall(r'path: "/([^"]*)"', router.read_text())} - {""}
    assert sections
    assert sections <= set(SECTIONS)
