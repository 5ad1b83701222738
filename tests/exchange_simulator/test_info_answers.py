"""What /info answers, asked of the exchange itself: paging, orders, candles, funding, and every refusal."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fadearena.exchange_simulator import info
from fadearena.exchange_simulator.exchange import Exchange
from fadearena.exchange_simulator.info_request import InfoRefusedError, InfoRequest
from fadearena.exchange_simulator.market import MAKERS, hourly_rate_e10
from fadearena.hyperliquid.recordings import RecordingError, season_one
from tests.exchange_simulator.factories import GPT, NOON_MS, ONE, STRANGER, fill, played, recording


def ask(exchange: Exchange, kind: str, **fields: Any) -> Any:
    return info.answer(exchange, InfoRequest({"type": kind, **fields}))[0]


@pytest.fixture(scope="module")
def season() -> Exchange:
    return played(season_one())


def many(count: int) -> Exchange:
    """One account with so many fills, ten in each millisecond."""
    fills = (
        fill(size="0.001", start=f"{place / 1000:.3f}", time=NOON_MS + place // 10) for place in range(count)
    )  # fmt: skip
    return played(recording(*fills))


def test_fills_by_time_come_in_pages_of_2000_that_walk_to_the_end_without_loss() -> None:
    exchange, start, walked = many(4500), 0, {}
    for _ in range(10):
        page = ask(exchange, "userFillsByTime", user=ONE, startTime=start)
        assert len(page) <= 2000
        assert [row["time"] for row in page] == sorted(row["time"] for row in page)
        walked.update({row["tid"]: row for row in page})
        if len(page) < 2000:
            break
        start = page[-1]["time"]
    assert list(walked) == [one.tid for one in exchange.account(ONE).fills]


def test_both_bounds_of_fills_by_time_are_inclusive() -> None:
    exchange = many(100)
    page = ask(exchange, "userFillsByTime", user=ONE, startTime=NOON_MS + 2, endTime=NOON_MS + 3)
    assert {row["time"] for row in page} == {NOON_MS + 2, NOON_MS + 3}
    assert len(page) == 20


def test_only_the_newest_10000_fills_are_within_reach() -> None:
    exchange = many(10_500)
    page = ask(exchange, "userFillsByTime", user=ONE, startTime=0)
    assert page[0]["tid"] == exchange.account(ONE).fills[500].tid


@pytest.mark.parametrize("kind", ["userFunding", "fundingHistory"])
def test_funding_comes_in_pages_of_500_hours_with_inclusive_bounds(kind: str) -> None:
    """A position held for 600 hours."""
    hours = 600
    exchange = played(
        recording(fill(time=NOON_MS + 500), fill(side="A", start="1", time=NOON_MS + hours * 3_600_000 + 500))
    )
    asked = {"user": ONE, "coin": "BTC"}
    page = ask(exchange, kind, startTime=NOON_MS + 500, **asked)
    times = [row["time"] for row in page]
    assert (len(times), times) == (500, sorted(times))
    rest = ask(exchange, kind, startTime=times[-1], **asked)
    assert rest[0] == page[-1]
    assert len(rest) == hours - 500 + 1
    assert [row["time"] for row in ask(exchange, kind, startTime=times[1], endTime=times[3], **asked)] == times[1:4]


def test_of_orders_the_newest_2000_are_remembered() -> None:
    exchange = many(2001)
    oids = [one.oid for one in exchange.account(ONE).fills]
    assert [row["order"]["oid"] for row in ask(exchange, "historicalOrders", user=ONE)] == oids[:0:-1]
    assert ask(exchange, "orderStatus", user=ONE, oid=oids[0]) == {"status": "unknownOid"}
    assert ask(exchange, "orderStatus", user=ONE, oid=oids[1])["status"] == "order"


def test_user_fills_are_the_newest_2000_newest_first() -> None:
    exchange = many(2500)
    rows = ask(exchange, "userFills", user=ONE)
    assert [row["tid"] for row in rows] == [one.tid for one in exchange.account(ONE).fills[:-2001:-1]]


def test_aggregation_joins_the_pieces_of_one_order() -> None:
    pieces = [fill(size="1", price="100000", oid=5, tid=1), fill(size="3", price="100004", oid=5, tid=2, start="1")]
    row = ask(played(recording(*pieces)), "userFills", user=ONE, aggregateByTime=True)[0]
    assert (row["px"], row["sz"]) == ("100003", "4")


def test_a_fill_says_word_for_word_what_was_recorded(season: Exchange) -> None:
    first = season_one().accounts[0].fills[0]
    row = ask(season, "userFillsByTime", user=GPT, startTime=0)[0]
    assert list(row) == [
        "coin", "px", "sz", "side", "time", "startPosition", "dir", "closedPnl", "hash", "oid", "crossed", "fee", "tid",
        "feeToken", "twapId",
    ]  # fmt: skip
    assert (row["px"], row["fee"], row["tid"]) == (first.px, first.fee, first.tid)


def test_an_order_between_its_first_and_last_fill_rests() -> None:
    first = fill(size="1", oid=5, crossed=False)
    pieces = [first, fill(size="2", oid=5, crossed=False, start="1", time=NOON_MS + 9, price="99999")]
    resting = played(recording(*pieces), until_ms=NOON_MS)
    done = played(recording(*pieces))
    order = ask(resting, "frontendOpenOrders", user=ONE)[0]
    assert (order["sz"], order["origSz"], order["tif"]) == ("2.0", "3.0", "Gtc")
    assert ask(resting, "openOrders", user=ONE)[0]["oid"] == 5
    assert ask(resting, "orderStatus", user=ONE, oid=5)["order"]["status"] == "open"
    assert ask(done, "openOrders", user=ONE) == []
    status = ask(done, "orderStatus", user=ONE, oid=5)["order"]
    assert (status["status"], status["order"]["sz"], status["statusTimestamp"]) == ("filled", "0.0", NOON_MS + 9)


@pytest.mark.parametrize(("side", "limit"), [("B", "100004.0"), ("A", "100000.0")])
def test_an_order_s_limit_is_the_worst_price_it_got(side: str, limit: str) -> None:
    signed = "1" if side == "B" else "-1"
    pieces = [fill(side=side, oid=5, price="100004"), fill(side=side, oid=5, price="100000", start=signed)]
    status = ask(played(recording(*pieces)), "orderStatus", user=ONE, oid=5)
    assert status["order"]["order"]["limitPx"] == limit


def test_an_order_is_found_by_its_cloid_and_only_for_its_user() -> None:
    cloid = "0x" + "ab" * 16
    exchange = played(recording(fill(oid=5, cloid=cloid)))
    assert ask(exchange, "orderStatus", user=ONE, oid=cloid)["status"] == "order"
    assert ask(exchange, "orderStatus", user=STRANGER, oid=cloid) == {"status": "unknownOid"}
    assert ask(exchange, "orderStatus", user=ONE, oid=6) == {"status": "unknownOid"}


def test_every_fill_of_season_one_belongs_to_a_filled_order(season: Exchange) -> None:
    rows = ask(season, "historicalOrders", user=GPT)
    assert {row["order"]["oid"] for row in rows} == {one.oid for one in season_one().accounts[0].fills}
    assert {row["status"] for row in rows} == {"filled"}


def test_candles_hold_every_print_and_follow_each_other(season: Exchange) -> None:
    prints = season.markets["BTC"].prints_between(0, season.now_ms)
    req = {"coin": "BTC", "interval": "1h", "startTime": season.begin_ms, "endTime": season.now_ms}
    bars = ask(season, "candleSnapshot", req=req)
    assert [bar["t"] for bar in bars] == [bars[0]["t"] + 3_600_000 * place for place in range(len(bars))]
    assert bars[-1]["t"] <= season.now_ms <= bars[-1]["T"]
    for trade in prints:
        bar = next(bar for bar in bars if bar["t"] <= trade.time_ms <= bar["T"])
        assert float(bar["l"]) <= trade.price / 10 <= float(bar["h"])
    assert all(float(bar["l"]) <= min(float(bar["o"]), float(bar["c"])) for bar in bars)


def test_candles_end_after_5000_bars_and_keep_the_newest(season: Exchange) -> None:
    bars = ask(season, "candleSnapshot", req={"coin": "BTC", "interval": "1m", "startTime": 0})
    assert len(bars) == 5000
    assert bars[-1]["t"] <= season.now_ms <= bars[-1]["T"]


@pytest.mark.parametrize(
    ("interval", "begins"), [("1M", 1_759_276_800_000), ("1w", 1_761_177_600_000), ("1d", 1_761_436_800_000)]
)
def test_long_bars_begin_where_they_should(season: Exchange, interval: str, begins: int) -> None:
    req = {"coin": "BTC", "interval": interval, "startTime": season.now_ms}
    assert [bar["t"] for bar in ask(season, "candleSnapshot", req=req)] == [begins]


def test_funding_is_what_the_rates_say(season: Exchange) -> None:
    """Payment = -position * oracle * rate, cut to a micro-dollar, at the stamp that fundingHistory gives."""
    rows = ask(season, "userFunding", user=GPT, startTime=0)
    assert rows
    history = {
        (row["coin"], row["time"]): row["fundingRate"]
        for coin in season.markets
        for row in ask(season, "fundingHistory", coin=coin, startTime=season.begin_ms)
    }
    for row in rows[:50]:
        delta = row["delta"]
        assert delta["fundingRate"] == history[delta["coin"], row["time"]]
        market = season.markets[delta["coin"]]
        oracle = market.oracle_at(row["time"]) / 10**market.asset.price_decimals
        expected = -float(delta["szi"]) * oracle * float(delta["fundingRate"])
        assert float(delta["usdc"]) == pytest.approx(expected, abs=1.1e-6)


def test_funding_rates_follow_the_premium(season: Exchange) -> None:
    """An eighth of premium + clamp(0.0001 - premium, -0.0005, 0.0005); in a quiet market 0.0000125."""
    history = ask(season, "fundingHistory", coin="BTC", startTime=season.begin_ms - 400 * 3_600_000)
    rates = set()
    for row in history:
        premium, interest, most = Decimal(row["premium"]), Decimal("0.0001"), Decimal("0.0005")
        expected = (premium + max(-most, min(most, interest - premium))) / 8
        assert abs(Decimal(row["fundingRate"]) - expected) <= Decimal("1e-10")
        rates.add(row["fundingRate"])
    assert "0.0000125" in rates
    assert len(rates) > 1


@pytest.mark.parametrize(
    ("premium", "rate"),
    [
        ("0", "0.0000125"),
        ("0.0006", "0.0000125"),
        ("0.001", "0.0000625"),
        ("-0.001", "-0.0000625"),
        ("9", "0.04"),
        ("-9", "-0.04"),
    ],
)
def test_a_premium_gives_its_rate_and_never_more_than_four_percent_an_hour(premium: str, rate: str) -> None:
    scale = 10**10
    assert hourly_rate_e10(int(Decimal(premium) * scale)) == int(Decimal(rate) * scale)


def test_both_bounds_of_the_funding_history_are_inclusive(season: Exchange) -> None:
    stamps = [row["time"] for row in ask(season, "fundingHistory", coin="BTC", startTime=season.begin_ms)]
    between = ask(season, "fundingHistory", coin="BTC", startTime=stamps[3], endTime=stamps[5])
    assert [row["time"] for row in between] == stamps[3:6]


def test_the_oracle_is_the_mark_of_a_few_seconds_ago(season: Exchange) -> None:
    market = season.markets["BTC"]
    moments = range(season.begin_ms, season.begin_ms + 60_000, 500)
    assert all(market.oracle_at(now) == market.mark_at(now // 3000 * 3000 - 3000) for now in moments)
    assert any(market.oracle_at(now) != market.mark_at(now) for now in moments)


def test_the_opening_deposit_is_the_only_transfer(season: Exchange) -> None:
    rows = ask(season, "userNonFundingLedgerUpdates", user=GPT, startTime=0)
    assert [row["delta"] for row in rows] == [{"type": "deposit", "usdc": "10000.0"}]


def test_the_portfolio_ends_at_the_equity(season: Exchange) -> None:
    periods = dict(ask(season, "portfolio", user=GPT))
    assert list(periods) == ["day", "week", "month", "allTime", "perpDay", "perpWeek", "perpMonth", "perpAllTime"]
    state = ask(season, "clearinghouseState", user=GPT)
    profit = float(periods["allTime"]["pnlHistory"][-1][1])
    assert profit == pytest.approx(float(state["marginSummary"]["accountValue"]) - 10_000, abs=50)
    assert float(periods["allTime"]["vlm"]) > float(periods["day"]["vlm"]) >= 0


def test_fees_tell_the_volume_of_each_day(season: Exchange) -> None:
    fees = ask(season, "userFees", user=GPT)
    limit = ask(season, "userRateLimit", user=GPT)
    told = sum(Decimal(day["userCross"]) + Decimal(day["userAdd"]) for day in fees["dailyUserVlm"])
    assert told == Decimal(limit["cumVlm"])
    assert limit["nRequestsCap"] == 10_000 + int(told)


def test_recent_trades_are_the_ten_newest_newest_first(season: Exchange) -> None:
    trades = ask(season, "recentTrades", coin="ETH")
    assert len(trades) == 10
    assert [trade["time"] for trade in trades] == sorted((trade["time"] for trade in trades), reverse=True)
    assert trades[0]["time"] <= season.now_ms


def test_a_print_names_buyer_and_seller_and_its_aggressor() -> None:
    exchange = played(recording(fill(side="A", crossed=False, start="1", tid=77)))
    trade = ask(exchange, "recentTrades", coin="BTC")[0]
    assert (trade["tid"], trade["side"], trade["users"][1]) == (77, "B", ONE)
    assert trade["users"][0] in MAKERS


def test_the_book_straddles_the_print_at_its_instant() -> None:
    record = recording(fill(price="100007"))
    levels = ask(played(record), "l2Book", coin="BTC")["levels"]
    assert (levels[0][0]["px"], levels[1][0]["px"]) == ("100006.0", "100007.0")
    assert [len(side) for side in levels] == [20, 20]


def test_an_unknown_coin_has_no_book(season: Exchange) -> None:
    assert ask(season, "l2Book", coin="NOPE") is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (422, {"type": "doesNotExist"}),
        (422, {}),
        (422, []),
        (422, {"type": "userFills"}),
        (422, {"type": "userFills", "user": "0x12"}),
        (422, {"type": "userFillsByTime", "user": ONE}),
        (422, {"type": "userFillsByTime", "user": ONE, "startTime": "yesterday"}),
        (422, {"type": "userFillsByTime", "user": ONE, "startTime": True}),
        (422, {"type": "l2Book", "coin": 7}),
        (422, {"type": "candleSnapshot", "coin": "BTC"}),
        (422, {"type": "candleSnapshot", "req": {"coin": "BTC", "interval": "7m", "startTime": 0}}),
        (500, {"type": "candleSnapshot", "req": {"coin": "NOPE", "interval": "1m", "startTime": 0}}),
        (500, {"type": "l2Book", "coin": "BTC", "nSigFigs": 7}),
        (500, {"type": "l2Book", "coin": "BTC", "nSigFigs": 5, "mantissa": 1}),
        (500, {"type": "l2Book", "coin": "BTC", "nSigFigs": 4, "mantissa": 2}),
    ],
)
def test_what_makes_no_sense_is_refused_as_the_exchange_refuses_it(season: Exchange, status: int, body: Any) -> None:
    with pytest.raises(InfoRefusedError) as refusal:
        info.answer(season, InfoRequest(body))
    text = "null" if status == 500 else "Failed to deserialize the JSON body into the target type"
    assert (refusal.value.status, refusal.value.body) == (status, text)


names = ("user", "coin", "startTime", "endTime", "dex", "oid", "nSigFigs", "mantissa", "aggregateByTime", "interval")
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
    st.sampled_from(["BTC", "1M", "1h", ONE, GPT]),
)
fields = st.dictionaries(st.sampled_from(names), values)


@given(st.sampled_from(sorted(info.TYPES)), fields, st.one_of(values, fields))
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_question_breaks_it(season: Exchange, kind: str, asked: dict[str, Any], req: Any) -> None:
    with contextlib.suppress(InfoRefusedError):
        msgspec.json.encode(ask(season, kind, req=req, **asked))


def test_meta_lists_the_six_and_whatever_else_was_traded() -> None:
    exchange = played(
        recording(fill(coin="kPEPE", size="17", price="0.0071"), fill(coin="xyz:NVDA", price="200.123", size="1.5"))
    )
    main, other = ask(exchange, "meta"), ask(exchange, "meta", dex="xyz")
    sizes = {row["name"]: (row["szDecimals"], row["maxLeverage"]) for row in main["universe"] + other["universe"]}
    assert sizes == {
        "BTC": (5, 40), "ETH": (4, 25), "SOL": (2, 20), "BNB": (3, 10), "DOGE": (0, 10), "XRP": (0, 20),
        "kPEPE": (0, 5), "xyz:NVDA": (1, 5),
    }  # fmt: skip
    assert ask(exchange, "perpDexs")[1]["name"] == "xyz"
    assert list(ask(exchange, "allMids", dex="xyz")) == ["xyz:NVDA"]
    assert "xyz:NVDA" not in ask(exchange, "allMids")


def test_a_position_tells_how_finely_a_coin_is_divided() -> None:
    """An account may trade whole coins and hold a half of one."""
    exchange = played(recording(fill(coin="NEW", size="1", price="1.5", start="0.5")))
    assert [row["szDecimals"] for row in ask(exchange, "meta")["universe"] if row["name"] == "NEW"] == [1]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ([], "no fill of a perpetual"),
        ([fill(size="0.000001")], "account one, fill 0: BTC: finer than 5 decimals"),
        ([fill(coin="NEW", size="0.00001", price="1.23")], "NEW: sizes with 5 and prices with 2 decimals"),
    ],
)
def test_a_recording_that_no_exchange_could_have_made_is_refused(wrong: list[Any], says: str) -> None:
    with pytest.raises(RecordingError, match=says):
        played(recording(*wrong))


def test_resuming_in_the_middle_tells_the_same_history() -> None:
    begin = season_one().accounts[0].fills[0].time
    through = Exchange(season_one(), 1)
    for _ in through.advance(begin + 10**8):
        pass
    resumed = played(season_one(), until_ms=begin + 10**8)
    for kind in ("userFills", "clearinghouseState", "historicalOrders"):
        assert ask(through, kind, user=GPT) == ask(resumed, kind, user=GPT)
    assert 0 < resumed.fills_replayed < resumed.fills_total


LIGHT = {"l2Book", "allMids", "clearinghouseState", "orderStatus", "spotClearinghouseState", "exchangeStatus"}
COSTLY_ROWS = {
    *("recentTrades", "historicalOrders", "userFills", "userFillsByTime", "fundingHistory", "userFunding"),
    *("userNonFundingLedgerUpdates", "userTwapSliceFills", "userTwapSliceFillsByTime"),
}


@pytest.mark.parametrize("kind", sorted(info.TYPES))
def test_every_type_weighs_what_the_exchange_says(kind: str) -> None:
    """Section 3.1: six types weigh 2, userRole 60, all others 20; rows of nine add one for each 20."""
    assert info.weight(kind) == (2 if kind in LIGHT else 60 if kind == "userRole" else 20)
    rows_per_weight = 20 if kind in COSTLY_ROWS else 60 if kind == "candleSnapshot" else 0
    assert info.TYPES[kind].rows_per_weight == rows_per_weight


def test_what_is_not_known_weighs_as_much_as_what_is() -> None:
    assert info.weight("doesNotExist") == 20


@pytest.mark.parametrize(("kind", "rows", "cost"), [("userFills", 2000, 100), ("recentTrades", 10, 0)])
def test_long_answers_cost_more(kind: str, rows: int, cost: int) -> None:
    asked = {"type": kind, "user": ONE, "coin": "BTC"}
    document, extra = info.answer(many(2000), InfoRequest(asked))
    assert (len(document), extra) == (rows, cost)
