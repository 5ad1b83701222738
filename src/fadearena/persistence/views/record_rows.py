"""Rows of what was recorded as values of ``record_answers``. Pure."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from fadearena.persistence.views.reader import Row, to_ms, to_ms_or_none
from fadearena.persistence.views.record_answers import DecisionView, EventView, OrderView, ReasonView, TradeView

DECISION_COLUMNS = """SELECT "id", "botTradeEventId", "timestamp", "botId", "asset", "decision", "reason", "skipReason",
       "reasonCode", "skipCode", "occasion", "targetSize", "deltaSize", "orderSize" FROM "StrategyDecision\""""
"""What ``decision_view`` needs."""

_LEADER = ": decision "


def decision_view(row: Row) -> DecisionView:
    """A row of DECISION_COLUMNS."""
    return DecisionView(
        id=str(row["id"]),
        event_id=str(row["botTradeEventId"]),
        timestamp=to_ms(row["timestamp"]),
        bot_id=row["botId"],
        asset=row["asset"],
        decision=row["decision"],
        reason=_reason(row["reasonCode"], row["reason"]),
        skip_reason=_reason(row["skipCode"], row["skipReason"]),
        occasion=row["occasion"],
        target_size=row["targetSize"],
        delta_size=row["deltaSize"],
        order_size=row["orderSize"],
        leader_id=_leader(row["skipCode"], row["skipReason"]),
    )


def _leader(code: str | None, text: str | None) -> str | None:
    """A decision that was taken together with others names the one that acted at the end of its sentence."""
    if code != "coalesced" or text is None:
        return None
    named = text.rpartition(_LEADER)[2]
    try:
        return str(uuid.UUID(named))
    except ValueError:
        return None


def _reason(code: str | None, text: str | None) -> ReasonView | None:
    """The column holds ``code: sentence``, so that a query by hand reads well; here they are apart."""
    if code is None:
        return None
    return ReasonView(code=code, sentence=(text or "").removeprefix(f"{code}: "))


def event_view(row: Row) -> EventView:
    """A whole row of "BotTradeEvent"."""
    return EventView(
        id=str(row["id"]),
        bot_id=row["botId"],
        wallet_address=row["walletAddress"],
        timestamp=to_ms(row["timestamp"]),
        event_type=row["eventType"],
        asset=row["asset"],
        side=row["side"],
        size=row["size"],
        price=row["price"],
        notional=row["notional"],
        previous_size=row["previousSize"],
        previous_notional=row["previousNotional"],
        current_size=row["currentSize"],
        current_notional=row["currentNotional"],
        hyperliquid_fill_hash=row["hyperliquidFillHash"],
        raw_data=stored_json(row["rawData"]),
    )


def order_view(row: Row) -> OrderView:
    """A whole row of "MyTrade"."""
    return OrderView(
        id=str(row["id"]),
        timestamp=to_ms(row["timestamp"]),
        asset=row["asset"],
        side=row["side"],
        size=row["size"],
        price=row["price"],
        notional=row["notional"],
        status=row["status"],
        fee=row["fee"],
        pnl=row["pnl"],
        closed_at=to_ms_or_none(row["closedAt"]),
        simulated=row["simulated"],
        cloid=row["cloid"],
        hyperliquid_order_id=row["hyperliquidOrderId"],
        order_request=stored_json(row["orderRequest"]),
        order_result=None if row["orderResult"] is None else stored_json(row["orderResult"]),
    )


def stored_json(text: str) -> Any:
    """A JSON column, decoded."""
    return msgspec.json.decode(text)


def trade_view(row: Row) -> TradeView:
    """A row of either side with the columns of one time line."""
    decision = row["decisionId"]
    return TradeView(
        id=str(row["id"]),
        type=row["type"],
        bot_id=row["botId"],
        timestamp=to_ms(row["timestamp"]),
        asset=row["asset"],
        side=row["side"],
        size=row["size"],
        price=row["price"],
        notional=row["notional"],
        pnl=row["pnl"],
        fee=row["fee"],
        simulated=row["simulated"],
        status=row["status"],
        decision_id=None if decision is None else str(decision),
    )
