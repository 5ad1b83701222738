"""Trades of both sides."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.params import FromPath, QueryParameter

from fadearena.core_api.public_arena import shown_trades
from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import (
    READ_PROBLEMS,
    AssetWish,
    BotIdWish,
    PageAsked,
    SpanAsked,
    not_found,
    problems,
)
from fadearena.persistence.views.record_answers import TradeDetail, Trades
from fadearena.persistence.views.trades import TradeFilter, TradeType, trade, trades

TypeWish = Annotated[TradeType, QueryParameter(name="type", description="Fills of bots, orders of ours, or both.")]


@get("/api/trades", responses=READ_PROBLEMS, tags=["trades"])
async def get_trades(
    rooms: Here,
    wish: PageAsked,
    span: SpanAsked,
    bot_id: BotIdWish = None,
    trade_type: TypeWish = "all",
    asset: AssetWish = None,
) -> Trades:
    """A page of trades, newest first. A public arena shows those of the bots alone."""
    if rooms.options.public:
        trade_type = shown_trades(trade_type)
    wanted = TradeFilter(type=trade_type, bot_id=bot_id, asset=asset, start_ms=span.start_ms, end_ms=span.end_ms)
    return await trades(rooms.reader, rooms.totals, wanted, wish)


@get("/api/trades/{trade_id:uuid}", responses=problems(400, 401, 404, 429), tags=["trades"])
async def get_trade(rooms: Here, trade_id: FromPath[UUID]) -> TradeDetail:
    """One fill of a bot or one order of ours, with the event it belongs to and what was decided on that."""
    found = await trade(rooms.reader, trade_id)
    if found is None:
        raise not_found("trade of this id")
    return found
