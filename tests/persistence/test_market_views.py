"""Assets and prices: what was recorded, and nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fadearena.domain.market import AssetName
from fadearena.persistence.database import Pool
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.recovery import Recovery
from fadearena.persistence.views import Reader
from fadearena.persistence.views.buckets import TooManyPointsError
from fadearena.persistence.views.market import assets, marks, prices
from tests.persistence.entries import BTC, DOGE, START_MS, History

STEP_MS = 300_000
DAY_MS = 86_400_000
GRID_MS = START_MS // STEP_MS * STEP_MS
NAME = AssetName("BTC")


async def test_every_asset_that_a_bot_traded_is_named_with_its_last_move(
    journal: PostgresJournal, reader: Reader
) -> None:
    entries = History().entries(40)
    await journal.append(entries, await journal.controls_version())
    events = [entry.event for entry in entries if entry.event is not None]
    listed = (await assets(reader)).assets
    assert [(one.asset, one.size_decimals, one.last_trade_time) for one in listed] == [
        (asset.name, asset.size_decimals, max(event.time_ms for event in events if event.asset == asset))
        for asset in (BTC, DOGE)
    ]


async def test_prices_are_the_last_recorded_mark_of_each_interval_and_gaps_stay_gaps(
    journal: PostgresJournal, reader: Reader
) -> None:
    for step in (0, 1, 2, 12, 40):
        await journal.record_prices(GRID_MS + step * STEP_MS, {NAME: Decimal(100_000 + step)})
        await journal.record_prices(GRID_MS + step * STEP_MS, {AssetName("ETH"): Decimal(4)})
    fine = await prices(reader, "BTC", None, None, None)
    assert fine.interval == "5m"
    assert [(p.timestamp, p.price) for p in fine.points] == [
        (GRID_MS + step * STEP_MS, Decimal(100_000 + step)) for step in (0, 1, 2, 12, 40)
    ]
    assert (fine.start_time, fine.end_time) == (GRID_MS, GRID_MS + 40 * STEP_MS)
    hourly = await prices(reader, "BTC", GRID_MS, GRID_MS + 20 * STEP_MS, "1h")
    assert [p.price for p in hourly.points] == [100_002, 100_012]


async def test_prices_of_what_was_never_recorded_are_none_and_too_fine_is_refused(
    journal: PostgresJournal, reader: Reader
) -> None:
    nothing = await prices(reader, "BTC", None, None, None)
    assert (nothing.points, nothing.start_time, nothing.end_time) == ([], None, None)
    for time_ms in (GRID_MS, GRID_MS + 400 * DAY_MS):
        await journal.record_prices(time_ms, {NAME: Decimal(1)})
    assert (await prices(reader, "BTC", None, None, None)).interval == "1d"
    assert (await prices(reader, "BTC", None, GRID_MS - 1, None)).points == []
    with pytest.raises(TooManyPointsError):
        await prices(reader, "BTC", None, None, "5m")


async def test_a_mark_says_how_it_changed_over_a_day_only_where_that_is_on_record(
    journal: PostgresJournal, reader: Reader, pool: Pool
) -> None:
    await journal.record_prices(GRID_MS - DAY_MS, {NAME: Decimal(100_000)})
    await journal.record_prices(GRID_MS - DAY_MS - 13 * STEP_MS, {AssetName("ETH"): Decimal(4_000)})
    await journal.record_prices(GRID_MS - STEP_MS, {NAME: Decimal(1), AssetName("ETH"): Decimal(1)})
    await Recovery(pool).record_marks({NAME: Decimal(101_000), AssetName("ETH"): Decimal(4_200)}, GRID_MS)
    shown = {one.asset: one for one in (await marks(reader)).marks}
    assert (shown["BTC"].price, shown["BTC"].timestamp) == (Decimal(101_000), GRID_MS)
    assert shown["BTC"].change24h == pytest.approx(0.01)
    assert shown["ETH"].change24h is None
