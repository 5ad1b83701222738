"""Everybody can use it: axe finds nothing at AA, keys alone suffice, nothing moves for who wants no motion."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, THEMES, Visit, pages_of, until_drawn
from tests.browser.demo import Demo

RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}
WITHOUT_COLOURS = {**RULES, "rules": {"color-contrast": {"enabled": False}}}


def violations(page: Page, where: str, rules: dict[str, Any] = RULES) -> list[str]:
    """One line for each: the rule, where, and the first element."""
    found = Axe().run(page, options=rules).response["violations"]
    return [
        f"{where}: {each['id']} ({len(each['nodes'])}×) {each['nodes'][0]['target']} "
        f"{each['nodes'][0]['failureSummary'][:300]}"
        for each in found
    ]


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_no_violation_on_any_page(running: Demo, visit: Visit, theme: str) -> None:
    page = visit(running, "/help", theme=theme, reduced_motion="reduce")
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    found: list[str] = []
    for name, path in pages_of(running).items():
        page.goto(path)
        until_drawn(page)
        found += violations(page, name)
    assert found == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_no_violation_in_any_dialog(running: Demo, visit: Visit, theme: str) -> None:
    page = visit(running, "/models", theme=theme, reduced_motion="reduce")
    until_drawn(page)
    found: list[str] = []
    for name, key in {"kill switch": "Shift+K", "keys": "?", "palette": "Control+k"}.items():
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_be_visible()
        found += violations(page, name)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Add a bot").click()
    page.get_by_role("button", name="Watch it").click()
    found += violations(page, "add a bot, refused")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="View", exact=True).click()
    found += violations(page, "view menu")
    assert found == []


def test_axe_finds_no_violation_on_a_phone(running: Demo, visit: Visit) -> None:
    page = visit(running, "/help", size=PHONE, reduced_motion="reduce")
    found: list[str] = []
    for name, path in pages_of(running).items():
        page.goto(path)
        until_drawn(page)
        found += violations(page, name, WITHOUT_COLOURS)
    assert found == []


def test_keys_alone_lead_through_the_pages_to_a_decision_and_back(season: Demo, visit: Visit) -> None:
    page = visit(season)
    until_drawn(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    for key, heading in {
        "m": "Models",
        "r": "Risk",
        "s": "Settings",
        "y": "System",
        "h": "Help",
        "d": "Decisions",
    }.items():
        page.keyboard.press("g")
        page.keyboard.press(key)
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    rows = page.get_by_role("region", name="Decisions, newest first")
    rows.focus()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.locator('tr[data-current="true"]')).to_have_attribute("data-index", "1")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Decision")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Decisions")


def test_slash_goes_to_the_filter_and_keys_can_be_switched_off(season: Demo, visit: Visit) -> None:
    page = visit(season, "/trades")
    until_drawn(page)
    page.keyboard.press("/")
    expect(page.get_by_label("Side", exact=True)).to_be_focused()
    page.get_by_role("button", name="View", exact=True).click()
    page.get_by_role("switch", name="Single-key shortcuts").click()
    page.keyboard.press("Escape")
    page.get_by_role("main").focus()
    page.keyboard.press("Shift+K")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_palette_finds_a_page_by_its_name(season: Demo, visit: Visit) -> None:
    page = visit(season)
    until_drawn(page)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("risk")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Risk")


def test_whatever_has_the_focus_shows_it(season: Demo, visit: Visit) -> None:
    page = visit(season, "/trades")
    until_drawn(page)
    for _ in range(25):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            """() => {
              const style = (element) => element && getComputedStyle(element);
              const focused = document.activeElement;
              const drawn = (s) => s && ((s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0)
                || s.boxShadow !== "none");
              return focused === document.body || drawn(style(focused)) || drawn(style(focused.parentElement))
                ? "" : focused.outerHTML.slice(0, 200);
            }"""
        )
        assert shown == ""
