"""The exchange's official Python SDK, unmodified, reads the simulator as it reads the exchange."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from hyperliquid.info import Info
from hyperliquid.utils.error import ClientError, ServerError
from hyperliquid.utils.types import Cloid

from fadearena.exchange_simulator.limits import UNLIMITED, Limits
from fadearena.exchange_simulator.simulator import Simulator
from fadearena.hyperliquid.recordings import season_one
from tests.exchange_simulator.factories import GPT, NOON_MS, ONE, STRANGER, fill, recording, running

RECORDED = season_one().accounts[0]
BEGIN = RECORDED.fills[0].time
MIDDLE = RECORDED.fills[60].time

ORDERS_BY_THEN = len({one.oid for one in RECORDED.fills[:61]})

Question = Callable[[Info], Any]


@pytest_asyncio.fixture
async def midway() -> AsyncIterator[Simulator]:
    """Season one, stopped in its middle."""
    async with running(resume_at_ms=MIDDLE, wait_for_client=True, limits=UNLIMITED) as simulator:
        yield simulator


async def asked(simulator: Simulator, question: Question) -> Any:
    def ask() -> Any:
        return question(Info(simulator.url, skip_ws=True, timeout=10))

    return await asyncio.to_thread(ask)


async def test_it_starts_and_knows_the_assets(midway: Simulator) -> None:
    decimals = await asked(midway, lambda info: {name: info.asset_to_sz_decimals[info.name_to_asset(name)] for name in
                                                 ("BTC", "ETH", "SOL", "BNB", "DOGE", "XRP")})  # fmt: skip
    assert decimals == {"BTC": 5, "ETH": 4, "SOL": 2, "BNB": 3, "DOGE": 0, "XRP": 0}


QUESTIONS: dict[str, tuple[Question, Callable[[Any], object]]] = {
    "user_state": (lambda info: info.user_state(GPT), lambda answer: answer["marginSummary"]["accountValue"]),
    "spot_user_state": (lambda info: info.spot_user_state(GPT), lambda answer: answer == {"balances": []}),
    "open_orders": (lambda info: info.open_orders(GPT), lambda answer: answer == []),
    "frontend_open_orders": (lambda info: info.frontend_open_orders(GPT), lambda answer: answer == []),
    "all_mids": (lambda info: info.all_mids(), lambda answer: len(answer) == 6),
    "user_fills": (lambda info: info.user_fills(GPT), lambda answer: len(answer) == 61),
    "user_fills_by_time": (
        lambda info: info.user_fills_by_time(GPT, BEGIN, MIDDLE, aggregate_by_time=False),
        lambda answer: [row["tid"] for row in answer] == [one.tid for one in RECORDED.fills[:61]],
    ),
    "meta": (lambda info: info.meta(), lambda answer: answer["universe"][0]["name"] == "BTC"),
    "meta_and_asset_ctxs": (lambda info: info.meta_and_asset_ctxs(), lambda answer: len(answer[1]) == 6),
    "perp_dexs": (lambda info: info.perp_dexs(), lambda answer: answer == [None]),
    "spot_meta": (lambda info: info.spot_meta(), lambda answer: answer["universe"]),
    "spot_meta_and_asset_ctxs": (lambda info: info.spot_meta_and_asset_ctxs(), lambda answer: len(answer) == 2),
    "funding_history": (
        lambda info: info.funding_history("BTC", BEGIN, MIDDLE),
        lambda answer: 0 < len(answer) <= 500 and answer[0]["coin"] == "BTC",
    ),
    "user_funding_history": (
        lambda info: info.user_funding_history(GPT, BEGIN),
        lambda answer: answer[0]["delta"]["type"] == "funding",
    ),
    "l2_snapshot": (
        lambda info: info.l2_snapshot("ETH"),
        lambda answer: [len(side) for side in answer["levels"]] == [20, 20],
    ),
    "candles_snapshot": (
        lambda info: info.candles_snapshot("SOL", "1h", BEGIN, BEGIN + 10 * 3_600_000),
        lambda answer: len(answer) == 11,
    ),
    "user_fees": (lambda info: info.user_fees(GPT), lambda answer: answer["userCrossRate"] == "0.00045"),
    "query_order_by_oid": (
        lambda info: info.query_order_by_oid(GPT, RECORDED.fills[0].oid),
        lambda answer: answer["order"]["status"] == "filled",
    ),
    "query_order_by_cloid": (
        lambda info: info.query_order_by_cloid(GPT, Cloid.from_int(1)),
        lambda answer: answer == {"status": "unknownOid"},
    ),
    "query_sub_accounts": (lambda info: info.query_sub_accounts(GPT), lambda answer: answer is None),
    "query_user_abstraction_state": (
        lambda info: info.query_user_abstraction_state(GPT),
        lambda answer: answer == "disabled",
    ),
    "historical_orders": (lambda info: info.historical_orders(GPT), lambda answer: len(answer) == ORDERS_BY_THEN),
    "user_non_funding_ledger_updates": (
        lambda info: info.user_non_funding_ledger_updates(GPT, 0),
        lambda answer: answer[0]["delta"] == {"type": "deposit", "usdc": "10000.0"},
    ),
    "portfolio": (lambda info: info.portfolio(GPT), lambda answer: len(answer) == 8),
    "user_twap_slice_fills": (lambda info: info.user_twap_slice_fills(GPT), lambda answer: answer == []),
    "user_vault_equities": (lambda info: info.user_vault_equities(GPT), lambda answer: answer == []),
    "user_role": (lambda info: info.user_role(STRANGER), lambda answer: answer == {"role": "missing"}),
    "user_rate_limit": (lambda info: info.user_rate_limit(GPT), lambda answer: answer["nRequestsCap"] > 10_000),
    "extra_agents": (lambda info: info.extra_agents(GPT), lambda answer: answer == []),
}


@pytest.mark.parametrize("method", QUESTIONS)
async def test_its_questions_are_answered(midway: Simulator, method: str) -> None:
    question, fits = QUESTIONS[method]
    answer = await asked(midway, question)
    assert fits(answer), answer


async def test_its_errors_are_its_own(midway: Simulator) -> None:
    with pytest.raises(ClientError) as unknown:
        await asked(midway, lambda info: info.query_referral_state(GPT))
    assert unknown.value.status_code == 422
    with pytest.raises(ServerError):
        await asked(midway, lambda info: info.post("/info", {"type": "recentTrades", "coin": "NOPE"}))


async def test_it_is_told_when_it_asks_too_much() -> None:
    async with running(wait_for_client=True, limits=Limits(weight_per_minute=100)) as simulator:
        with pytest.raises(ClientError) as refusal:
            await asked(simulator, lambda info: [info.user_role(GPT), info.user_role(GPT)])
        assert refusal.value.status_code == 429


@contextmanager
def listening(url: str, *subscriptions: dict[str, Any]) -> Iterator[dict[str, list[Any]]]:
    """The SDK's own socket with these subscriptions; what each of them has been sent, by type and user or coin."""
    received: dict[str, list[Any]] = {}
    lock = threading.Lock()
    info = Info(url, timeout=10)

    def heard(key: str) -> Callable[[Any], None]:
        def note(message: Any) -> None:
            with lock:
                received.setdefault(key, []).append(message["data"])

        return note

    try:
        for words in subscriptions:
            info.subscribe(words, heard(f"{words['type']} {words.get('user') or words.get('coin', '')}".strip()))
        yield received
    finally:
        info.disconnect_websocket()


