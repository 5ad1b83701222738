"""Domain values as the rows of the tables, ready to be sent.

Pure. Each function gives one row: the values of its columns in the order in which ``append_statement`` names them, as
text. Numbers become decimal text, which PostgreSQL reads into NUMERIC without loss; times are milliseconds since the
epoch. ``readings`` goes the other way.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from fadearena.domain.decisions import Reason, StrategyDecision, Trade
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import BotId, TradeId
from fadearena.domain.market import AssetName, to_text, usd_text
from fadearena.domain.positions import Book
from fadearena.domain.records import Entry, FundingPayment
from fadearena.persistence.append_statement import TABLES, Row
from fadearena.persistence.feed_items import FeedItem, items_of


class Batch(msgspec.Struct, frozen=True):
    """Entries as what the append statement takes.

    Args:
        rows: of each of ``append_statement.TABLES``.
    """

    feed_count: int
    entry_count: int
    rows: dict[str, list[Row]]


class TradeState(msgspec.Struct, frozen=True):
    """What of a trade changes after it is first written. ``notional`` is None where it is size times price."""

    id: str
    lots: int
    price: int
    notional: int | None
    status: str
    fee: int
    pnl: int | None
    closed_at_ms: int | None
    order_id: str | None
    result: msgspec.Raw


def batch_of(entries: Sequence[Entry], key: str, controls_version: int) -> Batch:
    """The rows of all entries. Of a book or trade that several entries change, the last state goes into its table.

    Args:
        key: marks the entries of this batch, so that it can be asked for after a lost connection.
    """
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    trades: dict[TradeId, Trade] = {}
    books: dict[tuple[BotId, AssetName], Book] = {}
    for ordinal, entry in enumerate(entries, 1):
        if entry.event is not None:
            rows["events"].append(_event(ordinal, entry.event))
        rows["decisions"] += [_decision(decision) for decision in entry.decisions]
        rows["funding"] += [_funding(payment) for payment in entry.funding]
        rows["entries"].append(_entry(ordinal, entry, key, controls_version))
        rows["feed"] += [_feed(n, item) for n, item in enumerate(items_of(entry), len(rows["feed"]) + 1)]
        trades.update({trade.id: trade for trade in entry.trades})
        books.update({(book.bot_id, book.asset.name): book for book in entry.books})
    # A trade whose decision is new is new itself, and an INSERT that need not look for it first is the cheaper one.
    decided = {decision.id for entry in entries for decision in entry.decisions}
    for trade in trades.values():
        rows["orders" if trade.decision_id in decided else "trades"].append(_trade(trade))
    rows["books"] = [_book(book) for book in books.values()]
    return Batch(len(rows["feed"]), len(entries), rows)


def _event(ordinal: int, event: BotTradeEvent) -> Row:
    asset, price = event.asset, event.price
    return (
        str(ordinal),
        event.id.hex,
        event.bot_id,
        event.wallet,
        str(event.time_ms),
        event.event_type,
        asset.name,
        event.side.word,
        asset.size_text(event.lots),
        asset.price_text(price),
        usd_text(event.notional),
        asset.size_text(event.previous_lots),
        usd_text(event.previous_lots * price),
        asset.size_text(event.current_lots),
        usd_text(event.current_lots * price),
        event.fill_hash,
        (event.raw or b"null").decode(),
        str(asset.size_decimals),
        str(event.order_id),
        str(event.trade_id) if event.event_type == "fill" else None,
        usd_text(event.closed_pnl),
        usd_text(event.fee),
    )


def _decision(decision: StrategyDecision) -> Row:
    asset = decision.asset
    return (
        decision.id.hex,
        decision.event_id.hex,
        str(decision.time_ms),
        decision.outcome,
        _reason(decision.reason),
        _reason(decision.skip_reason),
        _json(decision.checks),
        decision.settings.decode(),
        decision.bot_id,
        asset.name,
        str(asset.size_decimals),
        decision.occasion,
        None if decision.reason is None else decision.reason.code,
        None if decision.skip_reason is None else decision.skip_reason.code,
        decision.inputs.decode(),
        asset.size_text(decision.target_lots),
        asset.size_text(decision.delta_lots),
        asset.size_text(decision.order_lots),
    )


def _trade(trade: Trade) -> Row:
    asset = trade.asset
    return (
        trade.id.hex,
        None if trade.event_id is None else trade.event_id.hex,
        None if trade.decision_id is None else trade.decision_id.hex,
        trade.bot_id,
        str(trade.time_ms),
        asset.name,
        trade.side.word,
        asset.size_text(trade.lots),
        asset.price_text(trade.price),
        usd_text(trade.notional),
        trade.request.decode(),
        None if trade.result is None else trade.result.decode(),
        trade.exchange_order_id,
        trade.cloid,
        trade.status,
        usd_text(trade.fee),
        None if trade.pnl is None else usd_text(trade.pnl),
        None if trade.closed_at_ms is None else str(trade.closed_at_ms),
        "true" if trade.simulated else "false",
        str(asset.size_decimals),
    )


def _book(book: Book) -> Row:
    asset, position = book.asset, book.position
    size, price = asset.size_text, asset.price_text
    return (
        book.bot_id,
        asset.name,
        str(asset.size_decimals),
        size(book.bot_lots),
        usd_text(book.bot_cost),
        size(book.baseline_lots),
        price(book.anchor_price),
        size(position.lots),
        usd_text(position.cost),
        size(book.in_flight_buy),
        size(book.in_flight_sell),
        usd_text(book.realised),
        usd_text(book.fees),
        usd_text(book.funding),
        usd_text(book.bot_realised),
        usd_text(book.bot_fees),
        usd_text(book.bot_volume),
        usd_text(book.volume),
        price(book.last_price),
        str(book.bot_trades),
        str(book.bot_closes),
        str(book.bot_wins),
        str(book.trades),
        str(book.closes),
        str(book.wins),
        book.last_event_id,
        str(book.last_event_ms) if book.last_event_ms else None,
    )


def _funding(payment: FundingPayment) -> Row:
    asset = payment.asset
    return (
        payment.bot_id,
        asset.name,
        str(payment.time_ms),
        str(asset.size_decimals),
        asset.size_text(payment.lots),
        to_text(payment.rate_e10, 10),
        asset.price_text(payment.oracle),
        usd_text(payment.amount),
    )


def _entry(ordinal: int, entry: Entry, key: str, controls_version: int) -> Row:
    return (
        str(ordinal),
        key,
        None if entry.event is None else entry.event.id.hex,
        f"{{{','.join([decision.id.hex for decision in entry.decisions])}}}",
        _json([_state(trade) for trade in entry.trades]),
        _json(entry.books),
        _json(entry.funding),
        str(controls_version),
    )


def _feed(ordinal: int, item: FeedItem) -> Row:
    return (str(ordinal), item.type, bytes(item.data).decode(), str(item.time_ms))


def _state(trade: Trade) -> TradeState:
    return TradeState(
        id=trade.id.hex,
        lots=trade.lots,
        price=trade.price,
        notional=trade.executed_notional,
        status=trade.status,
        fee=trade.fee,
        pnl=trade.pnl,
        closed_at_ms=trade.closed_at_ms,
        order_id=trade.exchange_order_id,
        result=msgspec.Raw(trade.result or b"null"),
    )


def _reason(reason: Reason | None) -> str | None:
    return None if reason is None else f"{reason.code}: {reason.sentence}"


_ENCODER = msgspec.json.Encoder()


def _json(value: object) -> str:
    return _ENCODER.encode(value).decode()
