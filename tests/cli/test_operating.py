"""``fadearena bots``, ``settings`` and ``kill``: an operator at the command line, over a real database."""

from __future__ import annotations

import pytest

from tests.cli.conftest import RunCommand

WALLET = "0x00000000000000000000000000000000000000Ab"
NOBODY = "postgresql://me@127.0.0.1:1/nothing"


def ids(stored: RunCommand) -> list[str]:
    return [row["id"] for row in stored("bots", "list", "--json").data]


def test_six_bots_are_watched_out_of_the_box(stored: RunCommand) -> None:
    assert ids(stored) == [
        "gpt-5",
        "gemini-2.5-pro",
        "claude-sonnet-4-5",
        "grok-4",
        "deepseek-chat-v3.1",
        "qwen3-max",
    ]
    table = stored("bots", "list").out
    assert "0x67293d914eafb26878534571add81f6bd2d9fe06" in table


def test_a_bot_is_added_changed_and_removed(stored: RunCommand) -> None:
    assert stored("bots", "add", "my.bot-1", WALLET, "name=My bot", "enabled=false").code == 0
    added = stored("bots", "list", "--json").data[-1]
    assert (added["id"], added["name"], added["walletAddress"]) == ("my.bot-1", "My bot", WALLET.lower())
    assert added["config"]["enabled"] is False
    assert stored("bots", "set", "my.bot-1", "leverageMultiplier=0.25", "name=Hers", "enabled=true").code == 0
    changed = stored("bots", "list", "--json").data[-1]
    assert (changed["name"], changed["config"]["leverageMultiplier"], changed["config"]["enabled"]) == (
        "Hers",
        0.25,
        True,
    )
    assert stored("bots", "remove", "my.bot-1").code == 0
    assert "my.bot-1" not in ids(stored)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "my-bot", "0x12"), "a wallet is 0x and 40 hex digits: '0x12'"),
        (("add", "My Bot", WALLET), "a bot id is 1 to 64 of a-z, 0-9, '.' and '-'"),
        (("add", "gpt-5", WALLET), "the id gpt-5 is taken"),
        (("add", "mine", "0x67293d914eafb26878534571add81f6bd2d9fe06"), "the wallet is watched already, as gpt-5"),
        (("add", "mine", WALLET, "enabeld=true"), "there is no setting 'bots.mine.enabeld'"),
        (("add", "mine"), "WALLET requires an argument"),
        (("set", "gpt-6", "enabled=false"), "there is no bot 'gpt-6'; did you mean 'gpt-5'?"),
        (("set", "gpt-5"), "nothing to set"),
        (("set", "gpt-5", "leverageMultiplier=11"), "bots.gpt-5.leverageMultiplier must be between 0.01 and 10"),
        (("set", "gpt-5", "name="), "a name is 1 to 100 printable characters"),
        (("remove", "xyzzy-9"), "there is no bot 'xyzzy-9'"),
        (("list", "--all"), "--all"),
    ],
)
def test_a_bot_that_makes_no_sense_is_refused_and_nothing_is_changed(
    stored: RunCommand, arguments: tuple[str, ...], says: str
) -> None:
    before = stored("bots", "list", "--json").data
    ended = stored("bots", *arguments)
    assert (ended.code, says in ended.err, ended.err.count("\n")) == (2, True, 1), ended.err
    assert stored("bots", "list", "--json").data == before


def test_settings_are_changed_all_at_once_and_remembered(stored: RunCommand) -> None:
    ended = stored("settings", "set", "dailyLossLimit=500", "bots.gpt-5.enabled=false", "assetExposureCaps.BTC=20000")
    assert ended.code == 0
    assert ended.err.splitlines() == [
        "dailyLossLimit: null -> 500",
        "bots.gpt-5.enabled: true -> false",
        "assetExposureCaps.BTC: null -> 20000",
        "version 2 is in force",
    ]
    found = stored("settings", "get", "--json").data
    assert (found["version"], found["settings"]["dailyLossLimit"]) == (2, 500)
    assert found["settings"]["assetExposureCaps"] == {"BTC": 20000}
    assert "(command line)" in found["updatedBy"]
    assert stored("settings", "get", "bots.gpt-5.enabled").out == "false\n"
    versions = stored("settings", "history", "--json").data
    assert [version["version"] for version in versions] == [2, 1]
    assert versions[1]["settings"]["dailyLossLimit"] is None


def test_what_is_set_already_makes_no_new_version(stored: RunCommand) -> None:
    assert "nothing changed" in stored("settings", "set", "capPolicy=clamp").err
    assert stored("settings", "get", "--json").data["version"] == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("set",), "nothing to set"),
        (("set", "capPolcy=skip"), "there is no setting 'capPolcy'; did you mean 'capPolicy'?"),
        (("set", "capPolicy=skip", "dailyLossLimit=0"), "dailyLossLimit must be greater than 0"),
        (("set", "dailyLossLimit=-5"), "dailyLossLimit must be greater than 0"),
        (("set", "bots.gpt-6.enabled=false"), "there is no bot 'gpt-6'; did you mean 'gpt-5'?"),
        (("set", "dailyLossLimit"), "'dailyLossLimit' is not of the form key=value"),
        (("get", "dailyLosLimit"), "did you mean 'dailyLossLimit'?"),
        (("history", "--limit", "0"), "--limit"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_and_nothing_is_changed(
    stored: RunCommand, arguments: tuple[str, ...], says: str
) -> None:
    ended = stored("settings", *arguments)
    assert (ended.code, says in ended.err, ended.err.count("\n")) == (2, True, 1), ended.err
    assert stored("settings", "get", "--json").data["version"] == 1


def test_live_is_refused_on_a_machine_that_is_not_armed(stored: RunCommand) -> None:
    ended = stored("settings", "set", "mode=live")
    assert (ended.code, "not armed" in ended.err) == (5, True)
    assert stored("settings", "get", "mode").out == "simulation\n"


def test_the_kill_switch_is_turned_on_and_off(stored: RunCommand) -> None:
    assert stored("kill", "on", "--reason", "looks odd").err == "the kill switch is on\n"
    assert stored("kill", "on").err == "the kill switch was on already\n"
    status = stored("status", "--json").data
    assert (status["killSwitch"], status["killSwitchReason"]) == (True, "looks odd")
    assert "ON since" in stored("status").out
    assert stored("kill", "off", "--json").data == {
        "killSwitch": False,
        "changed": True,
        "message": "the kill switch is off",
    }
    assert stored("status", "--json").data["killSwitch"] is False


@pytest.mark.parametrize(
    "arguments",
    [
        ("kill", "on"),
        ("bots", "list"),
        ("settings", "get"),
        ("status",),
        ("export", "trades"),
        ("settings", "set", "a=1"),
    ],
    ids=" ".join,
)
def test_without_a_database_every_command_ends_with_4(command: RunCommand, arguments: tuple[str, ...]) -> None:
    ended = command(*arguments, FADEARENA_DATABASE_URL=NOBODY)
    assert (ended.code, ended.err.count("\n"), ended.out) == (4, 1, "")
    assert "check FADEARENA_DATABASE_URL" in ended.err
