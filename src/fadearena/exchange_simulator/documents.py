"""The shapes of the protocol: values of the simulator as the JSON that the exchange would send.

Pure. Prices, sizes and amounts are decimal text with at least one decimal; times are integer milliseconds (section 2).
"""

from __future__ import annotations

from typing import Any

from fadearena.domain.market import Asset, Lots, MicroUsd, PriceUnits, Side, to_text
from fadearena.exchange_simulator.accounts import FundingPayment
from fadearena.exchange_simulator.book import Book, Level, Top
from fadearena.exchange_simulator.market import MS_PER_HOUR, Candle, Market, Trade
from fadearena.exchange_simulator.orders import OrderRecord
from fadearena.hyperliquid.messages import Fill
from fadearena.hyperliquid.recordings import NO_HASH

Document = dict[str, Any]


def number(units: int, decimals: int) -> str:
    """Units of 10^-decimals with at least one decimal, as the exchange writes them."""
    text = to_text(units, decimals)
    return text if "." in text else text + ".0"


def price_text(asset: Asset, price: PriceUnits) -> str:
    return number(price, asset.price_decimals)


def size_text(asset: Asset, lots: Lots) -> str:
    return number(lots, asset.size_decimals)


def usd(amount: MicroUsd) -> str:
    return number(amount, 6)


def mid_text(asset: Asset, top: Top) -> str:
    """The exact middle, which may lie half a unit off the grid."""
    return number((top.bid + top.ask) * 5, asset.price_decimals + 1)


def level(asset: Asset, one: Level) -> Document:
    return {"px": price_text(asset, one.price), "sz": size_text(asset, one.lots), "n": one.orders}


def l2_book(asset: Asset, book: Book, time_ms: int, *, levels: int, spread: bool = False) -> Document:
    sides = [[level(asset, one) for one in side[:levels]] for side in (book.bids, book.asks)]
    document: Document = {"coin": asset.name, "time": time_ms, "levels": sides}
    if spread:
        document["spread"] = price_text(asset, book.asks[0].price - book.bids[0].price)
    return document


def bbo(asset: Asset, book: Book, time_ms: int) -> Document:
    return {"coin": asset.name, "time": time_ms, "bbo": [level(asset, book.bids[0]), level(asset, book.asks[0])]}


def trade(asset: Asset, one: Trade) -> Document:
    return {
        "coin": one.coin,
        "side": "B" if one.side is Side.LONG else "A",
        "px": price_text(asset, one.price),
        "sz": size_text(asset, one.lots),
        "time": one.time_ms,
        "hash": one.hash,
        "tid": one.tid,
        "users": [one.buyer, one.seller],
    }


def candle(asset: Asset, interval: str, bar: Candle) -> Document:
    return {
        "t": bar.open_ms,
        "T": bar.close_ms - 1,
        "s": asset.name,
        "i": interval,
        "o": price_text(asset, bar.open),
        "c": price_text(asset, bar.close),
        "h": price_text(asset, bar.high),
        "l": price_text(asset, bar.low),
        "v": size_text(asset, bar.volume),
        "n": bar.trades,
    }


def asset_context(market: Market, open_interest: Lots, now_ms: int) -> Document:
    """The context of section 5.2."""
    asset, top = market.asset, market.top_at(now_ms)
    volume, notional = market.day_volume(now_ms)
    hour = now_ms // MS_PER_HOUR
    return {
        "funding": number(market.funding_rate_e10(hour), 10),
        "openInterest": size_text(asset, open_interest),
        "prevDayPx": price_text(asset, market.mark_at(now_ms - 24 * MS_PER_HOUR)),
        "dayNtlVlm": usd(notional),
        "premium": number(market.premium_e10(hour), 10),
        "oraclePx": price_text(asset, market.oracle_at(now_ms)),
        "markPx": price_text(asset, top.mark),
        "midPx": mid_text(asset, top),
        "impactPxs": [price_text(asset, top.bid), price_text(asset, top.ask)],
        "dayBaseVlm": size_text(asset, volume),
    }


def fill(one: Fill) -> Document:
    """A fill with the keys in the exchange's order; what it states stays word for word (section 6)."""
    document: Document = {
        "coin": one.coin,
        "px": one.px,
        "sz": one.sz,
        "side": one.side,
        "time": one.time,
        "startPosition": one.start_position,
        "dir": one.dir,
        "closedPnl": one.closed_pnl,
        "hash": one.hash,
        "oid": one.oid,
        "crossed": one.crossed,
        "fee": one.fee,
        "tid": one.tid,
    }
    if one.cloid is not None:
        document["cloid"] = one.cloid
    if one.liquidation is not None:
        document["liquidation"] = one.liquidation
    document["feeToken"] = one.fee_token
    if one.builder_fee is not None:
        document["builderFee"] = one.builder_fee
    document["twapId"] = one.twap_id
    return document


def funding(asset: Asset, payment: FundingPayment) -> Document:
    """A payment as ``userFundings`` and ``userEvents`` send it."""
    return {
        "time": payment.time_ms,
        "coin": payment.coin,
        "usdc": usd(payment.usd),
        "szi": size_text(asset, payment.lots),
        "fundingRate": number(payment.rate_e10, 10),
        "nSamples": None,
    }


def funding_row(asset: Asset, payment: FundingPayment) -> Document:
    """A payment as ``userFunding`` answers it."""
    delta = {"type": "funding", **funding(asset, payment)}
    return {"time": delta.pop("time"), "hash": NO_HASH, "delta": delta}


def order(record: OrderRecord) -> Document:
    """An order as ``openOrders`` shows it."""
    document: Document = {
        "coin": record.asset.name,
        "side": record.side,
        "limitPx": price_text(record.asset, record.limit),
        "sz": size_text(record.asset, record.left),
        "oid": record.oid,
        "timestamp": record.placed_ms,
        "origSz": size_text(record.asset, record.lots),
    }
    if record.cloid is not None:
        document["cloid"] = record.cloid
    return document


def order_update(record: OrderRecord) -> Document:
    return {"order": order(record), "status": record.status, "statusTimestamp": record.changed_ms}


def frontend_order(record: OrderRecord) -> Document:
    """An order with all that ``frontendOpenOrders`` tells of it."""
    plain = order(record)
    plain.pop("cloid", None)
    original = plain.pop("origSz")
    return {
        **plain,
        "triggerCondition": "N/A",
        "isTrigger": False,
        "triggerPx": "0.0",
        "children": [],
        "isPositionTpsl": False,
        "reduceOnly": False,
        "orderType": "Limit",
        "origSz": original,
        "tif": "Ioc" if record.crossed else "Gtc",
        "cloid": record.cloid,
    }


def order_with_status(record: OrderRecord) -> Document:
    return {"order": frontend_order(record), "status": record.status, "statusTimestamp": record.changed_ms}
