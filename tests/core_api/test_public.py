"""A public arena: it shows the game, takes no change from anybody, and tells nothing that helps to play against it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
import websockets
from msgspec.structs import replace

from fadearena.core_api import ApiOptions
from fadearena.core_api.problems import Refusal
from fadearena.core_api.public_arena import SERVED, shown, shown_item
from fadearena.persistence.views.answers import (
    Benchmarks,
    DailyPnl,
    Equity,
    EquityPointView,
    EquitySeries,
    FadeStats,
    Model,
    Models,
    Pagination,
    State,
    SystemState,
)
from fadearena.persistence.views.feed import FeedItem
from fadearena.persistence.views.record_answers import (
    DecisionDetail,
    DecisionView,
    OrderView,
    TradeDetail,
    Trades,
    TradeView,
)
from tests.core_api.serving import Server, running_server
from tests.databases import DatabaseServer

PRIVATE_PATHS = (
    "/api/settings",
    "/api/settings/history",
    "/api/bots",
    "/api/events",
    "/api/completeness",
    "/api/system",
    "/api/trades?type=mine",
    "/metrics",
    "/api/nothing",
)


@pytest.fixture(scope="module")
def public(database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An arena that listens beyond this machine and is shown to anybody."""
    url = database_server.create()
    options = {"host": "0.0.0.0", "public": True}
    with running_server(url, tmp_path_factory.mktemp("server"), **options) as running:
        yield running
    database_server.drop(url)


