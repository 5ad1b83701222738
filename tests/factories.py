"""Values for tests, with only what a test is about spelled out."""

from __future__ import annotations

import itertools

from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import BotId, Wallet, fill_event_id
from fadearena.domain.market import Asset, AssetName, Side

BTC = Asset(AssetName("BTC"), 5)
ETH = Asset(AssetName("ETH"), 4)
GPT = BotId("gpt-5")
QWEN = BotId("qwen3-max")
WALLETS = {GPT: Wallet("0x" + "1" * 40), QWEN: Wallet("0x" + "2" * 40)}
NOON_MS = 1_760_788_800_000
"""2025-10-18 12:00 UTC."""

_numbers = itertools.count(1)


def bot_event(
    *,
    previous: int,
    current: int,
    price: int = 1_000_000,
    bot: BotId = GPT,
    asset: Asset = BTC,
    time_ms: int = NOON_MS,
    order: int | None = None,
    closed_pnl: int = 0,
) -> BotTradeEvent:
    """A fill that brings a bot from one position to another. 0.00001 BTC at 100,000 USD is one USD a lot."""
    number = next(_numbers)
    moved = current - previous
    side = Side.of(moved)
    wallet = WALLETS[bot]
    return BotTradeEvent(
        id=fill_event_id(wallet, asset.name, time_ms, number, side),
        bot_id=bot,
        wallet=wallet,
        time_ms=time_ms,
        event_type="fill",
        asset=asset,
        side=side,
        lots=abs(moved),
        price=price,
        previous_lots=previous,
        current_lots=current,
        order_id=order or number,
        trade_id=number,
        fill_hash="0x" + "0" * 64,
        closed_pnl=closed_pnl,
        fee=0,
        raw=b"{}",
    )
