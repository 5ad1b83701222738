"""How an exchange in trouble tells the market: prices ten times too high, or a coin without a book.

Pure. In and out: answers of /info and data of frames, as JSON values. Where nulls stand for a coin without a book:
sections 5.2 and 10.1.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

SPIKED = frozenset({"bbo", "l2Book", "allMids", "activeAssetCtx", "candle", "metaAndAssetCtxs", "candleSnapshot"})
"""Channels and types of request that tell a price."""

HALTED = frozenset({"bbo", "l2Book", "activeAssetCtx", "metaAndAssetCtxs"})
"""Channels and types of request that tell a book, or what follows from it."""

_PRICES = frozenset({"px", "markPx", "midPx", "oraclePx", "impactPxs", "mids", "o", "h", "l", "c"})
_WITHOUT_BOOK: dict[str, Any] = {
    "bbo": [None, None],
    "levels": [[], []],
    "midPx": None,
    "premium": None,
    "impactPxs": None,
}


def spiked(document: Any) -> Any:
    """With every price ten times as high."""
    if isinstance(document, dict):
        return {key: _times_ten(value) if key in _PRICES else spiked(value) for key, value in document.items()}
    return [spiked(one) for one in document] if isinstance(document, list) else document


def halted(document: Any) -> Any:
    """With both sides of every book empty."""
    if isinstance(document, dict):
        return {key: _WITHOUT_BOOK[key] if key in _WITHOUT_BOOK else halted(value) for key, value in document.items()}
    return [halted(one) for one in document] if isinstance(document, list) else document


def _times_ten(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _times_ten(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_times_ten(one) for one in value]
    if not isinstance(value, str):
        return value
    text = f"{Decimal(value).scaleb(1):f}"
    return text if "." in text else text + ".0"
