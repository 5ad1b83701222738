"""Every decision opens and says why: what was checked, against what, and what it did."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, until_drawn
from tests.browser.demo import Demo
from tests.browser.test_figures import cell, figure

DECISIONS = "Decisions, newest first"


def test_an_executed_decision_shows_every_check_that_is_stored(season: Demo, visit: Visit) -> None:
    stored = season.rows(
        """SELECT * FROM "StrategyDecision" WHERE "decision" = 'execute'
           ORDER BY json_array_length("riskChecks"::json) DESC, "id" DESC LIMIT 1"""
    )[0]
    checks = json.loads(stored["riskChecks"])
    assert len(checks) > 3
    page = visit(season, f"/decisions/{stored['id']}")
    until_drawn(page)
    rungs = page.locator(".ladder > li")
    expect(rungs).to_have_count(len(checks))
    said = season.get(f"/api/decisions/{stored['id']}")["riskChecks"]
    for index, check in enumerate(said):
        expect(rungs.nth(index)).to_contain_text(re.sub("[-_]", " ", check["name"]))
        expect(rungs.nth(index)).to_contain_text("passed" if check["passed"] else re.compile("shrunk|refused"))
    expect(page.get_by_role("main")).to_contain_text(stored["asset"])


def test_its_sizes_and_its_order_are_those_of_the_database(season: Demo, visit: Visit) -> None:
    stored = season.rows(
        """SELECT d.*, t."cloid", t."notional" FROM "StrategyDecision" d
           JOIN "MyTrade" t ON t."strategyDecisionId" = d."id" ORDER BY d."timestamp" DESC LIMIT 1"""
    )[0]
    page = visit(season, f"/decisions/{stored['id']}")
    until_drawn(page)
    tiles = page.locator(".decision-sizes .tile")
    for name, column in {"Target": "targetSize", "Delta": "deltaSize", "Order": "orderSize"}.items():
        tile = tiles.filter(has=page.locator("dt", has_text=re.compile(rf"^{name} "))).locator("dd")
        assert figure(tile.inner_text()) == stored[column], name
    expect(page.get_by_role("main")).to_contain_text(stored["cloid"])


def test_a_click_on_a_row_opens_it_and_the_way_back_keeps_the_filter(season: Demo, visit: Visit) -> None:
    page = visit(season, "/decisions?outcome=skip")
    until_drawn(page)
    row = page.get_by_role("region", name=DECISIONS).locator("tr[data-id]").first
    identity = row.get_attribute("data-id")
    reason = cell(row, "why").inner_text()
    cell(row, "asset").click()
    expect(page).to_have_url(re.compile(f"/decisions/{identity}$"))
    expect(page.get_by_role("main")).to_contain_text("We did not trade")
    expect(page.get_by_role("main")).to_contain_text(reason)
    page.go_back()
    expect(page).to_have_url(re.compile("outcome=skip"))


def test_the_skipped_are_counted_by_reason_as_the_database_counts_them(season: Demo, visit: Visit) -> None:
    stored = season.rows(
        """SELECT coalesce("skipCode", 'traded') AS code, count(*) AS n FROM "StrategyDecision" GROUP BY 1"""
    )
    page = visit(season, "/decisions")
    until_drawn(page)
    for row in stored:
        bar = page.locator(".skip-bar").filter(has_text=re.compile(rf"^{re.sub('[-_]', ' ', row['code'])}"))
        assert int(figure(bar.locator(".num").inner_text())) == row["n"], row["code"]
    total = sum(row["n"] for row in stored)
    expect(page.get_by_role("heading", name=re.compile("decisions$"))).to_contain_text(f"{total:,} decisions")


@pytest.mark.parametrize("outcome", ["skip", "execute"])
def test_choosing_a_reason_filters_the_list_and_the_address(season: Demo, visit: Visit, outcome: str) -> None:
    page = visit(season, f"/decisions?outcome={outcome}")
    until_drawn(page)
    stored = season.rows('SELECT count(*) AS n FROM "StrategyDecision" WHERE "decision" = $1', outcome)[0]["n"]
    expect(page.get_by_role("heading", name=re.compile("decisions?, filtered"))).to_contain_text(f"{stored:,} ")
    page.reload()
    expect(page.get_by_role("heading", name=re.compile("decisions?, filtered"))).to_contain_text(f"{stored:,} ")
