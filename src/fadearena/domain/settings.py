"""The operator's settings: what is traded, how large, and where it stops. Versioned values; the schema of the API.

Pure. Amounts are USD in Decimal (as a person types them); ``strategy_engine`` turns them into integers once a version.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from fadearena.domain.identifiers import BotId, Wallet

Mode = Literal["simulation", "live"]
CapPolicy = Literal["clamp", "skip"]
KillSwitchExits = Literal["hold", "follow", "flatten"]
SizingRule = Literal["proportional", "equity-ratio", "fixed-notional"]
FillModel = Literal["book", "bot-price"]

BotIdText = Annotated[str, Meta(pattern=r"^[a-z0-9.-]{1,64}$")]

MULTIPLIER_MIN = Decimal("0.01")
MULTIPLIER_MAX = Decimal(10)
USD_MAX = Decimal(1_000_000_000_000)


class BotConfig(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """What is set for one bot; None means the default of the same name.

    Args:
        leverage_multiplier: 0.01 to 10, at most four decimals.
    """

    id: BotIdText
    enabled: bool = True
    leverage_multiplier: Decimal | None = None
    sizing_rule: SizingRule | None = None
    adopt_existing: bool | None = None


class StrategySettings(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """One version of the settings.

    Args:
        mode: simulation never reaches an order endpoint; live needs an armed machine.
        default_leverage_multiplier: of a bot without its own, 0.01 to 10, at most four decimals.
        global_exposure_cap, daily_loss_limit, max_order_notional: USD, None = unlimited.
        asset_exposure_caps: USD by asset; an asset that is not named, or None, is unlimited.
        cap_policy: an order over a cap is shrunk to what fits (clamp) or dropped whole (skip).
        kill_switch_exits: what happens to what we hold while the kill switch is on.
        max_event_age_seconds: an older event opens nothing.
        max_slippage_bps: how far the price may be from the bot's own; None = no collar.
        max_price_age_seconds: an older price opens nothing.
        max_orders_per_minute: orders that open risk.
        sizing_rule: of a bot without its own.
        fixed_notional: USD a position, for the sizing rule of that name.
        adopt_existing: whether positions from before we watched are faded at once.
        simulated_fill_model: simulated orders fill against the book, or at the bot's own price.
        simulated_slippage_bps: how much worse than the price a simulated order fills where there is no book.
        simulated_fee_bps: taker fee of a simulated order.
        simulated_starting_equity: USD the simulated account begins with.
    """

    mode: Mode = "simulation"
    default_leverage_multiplier: Decimal = Decimal(1)
    global_exposure_cap: Decimal | None = None
    daily_loss_limit: Decimal | None = None
    bot_configs: tuple[BotConfig, ...] = ()
    asset_exposure_caps: dict[str, Decimal | None] = msgspec.field(default_factory=dict)
    cap_policy: CapPolicy = "clamp"
    kill_switch_exits: KillSwitchExits = "hold"
    max_event_age_seconds: Decimal = Decimal(30)
    max_order_notional: Decimal | None = None
    max_slippage_bps: Decimal | None = Decimal(50)
    max_price_age_seconds: Decimal = Decimal(3)
    max_orders_per_minute: int = 60
    sizing_rule: SizingRule = "proportional"
    fixed_notional: Decimal = Decimal(1000)
    adopt_existing: bool = False
    simulated_fill_model: FillModel = "book"
    simulated_slippage_bps: Decimal = Decimal(2)
    simulated_fee_bps: Decimal = Decimal("4.5")
    simulated_starting_equity: Decimal = Decimal(60_000)

    def config_of(self, bot: BotId) -> BotConfig:
        """The bot's own configuration, or one of defaults."""
        for config in self.bot_configs:
            if config.id == bot:
                return config
        return BotConfig(id=bot)


class BotProfile(msgspec.Struct, frozen=True):
    """A watched bot: a row of "Bot"."""

    id: BotId
    name: str
    wallet: Wallet
    starting_equity: Decimal | None = None


class Controls(msgspec.Struct, frozen=True):
    """All that an operator may say to the trader, at one version.

    Args:
        version: rises with every change of settings, bots or kill switch; a decision is committed only under the
            version that is current at its commit.
        settings_version: the version of the settings alone, as the API shows it.
        armed: whether live trading is armed on this machine.
    """

    version: int
    settings_version: int
    settings: StrategySettings
    kill_switch: bool
    bots: tuple[BotProfile, ...]
    armed: bool = False


def _field(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def faults_of(settings: StrategySettings) -> dict[str, str]:
    """What is wrong with settings, by the API's name of each field; empty when nothing is."""
    faults: dict[str, str] = {}

    def positive(name: str, value: Decimal | None, *, zero: bool = False, most: Decimal = USD_MAX) -> None:
        if value is None:
            return
        if not value.is_finite():
            faults[name] = "must be a finite number"
        elif value < 0 or (value == 0 and not zero):
            faults[name] = "must not be negative" if zero else "must be greater than 0"
        elif value > most:
            faults[name] = f"must be at most {most}"
        elif -int(value.as_tuple().exponent) > 6:
            faults[name] = "must have at most six decimals"

    def multiplier(name: str, value: Decimal | None) -> None:
        if value is None:
            return
        if not value.is_finite() or not MULTIPLIER_MIN <= value <= MULTIPLIER_MAX:
            faults[name] = f"must be between {MULTIPLIER_MIN} and {MULTIPLIER_MAX}"
        elif -int(value.normalize().as_tuple().exponent) > 4:
            faults[name] = "must have at most four decimals"

    multiplier("defaultLeverageMultiplier", settings.default_leverage_multiplier)
    for name in (
        "global_exposure_cap",
        "daily_loss_limit",
        "max_order_notional",
        "fixed_notional",
        "simulated_starting_equity",
    ):
        positive(_field(name), getattr(settings, name))
    for name, most in (
        ("max_slippage_bps", 10_000),
        ("simulated_slippage_bps", 1_000),
        ("simulated_fee_bps", 1_000),
        ("max_event_age_seconds", 86_400),
        ("max_price_age_seconds", 3_600),
    ):
        positive(_field(name), getattr(settings, name), zero=True, most=Decimal(most))
    if not 1 <= settings.max_orders_per_minute <= 100_000:
        faults["maxOrdersPerMinute"] = "must be between 1 and 100000"
    for asset, cap in settings.asset_exposure_caps.items():
        positive(f"assetExposureCaps.{asset}", cap)
    seen: set[str] = set()
    for config in settings.bot_configs:
        if config.id in seen:
            faults[f"botConfigs.{config.id}"] = "is named twice"
        seen.add(config.id)
        multiplier(f"botConfigs.{config.id}.leverageMultiplier", config.leverage_multiplier)
    return faults
