"""From the wire: what is read, what is left alone, what is handed back."""

from __future__ import annotations

import msgspec
import pytest

from fadearena.bot_ingestor.intake import read_audit, read_fills
from fadearena.domain.market import Asset, AssetName
from fadearena.hyperliquid.messages.account import ClearinghouseState
from fadearena.hyperliquid.universe import Listing, Universe
from tests.bot_ingestor.factories import BOT, WALLET
from tests.bot_ingestor.small_exchange import EPOCH_MS, wire_fill

BTC = Asset(AssetName("BTC"), 5)
NVDA = Asset(AssetName("xyz:NVDA"), 3)
UNIVERSE = Universe([Listing(BTC, 0, ""), Listing(NVDA, 110_000, "xyz")])
STATE = b"""{"marginSummary":{"accountValue":"%s","totalNtlPos":"0.0","totalRawUsd":"0.0","totalMarginUsed":"0.0"},
"crossMarginSummary":{"accountValue":"0.0","totalNtlPos":"0.0","totalRawUsd":"0.0","totalMarginUsed":"0.0"},
"withdrawable":"1.0","assetPositions":[{"type":"oneWay","position":{"coin":"%s","szi":"%s",
"leverage":{"type":"cross","value":10},"entryPx":"81285.0","positionValue":"377667.0","unrealizedPnl":"1.0",
"returnOnEquity":"0.3","liquidationPx":null,"marginUsed":"1.0","maxLeverage":40}}],"time":%d}"""


def state(coin: bytes, size: bytes, worth: bytes, time_ms: int) -> ClearinghouseState:
    return msgspec.json.decode(STATE % (worth, coin, size, time_ms), type=ClearinghouseState)


def test_spot_and_outcome_rows_are_counted_and_perpetuals_read() -> None:
    rows = [wire_fill(coin, EPOCH_MS, 0, 1, tid) for tid, coin in enumerate(["@107", "BTC", "#20", "PURR/USDC"], 1)]
    reading = read_fills(rows, BOT, WALLET, UNIVERSE)
    assert [event.asset for event in reading.events] == [BTC]
    assert (reading.others, reading.unread) == (3, ())


@pytest.mark.parametrize(
    "change",
    [{"coin": "NEW"}, {"sz": "0.000001"}, {"sz": "NaN"}, {"px": "-1"}, {"start_position": "1e5"}, {"tid": 0}],
    ids=str,
)
def test_a_fill_that_cannot_be_read_is_handed_back_and_stops_no_other(change: dict[str, object]) -> None:
    bad = msgspec.structs.replace(wire_fill("BTC", EPOCH_MS, 0, 1, 1), **change)
    reading = read_fills([bad, wire_fill("BTC", EPOCH_MS, 1, 1, 2)], BOT, WALLET, UNIVERSE)
    assert [event.trade_id for event in reading.events] == [2]
    assert [unread.fill for unread in reading.unread] == [bad]
    assert reading.unread[0].reason


def test_an_accounts_state_is_read_with_equity_positions_and_marks() -> None:
    view = read_audit({"": state(b"BTC", b"-4.5", b"1000.5", EPOCH_MS)}, UNIVERSE, 0)
    assert view.equity == 1_000_500_000
    assert view.positions == {"BTC": (BTC, -450_000)}
    assert view.marks == {"BTC": 839_260}
    assert view.time_ms == EPOCH_MS


def test_states_of_several_dexes_are_one_statement_of_the_oldest_time() -> None:
    states = {"": state(b"BTC", b"4.5", b"10.0", EPOCH_MS + 5), "xyz": state(b"xyz:NVDA", b"2.0", b"1.0", EPOCH_MS)}
    view = read_audit(states, UNIVERSE, 0)
    assert (view.time_ms, view.equity, view.dexes) == (EPOCH_MS, 11_000_000, ("", "xyz"))
    assert view.positions == {"BTC": (BTC, 450_000), "xyz:NVDA": (NVDA, 2_000)}
    assert view.covers(AssetName("xyz:TSLA"))
    assert not view.covers(AssetName("abc:TSLA"))


def test_a_state_without_a_time_is_dated_by_what_was_known_before_asking() -> None:
    bare = msgspec.structs.replace(state(b"BTC", b"4.5", b"1.0", 1), time=None)
    assert read_audit({"": bare}, UNIVERSE, 777).time_ms == 777