def heard_all(received: dict[str, list[Any]]) -> bool:
    """Whether the last thing that the replay sends has arrived: every bot's last fill, and GPT-5's order for it."""
    for account in season_one().accounts:
        frames = received.get(f"userFills {account.wallet}", [])
        if sum(len(data["fills"]) for data in frames) < len(account.fills):
            return False
    updates = received.get(f"orderUpdates {GPT}", [])
    return bool(updates) and updates[-1][-1]["order"]["oid"] == RECORDED.fills[-1].oid


async def test_its_socket_hears_the_whole_season() -> None:
    async with running(speed="max", limits=UNLIMITED) as simulator:
        wallets = [account.wallet for account in season_one().accounts]

        def hear() -> dict[str, list[Any]]:
            with listening(
                simulator.url,
                *({"type": "userFills", "user": wallet} for wallet in wallets),
                {"type": "userFundings", "user": GPT},
                {"type": "userEvents", "user": GPT},
                {"type": "orderUpdates", "user": GPT},
                {"type": "trades", "coin": "BTC"},
                {"type": "bbo", "coin": "BTC"},
                {"type": "l2Book", "coin": "BTC"},
                {"type": "allMids"},
                {"type": "candle", "coin": "BTC", "interval": "1m"},
                {"type": "activeAssetCtx", "coin": "BTC"},
                {"type": "userNonFundingLedgerUpdates", "user": GPT},
            ) as received:
                deadline = time.monotonic() + 30
                while not (simulator.status().ended and heard_all(received)) and time.monotonic() < deadline:
                    time.sleep(0.05)
            return received

        received = await asyncio.to_thread(hear)
    for account in season_one().accounts:
        rows = [row for data in received[f"userFills {account.wallet}"] for row in data["fills"]]
        assert [row["tid"] for row in rows] == [one.tid for one in account.fills]
    ordered = [row["tid"] for data in received[f"userEvents {GPT}"] for row in data.get("fills", ())]
    assert ordered == [one.tid for one in RECORDED.fills]
    statuses = [row["status"] for data in received[f"orderUpdates {GPT}"] for row in data]
    assert statuses.count("filled") == len({one.oid for one in RECORDED.fills})
    funded = [row for data in received[f"userFundings {GPT}"] for row in data["fundings"]]
    assert sum(Decimal(row["usdc"]) for row in funded) == sum(
        Decimal(data["funding"]["usdc"]) for data in received[f"userEvents {GPT}"] if "funding" in data
    )
    assert len(received["trades BTC"][0]) == 30
    for key in ("bbo BTC", "l2Book BTC", "allMids", "candle BTC", "activeAssetCtx BTC"):
        assert received[key], key


async def test_its_keys_of_a_state_are_those_it_documents() -> None:
    async with running(recording(fill()), resume_at_ms=NOON_MS, wait_for_client=True) as simulator:
        state = await asked(simulator, lambda info: info.user_state(ONE))
    position = state["assetPositions"][0]["position"]
    assert {"coin", "entryPx", "leverage", "liquidationPx", "marginUsed", "positionValue", "returnOnEquity", "szi",
            "unrealizedPnl"} <= set(position)  # fmt: skip
