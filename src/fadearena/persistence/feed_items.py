"""What the live feed says of an entry: one item for each event, decision and trade, as the API shows them.

Pure. Sizes, prices and amounts are JSON numbers with every digit they have; times are milliseconds since the epoch.
"""

from __future__ import annotations

from typing import Any

import msgspec

from fadearena.domain.decisions import Reason, StrategyDecision, Trade
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.market import usd_text
from fadearena.domain.records import Entry

FeedType = str
"""``bot-trade``, ``decision``, ``my-trade``, ``settings-update`` or ``state-update``."""


class FeedItem(msgspec.Struct, frozen=True):
    """One item before it has its sequence number.

    Args:
        time_ms: of what it tells.
        data: JSON.
    """

    type: FeedType
    time_ms: int
    data: msgspec.Raw


def items_of(entry: Entry) -> list[FeedItem]:
    """The items of one entry, in the order in which things happened."""
    items: list[FeedItem] = []
    if entry.event is not None:
        items.append(_item("bot-trade", entry.event.time_ms, _event(entry.event)))
    items += [_item("decision", decision.time_ms, _decision(decision)) for decision in entry.decisions]
    why = {decision.id: decision.reason for decision in entry.decisions}
    for trade in entry.trades:
        reason = None if trade.decision_id is None else why.get(trade.decision_id)
        items.append(_item("my-trade", trade.time_ms, _trade(trade, reason)))
    return items


def _item(kind: FeedType, time_ms: int, data: dict[str, Any]) -> FeedItem:
    return FeedItem(kind, time_ms, msgspec.Raw(_ENCODER.encode(data)))


def _event(event: BotTradeEvent) -> dict[str, Any]:
    return {
        "botId": event.bot_id,
        "walletAddress": event.wallet,
        "event": {
            "id": event.id,
            "timestamp": event.time_ms,
            "asset": event.asset.name,
            "side": event.side.word,
            "size": _number(event.asset.size_text(event.lots)),
            "price": _number(event.asset.price_text(event.price)),
            "notional": _number(usd_text(event.notional)),
            "eventType": event.event_type,
        },
    }


def _decision(decision: StrategyDecision) -> dict[str, Any]:
    size_text = decision.asset.size_text
    return {
        "id": decision.id,
        "eventId": decision.event_id,
        "timestamp": decision.time_ms,
        "botId": decision.bot_id,
        "asset": decision.asset.name,
        "decision": decision.outcome,
        "reason": decision.reason,
        "skipReason": decision.skip_reason,
        "occasion": decision.occasion,
        "targetSize": _number(size_text(decision.target_lots)),
        "deltaSize": _number(size_text(decision.delta_lots)),
        "orderSize": _number(size_text(decision.order_lots)),
    }


def _trade(trade: Trade, reason: Reason | None) -> dict[str, Any]:
    return {
        "id": trade.id,
        "timestamp": trade.time_ms,
        "botId": trade.bot_id,
        "asset": trade.asset.name,
        "side": trade.side.word,
        "size": _number(trade.asset.size_text(trade.lots)),
        "price": _number(trade.asset.price_text(trade.price)),
        "notional": _number(usd_text(trade.notional)),
        "simulated": trade.simulated,
        "orderId": trade.exchange_order_id,
        "reason": None if reason is None else reason.sentence,
        "status": trade.status,
        "fee": _number(usd_text(trade.fee)),
        "pnl": None if trade.pnl is None else _number(usd_text(trade.pnl)),
    }


def _number(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode())


_ENCODER = msgspec.json.Encoder()
