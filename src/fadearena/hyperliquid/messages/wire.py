"""What all wire objects share.

Pure. Numbers stay the text that the exchange wrote, decoding ignores unknown keys (``oddities`` counts them), and
open word lists are plain text annotated with the words known so far, so that a new word never stops a message.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Side = Literal["B", "A"]
"""B = bought or bid, A = sold or ask. Closed on purpose: nothing can be done with a third side."""

Number = str
"""A decimal number as text, checked when it is translated."""


class Wire(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """Base of wire objects: camelCase keys, frozen, no reference cycles."""


def known_words(*words: str) -> msgspec.Meta:
    """Annotation for text whose words are known so far; ``oddities`` counts the others."""
    return msgspec.Meta(extra={"known": frozenset(words)})


FillDirection = Annotated[
    str,
    known_words(
        *("Open Long", "Open Short", "Close Long", "Close Short", "Long > Short", "Short > Long"),
        *("Liquidated Cross Long", "Liquidated Cross Short", "Liquidated Isolated Long", "Liquidated Isolated Short"),
        *("Auto-Deleveraging", "Settlement", "Buy", "Sell", "Spot Dust Conversion", "Merge Outcome", "Split Outcome"),
        *("Negate Outcome", "Merge Question", "Net Child Vaults", "Partial Borrow Liquidation"),
        "Backstop Borrow Liquidation",
    ),
]
LiquidationMethod = Annotated[str, known_words("market", "backstop")]
LeverageType = Annotated[str, known_words("cross", "isolated")]
MarginMode = Annotated[str, known_words("strictIsolated", "noCross")]
GrowthMode = Annotated[str, known_words("enabled", "disabled")]
PositionType = Annotated[str, known_words("oneWay")]
TimeInForce = Annotated[str, known_words("Gtc", "Alo", "Ioc", "FrontendMarket", "LiquidationMarket")]
OrderType = Annotated[
    str,
    known_words("Limit", "Market", "Stop Market", "Stop Limit", "Take Profit Market", "Take Profit Limit"),
]
Role = Annotated[str, known_words("missing", "user", "vault", "agent", "subAccount")]
Abstraction = Annotated[
    str,
    known_words("unifiedAccount", "portfolioMargin", "disabled", "default", "dexAbstraction"),
]
OrderState = Annotated[
    str,
    known_words(
        *("open", "filled", "canceled", "triggered", "rejected", "scheduledCancel", "internalCancel"),
        *("marginCanceled", "vaultWithdrawalCanceled", "openInterestCapCanceled", "selfTradeCanceled"),
        *("reduceOnlyCanceled", "siblingFilledCanceled", "delistedCanceled", "liquidatedCanceled"),
        *("outcomeSettledCanceled", "tickRejected", "minTradeNtlRejected", "perpMarginRejected"),
        *("reduceOnlyRejected", "badAloPxRejected", "iocCancelRejected", "badTriggerPxRejected"),
        *("marketOrderNoLiquidityRejected", "positionIncreaseAtOpenInterestCapRejected"),
        *("positionFlipAtOpenInterestCapRejected", "tooAggressiveAtOpenInterestCapRejected"),
        *("openInterestIncreaseRejected", "insufficientSpotBalanceRejected", "oracleRejected"),
        *("perpMaxPositionRejected", "tooManyOpenOrdersRejected"),
    ),
]
