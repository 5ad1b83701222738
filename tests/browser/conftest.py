"""What the tests in a browser may ask for.

``season`` is a demo whose season is through, so that its figures stand still; ``running`` one that trades while it is
watched. ``visit`` opens a page of either, logged in unless told otherwise; at the end of a test every page it opened
must have kept quiet (``watching``). The dashboard is built first where its sources changed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, StorageState, expect, sync_playwright

from tests.browser.chromium import BrowserNotFoundError, find_chromium, launch
from tests.browser.demo import Demo
from tests.browser.watching import Watch

REPOSITORY = Path(__file__).resolve().parents[2]
DESKTOP = (1440, 900)
PHONE = (360, 740)
WAIT_MS = 15_000
RUNNING_SPEED = "4320"
"""As the demo goes by default: nine days in three minutes."""

WATCHED_WHILE_IT_TRADES = "test_live"
"""These tests come first, before the season of ``running`` is over."""

THEMES = ("dark", "light", "contrast")


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Without pytest-asyncio its settings in pyproject.toml are nobody's, and a strict pytest refuses them."""
    if not pluginmanager.hasplugin("asyncio"):
        parser.addini("asyncio_mode", "read by pytest-asyncio only")
        parser.addini("asyncio_default_fixture_loop_scope", "read by pytest-asyncio only")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.stem != WATCHED_WHILE_IT_TRADES)


class Visit(Protocol):
    """Opens a page: ``visit(demo, "/trades")``."""

    def __call__(
        self,
        demo: Demo,
        path: str = "/",
        *,
        size: tuple[int, int] = ...,
        logged_in: bool = ...,
        theme: str = ...,
        **options: Any,
    ) -> Page: ...


@pytest.fixture(scope="session")
def bundle() -> None:
    done = subprocess.run(
        [sys.executable, "hatch_build.py"], cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="session")
def chromium() -> str:
    try:
        return find_chromium()
    except BrowserNotFoundError as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def playwright(chromium: str) -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = launch(playwright)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def season(bundle: None, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with Demo(tmp_path_factory.mktemp("season"), "max") as demo:
        demo.until_recorded()
        yield demo


@pytest.fixture(scope="session")
def running(bundle: None, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with Demo(tmp_path_factory.mktemp("running"), RUNNING_SPEED) as demo:
        demo.until(lambda: demo.get("/api/trades?type=mine&limit=1")["trades"], "the first order")
        yield demo


@pytest.fixture(scope="session")
def logins(browser: Browser) -> dict[str, StorageState]:
    """By a demo's address, what a browser keeps after its link was opened: a link works once."""
    return {}


@pytest.fixture
def contexts(browser: Browser) -> Iterator[list[tuple[BrowserContext, Watch]]]:
    """Every browser session of a test, with who watches it."""
    opened: list[tuple[BrowserContext, Watch]] = []
    yield opened
    for context, _ in opened:
        context.close()
    complaints = [complaint for _, watch in opened for complaint in watch.complaints]
    assert complaints == []


@pytest.fixture
def visit(browser: Browser, logins: dict[str, StorageState], contexts: list[tuple[BrowserContext, Watch]]) -> Visit:
    def open_page(
        demo: Demo,
        path: str = "/",
        *,
        size: tuple[int, int] = DESKTOP,
        logged_in: bool = True,
        theme: str = "",
        **options: Any,
    ) -> Page:
        if logged_in and demo.address not in logins:
            logins[demo.address] = log_in(browser, demo)
        kept = logins[demo.address] if logged_in else None
        context = browser.new_context(
            base_url=demo.address,
            viewport={"width": size[0], "height": size[1]},
            storage_state=kept,
            timezone_id="Asia/Tokyo",
            **options,
        )
        context.set_default_timeout(WAIT_MS)
        if theme:
            context.add_init_script(choose_theme(theme))
        contexts.append((context, Watch(context, demo.host)))
        page = context.new_page()
        page.goto(path)
        return page

    return open_page


@pytest.fixture
def watch(visit: Visit, contexts: list[tuple[BrowserContext, Watch]]) -> Any:
    """The watch of the newest session: call it after ``visit``."""
    return lambda: contexts[-1][1]


def log_in(browser: Browser, demo: Demo) -> StorageState:
    """Opens the link that the demo printed."""
    context = browser.new_context()
    page = context.new_page()
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.goto(demo.link)
    assert answered.value.ok, answered.value.text()
    kept = context.storage_state()
    context.close()
    return kept


def choose_theme(theme: str) -> str:
    """A script that has a page open in a theme, as a person chose it before."""
    return f"""
      if (location.protocol !== "about:") {{
        const kept = JSON.parse(localStorage.getItem("fadearena-preferences") ?? '{{"state":{{}},"version":1}}');
        kept.state.theme = "{theme}";
        localStorage.setItem("fadearena-preferences", JSON.stringify(kept));
      }}
    """


def pages_of(demo: Demo) -> dict[str, str]:
    """The address of every page by its name; a page of one thing shows the newest that there is."""
    executed = demo.get("/api/decisions?decision=execute&limit=1")["decisions"][0]["id"]
    trade = demo.get("/api/trades?type=mine&limit=1")["trades"][0]["id"]
    return {
        "arena": "/",
        "models": "/models",
        "bot": "/models/deepseek-chat-v3.1",
        "trades": "/trades",
        "trade": f"/trades?open={trade}",
        "decisions": "/decisions",
        "decision": f"/decisions/{executed}",
        "risk": "/risk",
        "settings": "/settings",
        "system": "/system",
        "help": "/help",
    }


def until_drawn(page: Page) -> None:
    """Everything that the page asked for first is on the screen."""
    page.locator("main h1").first.wait_for()
    expect(page.locator("main .skeleton")).to_have_count(0, timeout=WAIT_MS)
