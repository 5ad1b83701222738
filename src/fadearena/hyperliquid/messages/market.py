"""Market data and descriptions of markets as they stand on the wire.

Pure. Fields: sections 5.1 to 5.6 and 10.1 of the protocol reference.
"""

from __future__ import annotations

from typing import Any

import msgspec

from fadearena.hyperliquid.messages.wire import GrowthMode, MarginMode, Number, Side, Wire


class PerpAsset(Wire, frozen=True):
    """One entry of ``meta.universe``; its place in the list is its index, also after delisting."""

    name: str
    sz_decimals: int
    max_leverage: int
    margin_table_id: int | None = None
    is_delisted: bool = False
    only_isolated: bool = False
    margin_mode: MarginMode | None = None
    growth_mode: GrowthMode | None = None
    last_growth_mode_change_time: str | None = None
    deployer_fee_scale: Number | None = None
    last_fee_scale_change_time: str | None = None


class MarginTier(Wire, frozen=True):
    """From ``lower_bound`` USD of notional on, this leverage is the most."""

    lower_bound: Number
    max_leverage: int


class MarginTable(Wire, frozen=True):
    """The margin tiers that assets refer to by id."""

    description: str
    margin_tiers: list[MarginTier]


class Meta(Wire, frozen=True):
    """Answer to ``meta``: the perpetuals of one dex."""

    universe: list[PerpAsset]
    margin_tables: tuple[tuple[int, MarginTable], ...] = ()
    collateral_token: int = 0


class AssetCtx(Wire, frozen=True):
    """State of one perpetual; nulls occur for assets without a book."""

    funding: Number
    open_interest: Number
    prev_day_px: Number
    day_ntl_vlm: Number
    oracle_px: Number
    mark_px: Number
    premium: Number | None = None
    mid_px: Number | None = None
    impact_pxs: tuple[Number, Number] | None = None
    day_base_vlm: Number | None = None


class ActiveAssetCtx(Wire, frozen=True):
    """Data of channel ``activeAssetCtx``."""

    coin: str
    ctx: AssetCtx


class SpotAssetCtx(Wire, frozen=True):
    """State of one spot pair."""

    prev_day_px: Number
    day_ntl_vlm: Number
    mark_px: Number
    mid_px: Number | None = None
    circulating_supply: Number | None = None
    total_supply: Number | None = None
    day_base_vlm: Number | None = None
    coin: str | None = None


class ActiveSpotAssetCtx(Wire, frozen=True):
    """Data of channel ``activeSpotAssetCtx``."""

    coin: str
    ctx: SpotAssetCtx


class PerpDex(Wire, frozen=True):
    """A builder's dex; its place in the answer to ``perpDexs`` is its index."""

    name: str
    full_name: str
    deployer: str
    oracle_updater: str | None = None
    fee_recipient: str | None = None
    asset_to_streaming_oi_cap: tuple[tuple[str, Number], ...] = ()
    sub_deployers: tuple[tuple[str, list[str]], ...] = ()
    deployer_fee_scale: Number | None = None
    last_deployer_fee_scale_change_time: str | None = None
    asset_to_funding_multiplier: tuple[tuple[str, Number], ...] = ()
    asset_to_funding_interest_rate: tuple[tuple[str, Number], ...] = ()


class PerpDexLimits(Wire, frozen=True):
    """Answer to ``perpDexLimits``."""

    total_oi_cap: Number
    oi_sz_cap_per_perp: Number
    max_transfer_ntl: Number
    coin_to_oi_cap: list[tuple[str, Number]]


class PerpDexStatus(Wire, frozen=True):
    """Answer to ``perpDexStatus``."""

    total_net_deposit: Number


class Mids(Wire, frozen=True):
    """Data of channel ``allMids``; ``dex`` is None for the main dex (with all spot pairs)."""

    mids: dict[str, Number]
    dex: str | None = None


class Level(Wire, frozen=True):
    """A price level of a book: ``n`` orders of together ``sz``."""

    px: Number
    sz: Number
    n: int


class L2Book(Wire, frozen=True):
    """A book: bids, then asks, best first. ``spread`` comes with rounded books, ``fast`` with the fast feed."""

    coin: str
    time: int
    levels: tuple[list[Level], list[Level]]
    fast: bool | None = None
    spread: Number | None = None


class Bbo(Wire, frozen=True):
    """Best bid and best ask; None where that side is empty."""

    coin: str
    time: int
    bbo: tuple[Level | None, Level | None]


class Trade(Wire, frozen=True):
    """One public trade; ``side`` is the aggressor's, ``users`` are (buyer, seller)."""

    coin: str
    side: Side
    px: Number
    sz: Number
    time: int
    hash: str
    tid: int
    users: tuple[str, str] | None = None


class Candle(msgspec.Struct, frozen=True, gc=False):
    """One bar. The exchange's one-letter keys are given names here.

    Args:
        open_time, close_time: first and last millisecond of the bar.
        trades: how many.
    """

    open_time: int = msgspec.field(name="t")
    close_time: int = msgspec.field(name="T")
    coin: str = msgspec.field(name="s")
    interval: str = msgspec.field(name="i")
    open: Number = msgspec.field(name="o")
    close: Number = msgspec.field(name="c")
    high: Number = msgspec.field(name="h")
    low: Number = msgspec.field(name="l")
    volume: Number = msgspec.field(name="v")
    trades: int = msgspec.field(name="n")


class FundingHistoryRow(Wire, frozen=True):
    """One hour's funding rate of an asset."""

    coin: str
    funding_rate: Number
    premium: Number
    time: int


class SpotPair(Wire, frozen=True):
    """A spot market: indexes of its base and quote tokens."""

    tokens: tuple[int, int]
    name: str
    index: int
    is_canonical: bool


class EvmContract(msgspec.Struct, frozen=True, gc=False):
    """A token's contract; the exchange writes these keys in snake_case."""

    address: str
    evm_extra_wei_decimals: int


class SpotToken(Wire, frozen=True):
    """A token that spot markets trade."""

    name: str
    sz_decimals: int
    wei_decimals: int
    index: int
    token_id: str
    is_canonical: bool
    full_name: str | None = None
    deployer_trading_fee_share: Number | None = None
    evm_contract: EvmContract | None = None


class SpotMeta(Wire, frozen=True):
    """Answer to ``spotMeta``."""

    universe: list[SpotPair]
    tokens: list[SpotToken]


class ExchangeStatus(Wire, frozen=True):
    """Answer to ``exchangeStatus``."""

    time: int
    special_statuses: Any = None
