"""The shapes of the answers about what was recorded: trades of both sides, decisions, events, orders. Values only.

Units and None are as in ``answers``.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from fadearena.persistence.views.answers import Answer, Pagination, SideWord, Size, Usd


class TradeView(Answer, frozen=True):
    """One fill of a bot, or one order of ours."""

    id: str
    type: Literal["bot", "mine"]
    bot_id: str | None
    timestamp: int
    asset: str
    side: SideWord
    size: Size
    price: Usd
    notional: Usd
    pnl: Usd | None
    fee: Usd
    simulated: bool
    status: str | None
    decision_id: str | None


class Trades(Answer, frozen=True):
    """A page of trades, newest first."""

    trades: list[TradeView]
    pagination: Pagination


class ReasonView(Answer, frozen=True):
    """A stable code, and the same in a sentence."""

    code: str
    sentence: str


class DecisionView(Answer, frozen=True):
    """Why we traded or did not. Sizes are signed, in the asset's base units.

    ``leader_id`` is the decision that acted for this one, where several fills of one order were decided together. A
    public arena tells neither ``target_size`` nor ``delta_size``.
    """

    id: str
    event_id: str
    timestamp: int
    bot_id: str
    asset: str
    decision: Literal["execute", "skip"]
    reason: ReasonView | None
    skip_reason: ReasonView | None
    occasion: str
    target_size: Size | None
    delta_size: Size | None
    order_size: Size
    leader_id: str | None


class Decisions(Answer, frozen=True):
    """A page of decisions, newest first."""

    decisions: list[DecisionView]
    pagination: Pagination


class SkipCount(Answer, frozen=True):
    """How often one reason kept us from trading."""

    code: str
    sentence: str
    count: int


class DecisionCounts(Answer, frozen=True):
    """Decisions counted by what came of them, the most frequent reason first.

    Only the newest ``counted`` (at most 20,000) of ``total`` are, and exactly; where that is not all of them,
    ``counted_since`` is the time of the oldest one counted. ``total`` is an estimate beyond 100,000.
    """

    executed: int
    skipped: int
    by_skip_code: list[SkipCount]
    counted: int
    counted_since: int | None
    total: int
    total_is_estimate: bool


class EventView(Answer, frozen=True):
    """A move of a bot's position. ``raw_data`` is the exchange's own JSON."""

    id: str
    bot_id: str
    wallet_address: str
    timestamp: int
    event_type: Literal["fill", "position-change"]
    asset: str
    side: SideWord
    size: Size
    price: Usd
    notional: Usd
    previous_size: Size
    previous_notional: Usd
    current_size: Size
    current_notional: Usd
    hyperliquid_fill_hash: str | None
    raw_data: Any


class RiskCheckView(msgspec.Struct, frozen=True, rename="camel"):
    """One check that ran. Numbers are decimal text in ``unit``."""

    name: str
    passed: bool
    observed: str | None = None
    limit: str | None = None
    unit: str = ""
    size_before: str | None = None
    size_after: str | None = None


class OrderView(Answer, frozen=True):
    """One order of ours and what came of it."""

    id: str
    timestamp: int
    asset: str
    side: SideWord
    size: Size
    price: Usd
    notional: Usd
    status: str
    fee: Usd
    pnl: Usd | None
    closed_at: int | None
    simulated: bool
    cloid: str
    hyperliquid_order_id: str | None
    order_request: Any
    order_result: Any


class DecisionDetail(DecisionView, frozen=True, kw_only=True):
    """A decision with all that led to it and all that came of it.

    ``inputs`` is every number the kernel read: sizes in lots (``10 ** size_decimals`` a unit), prices in micro-dollars
    a lot, money in micro-dollars. ``previous_id`` and ``next_id`` are its neighbours in time on the same bot and asset.
    ``followers`` are those it acted for, at most 100.
    """

    event: EventView
    risk_checks: list[RiskCheckView]
    settings_snapshot: Any
    inputs: Any
    size_decimals: int
    orders: list[OrderView]
    followers: list[DecisionView]
    previous_id: str | None
    next_id: str | None


class TradeDetail(Answer, frozen=True):
    """One trade of either side with what it hangs on.

    ``order`` is None for a bot's fill. ``event`` is the bot's own: the fill itself, or the one our order answers; None
    for a manual order. ``decisions`` are those on that event, oldest first, at most 100.
    """

    trade: TradeView
    order: OrderView | None
    event: EventView | None
    decisions: list[DecisionView]
