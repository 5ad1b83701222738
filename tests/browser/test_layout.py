"""It fits the screen it is on, and looks as the person chose."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, Visit, pages_of, until_drawn
from tests.browser.demo import Demo


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_page_is_wider_than_the_screen(running: Demo, visit: Visit, size: tuple[int, int]) -> None:
    page = visit(running, "/help", size=size)
    too_wide = []
    for name, path in pages_of(running).items():
        page.goto(path)
        until_drawn(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size[0]:
            too_wide.append(f"{name}: {width} px")
    assert too_wide == []


def test_on_a_phone_rows_are_cards_that_say_what_they_hold(season: Demo, visit: Visit) -> None:
    page = visit(season, "/trades", size=PHONE)
    until_drawn(page)
    region = page.get_by_role("region", name="Trades, newest first")
    expect(region.get_by_role("table")).to_have_count(0)
    card = region.locator("dl").first
    expect(card.locator("dt", has_text="Notional")).to_be_visible()
    card.click()
    expect(page.get_by_role("dialog")).to_contain_text("Notional")


def test_theme_and_zone_are_kept_in_this_browser(season: Demo, visit: Visit) -> None:
    page = visit(season, "/trades")
    until_drawn(page)
    moment = page.get_by_role("region", name="Trades, newest first").locator("time").first
    utc = moment.inner_text()
    page.get_by_role("button", name="View", exact=True).click()
    page.get_by_text("Light", exact=True).click()
    page.get_by_text("Local", exact=True).click()
    expect(moment).not_to_have_text(utc)
    tokyo = moment.inner_text()
    assert (int(tokyo[6:8]) - int(utc[6:8])) % 24 == 9
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(moment).to_have_text(tokyo)


def test_what_is_printed_in_a_title_says_where_one_is(season: Demo, visit: Visit) -> None:
    page = visit(season, "/risk")
    expect(page).to_have_title(re.compile("Risk.*FadeArena", re.IGNORECASE))


def test_sound_is_off_until_it_is_switched_on(season: Demo, visit: Visit) -> None:
    page = visit(season)
    page.get_by_role("button", name="View", exact=True).click()
    expect(page.get_by_role("switch", name="Sound on our orders")).not_to_be_checked()
