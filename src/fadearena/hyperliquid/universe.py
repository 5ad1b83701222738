"""Which perpetuals there are: names, asset ids, lot sizes.

Pure. Built from the exchange's own description (``perpDexs`` and one ``meta`` per dex), or, for recordings without one,
from fills. Ids and names: section 4.1 of the protocol reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from fadearena.domain.market import PERP_PRICE_DECIMALS, Asset, AssetName, MalformedNumberError
from fadearena.hyperliquid.errors import MalformedMessageError, UnknownAssetError
from fadearena.hyperliquid.messages.fills import Fill
from fadearena.hyperliquid.messages.market import Meta, PerpDex

MAIN_DEX = ""
BUILDER_IDS_FROM = 100_000
IDS_PER_DEX = 10_000


class Listing(msgspec.Struct, frozen=True):
    """A perpetual as the exchange lists it.

    Args:
        asset_id: the integer that names it in actions; None where the universe was read from fills.
        dex: the builder's dex, empty for the main one.
        max_leverage: 0 where unknown.
        collateral_token: index of the token that margin and profit are in; 0 is USDC.
    """

    asset: Asset
    asset_id: int | None
    dex: str
    max_leverage: int = 0
    delisted: bool = False
    isolated_only: bool = False
    collateral_token: int = 0


class Universe:
    """Perpetuals by name and by id.

    Args:
        listings: delisted assets included, for they keep their ids and may still be held.
        unusable: names that the exchange lists in a form that no asset can be made of, with the reason.
    """

    def __init__(self, listings: Iterable[Listing], unusable: Mapping[str, str] | None = None) -> None:
        self._by_name: dict[str, Listing] = {listing.asset.name: listing for listing in listings}
        self._assets = {name: listing.asset for name, listing in self._by_name.items()}
        self._by_id = {one.asset_id: one for one in self._by_name.values() if one.asset_id is not None}
        self.unusable: Mapping[str, str] = dict(unusable or {})

    @classmethod
    def from_metas(cls, dexs: Sequence[PerpDex | None], metas: Mapping[str, Meta]) -> Universe:
        """From the answer to ``perpDexs`` (None stands for the main dex) and a ``meta`` per dex name.

        Dexes without a ``meta`` are left out, and so are assets that no grid can be made of (see ``unusable``).
        """
        listings: list[Listing] = []
        unusable: dict[str, str] = {}
        for dex_index, dex in enumerate(dexs):
            name = MAIN_DEX if dex is None else dex.name
            first_id = BUILDER_IDS_FROM + dex_index * IDS_PER_DEX if name else 0
            if name in metas:
                _list_dex(name, first_id, metas[name], listings, unusable)
        return cls(listings, unusable)

    @classmethod
    def from_fills(cls, fills: Iterable[Fill]) -> Universe:
        """From fills alone: the coarsest lot that fits all sizes and positions of a coin.

        Raises MalformedMessageError where sizes and prices of a coin fit no grid together, or are no numbers.
        """
        decimals: dict[str, tuple[int, int]] = {}
        for fill in fills:
            if is_perp(fill.coin):
                sizes, prices = decimals.get(fill.coin, (0, 0))
                sizes = max(sizes, _decimals(fill.sz), _decimals(fill.start_position))
                decimals[fill.coin] = (sizes, max(prices, _decimals(fill.px)))
        for coin, (sizes, prices) in decimals.items():
            if sizes + prices > PERP_PRICE_DECIMALS:
                msg = f"sizes with {sizes} and prices with {prices} decimals share no grid of {PERP_PRICE_DECIMALS}"
                raise MalformedMessageError(msg, coin)
        return cls(Listing(Asset(AssetName(coin), sizes), None, dex_of(coin)) for coin, (sizes, _) in decimals.items())

    @property
    def names(self) -> tuple[AssetName, ...]:
        """All of them, delisted ones included, in the order of the exchange."""
        return tuple(listing.asset.name for listing in self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def __contains__(self, coin: str) -> bool:
        return coin in self._by_name

    def listing(self, coin: str) -> Listing:
        """Raises UnknownAssetError for spot pairs, outcomes and perpetuals that are not listed here."""
        found = self._by_name.get(coin)
        if found is None:
            kind = "not listed in the universe in hand" if is_perp(coin) else "no perpetual"
            msg = f"{coin[:80]!r} is {kind}"
            raise UnknownAssetError(msg)
        return found

    def find(self, coin: str) -> Asset | None:
        return self._assets.get(coin)

    def asset(self, coin: str) -> Asset:
        """Raises UnknownAssetError."""
        found = self._assets.get(coin)
        return self.listing(coin).asset if found is None else found

    def asset_id(self, coin: str) -> int:
        """The integer for actions. Raises UnknownAssetError, also where the universe was read from fills."""
        number = self.listing(coin).asset_id
        if number is None:
            msg = f"{coin!r} is known from fills only, its id is not"
            raise UnknownAssetError(msg)
        return number

    def name_of(self, asset_id: int) -> AssetName:
        """Raises UnknownAssetError."""
        found = self._by_id.get(asset_id)
        if found is None:
            msg = f"no perpetual has the id {asset_id}"
            raise UnknownAssetError(msg)
        return found.asset.name

    def is_delisted(self, coin: str) -> bool:
        """Raises UnknownAssetError."""
        return self.listing(coin).delisted


def _list_dex(dex: str, first_id: int, meta: Meta, listings: list[Listing], unusable: dict[str, str]) -> None:
    for index, entry in enumerate(meta.universe):
        if dex_of(entry.name) != dex:
            unusable[entry.name] = f"listed by the dex {dex!r}, whose name it does not bear"
            continue
        try:
            asset = Asset(AssetName(entry.name), entry.sz_decimals)
        except MalformedNumberError as error:
            unusable[entry.name] = str(error)
            continue
        listings.append(
            Listing(
                asset,
                first_id + index,
                dex,
                entry.max_leverage,
                entry.is_delisted,
                entry.only_isolated or entry.margin_mode is not None,
                meta.collateral_token,
            )
        )


def is_perp(coin: str) -> bool:
    """Whether a coin names a perpetual; spot pairs (``@107``, ``PURR/USDC``) and outcomes (``#20``) do not."""
    return bool(coin) and coin[0] not in "@#" and "/" not in coin


def dex_of(coin: str) -> str:
    """The builder's dex in a perpetual's name, empty for the main one."""
    return coin.partition(":")[0] if ":" in coin else MAIN_DEX


def _decimals(text: str) -> int:
    return len(text.partition(".")[2].rstrip("0"))
