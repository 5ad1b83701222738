"""What the watcher needs of others, and how it is set.

Protocols stand here, beside their consumer; ``fadearena.hyperliquid`` and the arena fit them without knowing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from fadearena.bot_ingestor.outputs import Output
from fadearena.bot_ingestor.starts import Limits, WalletStart
from fadearena.domain.identifiers import BotId, Wallet
from fadearena.hyperliquid.messages.account import ClearinghouseState
from fadearena.hyperliquid.messages.fills import Fill, TwapSliceFill
from fadearena.hyperliquid.messages.market import Meta, PerpDex
from fadearena.hyperliquid.subscriptions import Subscription


class Sink(Protocol):
    """Where outputs go: called with one at a time, in order; what it returns from is durable.

    It must bear an output that was delivered before: a crash between the commit and what follows repeats it.
    """

    async def deliver(self, output: Output) -> None: ...


class Exchange(Protocol):
    """The questions asked of the exchange; ``hyperliquid.client.InfoClient`` answers them within its budget.

    All raise HyperliquidError.
    """

    async def user_fills_by_time(self, wallet: str, start_ms: int, /) -> Sequence[Fill]:
        """At most 2000 fills from ``start_ms`` on, ascending, in execution order (protocol reference, 5.10)."""
        ...

    async def user_twap_slice_fills_by_time(self, wallet: str, start_ms: int, /) -> Sequence[TwapSliceFill]:
        """Slices of TWAP orders; some of them are missing from the fills."""
        ...

    async def clearinghouse_state(self, wallet: str, dex: str | None = None, /) -> ClearinghouseState: ...

    async def perp_dexs(self) -> Sequence[PerpDex | None]: ...

    async def meta(self, dex: str | None = None, /) -> Meta: ...


class FillFeed(Protocol):
    """The socket's subscriptions; what they bring is handed to ``Watcher.take``."""

    def subscribe(self, subscription: Subscription) -> None: ...

    def unsubscribe(self, subscription: Subscription) -> None: ...


class WatchedBot(msgspec.Struct, frozen=True):
    """A bot to watch.

    Args:
        known: where an earlier run left off; None at first sight.
    """

    bot_id: BotId
    wallet: Wallet
    known: WalletStart | None = None


class Pace(msgspec.Struct, frozen=True):
    """Intervals and bounds of watching, in seconds of the caller's clock unless said otherwise.

    The defaults keep ten wallets at about 460 of the 1200 units of weight that an address may spend in a minute.

    Args:
        audit_s: between two audits of a wallet (weight 2 per dex). A dead subscription shows in the next audit.
        poll_s: between two short backfills of a wallet (weight 20), which find what audits cannot: round trips.
        urgent_poll_s: between a backfill and the one that a new gap asks for.
        gap_poll_s: between two backfills while a gap is open.
        subscribe_s: how long a catch-up waits for the subscriptions to stand, so that nothing falls between.
        witness_s: how long a fill that the public trades name may be on its way before it is asked for.
        patience_s: how long a fill may wait for what is missing before it. Then it is followed without, so that no exit
            waits for an exchange that does not answer; nothing is opened until the exchange has told.
        request_s: the longest wait for one answer, the client's own waiting for its budget included.
        retry_s_max: the longest pause between two tries.
        meta_s: the least time between two readings of the exchange's description.
        settle_ms: exchange time that an answer may lag behind.
        recent_ms: exchange time before the first look, in which fills and positions are lined up.
        subscribed_max: wallets on the socket (the exchange's limit); the others are watched by audits and polls.
        pages_max: pages of one backfill; what is beyond follows with the next.
        held_max: fills of live frames held while wallets catch up.
        outbox_max: outputs not yet durable, beyond which nothing more is read.
        dexes: what audits cover, "" is the main dex.
    """

    audit_s: float = 5.0
    poll_s: float = 60.0
    urgent_poll_s: float = 1.0
    gap_poll_s: float = 3.0
    subscribe_s: float = 5.0
    witness_s: float = 0.5
    patience_s: float = 15.0
    request_s: float = 240.0
    retry_s_max: float = 15.0
    meta_s: float = 30.0
    settle_ms: int = 5_000
    recent_ms: int = 60_000
    subscribed_max: int = 10
    pages_max: int = 100
    held_max: int = 50_000
    outbox_max: int = 10_000
    requests_at_once: int = 4
    dexes: tuple[str, ...] = ("",)
    limits: Limits = Limits()


class WalletHealth(msgspec.Struct, frozen=True):
    """How complete what we know of a wallet is.

    Args:
        watermark_ms: everything up to here is delivered; 0 before the first look.
        caught_up: False while it is being caught up after a start or a lost connection.
        complete: False while a gap is open, or a fill overdue that the public trades name.
        live: whether its subscription stands.
        duplicates: fills that came more than once.
        ignored: rows about spot pairs and outcomes.
    """

    bot_id: BotId
    wallet: Wallet
    watermark_ms: int
    caught_up: bool
    complete: bool
    live: bool
    duplicates: int
    ignored: int
