"""What a socket can subscribe to, read from the client's own words and written back in the exchange's.

Pure. Fields by type: section 10.1.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from fadearena.domain.identifiers import MalformedIdError, wallet
from fadearena.exchange_simulator.exchange import Exchange
from fadearena.exchange_simulator.market_answers import INTERVALS, MONTH

FIELDS: dict[str, tuple[str, ...]] = {
    "allMids": (),
    "bbo": ("coin",),
    "l2Book": ("coin",),
    "trades": ("coin",),
    "candle": ("coin", "interval"),
    "activeAssetCtx": ("coin",),
    "userFills": ("user",),
    "userEvents": ("user",),
    "orderUpdates": ("user",),
    "userFundings": ("user",),
    "userNonFundingLedgerUpdates": ("user",),
    "clearinghouseState": ("user",),
    "openOrders": ("user",),
    "webData3": ("user",),
    "notification": ("user",),
}
"""The fields that a type cannot do without."""


class NoSubscriptionError(Exception):
    """Words that are no subscription: an unknown type, or a field that is missing or of the wrong kind."""


class Subscription(
    msgspec.Struct, frozen=True, rename={"n_sig_figs": "nSigFigs", "aggregate_by_time": "aggregateByTime"}
):
    """One subscription; equal ones are the same subscription."""

    type: str
    coin: str = ""
    user: str = ""
    interval: str = ""
    dex: str = ""
    n_sig_figs: Annotated[int, msgspec.Meta(ge=0, le=9)] | None = None
    mantissa: Annotated[int, msgspec.Meta(ge=0, le=9)] | None = None
    fast: bool | None = None
    aggregate_by_time: bool | None = None

    def echo(self) -> dict[str, Any]:
        """As the exchange acknowledges it: defaults of ``l2Book`` filled in, what does not apply left out."""
        words: dict[str, Any] = {"type": self.type}
        words.update({name: getattr(self, name) for name in ("coin", "user", "interval", "dex") if getattr(self, name)})
        if self.type == "l2Book":
            words.update(nSigFigs=self.n_sig_figs, mantissa=self.mantissa)
            if self.fast is not None:
                words["fast"] = self.fast
        if self.type == "userFills" and self.aggregate_by_time is not None:
            words["aggregateByTime"] = self.aggregate_by_time
        return words


def read(words: object) -> Subscription:
    """Raises NoSubscriptionError."""
    try:
        asked = msgspec.convert(words, Subscription)
        needed = FIELDS[asked.type]
        if any(not getattr(asked, name) for name in needed):
            raise NoSubscriptionError
        kept = {name: getattr(asked, name) for name in needed}
        if "user" in needed:
            kept["user"] = wallet(asked.user)
    except (msgspec.ValidationError, KeyError, MalformedIdError):
        raise NoSubscriptionError from None
    if asked.type in ("allMids", "clearinghouseState", "openOrders"):
        kept["dex"] = asked.dex
    if asked.type == "l2Book":
        kept.update(n_sig_figs=asked.n_sig_figs, mantissa=asked.mantissa, fast=asked.fast)
    if asked.type == "userFills":
        kept["aggregate_by_time"] = asked.aggregate_by_time
    return Subscription(asked.type, **kept)


def possible(subscription: Subscription, exchange: Exchange) -> bool:
    """Whether its coin, dex, interval and grouping exist here."""
    if subscription.coin and subscription.coin not in exchange.markets:
        return False
    if subscription.dex and all(listing.dex != subscription.dex for listing in exchange.listings):
        return False
    if subscription.interval and subscription.interval != MONTH and subscription.interval not in INTERVALS:
        return False
    figures, mantissa = subscription.n_sig_figs, subscription.mantissa
    return figures in (None, 2, 3, 4, 5) and mantissa in (None, 2, 5) and not (mantissa and figures != 5)
