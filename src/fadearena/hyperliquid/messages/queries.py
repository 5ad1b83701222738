"""The table of ``/info`` requests: what each is called, what it answers, and what it weighs.

Pure. A request added here can be asked, decoded, budgeted and tested. Weights: section 3.1 of the protocol reference.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

from fadearena.hyperliquid.errors import MalformedMessageError
from fadearena.hyperliquid.messages.account import (
    ActiveAssetData,
    ClearinghouseState,
    ExtraAgent,
    LedgerUpdate,
    PortfolioPeriod,
    SpotClearinghouseState,
    SubAccount,
    UserFees,
    UserFundingRow,
    UserRateLimit,
    UserRole,
    VaultEquity,
)
from fadearena.hyperliquid.messages.fills import Fill, TwapSliceFill
from fadearena.hyperliquid.messages.market import (
    AssetCtx,
    Candle,
    ExchangeStatus,
    FundingHistoryRow,
    L2Book,
    Meta,
    PerpDex,
    PerpDexLimits,
    PerpDexStatus,
    SpotMeta,
    Trade,
)
from fadearena.hyperliquid.messages.orders import FrontendOrder, OpenOrder, OrderRecord, OrderStatus

Answer = TypeVar("Answer")

USUAL_WEIGHT = 20
LIGHT_WEIGHT = 2
ROLE_WEIGHT = 60
ROWS_PER_WEIGHT = 20
CANDLES_PER_WEIGHT = 60


class Query(msgspec.Struct, Generic[Answer], frozen=True):
    """One kind of ``/info`` request.

    Args:
        type: the request's ``type``.
        answer: the type of its answer.
        weight: what asking costs of the address's budget.
        rows_per_weight: an answer of n rows costs n // rows_per_weight more; 0 where rows cost nothing.
        rows_max: the most rows that the exchange puts into one answer; 0 where it is not paged.
    """

    type: str
    answer: Any
    weight: int = USUAL_WEIGHT
    rows_per_weight: int = 0
    rows_max: int = 0

    def surcharge(self, rows: int) -> int:
        """What an answer of ``rows`` rows costs beyond ``weight``."""
        return rows // self.rows_per_weight if self.rows_per_weight else 0


META: Query[Meta] = Query("meta", Meta)
META_AND_ASSET_CTXS: Query[tuple[Meta, list[AssetCtx]]] = Query("metaAndAssetCtxs", tuple[Meta, list[AssetCtx]])
PERP_DEXS: Query[list[PerpDex | None]] = Query("perpDexs", list[PerpDex | None])
PERP_DEX_LIMITS: Query[PerpDexLimits | None] = Query("perpDexLimits", PerpDexLimits | None)
PERP_DEX_STATUS: Query[PerpDexStatus] = Query("perpDexStatus", PerpDexStatus)
SPOT_META: Query[SpotMeta] = Query("spotMeta", SpotMeta)
EXCHANGE_STATUS: Query[ExchangeStatus] = Query("exchangeStatus", ExchangeStatus, LIGHT_WEIGHT)
ALL_MIDS: Query[dict[str, str]] = Query("allMids", dict[str, str], LIGHT_WEIGHT)
L2_BOOK: Query[L2Book | None] = Query("l2Book", L2Book | None, LIGHT_WEIGHT)
RECENT_TRADES: Query[list[Trade]] = Query("recentTrades", list[Trade], rows_per_weight=ROWS_PER_WEIGHT)
CANDLE_SNAPSHOT: Query[list[Candle]] = Query(
    "candleSnapshot", list[Candle], rows_per_weight=CANDLES_PER_WEIGHT, rows_max=5000
)
FUNDING_HISTORY: Query[list[FundingHistoryRow]] = Query(
    "fundingHistory", list[FundingHistoryRow], rows_per_weight=ROWS_PER_WEIGHT, rows_max=500
)
CLEARINGHOUSE_STATE: Query[ClearinghouseState] = Query("clearinghouseState", ClearinghouseState, LIGHT_WEIGHT)
SPOT_CLEARINGHOUSE_STATE: Query[SpotClearinghouseState] = Query(
    "spotClearinghouseState", SpotClearinghouseState, LIGHT_WEIGHT
)
OPEN_ORDERS: Query[list[OpenOrder]] = Query("openOrders", list[OpenOrder])
FRONTEND_OPEN_ORDERS: Query[list[FrontendOrder]] = Query("frontendOpenOrders", list[FrontendOrder])
ORDER_STATUS: Query[OrderStatus] = Query("orderStatus", OrderStatus, LIGHT_WEIGHT)
HISTORICAL_ORDERS: Query[list[OrderRecord]] = Query(
    "historicalOrders", list[OrderRecord], rows_per_weight=ROWS_PER_WEIGHT
)
USER_FILLS: Query[list[Fill]] = Query("userFills", list[Fill], rows_per_weight=ROWS_PER_WEIGHT)
USER_FILLS_BY_TIME: Query[list[Fill]] = Query(
    "userFillsByTime", list[Fill], rows_per_weight=ROWS_PER_WEIGHT, rows_max=2000
)
USER_TWAP_SLICE_FILLS: Query[list[TwapSliceFill]] = Query(
    "userTwapSliceFills", list[TwapSliceFill], rows_per_weight=ROWS_PER_WEIGHT
)
USER_TWAP_SLICE_FILLS_BY_TIME: Query[list[TwapSliceFill]] = Query(
    "userTwapSliceFillsByTime", list[TwapSliceFill], rows_per_weight=ROWS_PER_WEIGHT, rows_max=500
)
USER_FUNDING: Query[list[UserFundingRow]] = Query(
    "userFunding", list[UserFundingRow], rows_per_weight=ROWS_PER_WEIGHT, rows_max=500
)
LEDGER_UPDATES: Query[list[LedgerUpdate]] = Query(
    "userNonFundingLedgerUpdates", list[LedgerUpdate], rows_per_weight=ROWS_PER_WEIGHT, rows_max=500
)
USER_FEES: Query[UserFees] = Query("userFees", UserFees)
USER_RATE_LIMIT: Query[UserRateLimit] = Query("userRateLimit", UserRateLimit)
PORTFOLIO: Query[list[tuple[str, PortfolioPeriod]]] = Query("portfolio", list[tuple[str, PortfolioPeriod]])
USER_ROLE: Query[UserRole] = Query("userRole", UserRole, ROLE_WEIGHT)
SUB_ACCOUNTS: Query[list[SubAccount] | None] = Query("subAccounts", list[SubAccount] | None)
EXTRA_AGENTS: Query[list[ExtraAgent]] = Query("extraAgents", list[ExtraAgent])
ACTIVE_ASSET_DATA: Query[ActiveAssetData] = Query("activeAssetData", ActiveAssetData)
USER_VAULT_EQUITIES: Query[list[VaultEquity]] = Query("userVaultEquities", list[VaultEquity])
USER_ABSTRACTION: Query[str] = Query("userAbstraction", str)

QUERIES: dict[str, Query[Any]] = {query.type: query for query in list(globals().values()) if isinstance(query, Query)}
"""Every request that has a type."""

ANSWER_BYTES_MAX = 32 * 1024 * 1024

_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    query.type: msgspec.json.Decoder(query.answer) for query in QUERIES.values()
}


def decode_answer(query: Query[Answer], raw: bytes) -> Answer:
    """One answer of ``/info``. Raises MalformedMessageError, quoting the text, where it is not what was asked for."""
    try:
        answer: Answer = _DECODERS[query.type].decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        msg = f"answer to {query.type}: {error}"
        raise MalformedMessageError(msg, raw) from error
    return answer
