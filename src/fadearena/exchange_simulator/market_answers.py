"""What /info says about markets.

Pure. Shapes: sections 5.1 to 5.6. A question about a coin that is not listed gets null or a refusal, as it does there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from fadearena.exchange_simulator import dice, documents
from fadearena.exchange_simulator.book import LEVELS
from fadearena.exchange_simulator.documents import Document
from fadearena.exchange_simulator.exchange import Exchange
from fadearena.exchange_simulator.info_request import InfoRequest, failed, malformed
from fadearena.exchange_simulator.listing import Listing
from fadearena.exchange_simulator.market import MS_PER_HOUR, Market

RECENT_TRADES = 10
FUNDING_ROWS_MAX = 500
CANDLES_MAX = 5000
MINUTE = 60_000
MONTH = "1M"
INTERVALS = {
    "1m": MINUTE,
    "3m": 3 * MINUTE,
    "5m": 5 * MINUTE,
    "15m": 15 * MINUTE,
    "30m": 30 * MINUTE,
    "1h": 60 * MINUTE,
    "2h": 120 * MINUTE,
    "4h": 240 * MINUTE,
    "8h": 480 * MINUTE,
    "12h": 720 * MINUTE,
    "1d": 1440 * MINUTE,
    "3d": 3 * 1440 * MINUTE,
    "1w": 7 * 1440 * MINUTE,
}
"""Length of a bar in milliseconds; a month has its own arithmetic."""


def listed(exchange: Exchange, dex: str) -> list[Listing]:
    """The listings of one dex. Raises InfoRefusedError (500) for a dex that does not exist."""
    found = [listing for listing in exchange.listings if listing.dex == dex]
    if not found:
        raise failed()
    return found


def market_of(exchange: Exchange, coin: str) -> Market:
    """Raises InfoRefusedError (500) for a coin that is not listed."""
    market = exchange.markets.get(coin)
    if market is None:
        raise failed()
    return market


def dex_names(exchange: Exchange) -> list[str]:
    """The builder-deployed dexes, in order."""
    return sorted({listing.dex for listing in exchange.listings} - {""})


def meta(exchange: Exchange, request: InfoRequest) -> Document:
    listings = listed(exchange, request.dex)
    universe = [
        {
            "szDecimals": listing.asset.size_decimals,
            "name": listing.asset.name,
            "maxLeverage": listing.max_leverage,
            "marginTableId": listing.margin_table,
        }
        for listing in listings
    ]
    tables = {listing.margin_table: _margin_table(listing) for listing in listings if listing.margin_table >= 50}
    return {"universe": universe, "marginTables": sorted(tables.items()), "collateralToken": 0}


def _margin_table(listing: Listing) -> Document:
    tiers = [{"lowerBound": documents.usd(bound), "maxLeverage": leverage} for bound, leverage in listing.tiers]
    return {"description": f"tiered {listing.max_leverage}x", "marginTiers": tiers}


def meta_and_contexts(exchange: Exchange, request: InfoRequest) -> list[Any]:
    listings = listed(exchange, request.dex)
    return [meta(exchange, request), [context(exchange, listing.asset.name) for listing in listings]]


def context(exchange: Exchange, coin: str) -> Document:
    """The context of one coin; its open interest is what the bots hold."""
    interest = sum(
        abs(account.holdings[coin].lots) for account in exchange.accounts.values() if coin in account.holdings
    )
    return documents.asset_context(exchange.markets[coin], interest, exchange.now_ms)


def perp_dexs(exchange: Exchange, _request: InfoRequest) -> list[Document | None]:
    return [None, *(_dex(exchange, name) for name in dex_names(exchange))]


def _dex(exchange: Exchange, name: str) -> Document:
    coins = [listing.asset.name for listing in exchange.listings if listing.dex == name]
    return {
        "name": name,
        "fullName": name.upper(),
        "deployer": dice.address("deployer", name),
        "oracleUpdater": None,
        "feeRecipient": None,
        "assetToStreamingOiCap": [[coin, "100000000.0"] for coin in coins],
        "subDeployers": [],
        "deployerFeeScale": "1.0",
        "lastDeployerFeeScaleChangeTime": "1970-01-01T00:00:00",
        "assetToFundingMultiplier": [[coin, "1.0"] for coin in coins],
        "assetToFundingInterestRate": [],
    }


def spot_meta(_exchange: Exchange, _request: InfoRequest) -> Document:
    """One pair, so that clients which insist on spot find their tokens."""
    usdc = {
        "name": "USDC", "szDecimals": 8, "weiDecimals": 8, "index": 0, "tokenId": "0x" + "0" * 32,
        "isCanonical": True, "evmContract": None, "fullName": None, "deployerTradingFeeShare": "0.0",
    }  # fmt: skip
    purr = {**usdc, "name": "PURR", "szDecimals": 0, "weiDecimals": 5, "index": 1, "tokenId": "0x" + "0" * 31 + "1"}
    pair = {"tokens": [1, 0], "name": "PURR/USDC", "index": 0, "isCanonical": True}
    return {"universe": [pair], "tokens": [usdc, purr]}


def spot_meta_and_contexts(exchange: Exchange, request: InfoRequest) -> list[Any]:
    """Nothing trades on spot."""
    return [spot_meta(exchange, request), []]


def exchange_status(exchange: Exchange, _request: InfoRequest) -> Document:
    return {"time": exchange.now_ms, "specialStatuses": None}


def all_mids(exchange: Exchange, request: InfoRequest) -> dict[str, str]:
    return mids(exchange, request.dex)


def mids(exchange: Exchange, dex: str) -> dict[str, str]:
    return {
        listing.asset.name: documents.mid_text(
            listing.asset, exchange.markets[listing.asset.name].top_at(exchange.now_ms)
        )
        for listing in listed(exchange, dex)
    }


def l2_book(exchange: Exchange, request: InfoRequest) -> Document | None:
    market = exchange.markets.get(request.text("coin"))
    figures, mantissa = grouping(request)
    if market is None:
        return None
    book = market.book_at(exchange.now_ms, figures, mantissa)
    return documents.l2_book(
        market.asset, book, exchange.now_ms, levels=LEVELS, spread=figures is not None
    )  # fmt: skip


def grouping(request: InfoRequest) -> tuple[int | None, int | None]:
    """``nSigFigs`` and ``mantissa``. Raises InfoRefusedError (500) for a pair that the exchange does not know."""
    figures, mantissa = request.optional("nSigFigs"), request.optional("mantissa")
    if figures not in (None, 2, 3, 4, 5) or mantissa not in (None, 2, 5) or (mantissa and figures != 5):
        raise failed()
    return figures, mantissa


def recent_trades(exchange: Exchange, request: InfoRequest) -> list[Document]:
    market = market_of(exchange, request.text("coin"))
    newest = market.tape(exchange.now_ms, RECENT_TRADES)[::-1]
    return [documents.trade(market.asset, one) for one in newest]


def candle_snapshot(exchange: Exchange, request: InfoRequest) -> list[Document]:
    asked = request.inner("req")
    interval = asked.text("interval")
    if interval != MONTH and interval not in INTERVALS:
        raise malformed()
    start, end = asked.integer("startTime"), max(0, min(asked.integer("endTime", exchange.now_ms), exchange.now_ms))
    market = market_of(exchange, asked.text("coin"))
    bars = list(_bars(interval, end, start))[::-1]
    return [documents.candle(market.asset, interval, market.candle(*bar, exchange.now_ms)) for bar in bars]


def _bars(interval: str, end: int, start: int) -> Iterator[tuple[int, int]]:
    """Bars from the one that holds ``end`` back to the one that holds ``start``, at most 5000."""
    bar = bar_at(interval, end)
    for _ in range(CANDLES_MAX):
        if bar[1] <= start or bar[0] < 0:
            return
        yield bar
        bar = bar_at(interval, bar[0] - 1)


def bar_at(interval: str, time_ms: int) -> tuple[int, int]:
    """Begin and end of the bar that holds a time."""
    if interval != MONTH:
        length = INTERVALS[interval]
        begin = time_ms // length * length
        return begin, begin + length
    day = datetime.fromtimestamp(time_ms / 1000, UTC)
    first = datetime(day.year, day.month, 1, tzinfo=UTC)
    following = datetime(day.year + day.month // 12, day.month % 12 + 1, 1, tzinfo=UTC)
    return int(first.timestamp()) * 1000, int(following.timestamp()) * 1000


def funding_history(exchange: Exchange, request: InfoRequest) -> list[Document]:
    market = market_of(exchange, request.text("coin"))
    start, end = request.integer("startTime"), min(request.integer("endTime", exchange.now_ms), exchange.now_ms)
    earliest = exchange.begin_ms - 365 * 24 * MS_PER_HOUR
    rows: list[Document] = []
    for hour in range(max(start, earliest) // MS_PER_HOUR, end // MS_PER_HOUR + 1):
        stamp = exchange.funding_due(hour * MS_PER_HOUR)
        if start <= stamp <= end and len(rows) < FUNDING_ROWS_MAX:
            rate = documents.number(market.funding_rate_e10(hour - 1), 10)
            premium = documents.number(market.premium_e10(hour - 1), 10)
            rows.append({"coin": market.asset.name, "fundingRate": rate, "premium": premium, "time": stamp})
    return rows
