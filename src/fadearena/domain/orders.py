"""What a venue makes of an order.

Pure. A simulated order is over as soon as it is sent (immediate or cancel): filled, filled in part with the rest gone,
or rejected because nothing stood within its limit.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from fadearena.domain.market import Lots, MicroUsd, PriceUnits, rounded_ratio

OrderStatus = Literal["filled", "partially_filled", "rejected"]


class Execution(msgspec.Struct, frozen=True, gc=False):
    """What came of one order.

    Args:
        fills: (lots > 0, price) for each level taken, best first; empty when rejected.
        lots, notional: their sums.
        fee: micro-dollars.
        result: JSON for the record.
    """

    status: OrderStatus
    fills: tuple[tuple[Lots, PriceUnits], ...]
    lots: Lots
    notional: MicroUsd
    fee: MicroUsd
    result: bytes

    @property
    def price(self) -> PriceUnits:
        """The average of the fills to the nearest unit; 0 where there are none."""
        if len(self.fills) == 1:
            return self.fills[0][1]
        return rounded_ratio(self.notional, self.lots) if self.lots else 0
