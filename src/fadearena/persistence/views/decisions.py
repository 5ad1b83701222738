"""The audit trail: pages of decisions, and one with everything that led to it and came of it."""

from __future__ import annotations

import uuid
from typing import Any, Literal

import msgspec

from fadearena.persistence.views.answers import (
    DecisionDetail,
    Decisions,
    DecisionView,
    EventView,
    OrderView,
    ReasonView,
    RiskCheckView,
)
from fadearena.persistence.views.paging import Conditions, PageWish, Totals, pagination
from fadearena.persistence.views.reader import Reader, Row, from_ms, to_ms, to_ms_or_none

_COLUMNS = """SELECT "id", "botTradeEventId", "timestamp", "botId", "asset", "decision", "reason", "skipReason",
       "reasonCode", "skipCode", "occasion", "targetSize", "deltaSize", "orderSize" FROM "StrategyDecision\""""

_ORDERS = 'SELECT * FROM "MyTrade" WHERE "strategyDecisionId" = $1 ORDER BY "timestamp", "id" LIMIT $2'
_ORDERS_MAX = 100


class DecisionFilter(msgspec.Struct, frozen=True):
    """Which decisions; None is any. Times are milliseconds, both inclusive; ``event_id`` is the event decided on."""

    bot_id: str | None = None
    asset: str | None = None
    decision: Literal["execute", "skip"] | None = None
    skip_code: str | None = None
    event_id: uuid.UUID | None = None
    start_ms: int | None = None
    end_ms: int | None = None


async def decisions(reader: Reader, totals: Totals, wanted: DecisionFilter, wish: PageWish) -> Decisions:
    """A page of decisions, newest first.

    Raises:
        BadCursorError, PageTooDeepError: the page cannot be had so.
        DatabaseNotReachableError, DatabaseBusyError.
    """
    page = _conditions(wanted)
    sql = page.page_of(_COLUMNS, wish)
    async with reader.connection() as connection:
        rows = await connection.fetch(sql, *page.values)
        total = await totals.count(connection, "StrategyDecision", _conditions(wanted))
    last = (rows[-1]["timestamp"], rows[-1]["id"]) if rows else None
    return Decisions(decisions=[_decision(row) for row in rows], pagination=pagination(wish, total, len(rows), last))


async def decision(reader: Reader, decision_id: uuid.UUID) -> DecisionDetail | None:
    """One decision with its event, checks, settings and orders; None where there is none of this id.

    Raises DatabaseNotReachableError or DatabaseBusyError.
    """
    async with reader.connection() as connection:
        row = await connection.fetchrow('SELECT * FROM "StrategyDecision" WHERE "id" = $1', decision_id)
        if row is None:
            return None
        event = await connection.fetchrow('SELECT * FROM "BotTradeEvent" WHERE "id" = $1', row["botTradeEventId"])
        orders = await connection.fetch(_ORDERS, decision_id, _ORDERS_MAX)
    return DecisionDetail(
        **msgspec.structs.asdict(_decision(row)),
        event=_event(event),
        risk_checks=msgspec.json.decode(row["riskChecks"], type=list[RiskCheckView]),
        settings_snapshot=_json(row["settingsSnapshot"]),
        inputs=_json(row["inputs"]),
        orders=[_order(order) for order in orders],
    )


def _conditions(wanted: DecisionFilter) -> Conditions:
    conditions = Conditions()
    conditions.equal("botId", wanted.bot_id)
    conditions.equal("asset", wanted.asset)
    conditions.equal("decision", wanted.decision)
    conditions.equal("skipCode", wanted.skip_code)
    conditions.equal("botTradeEventId", wanted.event_id)
    conditions.between(
        "timestamp",
        None if wanted.start_ms is None else from_ms(wanted.start_ms),
        None if wanted.end_ms is None else from_ms(wanted.end_ms),
    )
    return conditions


def _decision(row: Row) -> DecisionView:
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
    )


def _reason(code: str | None, text: str | None) -> ReasonView | None:
    """The column holds ``code: sentence``, so that a query by hand reads well; here they are apart."""
    if code is None:
        return None
    return ReasonView(code=code, sentence=(text or "").removeprefix(f"{code}: "))


def _event(row: Row) -> EventView:
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
        raw_data=_json(row["rawData"]),
    )


def _order(row: Row) -> OrderView:
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
        order_request=_json(row["orderRequest"]),
        order_result=None if row["orderResult"] is None else _json(row["orderResult"]),
    )


def _json(text: str) -> Any:
    return msgspec.json.decode(text)
