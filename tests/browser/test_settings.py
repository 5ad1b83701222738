"""Settings: changed, compared, saved and read back; refused where wrong; never over another's change unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, until_drawn
from tests.browser.demo import Demo

CAP = "Global exposure cap"
LOSS = "Daily loss limit"


@pytest.fixture
def before(season: Demo) -> Iterator[dict[str, Any]]:
    """The settings as they were, brought back at the end."""
    settings = season.get("/api/settings")
    yield settings
    restored = {name: settings[name] for name in ("globalExposureCap", "dailyLossLimit", "maxOrdersPerMinute")}
    assert season.send("POST", "/api/settings", restored).is_success


def open_settings(visit: Visit, demo: Demo) -> Page:
    page = visit(demo, "/settings")
    until_drawn(page)
    return page


def save(page: Page) -> None:
    page.get_by_role("button", name="Review and save").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()


def test_a_change_is_compared_saved_and_there_after_a_reload(
    season: Demo, visit: Visit, before: dict[str, Any]
) -> None:
    page = open_settings(visit, season)
    page.get_by_label(CAP, exact=True).fill("25000.5")
    expect(page.get_by_role("region", name="Unsaved changes")).to_contain_text("1 unsaved change")
    page.get_by_role("button", name="Review and save").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(CAP)
    expect(dialog).to_contain_text("no limit")
    expect(dialog).to_contain_text("$25,000.5")
    assert season.get("/api/settings")["version"] == before["version"]
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="Unsaved changes")).to_be_hidden()
    said = season.get("/api/settings")
    assert said["globalExposureCap"] == 25000.5
    assert said["version"] == before["version"] + 1
    stored = season.rows('SELECT "globalExposureCap" AS cap, "version" FROM "Settings"')[0]
    assert (float(stored["cap"]), stored["version"]) == (25000.5, said["version"])
    page.reload()
    expect(page.get_by_label(CAP, exact=True)).to_have_value("25000.5")
    newest = page.get_by_role("list", name="Versions, newest first").get_by_role("listitem").first
    expect(newest).to_contain_text(f"v{said['version']}")
    expect(newest).to_contain_text(CAP)


@pytest.mark.parametrize("typed", ["-1", "0", "a lot", "1e99"])
def test_what_is_wrong_is_said_as_it_is_typed_and_cannot_be_saved(season: Demo, visit: Visit, typed: str) -> None:
    page = open_settings(visit, season)
    field = page.get_by_label(CAP, exact=True)
    field.fill(typed)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_role("button", name="Review and save")).to_be_disabled()
    page.get_by_role("button", name="Discard").click()
    expect(field).to_have_value("")


def test_what_the_server_refuses_is_said_where_it_was_typed(season: Demo, visit: Visit, watch: Any) -> None:
    page = open_settings(visit, season)
    watch().expect("status of 400")
    page.route(
        "**/api/settings",
        lambda route: (
            route.continue_(post_data=re.sub("25001", "-1", route.request.post_data or ""))
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    page.get_by_label(CAP, exact=True).fill("25001")
    save(page)
    expect(page.get_by_label(CAP, exact=True)).to_have_attribute("aria-invalid", "true")
    assert season.get("/api/settings")["globalExposureCap"] is None


def test_another_writer_is_noticed_and_nothing_of_either_is_lost(
    season: Demo, visit: Visit, watch: Any, before: dict[str, Any]
) -> None:
    page = open_settings(visit, season)
    watch().expect("status of 409")
    page.get_by_label(CAP, exact=True).fill("30000")
    page.get_by_role("button", name="Review and save").click()
    assert season.send("POST", "/api/settings", {"dailyLossLimit": 777}).is_success
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    notice = page.get_by_role("alert").filter(has_text="was saved meanwhile")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("$777")
    assert season.get("/api/settings")["globalExposureCap"] is None
    notice.get_by_role("button", name=re.compile("Move my changes")).click()
    expect(page.get_by_label(LOSS, exact=True)).to_have_value("777")
    expect(page.get_by_label(CAP, exact=True)).to_have_value("30000")
    save(page)
    expect(page.get_by_role("region", name="Unsaved changes")).to_be_hidden()
    said = season.get("/api/settings")
    assert (said["globalExposureCap"], said["dailyLossLimit"]) == (30000, 777)


def test_an_older_version_is_brought_back_by_a_look_and_a_save(
    season: Demo, visit: Visit, before: dict[str, Any]
) -> None:
    assert season.send("POST", "/api/settings", {"globalExposureCap": 4321}).is_success
    page = open_settings(visit, season)
    expect(page.get_by_label(CAP, exact=True)).to_have_value("4321")
    page.get_by_role("button", name=f"Restore version {before['version']}").click()
    expect(page.get_by_label(CAP, exact=True)).to_have_value("")
    save(page)
    expect(page.get_by_role("region", name="Unsaved changes")).to_be_hidden()
    assert season.get("/api/settings")["globalExposureCap"] is None


def test_whoever_leaves_with_unsaved_changes_is_asked(season: Demo, visit: Visit) -> None:
    page = open_settings(visit, season)
    page.get_by_label(CAP, exact=True).fill("5")
    page.get_by_role("link", name="Risk", exact=True).click()
    dialog = page.get_by_role("dialog", name="Leave without saving?")
    dialog.get_by_role("button", name="Stay").click()
    expect(page.get_by_label(CAP, exact=True)).to_have_value("5")
    page.get_by_role("link", name="Risk", exact=True).click()
    dialog.get_by_role("button", name="Leave and discard").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Risk")


def test_going_live_is_typed_and_refused_by_a_machine_that_is_not_armed(season: Demo, visit: Visit, watch: Any) -> None:
    page = open_settings(visit, season)
    watch().expect("status of 4")
    page.get_by_role("button", name="Go live…").click()
    dialog = page.get_by_role("dialog", name="Go live")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    confirm = dialog.get_by_role("button", name="Trade real money")
    expect(confirm).to_be_disabled()
    dialog.get_by_label("Type trade live to confirm").fill("trade")
    expect(confirm).to_be_disabled()
    dialog.get_by_label("Type trade live to confirm").fill("trade live")
    confirm.click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    assert season.get("/api/state")["mode"] == "simulation"
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_test_id("mode")).to_contain_text("SIM")


def test_who_is_not_logged_in_reads_and_changes_nothing(season: Demo, visit: Visit) -> None:
    page = visit(season, "/settings", logged_in=False)
    expect(page.get_by_label(CAP, exact=True)).to_be_disabled()
    expect(page.get_by_role("button", name="Go live…")).to_have_count(0)
