"""Trades of both sides."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

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
    page_wish,
)
from fadearena.persistence.views.answers import Trades
from fadearena.persistence.views.trades import TradeFilter, TradeType, trades

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
    """A page of trades, newest first."""
    check_range(start_time, end_time)
    wanted = TradeFilter(type=trade_type, bot_id=bot_id, asset=asset, start_ms=start_time, end_ms=end_time)
    return await trades(rooms.reader, rooms.totals, wanted, page_wish(page, limit, cursor))
