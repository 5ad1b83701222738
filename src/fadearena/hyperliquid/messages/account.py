"""Accounts as they stand on the wire: positions, balances, fees, limits, funding and ledger.

Pure. Fields: sections 5.7, 5.9, 5.10 and 10.1 of the protocol reference.
"""

from __future__ import annotations

from typing import Any

import msgspec

from fadearena.hyperliquid.messages.fills import Fill, TwapSliceFill
from fadearena.hyperliquid.messages.wire import Abstraction, LeverageType, Number, PositionType, Role, Wire


class MarginSummary(Wire, frozen=True):
    """``account_value`` = ``total_raw_usd`` + signed position values."""

    account_value: Number
    total_ntl_pos: Number
    total_raw_usd: Number
    total_margin_used: Number | None = None


class Leverage(Wire, frozen=True):
    """The user's setting; ``raw_usd`` is the cash side of an isolated bucket."""

    type: LeverageType
    value: int
    raw_usd: Number | None = None


class CumFunding(Wire, frozen=True):
    """Funding paid so far."""

    all_time: Number
    since_open: Number
    since_change: Number


class Position(Wire, frozen=True):
    """One position; ``szi`` is signed, ``liquidation_px`` null where it would not be positive."""

    coin: str
    szi: Number
    leverage: Leverage
    position_value: Number
    unrealized_pnl: Number
    margin_used: Number
    return_on_equity: Number | None = None
    entry_px: Number | None = None
    liquidation_px: Number | None = None
    max_leverage: int | None = None
    cum_funding: CumFunding | None = None
    max_trade_szs: tuple[Number, Number] | None = None


class AssetPosition(Wire, frozen=True):
    type: PositionType
    position: Position


class ClearinghouseState(Wire, frozen=True):
    """Answer to ``clearinghouseState``: one account on one dex."""

    margin_summary: MarginSummary
    cross_margin_summary: MarginSummary
    asset_positions: list[AssetPosition]
    withdrawable: Number | None = None
    cross_maintenance_margin_used: Number | None = None
    time: int | None = None


class ClearinghouseStateUpdate(Wire, frozen=True):
    """Data of channel ``clearinghouseState``."""

    user: str
    clearinghouse_state: ClearinghouseState
    dex: str | None = None


class SpotBalance(Wire, frozen=True):
    coin: str
    token: int
    total: Number
    hold: Number
    entry_ntl: Number | None = None


class SpotClearinghouseState(Wire, frozen=True):
    """Answer to ``spotClearinghouseState``."""

    balances: list[SpotBalance]
    token_to_available_after_maintenance: tuple[tuple[int, Number], ...] = ()


class SpotState(Wire, frozen=True):
    """Data of channel ``spotState``."""

    user: str
    spot_state: SpotClearinghouseState


class DailyVolume(Wire, frozen=True):
    """USD traded on one day as taker (``user_cross``), as maker, and on the whole exchange."""

    date: str
    user_cross: Number
    user_add: Number
    exchange: Number


class FeeSchedule(Wire, frozen=True):
    """Rates of the lowest tier; tiers and discounts stay as they came."""

    cross: Number
    add: Number
    spot_cross: Number | None = None
    spot_add: Number | None = None
    tiers: Any = None
    referral_discount: Number | None = None
    staking_discount_tiers: Any = None


class UserFees(Wire, frozen=True):
    """Answer to ``userFees``: ``user_cross_rate`` is the taker's, ``user_add_rate`` the maker's, as fractions."""

    user_cross_rate: Number
    user_add_rate: Number
    user_spot_cross_rate: Number | None = None
    user_spot_add_rate: Number | None = None
    active_referral_discount: Number | None = None
    daily_user_vlm: tuple[DailyVolume, ...] = ()
    fee_schedule: FeeSchedule | None = None
    fee_trial_escrow: Number | None = None
    fee_trial_reward: Number | None = None
    next_trial_available_timestamp: int | None = None
    trial: Any = None
    staking_link: Any = None
    active_staking_discount: Any = None


class UserRateLimit(Wire, frozen=True):
    """Answer to ``userRateLimit``: the address's budget of actions."""

    cum_vlm: Number
    n_requests_used: int
    n_requests_cap: int
    n_requests_surplus: int = 0


class PortfolioPeriod(Wire, frozen=True):
    """Histories are (ms, value) pairs."""

    account_value_history: list[tuple[int, Number]]
    pnl_history: list[tuple[int, Number]]
    vlm: Number


