"""An arena that is shown to the public: its pages work for a stranger, and nothing of ours ever reaches the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import PHONE, RUNNING_SPEED, Visit, until_drawn
from tests.browser.demo import Demo

BOT = "deepseek-chat-v3.1"
INNER = ("/risk", "/settings", "/system")
OURS = frozenset(
    {
        "targetSize",
        "deltaSize",
        "orderSize",
        "settingsSnapshot",
        "inputs",
        "totalPnL",
        "realizedPnl",
        "unrealizedPnl",
        "fees",
        "funding",
        "volume",
        "drawdown",
        "leverageMultiplier",
        "enabled",
        "openPositions",
        "risk",
        "armed",
        "settingsVersion",
        "killSwitchReason",
        "total",
        "fadeBeforeFees",
        "observed",
        "limit",
        "sizeBefore",
        "sizeAfter",
    }
)
"""Fields that are the operator's own wherever they are not of a bot or of a page."""
LISTEN_MS = 6000
OUR_ERROR = "an order of ours was refused"


@pytest.fixture(scope="module")
def arena(bundle: None, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with Demo(tmp_path_factory.mktemp("public"), RUNNING_SPEED, public=True) as demo:
        demo.until(lambda: _orders(demo), "the first order")
        yield demo


def _orders(demo: Demo) -> list[str]:
    """Ids of our own orders, which only the database tells."""
    return [str(row["id"]) for row in demo.rows('SELECT "id" FROM "MyTrade" ORDER BY "timestamp" DESC LIMIT 20')]


def _pages_of(demo: Demo) -> tuple[str, ...]:
    executed = demo.get("/api/decisions?decision=execute&limit=1")["decisions"][0]["id"]
    fill = demo.get("/api/trades?limit=1")["trades"][0]["id"]
    return (
        "/",
        "/models",
        f"/models/{BOT}",
        "/trades",
        f"/trades?open={fill}",
        "/decisions",
        f"/decisions/{executed}",
        "/help",
    )


def _refusals_on(page: Page) -> list[str]:
    """Fills with every answer that is no success."""
    refused: list[str] = []

    def note(answer: Response) -> None:
        if answer.status >= 400:
            refused.append(f"{answer.status} {answer.url}")

    page.on("response", note)
    return refused


def test_every_page_works_for_a_stranger_who_is_refused_nothing_it_asks_for(arena: Demo, visit: Visit) -> None:
    page = visit(arena, "/help", logged_in=False)
    refused = _refusals_on(page)
    for path in _pages_of(arena):
        page.goto(path)
        until_drawn(page)
        page.wait_for_load_state("networkidle")
        expect(page.get_by_test_id("public")).to_be_visible()
        expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    assert refused == []


@pytest.mark.parametrize("path", INNER)
def test_a_page_of_the_operators_says_that_it_is_not_shown_and_asks_for_nothing(
    arena: Demo, visit: Visit, path: str
) -> None:
    page = visit(arena, "/help", logged_in=False)
    refused = _refusals_on(page)
    page.goto(path)
    until_drawn(page)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("navigation", name="Pages").get_by_role("link", name=path[1:].title())).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text(re.compile("not shown|to the operator only", re.IGNORECASE))
    assert refused == []


def test_our_trades_are_not_shown_even_to_who_writes_their_address(arena: Demo, visit: Visit, watch: Any) -> None:
    page = visit(arena, "/trades?type=mine", logged_in=False)
    expect(page.get_by_text("Not shown in public")).to_be_visible()
    watch().expect("status of 404")
    page.goto(f"/trades?open={_orders(arena)[0]}")
    expect(page.get_by_text("There is no such trade")).to_be_visible()


def test_there_is_nothing_to_switch(arena: Demo, visit: Visit) -> None:
    page = visit(arena, "/models", logged_in=False)
    until_drawn(page)
    expect(page.get_by_test_id("public")).to_have_text("Public view")
    expect(page.get_by_test_id("kill")).to_have_count(0)
    page.keyboard.press("Shift+K")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("main").get_by_role("switch")).to_have_count(0)
    expect(page.get_by_text("Log in to operate")).to_have_count(0)


