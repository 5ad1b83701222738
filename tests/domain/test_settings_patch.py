"""Assignments as typed on the command line, and the one line that says what is wrong with one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadearena.domain.settings import BotConfig, StrategySettings, faults_of
from fadearena.domain.settings_patch import SettingsPatchError, apply_assignments, value_of, values_of


def patched(*assignments: str) -> StrategySettings:
    return apply_assignments(StrategySettings(), assignments)


def fault(*assignments: str, settings: StrategySettings | None = None, known: tuple[str, ...] | None = None) -> str:
    with pytest.raises(SettingsPatchError) as caught:
        apply_assignments(settings or StrategySettings(), assignments, known)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_each_kind_of_value_is_read() -> None:
    settings = patched(
        "mode=live",
        "defaultLeverageMultiplier=0.5",
        "globalExposureCap = 100000",
        "maxSlippageBps=null",
        "maxOrdersPerMinute=5",
        "adoptExisting=true",
        "sizingRule=equity-ratio",
    )
    assert settings == StrategySettings(
        mode="live",
        default_leverage_multiplier=Decimal("0.5"),
        global_exposure_cap=Decimal(100000),
        max_slippage_bps=None,
        max_orders_per_minute=5,
        adopt_existing=True,
        sizing_rule="equity-ratio",
    )


def test_a_bot_with_dots_in_its_id_is_reached() -> None:
    settings = patched("bots.gemini-2.5-pro.enabled=false", "bots.gemini-2.5-pro.leverageMultiplier=2")
    assert settings.bot_configs == (BotConfig(id="gemini-2.5-pro", enabled=False, leverage_multiplier=Decimal(2)),)


def test_a_bot_keeps_its_place_and_its_other_settings() -> None:
    before = StrategySettings(bot_configs=(BotConfig(id="a", leverage_multiplier=Decimal(3)), BotConfig(id="b")))
    after = apply_assignments(before, ["bots.a.enabled=false", "bots.b.sizingRule=null"])
    assert after.bot_configs == (
        BotConfig(id="a", enabled=False, leverage_multiplier=Decimal(3)),
        BotConfig(id="b"),
    )


def test_a_cap_of_one_asset_leaves_the_others() -> None:
    settings = patched("assetExposureCaps.BTC=20000", "assetExposureCaps.ETH=null", "assetExposureCaps.BTC=1000")
    assert settings.asset_exposure_caps == {"BTC": Decimal(1000), "ETH": None}


def test_the_last_assignment_wins() -> None:
    assert patched("capPolicy=skip", "capPolicy=clamp").cap_policy == "clamp"


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("capPolicy", "'capPolicy' is not of the form key=value"),
        ("=3", "'=3' is not of the form key=value"),
        ("capPolcy=skip", "there is no setting 'capPolcy'; did you mean 'capPolicy'?"),
        ("cappolicy=skip", "there is no setting 'cappolicy'; did you mean 'capPolicy'?"),
        ("default_leverage_multiplier=2", "did you mean 'defaultLeverageMultiplier'?"),
        ("bot.gpt-5.enabled=false", "there is no setting 'bot.gpt-5.enabled'; did you mean 'bots.gpt-5.enabled'?"),
        ("bots.gpt-5.enable=false", "there is no setting 'bots.gpt-5.enable'; did you mean 'bots.gpt-5.enabled'?"),
        ("bots.gpt-5=false", "there is no setting 'bots.gpt-5'"),
        ("botConfigs=[]", "botConfigs is set one part at a time: bots.ID.enabled=false"),
        ("xyzzy=1", "there is no setting 'xyzzy'"),
        ("capPolicy=shrink", "capPolicy is 'shrink'; expected one of clamp, skip"),
        ("capPolicy=null", "capPolicy is 'null'; expected one of clamp, skip"),
        ("adoptExisting=perhaps", "adoptExisting is 'perhaps'; expected true or false"),
        ("maxOrdersPerMinute=1.5", "maxOrdersPerMinute is '1.5'; expected a whole number"),
        ("dailyLossLimit=lots", "dailyLossLimit is 'lots'; expected a number or null"),
        ("dailyLossLimit=NaN", "dailyLossLimit is 'NaN'; expected a number or null"),
        ("dailyLossLimit=Infinity", "dailyLossLimit is 'Infinity'; expected a number or null"),
        ("dailyLossLimit=1e400", "dailyLossLimit is '1e400'; expected a number or null"),
        ("dailyLossLimit=1_000", "dailyLossLimit is '1_000'; expected a number or null"),
        ("dailyLossLimit=0", "dailyLossLimit must be greater than 0"),
        ("defaultLeverageMultiplier=11", "defaultLeverageMultiplier must be between 0.01 and 10"),
        ("bots.a.leverageMultiplier=0", "bots.a.leverageMultiplier must be between 0.01 and 10"),
        ("bots.GPT.enabled=true", "a bot id is 1 to 64 of a-z, 0-9, '.' and '-'"),
        ("assetExposureCaps.BTC=-1", "assetExposureCaps.BTC must be greater than 0"),
        ("assetExposureCaps.B C=1", "'B C' is no asset"),
    ],
)
def test_what_is_wrong_is_one_line(assignment: str, expected: str) -> None:
    assert expected in fault(assignment)


def test_an_unknown_bot_is_refused_where_the_bots_are_known() -> None:
    assert fault("bots.gpt-6.enabled=false", known=("gpt-5", "grok-4")) == (
        "bots.gpt-6.enabled: there is no bot 'gpt-6'; did you mean 'gpt-5'?"
    )


def test_every_key_that_is_listed_can_be_assigned_and_none_else() -> None:
    settings = StrategySettings(bot_configs=(BotConfig(id="gpt-5"),), asset_exposure_caps={"BTC": None})
    for key in values_of(settings):
        message = fault(f"{key}=?", settings=settings)
        assert "; expected " in message, message


def test_the_value_of_a_key_is_found_and_of_no_other() -> None:
    settings = StrategySettings(bot_configs=(BotConfig(id="gpt-5"),), asset_exposure_caps={"BTC": Decimal(5)})
    assert value_of(settings, "bots.gpt-5.enabled") is True
    assert value_of(settings, "assetExposureCaps.BTC") == 5
    with pytest.raises(SettingsPatchError, match=r"there is no setting 'capPolcy'; did you mean 'capPolicy'\?"):
        value_of(settings, "capPolcy")


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_it(key: str, value: str) -> None:
    try:
        settings = apply_assignments(StrategySettings(), [f"{key}={value}"])
    except SettingsPatchError:
        return
    assert not faults_of(settings)


@given(st.sampled_from(sorted(values_of(StrategySettings(bot_configs=(BotConfig(id="a"),))))), st.text(max_size=12))
def test_no_value_of_a_real_key_breaks_it(key: str, value: str) -> None:
    try:
        settings = apply_assignments(StrategySettings(), [f"{key}={value}"])
    except SettingsPatchError:
        return
    assert not faults_of(settings)
