"""Season one through the decision code, to the cent; and the exchange's own answers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from fadearena.domain.records import Entry
from fadearena.domain.settings_patch import apply_assignments
from fadearena.hyperliquid.recordings import read_recording, season_one
from fadearena.research.backtest import BACKTEST_DEFAULTS, run_backtest

SHARED = Path(__file__).parents[3] / "shared"
SEASON_FILE = SHARED / "alpha_arena" / "season1_fills.json"
RECORDED = sorted((SHARED / "hyperliquid" / "recorded").glob("userFillsByTime_*.json"))

PUBLISHED = {
    "gpt-5": "-7016.67",
    "claude-sonnet-4-5": "-1142.46",
    "gemini-2.5-pro": "-2252.81",
    "grok-4": "-2055.41",
    "deepseek-chat-v3.1": "1261.83",
    "qwen3-max": "1073.61",
}
"""Realised profit before fees, as the season's snapshot states it."""

REFUSED_PROFIT = Decimal("0.01108")
"""Of the trade of 2 DOGE, 0.39 USD, which is below the exchange's minimum and so is not mirrored."""


def cents(amount: str | Decimal) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))


def test_gross_profit_is_each_bots_realised_profit_with_the_sign_turned() -> None:
    report = run_backtest(season_one())
    for bot, published in PUBLISHED.items():
        gross = Decimal(report.bots[bot].gross_pnl)
        if bot == "qwen3-max":
            gross -= REFUSED_PROFIT
        assert cents(gross) == -Decimal(published).quantize(Decimal("0.01")), bot


def test_every_fill_is_decided_and_454_of_456_are_traded() -> None:
    report = run_backtest(season_one())
    total = report.total
    assert (total.events, total.decisions, total.executed, total.trades, total.skipped) == (456, 456, 454, 454, 2)
    assert report.skips == {"minimum_order": 1, "on_target": 1}
    assert total.open_positions == 0


def test_fees_are_four_and_a_half_basis_points_of_what_was_traded() -> None:
    entries: list[Entry] = []
    report = run_backtest(season_one(), sink=entries.append)
    expected = sum(trade.notional * 45 // 100_000 for entry in entries for trade in entry.trades)
    assert Decimal(report.total.fees) == Decimal(expected) / 10**6
    assert abs(Decimal(report.total.fees) - Decimal(report.total.volume) * Decimal("0.00045")) < Decimal("0.001")


def test_net_is_gross_less_fees_for_every_bot_and_in_total() -> None:
    report = run_backtest(season_one())
    for figures in (*report.bots.values(), report.total):
        assert Decimal(figures.net_pnl) == Decimal(figures.gross_pnl) - Decimal(figures.fees)
    assert Decimal(report.total.gross_pnl) == sum(Decimal(bot.gross_pnl) for bot in report.bots.values())


def test_the_same_settings_and_events_give_the_same_entries_byte_for_byte() -> None:
    first: list[Entry] = []
    second: list[Entry] = []
    run_backtest(season_one(), sink=first.append)
    run_backtest(season_one(), sink=second.append)
    assert msgspec.json.encode(first) == msgspec.json.encode(second)


@pytest.mark.skipif(not SEASON_FILE.exists(), reason="the season's own file is not beside this checkout")
def test_the_seasons_own_file_gives_what_the_packages_table_gives() -> None:
    own, packaged = run_backtest(read_recording(SEASON_FILE)), run_backtest(season_one())
    assert (own.bots, own.total) == (packaged.bots, packaged.total)


def test_half_the_multiplier_trades_about_half() -> None:
    whole = run_backtest(season_one())
    half = run_backtest(season_one(), apply_assignments(BACKTEST_DEFAULTS, ["defaultLeverageMultiplier=0.5"]))
    ratio = Decimal(half.total.volume) / Decimal(whole.total.volume)
    assert Decimal("0.499") < ratio < Decimal("0.5001")


def test_a_disabled_bot_is_decided_on_but_not_traded() -> None:
    report = run_backtest(season_one(), apply_assignments(BACKTEST_DEFAULTS, ["bots.gpt-5.enabled=false"]))
    assert (report.bots["gpt-5"].decisions, report.bots["gpt-5"].trades) == (109, 0)
    assert report.skips["bot_enabled"] > 0


def test_an_asset_cap_holds_at_every_step() -> None:
    capped = apply_assignments(BACKTEST_DEFAULTS, ["assetExposureCaps.BTC=20000"])
    entries: list[Entry] = []
    run_backtest(season_one(), capped, sink=entries.append)
    held: dict[str, int] = {}
    for entry in entries:
        for trade in entry.trades:
            if trade.asset.name != "BTC" or trade.bot_id is None:
                continue
            before = sum(held.values())
            opens = held.get(trade.bot_id, 0) * trade.side >= 0
            held[trade.bot_id] = held.get(trade.bot_id, 0) + trade.side * trade.lots
            net = abs(sum(held.values()))
            assert not opens or net * trade.price <= 20_000 * 10**6 or net <= abs(before)


def test_only_the_bots_and_the_time_asked_for_are_replayed() -> None:
    only = run_backtest(season_one(), bots=["grok-4"])
    assert [*only.bots] == ["grok-4"]
    assert only.total.events == 40
    window = run_backtest(season_one(), from_ms=1_760_832_000_000, to_ms=1_760_918_399_999)
    assert 0 < window.total.events < 456


@pytest.mark.skipif(not RECORDED, reason="the recorded answers are not beside this checkout")
@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_the_exchanges_own_answers_are_replayed_with_lots_from_the_data(file: Path) -> None:
    recording = read_recording(file, wallet="0x" + "ab" * 20, bot_id="leader")
    entries: list[Entry] = []
    report = run_backtest(recording, sink=entries.append)
    assert report.total.events == len(recording.accounts[0].fills)
    assert all(entry.decisions for entry in entries)