@pytest_asyncio.fixture
async def visitor(public: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with public.client() as opened:
        yield opened


async def _operations(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    document = (await client.get("/schema")).json()
    verbs = {"get", "post", "put", "patch", "delete"}
    return [(verb, path) for path, item in document["paths"].items() for verb in item.keys() & verbs]


def _concrete(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "0197b1c2-0000-7000-8000-000000000000", path)


async def test_every_write_is_refused_whatever_the_caller_brings(public: Server, visitor: httpx.AsyncClient) -> None:
    writes = [(verb, path) for verb, path in await _operations(visitor) if verb != "get"]
    assert len(writes) >= 7
    callers: list[dict[str, str]] = [{}, await public.bearer(), {"origin": public.address}]
    for verb, path in writes:
        for headers in callers:
            answer = await visitor.request(verb, _concrete(path), json={}, headers=headers)
            assert answer.status_code == 403, (verb, path)
            assert answer.json()["type"] == "urn:fadearena:problem:public-arena"
            assert "takes no changes" in answer.json()["detail"]


async def test_every_read_is_served_openly_or_refused_with_the_reason(visitor: httpx.AsyncClient) -> None:
    reads = [path for verb, path in await _operations(visitor) if verb == "get"]
    served = set()
    for path in reads:
        answer = await visitor.get(_concrete(path))
        first = path.removeprefix("/api/").partition("/")[0]
        if first in SERVED and answer.status_code != 403:
            served.add(first)
            assert answer.status_code in {200, 400, 404, 503}, (path, answer.text)
        else:
            assert answer.status_code == 403, path
            assert answer.json()["type"] == "urn:fadearena:problem:public-arena"
    assert served == SERVED


@pytest.mark.parametrize("path", PRIVATE_PATHS)
async def test_what_is_private_is_refused_even_to_the_bearer_of_a_token(
    public: Server, visitor: httpx.AsyncClient, path: str
) -> None:
    for headers in ({}, await public.bearer()):
        answer = await visitor.get(path, headers=headers)
        assert answer.status_code == 403
        assert "not shown" in answer.json()["detail"]


async def test_the_state_says_that_it_is_public_and_nothing_of_positions(
    visitor: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    state = (await visitor.get("/api/state")).json()
    assert state["public"] is True
    for name in ("openPositions", "risk", "killSwitchReason", "armed", "settingsVersion"):
        assert state[name] is None, name
    own = (await client.get("/api/state")).json()
    assert own["public"] is False
    assert own["openPositions"]["count"] == 0


async def test_there_is_no_session_even_for_a_browser_that_had_one(public: Server, visitor: httpx.AsyncClient) -> None:
    cookie = f"fadearena_session_{public.port}={await public.new_token('session')}"
    answer = await visitor.get("/api/session", headers={"cookie": cookie})
    assert answer.json() == {"authenticated": False, "csrfToken": None, "expiresAt": None}


async def test_it_is_read_under_any_name_from_anywhere_without_a_login(visitor: httpx.AsyncClient) -> None:
    for host in ("arena.example.org", "192.168.1.5:8420"):
        for path in ("/", "/models/gpt-5", "/api/state", "/api/models", "/schema"):
            assert (await visitor.get(path, headers={"host": host})).status_code == 200, (host, path)


def test_a_public_arena_of_this_machine_alone_keeps_to_its_own_names() -> None:
    assert not ApiOptions(public=True).any_host
    assert ApiOptions(public=True, host="0.0.0.0").any_host
    assert not ApiOptions(host="0.0.0.0").any_host
    assert ApiOptions(public=True, host="0.0.0.0").open_reading


async def test_anybody_may_listen_but_not_to_settings_and_not_from_another_site(public: Server) -> None:
    with pytest.raises(websockets.InvalidStatus):
        await websockets.connect(public.socket_address, origin=websockets.Origin("http://evil.example"))
    async with websockets.connect(public.socket_address) as socket:
        assert '"hello"' in str(await socket.recv())
        await socket.send(
            '{"type":"subscribe","channels":["state-update","my-trade","decision","settings-update","error"]}'
        )
        seen = [json.loads(await socket.recv()) for _ in range(2)]
    confirmed = next(message["data"] for message in seen if message["type"] == "subscribed")
    assert confirmed["channels"] == ["decision", "state-update"]
    state = next(message["data"] for message in seen if message["type"] == "state-update")
    assert (state["public"], state["openPositions"]) == (True, None)


def _sample(kind: Any, **values: Any) -> Any:
    """A struct with a telling value in every field."""
    return msgspec.convert({**_filled(kind), **values}, kind, strict=False)


def _filled(kind: Any) -> dict[str, Any]:
    return {field.encode_name: _value(field.type) for field in msgspec.structs.fields(kind) if field.required}


def _value(kind: Any) -> Any:
    text = str(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _filled(kind)
    if "list[" in text:
        (inner,) = kind.__args__
        return [_value(inner)]
    if "dict[" in text:
        return {"x": 42}
    if "Literal" in text:
        return next(argument for argument in kind.__args__ if isinstance(argument, str))
    if "bool" in text:
        return True
    if "Struct" in text or "answers." in text:
        return _filled(next(a for a in kind.__args__ if isinstance(a, type) and issubclass(a, msgspec.Struct)))
    return "secret" if "str" in text or "Any" in text else 42


def _amounts(answer: msgspec.Struct, names: str) -> set[object]:
    return {getattr(answer, name) for name in names.split()}


def test_a_decision_is_told_without_sizes_limits_inputs_settings_and_orders() -> None:
    decision = _sample(DecisionDetail, orders=[_sample(OrderView, status="filled"), _sample(OrderView, status="sent")])
    told = shown(decision)
    assert _amounts(told, "target_size delta_size order_size settings_snapshot inputs") == {None}
    (check,) = told.risk_checks
    assert (check.name, check.passed) == ("secret", True)
    assert _amounts(check, "observed limit size_before size_after") == {None}
    assert told.orders == []
    (follower,) = told.followers
    assert _amounts(follower, "target_size delta_size order_size") == {None}


def test_a_trade_of_ours_is_told_neither_in_a_page_nor_alone_nor_live() -> None:
    ours, theirs = _sample(TradeView, type="mine", status="filled"), _sample(TradeView, type="bot", status=None)
    page = Trades(trades=[ours, theirs], pagination=_sample(Pagination))
    assert shown(page).trades == [theirs]
    with pytest.raises(Refusal):
        shown(TradeDetail(trade=ours, order=None, event=None, decisions=[]))
    told = shown(
        TradeDetail(
            trade=theirs, order=_sample(OrderView), event=None, decisions=[_sample(DecisionView, decision="skip")]
        )
    )
    assert told.order is None
    assert told.decisions[0].order_size is None
    live = '{"type":"my-trade","seq":7,"data":{"id":"a","size":1.50,"status":"filled"}}'
    assert shown_item(FeedItem(7, "my-trade", live)) == FeedItem(7, "", "")


def test_what_fading_one_bot_brought_is_not_told_for_it_divides_to_the_multiplier() -> None:
    (told,) = shown(Models(bots=[_sample(Model)])).bots
    assert (told.current_positions, told.my_mirrored_positions) == ([], [])
    assert (told.enabled, told.leverage_multiplier) == (None, None)
    amounts = "total_pnl daily_pnl realized_pnl unrealized_pnl fees funding volume drawdown"
    assert _amounts(told.stats, amounts) == {None}
    assert told.stats.total_trades == 42
    assert told.bot_stats.volume == 42
    (point,) = shown(_sample(EquitySeries)).series
    assert (point.fade_before_fees, point.fade_pnl) == (None, {})


def test_what_the_fade_stands_at_is_told_in_whole_dollars() -> None:
    exact, whole = Decimal("60000.49"), Decimal(60000)
    state = _sample(State)
    state = replace(state, equity=replace(state.equity, fade_arena=exact, bots_aggregate=exact))
    state = replace(state, daily_pnl=replace(state.daily_pnl, fade_arena=Decimal("-1.9"), bots=exact))
    told = shown(state)
    assert (told.equity.fade_arena, told.equity.bots_aggregate, told.equity.total) == (whole, exact, None)
    assert (told.daily_pnl.fade_arena, told.daily_pnl.bots) == (Decimal(-2), exact)
    series = _sample(EquitySeries)
    point = replace(series.series[0], fade_arena=exact, benchmarks=Benchmarks(btc_hold=exact))
    (told_point,) = shown(replace(series, series=[point])).series
    assert (told_point.fade_arena, told_point.benchmarks.btc_hold) == (whole, whole)


def test_an_item_of_the_feed_tells_no_size_and_nothing_that_was_added_to_it() -> None:
    live = '{"type":"decision","seq":7,"data":{"id":"a","orderSize":1.5,"targetSize":1,"deltaSize":2,"novelty":3}}'
    told = json.loads(shown_item(FeedItem(7, "decision", live)).frame)
    assert told["data"] == {"id": "a", "orderSize": None, "targetSize": None, "deltaSize": None, "novelty": None}


@pytest.mark.parametrize("kind", ["settings-update", "error", "my-trade", "something-new"])
def test_what_is_the_operators_never_reaches_a_public_listener(kind: str) -> None:
    item = FeedItem(3, kind, f'{{"type":"{kind}","seq":3,"data":{{"globalExposureCap":1}}}}')
    assert shown_item(item) == FeedItem(3, "", "")


def test_an_answer_that_nobody_decided_about_is_refused() -> None:
    class NewAnswer(msgspec.Struct, frozen=True):
        secret: int = 1

    with pytest.raises(Refusal):
        shown(NewAnswer())


@pytest.mark.parametrize(
    ("answer", "fields"),
    [
        (
            State,
            (
                "armed daily_pnl equity kill_switch kill_switch_activated_at kill_switch_reason mode open_positions "
                "public risk settings_version system_status"
            ),
        ),
        (
            Model,
            (
                "bot_stats current_positions enabled id leverage_multiplier my_mirrored_positions name stats "
                "wallet_address"
            ),
        ),
        (
            TradeView,
            "asset bot_id decision_id fee id notional pnl price side simulated size status timestamp type",
        ),
        (EquitySeries, "end_time interval series start_time"),
        (EquityPointView, "benchmarks bots bots_aggregate fade_arena fade_before_fees fade_pnl timestamp"),
        (Equity, "bots_aggregate fade_arena starting_equity timestamp total"),
        (DailyPnl, "bots fade_arena"),
        (
            SystemState,
            "clock_time heartbeat_age hyperliquid_connected last_event_time last_order_time uptime",
        ),
        (
            FadeStats,
            (
                "daily_pnl drawdown fees funding lag median_hold_time realized_pnl slippage_bps total_pnl "
                "total_trades unrealized_pnl volume win_rate"
            ),
        ),
        (
            DecisionView,
            (
                "asset bot_id decision delta_size event_id id leader_id occasion order_size reason skip_reason "
                "target_size timestamp"
            ),
        ),
        (
            DecisionDetail,
            (
                "asset bot_id decision delta_size event event_id followers id inputs leader_id next_id occasion "
                "order_size orders previous_id reason risk_checks settings_snapshot size_decimals skip_reason "
                "target_size timestamp"
            ),
        ),
        (
            OrderView,
            (
                "asset cloid closed_at fee hyperliquid_order_id id notional order_request order_result pnl price side "
                "simulated size status timestamp"
            ),
        ),
    ],
)
def test_a_new_field_is_decided_about_before_the_public_sees_it(answer: type[msgspec.Struct], fields: str) -> None:
    names = {field.name for field in msgspec.structs.fields(answer)}
    assert names == set(fields.split()), "may the public see it? decide in core_api/public_arena.py, then name it here"
