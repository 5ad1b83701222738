"""Every type of /info that this exchange answers, what it costs, and who answers it: one table.

Pure. Weights: section 3.1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from fadearena.exchange_simulator import account_answers, market_answers
from fadearena.exchange_simulator.exchange import Exchange
from fadearena.exchange_simulator.info_request import InfoRequest, malformed

Answerer = Callable[[Exchange, InfoRequest], Any]


class InfoType(msgspec.Struct, frozen=True):
    """One row of the table.

    Args:
        weight: of the request, against 1200 a minute and address.
        rows_per_weight: so many rows of the answer cost one more; 0: rows are free.
    """

    answer: Answerer
    weight: int = 20
    rows_per_weight: int = 0


TYPES = {
    "meta": InfoType(market_answers.meta),
    "metaAndAssetCtxs": InfoType(market_answers.meta_and_contexts),
    "perpDexs": InfoType(market_answers.perp_dexs),
    "spotMeta": InfoType(market_answers.spot_meta),
    "allMids": InfoType(market_answers.all_mids, 2),
    "l2Book": InfoType(market_answers.l2_book, 2),
    "recentTrades": InfoType(market_answers.recent_trades, 20, 20),
    "candleSnapshot": InfoType(market_answers.candle_snapshot, 20, 60),
    "fundingHistory": InfoType(market_answers.funding_history, 20, 20),
    "clearinghouseState": InfoType(account_answers.clearinghouse, 2),
    "spotClearinghouseState": InfoType(account_answers.spot_clearinghouse, 2),
    "openOrders": InfoType(account_answers.open_orders),
    "frontendOpenOrders": InfoType(account_answers.frontend_open_orders),
    "orderStatus": InfoType(account_answers.order_status, 2),
    "historicalOrders": InfoType(account_answers.historical_orders, 20, 20),
    "userFills": InfoType(account_answers.user_fills, 20, 20),
    "userFillsByTime": InfoType(account_answers.user_fills_by_time, 20, 20),
    "userFunding": InfoType(account_answers.user_funding, 20, 20),
    "userNonFundingLedgerUpdates": InfoType(account_answers.ledger_updates, 20, 20),
    "userFees": InfoType(account_answers.user_fees),
    "userRateLimit": InfoType(account_answers.user_rate_limit),
    "portfolio": InfoType(account_answers.portfolio),
    "userRole": InfoType(account_answers.user_role, 60),
    "subAccounts": InfoType(account_answers.sub_accounts),
    "extraAgents": InfoType(account_answers.extra_agents),
    "userTwapSliceFills": InfoType(account_answers.none_of_these, 20, 20),
    "userTwapSliceFillsByTime": InfoType(account_answers.none_of_these, 20, 20),
    "userVaultEquities": InfoType(account_answers.none_of_these),
    "userAbstraction": InfoType(account_answers.user_abstraction),
    "activeAssetData": InfoType(account_answers.active_asset_data),
    "exchangeStatus": InfoType(market_answers.exchange_status, 2),
    "spotMetaAndAssetCtxs": InfoType(market_answers.spot_meta_and_contexts),
}


def answer(exchange: Exchange, request: InfoRequest) -> tuple[Any, int]:
    """The answer to a request, and what its rows cost beyond the request itself.

    Raises:
        InfoRefusedError: 422 for what is no request, 500 for one that makes no sense.
    """
    kind = TYPES.get(request.type)
    if kind is None:
        raise malformed()
    document = kind.answer(exchange, request)
    rows = len(document) if isinstance(document, list) else 0
    return document, rows // kind.rows_per_weight if kind.rows_per_weight else 0


def weight(request_type: str) -> int:
    """What asking costs before the answer is known."""
    kind = TYPES.get(request_type)
    return kind.weight if kind else 20
