"""Trades of both sides on one time line, the bots' fills and our orders, newest first; and one with all around it."""

from __future__ import annotations

import uuid
from typing import Any, Literal

import msgspec

from fadearena.persistence.views.paging import NEWEST_FIRST, Conditions, PageWish, Totals, pagination
from fadearena.persistence.views.reader import Reader, Row, from_ms
from fadearena.persistence.views.record_answers import TradeDetail, Trades
from fadearena.persistence.views.record_rows import (
    DECISION_COLUMNS,
    decision_view,
    event_view,
    order_view,
    trade_view,
)

TradeType = Literal["bot", "mine", "all"]

_BOT_COLUMNS = """SELECT "id", 'bot' AS "type", "botId", "timestamp", "asset", "side", "size", "price", "notional",
       CASE WHEN "closedPnl" <> 0 THEN "closedPnl" END AS "pnl", "fee", FALSE AS "simulated",
       NULL::text AS "status", NULL::uuid AS "decisionId" FROM "BotTradeEvent\""""

_MY_COLUMNS = """SELECT "id", 'mine' AS "type", "botId", "timestamp", "asset", "side", "size", "price", "notional",
       "pnl", "fee", "simulated", "status", "strategyDecisionId" AS "decisionId" FROM "MyTrade\""""

_SIDES = {"bot": ("BotTradeEvent", _BOT_COLUMNS), "mine": ("MyTrade", _MY_COLUMNS)}

_ONE_OF_EITHER = f'{_BOT_COLUMNS} WHERE "id" = $1 UNION ALL {_MY_COLUMNS} WHERE "id" = $1 LIMIT 1'

_DECISIONS_ON = f'{DECISION_COLUMNS} WHERE "botTradeEventId" = $1 ORDER BY "timestamp", "id" LIMIT $2'
_DECISIONS_MAX = 100


class TradeFilter(msgspec.Struct, frozen=True):
    """Which trades; None is any. Times are milliseconds, both inclusive."""

    type: TradeType = "all"
    bot_id: str | None = None
    asset: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None


async def trades(reader: Reader, totals: Totals, wanted: TradeFilter, wish: PageWish) -> Trades:
    """A page of trades.

    Raises:
        BadCursorError, PageTooDeepError: the page cannot be had so.
        DatabaseNotReachableError, DatabaseBusyError.
    """
    sides: list[str] = [wanted.type] if wanted.type != "all" else ["bot", "mine"]
    async with reader.connection() as connection:
        rows = await _page(connection, sides, wanted, wish)
        counts = [await totals.count(connection, _SIDES[side][0], _conditions(wanted)) for side in sides]
    total = (sum(count for count, _ in counts), any(estimated for _, estimated in counts))
    last = (rows[-1]["timestamp"], rows[-1]["id"]) if rows else None
    return Trades(trades=[trade_view(row) for row in rows], pagination=pagination(wish, total, len(rows), last))


async def trade(reader: Reader, trade_id: uuid.UUID) -> TradeDetail | None:
    """One trade of either side with its order, event and decisions; None where there is none of this id.

    Raises DatabaseNotReachableError or DatabaseBusyError.
    """
    async with reader.connection() as connection:
        row = await connection.fetchrow(_ONE_OF_EITHER, trade_id)
        if row is None:
            return None
        order, event_id = None, trade_id
        if row["type"] == "mine":
            order = await connection.fetchrow('SELECT * FROM "MyTrade" WHERE "id" = $1', trade_id)
            event_id = order["botTradeEventId"]
        event = await connection.fetchrow('SELECT * FROM "BotTradeEvent" WHERE "id" = $1', event_id)
        decided = await connection.fetch(_DECISIONS_ON, event_id, _DECISIONS_MAX)
    return TradeDetail(
        trade=trade_view(row),
        order=None if order is None else order_view(order),
        event=None if event is None else event_view(event),
        decisions=[decision_view(one) for one in decided],
    )


async def _page(connection: Any, sides: list[str], wanted: TradeFilter, wish: PageWish) -> list[Row]:
    """Each side gives its newest rows by its own index; only those are merged."""
    conditions = _conditions(wanted)
    conditions.after_cursor(wish.cursor)
    where = conditions.where
    deep = conditions.place(wish.offset + wish.limit)
    parts = [" ".join(("(", _SIDES[side][1], where, NEWEST_FIRST, "LIMIT", deep, ")")) for side in sides]
    limit, offset = conditions.place(wish.limit), conditions.place(wish.offset)
    merged = ("SELECT * FROM (", " UNION ALL ".join(parts), ") t", NEWEST_FIRST, "LIMIT", limit, "OFFSET", offset)
    sql = " ".join(merged)
    found: list[Row] = await connection.fetch(sql, *conditions.values)
    return found


def _conditions(wanted: TradeFilter) -> Conditions:
    conditions = Conditions()
    conditions.equal("botId", wanted.bot_id)
    conditions.equal("asset", wanted.asset)
    conditions.between(
        "timestamp",
        None if wanted.start_ms is None else from_ms(wanted.start_ms),
        None if wanted.end_ms is None else from_ms(wanted.end_ms),
    )
    return conditions
