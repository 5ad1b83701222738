"""It fits the screen it is on, and looks as the person chose."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit, pages_of, until_drawn
from tests.browser.demo import Demo

SIZES = ((360, 740), (768, 1024), (1024, 768), (1440, 900))

OVERFLOW = """() => {
  const root = document.documentElement;
  const shell = document.querySelector(".shell").getBoundingClientRect();
  const faults = [];
  if (root.scrollWidth > root.clientWidth) faults.push(`${root.scrollWidth} px wide`);
  if (root.scrollHeight > Math.max(shell.height, root.clientHeight) + 2)
    faults.push(`${root.scrollHeight} px high, but drawn to ${shell.height}`);
  for (const tile of document.querySelectorAll(".tile, .tile *"))
    if (tile.getBoundingClientRect().right > tile.closest(".tile").getBoundingClientRect().right + 1)
      faults.push(`cut: ${tile.textContent.trim()}`);
  return faults;
}"""

SMALL_TARGETS = """() => {
  const LEAST = 24;
  const boxes = [...document.querySelectorAll("a, button, input, select, summary, label.segment")]
    .filter((one) => !one.closest(".visually-hidden, .skip") && !one.matches(".visually-hidden"))
    .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .map((one) => ({ one, box: one.getBoundingClientRect() }));
  const small = ({ box }) => box.width < LEAST - 0.5 || box.height < LEAST - 0.5;
  // As the rule allows: in a line of text, or with nothing else to hit in a circle of that size around its middle.
  const isAlone = ({ one, box }) => {
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    return boxes.every(({ one: other, box: there }) => {
      if (other === one || other.contains(one) || one.contains(other)) return true;
      const dx = Math.max(there.left - x, 0, x - there.right);
      const dy = Math.max(there.top - y, 0, y - there.bottom);
      return Math.hypot(dx, dy) >= LEAST / 2;
    });
  };
  return boxes
    .filter(small)
    .filter(({ one }) => !(getComputedStyle(one).display === "inline" && one.closest("p, li, td, dd")))
    .filter((each) => !isAlone(each))
    .map(({ one, box }) => `${one.textContent.trim() || one.ariaLabel} ${box.width} x ${box.height}`);
}"""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}px")
def test_no_page_is_wider_than_the_screen_or_goes_on_below_its_end(
    running: Demo, visit: Visit, size: tuple[int, int]
) -> None:
    page = visit(running, "/help", size=size)
    faults = []
    for name, path in pages_of(running).items():
        page.goto(path)
        until_drawn(page)
        faults += [f"{name}: {fault}" for fault in page.evaluate(OVERFLOW)]
    assert faults == []


def test_whatever_is_touched_on_a_phone_is_large_enough_to_be_hit(running: Demo, visit: Visit) -> None:
    page = visit(running, "/help", size=PHONE)
    small = []
    for name, path in pages_of(running).items():
        page.goto(path)
        until_drawn(page)
        small += [f"{name}: {target}" for target in page.evaluate(SMALL_TARGETS)]
    assert small == []


def test_what_came_since_is_announced_where_it_hides_nothing(running: Demo, visit: Visit) -> None:
    page = visit(running, "/trades")
    until_drawn(page)
    newest = running.get("/api/trades?limit=3")
    older = {**newest, "trades": newest["trades"][1:]}
    page.route("**/api/trades?**", lambda route: route.fulfill(json=older))
    page.reload()
    until_drawn(page)
    heading = page.get_by_role("columnheader", name="Asset")
    before = heading.bounding_box()
    page.unroute("**/api/trades?**")
    news = page.get_by_role("button", name=re.compile("new .*show"))
    expect(news).to_be_visible(timeout=30_000)
    after, pill = heading.bounding_box(), news.bounding_box()
    assert before is not None
    assert after is not None
    assert pill is not None
    assert after["y"] == before["y"]
    assert pill["y"] + pill["height"] <= after["y"]


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
