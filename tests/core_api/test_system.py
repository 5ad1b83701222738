"""What the system says of itself: its figures, its log by words, the ledger of each wallet, and whose settings hold."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest
import pytest_asyncio

from fadearena import __version__
from fadearena.bot_ingestor.ports import WalletHealth
from fadearena.domain.records import SystemRecord
from fadearena.persistence.bookkeeping import Heartbeat
from fadearena.persistence.journal import PostgresJournal
from fadearena.worlds.vitals import FeedVitals, Jobs, vitals_of
from tests.core_api.serving import Server
from tests.persistence.entries import GPT, START_MS, WALLETS, History

FEED = FeedVitals("exchange", True, 24, START_MS, 2)
HEALTH = WalletHealth(GPT, WALLETS[GPT], START_MS, True, True, True, 3, 0)


@pytest_asyncio.fixture
async def journal(fresh_server: Server) -> AsyncIterator[PostgresJournal]:
    async with await PostgresJournal.open(fresh_server.database_url) as opened:
        await opened.append(History().entries(60), await opened.controls_version())
        yield opened


@pytest_asyncio.fixture
async def asker(fresh_server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with fresh_server.client() as opened:
        yield opened


def _beat(details: dict[str, object]) -> Heartbeat:
    now = time.time_ns() // 1_000_000
    return Heartbeat(connected=True, clock_ms=START_MS, started_ms=now, details=msgspec.json.encode(details))


async def test_without_a_trader_only_what_is_known_is_told(fresh_server: Server, asker: httpx.AsyncClient) -> None:
    told = (await asker.get("/api/system")).json()
    assert told["versions"]["fadearena"] == __version__
    assert told["versions"]["schema"]
    assert told["versions"]["postgresql"].startswith("18")
    assert told["world"] == {"kind": None, "replay": None, "clockTime": None}
    assert told["latency"] == {"eventAge": None, "decision": None, "order": None, "measured": "not known"}
    assert (told["jobs"], told["feeds"], told["wallets"], told["startedAt"]) == ([], [], [], None)
    assert abs(told["webStartedAt"] - time.time_ns() // 1_000_000) < 60_000
    tables = {table["name"]: table["bytes"] for table in told["database"]["tables"]}
    assert {"BotTradeEvent", "MyTrade", "StrategyDecision"} <= tables.keys()
    assert 0 < sum(tables.values()) <= told["database"]["sizeBytes"]


async def test_what_the_trader_says_of_itself_is_passed_on(journal: PostgresJournal, asker: httpx.AsyncClient) -> None:
    jobs = Jobs()
    with jobs.run("retention", 600.0):
        pass
    await journal.record_heartbeat(_beat(vitals_of("mainnet", FEED, [HEALTH], jobs)))
    told = (await asker.get("/api/system")).json()
    assert told["world"] == {"kind": "mainnet", "replay": False, "clockTime": START_MS}
    assert told["feeds"] == [
        {"name": "exchange", "connected": True, "subscriptions": 24, "lastMessageAt": START_MS, "reconnects": 2}
    ]
    (wallet,) = told["wallets"]
    assert (wallet["botId"], wallet["watermark"], wallet["duplicates"]) == (GPT, START_MS, 3)
    (job,) = told["jobs"]
    assert (job["name"], job["everySeconds"]) == ("retention", 600)
    assert job["lastStartedAt"] <= job["lastEndedAt"]


async def test_latencies_are_those_of_the_wall_clock(journal: PostgresJournal, asker: httpx.AsyncClient) -> None:
    await journal.record_heartbeat(_beat(vitals_of("mainnet", FEED, [], Jobs())))
    latency = (await asker.get("/api/system")).json()["latency"]
    assert latency["measured"] == "wall clock"
    assert latency["eventAge"]["n"] > 0
    assert latency["eventAge"]["p50"] <= latency["eventAge"]["p95"]
    assert latency["decision"]["n"] > 0
    assert latency["order"]["n"] > 0


async def test_a_replay_has_no_latencies(journal: PostgresJournal, asker: httpx.AsyncClient) -> None:
    await journal.record_heartbeat(_beat(vitals_of("simulator", FEED, [], Jobs())))
    latency = (await asker.get("/api/system")).json()["latency"]
    assert latency == {"eventAge": None, "decision": None, "order": None, "measured": "not in a replay"}


async def test_a_trader_of_another_version_breaks_nothing(journal: PostgresJournal, asker: httpx.AsyncClient) -> None:
    await journal.record_heartbeat(_beat({"jobs": "many", "exchange": 7}))
    answer = await asker.get("/api/system")
    assert (answer.status_code, answer.json()["jobs"]) == (200, [])


def test_a_job_that_fails_has_no_end() -> None:
    jobs = Jobs()
    with pytest.raises(ZeroDivisionError), jobs.run("retention", 1.0):
        raise ZeroDivisionError
    (run,) = jobs.runs
    assert run.last_started_at is not None
    assert run.last_ended_at is None


async def test_the_log_is_searched_by_words_in_whatever_case(
    journal: PostgresJournal, asker: httpx.AsyncClient
) -> None:
    for number, message in enumerate(("Gap of GPT-5 repaired", "100% of fills stored", "trader started")):
        await journal.record_system(SystemRecord(START_MS + number, "info", "system", message, b"{}"))

    async def found(text: str) -> list[str]:
        answer = await asker.get("/api/events", params={"text": text})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["pagination"]["total"] == len(page["events"])
        return [event["message"] for event in page["events"]]

    assert await found("gpt-5 REP") == ["Gap of GPT-5 repaired"]
    assert await found("%") == ["100% of fills stored"]
    assert await found("_") == []
    assert await found("'; DROP") == []
    assert await found("ed") == ["trader started", "100% of fills stored", "Gap of GPT-5 repaired"]


@pytest.mark.parametrize("text", ["", "x" * 101, "a\x00b"])
async def test_a_search_out_of_bounds_names_its_parameter(client: httpx.AsyncClient, text: str) -> None:
    answer = await client.get("/api/events", params={"text": text})
    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == {"text"}


async def test_a_wallet_says_since_when_it_is_watched_and_what_came(
    journal: PostgresJournal, asker: httpx.AsyncClient
) -> None:
    wallets = {wallet["botId"]: wallet for wallet in (await asker.get("/api/completeness")).json()["wallets"]}
    models = {model["id"]: model for model in (await asker.get("/api/models")).json()["bots"]}
    assert all(wallet["watchedSince"] for wallet in wallets.values())
    for bot, wallet in wallets.items():
        assert wallet["fills"] == models[bot]["botStats"]["totalTrades"]
        assert (wallet["lastFillAt"] is not None) == (wallet["fills"] > 0)
    trades = (await asker.get("/api/trades", params={"type": "bot", "botId": GPT, "limit": 1})).json()["trades"]
    assert wallets[GPT]["lastFillAt"] == trades[0]["timestamp"]


async def test_a_conflict_says_whose_settings_hold(fresh_server: Server) -> None:
    async with fresh_server.client(headers=await fresh_server.bearer()) as desk:
        first = (await desk.post("/api/settings", json={"dailyLossLimit": 1, "version": 1})).json()
        late = await desk.post("/api/settings", json={"dailyLossLimit": 2, "version": 1})
    assert late.status_code == 409
    problem = late.json()
    assert (problem["current"], problem["updatedBy"], problem["updatedAt"]) == (2, "api token", first["updatedAt"])
