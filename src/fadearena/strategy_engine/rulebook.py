"""One version of the settings, as the integers that the kernel works with.

Pure. Built once a version; what it hands out for a bot and an asset is cached, since settings rarely change.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from fadearena.domain.identifiers import BotId
from fadearena.domain.market import MICRO, AssetName, MicroUsd
from fadearena.domain.settings import Controls, StrategySettings
from fadearena.strategy_engine.explain import Rungs, rungs_of
from fadearena.strategy_engine.situation import (
    KILL_FLATTEN,
    KILL_FOLLOW,
    KILL_HOLD,
    KILL_OFF,
    UNLIMITED,
    Limits,
)
from fadearena.strategy_engine.sizing import SIZING_ROW

MINIMUM_ORDER: MicroUsd = 10 * MICRO
"""The exchange's: 10 USDC, size times limit price (protocol reference, section 4.2)."""

_EXITS = {"hold": KILL_HOLD, "follow": KILL_FOLLOW, "flatten": KILL_FLATTEN}


class BotRules(msgspec.Struct, frozen=True):
    """What holds for one bot in one asset, with the record of it."""

    limits: Limits
    rungs: Rungs
    multiplier_e4: int
    sizing_rule: int
    fixed_notional: MicroUsd
    enabled: int
    kill_switch: int
    adopt_existing: bool
    snapshot: bytes


class Rulebook:
    """The rules of one version of the controls."""

    def __init__(self, controls: Controls) -> None:
        self.controls = controls
        self.settings: StrategySettings = controls.settings
        self.armed = int(controls.settings.mode == "simulation" or controls.armed)
        exits = _EXITS[controls.settings.kill_switch_exits]
        self.kill_switch = exits if controls.kill_switch else KILL_OFF
        self.slippage_e2 = scaled(controls.settings.simulated_slippage_bps, 100)
        self.fee_e2 = scaled(controls.settings.simulated_fee_bps, 100)
        self.starting_equity = scaled(controls.settings.simulated_starting_equity, MICRO)
        self._watched = {profile.id for profile in controls.bots}
        self._rules: dict[tuple[BotId, AssetName], BotRules] = {}

    def of(self, bot: BotId, asset: AssetName) -> BotRules:
        """The rules for a bot in an asset."""
        rules = self._rules.get((bot, asset))
        if rules is None:
            rules = self._rules[bot, asset] = self._build(bot, asset)
        return rules

    def _kill_switch_for(self, bot: BotId) -> int:
        """A bot that is no longer watched is left: what we hold against it is closed, unless the kill switch holds."""
        return self.kill_switch if bot in self._watched or self.kill_switch == KILL_HOLD else KILL_FLATTEN

    def _build(self, bot: BotId, asset: AssetName) -> BotRules:
        settings = self.settings
        config = settings.config_of(bot)
        multiplier = config.leverage_multiplier or settings.default_leverage_multiplier
        sizing = config.sizing_rule or settings.sizing_rule
        adopt = settings.adopt_existing if config.adopt_existing is None else config.adopt_existing
        asset_cap = settings.asset_exposure_caps.get(asset)
        limits = Limits(
            event_age_ms=scaled(settings.max_event_age_seconds, 1000),
            daily_loss=_usd(settings.daily_loss_limit),
            asset_cap=_usd(asset_cap),
            global_cap=_usd(settings.global_exposure_cap),
            order_notional=_usd(settings.max_order_notional),
            slippage_e2=UNLIMITED if settings.max_slippage_bps is None else scaled(settings.max_slippage_bps, 100),
            price_age_ms=scaled(settings.max_price_age_seconds, 1000),
            minimum_order=MINIMUM_ORDER,
            orders_per_minute=settings.max_orders_per_minute,
            clamp=int(settings.cap_policy == "clamp"),
        )
        used = {
            "version": self.controls.settings_version,
            "mode": settings.mode,
            "enabled": config.enabled,
            "leverageMultiplier": multiplier,
            "sizingRule": sizing,
            "fixedNotional": settings.fixed_notional,
            "adoptExisting": adopt,
            "assetExposureCap": asset_cap,
            "globalExposureCap": settings.global_exposure_cap,
            "dailyLossLimit": settings.daily_loss_limit,
            "maxOrderNotional": settings.max_order_notional,
            "maxSlippageBps": settings.max_slippage_bps,
            "maxEventAgeSeconds": settings.max_event_age_seconds,
            "maxPriceAgeSeconds": settings.max_price_age_seconds,
            "maxOrdersPerMinute": settings.max_orders_per_minute,
            "capPolicy": settings.cap_policy,
            "killSwitch": self.controls.kill_switch,
            "killSwitchExits": settings.kill_switch_exits,
            "simulatedFillModel": settings.simulated_fill_model,
            "simulatedSlippageBps": settings.simulated_slippage_bps,
            "simulatedFeeBps": settings.simulated_fee_bps,
        }
        return BotRules(
            limits=limits,
            rungs=rungs_of(limits),
            multiplier_e4=scaled(multiplier, 10_000),
            sizing_rule=SIZING_ROW[sizing],
            fixed_notional=scaled(settings.fixed_notional, MICRO),
            enabled=int(config.enabled),
            kill_switch=self._kill_switch_for(bot),
            adopt_existing=adopt,
            snapshot=msgspec.json.encode(used),
        )


def scaled(value: Decimal, factor: int) -> int:
    """A setting times a factor, cut to an integer."""
    return int(value * factor)


def _usd(value: Decimal | None) -> int:
    return UNLIMITED if value is None else scaled(value, MICRO)
