"""Orders as the exchange reports them.

Pure. Fields: sections 5.8 and 10.1 of the protocol reference.
"""

from __future__ import annotations

from fadearena.hyperliquid.messages.wire import Number, OrderState, OrderType, Side, TimeInForce, Wire


class OpenOrder(Wire, frozen=True):
    """An order on the book. ``sz`` is what is left, ``orig_sz`` what was asked."""

    coin: str
    side: Side
    limit_px: Number
    sz: Number
    oid: int
    timestamp: int
    orig_sz: Number | None = None
    cloid: str | None = None
    reduce_only: bool = False


class FrontendOrder(Wire, frozen=True):
    """An order with its trigger data."""

    coin: str
    side: Side
    limit_px: Number
    sz: Number
    oid: int
    timestamp: int
    trigger_condition: str
    is_trigger: bool
    trigger_px: Number
    is_position_tpsl: bool
    reduce_only: bool
    order_type: OrderType
    orig_sz: Number
    children: tuple[FrontendOrder, ...] = ()
    tif: TimeInForce | None = None
    cloid: str | None = None


class OrderRecord(Wire, frozen=True):
    """The exchange's record of an order and when it got its state."""

    order: FrontendOrder
    status: OrderState
    status_timestamp: int


class OrderStatus(Wire, frozen=True):
    """Answer to ``orderStatus``: status "order" with a record, or "unknownOid" (something may have filled)."""

    status: str
    order: OrderRecord | None = None


class OrderUpdate(Wire, frozen=True):
    """One entry of channel ``orderUpdates``; it does not say which user it is about."""

    order: OpenOrder
    status: OrderState
    status_timestamp: int


class OpenOrders(Wire, frozen=True):
    """Data of channel ``openOrders``."""

    user: str
    orders: list[FrontendOrder]
    dex: str | None = None
