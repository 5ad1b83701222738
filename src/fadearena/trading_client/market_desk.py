"""What the exchange says about prices, as the quotes and funding rates the arena trades on.

Pure. A quote needs a book and a mark; until an asset's context has said its mark, the middle of its book stands in.
Frames of assets that nobody asked for are left alone.
"""

from __future__ import annotations

from fadearena.domain.events import FundingRate, Quote
from fadearena.domain.market import Asset, AssetName, PriceUnits
from fadearena.hyperliquid.messages.market import (
    ActiveAssetCtx,
    Bbo,
    L2Book,
)
from fadearena.hyperliquid.translation import marks, quote_from_bbo, quote_from_book
from fadearena.hyperliquid.universe import Universe


class MarketDesk:
    """The last mark, book and funding rate of each asset."""

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self.rates: dict[AssetName, FundingRate] = {}
        self._learned: dict[AssetName, Asset] = {}
        self._marks: dict[AssetName, PriceUnits] = {}
        self._quotes: dict[AssetName, Quote] = {}

    def learn(self, asset: Asset) -> None:
        """Take up an asset that was listed after the universe was read."""
        self._learned[asset.name] = asset

    def book(self, message: L2Book | Bbo) -> Quote | None:
        """A quote from a new book; None for an asset that the universe does not list.

        Raises MalformedMessageError.
        """
        asset = self._asset(message.coin)
        if asset is None:
            return None
        mark = self._marks.get(asset.name, 0)
        if isinstance(message, L2Book):
            quote = quote_from_book(message, asset, mark)
        else:
            quote = quote_from_bbo(message, asset, mark)
        if mark == 0:
            quote = _measured(quote, (quote.bid + quote.ask) // 2 if quote.bid and quote.ask else 0)
        if quote.mark == 0:
            return None
        self._quotes[asset.name] = quote
        return quote

    def context(self, message: ActiveAssetCtx, now_ms: int) -> Quote | None:
        """The last quote at a new mark; None where there is no book yet. Keeps the funding rate.

        Raises MalformedMessageError.
        """
        asset = self._asset(message.coin)
        if asset is None:
            return None
        said = marks(message, asset, now_ms)
        self._marks[asset.name] = said.mark
        self.rates[asset.name] = said.funding
        quote = self._quotes.get(asset.name)
        if quote is None:
            return None
        self._quotes[asset.name] = _measured(quote, said.mark)
        return self._quotes[asset.name]

    def _asset(self, coin: str) -> Asset | None:
        return self._learned.get(AssetName(coin)) or self.universe.find(coin)


def _measured(quote: Quote, mark: PriceUnits) -> Quote:
    return Quote(quote.asset, quote.bid, quote.ask, mark, quote.time_ms, quote.bids, quote.asks)
