"""Every question over HTTP: shapes as documented, parameters checked, errors that help."""

from __future__ import annotations

import re
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from fadearena.core_api.routes.health import Health
from fadearena.core_api.routes.settings import SettingsView
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.views import answers, market_answers, record_answers, vitals
from tests.core_api.serving import Server, running_server
from tests.databases import DatabaseServer
from tests.persistence.entries import START_MS, History

QUESTIONS = {
    "/api/state": answers.State,
    "/api/models": answers.Models,
    "/api/trades": record_answers.Trades,
    "/api/decisions": record_answers.Decisions,
    "/api/decisions/counts": record_answers.DecisionCounts,
    "/api/equity": answers.EquitySeries,
    "/api/assets": market_answers.Assets,
    "/api/marks": market_answers.Marks,
    "/api/prices?asset=BTC": market_answers.Prices,
    "/api/events": answers.SystemEvents,
    "/api/completeness": answers.Completeness,
    "/api/system": vitals.System,
    "/api/bots": answers.Bots,
    "/api/health": Health,
    "/api/settings": SettingsView,
}


@pytest_asyncio.fixture
async def filled(server: Server) -> Server:
    """The shared server with a history behind it, written once."""
    async with await PostgresJournal.open(server.database_url) as journal:
        if await journal.entry_count() == 0:
            await journal.append(History().entries(150), await journal.controls_version())
    return server


