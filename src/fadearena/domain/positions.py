"""Fill to position to profit: exact accounting in integers.

Pure. A closing trade takes its share of the cost with it, rounded to a micro-dollar, and what is left keeps the rest,
so nothing is ever created or lost: ``realised + unrealised == -cash spent + value`` holds to the last micro-dollar.
"""

from __future__ import annotations

import msgspec

from fadearena.domain.identifiers import BotId
from fadearena.domain.market import Asset, Lots, MicroUsd, PriceUnits


class Position(msgspec.Struct, frozen=True):
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
    held = position.lots
    if held == 0 or (held > 0) == (signed_lots > 0):
        return Position(held + signed_lots, position.cost + signed_lots * price), None
    closed = min(abs(held), abs(signed_lots)) * (1 if held > 0 else -1)
    cost_closed = _share(position.cost, closed, held)
    realised = closed * price - cost_closed
    after = held + signed_lots
    if (after > 0) == (held > 0) and after != 0:
        return Position(after, position.cost - cost_closed), realised
    return Position(after, after * price), realised


def _share(cost: MicroUsd, closed: Lots, held: Lots) -> MicroUsd:
    """``cost * closed / held`` rounded half away from zero; exact when everything is closed."""
    numerator = cost * closed
    quotient, remainder = divmod(abs(numerator), abs(held))
    rounded = quotient + (1 if 2 * remainder >= abs(held) else 0)
    return rounded if (numerator >= 0) == (held > 0) else -rounded


class Book(msgspec.Struct, frozen=True):
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
