"""One asset's market at any moment of virtual time: price, book, trades, candles, funding rate.

Pure. All of it is a function of the seed, the recording and the asked time; nothing is advanced. Trades are the
prints of the recording and, between them, background trades among market makers, one in each five seconds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Sequence

import msgspec

from fadearena.domain.market import Lots, MicroUsd, PriceUnits, Side
from fadearena.exchange_simulator import dice
from fadearena.exchange_simulator.book import Book, Top, book_around, step_of, top_around
from fadearena.exchange_simulator.listing import Listing
from fadearena.exchange_simulator.price_path import PricePath

MS_PER_HOUR = 3_600_000
BACKGROUND_MS = 5_000
BACKGROUND_USD_MAX = 4_000
MAKERS = tuple(dice.address("fadearena market maker", number) for number in range(8))
ORACLE_EVERY_MS = 3_000
BOOK_EVERY_MS = 500
TOPS_REMEMBERED = 4_096
CANDLES_REMEMBERED = 20_000
SAMPLES_PER_CANDLE = 8
RATE_E10 = 10**10
INTEREST_E10 = 1_000_000
CLAMP_E10 = 5_000_000
PREMIUM_SPREAD_E10 = 2_000_000
RATE_CAP_E10 = 4 * RATE_E10 // 100
TID_BITS = 50


class Trade(msgspec.Struct, frozen=True):
    """One trade of the tape; ``side`` is the aggressor's."""

    coin: str
    side: Side
    price: PriceUnits
    lots: Lots
    time_ms: int
    hash: str
    tid: int
    buyer: str
    seller: str


class Candle(msgspec.Struct, frozen=True):
    """A bar from ``open_ms`` up to, not including, ``close_ms``."""

    open_ms: int
    close_ms: int
    open: PriceUnits
    high: PriceUnits
    low: PriceUnits
    close: PriceUnits
    volume: Lots
    trades: int


