"""Trades of both sides."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.params import QueryParameter

from fadearena.core_api.public_arena import shown_trades
from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import (
    READ_PROBLEMS,
    AssetWish,
    BotIdWish,
    Cursor,
    EndTime,
    Limit,
    PageNumber,
    StartTime,
    check_range,
    not_found,
    page_wish,
    problems,
)
from fadearena.persistence.views.record_answers import TradeDetail, Trades
from fadearena.persistence.views.trades import TradeFilter, TradeType, trade, trades

TypeWish = Annotated[TradeType, QueryParameter(name="type", description="Fills of bots, orders of ours, or both.")]


@get("/api/trades", responses=READ_PROBLEMS, tags=["trades"])
async def get_trades(
    rooms: Here,
    page: PageNumber = 1,
    limit: Limit = 50,
    cursor: Cursor = None,
    bot_id: BotIdWish = None,
    trade_type: TypeWish = "all",
    asset: AssetWish = None,
    start_time: StartTime = None,
    end_time: EndTime = None,
) -> Trades:
    """A page of trades, newest first. A public arena shows those of the bots alone."""
    check_range(start_time, end_time)
    if rooms.options.public:
        trade_type = shown_trades(trade_type)
    wanted = TradeFilter(type=trade_type, bot_id=bot_id, asset=asset, start_ms=start_time, end_ms=end_time)
    return await trades(rooms.reader, rooms.totals, wanted, page_wish(page, limit, cursor))


@get("/api/trades/{trade_id:uuid}", responses=problems(400, 401, 404, 429), tags=["trades"])
async def get_trade(rooms: Here, trade_id: UUID) -> TradeDetail:
    """One fill of a bot or one order of ours, with the event it belongs to and what was decided on that."""
    found = await trade(rooms.reader, trade_id)
    if found is None:
        raise not_found("trade of this id")
    return found
