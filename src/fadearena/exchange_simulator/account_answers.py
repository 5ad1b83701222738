"""What /info says about accounts.

Pure. Shapes: sections 5.7 to 5.10. An address that no recording knows has an empty account; nothing
about it is refused.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from fadearena.domain.market import MicroUsd, nearest_usd_micro
from fadearena.exchange_simulator import documents
from fadearena.exchange_simulator.documents import Document
from fadearena.exchange_simulator.exchange import EquityPoint, Exchange
from fadearena.exchange_simulator.info_request import InfoRequest
from fadearena.exchange_simulator.margin import clearinghouse_state
from fadearena.exchange_simulator.market import MS_PER_HOUR
from fadearena.exchange_simulator.market_answers import market_of
from fadearena.exchange_simulator.orders import OrderRecord
from fadearena.hyperliquid.messages import Fill
from fadearena.hyperliquid.recordings import NO_HASH

FILLS_PAGE = 2000
FILLS_REACHABLE = 10_000
FUNDING_PAGE = 500
ORDERS_REMEMBERED = 2000
PORTFOLIO_POINTS_MAX = 100
REQUESTS_FREE = 10_000
FEE_DAYS = 14
TAKER_RATE, MAKER_RATE = "0.00045", "0.00015"
DAY = 24 * MS_PER_HOUR
PRICE_QUANTUM = Decimal("0.00000001")
PERIODS = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY, "allTime": 1 << 50}


def clearinghouse(exchange: Exchange, request: InfoRequest) -> Document:
    account = exchange.account(request.user())
    return clearinghouse_state(account, exchange.markets, exchange.now_ms, request.dex)


def spot_clearinghouse(_exchange: Exchange, request: InfoRequest) -> Document:
    request.user()
    return {"balances": []}


def open_orders(exchange: Exchange, request: InfoRequest) -> list[Document]:
    return [documents.order(record) for record in resting(exchange, request.user(), request.dex)]


def frontend_open_orders(exchange: Exchange, request: InfoRequest) -> list[Document]:
    return [documents.frontend_order(record) for record in resting(exchange, request.user(), request.dex)]


def resting(exchange: Exchange, user: str, dex: str) -> list[OrderRecord]:
    """Orders of one account on one dex that are not yet filled, newest first."""
    orders = exchange.orders.get(user, {}).values()
    return [one for one in orders if one.left and exchange.markets[one.asset.name].listing.dex == dex][::-1]


def order_status(exchange: Exchange, request: InfoRequest) -> Document:
    wanted = request.either("oid")
    orders = exchange.orders.get(request.user(), {})
    for record in list(orders.values())[-ORDERS_REMEMBERED:]:
        if wanted in (record.oid, record.cloid):
            return {"status": "order", "order": documents.order_with_status(record)}
    return {"status": "unknownOid"}


def historical_orders(exchange: Exchange, request: InfoRequest) -> list[Document]:
    orders = list(exchange.orders.get(request.user(), {}).values())[-ORDERS_REMEMBERED:]
    return [documents.order_with_status(record) for record in orders[::-1]]


def user_fills(exchange: Exchange, request: InfoRequest) -> list[Document]:
    fills = exchange.account(request.user()).fills[-FILLS_PAGE:]
    rows = aggregated(fills) if request.flag("aggregateByTime") else fills
    return [documents.fill(one) for one in rows[::-1]]


def user_fills_by_time(exchange: Exchange, request: InfoRequest) -> list[Document]:
    start, end = request.integer("startTime"), request.integer("endTime", exchange.now_ms)
    fills = exchange.account(request.user()).fills[-FILLS_REACHABLE:]
    first = bisect_left(fills, start, key=_fill_time)
    until = bisect_right(fills, end, key=_fill_time)
    page = fills[first : min(until, first + FILLS_PAGE)]
    rows = aggregated(page) if request.flag("aggregateByTime") else page
    return [documents.fill(one) for one in rows]


def aggregated(fills: Iterable[Fill]) -> list[Fill]:
    """Rows with the pieces of one order in one block made one, at their volume-weighted price."""
    merged: dict[tuple[int, int, str], Fill] = {}
    for one in fills:
        key = (one.time, one.oid, one.coin)
        merged[key] = _together(merged[key], one) if key in merged else one
    return list(merged.values())


def _together(first: Fill, second: Fill) -> Fill:
    size = Decimal(first.sz) + Decimal(second.sz)
    price = (Decimal(first.px) * Decimal(first.sz) + Decimal(second.px) * Decimal(second.sz)) / size
    return msgspec.structs.replace(
        first,
        px=f"{price.quantize(PRICE_QUANTUM).normalize():f}",
        sz=f"{size:f}",
        closed_pnl=f"{Decimal(first.closed_pnl) + Decimal(second.closed_pnl):f}",
        fee=f"{Decimal(first.fee) + Decimal(second.fee):f}",
    )


def _fill_time(fill: Fill) -> int:
    return fill.time


def user_funding(exchange: Exchange, request: InfoRequest) -> list[Document]:
    start, end = request.integer("startTime", 0), request.integer("endTime", exchange.now_ms)
    payments = [
        payment for payment in exchange.account(request.user()).payments if start <= payment.time_ms <= end
    ][:FUNDING_PAGE]  # fmt: skip
    return [documents.funding_row(exchange.assets[payment.coin], payment) for payment in payments]


def ledger_updates(exchange: Exchange, request: InfoRequest) -> list[Document]:
    """Transfers: the deposit that the account began with."""
    account = exchange.account(request.user())
    start, end = request.integer("startTime", 0), request.integer("endTime", exchange.now_ms)
    if not account.deposit or not start <= account.opened_ms <= end:
        return []
    delta = {"type": "deposit", "usdc": documents.usd(account.deposit)}
    return [{"time": account.opened_ms, "hash": NO_HASH, "delta": delta}]


def user_fees(exchange: Exchange, request: InfoRequest) -> Document:
    """The base tier, without discounts (section 5.9)."""
    today = datetime.fromtimestamp(exchange.now_ms / 1000, UTC).date()
    taken, made = _daily_volumes(exchange, request.user())
    dates = [str(today - timedelta(days=back)) for back in range(FEE_DAYS, -1, -1)]
    days = [
        {
            "date": date,
            "userCross": documents.usd(taken.get(date, 0)),
            "userAdd": documents.usd(made.get(date, 0)),
            "exchange": documents.usd(taken.get(date, 0) + made.get(date, 0)),
        }
        for date in dates
    ]
    schedule = {
        "cross": TAKER_RATE, "add": MAKER_RATE, "spotCross": "0.0007", "spotAdd": "0.0004",
        "tiers": {"vip": [], "mm": []}, "referralDiscount": "0.04", "stakingDiscountTiers": [],
    }  # fmt: skip
    return {
        "dailyUserVlm": days, "feeSchedule": schedule, "userCrossRate": TAKER_RATE, "userAddRate": MAKER_RATE,
        "userSpotCrossRate": "0.0007", "userSpotAddRate": "0.0004", "activeReferralDiscount": "0.0", "trial": None,
        "feeTrialEscrow": "0.0", "nextTrialAvailableTimestamp": None, "stakingLink": None,
        "activeStakingDiscount": {"bpsOfMaxSupply": "0.0", "discount": "0.0"},
    }  # fmt: skip


def _daily_volumes(exchange: Exchange, user: str) -> tuple[dict[str, MicroUsd], dict[str, MicroUsd]]:
    """What was taken and what was made, by UTC date."""
    taken: dict[str, MicroUsd] = {}
    made: dict[str, MicroUsd] = {}
    fills = exchange.account(user).fills
    for one in fills[bisect_left(fills, exchange.now_ms - (FEE_DAYS + 1) * DAY, key=_fill_time) :]:
        date = str(datetime.fromtimestamp(one.time / 1000, UTC).date())
        volumes, asset = taken if one.crossed else made, exchange.assets[one.coin]
        volumes[date] = volumes.get(date, 0) + asset.lots(one.sz) * asset.price(one.px)
    return taken, made


def user_rate_limit(exchange: Exchange, request: InfoRequest) -> Document:
    user = request.user()
    volume = exchange.account(user).volume
    return {
        "cumVlm": documents.usd(volume),
        "nRequestsUsed": len(exchange.orders.get(user, {})),
        "nRequestsCap": REQUESTS_FREE + volume // 1_000_000,
        "nRequestsSurplus": 0,
    }


def portfolio(exchange: Exchange, request: InfoRequest) -> list[list[Any]]:
    """Equity and profit by period; perpetuals are all there is, so the ``perp`` periods say the same."""
    points = list(exchange.equity_points.get(request.user(), ()))
    periods: list[list[Any]] = [[name, _period(points, exchange.now_ms - length)] for name, length in PERIODS.items()]
    perp = [[f"perp{name[0].upper()}{name[1:]}", document] for name, document in periods]
    return periods + perp


def _period(points: list[EquityPoint], since_ms: int) -> Document:
    inside = [point for point in points if point.time_ms >= since_ms]
    before = next((point for point in reversed(points) if point.time_ms < since_ms), None)
    profit_before, volume_before = (before.profit, before.volume) if before else (0, 0)
    thinned = inside[:: max(1, -(-len(inside) // PORTFOLIO_POINTS_MAX))]
    return {
        "accountValueHistory": [[point.time_ms, documents.usd(point.equity)] for point in thinned],
        "pnlHistory": [[point.time_ms, documents.usd(point.profit - profit_before)] for point in thinned],
        "vlm": documents.usd(inside[-1].volume - volume_before if inside else 0),
    }


def user_role(exchange: Exchange, request: InfoRequest) -> Document:
    return {"role": "user" if request.user() in exchange.accounts else "missing"}


def sub_accounts(_exchange: Exchange, request: InfoRequest) -> None:
    request.user()


def none_of_these(_exchange: Exchange, request: InfoRequest) -> list[Document]:
    """What no account here has: TWAP slices, shares in vaults."""
    request.user()
    return []


def user_abstraction(_exchange: Exchange, request: InfoRequest) -> str:
    """Accounts here are of the plain kind: the perpetual state is the balance."""
    request.user()
    return "disabled"


def active_asset_data(exchange: Exchange, request: InfoRequest) -> Document:
    """How much of one coin the account could still trade, at the leverage shown."""
    account, market = exchange.account(request.user()), market_of(exchange, request.text("coin"))
    state = clearinghouse_state(account, exchange.markets, exchange.now_ms, market.listing.dex)
    mark = market.mark_at(exchange.now_ms)
    free, leverage = nearest_usd_micro(state["withdrawable"]), market.listing.max_leverage
    most = documents.size_text(market.asset, free * leverage // mark)
    return {
        "user": account.wallet,
        "coin": market.asset.name,
        "leverage": {"type": "cross", "value": leverage},
        "maxTradeSzs": [most, most],
        "availableToTrade": [documents.usd(free), documents.usd(free)],
        "markPx": documents.price_text(market.asset, mark),
    }


def extra_agents(_exchange: Exchange, request: InfoRequest) -> list[Document]:
    request.user()
    return []
