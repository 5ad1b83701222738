"""The shapes of the answers: what the API documents and sends. Values only.

Names become camelCase on the wire. Times are milliseconds since the epoch; ``Usd`` and sizes are exact decimals,
written as JSON numbers; ratios are 0 to 1. None means that it is not known, or that there is none.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import msgspec

Usd = Decimal
Size = Decimal
SideWord = Literal["long", "short"]


class Answer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Every answer is one of these."""


class StartingEquity(Answer, frozen=True):
    """What it all began with: the watched bots whose start is known together, and the fade's own account in simulation
    (None in live mode, whose deposits are not on record)."""

    bots: Usd
    fade_arena: Usd | None


class Equity(Answer, frozen=True):
    """Equity as last recorded. ``total`` is all our accounts, ``fade_arena`` the fade's own."""

    total: Usd
    bots_aggregate: Usd
    fade_arena: Usd
    timestamp: int | None
    starting_equity: StartingEquity


class OpenPositions(Answer, frozen=True):
    """Ours. ``count`` and ``total_notional`` are by bot and asset; ``net_notional`` nets the bots of an asset."""

    count: int
    total_notional: Usd
    net_notional: Usd


class SystemState(Answer, frozen=True):
    """How the trader is. ``uptime`` and ``heartbeat_age`` are seconds; ``clock_time`` is its own clock's."""

    hyperliquid_connected: bool
    last_event_time: int | None
    last_order_time: int | None
    uptime: float
    heartbeat_age: float | None
    clock_time: int | None


class Unwatched(Answer, frozen=True):
    """Our positions against bots that are no longer watched, at the last mark."""

    count: int
    notional: Usd


class Risk(Answer, frozen=True):
    """What the limits look at; not told in a public arena. ``orders_last_minute`` are those up to ``clock_time``."""

    orders_last_minute: int
    unwatched: Unwatched


class DailyPnl(Answer, frozen=True):
    """Change of equity since midnight UTC by the system's own clock."""

    bots: Usd
    fade_arena: Usd


class State(Answer, frozen=True):
    """The whole at a glance. ``public``: this arena is only shown, takes no changes, and says nothing of positions."""

    mode: Literal["simulation", "live"]
    armed: bool
    kill_switch: bool
    kill_switch_reason: str | None
    kill_switch_activated_at: int | None
    settings_version: int
    equity: Equity
    open_positions: OpenPositions | None
    system_status: SystemState
    risk: Risk | None
    daily_pnl: DailyPnl = msgspec.field(name="dailyPnL")
    public: bool = False


class PositionView(Answer, frozen=True):
    """An open position at the last mark; ``size`` and ``notional`` without sign."""

    asset: str
    side: SideWord
    size: Size
    notional: Usd
    entry_price: Usd
    mark_price: Usd
    unrealized_pnl: Usd


class Drawdown(Answer, frozen=True):
    """How far equity fell from its highest recorded value, deepest and now, as ratios of that; transfers included."""

    max: float
    current: float


class UsdDrawdown(Answer, frozen=True):
    """How far a profit fell from its highest recorded value (0 at the start), deepest and now."""

    max: Usd
    current: Usd


class Lag(Answer, frozen=True):
    """Milliseconds from a bot's fill to our order on it: half are at most ``p50``, 19 of 20 at most ``p95``."""

    p50: int
    p95: int


class FadeStats(Answer, frozen=True):
    """What fading a bot brought. ``total_pnl`` is realised and unrealised with funding, after fees; ``daily_pnl`` what
    trades realised since midnight UTC, before fees; ``win_rate`` of trades that closed something.

    Of our newest 500 trades against it: ``slippage_bps``, the median of our price against that of the fill we answered,
    positive where ours was worse; ``lag``; and ``median_hold_time`` in milliseconds of positions that were closed.
    """

    total_trades: int
    win_rate: float | None
    total_pnl: Usd = msgspec.field(name="totalPnL")
    daily_pnl: Usd = msgspec.field(name="dailyPnL")
    realized_pnl: Usd
    unrealized_pnl: Usd
    fees: Usd
    funding: Usd
    volume: Usd
    drawdown: UsdDrawdown | None
    median_hold_time: int | None
    slippage_bps: float | None
    lag: Lag | None


