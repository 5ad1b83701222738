"""What is broken is said to be broken: old figures never look live, and all comes back by itself."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.browser.conftest import Visit, until_drawn
from tests.browser.demo import Demo
from tests.browser.watching import Watch

NO_SERVER = "ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY_RESPONSE|status of 503|WebSocket connection to"
NOTICED_MS = 45_000


@pytest.fixture
def frozen() -> Iterator[list[int]]:
    """Processes that a test stopped; they go on at its end."""
    stopped: list[int] = []
    yield stopped
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)


def test_a_killed_web_process_is_noticed_and_comes_back(season: Demo, visit: Visit, watch: Any) -> None:
    page = visit(season)
    watch().expect(NO_SERVER)
    until_drawn(page)
    link = page.get_by_test_id("link")
    expect(link).to_have_text("live")
    equity = page.get_by_test_id("equity").inner_text()
    killed = season.child("worlds.web")
    os.kill(killed, signal.SIGKILL)
    expect(link).to_contain_text("reconnecting")
    season.until(lambda: season.child("worlds.web") != killed, "another web process")
    expect(link).to_have_text("live", timeout=30_000)
    expect(page.get_by_test_id("equity")).to_have_text(equity)
    page.get_by_role("link", name="Trades", exact=True).click()
    until_drawn(page)
    expect(page.get_by_role("region", name="Trades, newest first").locator("tr[data-id]").first).to_be_visible()


def test_old_figures_are_grey_and_say_how_old_while_server_or_trader_stand_still(
    season: Demo, running: Demo, visit: Visit, contexts: list[tuple[BrowserContext, Watch]], frozen: list[int]
) -> None:
    served, traded = visit(season), visit(running)
    for page, (_, watch) in zip((served, traded), contexts, strict=True):
        watch.expect(NO_SERVER)
        until_drawn(page)
        expect(page.get_by_test_id("link")).to_have_text("live")
        expect(page.locator(".header-figures.stale")).to_have_count(0)
    frozen += [*season.family("worlds.web"), running.child("worlds.trader")]
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    expect(served.get_by_test_id("link")).not_to_have_text("live", timeout=NOTICED_MS)
    expect(served.get_by_test_id("link")).to_contain_text(re.compile(r"\d+ s"), timeout=NOTICED_MS)
    expect(served.locator(".header-figures.stale")).to_be_visible()
    expect(traded.get_by_test_id("link")).to_contain_text(re.compile(r"trader silent \d+ s"), timeout=NOTICED_MS)
    expect(traded.locator(".header-figures.stale")).to_be_visible()
    while frozen:
        os.kill(frozen.pop(), signal.SIGCONT)
    for page in (served, traded):
        expect(page.get_by_test_id("link")).to_have_text("live", timeout=NOTICED_MS)
        expect(page.locator(".header-figures.stale")).to_have_count(0)


def test_what_could_not_be_read_is_said_with_a_way_to_try_again(season: Demo, visit: Visit, watch: Any) -> None:
    page = visit(season, "/help")
    watch().expect("status of 400")
    page.route(
        "**/api/trades?**", lambda route: route.fulfill(status=400, json={"title": "broken", "detail": "A test."})
    )
    page.goto("/trades")
    failed = page.get_by_role("alert").filter(has_text="This could not be read")
    expect(failed).to_be_visible(timeout=30_000)
    page.unroute("**/api/trades?**")
    failed.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("region", name="Trades, newest first").locator("tr[data-id]").first).to_be_visible()


def test_lists_that_are_empty_say_why(season: Demo, visit: Visit) -> None:
    page = visit(season, "/trades?asset=NOTHING")
    expect(page.get_by_text("No trade fits this filter")).to_be_visible()
    page.goto("/decisions?botId=nobody")
    expect(page.get_by_text("No such bot")).to_be_visible()


def test_while_it_is_read_the_page_says_so_and_does_not_jump(season: Demo, visit: Visit) -> None:
    page = visit(season, "/help")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/models", hold)
    page.goto("/models")
    expect(page.get_by_role("main").get_by_role("status").filter(has_text="Loading").first).to_be_attached()
    expect(page.get_by_role("heading", level=1)).to_have_text("Models")
    before = page.get_by_role("heading", level=1).bounding_box()
    for route in held:
        route.continue_()
    expect(page.get_by_role("region", name="Leaderboard of the bots")).to_be_visible()
    assert page.get_by_role("heading", level=1).bounding_box() == before
