"""What the ingestor says: the values that leave it for the arena, and the one question it wants asked of the exchange.

Pure. Outputs are delivered in the order in which they are given; whatever reads them closes the union with ``match``.
"""

from __future__ import annotations

import msgspec

from fadearena.domain.events import BotEquity, BotTradeEvent, HistoryState
from fadearena.domain.identifiers import BotId, Wallet
from fadearena.domain.market import Asset, Lots, PriceUnits
from fadearena.domain.records import FillRange, SystemRecord


class Batch(msgspec.Struct, frozen=True):
    """Events of one ``order_key``, in execution order, each beginning at the position where the one before ended.

    Args:
        events: at least one; pieces of one order in one block, so that one decision can act for all of them.
    """

    events: tuple[BotTradeEvent, ...]


class LateFills(msgspec.Struct, frozen=True):
    """Fills that came to light after later ones of the same asset were released.

    To be recorded, never to move a position: what they did to it is already contained in a later event's statement, in
    a position change that stood in for them, or it cancels out (a round trip that was missed).

    Args:
        events: in execution order; their positions before and after are the exchange's own and lie in the past.
    """

    events: tuple[BotTradeEvent, ...]


class InitialPosition(msgspec.Struct, frozen=True):
    """What a bot held when we first looked: the start of its chain, and no event.

    Args:
        lots: signed, 0 where it was flat.
        mark: what it was worth then; 0 where unknown.
        time_ms: the exchange's time of it; fills of the asset after it are events.
    """

    bot_id: BotId
    wallet: Wallet
    asset: Asset
    lots: Lots
    mark: PriceUnits
    time_ms: int


Output = Batch | LateFills | InitialPosition | HistoryState | FillRange | BotEquity | SystemRecord
"""All that is delivered to the arena.

A HistoryState of no asset is about all of the bot's: ``complete=False`` says that nothing is proven until it is taken
back; ``complete=True`` takes back all that was said before, and the gaps still open are said again right after it.
"""


class BackfillRequest(msgspec.Struct, frozen=True):
    """Ask the exchange for a wallet's fills of a stretch of time, both ends inclusive in milliseconds.

    Args:
        attempt: how many complete answers have failed to explain the same gap; later attempts wait longer.
        reason: a sentence for a person.
    """

    wallet: Wallet
    from_ms: int
    to_ms: int
    attempt: int
    reason: str


Step = Output | BackfillRequest
"""One line of what the pure layer answers to an input."""