class BotStats(Answer, frozen=True):
    """The bot's own record, by the exchange's statements: ``realized_pnl`` is the sum of its ``closedPnl``;
    ``median_hold_time`` in milliseconds is of positions closed within its newest 1,000 openings and closings."""

    equity: Usd | None
    starting_equity: Usd | None
    realized_pnl: Usd
    unrealized_pnl: Usd
    fees: Usd
    volume: Usd
    total_trades: int
    win_rate: float | None
    drawdown: Drawdown | None
    median_hold_time: int | None


class Model(Answer, frozen=True):
    """A watched bot, what it holds, and what we hold against it; a public arena shows no positions, no multiplier."""

    id: str
    name: str
    wallet_address: str
    enabled: bool
    leverage_multiplier: Decimal | None
    current_positions: list[PositionView]
    my_mirrored_positions: list[PositionView]
    stats: FadeStats
    bot_stats: BotStats


class Models(Answer, frozen=True):
    """Every watched bot."""

    bots: list[Model]


class Pagination(Answer, frozen=True):
    """Where in the whole a page is. ``total_is_estimate`` beyond 100,000 rows; ``next_cursor`` for the page after."""

    page: int
    limit: int
    total: int
    total_pages: int
    total_is_estimate: bool
    next_cursor: str | None


Interval = Literal["1m", "5m", "15m", "1h", "1d"]


class Benchmarks(Answer, frozen=True):
    """What the fade's capital would be worth otherwise.

    ``btc_hold``: put into BTC at the first of its marks on record, with what the fade was worth then; None where no
    mark of the last quarter of an hour is on record.
    """

    btc_hold: Usd | None


class EquityPointView(Answer, frozen=True):
    """The last equity recorded within one interval.

    ``fade_before_fees`` is the fade's equity with the fees it paid so far added back. ``fade_pnl`` is by bot what
    fading it brought so far: realised and unrealised with funding, after fees. Snapshots from before these were noted
    have None and no bots.
    """

    timestamp: int
    bots_aggregate: Usd
    fade_arena: Usd
    fade_before_fees: Usd | None
    bots: dict[str, Usd]
    fade_pnl: dict[str, Usd] = msgspec.field(name="fadePnL")
    benchmarks: Benchmarks


class EquitySeries(Answer, frozen=True):
    """Equity over time, oldest first; at most one point an interval."""

    series: list[EquityPointView]
    interval: Interval
    start_time: int | None
    end_time: int | None


class SystemEventView(Answer, frozen=True):
    """A line of the system's own log."""

    id: str
    timestamp: int
    level: Literal["info", "warning", "error"]
    category: Literal["api", "trading", "system", "config"]
    message: str
    details: Any


class SystemEvents(Answer, frozen=True):
    """A page of the log, newest first."""

    events: list[SystemEventView]
    pagination: Pagination


class RangeView(Answer, frozen=True):
    """What is proven about a stretch of a wallet's fills; ``asset`` None where it is about the whole wallet."""

    asset: str | None
    from_time: int
    to_time: int
    state: Literal["complete", "gap", "repaired"]
    detail: str
    updated_at: int


class WalletCompleteness(Answer, frozen=True):
    """The ledger of one wallet, newest range first; ``complete`` when it has ranges and none is an open gap.

    ``fills`` are those seen so far, ``last_fill_at`` is of the newest; ``watched_since`` None where it no longer is.
    """

    bot_id: str | None
    wallet_address: str
    complete: bool
    open_gaps: int
    total_ranges: int
    watched_since: int | None
    last_fill_at: int | None
    fills: int
    ranges: list[RangeView]


class Completeness(Answer, frozen=True):
    """The ledger of every watched wallet."""

    wallets: list[WalletCompleteness]


class BotView(Answer, frozen=True):
    """A watched wallet and what is set for it; None means the default of the same name."""

    id: str
    name: str
    wallet_address: str
    enabled: bool
    leverage_multiplier: Decimal | None
    sizing_rule: str | None
    adopt_existing: bool | None
    added_at: int


class Bots(Answer, frozen=True):
    """Every watched wallet, and the settings version to change them under."""

    bots: list[BotView]
    version: int
