"""Books and contexts become quotes: never without a mark, never of an asset that is unknown."""

from __future__ import annotations

import pytest

from fadearena.domain.market import Asset, AssetName
from fadearena.hyperliquid.errors import MalformedMessageError
from fadearena.hyperliquid.messages.frames import ActiveAssetCtxFrame, BboFrame, L2BookFrame, decode_frame
from fadearena.hyperliquid.universe import Listing, Universe
from fadearena.trading_client.market_desk import MarketDesk
from tests.factories import BTC, NOON_MS

BOOK = (
    b'{"channel":"l2Book","data":{"coin":"BTC","time":1760788800000,"levels":['
    b'[{"px":"99990","sz":"0.5","n":1},{"px":"99980","sz":"2","n":3}],[{"px":"100010.0","sz":"0.25","n":2}]]}}'
)
BBO = b'{"channel":"bbo","data":{"coin":"BTC","time":1760788800001,"bbo":[null,{"px":"100010","sz":"1","n":1}]}}'
CONTEXT = (
    b'{"channel":"activeAssetCtx","data":{"coin":"BTC","ctx":{"funding":"0.0000125","openInterest":"1","prevDayPx":"1",'
    b'"dayNtlVlm":"1","dayBaseVlm":"1","premium":"0","oraclePx":"100002","markPx":"100005","midPx":"100000",'
    b'"impactPxs":["1","1"]}}}'
)


def desk() -> MarketDesk:
    return MarketDesk(Universe([Listing(asset=BTC, asset_id=0, dex="")]))


def book(raw: bytes = BOOK) -> L2BookFrame:
    frame = decode_frame(raw)
    assert isinstance(frame, L2BookFrame)
    return frame


def context() -> ActiveAssetCtxFrame:
    frame = decode_frame(CONTEXT)
    assert isinstance(frame, ActiveAssetCtxFrame)
    return frame


def test_until_a_mark_is_said_the_middle_of_the_book_stands_in() -> None:
    quote = desk().book(book().data)
    assert quote is not None
    assert (quote.bid, quote.ask, quote.mark) == (999_900, 1_000_100, 1_000_000)
    assert quote.bids == ((999_900, 50_000), (999_800, 200_000))


def test_a_context_measures_the_last_book_anew_and_states_the_rate() -> None:
    made = desk()
    assert made.context(context().data, NOON_MS) is None
    made.book(book().data)
    quote = made.context(context().data, NOON_MS)
    assert quote is not None
    assert (quote.mark, quote.time_ms) == (1_000_050, 1_760_788_800_000)
    rate = made.rates[BTC.name]
    assert (rate.rate_e10, rate.oracle) == (125_000, 1_000_020)


def test_a_side_that_is_empty_is_no_price_and_without_a_mark_no_quote() -> None:
    frame = decode_frame(BBO)
    assert isinstance(frame, BboFrame)
    made = desk()
    assert made.book(frame.data) is None
    made.context(context().data, NOON_MS)
    quote = made.book(frame.data)
    assert quote is not None
    assert (quote.bid, quote.ask) == (0, 1_000_100)


def test_an_asset_that_nobody_lists_is_passed_over_until_it_is_learned() -> None:
    made = desk()
    other = book(BOOK.replace(b"BTC", b"NEW")).data
    assert made.book(other) is None
    made.learn(Asset(AssetName("NEW"), 5))
    assert made.book(other) is not None


def test_a_malformed_price_is_refused_with_its_text() -> None:
    with pytest.raises(MalformedMessageError, match="NaN"):
        desk().book(book(BOOK.replace(b'"99990"', b'"NaN"')).data)
