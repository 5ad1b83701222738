"""What we make of an event: the decision with every check that ran, and the order it asks for.

Pure. Codes are stable: scripts and the dashboard filter by them; the sentence beside a code is for a person.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from fadearena.domain.identifiers import BotId, Cloid, DecisionId, EventId, TradeId
from fadearena.domain.market import Asset, Lots, MicroUsd, PriceUnits, Side

Outcome = Literal["execute", "skip"]

EXECUTE_REASONS = {
    "open": "opens the opposite of the bot's new position",
    "add": "adds to the opposite of the bot's position",
    "reduce": "reduces our position toward its target",
    "close": "closes our position against the bot",
    "flip": "turns around with the bot",
}
"""Why an order was sent: code and sentence."""

SKIP_REASONS = {
    "coalesced": "decided together with another fill of the same order",
    "on_target": "our position already is the target",
    "late_fill": "came to light late: what it did is already contained in a later event",
    "kill_switch": "the kill switch is on",
    "bot_enabled": "the bot is disabled",
    "mode_armed": "mode is live, but live trading is not armed on this machine",
    "history_complete": "the bot's fill history has an open gap",
    "event_fresh": "the event is too old to open risk on",
    "daily_loss": "today's loss is at the daily limit",
    "asset_exposure": "the asset's exposure cap leaves no room",
    "global_exposure": "the global exposure cap leaves no room",
    "order_notional": "the order would pass the largest order allowed",
    "price_collar": "the price is unknown, stale or too far from the bot's own",
    "minimum_order": "below the exchange's minimum: carried over to the next event",
    "order_rate": "too many orders in the last minute",
}
"""Why nothing was sent: code and sentence. A check's own name is its code."""


class Reason(msgspec.Struct, frozen=True, gc=False):
    """A stable code, and the same in a sentence that a person can read."""

    code: str
    sentence: str


class RiskCheck(msgspec.Struct, frozen=True, gc=False, rename="camel", omit_defaults=False):
    """One rung of the ladder.

    Args:
        name: the check.
        passed: False where it refused or shrank the increase.
        observed, limit: decimal text in ``unit``, None where there is none; words for a flag, and for an event's age
            where there is no new event.
        unit: ``USD``, ``s``, ``bps``, ``orders/min``, ``lots`` or ``flag``.
        size_before, size_after: the increase before and after this check, decimal text in the asset's base units.
    """

    name: str
    passed: bool
    observed: str | None
    limit: str | None
    unit: str
    size_before: str
    size_after: str


class OrderIntent(msgspec.Struct, frozen=True, gc=False):
    """An order we want, in the exchange's terms but not yet in its language.

    Args:
        side: LONG buys, SHORT sells.
        lots: > 0.
        reference_price: what it is expected to fill at.
        limit_price: the worst price accepted.
        reduce_only: True where it can only shrink our position with this bot.
    """

    cloid: Cloid
    trade_id: TradeId
    decision_id: DecisionId
    bot_id: BotId
    asset: Asset
    side: Side
    lots: Lots
    reference_price: PriceUnits
    limit_price: PriceUnits
    reduce_only: bool
    time_ms: int


class StrategyDecision(msgspec.Struct, frozen=True, gc=False):
    """Why we traded or did not.

    Args:
        occasion: "" for the event itself, else what made us decide again (``kill-switch:12``, ``settings:8``).
        reason: why, for an executed decision; None otherwise.
        skip_reason: why not, for a skipped one; None otherwise.
        inputs: JSON of every number the kernel read; with the settings it gives the decision again, byte for byte.
        settings: JSON of every setting used, with the settings version.
    """

    id: DecisionId
    event_id: EventId
    bot_id: BotId
    asset: Asset
    time_ms: int
    occasion: str
    outcome: Outcome
    reason: Reason | None
    skip_reason: Reason | None
    checks: tuple[RiskCheck, ...]
    inputs: bytes
    settings: bytes
    target_lots: Lots
    delta_lots: Lots
    order_lots: Lots
    """What is traded now, signed; the rest of the delta is carried over."""


class Trade(msgspec.Struct, frozen=True, gc=False):
    """One of our orders and what came of it (a row of "MyTrade").

    Args:
        lots, price: what was executed; for an order not yet executed what was asked.
        status: a state of ``domain.orders``.
        fee: micro-dollars paid.
        pnl: realised by this trade before fees, None when it only opened.
        closed_at_ms: when it brought our position with this bot to zero, else None.
        request, result: JSON; result None until known.
    """

    id: TradeId
    event_id: EventId | None
    decision_id: DecisionId | None
    bot_id: BotId | None
    time_ms: int
    asset: Asset
    side: Side
    lots: Lots
    price: PriceUnits
    cloid: Cloid
    status: str
    fee: MicroUsd
    pnl: MicroUsd | None
    closed_at_ms: int | None
    simulated: bool
    request: bytes
    result: bytes | None
    exchange_order_id: str | None = None
    executed_notional: MicroUsd | None = None
    """Exact where several levels of a book were taken and ``price`` is their average; None: lots times price."""

    @property
    def notional(self) -> MicroUsd:
        return self.lots * self.price if self.executed_notional is None else self.executed_notional
