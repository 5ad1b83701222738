"""Domain values as the rows of the tables, ready to be sent as JSON.

Pure. Numbers become decimal text, which PostgreSQL reads into NUMERIC without loss; times stay milliseconds until the
statement turns them into TIMESTAMPTZ. ``readings`` goes the other way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from fadearena.domain.decisions import Reason, StrategyDecision, Trade
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.market import to_text, usd_text
from fadearena.domain.positions import Book
from fadearena.domain.records import Entry, FundingPayment
from fadearena.persistence.feed_items import FeedItem, items_of

Row = dict[str, Any]


class Batch(msgspec.Struct, frozen=True):
    """Entries as what the append statement takes: one JSON array a table.

    Args:
        tables: the rows of each of ``append_statement.OPTIONAL``, None where there are none.
    """

    feed_count: int
    entry_count: int
    entries: str
    feed: str
    tables: dict[str, str | None]


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


def batch_of(entries: Sequence[Entry], key: str) -> Batch:
    """The rows of all entries. Of a book or trade that several entries change, the last state goes into its table.

    Args:
        key: marks the entries of this batch, so that it can be asked for after a lost connection.
    """
    feed = [item for entry in entries for item in items_of(entry)]
    trades = {trade.id: trade for entry in entries for trade in entry.trades}
    books = {(book.bot_id, book.asset.name): book for entry in entries for book in entry.books}
    tables = {
        "events": [_event(n, entry.event) for n, entry in _numbered(entries) if entry.event is not None],
        "decisions": [_decision(decision) for entry in entries for decision in entry.decisions],
        "trades": [_trade(trade) for trade in trades.values()],
        "books": [_book(book) for book in books.values()],
        "funding": [_funding(payment) for entry in entries for payment in entry.funding],
    }
    return Batch(
        feed_count=len(feed),
        entry_count=len(entries),
        entries=_json([_entry(n, entry, key) for n, entry in _numbered(entries)]),
        feed=_json([feed_row(n, item) for n, item in enumerate(feed, 1)]),
        tables={name: _json(rows) if rows else None for name, rows in tables.items()},
    )


def feed_row(ordinal: int, item: FeedItem) -> Row:
    return {"n": ordinal, "type": item.type, "data": item.data, "createdAt": item.time_ms}


def _numbered(entries: Sequence[Entry]) -> list[tuple[int, Entry]]:
    return list(enumerate(entries, 1))


def _event(ordinal: int, event: BotTradeEvent) -> Row:
    asset, price = event.asset, event.price
    is_fill = event.event_type == "fill"
    return {
        "n": ordinal,
        "id": event.id,
        "botId": event.bot_id,
        "walletAddress": event.wallet,
        "timestamp": event.time_ms,
        "eventType": event.event_type,
        "asset": asset.name,
        "side": event.side.word,
        "size": asset.size_text(event.lots),
        "price": asset.price_text(price),
        "notional": usd_text(event.notional),
        "previousSize": asset.size_text(event.previous_lots),
        "previousNotional": usd_text(event.previous_lots * price),
        "currentSize": asset.size_text(event.current_lots),
        "currentNotional": usd_text(event.current_lots * price),
        "hyperliquidFillHash": event.fill_hash,
        "rawData": msgspec.Raw(event.raw or b"null"),
        "sizeDecimals": asset.size_decimals,
        "orderId": event.order_id,
        "tid": event.trade_id if is_fill else None,
        "closedPnl": usd_text(event.closed_pnl),
        "fee": usd_text(event.fee),
    }


def _decision(decision: StrategyDecision) -> Row:
    asset = decision.asset
    return {
        "id": decision.id,
        "botTradeEventId": decision.event_id,
        "timestamp": decision.time_ms,
        "decision": decision.outcome,
        "reason": _reason(decision.reason),
        "skipReason": _reason(decision.skip_reason),
        "riskChecks": decision.checks,
        "settingsSnapshot": msgspec.Raw(decision.settings),
        "botId": decision.bot_id,
        "asset": asset.name,
        "sizeDecimals": asset.size_decimals,
        "occasion": decision.occasion,
        "reasonCode": None if decision.reason is None else decision.reason.code,
        "skipCode": None if decision.skip_reason is None else decision.skip_reason.code,
        "inputs": msgspec.Raw(decision.inputs),
        "targetSize": asset.size_text(decision.target_lots),
        "deltaSize": asset.size_text(decision.delta_lots),
        "orderSize": asset.size_text(decision.order_lots),
    }


def _trade(trade: Trade) -> Row:
    asset = trade.asset
    return {
        "id": trade.id,
        "botTradeEventId": trade.event_id,
        "strategyDecisionId": trade.decision_id,
        "botId": trade.bot_id,
        "timestamp": trade.time_ms,
        "asset": asset.name,
        "side": trade.side.word,
        "size": asset.size_text(trade.lots),
        "price": asset.price_text(trade.price),
        "notional": usd_text(trade.notional),
        "orderRequest": msgspec.Raw(trade.request),
        "orderResult": None if trade.result is None else msgspec.Raw(trade.result),
        "hyperliquidOrderId": trade.exchange_order_id,
        "cloid": trade.cloid,
        "status": trade.status,
        "fee": usd_text(trade.fee),
        "pnl": None if trade.pnl is None else usd_text(trade.pnl),
        "closedAt": trade.closed_at_ms,
        "simulated": trade.simulated,
        "sizeDecimals": asset.size_decimals,
    }


def _book(book: Book) -> Row:
    asset, position = book.asset, book.position
    size, price = asset.size_text, asset.price_text
    return {
        "botId": book.bot_id,
        "asset": asset.name,
        "sizeDecimals": asset.size_decimals,
        "botSize": size(book.bot_lots),
        "botCost": usd_text(book.bot_cost),
        "baselineSize": size(book.baseline_lots),
        "anchorPrice": price(book.anchor_price),
        "size": size(position.lots),
        "cost": usd_text(position.cost),
        "inFlightBuy": size(book.in_flight_buy),
        "inFlightSell": size(book.in_flight_sell),
        "realised": usd_text(book.realised),
        "fees": usd_text(book.fees),
        "funding": usd_text(book.funding),
        "botRealised": usd_text(book.bot_realised),
        "botFees": usd_text(book.bot_fees),
        "botVolume": usd_text(book.bot_volume),
        "volume": usd_text(book.volume),
        "lastPrice": price(book.last_price),
        "botTrades": book.bot_trades,
        "botCloses": book.bot_closes,
        "botWins": book.bot_wins,
        "trades": book.trades,
        "closes": book.closes,
        "wins": book.wins,
        "lastEventId": book.last_event_id,
        "lastEventAt": book.last_event_ms or None,
    }


def _funding(payment: FundingPayment) -> Row:
    asset = payment.asset
    return {
        "botId": payment.bot_id,
        "asset": asset.name,
        "timestamp": payment.time_ms,
        "sizeDecimals": asset.size_decimals,
        "size": asset.size_text(payment.lots),
        "rate": to_text(payment.rate_e10, 10),
        "oraclePrice": asset.price_text(payment.oracle),
        "amount": usd_text(payment.amount),
    }


def _entry(ordinal: int, entry: Entry, key: str) -> Row:
    return {
        "n": ordinal,
        "batch": key,
        "eventId": None if entry.event is None else entry.event.id,
        "decisionIds": [decision.id for decision in entry.decisions],
        "trades": [_state(trade) for trade in entry.trades],
        "books": entry.books,
        "funding": entry.funding,
    }


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


def _json(rows: list[Row]) -> str:
    return _ENCODER.encode(rows).decode()
