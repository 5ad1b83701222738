"""The plain page stands in for the dashboard while that is built, and gives way to it by itself.

A server whose folder of the bundle is still empty, watched and told as the program does it (``worlds.dashboard``).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from fadearena.worlds.dashboard import when_built
from fadearena.worlds.login import login_link
from tests.browser.conftest import DESKTOP, PHONE, REPOSITORY, WAIT_MS, Visit, until_drawn
from tests.browser.demo import Demo, in_own_loop
from tests.browser.test_outages import NO_SERVER
from tests.browser.watching import Watch
from tests.core_api.serving import Server, running_server

BUILT = REPOSITORY / "src" / "fadearena" / "core_api" / "dashboard"
COMES_MS = 30_000

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="told by SIGHUP")


class Waiting:
    """A server that has no dashboard yet."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self._folder = folder
        self._watching = threading.Thread(target=self._watch, daemon=True)
        self._watching.start()

    @property
    def link(self) -> str:
        """Logs in once."""
        link: str = in_own_loop(lambda: login_link(self.server.database_url, self.server.address))
        return link

    def build(self) -> None:
        """The bundle appears, whole and in one step."""
        made = self._folder.with_name("made")
        shutil.copytree(BUILT, made)
        made.rename(self._folder)
        self._watching.join(COMES_MS / 1000)
        assert not self._watching.is_alive(), "nobody told the server"

    def _watch(self) -> None:
        told = self.server.process
        asyncio.run(when_built(lambda: os.kill(told.pid, signal.SIGHUP), self._folder / "index.html"))


@pytest.fixture
def waiting(season: Demo, tmp_path: Path) -> Iterator[Waiting]:
    folder = tmp_path / "dashboard"
    with running_server(season.database_url, tmp_path, dashboard_dir=str(folder)) as server:
        yield Waiting(server, folder)


@pytest.fixture
def opened(
    waiting: Waiting, browser: Browser, contexts: list[tuple[BrowserContext, Watch]]
) -> Callable[[str, tuple[int, int]], Page]:
    """Opens the plain page at an address, logged in."""

    def open_page(path: str, size: tuple[int, int]) -> Page:
        context = browser.new_context(base_url=waiting.server.address, viewport={"width": size[0], "height": size[1]})
        context.set_default_timeout(WAIT_MS)
        watch = Watch(context, waiting.server.host)
        watch.expect(NO_SERVER)
        contexts.append((context, watch))
        page = context.new_page()
        page.goto(waiting.link)
        expect(page.locator("#kill")).to_be_enabled()
        page.goto(path)
        expect(page.locator("#link")).to_have_text("connected")
        expect(page.locator("#kill")).to_be_enabled()
        return page

    return open_page


@pytest.mark.parametrize("path", ["/", "/trades"])
def test_the_dashboard_takes_the_place_of_the_plain_page_with_its_address_and_session(
    waiting: Waiting, opened: Callable[[str, tuple[int, int]], Page], path: str
) -> None:
    page = opened(path, DESKTOP)
    expect(page.locator("footer")).to_contain_text("by itself")
    waiting.build()
    expect(page.get_by_test_id("link")).to_have_text("live", timeout=COMES_MS)
    until_drawn(page)
    assert page.url == waiting.server.address + path
    expect(page.get_by_test_id("kill")).to_be_enabled()
    expect(page.get_by_text("Log in to operate")).to_have_count(0)


def test_the_plain_page_does_not_give_way_under_the_hands_of_who_is_turning_the_kill_switch(
    waiting: Waiting, opened: Callable[[str, tuple[int, int]], Page]
) -> None:
    page = opened("/", DESKTOP)
    page.locator("#kill").click()
    page.locator("#kill-reason").fill("half a sentence")
    with page.expect_response(lambda answer: answer.url == f"{waiting.server.address}/", timeout=COMES_MS) as asked:
        waiting.build()
    while "/plain/app.js" in asked.value.text():
        with page.expect_response(lambda answer: answer.url == f"{waiting.server.address}/", timeout=COMES_MS) as asked:
            page.wait_for_timeout(100)
    page.wait_for_timeout(1000)
    expect(page.locator("#kill-reason")).to_have_value("half a sentence")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("link")).to_have_text("live", timeout=COMES_MS)


def test_a_server_that_comes_back_without_a_dashboard_leaves_the_plain_page_as_it_is(
    waiting: Waiting, opened: Callable[[str, tuple[int, int]], Page]
) -> None:
    page = opened("/", PHONE)
    page.evaluate("window.sameAsBefore = true")
    with page.expect_response(lambda answer: answer.url == f"{waiting.server.address}/", timeout=COMES_MS) as asked:
        waiting.server.process.send_signal(signal.SIGHUP)
    assert "/plain/app.js" in asked.value.text()
    expect(page.locator("#link")).to_have_text("connected", timeout=COMES_MS)
    page.wait_for_timeout(500)
    assert page.evaluate("window.sameAsBefore") is True
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_the_plain_page_stays_where_it_was_asked_for_by_name(season: Demo, visit: Visit) -> None:
    page = visit(season, "/plain")
    expect(page.locator("#instead")).to_be_visible()
    page.evaluate("window.sameAsBefore = true")
    page.wait_for_timeout(1000)
    assert page.evaluate("window.sameAsBefore") is True
    expect(page.locator("footer")).not_to_contain_text("as soon as it is built")
    page.locator("#instead").click()
    expect(page.get_by_test_id("link")).to_have_text("live")


@pytest.mark.parametrize("size", [(1440, 500), PHONE])
def test_nothing_on_the_plain_page_slides_over_its_kill_switch(
    season: Demo, visit: Visit, size: tuple[int, int]
) -> None:
    page = visit(season, "/plain", size=size)
    expect(page.locator("#trades tr")).to_have_count(50)
    covered = page.evaluate(
        """() => {
          const kill = document.getElementById("kill");
          const faults = [];
          for (let y = 0; y + innerHeight <= document.documentElement.scrollHeight; y += 4) {
            window.scrollTo(0, y);
            const { left, right, top, bottom } = kill.getBoundingClientRect();
            for (const [across, down] of [[left + 9, top + 3], [(left + right) / 2, bottom - 3]]) {
              if (document.elementFromPoint(across, down) !== kill) faults.push(y);
            }
          }
          return faults;
        }"""
    )
    assert covered == []
