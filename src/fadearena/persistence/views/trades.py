"""Trades of both sides on one time line: the bots' fills and our orders, newest first."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from fadearena.persistence.views.answers import Trades, TradeView
from fadearena.persistence.views.paging import NEWEST_FIRST, Conditions, PageWish, Totals, pagination
from fadearena.persistence.views.reader import Reader, Row, from_ms, to_ms

TradeType = Literal["bot", "mine", "all"]

_BOT_COLUMNS = """SELECT "id", 'bot' AS "type", "botId", "timestamp", "asset", "side", "size", "price", "notional",
       CASE WHEN "closedPnl" <> 0 THEN "closedPnl" END AS "pnl", "fee", FALSE AS "simulated",
       NULL::text AS "status", NULL::uuid AS "decisionId" FROM "BotTradeEvent\""""

_MY_COLUMNS = """SELECT "id", 'mine' AS "type", "botId", "timestamp", "asset", "side", "size", "price", "notional",
       "pnl", "fee", "simulated", "status", "strategyDecisionId" AS "decisionId" FROM "MyTrade\""""

_SIDES = {"bot": ("BotTradeEvent", _BOT_COLUMNS), "mine": ("MyTrade", _MY_COLUMNS)}


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
    return Trades(trades=[_view(row) for row in rows], pagination=pagination(wish, total, len(rows), last))


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


def _view(row: Row) -> TradeView:
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
