"""What can be subscribed to, and which frame belongs to which subscription.

Pure. Subscriptions: section 10.1 of the protocol reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from fadearena.hyperliquid.messages import frames

Topic: TypeAlias = tuple[str, str | None]
"""A subscription's type and what its frames name of it: coin, user or dex; None where they name nothing."""


class Subscription(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One thing to be told about. Compare and hash by value; two that the server takes for the same are equal.

    Args:
        type: the exchange's word.
        user: an account, lower case.
        dex: None for the main one.
    """

    type: str
    coin: str | None = None
    user: str | None = None
    dex: str | None = None
    interval: str | None = None
    n_sig_figs: int | None = None
    mantissa: int | None = None
    fast: bool | None = None
    aggregate_by_time: bool | None = None

    def __post_init__(self) -> None:
        if self.user is not None:
            msgspec.structs.force_setattr(self, "user", self.user.lower())
        for field in ("dex", "fast", "aggregate_by_time"):
            if not getattr(self, field):
                msgspec.structs.force_setattr(self, field, None)

    @classmethod
    def from_wire(cls, content: Mapping[str, Any]) -> Subscription:
        """What an acknowledgement or an error quotes. Raises msgspec.ValidationError where it is no subscription."""
        return msgspec.convert(content, cls)

    @classmethod
    def user_fills(cls, user: str) -> Subscription:
        return cls("userFills", user=user)

    @classmethod
    def bbo(cls, coin: str) -> Subscription:
        return cls("bbo", coin=coin)

    @classmethod
    def l2_book(cls, coin: str, *, fast: bool = False) -> Subscription:
        return cls("l2Book", coin=coin, fast=fast)

    @classmethod
    def trades(cls, coin: str) -> Subscription:
        return cls("trades", coin=coin)

    @classmethod
    def active_asset_ctx(cls, coin: str) -> Subscription:
        return cls("activeAssetCtx", coin=coin)

    @classmethod
    def all_mids(cls, dex: str | None = None) -> Subscription:
        return cls("allMids", dex=dex)

    @classmethod
    def order_updates(cls, user: str) -> Subscription:
        return cls("orderUpdates", user=user)

    @classmethod
    def user_events(cls, user: str) -> Subscription:
        return cls("userEvents", user=user)

    @classmethod
    def user_fundings(cls, user: str) -> Subscription:
        return cls("userFundings", user=user)

    @classmethod
    def clearinghouse_state(cls, user: str, dex: str | None = None) -> Subscription:
        return cls("clearinghouseState", user=user, dex=dex)

    @property
    def topic(self) -> Topic:
        """What its frames are known by."""
        if self.type in _NAMELESS:
            return (self.type, None)
        if self.type == "activeAssetCtx" and self.coin is not None and self.coin[:1] in "@#":
            return ("activeSpotAssetCtx", self.coin)
        return (self.type, self.user or self.coin or self.dex)

    @property
    def silent_after_ms(self) -> int | None:
        """How long it may say nothing while it works; None where silence is normal."""
        return SILENT_AFTER_MS.get(self.type)

    def request(self, method: str) -> bytes:
        """The frame that asks for it (``subscribe``) or sends it away (``unsubscribe``)."""
        return msgspec.json.encode({"method": method, "subscription": self})


PING = b'{"method":"ping"}'

SILENT_AFTER_MS: Mapping[str, int] = {
    "activeAssetCtx": 30_000,
    "allMids": 30_000,
    "l2Book": 60_000,
    "clearinghouseState": 60_000,
    "webData3": 60_000,
}
"""Feeds that tick on their own: several times the interval that was measured (section 13), so that none is disturbed
for being slow. The others (bbo, trades, fills, orders) speak only when something happens."""

_NAMELESS = frozenset({"userEvents", "orderUpdates", "notification"})

_TOPICS: Mapping[type, Callable[[Any], Topic]] = {
    frames.BboFrame: lambda frame: ("bbo", frame.data.coin),
    frames.L2BookFrame: lambda frame: ("l2Book", frame.data.coin),
    frames.TradesFrame: lambda frame: ("trades", frame.data[0].coin if frame.data else None),
    frames.CandleFrame: lambda frame: ("candle", frame.data.coin),
    frames.ActiveAssetCtxFrame: lambda frame: ("activeAssetCtx", frame.data.coin),
    frames.ActiveSpotAssetCtxFrame: lambda frame: ("activeSpotAssetCtx", frame.data.coin),
    frames.AllMidsFrame: lambda frame: ("allMids", frame.data.dex or None),
    frames.UserFillsFrame: lambda frame: ("userFills", frame.data.user),
    frames.UserTwapSliceFillsFrame: lambda frame: ("userTwapSliceFills", frame.data.user),
    frames.UserEventFrame: lambda _: ("userEvents", None),
    frames.OrderUpdatesFrame: lambda _: ("orderUpdates", None),
    frames.NotificationFrame: lambda _: ("notification", None),
    frames.OpenOrdersFrame: lambda frame: ("openOrders", frame.data.user),
    frames.UserFundingsFrame: lambda frame: ("userFundings", frame.data.user),
    frames.LedgerUpdatesFrame: lambda frame: ("userNonFundingLedgerUpdates", frame.data.user),
    frames.ClearinghouseStateFrame: lambda frame: ("clearinghouseState", frame.data.user),
    frames.SpotStateFrame: lambda frame: ("spotState", frame.data.user),
    frames.ActiveAssetDataFrame: lambda frame: ("activeAssetData", frame.data.user),
    frames.WebData3Frame: lambda frame: ("webData3", frame.data.user_state.user),
}


def topic_of(frame: frames.Frame) -> Topic | None:
    """Which topic a frame is about; None for acknowledgements, errors, pongs and what we have no type for."""
    find = _TOPICS.get(type(frame))
    return None if find is None else find(frame)
