"""Fill to position to profit: exact accounting in integers.

Pure. A closing trade takes its share of the cost with it, rounded to a micro-dollar, and what is left keeps the rest,
so nothing is ever created or lost: ``realised + unrealised == -cash spent + value`` holds to the last micro-dollar.
"""

from __future__ import annotations

import msgspec

from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import BotId
from fadearena.domain.market import Asset, Lots, MicroUsd, PriceUnits, rounded_ratio
from fadearena.domain.orders import Execution


class Position(msgspec.Struct, frozen=True, gc=False):
    """A signed position and what it cost.

    Args:
        lots: positive = long.
        cost: signed lots times price summed over what is open; negative for a short.
    """

    lots: Lots = 0
    cost: MicroUsd = 0

    def unrealised(self, mark: PriceUnits) -> MicroUsd:
        return self.lots * mark - self.cost

    def entry_price(self) -> PriceUnits:
        """The average entry, cut to the grid; 0 when flat."""
        return self.cost // self.lots if self.lots else 0


def apply_fill(position: Position, signed_lots: Lots, price: PriceUnits) -> tuple[Position, MicroUsd | None]:
    """The position after a trade, and the profit it realised before fees (None when it only opened or added)."""
    cost, realised = _traded(position.lots, position.cost, signed_lots, price)
    return Position(position.lots + signed_lots, cost), realised


def _traded(held: Lots, cost: MicroUsd, signed_lots: Lots, price: PriceUnits) -> tuple[MicroUsd, MicroUsd | None]:
    """What the position after a trade cost, and the profit that the trade realised."""
    after = held + signed_lots
    if held == 0 or (held > 0) == (signed_lots > 0):
        return cost + signed_lots * price, None
    if after == 0 or (after > 0) != (held > 0):
        return after * price, held * price - cost
    cost_closed = rounded_ratio(-signed_lots * cost, held)
    return cost - cost_closed, -signed_lots * price - cost_closed


class Book(msgspec.Struct, frozen=True, gc=False):
    """All that is known of one bot in one asset: its position and ours against it. The fold over their events.

    Args:
        bot_lots: the bot's signed position.
        bot_cost: what that cost it, as ``Position.cost``.
        baseline_lots: the part of it that was there before we watched and is left alone; same sign, never larger.
        anchor_price: the bot's price when the part we fade was last opened, 0 when there is none.
        position: ours.
        in_flight_buy, in_flight_sell: lots of our orders not yet known to be executed or dead, each >= 0.
        realised, fees, funding: ours so far; funding is positive when received.
        bot_realised, bot_fees, bot_volume: the bot's own, as the exchange states them.
        bot_trades, bot_closes, bot_wins: how many fills it had, how many closed something, and how many of those won.
        trades, closes, wins, volume: ours.
        last_event: id and time of the last event folded in.
    """

    bot_id: BotId
    asset: Asset
    bot_lots: Lots = 0
    bot_cost: MicroUsd = 0
    baseline_lots: Lots = 0
    anchor_price: PriceUnits = 0
    position: Position = Position()
    in_flight_buy: Lots = 0
    in_flight_sell: Lots = 0
    realised: MicroUsd = 0
    fees: MicroUsd = 0
    funding: MicroUsd = 0
    bot_realised: MicroUsd = 0
    bot_fees: MicroUsd = 0
    bot_volume: MicroUsd = 0
    bot_trades: int = 0
    bot_closes: int = 0
    bot_wins: int = 0
    trades: int = 0
    closes: int = 0
    wins: int = 0
    volume: MicroUsd = 0
    last_event_id: str = ""
    last_event_ms: int = 0
    last_price: PriceUnits = 0

    @property
    def attributed_lots(self) -> Lots:
        """Our position with this bot, orders in flight taken as done."""
        return self.position.lots + self.in_flight_buy - self.in_flight_sell


def watched(book: Book, bot_lots: Lots, price: PriceUnits, *, adopt: bool) -> Book:
    """The book when we first see a bot that already holds ``bot_lots``: left alone as a baseline, or adopted."""
    return msgspec.structs.replace(
        book,
        bot_lots=bot_lots,
        bot_cost=bot_lots * price,
        baseline_lots=0 if adopt else bot_lots,
        anchor_price=price if adopt and bot_lots else 0,
        last_price=price,
    )


def after_event(book: Book, event: BotTradeEvent) -> Book:
    """The book after a move of the bot. The baseline only shrinks: until the bot is flat or on the other side."""
    lots, price, moved = event.current_lots, event.price, event.side * event.lots
    cost, closed = _traded(book.bot_lots, book.bot_cost, moved, price)
    is_fill = event.event_type == "fill"
    won = is_fill and closed is not None and event.closed_pnl > 0
    baseline = _shrunk(book.baseline_lots, lots)
    return msgspec.structs.replace(
        book,
        bot_lots=lots,
        bot_cost=cost if book.bot_lots + moved == lots else lots * price,
        baseline_lots=baseline,
        anchor_price=_anchored(book, event, baseline),
        bot_realised=book.bot_realised + event.closed_pnl,
        bot_fees=book.bot_fees + event.fee,
        bot_volume=book.bot_volume + (event.notional if is_fill else 0),
        bot_trades=book.bot_trades + is_fill,
        bot_closes=book.bot_closes + (is_fill and closed is not None),
        bot_wins=book.bot_wins + won,
        last_event_id=event.id.hex,
        last_event_ms=event.time_ms,
        last_price=price,
    )


def after_late_event(book: Book, event: BotTradeEvent) -> Book:
    """The book after a fill that came to light late: it counts, but the position it led to is known already."""
    closed = event.previous_lots * event.side < 0
    return msgspec.structs.replace(
        book,
        bot_realised=book.bot_realised + event.closed_pnl,
        bot_fees=book.bot_fees + event.fee,
        bot_volume=book.bot_volume + event.notional,
        bot_trades=book.bot_trades + 1,
        bot_closes=book.bot_closes + closed,
        bot_wins=book.bot_wins + (closed and event.closed_pnl > 0),
    )


def after_execution(book: Book, way: int, execution: Execution) -> tuple[Book, MicroUsd | None]:
    """The book after an order of ours, and what that order realised before fees (None when it only opened or added)."""
    position = book.position
    realised: MicroUsd | None = None
    for lots, price in execution.fills:
        position, profit = apply_fill(position, way * lots, price)
        if profit is not None:
            realised = profit + (realised or 0)
    after = msgspec.structs.replace(
        book,
        position=position,
        realised=book.realised + (realised or 0),
        fees=book.fees + execution.fee,
        volume=book.volume + execution.notional,
        trades=book.trades + 1,
        closes=book.closes + (realised is not None),
        wins=book.wins + (realised is not None and realised > 0),
    )
    return after, realised


def _shrunk(baseline: Lots, bot_lots: Lots) -> Lots:
    if baseline == 0 or bot_lots == 0 or (baseline > 0) != (bot_lots > 0):
        return 0
    return min(baseline, bot_lots) if baseline > 0 else max(baseline, bot_lots)


def _anchored(book: Book, event: BotTradeEvent, baseline: Lots) -> PriceUnits:
    faded_before = book.bot_lots - book.baseline_lots
    faded = event.current_lots - baseline
    if faded == 0:
        return 0
    same_way = faded_before != 0 and (faded_before > 0) == (faded > 0)
    return book.anchor_price if same_way and book.anchor_price else event.price
