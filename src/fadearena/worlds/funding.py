"""Funding of the hours in which no trader ran: what we held then was held all the same.

In: the books as they were left, the exchange's history of rates. Out: payments, before anything else happens to the
positions. The history tells no prices, so the oracle's price of now stands in for that of each hour.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fadearena.domain.events import FundingRate
from fadearena.domain.market import Asset, AssetName, PriceUnits
from fadearena.hyperliquid.client import InfoClient
from fadearena.hyperliquid.translation import marks, past_funding
from fadearena.jobs import HOUR_MS, HourWatch
from fadearena.worlds.floor import TradingFloor

LEARN_S = 30.0


async def pay_missed_funding(floor: TradingFloor, client: InfoClient, last_ms: int, now_ms: int) -> int:
    """Pay for the full hours after ``last_ms`` up to now; returns how many there were with something held.

    Raises HyperliquidError, TimeoutError: then nothing is paid.
    """
    floor.follow_hours(now_ms)
    held = [book.asset for book in floor.arena.portfolio.books.values() if book.position.lots]
    hours = HourWatch(last_ms).passed(now_ms) if held else []
    if not hours:
        return 0
    async with asyncio.timeout(LEARN_S):
        rates = await _rates(client, list(dict.fromkeys(held)), hours[0], now_ms)
    for hour_ms in hours:
        await floor.pay_funding(hour_ms, [rate for rate in rates if rate.time_ms // HOUR_MS * HOUR_MS == hour_ms])
    return len(hours)


async def _rates(client: InfoClient, assets: Sequence[Asset], first_ms: int, now_ms: int) -> list[FundingRate]:
    """Those of full hours; the exchange stamps them some milliseconds past the hour."""
    oracles = await _oracles(client, assets, now_ms)
    rates: list[FundingRate] = []
    for asset in assets:
        oracle = oracles.get(asset.name)
        rows = await client.funding_history(asset.name, first_ms, now_ms) if oracle else []
        rates += [past_funding(row, asset, oracle) for row in rows if oracle]
    return rates


async def _oracles(client: InfoClient, assets: Sequence[Asset], now_ms: int) -> dict[AssetName, PriceUnits]:
    wanted = {asset.name: asset for asset in assets}
    oracles: dict[AssetName, PriceUnits] = {}
    for dex in dict.fromkeys(name.rpartition(":")[0] for name in wanted):
        meta, contexts = await client.meta_and_asset_ctxs(dex or None)
        for listed, context in zip(meta.universe, contexts, strict=False):
            asset = wanted.get(AssetName(listed.name))
            if asset is not None:
                oracles[asset.name] = marks(context, asset, now_ms).oracle
    return oracles
