"""A bot is added, renamed, switched off, scaled and removed, all in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit, until_drawn
from tests.browser.demo import Demo
from tests.browser.test_figures import row_of

WALLET = "0x" + "ab" * 20
LEADERBOARD = "Leaderboard of the bots"


def bots(demo: Demo) -> dict[str, Any]:
    return {bot["id"]: bot for bot in demo.get("/api/bots")["bots"]}


@pytest.fixture
def models(season: Demo, visit: Visit) -> Page:
    page = visit(season, "/models")
    until_drawn(page)
    return page


@pytest.fixture
def added(season: Demo) -> Iterator[str]:
    """A bot beside the six, gone at the end."""
    body = {"id": "extra", "name": "Extra", "walletAddress": WALLET}
    assert season.send("POST", "/api/bots", body).is_success
    yield "extra"
    season.send("DELETE", "/api/bots/extra", None)


def menu_of(page: Page, name: str, item: str) -> None:
    page.get_by_role("button", name=f"More for {name}").click()
    page.get_by_role("button", name=item).click()


def test_a_bot_is_added_and_removed(season: Demo, models: Page) -> None:
    page = models
    known = set(bots(season))
    page.get_by_role("button", name="Add a bot").click()
    dialog = page.get_by_role("dialog", name="Watch a bot")
    dialog.get_by_label("Id", exact=True).fill("newcomer")
    dialog.get_by_label("Name", exact=True).fill("The newcomer")
    dialog.get_by_label("Wallet on Hyperliquid").fill("0x12")
    dialog.get_by_role("button", name="Watch it").click()
    expect(dialog.get_by_label("Wallet on Hyperliquid")).to_have_attribute("aria-invalid", "true")
    assert set(bots(season)) == known
    dialog.get_by_label("Wallet on Hyperliquid").fill(WALLET)
    dialog.get_by_role("button", name="Watch it").click()
    expect(dialog).to_be_hidden()
    expect(row_of(page, LEADERBOARD, "newcomer")).to_contain_text("The newcomer")
    assert bots(season)["newcomer"]["walletAddress"].lower() == WALLET

    menu_of(page, "The newcomer", "Remove …")
    dialog = page.get_by_role("dialog", name="Remove The newcomer")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    expect(dialog.get_by_role("button", name="Remove it")).to_be_disabled()
    dialog.get_by_label("Type newcomer to confirm").fill("newcomer")
    dialog.get_by_role("button", name="Remove it").click()
    expect(row_of(page, LEADERBOARD, "newcomer")).to_have_count(0)
    assert set(bots(season)) == known


def test_a_bot_is_renamed_and_keeps_its_id(season: Demo, added: str, models: Page) -> None:
    menu_of(models, "Extra", "Rename …")
    dialog = models.get_by_role("dialog", name="Rename Extra")
    dialog.get_by_label("Name", exact=True).fill("Extra, renamed")
    dialog.get_by_role("button", name="Rename").click()
    expect(row_of(models, LEADERBOARD, added)).to_contain_text("Extra, renamed")
    assert bots(season)[added]["name"] == "Extra, renamed"


def test_a_bot_is_switched_off_and_on(season: Demo, added: str, models: Page) -> None:
    switch: Locator = models.get_by_role("switch", name="Fade Extra")
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    expect(switch).to_be_enabled()
    season.until(lambda: bots(season)[added]["enabled"] is False, "the switch", 5)
    models.reload()
    expect(switch).not_to_be_checked()
    switch.click()
    expect(switch).to_be_checked()
    season.until(lambda: bots(season)[added]["enabled"] is True, "the switch", 5)


def test_a_multiplier_is_typed_in_place_and_refused_where_it_is_wrong(season: Demo, added: str, models: Page) -> None:
    field = models.get_by_label("Multiplier of Extra", exact=False)
    field.fill("11")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert bots(season)[added]["leverageMultiplier"] is None
    field.fill("0.25")
    field.press("Enter")
    season.until(lambda: bots(season)[added]["leverageMultiplier"] == 0.25, "the multiplier", 5)
    models.reload()
    expect(field).to_have_value("0.25")


def test_a_wallet_that_is_watched_already_is_refused_in_words(season: Demo, added: str, models: Page) -> None:
    models.get_by_role("button", name="Add a bot").click()
    dialog = models.get_by_role("dialog", name="Watch a bot")
    dialog.get_by_label("Id", exact=True).fill("twin")
    dialog.get_by_label("Name", exact=True).fill("Twin")
    dialog.get_by_label("Wallet on Hyperliquid").fill(WALLET.upper().replace("0X", "0x"))
    dialog.get_by_role("button", name="Watch it").click()
    expect(dialog.get_by_role("alert").first).to_be_visible()
    assert "twin" not in bots(season)


def test_who_is_not_logged_in_sees_the_bots_and_no_control(season: Demo, visit: Visit) -> None:
    page = visit(season, "/models", logged_in=False)
    expect(row_of(page, LEADERBOARD, "gpt-5")).to_be_visible()
    expect(page.get_by_role("button", name="Add a bot")).to_have_count(0)
    expect(page.get_by_role("switch").first).to_be_disabled()