def test_nothing_of_ours_reaches_the_browser(arena: Demo, visit: Visit) -> None:
    page = visit(arena, "/help", logged_in=False)
    answers: list[tuple[str, Any]] = []
    frames: list[str] = []

    def note(answer: Response) -> None:
        if "/api/" in answer.url and "/api/health" not in answer.url:
            answers.append((answer.url, answer.json()))

    page.on("response", note)
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    for path in _pages_of(arena):
        page.goto(path)
        until_drawn(page)
        page.wait_for_load_state("networkidle")
    arena.log_error(OUR_ERROR)
    page.wait_for_timeout(LISTEN_MS)
    assert len(answers) > 10
    told = [f"{url}: {place}" for url, body in answers for place in _ours_in(body)]
    assert told == []
    assert any('"type":"bot-trade"' in frame for frame in frames)
    assert [frame for frame in frames if re.search('"type":"(my-trade|settings-update|error)"', frame)] == []
    everything = " ".join([*frames, *(str(body) for _, body in answers)])
    assert [order for order in _orders(arena) if order in everything] == []
    assert OUR_ERROR not in everything


def _ours_in(body: Any, place: str = "") -> Iterator[str]:
    """Where a value of ours is in an answer; what a bot's own record says under the same names is no secret."""
    if isinstance(body, list):
        for index, item in enumerate(body):
            yield from _ours_in(item, f"{place}[{index}]")
    elif isinstance(body, dict):
        for name, value in body.items():
            here = f"{place}.{name}"
            if name == "type" and value == "mine":
                yield here
            if name in {"botStats", "pagination"} or (place == "" and name in {"total", "executed"}):
                continue
            if name in OURS and value is not None:
                yield here
            yield from _ours_in(value, here)


def test_the_feed_stays_connected_though_it_is_not_told_everything(arena: Demo, visit: Visit) -> None:
    page = visit(arena, "/help", logged_in=False)
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto("/")
    until_drawn(page)
    before = len(_orders_count(arena))
    arena.until(lambda: len(_orders_count(arena)) > before + 2, "more orders")
    page.wait_for_timeout(LISTEN_MS / 2)
    expect(page.get_by_test_id("link")).to_have_text("live")
    assert len(sockets) == 1


def _orders_count(demo: Demo) -> list[Any]:
    return demo.rows('SELECT 1 FROM "MyTrade"')


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/settings"),
        ("GET", "/api/settings/history"),
        ("GET", "/api/bots"),
        ("GET", "/api/events"),
        ("GET", "/api/system"),
        ("GET", "/api/completeness"),
        ("GET", "/api/trades?type=mine"),
        ("GET", "/metrics"),
        ("POST", "/api/session"),
        ("POST", "/api/settings"),
        ("POST", "/api/kill-switch"),
        ("POST", "/api/bots"),
        ("DELETE", f"/api/bots/{BOT}"),
    ],
)
def test_what_is_the_operators_is_refused_with_the_reason(arena: Demo, method: str, path: str) -> None:
    answer = httpx.request(method, arena.address + path, json={} if method == "POST" else None)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:fadearena:problem:public-arena"


def test_the_plain_page_works_for_a_stranger_too(arena: Demo, visit: Visit) -> None:
    page = visit(arena, "/help", logged_in=False)
    refused = _refusals_on(page)
    page.goto("/plain")
    expect(page.locator("#link")).to_have_text("connected")
    expect(page.locator("#bots tr")).to_have_count(6)
    expect(page.locator("#trades tr").first).to_be_visible()
    expect(page.locator("#notice")).to_be_hidden()
    expect(page.locator("#kill")).to_be_hidden()
    assert refused == []


def test_it_fits_a_phone(arena: Demo, visit: Visit) -> None:
    page = visit(arena, "/help", size=PHONE, logged_in=False)
    for path in _pages_of(arena):
        page.goto(path)
        until_drawn(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], path
