"""What an account is worth and what binds it: the answer to ``clearinghouseState``.

Pure. Formulas: sections 5.7 and 11.4. All positions are cross, at the highest leverage of their asset, since a
recording does not say which leverage was set.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from fadearena.domain.market import MicroUsd, PriceUnits
from fadearena.exchange_simulator.accounts import Account, Holding
from fadearena.exchange_simulator.documents import Document, number, price_text, size_text, usd
from fadearena.exchange_simulator.listing import Listing
from fadearena.exchange_simulator.market import Market


def clearinghouse_state(account: Account, markets: Mapping[str, Market], now_ms: int, dex: str = "") -> Document:
    """The perpetual state of an account in one dex; its cash is shown with the main one."""
    held = {coin: one for coin, one in account.holdings.items() if markets[coin].listing.dex == dex}
    marks = {coin: markets[coin].mark_at(now_ms) for coin in held}
    cash = account.cash if dex == "" else -sum(one.cost for one in held.values())
    if dex == "":
        cash += sum(one.cost for coin, one in account.holdings.items() if coin not in held)
    worth = cash + sum(one.lots * marks[coin] for coin, one in held.items())
    value = sum(abs(one.lots) * marks[coin] for coin, one in held.items())
    used = sum(margin_used(markets[coin].listing, one, marks[coin]) for coin, one in held.items())
    needed = sum(maintenance(markets[coin].listing, abs(one.lots) * marks[coin]) for coin, one in held.items())
    summary = {
        "accountValue": usd(worth),
        "totalNtlPos": usd(value),
        "totalRawUsd": usd(cash),
        "totalMarginUsed": usd(used),
    }
    return {
        "marginSummary": summary,
        "crossMarginSummary": summary,
        "crossMaintenanceMarginUsed": usd(needed),
        "withdrawable": usd(max(0, worth - max(used, value // 10))),
        "assetPositions": [
            {"type": "oneWay", "position": _position(account, markets[coin].listing, one, marks[coin], worth - needed)}
            for coin, one in sorted(held.items())
        ],
        "time": now_ms,
    }


def margin_used(listing: Listing, held: Holding, mark: PriceUnits) -> MicroUsd:
    return abs(held.lots) * mark // listing.max_leverage


def maintenance(listing: Listing, notional: MicroUsd) -> MicroUsd:
    """Maintenance margin of a notional, tier by tier (section 11.4)."""
    deduction = Fraction(0)
    needed = Fraction(0)
    rate = Fraction(0)
    for bound, leverage in listing.tiers:
        if notional < bound:
            break
        tier_rate = Fraction(1, 2 * leverage)
        deduction += bound * (tier_rate - rate)
        rate = tier_rate
        needed = notional * rate - deduction
    return int(needed)


def _position(account: Account, listing: Listing, held: Holding, mark: PriceUnits, spare: MicroUsd) -> Document:
    asset, coin = listing.asset, listing.asset.name
    profit = held.lots * mark - held.cost
    return {
        "coin": coin,
        "szi": size_text(asset, held.lots),
        "leverage": {"type": "cross", "value": listing.max_leverage},
        "entryPx": price_text(asset, held.entry),
        "positionValue": usd(abs(held.lots) * mark),
        "unrealizedPnl": usd(profit),
        "returnOnEquity": number(int(Fraction(profit * listing.max_leverage * 10**10, abs(held.cost))), 10),
        "liquidationPx": _liquidation_price(listing, held, mark, spare),
        "marginUsed": usd(margin_used(listing, held, mark)),
        "maxLeverage": listing.max_leverage,
        "cumFunding": {
            "allTime": usd(-account.funding_of_all_time.get(coin, 0)),
            "sinceOpen": usd(-account.funding_since_open.get(coin, 0)),
            "sinceChange": usd(-account.funding_since_change.get(coin, 0)),
        },
    }


def _liquidation_price(listing: Listing, held: Holding, mark: PriceUnits, spare: MicroUsd) -> str | None:
    """mark - side * (account value - maintenance) / size / (1 - side * l); None at or below zero."""
    side = 1 if held.lots > 0 else -1
    notional = abs(held.lots) * mark
    leverage = next(leverage for bound, leverage in reversed(listing.tiers) if notional >= bound)
    price = mark - Fraction(side * spare, abs(held.lots)) / (1 - Fraction(side, 2 * leverage))
    decimals = 10
    scaled = int(price * 10 ** (decimals - listing.asset.price_decimals))
    return number(scaled, decimals) if scaled > 0 else None
