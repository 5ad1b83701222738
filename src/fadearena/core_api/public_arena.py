"""What a public arena (``--public``) shows of what there is: the game, and nothing that helps to play against it.

Left out are open positions and orders in flight, settings and their limits, what led to a decision, and whatever names
our account on the exchange. Closed unless named: an address, an answer or an item of the live feed that is not in the
tables here is refused, so that whoever adds one decides about it here. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import msgspec
from msgspec.structs import replace

from fadearena.core_api.encoding import JsonResponse
from fadearena.core_api.problems import Refusal
from fadearena.domain.orders import OrderStatus
from fadearena.persistence.views.answers import EquitySeries, Model, Models, State
from fadearena.persistence.views.feed import FeedItem
from fadearena.persistence.views.market_answers import Assets, Marks, Prices
from fadearena.persistence.views.record_answers import (
    DecisionCounts,
    DecisionDetail,
    Decisions,
    DecisionView,
    OrderView,
    RiskCheckView,
    TradeDetail,
    Trades,
    TradeView,
)

SERVED = frozenset(
    {"state", "models", "trades", "decisions", "equity", "assets", "marks", "prices", "health", "session"}
)
"""First words below ``/api/`` that are answered. ``session`` says that there is none."""

OVER: frozenset[str] = frozenset(get_args(OrderStatus))
"""States of an order that is not in flight."""


def is_served(path: str) -> bool:
    """Whether an address may be read; the pages themselves are not asked about here."""
    if path.startswith("/schema"):
        return True
    _, api, first, *_ = [*path.split("/"), "", ""]
    return api == "api" and first in SERVED


def refusal(*, writing: bool) -> Refusal:
    """What everything else is told."""
    what = "it takes no changes" if writing else "its settings, open positions, log and metrics are not shown"
    return Refusal(403, f"This arena is shown to the public: {what}.", code="public-arena")


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
    return replace(state, public=True, open_positions=None, risk=None, kill_switch_reason=None)


def shown_item(item: FeedItem) -> FeedItem:
    """An item of the live feed, or in its place one of no channel, so that no sequence number is missing."""
    if item.type == "bot-trade":
        return item
    hidden = _HIDDEN_IN_FEED.get(item.type)
    if hidden is None:
        return FeedItem(item.seq, "", "")
    frame = _FRAME.decode(item.frame)
    if item.type == "my-trade" and msgspec.json.decode(frame.data.get("status", b"null")) not in OVER:
        return FeedItem(item.seq, "", "")
    data = {name: _NULL if name in hidden else value for name, value in frame.data.items()}
    return FeedItem(item.seq, item.type, msgspec.json.encode(replace(frame, data=data)).decode())


class _Frame(msgspec.Struct, frozen=True):
    type: str
    seq: int
    data: dict[str, msgspec.Raw]


_FRAME = msgspec.json.Decoder(_Frame)
_NULL = msgspec.Raw(b"null")
_HIDDEN_IN_FEED = {
    "my-trade": frozenset({"orderId"}),
    "decision": frozenset({"targetSize", "deltaSize"}),
}


def _models(models: Models) -> Models:
    return replace(models, bots=[_model(model) for model in models.bots])


def _model(model: Model) -> Model:
    return replace(model, leverage_multiplier=None, current_positions=[], my_mirrored_positions=[])


def _is_over(trade: TradeView) -> bool:
    return trade.type == "bot" or trade.status in OVER


def _trades(trades: Trades) -> Trades:
    return replace(trades, trades=[trade for trade in trades.trades if _is_over(trade)])


def _trade(found: TradeDetail) -> TradeDetail:
    if not _is_over(found.trade):
        raise Refusal(404, "There is no trade of this id.")
    order = None if found.order is None else _order(found.order)
    return replace(found, order=order, decisions=[_decision(decision) for decision in found.decisions])


def _order(order: OrderView) -> OrderView:
    return replace(order, cloid="", hyperliquid_order_id=None, order_request=None, order_result=None)


def _decisions(decisions: Decisions) -> Decisions:
    return replace(decisions, decisions=[_decision(decision) for decision in decisions.decisions])


def _decision(decision: DecisionView) -> DecisionView:
    return replace(decision, target_size=None, delta_size=None)


def _decision_detail(decision: DecisionDetail) -> DecisionDetail:
    return replace(
        decision,
        target_size=None,
        delta_size=None,
        risk_checks=[RiskCheckView(check.name, check.passed, unit=check.unit) for check in decision.risk_checks],
        settings_snapshot=None,
        inputs=None,
        orders=[_order(order) for order in decision.orders if order.status in OVER],
        followers=[_decision(follower) for follower in decision.followers],
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
    EquitySeries: _as_it_is,
    Assets: _as_it_is,
    Marks: _as_it_is,
    Prices: _as_it_is,
}
"""Health and session make their own answers, which hold nothing private."""
