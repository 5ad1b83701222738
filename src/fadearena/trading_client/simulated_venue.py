"""Orders filled in simulation: against the book that was last seen, or at the bot's own price.

Pure: no socket, no clock, and no way to an order endpoint (an import contract keeps it so). An order is immediate or
cancel: it takes the levels within its limit, best first, and the rest is gone. Where only the top of the book is known
it is taken as deep enough, at a price made worse by ``simulatedSlippageBps``.
"""

from __future__ import annotations

import msgspec

from fadearena.domain.decisions import OrderIntent
from fadearena.domain.events import Quote
from fadearena.domain.market import BPS_E2, Lots, PriceUnits, Side, shifted
from fadearena.domain.orders import Execution, OrderStatus
from fadearena.domain.settings import FillModel
from fadearena.strategy_engine.rulebook import Rulebook


class _FillRecord(msgspec.Struct, frozen=True, gc=False):
    px: str
    sz: str


class _Result(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What is written down of an order's fate, in the words of the exchange."""

    status: OrderStatus
    fills: list[_FillRecord]
    model: FillModel
    error: str | None = None


class SimulatedVenue:
    """Fills intents at once and for sure.

    Args:
        fee_e2: taker fee in hundredths of a basis point of the notional (450 = 4.5 bps), cut to a micro-dollar.
        slippage_e2: how much worse than the top a fill is where depth is unknown.
        uses_book: False fills at the intent's reference price.
    """

    def __init__(self, fee_e2: int, slippage_e2: int, *, uses_book: bool) -> None:
        self._fee_e2 = fee_e2
        self._slippage_e2 = slippage_e2
        self._uses_book = uses_book

    def execute(self, intent: OrderIntent, quote: Quote | None) -> Execution:
        """What came of the intent. Without a quote it fills at the reference price, made worse by the slippage."""
        fills = self._fills(intent, quote)
        done = notional = fee = 0
        for lots, price in fills:
            value = lots * price
            done += lots
            notional += value
            fee += value * self._fee_e2 // BPS_E2
        status: OrderStatus = "filled" if done == intent.lots else "partially_filled" if done else "rejected"
        asset = intent.asset
        result = _Result(
            status,
            [_FillRecord(asset.price_text(price), asset.size_text(lots)) for lots, price in fills],
            "book" if self._uses_book and quote is not None else "bot-price",
            None if fills else "nothing in the book within the limit",
        )
        return Execution(status, fills, done, notional, fee, msgspec.json.encode(result))

    def _fills(self, intent: OrderIntent, quote: Quote | None) -> tuple[tuple[Lots, PriceUnits], ...]:
        if not self._uses_book:
            return ((intent.lots, intent.reference_price),)
        buying = intent.side is Side.LONG
        if quote is not None and (levels := quote.asks if buying else quote.bids):
            return _taken(levels, intent)
        top = 0 if quote is None else quote.ask if buying else quote.bid
        if top <= 0:
            price = shifted(intent.reference_price, self._slippage_e2, up=buying)
            return ((intent.lots, price),) if intent.reduce_only or quote is None else ()
        price = shifted(top, self._slippage_e2, up=buying)
        return ((intent.lots, price),) if _within(price, intent) else ()


def _taken(levels: tuple[tuple[PriceUnits, Lots], ...], intent: OrderIntent) -> tuple[tuple[Lots, PriceUnits], ...]:
    fills: list[tuple[Lots, PriceUnits]] = []
    left = intent.lots
    for price, lots in levels:
        if left == 0 or not _within(price, intent):
            break
        taken = min(left, lots)
        fills.append((taken, price))
        left -= taken
    return tuple(fills)


def _within(price: PriceUnits, intent: OrderIntent) -> bool:
    return price <= intent.limit_price if intent.side is Side.LONG else price >= intent.limit_price


def venue_of(rules: Rulebook) -> SimulatedVenue:
    """The simulated venue that a version of the settings asks for."""
    uses_book = rules.settings.simulated_fill_model == "book"
    return SimulatedVenue(rules.fee_e2, rules.slippage_e2, uses_book=uses_book)
