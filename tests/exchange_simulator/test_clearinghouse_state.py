"""The statement of an account: identities of section 5.7, and one position worked out by hand."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from fadearena.domain.market import MICRO
from fadearena.exchange_simulator.exchange import Exchange
from fadearena.exchange_simulator.listing import SEASON_LISTINGS
from fadearena.exchange_simulator.margin import clearinghouse_state, maintenance
from fadearena.hyperliquid.recordings import season_one
from tests.exchange_simulator.factories import NOON_MS, ONE, RECORDED, STRANGER, fill, played, recording


def state(exchange: Exchange, wallet: str = ONE, dex: str = "") -> dict[str, Any]:
    return clearinghouse_state(exchange.account(wallet), exchange.markets, exchange.now_ms, dex)


def test_one_long_position_is_what_a_hand_calculation_says() -> None:
    """1 BTC bought at 100000 by an aggressor: bid 99999, ask 100000, so the mark is 99999.5; 40x; maintenance 1/80."""
    answer = state(played(recording(fill(size="1", price="100000", fee="45"), equity="5000")))
    position = answer["assetPositions"][0]["position"]
    assert answer["marginSummary"] == {
        "accountValue": "4954.5",
        "totalNtlPos": "99999.5",
        "totalRawUsd": "-95045.0",
        "totalMarginUsed": "2499.9875",
    }
    assert answer["crossMaintenanceMarginUsed"] == "1249.99375"
    assert answer["withdrawable"] == "0.0"
    assert (position["szi"], position["entryPx"], position["unrealizedPnl"]) == ("1.0", "100000.0", "-0.5")
    assert position["returnOnEquity"] == "-0.0002"
    liquidation = Decimal("99999.5") - (Decimal("4954.5") - Decimal("1249.99375")) / (1 - Decimal(1) / 80)
    assert abs(Decimal(position["liquidationPx"]) - liquidation) < Decimal("1e-8")


def test_profit_counts_from_the_uncut_average_and_the_entry_is_shown_cut() -> None:
    """1 at 100000 and 2 at 100001 cost 300002; the average, 100000.66..., is cut to one decimal."""
    bought = [fill(size="1", price="100000"), fill(size="2", price="100001", start="1", time=NOON_MS + 1)]
    position = state(played(recording(*bought)))["assetPositions"][0]["position"]
    assert position["entryPx"] == "100000.6"
    assert Decimal(position["unrealizedPnl"]) == Decimal(position["positionValue"]) - 300_002


def test_a_flip_begins_the_funding_of_a_position_anew() -> None:
    """Two hours of 1, three of 2, then the other side for four; positive is what was paid (section 5.7)."""
    moves = [("B", "1", "0.0", 0), ("B", "1", "1", 2), ("A", "3", "2", 5)]
    fills = [
        fill(side=side, size=size, start=start, time=NOON_MS + 500 + hour * 3_600_000)
        for side, size, start, hour in moves
    ]
    exchange = played(recording(*fills), until_ms=NOON_MS + 9 * 3_600_000 + 400)
    told = state(exchange)["assetPositions"][0]["position"]["cumFunding"]
    payments = [-Decimal(one.usd) / MICRO for one in exchange.account(ONE).payments]
    assert len(payments) == 9
    assert Decimal(told["allTime"]) == sum(payments)
    assert Decimal(told["sinceOpen"]) == Decimal(told["sinceChange"]) == sum(payments[5:]) != sum(payments)


def test_funding_since_the_last_change_begins_with_each_fill_and_since_opening_with_the_first() -> None:
    fills = [fill(time=NOON_MS + 500), fill(start="1", time=NOON_MS + 500 + 2 * 3_600_000)]
    exchange = played(recording(*fills), until_ms=NOON_MS + 5 * 3_600_000 + 400)
    told = state(exchange)["assetPositions"][0]["position"]["cumFunding"]
    payments = [-Decimal(one.usd) / MICRO for one in exchange.account(ONE).payments]
    assert Decimal(told["sinceOpen"]) == sum(payments)
    assert Decimal(told["sinceChange"]) == sum(payments[2:]) != sum(payments)


def test_a_stranger_has_an_empty_account() -> None:
    answer = state(played(season_one()), STRANGER)
    assert answer["marginSummary"]["accountValue"] == "0.0"
    assert answer["assetPositions"] == []


@pytest.mark.parametrize("hour", range(0, 216, 12))
def test_account_value_is_cash_plus_signed_value_at_any_hour_of_season_one(hour: int) -> None:
    begin = season_one().accounts[0].fills[0].time
    exchange = played(season_one(), until_ms=begin + hour * 3_600_000)
    for account in season_one().accounts:
        answer = state(exchange, account.wallet)
        summary = {name: Decimal(text) for name, text in answer["marginSummary"].items()}
        positions = [entry["position"] for entry in answer["assetPositions"]]
        signed = sum(
            Decimal(one["positionValue"]) * (1 if Decimal(one["szi"]) > 0 else -1) for one in positions
        )  # fmt: skip
        assert summary["accountValue"] == summary["totalRawUsd"] + signed
        assert summary["totalNtlPos"] == sum(Decimal(one["positionValue"]) for one in positions)
        assert summary["totalMarginUsed"] == sum(Decimal(one["marginUsed"]) for one in positions)


def test_positions_of_another_dex_are_shown_with_that_dex_only() -> None:
    exchange = played(recording(fill(coin="xyz:NVDA", size="2.5", price="200.5"), fill(time=NOON_MS + 1)))
    main, other = state(exchange), state(exchange, dex="xyz")
    assert [entry["position"]["coin"] for entry in main["assetPositions"]] == ["BTC"]
    assert [entry["position"]["coin"] for entry in other["assetPositions"]] == ["xyz:NVDA"]
    total = sum(Decimal(answer["marginSummary"]["accountValue"]) for answer in (main, other))
    assert total == Decimal(exchange.equity(exchange.account(ONE))) / MICRO


@pytest.mark.parametrize(
    ("notional", "margin"),
    [(100_000, 1_250), (150_000_000, 1_875_000), (200_000_000, 3_125_000)],
    ids=["first tier", "at the bound", "second tier"],
)
def test_maintenance_margin_has_no_step_between_tiers(notional: int, margin: int) -> None:
    assert maintenance(SEASON_LISTINGS[0], notional * MICRO) == margin * MICRO


@pytest.mark.skipif(not RECORDED.exists(), reason="shared/hyperliquid/recorded is not here")
def test_the_keys_are_those_of_a_recorded_statement() -> None:
    recorded = json.loads((RECORDED / "ws_frames_clearinghouseState.json").read_bytes())
    real = recorded["frames"][0]["data"]["clearinghouseState"]
    ours = state(played(recording(fill())))
    assert ours.keys() == real.keys()
    assert ours["marginSummary"].keys() == real["marginSummary"].keys()
    cross = ours["assetPositions"][0]["position"]
    assert cross.keys() == real["assetPositions"][0]["position"].keys()
    assert cross["cumFunding"].keys() == real["assetPositions"][0]["position"]["cumFunding"].keys()