class RoleData(Wire, frozen=True):
    user: str | None = None
    master: str | None = None


class UserRole(Wire, frozen=True):
    """Answer to ``userRole``; ``data`` names the user of an agent or the master of a sub-account."""

    role: Role
    data: RoleData | None = None


class SubAccount(Wire, frozen=True):
    name: str
    sub_account_user: str
    master: str
    clearinghouse_state: ClearinghouseState
    spot_state: SpotClearinghouseState


class ExtraAgent(Wire, frozen=True):
    """A named API wallet; ``valid_until`` in milliseconds."""

    name: str
    address: str
    valid_until: int | None = None


class ActiveAssetData(Wire, frozen=True):
    """What a user may still trade of an asset; the pairs are probably (buy, sell)."""

    user: str
    coin: str
    leverage: Leverage
    max_trade_szs: tuple[Number, Number]
    available_to_trade: tuple[Number, Number]
    mark_px: Number | None = None


class VaultEquity(Wire, frozen=True):
    vault_address: str
    equity: Number
    locked_until_timestamp: int | None = None


class FundingDelta(Wire, frozen=True):
    """One funding payment; negative ``usdc`` was paid."""

    coin: str
    usdc: Number
    szi: Number
    funding_rate: Number
    n_samples: int | None = None
    type: str = "funding"


class UserFundingRow(Wire, frozen=True):
    """One row of the answer to ``userFunding``."""

    time: int
    hash: str
    delta: FundingDelta


class Funding(Wire, frozen=True):
    """One payment as the channels write it; negative ``usdc`` was paid."""

    time: int
    coin: str
    usdc: Number
    szi: Number
    funding_rate: Number
    n_samples: int | None = None


class UserFundings(Wire, frozen=True):
    """Data of channel ``userFundings``."""

    user: str
    fundings: list[Funding]
    is_snapshot: bool = False


class LedgerDelta(Wire, frozen=True):
    """What moved money other than trades and funding. Types are many and grow; fields that one lacks are None."""

    type: str
    usdc: Number | None = None
    amount: Number | None = None
    token: str | None = None
    usdc_value: Number | None = None
    user: str | None = None
    destination: str | None = None
    fee: Number | None = None
    native_token_fee: Number | None = None
    fee_token: str | None = None
    nonce: int | None = None
    to_perp: bool | None = None
    vault: str | None = None
    source_dex: str | None = None
    destination_dex: str | None = None
    account_value: Number | None = None
    leverage_type: str | None = None
    liquidated_ntl_pos: Number | None = None


class LedgerUpdate(Wire, frozen=True):
    time: int
    hash: str
    delta: LedgerDelta


class UserNonFundingLedgerUpdates(Wire, frozen=True):
    """Data of channel ``userNonFundingLedgerUpdates``."""

    user: str
    non_funding_ledger_updates: list[LedgerUpdate]
    is_snapshot: bool = False


class Liquidation(msgspec.Struct, frozen=True, gc=False):
    """A liquidation that concerns the user; the exchange writes these keys in snake_case."""

    lid: int
    liquidator: str
    liquidated_user: str
    liquidated_ntl_pos: Number
    liquidated_account_value: Number


class NonUserCancel(Wire, frozen=True):
    """An order that the exchange cancelled by itself."""

    coin: str
    oid: int


class UserEvent(Wire, frozen=True):
    """Data of channel ``user``: one of these is set. It does not say which user it is about."""

    fills: list[Fill] | None = None
    funding: Funding | None = None
    liquidation: Liquidation | None = None
    non_user_cancel: list[NonUserCancel] | None = None
    twap_slice_fills: list[TwapSliceFill] | None = None


class WebUserState(Wire, frozen=True):
    user: str
    server_time: int
    is_vault: bool
    cum_ledger: Number
    agent_address: str | None = None
    agent_valid_until: int | None = None
    dex_abstraction_enabled: bool | None = None
    abstraction: Abstraction | None = None
    opt_out_of_spot_dusting: bool | None = None


class LeadingVault(Wire, frozen=True):
    address: str
    name: str


class WebDexState(Wire, frozen=True):
    total_vault_equity: Number | None = None
    perps_at_open_interest_cap: tuple[str, ...] = ()
    leading_vaults: tuple[LeadingVault, ...] = ()


class WebData3(Wire, frozen=True):
    """Data of channel ``webData3``."""

    user_state: WebUserState
    perp_dex_states: list[WebDexState]


class Notification(Wire, frozen=True):
    """Data of channel ``notification``; it does not say which user it is about."""

    notification: str
