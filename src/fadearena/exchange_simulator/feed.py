"""What subscribers are sent: first frames, the frames of a block, of an hour's funding, and of a moment in between.

Pure: values in, (subscription, data) out, in the order in which they go on the wire. At a print the market goes first
(book and mids at the print's price, then the trade), the account after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from fadearena.exchange_simulator import documents
from fadearena.exchange_simulator.account_answers import FILLS_PAGE, FUNDING_PAGE, aggregated, resting
from fadearena.exchange_simulator.book import FAST_LEVELS, LEVELS
from fadearena.exchange_simulator.documents import Document
from fadearena.exchange_simulator.exchange import Block, Exchange, FundingHour, Happening
from fadearena.exchange_simulator.margin import clearinghouse_state
from fadearena.exchange_simulator.market import BACKGROUND_MS
from fadearena.exchange_simulator.market_answers import bar_at, context, dex_names, mids
from fadearena.exchange_simulator.subscription import Subscription
from fadearena.hyperliquid.messages import Fill
from fadearena.hyperliquid.recordings import NO_HASH

TRADES_REPLAYED = 30
Frame = tuple[Subscription, Any]
Active = dict[str, list[Subscription]]
"""Subscriptions in force, by type."""


def channel(subscription: Subscription) -> str:
    """The channel a subscription is answered on."""
    return channel_of(subscription.type)


def channel_of(subscription_type: str) -> str:
    return "user" if subscription_type == "userEvents" else subscription_type


class Telling(msgspec.Struct, frozen=True):
    """One frame, ready for every socket that is subscribed to it.

    Args:
        raw: its bytes.
        coins: every asset it is about.
        top: best bid and ask, of a ``bbo`` frame.
    """

    raw: bytes
    coins: frozenset[str]
    top: list[Any] | None


def telling(subscription: Subscription, data: Any) -> Telling:
    raw = msgspec.json.encode({"channel": channel(subscription), "data": data})
    return Telling(raw, coins(subscription, data), data["bbo"] if subscription.type == "bbo" else None)


def coins(subscription: Subscription, data: Any) -> frozenset[str]:
    """Every asset a frame is about: the subscription's own, or those of an account's rows."""
    if subscription.coin:
        return frozenset((subscription.coin,))
    if not subscription.user:
        return frozenset()
    rows = _rows(data) if subscription.type != "clearinghouseState" else data["clearinghouseState"]["assetPositions"]
    inner = ("order", "position")
    named = [next((row[name] for name in inner if name in row), row) for row in rows]
    return frozenset(row["coin"] for row in named if "coin" in row)


def _rows(data: Any) -> list[Document]:
    """The rows of an account's frame: its lists, and what it tells alone."""
    fields = [data] if isinstance(data, list) else list(data.values())
    return [row for field in fields for row in (field if isinstance(field, list) else [field]) if isinstance(row, dict)]


def by_type(subscriptions: Iterable[Subscription]) -> Active:
    active: Active = {}
    for one in subscriptions:
        active.setdefault(one.type, []).append(one)
    return active


def first(exchange: Exchange, subscription: Subscription) -> Any | None:
    """What a new subscription is sent at once; None where nothing is."""
    if subscription.type == "trades":
        market = exchange.markets[subscription.coin]
        return [documents.trade(market.asset, one) for one in market.tape(exchange.now_ms, TRADES_REPLAYED)]
    maker = _SNAPSHOTS.get(subscription.type)
    return maker(exchange, subscription) if maker else None


def _mids(exchange: Exchange, asked: Subscription) -> Document:
    document: Document = {"mids": mids(exchange, asked.dex)}
    return {"dex": asked.dex, **document} if asked.dex else document


def _bbo(exchange: Exchange, asked: Subscription) -> Document:
    market = exchange.markets[asked.coin]
    return documents.bbo(market.asset, market.book_at(exchange.now_ms), exchange.now_ms)


