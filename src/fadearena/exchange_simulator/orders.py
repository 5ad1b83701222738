"""The orders that must have stood behind recorded fills.

Pure. A recording holds fills, not orders; fills with one oid are one order. Its size is what they sum to, its limit the
worst price it got, its beginning its first fill. Between its first and its last fill it rests.
"""

from __future__ import annotations

import msgspec

from fadearena.domain.market import Asset, Lots, PriceUnits
from fadearena.hyperliquid.messages import Fill


class OrderRecord(msgspec.Struct, frozen=True):
    """An order as of its latest fill."""

    asset: Asset
    oid: int
    side: str
    limit: PriceUnits
    lots: Lots
    filled: Lots
    placed_ms: int
    changed_ms: int
    crossed: bool
    cloid: str | None

    @property
    def left(self) -> Lots:
        return self.lots - self.filled

    @property
    def status(self) -> str:
        return "open" if self.left > 0 else "filled"


def after_fill(record: OrderRecord | None, asset: Asset, fill: Fill, whole: Lots) -> OrderRecord:
    """The order after one more of its fills; ``whole`` is what all of them sum to."""
    price, lots = asset.price(fill.px), asset.lots(fill.sz)
    if record is None:
        return OrderRecord(
            asset, fill.oid, fill.side, price, whole, lots, fill.time, fill.time, fill.crossed, fill.cloid
        )
    worst = max(record.limit, price) if fill.side == "B" else min(record.limit, price)
    return msgspec.structs.replace(record, limit=worst, filled=record.filled + lots, changed_ms=fill.time)
