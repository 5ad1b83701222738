"""From the exchange's words to ours and back, exactly."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadearena.domain.events import FundingRate
from fadearena.domain.identifiers import bot_id, fill_event_id, wallet
from fadearena.domain.market import Asset, AssetName, Side
from fadearena.hyperliquid.errors import MalformedMessageError, UnknownAssetError
from fadearena.hyperliquid.messages import Fill
from fadearena.hyperliquid.messages.account import ClearinghouseState
from fadearena.hyperliquid.messages.market import ActiveAssetCtx, AssetCtx, Bbo, L2Book, Level
from fadearena.hyperliquid.translation import (
    account_state,
    marks,
    mid_prices,
    order_price_text,
    order_size_text,
    quote_from_bbo,
    quote_from_book,
    to_event,
)
from fadearena.hyperliquid.universe import Listing, Universe

WALLET = wallet("0x" + "a" * 40)
BOT = bot_id("bot-a")
BTC = Asset(AssetName("BTC"), 5)
NVDA = Asset(AssetName("xyz:NVDA"), 3)
UNIVERSE = Universe([Listing(BTC, 0, ""), Listing(NVDA, 110001, "xyz")])
CTX = AssetCtx("0.0000125", "39980.7", "85840.0", "1.0", "85828.0", "85814.0", mid_px="85811.55")


def _fill(**changes: object) -> Fill:
    fields = {
        "coin": "BTC",
        "px": "86006.0",
        "sz": "0.07905",
        "side": "B",
        "time": 1791280942711,
        "startPosition": "-0.14136",
        "dir": "Close Short",
        "closedPnl": "-2.6007455",
        "hash": "0x0d",
        "oid": 566617233807,
        "crossed": True,
        "fee": "-0.067987",
        "tid": 669583051366496,
        "feeToken": "USDC",
    }
    return msgspec.convert({**fields, **changes}, Fill)


def test_a_fill_becomes_an_event_in_integers() -> None:
    event = to_event(_fill(), BOT, WALLET, UNIVERSE, b"{}")
    assert (event.side, event.lots, event.price) == (Side.LONG, 7905, 860060)
    assert (event.previous_lots, event.current_lots) == (-14136, -6231)
    assert (event.closed_pnl, event.fee) == (-2600746, -67987)
    assert (event.order_id, event.trade_id, event.fill_hash, event.raw) == (
        566617233807,
        669583051366496,
        "0x0d",
        b"{}",
    )
    assert event.id == fill_event_id(WALLET, "BTC", 1791280942711, 669583051366496, 1)
    assert event.event_type == "fill"


def test_a_sale_moves_the_position_down_and_keeps_the_name_of_its_dex() -> None:
    event = to_event(
        _fill(coin="xyz:NVDA", side="A", px="224.331", sz="0.3", startPosition="0.0"), BOT, WALLET, UNIVERSE
    )
    assert event.side is Side.SHORT
    assert event.current_lots == -300
    assert event.asset.name == "xyz:NVDA"


def test_without_its_bytes_a_fill_is_written_anew() -> None:
    event = to_event(_fill(), BOT, WALLET, UNIVERSE)
    assert json.loads(event.raw)["startPosition"] == "-0.14136"


def test_a_fee_in_another_token_moves_no_usdc() -> None:
    assert to_event(_fill(feeToken="UBTC", fee="0.5"), BOT, WALLET, UNIVERSE).fee == 0


def test_a_price_finer_than_the_grid_goes_to_the_nearest_unit() -> None:
    assert to_event(_fill(px="86006.05"), BOT, WALLET, UNIVERSE).price == 860061


@pytest.mark.parametrize("field", ["px", "sz", "startPosition", "closedPnl", "fee"])
@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e5", "9" * 40, "+1", "٣", "", "1,0"])
def test_a_malformed_number_anywhere_in_a_fill_is_refused_and_quoted(field: str, text: str) -> None:
    with pytest.raises(MalformedMessageError) as caught:
        to_event(_fill(**{field: text}), BOT, WALLET, UNIVERSE)
    assert text[:30] in str(caught.value)
    assert caught.value.quoted.startswith('{"coin":"BTC","px":')


@pytest.mark.parametrize(
    "change",
    [
        {"sz": "0.0"},
        {"sz": "-1.0"},
        {"px": "0.0"},
        {"px": "-5.0"},
        {"sz": "0.000001"},
        {"startPosition": "0.1234567"},
        {"sz": "99999999999.0"},
        {"startPosition": "-99999999999.0"},
        {"px": "999999999999999"},
        {"px": "2000000.0", "sz": "600000.0"},
        {"px": "2000000.0", "startPosition": "-600000.0"},
        {"closedPnl": "999999999999999"},
        {"tid": 0},
    ],
)
def test_a_fill_that_cannot_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(MalformedMessageError):
        to_event(_fill(**change), BOT, WALLET, UNIVERSE)


def test_a_fill_of_spot_is_no_event() -> None:
    with pytest.raises(UnknownAssetError):
        to_event(_fill(coin="@107"), BOT, WALLET, UNIVERSE)


@given(
    lots=st.integers(1, 5 * 10**8),
    price=st.integers(1, 10**9),
    previous=st.integers(-5 * 10**8, 5 * 10**8),
    bought=st.booleans(),
    decimals=st.integers(0, 6),
)
def test_what_is_written_is_read_back(lots: int, price: int, previous: int, bought: bool, decimals: int) -> None:
    asset = Asset(AssetName("LAW"), decimals)
    fill = _fill(
        coin="LAW",
        px=asset.price_text(price),
        sz=asset.size_text(lots),
        startPosition=asset.size_text(previous),
        side="B" if bought else "A",
    )
    event = to_event(fill, BOT, WALLET, Universe([Listing(asset, 0, "")]))
    assert (event.lots, event.price, event.previous_lots) == (lots, price, previous)
    assert event.current_lots == previous + (lots if bought else -lots)
    assert Decimal(fill.px) * Decimal(fill.sz) * 10**6 == event.notional


def test_every_recorded_fill_of_a_perpetual_becomes_an_event_that_links_to_the_next(
    recording: Callable[[str], Any],
) -> None:
    names = ("leader_acc2", "leader_acc4", "leader_acc5", "leader_acc7", "leader_acc10", "follower_acc9")
    for name in names:
        rows = recording(f"userFillsByTime_{name}.json")["response"]
        fills = [fill for fill in msgspec.convert(rows, list[Fill]) if fill.coin[0] not in "@#"]
        universe = Universe.from_fills(fills)
        events = [to_event(fill, BOT, WALLET, universe) for fill in fills]
        held: dict[str, int] = {}
        for event in events:
            assert held.get(event.asset.name, event.previous_lots) == event.previous_lots
            held[event.asset.name] = event.current_lots
        assert len({event.id for event in events}) == len(events)


def test_a_top_of_book_becomes_a_quote_with_an_empty_side_at_zero() -> None:
    quote = quote_from_bbo(Bbo("BTC", 7, (None, Level("85822.0", "1.5", 3))), BTC, 858140)
    assert (quote.bid, quote.ask, quote.mark, quote.time_ms, quote.bids) == (0, 858220, 858140, 7, ())


def test_a_book_becomes_a_quote_with_depth() -> None:
    book = L2Book("BTC", 7, ([Level("85821.0", "0.96592", 4), Level("85818.0", "0.8", 1)], []))
    quote = quote_from_book(book, BTC, 858140)
    assert (quote.bid, quote.ask) == (858210, 0)
    assert quote.bids == ((858210, 96592), (858180, 80000))


def test_a_book_with_a_malformed_level_is_refused() -> None:
    with pytest.raises(MalformedMessageError, match="1e9"):
        quote_from_book(L2Book("BTC", 7, ([Level("1e9", "1", 1)], [])), BTC, 1)
    with pytest.raises(MalformedMessageError):
        quote_from_bbo(Bbo("BTC", 7, (Level("0.0", "1", 1), None)), BTC, 1)


def test_a_context_becomes_marks_and_a_funding_rate() -> None:
    seen = marks(ActiveAssetCtx("BTC", CTX), BTC, 9)
    assert (seen.mark, seen.oracle, seen.mid) == (858140, 858280, 858116)
    assert seen.funding == FundingRate(BTC, 125000, 858280, 9)
    assert marks(msgspec.structs.replace(CTX, mid_px=None), BTC, 9).mid == 0


@pytest.mark.parametrize("change", [{"funding": "1.5"}, {"funding": "NaN"}, {"mark_px": "0.0"}, {"oracle_px": "-1"}])
def test_a_context_that_cannot_be_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(MalformedMessageError):
        marks(msgspec.structs.replace(CTX, **change), BTC, 9)


def test_mids_of_what_the_universe_does_not_list_are_left_out() -> None:
    assert mid_prices({"BTC": "85801.55", "@107": "92.9315", "PURR/USDC": "0.1"}, UNIVERSE) == {"BTC": 858016}


def test_an_account_state_gives_positions_equity_and_what_is_unknown(recording: Callable[[str], Any]) -> None:
    state = msgspec.convert(recording("info_clearinghouseState_isolated.json")["response"], ClearinghouseState)
    hype = Asset(AssetName("HYPE"), 2)
    read = account_state(state, Universe([Listing(hype, 1, "")]))
    assert (read.positions, read.equity, read.unknown) == ({"HYPE": 200}, 83307638, ())
    assert read.time_ms == 1754467216357
    assert account_state(state, UNIVERSE).unknown == ("HYPE",)


def test_orders_are_written_without_trailing_zeros_and_only_on_the_tick() -> None:
    assert order_size_text(BTC, 7900) == "0.079"
    assert order_price_text(BTC, 860060) == "86006"
    assert order_price_text(NVDA, 224330) == "224.33"
    for price in (0, 860061, -10):
        with pytest.raises(ValueError, match="tick"):
            order_price_text(BTC, price)
    for lots in (0, -1, 10**13):
        with pytest.raises(ValueError, match="size"):
            order_size_text(BTC, lots)