def _book(exchange: Exchange, asked: Subscription) -> Document:
    market = exchange.markets[asked.coin]
    book = market.book_at(exchange.now_ms, asked.n_sig_figs, asked.mantissa)
    levels = FAST_LEVELS if asked.fast else LEVELS
    document = documents.l2_book(
        market.asset, book, exchange.now_ms, levels=levels, spread=asked.n_sig_figs is not None
    )  # fmt: skip
    return {**document, "fast": True} if asked.fast else document


def _candle(exchange: Exchange, asked: Subscription) -> Document:
    market = exchange.markets[asked.coin]
    begin, end = bar_at(asked.interval, exchange.now_ms)
    return documents.candle(market.asset, asked.interval, market.candle(begin, end, exchange.now_ms))


def _context(exchange: Exchange, asked: Subscription) -> Document:
    return {"coin": asked.coin, "ctx": context(exchange, asked.coin)}


def _state(exchange: Exchange, asked: Subscription) -> Document:
    account = exchange.account(asked.user)
    state = clearinghouse_state(account, exchange.markets, exchange.now_ms, asked.dex)
    return {"dex": asked.dex, "user": asked.user, "clearinghouseState": state}


def _web_data(exchange: Exchange, asked: Subscription) -> Document:
    account = exchange.account(asked.user)
    user_state = {
        "agentAddress": None, "agentValidUntil": None, "cumLedger": documents.usd(account.deposit),
        "serverTime": exchange.now_ms, "isVault": False, "user": asked.user,
    }  # fmt: skip
    dexes = [{"totalVaultEquity": "0.0", "perpsAtOpenInterestCap": []} for _ in range(1 + len(dex_names(exchange)))]
    return {"userState": user_state, "perpDexStates": dexes}


def _fills(exchange: Exchange, asked: Subscription) -> Document:
    newest_first = exchange.account(asked.user).fills[-FILLS_PAGE:][::-1]
    return {"isSnapshot": True, "user": asked.user, "fills": _fill_rows(newest_first, asked)}


def _fundings(exchange: Exchange, asked: Subscription) -> Document:
    payments = exchange.account(asked.user).payments[-FUNDING_PAGE:]
    rows = [documents.funding(exchange.assets[one.coin], one) for one in payments]
    return {"isSnapshot": True, "user": asked.user, "fundings": rows}


def _ledger(exchange: Exchange, asked: Subscription) -> Document:
    account = exchange.account(asked.user)
    delta = {"type": "deposit", "usdc": documents.usd(account.deposit)}
    rows = [{"time": account.opened_ms, "hash": NO_HASH, "delta": delta}] if account.deposit else []
    return {"isSnapshot": True, "user": asked.user, "nonFundingLedgerUpdates": rows}


def _open_orders(exchange: Exchange, asked: Subscription) -> Document:
    rows = [documents.frontend_order(record) for record in resting(exchange, asked.user, asked.dex)]
    return {"dex": asked.dex, "user": asked.user, "orders": rows}


_SNAPSHOTS: dict[str, Callable[[Exchange, Subscription], Document]] = {
    "allMids": _mids,
    "bbo": _bbo,
    "l2Book": _book,
    "activeAssetCtx": _context,
    "clearinghouseState": _state,
    "openOrders": _open_orders,
    "webData3": _web_data,
    "userFills": _fills,
    "userFundings": _fundings,
    "userNonFundingLedgerUpdates": _ledger,
}


def of_happening(exchange: Exchange, happening: Happening, active: Active) -> Iterator[Frame]:
    """The frames of what just happened, in order."""
    if isinstance(happening, Block):
        yield from _of_block(exchange, happening, active)
    else:
        yield from _of_funding(exchange, happening, active)


def _of_block(exchange: Exchange, block: Block, active: Active) -> Iterator[Frame]:
    coins = block.coins
    for kind in ("bbo", "l2Book", "allMids", "activeAssetCtx", "candle"):
        maker = _candle if kind == "candle" else _SNAPSHOTS[kind]
        yield from ((one, maker(exchange, one)) for one in active.get(kind, ()) if not one.coin or one.coin in coins)
    for one in active.get("trades", ()):
        if one.coin in coins:
            market = exchange.markets[one.coin]
            trades = market.prints_between(block.time_ms - 1, block.time_ms)
            yield one, [documents.trade(market.asset, trade) for trade in trades]
    for user, fills in block.fills.items():
        yield from _of_user(exchange, user, fills, active)


