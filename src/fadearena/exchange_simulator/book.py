"""An order book around a price: twenty levels a side on the exchange's tick.

Pure. The same seed, time and price give the same book. Sizes grow with the distance from the middle.
"""

from __future__ import annotations

import msgspec

from fadearena.domain.market import (
    PRICE_SIGNIFICANT_FIGURES,
    Asset,
    Lots,
    PriceUnits,
    Side,
    snap_price,
    tick,
)
from fadearena.exchange_simulator import dice

LEVELS = 20
FAST_LEVELS = 5
NEAREST_LEVEL_USD = 20_000


class Level(msgspec.Struct, frozen=True):
    """Lots that rest at a price, in how many orders."""

    price: PriceUnits
    lots: Lots
    orders: int


class Book(msgspec.Struct, frozen=True):
    """Both sides, best first. Neither is empty."""

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class Top(msgspec.Struct, frozen=True):
    """Best bid and best ask, one tick apart."""

    bid: PriceUnits
    ask: PriceUnits

    @property
    def mark(self) -> PriceUnits:
        """The middle, cut to the asset's grid."""
        return (self.bid + self.ask) // 2


def top_around(asset: Asset, price: PriceUnits, aggressor: Side = Side.SHORT) -> Top:
    """The best prices around ``price``; where it lies on the tick, it is the side that an aggressor would have hit."""
    bid = snap_price(asset, price, up=False)
    if bid >= price and aggressor is Side.LONG and bid > tick(asset, bid):
        below = bid - 1
        return Top(snap_price(asset, below, up=False), bid)
    return Top(bid, bid + tick(asset, bid))


def book_around(asset: Asset, top: Top, seed: int, step: PriceUnits = 0) -> Book:
    """The levels behind ``top``, ``step`` apart (0: the tick).

    Args:
        seed: of this book; it shapes the sizes.
    """
    step = step or tick(asset, top.bid)
    scale = max(1, step // tick(asset, top.bid))
    first_bid, first_ask = top.bid // step * step, -(-top.ask // step) * step
    if first_ask == first_bid:
        first_ask += step
    bids = tuple(
        _level(first_bid - place * step, place, dice.draw(seed, place, 0), scale)
        for place in range(LEVELS)
        if first_bid > place * step
    )
    asks = tuple(_level(first_ask + place * step, place, dice.draw(seed, place, 1), scale) for place in range(LEVELS))
    return Book(bids or (_level(top.bid, 0, seed, scale),), asks)


def step_of(asset: Asset, price: PriceUnits, figures: int | None, mantissa: int | None) -> PriceUnits:
    """How far apart the levels of an ``l2Book`` with ``nSigFigs`` and ``mantissa`` are."""
    if figures is None:
        return tick(asset, price)
    coarse: int = 10 ** max(0, len(str(price)) - min(figures, PRICE_SIGNIFICANT_FIGURES))
    return max(coarse * (mantissa or 1), tick(asset, price))


def _level(price: PriceUnits, place: int, bits: int, scale: int) -> Level:
    usd = NEAREST_LEVEL_USD * (1 + place) * scale * (0.5 + dice.unit(bits))
    lots = max(1, round(usd * 1_000_000 / price))
    return Level(price, lots, 1 + bits % (8 + place))
