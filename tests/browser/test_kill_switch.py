"""The kill switch is always in reach: by mouse, by keyboard, and while the live feed is cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.demo import Demo

REASON = "tested, and well"


@pytest.fixture
def going(season: Demo) -> Iterator[Demo]:
    """The season's demo, which must trade before and after."""
    assert season.get("/api/state")["killSwitch"] is False
    yield season
    assert season.get("/api/state")["killSwitch"] is False


def halt_by_keys(page: Page) -> None:
    expect(page.get_by_test_id("kill")).to_be_visible()
    page.keyboard.press("Shift+K")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("halt-new")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("halted")).to_be_visible()


def resume_by_mouse(page: Page) -> None:
    page.get_by_test_id("halted").get_by_role("button", name="Resume").click()
    page.get_by_label("Why may it go on?").fill(REASON)
    page.get_by_test_id("resume").click()
    expect(page.get_by_test_id("halted")).to_be_hidden()


def test_the_mouse_halts_and_a_reason_resumes(going: Demo, visit: Visit) -> None:
    page = visit(going)
    page.get_by_test_id("kill").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.get_by_test_id("halt-new").click()
    expect(page.get_by_test_id("halted")).to_contain_text("HALTED")
    expect(page.get_by_test_id("kill")).to_have_text("Halted")
    assert going.get("/api/state")["killSwitch"] is True

    page.get_by_test_id("kill").click()
    expect(page.get_by_role("button", name="Stay halted")).to_be_focused()
    expect(page.get_by_test_id("resume")).to_be_disabled()
    page.get_by_label("Why may it go on?").fill("   ")
    expect(page.get_by_test_id("resume")).to_be_disabled()
    page.get_by_label("Why may it go on?").fill(REASON)
    page.get_by_test_id("resume").click()
    expect(page.get_by_test_id("halted")).to_be_hidden()
    expect(page.get_by_test_id("kill")).to_have_text("Kill switch")
    logged = going.rows('SELECT "message", "details"::text AS details FROM "SystemEvent" ORDER BY "id" DESC LIMIT 5')
    assert any(REASON in f"{row['message']} {row['details']}" for row in logged)


@pytest.mark.parametrize("path", ["/", "/models", "/trades", "/decisions", "/risk", "/settings", "/system", "/help"])
def test_the_keyboard_reaches_it_from_every_page_and_the_focus_is_on_cancel(
    going: Demo, visit: Visit, path: str
) -> None:
    page = visit(going, path)
    expect(page.get_by_test_id("kill")).to_be_in_viewport()
    page.keyboard.press("Shift+K")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_it_halts_while_the_live_feed_is_cut(going: Demo, visit: Visit) -> None:
    page = visit(going, "/help")
    page.route_web_socket("**/ws", lambda socket: socket.close())
    page.goto("/")
    expect(page.get_by_test_id("link")).to_contain_text("reconnecting")
    halt_by_keys(page)
    assert going.get("/api/state")["killSwitch"] is True
    resume_by_mouse(page)
    assert going.get("/api/state")["killSwitch"] is False


def test_another_window_shows_it_within_two_seconds(going: Demo, visit: Visit) -> None:
    other = visit(going, "/trades")
    expect(other.get_by_test_id("link")).to_have_text("live")
    page = visit(going)
    halt_by_keys(page)
    expect(other.get_by_test_id("halted")).to_be_visible(timeout=2000)
    resume_by_mouse(page)
    expect(other.get_by_test_id("halted")).to_be_hidden(timeout=2000)


def test_it_is_in_reach_on_a_phone_however_far_one_has_scrolled(going: Demo, visit: Visit) -> None:
    page = visit(going, "/", size=PHONE)
    page.get_by_test_id("feed").wait_for()
    page.mouse.wheel(0, 3000)
    expect(page.get_by_test_id("kill")).to_be_in_viewport()
    page.get_by_test_id("kill").click()
    expect(page.get_by_test_id("halt-new")).to_be_in_viewport()
    page.get_by_role("button", name="Cancel").click()


def test_who_is_not_logged_in_is_told_so_and_can_halt_nothing(going: Demo, visit: Visit) -> None:
    page = visit(going, logged_in=False)
    expect(page.get_by_text("Reading only")).to_be_visible()
    page.get_by_test_id("kill").click()
    expect(page.get_by_role("dialog")).to_contain_text("not logged in")
    expect(page.get_by_test_id("halt-new")).to_have_count(0)


def test_it_promises_nothing_about_what_is_held_while_that_setting_is_not_known(
    going: Demo, visit: Visit, watch: Any
) -> None:
    page = visit(going, "/help")
    watch().expect("status of 500")
    page.route("**/api/settings", lambda route: route.fulfill(status=500, json={}))
    page.reload()
    page.get_by_test_id("kill").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("killSwitchExits says, which has not been read")
    expect(dialog).not_to_contain_text("kept as it is")
    page.get_by_role("button", name="Cancel").click()
