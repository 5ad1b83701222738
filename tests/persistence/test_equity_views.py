"""Equity with what fading each bot brought, the fees it paid, and BTC held instead."""

from __future__ import annotations

from decimal import Decimal

from fadearena.domain.market import AssetName
from fadearena.domain.records import EquityPoint
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.views import Reader
from fadearena.persistence.views.equity import equity
from tests.persistence.entries import GPT, QWEN, START_MS

MINUTE_MS = 60_000
BTC = AssetName("BTC")


def point(minute: int, fade: int = 60_000) -> EquityPoint:
    return EquityPoint(
        START_MS + minute * MINUTE_MS,
        20_000_000_000,
        fade * 1_000_000,
        {GPT: 10_000_000_000, QWEN: 10_000_000_000},
        {GPT: minute * 1_000_000, QWEN: -1_500_000},
        minute * 100_000,
    )


async def test_each_point_says_what_fading_each_bot_brought_and_what_it_cost(
    journal: PostgresJournal, reader: Reader
) -> None:
    for minute in (0, 5, 10):
        await journal.record_equity(point(minute))
    series = (await equity(reader, None, None, "5m", None)).series
    assert [one.fade_pnl for one in series] == [{GPT: m, QWEN: Decimal("-1.5")} for m in (0, 5, 10)]
    assert [one.fade_before_fees for one in series] == [60_000, Decimal("60000.5"), 60_001]
    only = (await equity(reader, None, None, "5m", GPT)).series
    assert only[0].fade_pnl.keys() == {GPT}


async def test_a_snapshot_written_again_brings_its_fades_along(journal: PostgresJournal, reader: Reader) -> None:
    await journal.record_equity(EquityPoint(START_MS, 1, 2, {}))
    before = (await equity(reader, None, None, "5m", None)).series[0]
    assert (before.fade_pnl, before.fade_before_fees) == ({}, None)
    await journal.record_equity(point(0))
    after = (await equity(reader, None, None, "5m", None)).series[0]
    assert after.fade_pnl.keys() == {GPT, QWEN}
    assert after.fade_before_fees == 60_000


async def test_btc_held_starts_with_the_fades_capital_and_moves_with_the_recorded_mark(
    journal: PostgresJournal, reader: Reader
) -> None:
    for minute, fade in ((0, 60_000), (5, 61_000), (60, 62_000), (90, 63_000)):
        await journal.record_equity(point(minute, fade))
    for minute, mark in ((0, "100000"), (5, "110000"), (60, "95000")):
        await journal.record_prices(START_MS + minute * MINUTE_MS, {BTC: Decimal(mark)})
    held = [one.benchmarks.btc_hold for one in (await equity(reader, None, None, "5m", None)).series]
    assert held == [60_000, 66_000, 57_000, None]
    later = (await equity(reader, START_MS + 60 * MINUTE_MS, None, "5m", None)).series
    assert later[0].benchmarks.btc_hold == 57_000


async def test_btc_held_begins_where_its_marks_begin(journal: PostgresJournal, reader: Reader) -> None:
    for minute, fade in ((0, 60_000), (30, 50_000), (35, 50_000)):
        await journal.record_equity(point(minute, fade))
    for minute, mark in ((30, "100000"), (35, "101000")):
        await journal.record_prices(START_MS + minute * MINUTE_MS, {BTC: Decimal(mark)})
    held = [one.benchmarks.btc_hold for one in (await equity(reader, None, None, "5m", None)).series]
    assert held == [None, 50_000, 50_500]


async def test_without_marks_of_btc_nothing_is_said_of_holding_it(journal: PostgresJournal, reader: Reader) -> None:
    await journal.record_equity(point(0))
    await journal.record_prices(START_MS, {AssetName("ETH"): Decimal(4000)})
    assert (await equity(reader, None, None, "5m", None)).series[0].benchmarks.btc_hold is None
