"""Everything the kernel needs to know about the world at one moment: books, prices, exposure, equity.

Pure: no clock of its own; it is the fold of what it was told. Mutable for speed, but only whole books and quotes go in,
and ``begin``/``rollback`` take a step back that could not be committed.
"""

from __future__ import annotations

from collections import deque

from fadearena.domain.events import Quote
from fadearena.domain.identifiers import BotId
from fadearena.domain.market import Asset, AssetName, Lots, MicroUsd, PriceUnits
from fadearena.domain.positions import Book

DAY_MS = 86_400_000
MINUTE_MS = 60_000


class Market:
    """One asset: our net position in it over all bots, and what it costs."""

    __slots__ = ("asset", "buys", "cost", "exposure", "mark", "net", "quote", "sells", "unrealised")

    def __init__(self, asset: Asset) -> None:
        self.asset = asset
        self.net: Lots = 0
        self.cost: MicroUsd = 0
        self.buys: Lots = 0
        self.sells: Lots = 0
        self.mark: PriceUnits = 0
        self.quote: Quote | None = None
        self.exposure: MicroUsd = 0
        self.unrealised: MicroUsd = 0


class Portfolio:
    """Books by bot and asset, and the sums over them."""

    def __init__(self, starting_equity: MicroUsd) -> None:
        self.starting_equity = starting_equity
        self.books: dict[tuple[BotId, AssetName], Book] = {}
        self.markets: dict[AssetName, Market] = {}
        self._bot_offset: dict[BotId, MicroUsd] = {}
        self.realised: MicroUsd = 0
        self.fees: MicroUsd = 0
        self.funding: MicroUsd = 0
        self.unrealised: MicroUsd = 0
        self.exposure: MicroUsd = 0
        self.day = -1
        self.day_start_pnl: MicroUsd = 0
        self._gaps: set[tuple[BotId, AssetName | None]] = set()
        self._orders: deque[int] = deque()
        self._undo: list[tuple[tuple[BotId, AssetName], Book | None]] = []
        self._orders_since = 0

    @property
    def pnl(self) -> MicroUsd:
        """Realised and unrealised after fees and funding."""
        return self.realised + self.unrealised - self.fees + self.funding

    @property
    def equity(self) -> MicroUsd:
        return self.starting_equity + self.pnl

    def book(self, bot: BotId, asset: Asset) -> Book:
        """The book of a bot in an asset, empty where there is none yet."""
        return self.books.get((bot, asset.name)) or Book(bot, asset)

    def note_bot_equity(self, bot: BotId, equity: MicroUsd) -> None:
        """What the exchange says a bot's account is worth now; from here on its trades and prices carry it on."""
        self._bot_offset[bot] = equity - self._bot_pnl(bot)

    def bot_equity(self, bot: BotId) -> MicroUsd:
        """What a bot's account is worth at the present marks; 0 where the exchange has not said yet."""
        offset = self._bot_offset.get(bot)
        return 0 if offset is None else offset + self._bot_pnl(bot)

    def _bot_pnl(self, bot: BotId) -> MicroUsd:
        pnl = 0
        for (owner, name), book in self.books.items():
            if owner == bot:
                pnl += book.bot_realised - book.bot_fees
                pnl += book.bot_lots * self.markets[name].mark - book.bot_cost if book.bot_lots else 0
        return pnl

    def market(self, asset: Asset) -> Market:
        market = self.markets.get(asset.name)
        if market is None:
            market = self.markets[asset.name] = Market(asset)
        return market

    def begin(self) -> None:
        """From here on ``rollback`` can take everything back."""
        self._undo.clear()
        self._orders_since = 0

    def rollback(self) -> None:
        """Take back every book and order since ``begin``."""
        for key, before in reversed(self._undo):
            book = self.books[key]
            if before is None:
                del self.books[key]
            else:
                self.books[key] = before
            self._sum_up(book, before or Book(book.bot_id, book.asset))
        self._undo.clear()
        for _ in range(min(self._orders_since, len(self._orders))):
            self._orders.pop()
        self._orders_since = 0

    def put(self, book: Book) -> None:
        """A book's new state; every sum follows."""
        key = (book.bot_id, book.asset.name)
        before = self.books.get(key)
        self._undo.append((key, before))
        self.books[key] = book
        if before is None or not _same_money(before, book):
            self._sum_up(before or Book(book.bot_id, book.asset), book)

    def price(self, quote: Quote) -> None:
        """A new quote of an asset; older ones than the last are ignored."""
        market = self.market(quote.asset)
        if market.quote is not None and quote.time_ms < market.quote.time_ms:
            return
        market.quote = quote
        self._mark(market, quote.mark)

    def last_trade(self, asset: Asset, price: PriceUnits) -> None:
        """A price seen in a trade: the mark, as long as no quote has been seen."""
        market = self.market(asset)
        if market.quote is None:
            self._mark(market, price)

    def note_order(self, time_ms: int) -> None:
        self._orders.append(time_ms)
        self._orders_since += 1

    def orders_last_minute(self, now_ms: int) -> int:
        """Orders in the 60 seconds up to now."""
        orders = self._orders
        while orders and orders[0] <= now_ms - MINUTE_MS:
            orders.popleft()
        return sum(1 for at_ms in orders if now_ms - MINUTE_MS < at_ms <= now_ms) if orders else 0

    def turn_day(self, now_ms: int) -> bool:
        """Begin a new UTC day's account of profit when ``now_ms`` lies in one. True when it did."""
        day = now_ms // DAY_MS
        if day <= self.day:
            return False
        self.day = day
        self.day_start_pnl = self.pnl
        return True

    def note_history(self, bot: BotId, asset: AssetName | None, *, complete: bool) -> None:
        """Whether a bot's history in an asset has a gap; completeness of all (None) takes back every gap before."""
        if not complete:
            self._gaps.add((bot, asset))
        elif asset is not None:
            self._gaps.discard((bot, asset))
        else:
            self._gaps = {gap for gap in self._gaps if gap[0] != bot}

    def history_complete(self, bot: BotId, asset: AssetName) -> bool:
        """False while the bot's chain in this asset has an open gap, or nothing of the bot is proven."""
        return not self._gaps or ((bot, asset) not in self._gaps and (bot, None) not in self._gaps)

    def _sum_up(self, before: Book, book: Book) -> None:
        """Every sum with ``book`` in it in place of ``before``."""
        self.realised += book.realised - before.realised
        self.fees += book.fees - before.fees
        self.funding += book.funding - before.funding
        market = self.market(book.asset)
        market.net += book.position.lots - before.position.lots
        market.cost += book.position.cost - before.position.cost
        market.buys += book.in_flight_buy - before.in_flight_buy
        market.sells += book.in_flight_sell - before.in_flight_sell
        self._mark(market, market.mark)

    def _mark(self, market: Market, mark: PriceUnits) -> None:
        market.mark = mark
        unrealised = market.net * mark - market.cost if mark else 0
        exposure = max(abs(market.net + market.buys), abs(market.net - market.sells)) * mark
        self.unrealised += unrealised - market.unrealised
        self.exposure += exposure - market.exposure
        market.unrealised = unrealised
        market.exposure = exposure


def _same_money(before: Book, book: Book) -> bool:
    """Whether nothing of ours changed: only the bot moved."""
    return (
        before.position is book.position
        and before.fees == book.fees
        and before.funding == book.funding
        and before.in_flight_buy == book.in_flight_buy
        and before.in_flight_sell == book.in_flight_sell
    )
