"""What a public arena (``--public``) shows of what there is: the score, and never the hand.

Shown are the bots, whose every fill is public anyway, what was decided on it and which checks passed, and how the fade
as a whole stands, in whole dollars. Left out is whatever states our positions, orders, sizes, settings or accounts, or
gives them by a sum, a difference or a ratio of two answers: our own trades, the sizes decided, and every amount of
fading one bot (its fees are a fixed share of what was traded, its profit over the bot's own is the multiplier).
Closed unless named: an address, an answer or an item of the live feed that is not in the tables here is refused, so
that whoever adds one decides about it here. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from fadearena.core_api.encoding import JsonResponse
from fadearena.core_api.problems import Refusal
from fadearena.persistence.views.answers import (
    Benchmarks,
    DailyPnl,
    Equity,
    EquityPointView,
    EquitySeries,
    FadeStats,
    Model,
    Models,
    State,
)
from fadearena.persistence.views.feed import FeedItem
from fadearena.persistence.views.market_answers import Assets, Marks, Prices
from fadearena.persistence.views.record_answers import (
    DecisionCounts,
    DecisionDetail,
    Decisions,
    DecisionView,
    RiskCheckView,
    TradeDetail,
    Trades,
)
from fadearena.persistence.views.trades import TradeType

SERVED = frozenset(
    {"state", "models", "trades", "decisions", "equity", "assets", "marks", "prices", "health", "session"}
)
"""First words below ``/api/`` that are answered. ``session`` says that there is none."""

_DECIDED = frozenset({"target_size", "delta_size", "order_size"})
WITHHELD: Mapping[type[msgspec.Struct], frozenset[str]] = {
    State: frozenset({"armed", "kill_switch_reason", "open_positions", "risk", "settings_version"}),
    Equity: frozenset({"total"}),
    EquityPointView: frozenset({"fade_before_fees"}),
    Model: frozenset({"enabled", "leverage_multiplier"}),
    FadeStats: frozenset(
        {"total_pnl", "daily_pnl", "realized_pnl", "unrealized_pnl", "fees", "funding", "volume", "drawdown"}
    ),
    DecisionView: _DECIDED,
    DecisionDetail: _DECIDED | {"settings_snapshot", "inputs"},
    RiskCheckView: frozenset({"observed", "limit", "size_before", "size_after"}),
}
"""Fields that are null here, by the answer they are in; the document of the API says so of each."""

CHANNELS = frozenset({"bot-trade", "decision", "state-update"})
"""Of the live feed, what is told."""

_TOLD_OF: Mapping[str, frozenset[str]] = {
    "bot-trade": frozenset({"botId", "walletAddress", "event"}),
    "decision": frozenset(
        {"id", "eventId", "timestamp", "botId", "asset", "decision", "reason", "skipReason", "occasion"}
    ),
}
"""By channel, the fields of an item that are told; others are null."""


def is_served(path: str) -> bool:
    """Whether an address may be read; the pages themselves are not asked about here."""
    if path.startswith("/schema"):
        return True
    _, api, first, *_ = [*path.split("/"), "", ""]
    return api == "api" and first in SERVED


def refusal(*, writing: bool) -> Refusal:
    """What everything else is told."""
    hidden = "its settings, our own trades and positions, its log and metrics are not shown"
    what = "it takes no changes" if writing else hidden
    return Refusal(403, f"This arena is shown to the public: {what}.", code="public-arena")


def shown_trades(wanted: TradeType) -> TradeType:
    """Whose trades are read where somebody asks for these: those of the bots. Raises Refusal where only ours are."""
    if wanted == "mine":
        raise refusal(writing=False)
    return "bot"


class PublicResponse(JsonResponse):
    """What every route of a public arena answers with."""

    def render(self, content: Any, *arguments: Any, **options: Any) -> bytes:
        """The body, without what is private. Raises Refusal for an answer that nobody decided about."""
        return super().render(shown(content), *arguments, **options)


def shown(content: Any) -> Any:
    """An answer without what is private. Raises Refusal."""
    if not isinstance(content, msgspec.Struct):
        return content
    show = _ANSWERS.get(type(content))
    if show is None:
        raise refusal(writing=False)
    return show(content)


def shown_state(state: State) -> State:
    """The whole at a glance: without our positions, and without why somebody stopped it."""
    equity, today = state.equity, state.daily_pnl
    return replace(
        _without(state),
        public=True,
        equity=replace(_without(equity), fade_arena=_whole(equity.fade_arena)),
        daily_pnl=DailyPnl(bots=today.bots, fade_arena=_whole(today.fade_arena)),
    )


def shown_item(item: FeedItem) -> FeedItem:
    """An item of the live feed, or in its place one of no channel, so that no sequence number is missing."""
    told = _TOLD_OF.get(item.type)
    if told is None:
        return FeedItem(item.seq, "", "")
    frame = _FRAME.decode(item.frame)
    data = {name: value if name in told else _NULL for name, value in frame.data.items()}
    return FeedItem(item.seq, item.type, msgspec.json.encode(replace(frame, data=data)).decode())


class _Frame(msgspec.Struct, frozen=True):
    type: str
    seq: int
    data: dict[str, msgspec.Raw]


_FRAME = msgspec.json.Decoder(_Frame)
_NULL = msgspec.Raw(b"null")
Kind = TypeVar("Kind", bound=msgspec.Struct)


def _without(answer: Kind) -> Kind:
    """An answer, with null for what is withheld of it."""
    return replace(answer, **dict.fromkeys(WITHHELD[type(answer)]))


def _whole(amount: Decimal) -> Decimal:
    """In whole dollars: what a trade of ours cost in fees is not to be read from the step it makes."""
    return amount.quantize(Decimal(1))


def _models(models: Models) -> Models:
    return replace(models, bots=[_model(model) for model in models.bots])


def _model(model: Model) -> Model:
    return replace(_without(model), current_positions=[], my_mirrored_positions=[], stats=_without(model.stats))


def _equity(series: EquitySeries) -> EquitySeries:
    return replace(series, series=[_point(point) for point in series.series])


def _point(point: EquityPointView) -> EquityPointView:
    held = point.benchmarks.btc_hold
    return replace(
        _without(point),
        fade_arena=_whole(point.fade_arena),
        fade_pnl={},
        benchmarks=Benchmarks(btc_hold=None if held is None else _whole(held)),
    )


def _trades(trades: Trades) -> Trades:
    return replace(trades, trades=[trade for trade in trades.trades if trade.type == "bot"])


def _trade(found: TradeDetail) -> TradeDetail:
    if found.trade.type != "bot":
        raise Refusal(404, "There is no trade of this id.")
    return replace(found, order=None, decisions=[_without(decision) for decision in found.decisions])


def _decisions(decisions: Decisions) -> Decisions:
    return replace(decisions, decisions=[_without(decision) for decision in decisions.decisions])


def _decision_detail(decision: DecisionDetail) -> DecisionDetail:
    return replace(
        _without(decision),
        risk_checks=[_without(check) for check in decision.risk_checks],
        orders=[],
        followers=[_without(follower) for follower in decision.followers],
    )


def _as_it_is(content: Any) -> Any:
    return content


_ANSWERS: dict[type, Callable[[Any], Any]] = {
    State: shown_state,
    Models: _models,
    Trades: _trades,
    TradeDetail: _trade,
    Decisions: _decisions,
    DecisionDetail: _decision_detail,
    DecisionCounts: _as_it_is,
    EquitySeries: _equity,
    Assets: _as_it_is,
    Marks: _as_it_is,
    Prices: _as_it_is,
}
"""Health and session make their own answers, which hold nothing private."""
