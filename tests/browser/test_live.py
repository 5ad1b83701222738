"""What happens is on the screen within a second, and nothing is missed while the line is cut."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Visit, until_drawn
from tests.browser.demo import Demo
from tests.browser.sightings import NOTE_LINES, Sightings

WITHIN_S = 1.0
ROWS = 12
PATIENCE_S = 45
READ_AGAIN_MS = 11_000
"""The log is read every ten seconds, beside what the feed tells of it."""


@pytest.fixture
def sightings(running: Demo) -> Iterator[Sightings]:
    started = Sightings(running.database_url)
    started.start()
    yield started
    started.stop()


class Line:
    """The live feed of a page, to be cut and mended."""

    def __init__(self, page: Page) -> None:
        self._is_cut = False
        self._open: list[WebSocketRoute] = []
        self.connections = 0
        page.route_web_socket("**/ws", self._connect)

    def cut(self) -> None:
        self._is_cut = True
        for socket in self._open:
            socket.close()
        self._open.clear()

    def mend(self) -> None:
        self._is_cut = False

    def _connect(self, socket: WebSocketRoute) -> None:
        self.connections += 1
        if self._is_cut:
            socket.close()
            return
        socket.connect_to_server()
        self._open.append(socket)


def wait_for(page: Page, sightings: Sightings, rows: int) -> set[str]:
    """The next rows of the database, while the page goes on."""
    before = set(sightings.seen_at)
    deadline = time.monotonic() + PATIENCE_S
    while len(sightings.seen_at) < len(before) + rows:
        assert time.monotonic() < deadline, "nothing happens in the demo"
        page.wait_for_timeout(50)
    return set(sightings.seen_at) - before


def test_fills_and_orders_are_on_the_screen_within_a_second_of_their_row(
    running: Demo, visit: Visit, sightings: Sightings
) -> None:
    page = visit(running)
    until_drawn(page)
    expect(page.get_by_test_id("link")).to_have_text("live")
    page.evaluate(NOTE_LINES)
    rows = wait_for(page, sightings, ROWS)
    page.wait_for_timeout(WITHIN_S * 1000)
    shown: dict[str, float] = page.evaluate("window.seenAt")
    late = {row: shown.get(row, float("inf")) / 1000 - sightings.seen_at[row] for row in rows}
    assert {row: lag for row, lag in late.items() if lag > WITHIN_S} == {}


def test_nothing_is_lost_while_the_line_is_cut(running: Demo, visit: Visit, sightings: Sightings) -> None:
    page = visit(running, "/help")
    line = Line(page)
    page.goto("/")
    until_drawn(page)
    expect(page.get_by_test_id("link")).to_have_text("live")
    page.evaluate(NOTE_LINES)
    wait_for(page, sightings, 2)
    line.cut()
    expect(page.get_by_test_id("link")).to_contain_text("reconnecting")
    missed = wait_for(page, sightings, 6)
    line.mend()
    expect(page.get_by_test_id("link")).to_have_text("live", timeout=20_000)
    page.wait_for_timeout(WITHIN_S * 1000)
    assert missed - set(page.evaluate("window.seenAt")) == set()
    assert line.connections > 1


def test_the_figures_above_move_without_a_reload(running: Demo, visit: Visit) -> None:
    page = visit(running, "/settings")
    until_drawn(page)
    equity = page.get_by_test_id("equity")
    for _ in range(3):
        before = equity.inner_text()
        expect(equity).not_to_have_text(before, timeout=15_000)


def test_a_list_offers_new_rows_and_does_not_push_them_in(running: Demo, visit: Visit) -> None:
    page = visit(running, "/trades")
    until_drawn(page)
    rows = page.get_by_role("region", name="Trades, newest first").locator("tr[data-id]")
    first = rows.first.get_attribute("data-id") or ""
    more = page.get_by_role("button", name="new trade")
    expect(more).to_be_visible(timeout=20_000)
    expect(rows.first).to_have_attribute("data-id", first)
    more.click()
    expect(rows.first).not_to_have_attribute("data-id", first)


def test_our_orders_are_read_out_and_theirs_are_not(running: Demo, visit: Visit) -> None:
    page = visit(running, "/help")
    spoken = page.locator("[aria-live=polite], [role=status]").filter(has_text="Our order")
    expect(spoken.or_(page.locator("[aria-live=polite]").filter(has_text="orders of ours")).first).to_be_attached(
        timeout=30_000
    )


def test_an_error_of_the_system_is_an_alert_at_once_and_only_once(running: Demo, visit: Visit) -> None:
    page = visit(running, "/help")
    line = Line(page)
    page.goto("/models")
    until_drawn(page)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_test_id("link")).to_have_text("live")
    toasts = page.get_by_role("region", name="New notifications")
    running.log_error("heard on the feed")
    expect(toasts.get_by_text("heard on the feed")).to_be_visible(timeout=WITHIN_S * 1000)
    line.cut()
    expect(page.get_by_test_id("link")).to_contain_text("reconnecting")
    running.log_error("read while the feed is away")
    expect(toasts.get_by_text("read while the feed is away")).to_be_visible(timeout=READ_AGAIN_MS)
    line.mend()
    expect(page.get_by_test_id("link")).to_have_text("live", timeout=20_000)
    page.wait_for_timeout(READ_AGAIN_MS)
    page.get_by_role("button", name="new notifications").click()
    for message in ("heard on the feed", "read while the feed is away"):
        expect(page.get_by_role("dialog", name="new notifications").get_by_text(message)).to_have_count(1)


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_a_new_line_flashes_only_for_who_wants_motion(running: Demo, visit: Visit, motion: str, moves: bool) -> None:
    page = visit(running, reduced_motion=motion)
    until_drawn(page)
    page.evaluate(
        """() => {
          window.moved = 0;
          window.animated = [];
          document.addEventListener("animationstart", (event) => {
            for (const { effect } of event.target.getAnimations({ subtree: true })) {
              if (effect.getComputedTiming().duration > 20) window.moved++;
              window.animated.push(...effect.getKeyframes().flatMap((frame) => Object.keys(frame)));
            }
          });
        }"""
    )
    lines = page.get_by_test_id("feed").locator("[data-id]")
    newest = lines.first.get_attribute("data-id") or ""
    for _ in range(3):
        expect(lines.first).not_to_have_attribute("data-id", newest, timeout=20_000)
        newest = lines.first.get_attribute("data-id") or ""
    assert (page.evaluate("window.moved") > 0) is moves
    animated = set(page.evaluate("window.animated")) - {"offset", "computedOffset", "easing", "composite"}
    assert animated <= {"opacity"}, "whatever else moves has the page painted anew for every frame of it"
