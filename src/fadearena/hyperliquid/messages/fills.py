"""Fills as they stand on the wire.

Pure. Prices, sizes and amounts stay the text that the exchange wrote; ``translation`` turns them into integers. Fields:
section 6 of the protocol reference.
"""

from __future__ import annotations

from typing import Literal

import msgspec

USDC = "USDC"


class Wire(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """What every wire object shares: camelCase names on the wire, frozen, and no reference cycles."""


class FillLiquidation(Wire, frozen=True):
    """The liquidation that a fill belongs to; it stands on the fills of both sides."""

    liquidated_user: str
    mark_px: str
    method: str


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
        tid: unique only together with time and coin.
    """

    coin: str
    px: str
    sz: str
    side: Literal["B", "A"]
    time: int
    start_position: str
    dir: str
    closed_pnl: str
    hash: str
    oid: int
    crossed: bool
    fee: str
    tid: int
    fee_token: str = USDC
    cloid: str | None = None
    liquidation: FillLiquidation | None = None
    builder_fee: str | None = None
    twap_id: int | None = None