def _of_user(exchange: Exchange, user: str, fills: list[Fill], active: Active) -> Iterator[Frame]:
    for one in _of(active, "userFills", user):
        yield one, {"user": user, "fills": _fill_rows(fills, one)}
    for one in _of(active, "userEvents", user):
        yield one, {"fills": [documents.fill(fill) for fill in fills]}
    for one in _of(active, "orderUpdates", user):
        yield one, _order_updates(exchange, user, fills)
    for one in _of(active, "notification", user):
        yield from ((one, {"notification": _in_words(fill)}) for fill in fills if not fill.crossed)
    for kind in ("openOrders", "clearinghouseState"):
        for one in _of(active, kind, user):
            yield one, _SNAPSHOTS[kind](exchange, one)


def _in_words(fill: Fill) -> str:
    verb = "Bought" if fill.side == "B" else "Sold"
    return f"Resting order filled: {verb} {fill.sz} {fill.coin} at ${fill.px}"


def _fill_rows(fills: list[Fill], asked: Subscription) -> list[Document]:
    return [documents.fill(one) for one in (aggregated(fills) if asked.aggregate_by_time else fills)]


def _order_updates(exchange: Exchange, user: str, fills: list[Fill]) -> list[Document]:
    """An order that fills at once is first open, then filled, in one frame."""
    rows = []
    for oid in dict.fromkeys(fill.oid for fill in fills):
        record = exchange.orders[user][oid]
        if record.placed_ms == record.changed_ms:
            rows.append(documents.order_update(msgspec.structs.replace(record, filled=0)))
        rows.append(documents.order_update(record))
    return rows


def _of_funding(exchange: Exchange, hour: FundingHour, active: Active) -> Iterator[Frame]:
    for user, payments in hour.payments.items():
        rows = [documents.funding(exchange.assets[one.coin], one) for one in payments]
        for one in _of(active, "userFundings", user):
            yield one, {"user": user, "fundings": rows}
        for one in _of(active, "userEvents", user):
            yield from ((one, {"funding": row}) for row in rows)
        for one in _of(active, "clearinghouseState", user):
            yield one, _state(exchange, one)


def _of(active: Active, kind: str, user: str) -> list[Subscription]:
    return [one for one in active.get(kind, ()) if one.user == user]


def background_trades(exchange: Exchange, asked: Subscription, after_ms: int) -> list[Document]:
    """The newest trade among market makers since ``after_ms``; at high speed those before it are left out."""
    market, now_ms = exchange.markets[asked.coin], exchange.now_ms
    slot = now_ms // BACKGROUND_MS
    newest = [one for one in (market.background(slot), market.background(slot - 1)) if after_ms < one.time_ms <= now_ms]
    return [documents.trade(market.asset, newest[0])] if newest else []


CADENCE = {
    "bbo": 1,
    "allMids": 5,
    "l2Book": 5,
    "activeAssetCtx": 10,
    "candle": 10,
    "clearinghouseState": 20,
    "webData3": 50,
}
"""On every how-manieth tick (a tenth of a real second) a type is sent between events."""


def of_tick(exchange: Exchange, active: Active, tick: int, since_ms: int) -> Iterator[Frame]:
    """The frames of a moment in which nothing happened; ``since_ms`` is the virtual time of the tick before."""
    for one in active.get("trades", ()):
        rows = background_trades(exchange, one, since_ms)
        if rows:
            yield one, rows
    for kind, every in CADENCE.items():
        if tick % every == 0:
            maker = _candle if kind == "candle" else _SNAPSHOTS[kind]
            yield from ((one, maker(exchange, one)) for one in active.get(kind, ()))
