"""What an operator may say over HTTP: settings, kill switch, bots; and what is refused, with every reason by name."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from fadearena.core_api.problems import Refusal
from fadearena.core_api.settings_body import change_of
from fadearena.domain.settings import BotConfig, StrategySettings, faults_of
from tests.core_api.serving import Server

NUMBERS = ["defaultLeverageMultiplier", "globalExposureCap", "dailyLossLimit", "maxOrderNotional", "fixedNotional"]


@pytest_asyncio.fixture
async def desk(fresh_server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """An operator before a database of its own."""
    async with fresh_server.client(headers=await fresh_server.bearer()) as opened:
        yield opened


async def test_any_part_of_the_settings_may_be_changed_and_the_rest_stays(desk: httpx.AsyncClient) -> None:
    before = (await desk.get("/api/settings")).json()
    part = {"globalExposureCap": 25_000, "capPolicy": "skip", "assetExposureCaps": {"BTC": 1000.5}, "version": 1}
    answer = await desk.post("/api/settings", json=part)
    assert answer.status_code == 200
    after = answer.json()
    assert after == (await desk.get("/api/settings")).json()
    assert after["version"] == before["version"] + 1
    assert after["updatedBy"] == "api token"
    expected = {**before, **part}
    for key in after.keys() - {"version", "updatedAt", "updatedBy"}:
        assert after[key] == expected[key], key
    more = (await desk.post("/api/settings", json={"assetExposureCaps": {"ETH": 5}})).json()
    assert more["assetExposureCaps"] == {"BTC": 1000.5, "ETH": 5}
    assert more["globalExposureCap"] == 25_000
    lifted = (await desk.post("/api/settings", json={"globalExposureCap": None})).json()
    assert lifted["globalExposureCap"] is None


async def test_a_bots_settings_are_merged_bot_by_bot(desk: httpx.AsyncClient) -> None:
    changed = await desk.post(
        "/api/settings", json={"botConfigs": [{"id": "grok-4", "enabled": False, "leverageMultiplier": 0.25}]}
    )
    configs = {config["id"]: config for config in changed.json()["botConfigs"]}
    assert len(configs) == 6
    assert (configs["grok-4"]["enabled"], configs["grok-4"]["leverageMultiplier"]) == (False, 0.25)
    assert all(config["enabled"] for bot, config in configs.items() if bot != "grok-4")
    model = next(m for m in (await desk.get("/api/models")).json()["bots"] if m["id"] == "grok-4")
    assert (model["enabled"], model["leverageMultiplier"]) == (False, 0.25)


async def test_an_outdated_version_is_a_conflict_and_changes_nothing(desk: httpx.AsyncClient) -> None:
    assert (await desk.post("/api/settings", json={"dailyLossLimit": 1, "version": 1})).status_code == 200
    late = await desk.post("/api/settings", json={"dailyLossLimit": 2, "version": 1})
    assert late.status_code == 409
    assert "2" in late.json()["detail"]
    assert (await desk.get("/api/settings")).json()["dailyLossLimit"] == 1


async def test_every_wrong_field_is_named_and_none_is_applied(desk: httpx.AsyncClient) -> None:
    body = {
        "mode": "yolo",
        "defaultLeverageMultiplier": 11,
        "globalExposureCap": 0,
        "dailyLossLimit": "NaN",
        "maxOrderNotional": -1,
        "maxOrdersPerMinute": 1.5,
        "killSwitch": True,
        "capPolicy": "skip",
        "assetExposureCaps": {"BTC": -5, "<b>": 1},
        "botConfigs": [{"id": "gpt-5", "leverageMultiplier": 0.001, "colour": "red"}, {"id": "nobody"}, {}],
    }
    answer = await desk.post("/api/settings", json=body)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {
        "mode",
        "defaultLeverageMultiplier",
        "globalExposureCap",
        "dailyLossLimit",
        "maxOrderNotional",
        "maxOrdersPerMinute",
        "killSwitch",
        "assetExposureCaps.BTC",
        "assetExposureCaps.<b>",
        "botConfigs.gpt-5.leverageMultiplier",
        "botConfigs.gpt-5.colour",
        "botConfigs.nobody",
        "botConfigs.2.id",
    }
    unchanged = (await desk.get("/api/settings")).json()
    assert (unchanged["version"], unchanged["capPolicy"]) == (1, "clamp")


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "number", ["1E+400", "-0.5", "1e13", "0.12345678901", '"Infinity"', '"-NaN"', "true", '"x"', "[]"]
)
def test_no_number_out_of_bounds_gets_in(name: str, number: str) -> None:
    with pytest.raises(Refusal) as caught:
        change_of(StrategySettings(), f'{{"{name}":{number}}}'.encode(), set())
    assert set(caught.value.problem.errors) == {name}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda c: st.lists(c) | st.dictionaries(st.text(), c),
        max_leaves=8,
    )
)
def test_whatever_is_sent_is_taken_or_refused_but_never_a_fault(value: Any) -> None:
    fields = ["botConfigs", "assetExposureCaps", "mode", "version", "confirm", "globalExposureCap", "surprise"]
    for body in (value, *({name: value} for name in fields), {"botConfigs": [{"id": "a", "enabled": value}]}):
        with contextlib.suppress(Refusal):
            change = change_of(StrategySettings(), msgspec.json.encode(body), {"a"})
            assert not faults_of(change.settings)


def test_a_round_number_is_kept_as_a_person_writes_it() -> None:
    change = change_of(StrategySettings(), b'{"globalExposureCap":5e3,"assetExposureCaps":{"BTC":1E+2}}', set())
    assert str(change.settings.global_exposure_cap) == "5000"
    assert change.settings.asset_exposure_caps == {"BTC": Decimal(100)}


def test_a_bot_without_an_entry_gets_one_of_defaults() -> None:
    change = change_of(StrategySettings(), b'{"botConfigs":[{"id":"new","adoptExisting":true}]}', {"new"})
    assert change.settings.bot_configs == (BotConfig(id="new", adopt_existing=True),)


async def test_live_needs_a_confirmation_and_an_armed_machine(desk: httpx.AsyncClient) -> None:
    unconfirmed = await desk.post("/api/settings", json={"mode": "live"})
    assert (unconfirmed.status_code, set(unconfirmed.json()["errors"])) == (400, {"confirm"})
    confirmed = await desk.post("/api/settings", json={"mode": "live", "confirm": True})
    assert (confirmed.status_code, confirmed.json()["type"]) == (403, "urn:fadearena:problem:not-armed")
    assert (await desk.get("/api/settings")).json()["mode"] == "simulation"


async def test_every_version_of_the_settings_can_be_read_again(desk: httpx.AsyncClient) -> None:
    for limit in (100, 200):
        await desk.post("/api/settings", json={"dailyLossLimit": limit})
    versions = (await desk.get("/api/settings/history")).json()["versions"]
    assert [(v["version"], v["dailyLossLimit"]) for v in versions] == [(3, 200), (2, 100), (1, None)]
    older = (await desk.get("/api/settings/history", params={"before": 3, "limit": 1})).json()["versions"]
    assert [version["version"] for version in older] == [2]


async def test_the_kill_switch_turns_and_says_what_it_did(desk: httpx.AsyncClient) -> None:
    on = (await desk.post("/api/kill-switch", json={"active": True, "reason": "smoke <b>"})).json()
    assert on.keys() == {"success", "killSwitch", "message"}
    assert (on["success"], on["killSwitch"]) == (True, True)
    state = (await desk.get("/api/state")).json()
    assert (state["killSwitch"], state["killSwitchReason"]) == (True, "smoke <b>")
    again = (await desk.post("/api/kill-switch", json={"active": True})).json()
    assert "already" in again["message"]
    off = (await desk.post("/api/kill-switch", json={"active": False})).json()
    assert off["killSwitch"] is False
    log = (await desk.get("/api/events", params={"category": "trading"})).json()["events"]
    assert [line["details"]["active"] for line in log] == [False, True]


async def test_a_bot_comes_changes_and_goes(desk: httpx.AsyncClient) -> None:
    new = {"id": "my.bot-1", "name": "Mine", "walletAddress": "0x" + "AB" * 20, "leverageMultiplier": 0.5}
    added = await desk.post("/api/bots", json=new)
    assert added.status_code == 201
    assert added.json()["walletAddress"] == "0x" + "ab" * 20
    changed = await desk.patch("/api/bots/my.bot-1", json={"name": "Yours", "enabled": False})
    assert changed.status_code == 200
    assert changed.json().items() >= {"name": "Yours", "enabled": False, "leverageMultiplier": 0.5}.items()
    default = await desk.patch("/api/bots/my.bot-1", json={"leverageMultiplier": None})
    assert default.json()["leverageMultiplier"] is None
    assert (await desk.delete("/api/bots/my.bot-1")).status_code == 204
    assert "my.bot-1" not in [bot["id"] for bot in (await desk.get("/api/bots")).json()["bots"]]
    assert (await desk.delete("/api/bots/my.bot-1")).status_code == 404
    assert (await desk.patch("/api/bots/my.bot-1", json={"name": "x"})).status_code == 404


async def test_changes_of_one_bot_at_the_same_time_all_stay(desk: httpx.AsyncClient) -> None:
    for multiplier in (2, 3, 4, 5):
        on = multiplier % 2 == 0
        changes = (
            {"enabled": on},
            {"leverageMultiplier": multiplier},
            {"adoptExisting": on},
            {"name": f"At {multiplier}"},
        )
        answers = await asyncio.gather(*(desk.patch("/api/bots/grok-4", json=change) for change in changes))
        assert {answer.status_code for answer in answers} == {200}
        bots = (await desk.get("/api/bots")).json()["bots"]
        (bot,) = [bot for bot in bots if bot["id"] == "grok-4"]
        wanted = {"enabled": on, "leverageMultiplier": multiplier, "adoptExisting": on, "name": f"At {multiplier}"}
        assert bot.items() >= wanted.items()


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"id": "gpt-5"}, 409, None),
        ({"walletAddress": "0x67293d914eafb26878534571add81f6bd2d9fe06"}, 409, None),
        ({"id": "Upper"}, 400, "id"),
        ({"id": ""}, 400, "id"),
        ({"id": "a" * 65}, 400, "id"),
        ({"walletAddress": "0x12"}, 400, "walletAddress"),
        ({"name": ""}, 400, "name"),
        ({"name": " "}, 400, "name"),
        ({"name": "a\u0000b"}, 400, "name"),
        ({"name": "x" * 101}, 400, "name"),
        ({"startingEquity": "Infinity"}, 400, "startingEquity"),
        ({"startingEquity": -1}, 400, "startingEquity"),
        ({"leverageMultiplier": 20}, 400, "leverageMultiplier"),
        ({"sizingRule": "martingale"}, 400, "sizingRule"),
        ({"admin": True}, 400, "admin"),
    ],
)
async def test_a_bot_that_cannot_be_watched_is_refused(
    operator: httpx.AsyncClient, change: dict[str, Any], status: int, field: str | None
) -> None:
    body = {"id": "fine", "name": "Fine", "walletAddress": "0x" + "c" * 40, **change}
    answer = await operator.post("/api/bots", json=body)
    assert answer.status_code == status, answer.text
    if field is not None:
        assert set(answer.json()["errors"]) == {field}
    assert "fine" not in [bot["id"] for bot in (await operator.get("/api/bots")).json()["bots"]]
