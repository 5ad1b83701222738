"""What can be traded here: the six assets of Alpha Arena as the exchange lists them, and what else a recording names.

Pure. Size decimals, leverage and margin tiers of the six: ``meta`` of the real exchange (sections 5.1, 11.4). For any
other coin the size decimals follow from the sizes and positions that were traded.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from fadearena.domain.market import MICRO, PERP_PRICE_DECIMALS, Asset, AssetName, MalformedNumberError, MicroUsd
from fadearena.hyperliquid.messages import Fill
from fadearena.hyperliquid.recordings import RecordingError

OTHER_MAX_LEVERAGE = 5
OTHER_VOLATILITY = 0.9


class Listing(msgspec.Struct, frozen=True):
    """One perpetual of one dex.

    Args:
        max_leverage: of the first tier.
        margin_table: its ``marginTableId``; below 50 a single tier of that leverage.
        tiers: (lower bound of the notional in micro-dollars, leverage), ascending.
        yearly_volatility: of its simulated price.
        reference: price units to wander around where the recording has no print of it, 0 where it has.
    """

    asset: Asset
    max_leverage: int
    margin_table: int
    tiers: tuple[tuple[MicroUsd, int], ...]
    yearly_volatility: float
    reference: int = 0

    @property
    def dex(self) -> str:
        """The builder-deployed dex it belongs to, "" for the main one."""
        return dex_of(self.asset.name)


def _known(
    name: str, decimals: int, table: int, tiers: tuple[tuple[int, int], ...], volatility: float, reference: str
) -> Listing:
    asset = Asset(AssetName(name), decimals)
    bounds = tuple((bound * MICRO, leverage) for bound, leverage in tiers)
    return Listing(asset, tiers[0][1], table, bounds, volatility, asset.price(reference))


SEASON_LISTINGS = (
    _known("BTC", 5, 56, ((0, 40), (150_000_000, 20)), 0.45, "107000"),
    _known("ETH", 4, 55, ((0, 25), (100_000_000, 15)), 0.65, "3870"),
    _known("SOL", 2, 54, ((0, 20), (70_000_000, 10)), 0.75, "186"),
    _known("BNB", 3, 51, ((0, 10), (3_000_000, 5)), 0.6, "1080"),
    _known("DOGE", 0, 52, ((0, 10), (20_000_000, 5)), 0.8, "0.186"),
    _known("XRP", 0, 53, ((0, 20), (40_000_000, 10)), 0.7, "2.34"),
)


def list_assets(fills: Iterable[Fill]) -> tuple[Listing, ...]:
    """The six, and every other perpetual among ``fills`` by name.

    Raises:
        RecordingError: for a coin whose sizes and prices fit no asset of the exchange.
    """
    known = {listing.asset.name: listing for listing in SEASON_LISTINGS}
    finest: dict[str, tuple[int, int]] = {}
    for fill in fills:
        size, price = finest.get(fill.coin, (0, 0))
        size = max(size, _decimals(fill.sz), _decimals(fill.start_position))
        finest[fill.coin] = size, max(price, _decimals(fill.px))
    others = (_derived(coin, *decimals) for coin, decimals in sorted(finest.items()) if coin not in known)
    return (*SEASON_LISTINGS, *others)


def dex_of(coin: str) -> str:
    """``xyz`` of ``xyz:NVDA``, "" of ``BTC``."""
    dex, separator, _ = coin.partition(":")
    return dex if separator else ""


def _derived(coin: str, size_decimals: int, price_decimals: int) -> Listing:
    if size_decimals + price_decimals > PERP_PRICE_DECIMALS:
        msg = f"{coin}: sizes with {size_decimals} and prices with {price_decimals} decimals are of no perpetual"
        raise RecordingError(msg)
    try:
        asset = Asset(AssetName(coin), size_decimals)
    except MalformedNumberError as error:
        raise RecordingError(str(error)) from None
    return Listing(asset, OTHER_MAX_LEVERAGE, OTHER_MAX_LEVERAGE, ((0, OTHER_MAX_LEVERAGE),), OTHER_VOLATILITY)


def _decimals(text: str) -> int:
    return len(text.partition(".")[2].rstrip("0"))
