"""What a venue makes of an order.

Pure. A simulated order is over as soon as it is sent (immediate or cancel): filled, filled in part with the rest gone,
or rejected because nothing stood within its limit.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from fadearena.domain.market import Lots, MicroUsd, PriceUnits

OrderStatus = Literal["filled", "partially_filled", "rejected"]


class Execution(msgspec.Struct, frozen=True):
    """What came of one order.

    Args:
        fills: (lots > 0, price) for each level taken, best first; empty when rejected.
        fee: micro-dollars.
        result: JSON for the record.
    """

    status: OrderStatus
    fills: tuple[tuple[Lots, PriceUnits], ...]
    fee: MicroUsd
    result: bytes

    @property
    def lots(self) -> Lots:
        return sum(lots for lots, _ in self.fills)

    @property
    def notional(self) -> MicroUsd:
        return sum(lots * price for lots, price in self.fills)