class Market:
    """The market of one listing.

    Args:
        prints: the recording's trades in this asset, ascending.
        seed: the simulation's.
        start_ms: where the price begins if there is no print.
    """

    def __init__(self, listing: Listing, prints: Sequence[Trade], seed: int, start_ms: int) -> None:
        self.listing = listing
        self.asset = listing.asset
        self._key = dice.key("market", seed, listing.asset.name)
        anchors = [(trade.time_ms, trade.price) for trade in prints] or [(start_ms, listing.reference)]
        self._path = PricePath(dice.draw(self._key, 1), anchors, listing.yearly_volatility)
        self._prints = list(prints)
        self._times = [trade.time_ms for trade in prints]
        self._tops: OrderedDict[int, Top] = OrderedDict()
        self._candles: OrderedDict[tuple[int, int], Candle] = OrderedDict()

    def top_at(self, time_ms: int) -> Top:
        """Best bid and ask; at a print's millisecond they straddle it."""
        known = self._tops.get(time_ms)
        if known is None:
            last = bisect_right(self._times, time_ms) - 1
            struck = self._prints[last] if last >= 0 and self._times[last] == time_ms else None
            aggressor = struck.side if struck else Side.SHORT
            known = self._tops[time_ms] = top_around(self.asset, self._path.price_at(time_ms), aggressor)
            if len(self._tops) > TOPS_REMEMBERED:
                self._tops.popitem(last=False)
        return known

    def book_at(self, time_ms: int, figures: int | None = None, mantissa: int | None = None) -> Book:
        """Twenty levels a side; with ``figures`` and ``mantissa`` in coarser steps (section 5.6)."""
        top = self.top_at(time_ms)
        shape = dice.draw(self._key, 2, time_ms // BOOK_EVERY_MS, top.bid)
        return book_around(self.asset, top, shape, step_of(self.asset, top.bid, figures, mantissa))

    def mark_at(self, time_ms: int) -> PriceUnits:
        return self.top_at(time_ms).mark

    def oracle_at(self, time_ms: int) -> PriceUnits:
        """The mark of some seconds ago, every three seconds."""
        return self.mark_at((time_ms // ORACLE_EVERY_MS - 1) * ORACLE_EVERY_MS)

    def premium_e10(self, hour: int) -> int:
        """The average premium of an hour since the epoch, times 10^10."""
        return round(dice.normal(dice.draw(self._key, 3, hour)) * PREMIUM_SPREAD_E10)

    def funding_rate_e10(self, hour: int) -> int:
        """The hourly rate paid at the end of that hour, times 10^10 (section 11.5)."""
        return hourly_rate_e10(self.premium_e10(hour))

    def tape(self, now_ms: int, count: int) -> list[Trade]:
        """The newest ``count`` trades up to now, ascending."""
        end = bisect_right(self._times, now_ms)
        printed = self._prints[max(0, end - count) : end]
        slot = now_ms // BACKGROUND_MS
        background = [self.background(slot - back) for back in range(count + 1)]
        trades = printed + [trade for trade in background if trade.time_ms <= now_ms]
        return sorted(trades, key=_when)[-count:]

    def prints_between(self, after_ms: int, until_ms: int) -> list[Trade]:
        """The recording's trades with ``after_ms`` < time <= ``until_ms``."""
        return self._prints[bisect_right(self._times, after_ms) : bisect_right(self._times, until_ms)]

    def background(self, slot: int) -> Trade:
        """The trade among market makers in the five seconds that begin at ``slot`` * 5000."""
        bits = dice.draw(self._key, 4, slot)
        time_ms = slot * BACKGROUND_MS + bits % BACKGROUND_MS
        side = Side.LONG if bits >> 20 & 1 else Side.SHORT
        top = self.top_at(time_ms)
        price = top.ask if side is Side.LONG else top.bid
        lots = max(1, round(dice.unit(dice.draw(bits, 1)) ** 3 * BACKGROUND_USD_MAX * 1_000_000 / price))
        buyer, seller = MAKERS[bits >> 24 & 3], MAKERS[4 + (bits >> 28 & 3)]
        txn = f"0x{dice.draw(bits, 2):016x}{dice.draw(bits, 3):016x}{dice.draw(bits, 4):016x}{dice.draw(bits, 5):016x}"
        tid = dice.draw(bits, 6) >> (64 - TID_BITS)
        return Trade(self.asset.name, side, price, lots, time_ms, txn, tid, buyer, seller)

    def candle(self, open_ms: int, close_ms: int, now_ms: int) -> Candle:
        """The bar of [open, close) as it stands now; ``open_ms`` <= now."""
        if close_ms <= now_ms and (open_ms, close_ms) in self._candles:
            return self._candles[open_ms, close_ms]
        made = self._candle(open_ms, close_ms, min(close_ms - 1, now_ms))
        if close_ms <= now_ms:
            self._candles[open_ms, close_ms] = made
            if len(self._candles) > CANDLES_REMEMBERED:
                self._candles.popitem(last=False)
        return made

    def _candle(self, open_ms: int, close_ms: int, until_ms: int) -> Candle:
        pace = max(1, (close_ms - open_ms) // SAMPLES_PER_CANDLE)
        between = range(open_ms + pace, until_ms, pace)
        prints = self._prints[bisect_left(self._times, open_ms) : bisect_right(self._times, until_ms)]
        first, last = self._path.price_at(open_ms), self._path.price_at(until_ms)
        prices = [first, last, *(trade.price for trade in prints)]
        prices += [self._path.price_at(moment, finest_ms=pace // 2) for moment in between]
        quiet = max(0, (until_ms + 1 - open_ms) // BACKGROUND_MS)
        volume = sum(trade.lots for trade in prints) + quiet * self._usual_lots(first)
        return Candle(
            open_ms, close_ms, first, max(prices), min(prices), last, volume, len(prints) + quiet
        )  # fmt: skip

    @staticmethod
    def _usual_lots(price: PriceUnits) -> Lots:
        """The mean size of a background trade, for volumes over times too long to count each."""
        return max(1, BACKGROUND_USD_MAX * 1_000_000 // (4 * price))

    def day_volume(self, now_ms: int) -> tuple[Lots, MicroUsd]:
        """What was traded in the last 24 hours, in lots and in micro-dollars."""
        day = 24 * MS_PER_HOUR
        prints = self.prints_between(now_ms - day, now_ms)
        mark = self.mark_at(now_ms)
        quiet = day // BACKGROUND_MS * self._usual_lots(mark)
        return (
            quiet + sum(trade.lots for trade in prints),
            quiet * mark + sum(trade.lots * trade.price for trade in prints),
        )


def hourly_rate_e10(premium_e10: int) -> int:
    """The hourly funding rate that follows from an hour's average premium, both times 10^10 (section 11.5)."""
    rate = premium_e10 + max(-CLAMP_E10, min(CLAMP_E10, INTEREST_E10 - premium_e10))
    return max(-RATE_CAP_E10, min(RATE_CAP_E10, rate // 8))


def _when(trade: Trade) -> int:
    return trade.time_ms
