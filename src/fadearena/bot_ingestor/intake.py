"""From the wire to what detection speaks: fills to events, account states to audits.

Pure. Spot and outcome rows are counted and left alone; a fill of an asset that we do not know, or whose numbers do not
fit what we know of it, is handed back: reading the exchange's description again may help.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from fadearena.bot_ingestor.audits import AuditView
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import BotId, Wallet
from fadearena.domain.market import Asset, AssetName, Lots, PriceUnits, to_nearest_units
from fadearena.hyperliquid.errors import HyperliquidError
from fadearena.hyperliquid.messages.account import ClearinghouseState
from fadearena.hyperliquid.messages.fills import Fill
from fadearena.hyperliquid.translation import account_state, to_event
from fadearena.hyperliquid.universe import Universe, is_perp


class Unread(msgspec.Struct, frozen=True):
    """A perpetual's fill that could not be read, and why."""

    fill: Fill
    reason: str


class Reading(msgspec.Struct, frozen=True):
    """A frame or page as read.

    Args:
        events: perpetual fills, in the order given.
        others: how many rows were about spot pairs and outcomes.
        unread: what could not be read.
    """

    events: tuple[BotTradeEvent, ...]
    others: int
    unread: tuple[Unread, ...]


def read_fills(fills: Iterable[Fill], bot_id: BotId, wallet: Wallet, universe: Universe) -> Reading:
    """Each fill on its own: one that cannot be read does not stop the others."""
    events: list[BotTradeEvent] = []
    unread: list[Unread] = []
    others = 0
    for fill in fills:
        if not is_perp(fill.coin):
            others += 1
            continue
        try:
            events.append(to_event(fill, bot_id, wallet, universe))
        except HyperliquidError as error:
            unread.append(Unread(fill, str(error)))
    return Reading(tuple(events), others, tuple(unread))


def read_audit(states: Mapping[str, ClearinghouseState], universe: Universe, asked_ms: int) -> AuditView:
    """An account's states by dex as one statement, dated by the oldest of them.

    Args:
        asked_ms: the exchange's time as last seen before asking, for states that bear none.

    Raises MalformedMessageError.
    """
    positions: dict[AssetName, tuple[Asset, Lots]] = {}
    marks: dict[AssetName, PriceUnits] = {}
    times: list[int] = []
    equity = 0
    for state in states.values():
        account = account_state(state, universe)
        times.append(account.time_ms or asked_ms)
        equity += account.equity
        values = {held.position.coin: held.position.position_value for held in state.asset_positions}
        for name, lots in account.positions.items():
            positions[name] = (universe.asset(name), lots)
            price = abs(to_nearest_units(values[name], 6)) // abs(lots)
            if price > 0:
                marks[name] = price
    return AuditView(min(times), equity, positions, marks, tuple(states))
