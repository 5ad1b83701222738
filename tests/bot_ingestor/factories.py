"""Values for the ingestor's tests: fills of one wallet as the exchange would state them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from fadearena.bot_ingestor.audits import AuditView
from fadearena.bot_ingestor.detection import WalletHistory
from fadearena.bot_ingestor.outputs import Batch, LateFills, Step
from fadearena.bot_ingestor.starts import Limits, StartPosition, WalletStart
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import BotId, EventId, Wallet, bot_id, fill_event_id, wallet
from fadearena.domain.market import Asset, AssetName, Side

BTC = Asset(AssetName("BTC"), 5)
ETH = Asset(AssetName("ETH"), 4)
SOL = Asset(AssetName("SOL"), 2)
BOT: BotId = bot_id("gpt-5")
WALLET: Wallet = wallet("0x" + "ab" * 20)
START_MS = 1_760_000_000_000
LIMITS = Limits(overlap_ms=1_000, quiet_ms=5, write_every_ms=0, apart_ms=1)


def fill(
    time_ms: int, before: int, after: int, tid: int, *, asset: Asset = BTC, order: int = 1, account: Wallet = WALLET
) -> BotTradeEvent:
    """A fill at ``START_MS + time_ms`` that moved the position from ``before`` to ``after`` lots."""
    side = Side.of(after - before)
    return BotTradeEvent(
        id=fill_event_id(account, asset.name, START_MS + time_ms, tid, side),
        bot_id=BOT,
        wallet=account,
        time_ms=START_MS + time_ms,
        event_type="fill",
        asset=asset,
        side=side,
        lots=abs(after - before),
        price=1_000,
        previous_lots=before,
        current_lots=after,
        order_id=order,
        trade_id=tid,
        fill_hash="0x00",
        closed_pnl=0,
        fee=0,
        raw=b"{}",
    )


def path(
    positions: Sequence[int], *, asset: Asset = BTC, every_ms: int = 10, first_tid: int = 1
) -> list[BotTradeEvent]:
    """Fills that walk through ``positions``, ``every_ms`` apart (0: all in one millisecond)."""
    return [
        fill((index + 1) * every_ms if every_ms else 10, before, after, first_tid + index, asset=asset)
        for index, (before, after) in enumerate(pairwise(positions))
    ]


def history(*positions: StartPosition, limits: Limits = LIMITS, stored: Iterable[EventId] = ()) -> WalletHistory:
    """A wallet watched since ``START_MS``."""
    start = WalletStart(BOT, WALLET, START_MS, START_MS, tuple(positions), tuple(stored))
    return WalletHistory(start, limits)


def view(time_ms: int, **lots: int) -> AuditView:
    """The exchange's statement at ``START_MS + time_ms``: asset name to lots."""
    assets = {asset.name: asset for asset in (BTC, ETH, SOL)}
    positions = {AssetName(name): (assets[AssetName(name)], held) for name, held in lots.items() if held}
    marks = dict.fromkeys(positions, 1_234)
    return AuditView(START_MS + time_ms, None, positions, marks)


def released(steps: Iterable[Step]) -> list[BotTradeEvent]:
    """Events of the batches, in order."""
    return [event for step in steps if isinstance(step, Batch) for event in step.events]


def late(steps: Iterable[Step]) -> list[BotTradeEvent]:
    return [event for step in steps if isinstance(step, LateFills) for event in step.events]
