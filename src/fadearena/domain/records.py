"""What is written down: the entries of the journal and the other durable facts, as persistence takes and gives them.

Pure. One entry is one step of the arena; it is committed whole or not at all.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from fadearena.domain.decisions import StrategyDecision, Trade
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import BotId, Wallet
from fadearena.domain.market import Asset, AssetName, Lots, MicroUsd, PriceUnits
from fadearena.domain.positions import Book

RangeState = Literal["complete", "gap", "repaired"]
Level = Literal["info", "warning", "error"]
Category = Literal["api", "trading", "system", "config"]


class FundingPayment(msgspec.Struct, frozen=True, gc=False):
    """Hourly funding on our position with one bot. Identity: (bot, asset, hour).

    Args:
        time_ms: the full hour it is for.
        amount: positive when received.
    """

    bot_id: BotId
    asset: Asset
    time_ms: int
    lots: Lots
    rate_e10: int
    oracle: PriceUnits
    amount: MicroUsd


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One step: what happened, what was decided, what was traded, and the books after it."""

    event: BotTradeEvent | None
    decisions: tuple[StrategyDecision, ...]
    trades: tuple[Trade, ...]
    books: tuple[Book, ...]
    funding: tuple[FundingPayment, ...] = ()


class EquityPoint(msgspec.Struct, frozen=True, gc=False):
    """Equity at one time, in micro-dollars: of all watched bots together, of the fade, and of each bot.

    Args:
        fades: what fading each bot brought so far: realised and unrealised with funding, after fees. Their sum is the
            fade's own profit.
        fees: what the fade has paid so far, None where that was not noted.
    """

    time_ms: int
    bots_aggregate: MicroUsd
    fade_arena: MicroUsd
    bots: dict[BotId, MicroUsd]
    fades: dict[BotId, MicroUsd] = {}
    fees: MicroUsd | None = None


class FillRange(msgspec.Struct, frozen=True, gc=False):
    """What is proven about a stretch of a wallet's fill history, both ends inclusive in milliseconds.

    Args:
        asset_name: the asset whose chain broke, None where the range is about the whole wallet.
        state: ``complete`` = every fill is stored; ``gap`` = fills are missing and not yet found; ``repaired`` = was a
            gap, and has been closed by a backfill or by a position change.
        detail: a sentence for a person.
    """

    wallet: Wallet
    asset_name: AssetName | None
    from_ms: int
    to_ms: int
    state: RangeState
    detail: str


class SystemRecord(msgspec.Struct, frozen=True, gc=False):
    """A line of the system's own log (a row of "SystemEvent"). ``details`` is JSON."""

    time_ms: int
    level: Level
    category: Category
    message: str
    details: bytes = b"{}"