@pytest.mark.parametrize("path", QUESTIONS)
async def test_an_answer_has_the_documented_shape(filled: Server, client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    decoded = msgspec.json.decode(answer.content, type=QUESTIONS[path])
    again = msgspec.json.Encoder(decimal_format="number").encode(decoded)
    assert msgspec.json.decode(again) == answer.json()


async def test_numbers_are_numbers_and_times_are_milliseconds(filled: Server, client: httpx.AsyncClient) -> None:
    text = (await client.get("/api/trades")).text
    trade = msgspec.json.decode(text)["trades"][0]
    for name in ("size", "price", "notional", "fee", "timestamp"):
        assert isinstance(trade[name], int | float), name
    assert trade["timestamp"] > START_MS
    assert not re.search(r":-?[0-9.]+[eE]", text)


async def test_the_contracts_keys_are_all_there(filled: Server, client: httpx.AsyncClient) -> None:
    state = (await client.get("/api/state")).json()
    assert state.keys() >= {"mode", "killSwitch", "equity", "openPositions", "systemStatus", "dailyPnL"}
    assert state["equity"].keys() >= {"total", "botsAggregate", "fadeArena"}
    assert state["openPositions"].keys() >= {"count", "totalNotional"}
    assert state["systemStatus"].keys() >= {"hyperliquidConnected", "lastEventTime", "lastOrderTime", "uptime"}
    assert state["dailyPnL"].keys() == {"bots", "fadeArena"}
    bots = (await client.get("/api/models")).json()["bots"]
    bot = next(bot for bot in bots if bot["currentPositions"])
    assert bot.keys() >= {"id", "name", "walletAddress", "enabled", "leverageMultiplier", "myMirroredPositions"}
    assert bot["stats"].keys() >= {"totalTrades", "winRate", "totalPnL", "dailyPnL"}
    assert bot["botStats"].keys() >= {"equity", "realizedPnl", "fees", "volume", "totalTrades", "winRate"}
    position = bot["currentPositions"][0]
    assert position.keys() >= {"asset", "side", "size", "notional", "entryPrice", "unrealizedPnl"}
    pagination = (await client.get("/api/trades")).json()["pagination"]
    assert pagination.keys() >= {"page", "limit", "total", "totalPages", "totalIsEstimate"}
    series = (await client.get("/api/equity")).json()
    assert series.keys() == {"series", "interval", "startTime", "endTime"}


async def test_pages_follow_each_other_by_cursor(filled: Server, client: httpx.AsyncClient) -> None:
    query: dict[str, Any] = {"limit": 40, "type": "all"}
    seen: list[str] = []
    for _ in range(50):
        page = (await client.get("/api/trades", params=query)).json()
        seen += [trade["id"] for trade in page["trades"]]
        query["cursor"] = page["pagination"]["nextCursor"]
        if query["cursor"] is None:
            break
    assert len(seen) == len(set(seen)) == page["pagination"]["total"]


async def test_a_decision_has_a_page_of_its_own(filled: Server, client: httpx.AsyncClient) -> None:
    listed = (await client.get("/api/decisions", params={"decision": "execute", "limit": 1})).json()["decisions"][0]
    one = (await client.get(f"/api/decisions/{listed['id']}")).json()
    assert one.keys() >= {"event", "riskChecks", "settingsSnapshot", "orders", "reason"}
    assert one["event"]["rawData"]["tid"]
    assert {key: one[key] for key in listed} == listed
    skips = (await client.get("/api/decisions", params={"skipCode": "on_target"})).json()["decisions"]
    assert skips
    assert all(skip["skipReason"]["code"] == "on_target" for skip in skips)


async def test_a_trade_has_a_page_of_its_own(filled: Server, client: httpx.AsyncClient) -> None:
    for kind in ("bot", "mine"):
        listed = (await client.get("/api/trades", params={"type": kind, "limit": 1})).json()["trades"][0]
        one = (await client.get(f"/api/trades/{listed['id']}")).json()
        assert one["trade"] == listed
        assert one["event"]["id"]
        assert (one["order"] is None) == (kind == "bot")
        assert {decision["eventId"] for decision in one["decisions"]} == {one["event"]["id"]}


async def test_reasons_are_counted(filled: Server, client: httpx.AsyncClient) -> None:
    counts = (await client.get("/api/decisions/counts", params={"botId": "gpt-5"})).json()
    listed = (await client.get("/api/decisions", params={"botId": "gpt-5", "limit": 1})).json()
    assert counts["executed"] + counts["skipped"] == listed["pagination"]["total"]
    assert {"code", "sentence", "count"} == counts["bySkipCode"][0].keys()


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/api/trades?limit=0", "limit"),
        ("/api/trades?limit=201", "limit"),
        ("/api/trades?limit=x", "limit"),
        ("/api/trades?page=0", "page"),
        ("/api/trades?page=99999999", "page"),
        ("/api/trades?type=yours", "type"),
        ("/api/trades?botId=A%20B", "botId"),
        ("/api/trades?cursor=nonsense", "cursor"),
        ("/api/trades?startTime=2&endTime=1", "startTime"),
        ("/api/trades?startTime=-1", "startTime"),
        ("/api/trades?endTime=999999999999999999999", "endTime"),
        ("/api/equity?interval=2m", "interval"),
        ("/api/prices", "asset"),
        ("/api/prices?asset=BTC&interval=1m", "interval"),
        ("/api/prices?asset=%3Cb%3E", "asset"),
        ("/api/decisions?decision=maybe", "decision"),
        ("/api/decisions?skipCode=%27%3B--", "skipCode"),
        ("/api/decisions?eventId=x", "eventId"),
        ("/api/events?level=fatal", "level"),
    ],
)
async def test_a_wrong_parameter_is_named(client: httpx.AsyncClient, path: str, wrong: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert wrong in answer.json()["errors"]


@pytest.mark.parametrize("name", ["botid", "symbol", "Limit"])
async def test_a_parameter_that_is_none_is_not_passed_over(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get("/api/trades", params={name: "1"})
    assert answer.status_code == 400
    assert name in answer.json()["errors"]


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/api",
        "/api/decisions/x",
        "/api/decisions/0199dfaf-5800-7000-8000-00000000dead",
        "/api/trades/0199dfaf-5800-7000-8000-00000000dead",
    ],
)
async def test_what_is_not_there_is_a_problem_with_a_sentence(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    problem = answer.json()
    assert problem.keys() == {"type", "title", "status", "detail"}
    assert problem["detail"].endswith(".")


async def test_what_a_wallet_calls_itself_stays_text(operator: httpx.AsyncClient) -> None:
    name = "<img src=x onerror=alert(1)>"
    bot = {"id": "odd", "name": name, "walletAddress": "0x" + "e" * 40}
    assert (await operator.post("/api/bots", json=bot)).status_code == 201
    answer = await operator.get("/api/models")
    assert answer.headers["content-type"] == "application/json"
    assert name in [model["name"] for model in answer.json()["bots"]]


async def test_health_is_degraded_without_a_trader_and_unhealthy_without_a_database(
    database_server: DatabaseServer, tmp_path: Any
) -> None:
    url = database_server.create()
    with running_server(url, tmp_path) as server:
        async with server.client() as client:
            lonely = await client.get("/api/health")
            assert (lonely.status_code, lonely.json()["status"]) == (200, "degraded")
            assert lonely.json()["checks"]["database"]["latency"] > 0
            database_server.drop(url)
            dead = await client.get("/api/health")
            assert (dead.status_code, dead.json()["status"]) == (503, "unhealthy")
            assert dead.json()["checks"].keys() >= {"database", "hyperliquid"}
            assert "postgres" not in dead.text
            state = await client.get("/api/state")
            assert (state.status_code, state.headers["content-type"]) == (503, "application/problem+json")
            write = await client.post("/api/kill-switch", json={}, headers={"authorization": "Bearer x"})
            assert write.status_code == 503
            assert "fadearena_database_up 0.0" in (await client.get("/metrics")).text


async def test_a_server_started_before_its_database_answers_once_it_is_there(
    database_server: DatabaseServer, tmp_path: Any
) -> None:
    url = database_server.create()
    database_server.drop(url)
    with running_server(url, tmp_path) as server:
        async with server.client() as client:
            assert (await client.get("/api/health")).status_code == 503
            database_server.execute(f'CREATE DATABASE "{url.rpartition("/")[2]}" TEMPLATE "migrated"')
            assert (await client.get("/api/state")).status_code == 200
    database_server.drop(url)


async def test_metrics_count_by_route_and_never_by_what_was_asked(client: httpx.AsyncClient) -> None:
    await client.get("/api/decisions/0199dfaf-5800-7000-8000-00000000beef")
    await client.get("/made-up-path")
    text = (await client.get("/metrics")).text
    assert 'route="/api/decisions/{decision_id}"' in text
    assert "beef" not in text
    assert "made-up" not in text
    assert "fadearena_kill_switch 0.0" in text
    assert "fadearena_database_up 1.0" in text
