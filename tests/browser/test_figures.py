"""What is on the screen is what the API says, and both are what the database holds."""

from __future__ import annotations

import csv
import re
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.demo import Demo

MINUS = "−"
PUBLISHED = {
    "gpt-5": "-7016.67",
    "claude-sonnet-4-5": "-1142.46",
    "gemini-2.5-pro": "-2252.81",
    "grok-4": "-2055.41",
    "deepseek-chat-v3.1": "1261.83",
    "qwen3-max": "1073.61",
}
"""Realised results of season one, in USD, by bot, as the season's public snapshot states them."""

REALIZED = """
SELECT "botId" AS bot, sum("closedPnl") AS pnl, sum("fee") AS fees, sum("notional") AS volume
  FROM "BotTradeEvent" WHERE "eventType" = 'fill' GROUP BY 1
"""


def cents(value: object) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def figure(text: str) -> Decimal:
    """The number in a text as the dashboard writes it."""
    found = re.search(rf"({MINUS}?)\+?\$?([\d,]+(?:\.\d+)?)", text)
    assert found, f"no number in {text!r}"
    value = Decimal(found[2].replace(",", ""))
    return -value if found[1] else value


def cell(row: Locator, column: str) -> Locator:
    return row.locator(f'[data-column="{column}"]')


def row_of(page: Page, table: str, identity: str) -> Locator:
    return page.get_by_role("region", name=table).locator(f'tr[data-id="{identity}"]')


@pytest.fixture(scope="module")
def equity(season: Demo) -> dict[str, Decimal]:
    """Of the fade and of the bots together, as last recorded."""
    row = season.rows('SELECT * FROM "EquitySnapshot" ORDER BY "timestamp" DESC LIMIT 1')[0]
    return {"fade": row["fadeArena"], "bots": row["botsAggregate"]}


def test_equity_on_the_arena_is_that_of_the_api_and_of_the_database(
    season: Demo, visit: Visit, equity: dict[str, Decimal]
) -> None:
    said = season.get("/api/state")["equity"]
    assert cents(said["fadeArena"]) == cents(equity["fade"])
    assert cents(said["botsAggregate"]) == cents(equity["bots"])
    page = visit(season)
    expect(page.get_by_test_id("equity")).to_contain_text("$")
    assert figure(page.get_by_test_id("equity").inner_text()) == cents(equity["fade"])
    assert figure(page.get_by_test_id("tile-fade").inner_text()) == cents(equity["fade"])
    assert figure(page.get_by_test_id("tile-bots").inner_text()) == cents(equity["bots"])


def test_the_leaderboard_says_what_the_fills_in_the_database_add_up_to(season: Demo, visit: Visit) -> None:
    fills = {row["bot"]: row for row in season.rows(REALIZED)}
    models = {model["id"]: model for model in season.get("/api/models")["bots"]}
    assert {bot: cents(row["pnl"]) for bot, row in fills.items()} == {
        bot: Decimal(pnl) for bot, pnl in PUBLISHED.items()
    }
    page = visit(season, "/models")
    for bot, row in fills.items():
        line = row_of(page, "Leaderboard of the bots", bot)
        said = models[bot]["botStats"]
        assert cents(said["realizedPnl"]) == cents(row["pnl"])
        assert abs(figure(cell(line, "volume").inner_text()) - row["volume"]) <= Decimal("0.5"), bot
        assert abs(figure(cell(line, "fees").inner_text()) - row["fees"]) <= Decimal("0.5"), bot
        assert abs(figure(cell(line, "equity").inner_text()) - Decimal(str(said["equity"]))) <= Decimal("0.5"), bot
        assert int(figure(cell(line, "trades").inner_text())) == said["totalTrades"]
        faded = Decimal(str(models[bot]["stats"]["totalPnL"]))
        assert abs(figure(cell(line, "fade").inner_text()) - faded) <= Decimal("0.5"), bot


@pytest.mark.parametrize(
    ("filtered", "statement"),
    [
        ("", """SELECT (SELECT count(*) FROM "BotTradeEvent") + (SELECT count(*) FROM "MyTrade") AS n"""),
        ("type=bot", 'SELECT count(*) AS n FROM "BotTradeEvent"'),
        ("type=mine", 'SELECT count(*) AS n FROM "MyTrade"'),
        (
            "type=mine&botId=grok-4&asset=BTC",
            """SELECT count(*) AS n FROM "MyTrade" WHERE "botId" = 'grok-4' AND "asset" = 'BTC'""",
        ),
    ],
)
def test_as_many_trades_are_listed_as_the_database_holds(
    season: Demo, visit: Visit, filtered: str, statement: str
) -> None:
    stored = season.rows(statement)[0]["n"]
    assert stored > 0
    assert season.get(f"/api/trades?limit=1&{filtered}")["pagination"]["total"] == stored
    page = visit(season, f"/trades?{filtered}")
    expect(page.get_by_role("heading", name=re.compile(r"\d+ trades?"))).to_contain_text(f"{stored:,} trade")
    expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", str(stored + 1))


def test_every_listed_trade_is_the_one_in_the_database(season: Demo, visit: Visit) -> None:
    page = visit(season, "/trades?type=mine&botId=gpt-5")
    rows = page.get_by_role("region", name="Trades, newest first").locator("tr[data-id]")
    expect(rows.nth(8)).to_be_visible()
    stored = season.rows(
        """SELECT * FROM "MyTrade" WHERE "botId" = 'gpt-5' ORDER BY "timestamp" DESC, "id" DESC LIMIT 8"""
    )
    for index, row in enumerate(stored):
        line = rows.nth(index)
        expect(line).to_have_attribute("data-id", re.compile(f"{row['id']}$"))
        assert cell(line, "asset").inner_text() == row["asset"]
        assert cell(line, "side").inner_text() == row["side"].upper()
        assert figure(cell(line, "size").inner_text()) == row["size"]
        assert figure(cell(line, "notional").inner_text()) == cents(row["notional"])
        assert figure(cell(line, "fee").inner_text()) == cents(row["fee"])
        if row["pnl"] is not None:
            assert figure(cell(line, "pnl").inner_text()) == cents(row["pnl"])


def test_an_export_holds_exactly_what_is_filtered(season: Demo, visit: Visit) -> None:
    page = visit(season, "/trades?type=bot")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as begun:
        page.get_by_role("menuitem", name="CSV, as filtered").click()
    saved = list(csv.DictReader(Path(begun.value.path()).read_text().splitlines()))
    assert {row["id"] for row in saved} == {str(row["id"]) for row in season.rows('SELECT "id" FROM "BotTradeEvent"')}
    realized: dict[str, Decimal] = dict.fromkeys(PUBLISHED, Decimal())
    for row in saved:
        realized[row["botId"]] += Decimal(row["pnl"] or 0)
    assert {bot: str(cents(pnl)) for bot, pnl in realized.items()} == PUBLISHED


def test_the_chart_is_also_a_table_whose_newest_row_is_the_last_recorded(
    season: Demo, visit: Visit, equity: dict[str, Decimal]
) -> None:
    page = visit(season, "/?unit=usd")
    page.get_by_text("The numbers as a table").first.click()
    table = page.get_by_role("region", name=re.compile("as a table")).first
    names = [name.lower() for name in table.locator("thead th").all_inner_texts()]
    newest = table.locator("tbody tr").first.locator("th, td").all_inner_texts()
    said = dict(zip(names, newest, strict=True))
    assert abs(figure(said["fade"]) - equity["fade"]) <= Decimal("0.5")
    assert abs(figure(said["bots"]) - equity["bots"]) <= Decimal("0.5")
