"""Fills as they stand on the wire.

Pure. Prices, sizes and amounts stay the text that the exchange wrote; ``translation`` turns them into integers. Fields:
section 6 of the protocol reference.
"""

from __future__ import annotations

import msgspec

from fadearena.hyperliquid.messages.wire import FillDirection, LiquidationMethod, Number, Side, Wire

USDC = "USDC"


class FillLiquidation(Wire, frozen=True):
    """The liquidation that a fill belongs to; it stands on the fills of both sides.

    Args:
        mark_px: text in recordings, a number in the exchange's documentation; for people only.
    """

    liquidated_user: str
    mark_px: str | float | None = None
    method: LiquidationMethod = "market"


class Fill(Wire, frozen=True, omit_defaults=True):
    """One piece of an order that traded.

    Args:
        side: "B" where this account bought, "A" where it sold.
        time: block time in milliseconds; equal for all pieces of one action.
        start_position: the account's signed position (spot: balance) before this piece.
        dir: the exchange's word for it; for people, not for logic.
        closed_pnl: realised result without fees.
        crossed: True where this account took liquidity.
        fee: in ``fee_token``, builder's part included; negative is a rebate.
        tid: unique only together with time and coin; 0 where the exchange gave none (recordings of 2023, dust).
    """

    coin: str
    px: Number
    sz: Number
    side: Side
    time: int
    start_position: Number
    dir: FillDirection
    closed_pnl: Number
    hash: str
    oid: int
    crossed: bool
    fee: Number
    tid: int = 0
    fee_token: str = msgspec.field(default_factory=lambda: USDC)
    cloid: str | None = None
    liquidation: FillLiquidation | None = None
    builder_fee: Number | None = None
    twap_id: int | None = None

    @property
    def key(self) -> tuple[int | str, ...]:
        """What tells this fill of an account from its others; the same fill has the same key on every path."""
        if self.tid:
            return (self.time, self.coin, self.tid, self.side)
        return (self.time, self.coin, self.tid, self.side, self.oid, self.start_position, self.sz)


class TwapSliceFill(Wire, frozen=True):
    """A fill of a TWAP's slice; these are missing from ``userFillsByTime``."""

    fill: Fill
    twap_id: int


class UserFills(Wire, frozen=True):
    """Data of channel ``userFills``; the first frame after subscribing is a snapshot."""

    user: str
    fills: list[Fill]
    is_snapshot: bool = False


class UserTwapSliceFills(Wire, frozen=True):
    """Data of channel ``userTwapSliceFills``."""

    user: str
    twap_slice_fills: list[TwapSliceFill]
    is_snapshot: bool = False
