"""One file a noun: what may be asked and told. A route reads the question, asks a view or a control, and answers."""

from __future__ import annotations

from typing import Any

from fadearena.core_api.routes.bots import add_bot, change_bot, get_bots, remove_bot
from fadearena.core_api.routes.completeness import get_completeness
from fadearena.core_api.routes.decisions import get_decision, get_decision_counts, get_decisions
from fadearena.core_api.routes.equity import get_equity
from fadearena.core_api.routes.events import get_events
from fadearena.core_api.routes.health import get_health
from fadearena.core_api.routes.kill_switch import turn_kill_switch
from fadearena.core_api.routes.live import live
from fadearena.core_api.routes.market import get_assets, get_marks, get_prices
from fadearena.core_api.routes.metrics import get_metrics
from fadearena.core_api.routes.models import get_models
from fadearena.core_api.routes.page import get_asset, get_icon, get_page, get_plain_page
from fadearena.core_api.routes.session import get_session, log_in, log_out
from fadearena.core_api.routes.settings import change_settings, get_settings, get_settings_history
from fadearena.core_api.routes.state import get_state
from fadearena.core_api.routes.system import get_system
from fadearena.core_api.routes.trades import get_trade, get_trades

ROUTES: tuple[Any, ...] = (
    get_state,
    get_models,
    get_trades,
    get_trade,
    get_decisions,
    get_decision_counts,
    get_decision,
    get_equity,
    get_assets,
    get_marks,
    get_prices,
    get_events,
    get_completeness,
    get_system,
    get_settings,
    get_settings_history,
    change_settings,
    turn_kill_switch,
    get_bots,
    add_bot,
    change_bot,
    remove_bot,
    get_session,
    log_in,
    log_out,
    get_health,
    get_metrics,
    get_page,
    get_plain_page,
    get_icon,
    get_asset,
    live,
)
"""Everything that is served."""
