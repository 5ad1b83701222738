"""The address says what is shown: filters survive a reload, and nonsense in it does no harm."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.demo import Demo

TRADES = "Trades, newest first"


def test_filters_of_trades_survive_a_reload_and_the_way_back(season: Demo, visit: Visit) -> None:
    page = visit(season, "/trades")
    page.get_by_label("Side", exact=True).select_option("mine")
    page.get_by_label("Bot", exact=True).select_option("grok-4")
    page.get_by_label("Asset", exact=True).fill("BTC")
    page.get_by_label("Asset", exact=True).press("Enter")
    expect(page).to_have_url(re.compile("asset=BTC"))
    heading = page.get_by_role("heading", name=re.compile("trades?, filtered"))
    filtered = heading.inner_text()
    rows = page.get_by_role("region", name=TRADES).locator("tr[data-id]")
    before = rows.first.get_attribute("data-id")
    for assets in rows.locator('[data-column="asset"]').all_inner_texts():
        assert assets == "BTC"
    page.reload()
    expect(heading).to_have_text(filtered, use_inner_text=True)
    expect(page.get_by_label("Side", exact=True)).to_have_value("mine")
    expect(page.get_by_label("Bot", exact=True)).to_have_value("grok-4")
    expect(page.get_by_label("Asset", exact=True)).to_have_value("BTC")
    expect(rows.first).to_have_attribute("data-id", before or "")
    page.get_by_role("link", name="Models", exact=True).click()
    page.go_back()
    expect(heading).to_have_text(filtered, use_inner_text=True)


def test_range_and_unit_of_the_equity_survive_a_reload(season: Demo, visit: Visit) -> None:
    page = visit(season)
    page.get_by_text("24h", exact=True).click()
    page.get_by_text("$", exact=True).first.click()
    expect(page).to_have_url(re.compile("range=24h"))
    page.reload()
    expect(page.get_by_role("radio", name="24h")).to_be_checked()
    expect(page.get_by_role("radio", name="$", exact=True)).to_be_checked()


@pytest.mark.parametrize(
    "path",
    [
        "/?range=never&unit=yen&hide=%00%F0%9F%92%A9&log=perhaps",
        "/trades?botId=%3Cscript%3Ealert(1)%3C/script%3E&type=yours&from=yesterday&to=-1&asset=" + "x" * 500,
        "/trades?from=9e999&to=NaN&open=../../etc/passwd",
        "/trades?from=1761350400000&to=1761264000000",
        "/decisions?decision=maybe&skipCode=%27;drop%20table&botId=nobody",
        "/models?sort=__proto__",
        "/settings?x=1",
        "/system?level=loud&category=%25%25",
        "/risk?%E0%A4%A",
    ],
)
def test_nonsense_in_an_address_does_no_harm(season: Demo, visit: Visit, path: str) -> None:
    page = visit(season, path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_test_id("kill")).to_be_visible()
    expect(page.get_by_text("This could not be read")).to_have_count(0)


@pytest.mark.parametrize("path", ["/models/nobody", "/decisions/0", "/decisions/019a1eba-5fe7-75f6-9776-2d55c71cfcff"])
def test_what_is_not_there_is_said_to_be_not_there(season: Demo, visit: Visit, watch: object, path: str) -> None:
    page = visit(season, "/help")
    watch().expect("status of 40[04]")  # type: ignore[operator]
    page.goto(path)
    main = page.get_by_role("main")
    expect(main).to_contain_text(re.compile("no |not |could not", re.IGNORECASE))
    expect(main.locator(".skeleton")).to_have_count(0)


def test_an_address_that_leads_nowhere_says_so_and_leads_back(season: Demo, visit: Visit) -> None:
    page = visit(season, "/help")
    page.goto("/models/gpt-5/nowhere/at/all")
    expect(page.get_by_text("There is no such page")).to_be_visible()
    page.get_by_role("link", name="To the arena", exact=True).click()
    expect(page.get_by_test_id("tile-fade")).to_be_visible()
