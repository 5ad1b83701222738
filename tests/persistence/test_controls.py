"""What the operator says: versions, conflicts, refusals, the fence before appends, and what is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import msgspec
import pytest
import pytest_asyncio

from fadearena.domain.identifiers import BotId, Wallet
from fadearena.domain.settings import BotConfig, BotProfile, StrategySettings
from fadearena.persistence.controls import ControlDesk
from fadearena.persistence.database import Database, Pool, connect
from fadearena.persistence.errors import (
    BotRefusedError,
    ControlsChangedError,
    DatabaseNotReachableError,
    SettingsRefusedError,
    UnknownBotError,
    VersionConflictError,
)
from fadearena.persistence.journal import PostgresJournal
from tests.persistence.entries import History

NEW = BotProfile(BotId("kimi-k2"), "Kimi K2", Wallet("0x" + "ab" * 20), Decimal(10_000))
GPT = BotId("gpt-5")


@pytest_asyncio.fixture
async def desk(database_url: str) -> AsyncIterator[ControlDesk]:
    database = Database(database_url)
    yield ControlDesk(database)
    await database.close()


async def test_a_fresh_installation_simulates_and_watches_six_enabled_bots(desk: ControlDesk) -> None:
    controls = await desk.load_controls()
    assert (controls.version, controls.settings_version, controls.kill_switch, controls.armed) == (1, 1, False, False)
    assert [bot.id for bot in controls.bots] == [config.id for config in controls.settings.bot_configs]
    assert controls.settings == StrategySettings(bot_configs=controls.settings.bot_configs)
    assert all(config == BotConfig(id=config.id) for config in controls.settings.bot_configs)
    assert {bot.starting_equity for bot in controls.bots} == {Decimal(10_000)}
    assert len(controls.bots) == 6


async def test_every_setting_survives_the_database(desk: ControlDesk) -> None:
    new = StrategySettings(
        mode="live",
        default_leverage_multiplier=Decimal("0.25"),
        global_exposure_cap=Decimal("12345.678901"),
        daily_loss_limit=Decimal(500),
        bot_configs=(BotConfig(id="gpt-5", enabled=False, leverage_multiplier=Decimal("2.5"), adopt_existing=True),),
        asset_exposure_caps={"BTC": Decimal(20_000), "DOGE": None},
        cap_policy="skip",
        kill_switch_exits="flatten",
        max_event_age_seconds=Decimal("1.5"),
        max_order_notional=Decimal(750),
        max_slippage_bps=None,
        max_price_age_seconds=Decimal(9),
        max_orders_per_minute=7,
        sizing_rule="equity-ratio",
        fixed_notional=Decimal(11),
        adopt_existing=True,
        simulated_fill_model="bot-price",
        simulated_slippage_bps=Decimal(0),
        simulated_fee_bps=Decimal(1),
        simulated_starting_equity=Decimal(99),
    )
    defaults = StrategySettings()
    assert all(getattr(new, name) != getattr(defaults, name) for name in StrategySettings.__struct_fields__)
    assert await desk.change_settings(new, 1, "a test") == 2
    assert (await desk.load_controls()).settings == new
    assert (await desk.settings()).settings == new


async def test_every_version_of_the_settings_stays_readable(desk: ControlDesk) -> None:
    first = await desk.settings()
    for version, cap in ((1, 100), (2, 200)):
        new = msgspec.structs.replace(first.settings, global_exposure_cap=Decimal(cap))
        await desk.change_settings(new, version, f"person {cap}")
    history = await desk.settings_history()
    assert [kept.version for kept in history] == [3, 2, 1]
    assert [kept.settings.global_exposure_cap for kept in history] == [Decimal(200), Decimal(100), None]
    assert [kept.updated_by for kept in history] == ["person 200", "person 100", "first run"]
    assert history[2].settings == first.settings
    assert [kept.version for kept in await desk.settings_history(limit=1, before=3)] == [2]


async def test_an_outdated_version_is_refused_and_names_the_current_one(desk: ControlDesk) -> None:
    settings = (await desk.settings()).settings
    await desk.change_settings(msgspec.structs.replace(settings, daily_loss_limit=Decimal(1)), 1, "one")
    with pytest.raises(VersionConflictError) as caught:
        await desk.change_settings(msgspec.structs.replace(settings, daily_loss_limit=Decimal(2)), 1, "two")
    assert caught.value.current == 2
    assert (await desk.settings()).settings.daily_loss_limit == Decimal(1)


async def test_of_changes_made_together_one_wins(desk: ControlDesk) -> None:
    settings = (await desk.settings()).settings

    async def change(limit: int) -> int | None:
        try:
            new = msgspec.structs.replace(settings, daily_loss_limit=Decimal(limit))
            return await desk.change_settings(new, 1, "many")
        except VersionConflictError:
            return None

    outcomes = await asyncio.gather(*(change(limit) for limit in range(1, 6)))
    assert sorted(outcomes, key=str) == [2, None, None, None, None]


async def test_wrong_settings_are_refused_with_every_field_named(desk: ControlDesk) -> None:
    settings = (await desk.settings()).settings
    wrong = msgspec.structs.replace(settings, daily_loss_limit=Decimal(-1), default_leverage_multiplier=Decimal(11))
    with pytest.raises(SettingsRefusedError) as caught:
        await desk.change_settings(wrong, 1, "someone")
    assert set(caught.value.faults) == {"dailyLossLimit", "defaultLeverageMultiplier"}
    assert (await desk.load_controls()).version == 1


async def test_settings_that_change_nothing_make_no_version(desk: ControlDesk) -> None:
    settings = (await desk.settings()).settings
    assert await desk.change_settings(settings, 1, "nobody") == 1
    assert (await desk.load_controls()).version == 1
    assert len(await desk.settings_history()) == 1


async def test_the_kill_switch_is_remembered_with_who_and_why(desk: ControlDesk, pool: Pool) -> None:
    on = await desk.set_kill_switch(True, "drill", "the operator")
    assert (on.active, on.changed, on.version) == (True, True, 2)
    again = await desk.set_kill_switch(True, "drill", "the operator")
    assert (again.changed, again.version) == (False, 2)
    assert (await desk.load_controls()).kill_switch is True
    row = await pool.fetchrow('SELECT * FROM "SystemStatus"')
    assert row["killSwitchReason"] == "drill"
    assert row["killSwitchActivatedAt"] is not None
    assert row["killSwitchDeactivatedAt"] is None
    await desk.set_kill_switch(False, "", "the operator")
    assert (await desk.load_controls()).kill_switch is False
    assert await pool.fetchval('SELECT "killSwitchEpoch" FROM "Control"') == 2
    messages = [row["message"] for row in await pool.fetch('SELECT "message" FROM "SystemEvent" ORDER BY "timestamp"')]
    assert messages == ["kill switch turned on by the operator: drill", "kill switch turned off by the operator"]


async def test_nothing_decided_before_the_kill_switch_is_committed_after_it(
    desk: ControlDesk, database_url: str
) -> None:
    entries = History(seed=20).entries(3)
    async with await PostgresJournal.open(database_url) as journal:
        await desk.set_kill_switch(True, "", "someone")
        with pytest.raises(ControlsChangedError) as caught:
            await journal.append(entries, 1)
        assert caught.value.current == 2
        assert await journal.entry_count() == 0
        await journal.append(entries, 2)


async def test_a_kill_switch_in_the_middle_of_its_commit_wins_over_an_append(database_url: str) -> None:
    entries = History(seed=21).entries(3)
    turning = await connect(database_url)
    async with await PostgresJournal.open(database_url) as journal:
        transaction = turning.transaction()
        await transaction.start()
        await turning.execute('UPDATE "Control" SET "version" = "version" + 1')
        append = asyncio.create_task(journal.append(entries, 1))
        await asyncio.sleep(0.2)
        assert not append.done()
        await transaction.commit()
        with pytest.raises(ControlsChangedError):
            await append
        assert await journal.entry_count() == 0
    await turning.close()


async def test_a_bot_is_added_configured_renamed_and_removed(desk: ControlDesk) -> None:
    config = BotConfig(id="kimi-k2", enabled=False, leverage_multiplier=Decimal("0.5"))
    assert await desk.add_bot(NEW, "someone", config) == 2
    controls = await desk.load_controls()
    assert controls.bots[-1] == NEW
    assert controls.settings.config_of(NEW.id) == config
    assert controls.settings_version == 2
    await desk.change_bot(NEW.id, "someone", name="Kimi", config=BotConfig(id="kimi-k2"))
    controls = await desk.load_controls()
    assert controls.bots[-1].name == "Kimi"
    assert controls.settings.config_of(NEW.id).enabled
    await desk.remove_bot(NEW.id, "someone")
    controls = await desk.load_controls()
    assert NEW.id not in [bot.id for bot in controls.bots]
    assert NEW.id not in [config.id for config in controls.settings.bot_configs]
    assert controls.version == 4
    await desk.add_bot(NEW, "someone")
    assert (await desk.bots())[-1].id == NEW.id


async def test_of_many_who_change_different_fields_of_a_bot_at_once_none_undoes_another(desk: ControlDesk) -> None:
    changes: list[dict[str, object]] = [
        {"enabled": False},
        {"leverage_multiplier": Decimal(3)},
        {"sizing_rule": "equity-ratio"},
        {"adopt_existing": True},
    ]
    await asyncio.gather(*(desk.change_bot(GPT, "someone", changes=change) for change in changes))
    controls = await desk.load_controls()
    assert controls.settings.config_of(GPT) == BotConfig(
        id="gpt-5",
        enabled=False,
        leverage_multiplier=Decimal(3),
        sizing_rule="equity-ratio",
        adopt_existing=True,
    )
    assert controls.settings_version == 1 + len(changes)


async def test_a_wrong_change_of_a_field_is_refused_and_a_change_to_what_is_already_raises_no_version(
    desk: ControlDesk,
) -> None:
    with pytest.raises(SettingsRefusedError):
        await desk.change_bot(GPT, "someone", changes={"leverage_multiplier": Decimal(11)})
    assert await desk.change_bot(GPT, "someone", changes={"enabled": True}) == 1


async def test_a_change_of_a_bot_that_changes_nothing_raises_no_version(desk: ControlDesk) -> None:
    assert await desk.change_bot(GPT, "someone", name="GPT-5", config=BotConfig(id="gpt-5")) == 1


@pytest.mark.parametrize(
    ("profile", "says"),
    [
        (msgspec.structs.replace(NEW, id=GPT), "taken"),
        (msgspec.structs.replace(NEW, wallet=Wallet("0x67293d914eafb26878534571add81f6bd2d9fe06")), "as gpt-5"),
        (msgspec.structs.replace(NEW, id=BotId("Not An Id")), "bot id"),
        (msgspec.structs.replace(NEW, wallet=Wallet("0x12")), "wallet"),
        (msgspec.structs.replace(NEW, wallet=Wallet(NEW.wallet.upper().replace("X", "x"))), "lower case"),
        (msgspec.structs.replace(NEW, name=" "), "name"),
        (msgspec.structs.replace(NEW, name="a\nb"), "name"),
        (msgspec.structs.replace(NEW, starting_equity=Decimal("NaN")), "equity"),
    ],
)
async def test_a_bot_that_cannot_be_is_refused(desk: ControlDesk, profile: BotProfile, says: str) -> None:
    with pytest.raises(BotRefusedError, match=says):
        await desk.add_bot(profile, "someone")
    assert (await desk.load_controls()).version == 1


async def test_a_removed_id_does_not_come_back_with_another_wallet(desk: ControlDesk) -> None:
    await desk.remove_bot(GPT, "someone")
    with pytest.raises(BotRefusedError, match="another wallet"):
        await desk.add_bot(msgspec.structs.replace(NEW, id=GPT), "someone")


async def test_an_unknown_bot_is_named_as_such(desk: ControlDesk) -> None:
    with pytest.raises(UnknownBotError, match="nobody"):
        await desk.change_bot(BotId("nobody"), "someone", name="x")
    with pytest.raises(UnknownBotError):
        await desk.remove_bot(BotId("nobody"), "someone")


async def test_a_wrong_configuration_leaves_the_bot_out_altogether(desk: ControlDesk) -> None:
    with pytest.raises(SettingsRefusedError):
        await desk.add_bot(NEW, "someone", BotConfig(id="kimi-k2", leverage_multiplier=Decimal(99)))
    with pytest.raises(SettingsRefusedError):
        await desk.add_bot(NEW, "someone", BotConfig(id="gpt-5"))
    assert len(await desk.bots()) == 6


async def test_changes_ring_both_bells_and_are_told_in_the_feed(desk: ControlDesk, database_url: str) -> None:
    rung: list[tuple[str, str]] = []
    listener = await connect(database_url)
    for channel in ("fadearena_control", "fadearena_feed"):
        await listener.add_listener(channel, lambda _c, _p, name, payload: rung.append((name, payload)))
    settings = (await desk.settings()).settings
    await desk.change_settings(msgspec.structs.replace(settings, daily_loss_limit=Decimal(5)), 1, "someone")
    await desk.set_kill_switch(True, "", "someone")
    for _ in range(100):
        if len(rung) == 3:
            break
        await asyncio.sleep(0.02)
    assert sorted(rung) == [("fadearena_control", "2"), ("fadearena_control", "3"), ("fadearena_feed", "1")]
    row = await listener.fetchrow('SELECT * FROM "FeedItem"')
    assert (row["seq"], row["type"]) == (1, "settings-update")
    data = msgspec.json.decode(row["data"])
    assert (data["version"], data["settings"]["dailyLossLimit"]) == (2, "5")
    details = await listener.fetchval("""SELECT "details" FROM "SystemEvent" WHERE "category" = 'config'""")
    assert msgspec.json.decode(details)["changes"] == {"dailyLossLimit": [None, "5"]}
    await listener.close()


async def test_a_desk_without_a_database_says_so_and_recovers() -> None:
    database = Database("postgresql://someone@127.0.0.1:1/none")
    with pytest.raises(DatabaseNotReachableError):
        await ControlDesk(database).load_controls()
    await database.close()
