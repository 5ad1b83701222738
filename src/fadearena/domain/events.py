"""What happens: the values that enter the arena.

Pure. Sizes are lots, prices are price units of the asset, amounts are micro-dollars, times are milliseconds since the
epoch in UTC.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from fadearena.domain.identifiers import BotId, EventId, Wallet
from fadearena.domain.market import Asset, AssetName, Lots, MicroUsd, PriceUnits, Side

EventType = Literal["fill", "position-change"]


class BotTradeEvent(msgspec.Struct, frozen=True, gc=False):
    """One move of a watched bot's position: a fill, or a change that no fill explains.

    Args:
        side: which way it moved the position.
        lots: how far, > 0.
        price: the fill's price; for a position change the mark.
        previous_lots, current_lots: the bot's signed position before and after.
        order_id: the bot's own order (``oid``), 0 for a position change.
        trade_id: the exchange's ``tid``, 0 for a position change.
        fill_hash: the L1 transaction, None for a position change.
        closed_pnl, fee: as the exchange states them for this fill, in micro-dollars; a rebate is a negative fee.
        raw: the exchange's own JSON.
    """

    id: EventId
    bot_id: BotId
    wallet: Wallet
    time_ms: int
    event_type: EventType
    asset: Asset
    side: Side
    lots: Lots
    price: PriceUnits
    previous_lots: Lots
    current_lots: Lots
    order_id: int
    trade_id: int
    fill_hash: str | None
    closed_pnl: MicroUsd
    fee: MicroUsd
    raw: bytes

    @property
    def notional(self) -> MicroUsd:
        return self.lots * self.price

    @property
    def order_key(self) -> tuple[str, str, int, int]:
        """Fills with the same key are pieces of one order in one block and are decided together."""
        return (self.wallet, self.asset.name, self.order_id, self.time_ms)


class Quote(msgspec.Struct, frozen=True, gc=False):
    """What an asset can be traded at.

    Args:
        bid, ask: best prices, 0 where that side of the book is empty.
        mark: the price that margin and caps are measured at, > 0.
        time_ms: the exchange's time of it.
        bids, asks: depth as (price, lots), best first; empty where only the top is known.
    """

    asset: Asset
    bid: PriceUnits
    ask: PriceUnits
    mark: PriceUnits
    time_ms: int
    bids: tuple[tuple[PriceUnits, Lots], ...] = ()
    asks: tuple[tuple[PriceUnits, Lots], ...] = ()


class FundingRate(msgspec.Struct, frozen=True, gc=False):
    """The hourly funding rate of an asset (10^-10; 0.0000125 is 125000) and the oracle price it is paid on."""

    asset: Asset
    rate_e10: int
    oracle: PriceUnits
    time_ms: int


class BotEquity(msgspec.Struct, frozen=True, gc=False):
    """What a watched account is worth by the exchange's own statement (``accountValue``)."""

    bot_id: BotId
    equity: MicroUsd
    time_ms: int


class HistoryState(msgspec.Struct, frozen=True, gc=False):
    """Whether a bot's fill history has an open gap in an asset (None: in any)."""

    bot_id: BotId
    asset_name: AssetName | None
    complete: bool
