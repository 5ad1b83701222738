"""The simulator's answers have the keys of the real exchange's, wherever a recent recording of it exists."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from fadearena.exchange_simulator import feed, info
from fadearena.exchange_simulator.exchange import Exchange
from fadearena.exchange_simulator.info_request import InfoRequest
from fadearena.exchange_simulator.subscription import Subscription, read
from fadearena.hyperliquid.recordings import season_one
from tests.exchange_simulator.factories import GPT, NOON_MS, ONE, RECORDED, fill, played, recording

pytestmark = pytest.mark.skipif(not RECORDED.exists(), reason="shared/hyperliquid/recorded is not here")


def real(name: str) -> Any:
    return json.loads((RECORDED / f"{name}.json").read_bytes())


@cache
def season() -> Exchange:
    return played(season_one(), until_ms=season_one().accounts[0].fills[60].time)


@cache
def resting() -> Exchange:
    pieces = [
        fill(oid=5, crossed=False, cloid="0x" + "ab" * 16),
        fill(oid=5, crossed=False, start="1", time=NOON_MS + 9),
    ]
    return played(recording(*pieces), until_ms=NOON_MS)


def shape(value: Any, optional: frozenset[str] = frozenset()) -> Any:
    """Keys all the way down; of a list the shape of its first element."""
    if isinstance(value, dict):
        return {key: shape(inner, optional) for key, inner in sorted(value.items()) if key not in optional}
    if isinstance(value, list):
        return [shape(value[0], optional)] if value else []
    return "text" if isinstance(value, str) else "number" if isinstance(value, int) else value


ANSWERS: dict[str, dict[str, Any]] = {
    "info_l2Book": {"coin": "ETH"},
    "info_recentTrades": {"coin": "ETH"},
    "info_candleSnapshot": {
        "req": {"coin": "ETH", "interval": "1h", "startTime": season_one().accounts[0].fills[0].time}
    },
    "info_fundingHistory": {"coin": "ETH", "startTime": NOON_MS},
    "info_userFunding_2025": {"user": GPT, "startTime": 0},
    "info_userFillsByTime_testnet": {"user": GPT, "startTime": 0},
    "info_userNonFundingLedgerUpdates": {"user": GPT, "startTime": 0},
    "info_userRateLimit": {"user": GPT},
    "info_userRole": {"user": GPT},
    "info_historicalOrders": {"user": GPT},
    "info_portfolio": {"user": GPT},
    "info_activeAssetData": {"user": GPT, "coin": "BTC"},
}  # fmt: skip
NEWER = frozenset({"nRequestsSurplus"})
"""Keys that the exchange added after a recording was made."""


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_has_the_keys_of_the_recorded_one(name: str) -> None:
    kind = name.split("_")[1]
    ours, _ = info.answer(season(), InfoRequest({"type": kind, **ANSWERS[name]}))
    assert shape(ours, NEWER) == shape(real(name)["response"], NEWER)


def test_the_contexts_have_the_recorded_keys_and_order() -> None:
    ours, _ = info.answer(season(), InfoRequest({"type": "metaAndAssetCtxs"}))
    recorded = real("info_metaAndAssetCtxs")["response"]
    assert ours[0].keys() == recorded[0].keys()
    assert ours[0]["universe"][0].keys() == recorded[0]["universe"][0].keys()
    table, recorded_table = ours[0]["marginTables"][0], recorded[0]["marginTables"][0]
    assert shape(table[1]) == shape(recorded_table[1])
    assert list(ours[1][0]) == list(recorded[1][0])


def test_a_builder_s_dex_has_the_recorded_keys() -> None:
    exchange = played(recording(fill(coin="xyz:NVDA", size="2.5", price="200.5")))
    main, ours = info.answer(exchange, InfoRequest({"type": "perpDexs"}))[0]
    recorded_main, recorded, *_ = real("info_perpDexs")["response"]
    assert main is recorded_main is None
    newer = {"assetToFundingInterestRate"}
    assert [key for key in ours if key not in newer] == list(recorded)
    meta, contexts = info.answer(exchange, InfoRequest({"type": "metaAndAssetCtxs", "dex": "xyz"}))[0]
    recorded_meta, recorded_contexts = real("info_metaAndAssetCtxs_xyz")["response"]
    assert meta.keys() == recorded_meta.keys()
    assert meta["universe"][0].keys() <= recorded_meta["universe"][0].keys()
    assert list(contexts[0]) == list(recorded_contexts[0])


def test_the_margin_tables_are_the_recorded_ones() -> None:
    ours, _ = info.answer(season(), InfoRequest({"type": "meta"}))
    recorded = real("info_meta_2025")["response"]
    tiers = {number: table["marginTiers"] for number, table in recorded["marginTables"]}
    assert all(tiers[number] == table["marginTiers"] for number, table in ours["marginTables"])
    listed = {row["name"]: row for row in recorded["universe"]}
    assert all(listed[row["name"]] == row for row in ours["universe"])


def test_a_spot_state_has_the_recorded_keys() -> None:
    ours, _ = info.answer(season(), InfoRequest({"type": "spotClearinghouseState", "user": GPT}))
    assert ours.keys() <= real("info_spotClearinghouseState")["response"].keys()


def test_a_pair_and_a_token_of_spot_have_the_recorded_keys() -> None:
    ours, _ = info.answer(season(), InfoRequest({"type": "spotMeta"}))
    recorded = real("info_spotMeta")["response"]
    assert ours["universe"][0].keys() == recorded["universe"][0].keys()
    assert ours["tokens"][0].keys() == recorded["tokens"][0].keys()


def test_resting_orders_have_the_recorded_keys() -> None:
    ours, _ = info.answer(resting(), InfoRequest({"type": "frontendOpenOrders", "user": ONE}))
    newer = real("info_historicalOrders")["response"][0]["order"]
    assert list(ours[0]) == list(newer)
    plain, _ = info.answer(resting(), InfoRequest({"type": "openOrders", "user": ONE}))
    assert set(plain[0]) >= set(real("info_openOrders")["response"][0])


def test_an_order_s_status_has_the_recorded_keys() -> None:
    recorded = [step["response"] for step in real("info_orderStatus")["steps"]]
    known = next(answer for answer in recorded if answer["status"] == "order")
    asked = {"type": "orderStatus", "user": GPT, "oid": season_one().accounts[0].fills[0].oid}
    ours, _ = info.answer(season(), InfoRequest(asked))
    assert shape(ours) == shape(known)
    missing, _ = info.answer(season(), InfoRequest({**asked, "oid": 1}))
    assert missing in recorded


def test_refusals_have_the_recorded_status_and_text() -> None:
    case = real("errors_http")["cases"][0]
    with pytest.raises(Exception, match=case["response"]) as refusal:
        info.answer(season(), InfoRequest(case["request"]["body"]))
    assert getattr(refusal.value, "status", None) == case["http_status"]


FRAMES: list[tuple[str, dict[str, Any], int, set[str]]] = [
    ("allMids", {}, 0, {"BTC", "ETH", "SOL", "BNB", "DOGE", "XRP", "PURR/USDC", "@107", "#14880"}),
    ("activeAssetCtx", {"coin": "BTC"}, 0, set()),
    ("candle", {"coin": "BTC", "interval": "1m"}, 0, set()),
    ("l2Book_variants", {"coin": "BTC"}, 0, set()),
    ("l2Book_variants", {"coin": "BTC", "fast": True}, 1, set()),
    ("l2Book_variants", {"coin": "BTC", "nSigFigs": 5}, 2, set()),
    ("userFundings", {"user": GPT}, 0, set()),
    ("userFills", {"user": GPT}, 0, {"cloid", "builderFee", "liquidation", "twapId"}),
]


@pytest.mark.parametrize(("name", "fields", "place", "optional"), FRAMES)
def test_a_first_frame_has_the_recorded_keys(name: str, fields: dict[str, Any], place: int, optional: set[str]) -> None:
    exchange = season()
    subscription = read({"type": name.partition("_")[0], **fields})
    frame = real(f"ws_frames_{name}")["frames"][place]
    ours = feed.first(exchange, subscription) or tick_of(exchange, subscription)
    left_out = frozenset(optional)
    assert feed.channel(subscription) == frame["channel"]
    recorded = shape(frame["data"], left_out)
    sent = shape(ours, left_out)
    if "nSamples" in str(recorded):
        for side in (recorded, sent):
            side["fundings"][0].pop("nSamples")
    assert sent == recorded


def tick_of(exchange: Exchange, subscription: Subscription) -> Any:
    frames = dict(feed.of_tick(exchange, feed.by_type([subscription]), 10, exchange.now_ms - 1))
    return frames[subscription]


def test_the_frames_of_a_fill_have_the_recorded_keys() -> None:
    exchange = Exchange(recording(fill(), fill(start="1", time=NOON_MS + 7_200_000)), 1)
    words = [{"type": kind, "user": ONE} for kind in ("userEvents", "orderUpdates", "userFundings")]
    words += [{"type": kind, "coin": "BTC"} for kind in ("bbo", "trades")]
    sent: dict[str, list[Any]] = {}
    for happening in exchange.advance(exchange.end_ms):
        for subscription, data in feed.of_happening(exchange, happening, feed.by_type(read(one) for one in words)):
            sent.setdefault(subscription.type, []).append(data)
    events = real("ws_frames_userEvents")["frames"]
    optional = frozenset({"cloid", "builderFee", "liquidation", "twapId", "nSamples"})
    assert shape(sent["userEvents"][0], optional) == shape(events[0]["data"], optional)
    assert shape(sent["userEvents"][1], optional) == shape(events[1]["data"], optional)
    assert shape(sent["orderUpdates"][0], optional) == shape(
        real("ws_frames_orderUpdates")["frames"][0]["data"], optional
    )
    assert shape(sent["bbo"][0]) == shape(real("ws_bbo")["frames"][1]["message"]["data"])
    trades = next(
        frame["message"]["data"] for frame in real("ws_trades")["frames"] if frame["message"]["channel"] == "trades"
    )  # fmt: skip
    assert shape(sent["trades"][0]) == shape(trades)


def test_a_resting_order_s_fill_is_notified_in_the_recorded_words() -> None:
    sold = fill(side="A", size="0.5", price="100001", crossed=False)
    exchange = Exchange(recording(sold), 1)
    active = feed.by_type([read({"type": "notification", "user": ONE})])
    frames = [data for one in exchange.advance(exchange.end_ms) for _, data in feed.of_happening(exchange, one, active)]
    assert frames == [{"notification": "Resting order filled: Sold 0.5 BTC at $100001"}]
    recorded = real("ws_frames_notification")["frames"][0]["data"]["notification"]
    assert recorded.startswith("Resting order filled: Bought ")


def test_web_data_has_the_recorded_keys_that_every_account_has() -> None:
    subscription = read({"type": "webData3", "user": GPT})
    recorded = real("ws_frames_webData3")["frames"][0]["data"]
    ours = feed.first(season(), subscription)
    assert ours is not None
    assert ours.keys() == recorded.keys()
    assert ours["userState"].keys() <= recorded["userState"].keys()
    assert ours["perpDexStates"][0].keys() == recorded["perpDexStates"][0].keys()
