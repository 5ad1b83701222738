"""News at the exchange are noticed and never stop us."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from fadearena.hyperliquid.messages.frames import CHANNELS, BboFrame, UserFillsFrame, decode_frame
from fadearena.hyperliquid.messages.queries import FRONTEND_OPEN_ORDERS, META, ORDER_STATUS, decode_answer
from fadearena.hyperliquid.oddities import LOOK_AT_FIRST, OTHERS, PATHS_MAX, UNREADABLE, Oddities

ORDER = {
    "coin": "BTC",
    "side": "B",
    "limitPx": "1",
    "sz": "1",
    "oid": 1,
    "timestamp": 1,
    "triggerCondition": "N/A",
    "isTrigger": False,
    "triggerPx": "0",
    "isPositionTpsl": False,
    "reduceOnly": False,
    "orderType": "Limit",
    "origSz": "1",
}
FILL = {
    "coin": "BTC",
    "px": "1",
    "sz": "1",
    "side": "B",
    "time": 1,
    "startPosition": "0",
    "dir": "Open Long",
    "closedPnl": "0",
    "hash": "0x",
    "oid": 1,
    "crossed": True,
    "fee": "0",
    "tid": 1,
    "feeToken": "USDC",
}


def _frame(**changes: object) -> bytes:
    fills = [{**FILL, **changes}]
    return json.dumps({"channel": "userFills", "data": {"user": "0x", "fills": fills}}).encode()


def test_an_unknown_key_and_an_unknown_word_are_counted_by_path() -> None:
    oddities = Oddities()
    raw = _frame(dir="Teleported", shoeSize=44, liquidation={"liquidatedUser": "0x", "method": "magic", "mood": 1})
    oddities.notice("userFills", raw, UserFillsFrame)
    assert oddities.counts == {
        "userFills.data.fills[].dir=Teleported": 1,
        "userFills.data.fills[].shoeSize": 1,
        "userFills.data.fills[].liquidation.method=magic": 1,
        "userFills.data.fills[].liquidation.mood": 1,
    }


def test_a_known_message_has_no_oddities() -> None:
    oddities = Oddities()
    oddities.notice("userFills", _frame(), UserFillsFrame)
    assert oddities.counts == {}


def test_of_frequent_messages_the_first_and_every_nth_are_looked_at() -> None:
    oddities = Oddities(look_at_every=100)
    raw = b'{"channel":"bbo","data":{"coin":"BTC","time":1,"bbo":[null,null],"shoeSize":44}}'
    for _ in range(250):
        oddities.notice("bbo", raw, BboFrame)
    assert oddities.counts == {"bbo.data.shoeSize": LOOK_AT_FIRST + 2}


def test_a_new_word_in_a_single_fill_of_many_is_noticed() -> None:
    oddities = Oddities()
    for number in range(20):
        oddities.notice("userFills", _frame(dir="Teleported" if number == 13 else "Open Long"), UserFillsFrame)
    assert oddities.counts == {"userFills.data.fills[].dir=Teleported": 1}


@pytest.mark.parametrize("unreadable", ["9" * 5000, "[" * 900 + "]" * 900, "1e999"], ids=["long", "deep", "large"])
def test_an_unknown_key_with_what_cannot_be_read_stops_nothing(unreadable: str) -> None:
    oddities = Oddities()
    raw = f'{{"channel":"bbo","data":{{"coin":"BTC","time":1,"bbo":[null,null],"x":{unreadable}}}}}'.encode()
    assert isinstance(decode_frame(raw), BboFrame)
    oddities.notice("bbo", raw, BboFrame)
    assert sum(oddities.counts.values()) == 1


def test_orders_within_orders_are_looked_at_as_far_as_they_can_be() -> None:
    order = json.dumps(ORDER)[:-1]
    begin = order + ', "children": ['
    raw = f"[{begin * 400}{order}}}{']}' * 400}]".encode()
    oddities = Oddities()
    assert len(decode_answer(FRONTEND_OPEN_ORDERS, raw)) == 1
    oddities.notice("frontendOpenOrders", raw, FRONTEND_OPEN_ORDERS.answer)
    assert oddities.counts == {f"frontendOpenOrders={UNREADABLE}": 1}


def test_answers_with_tuples_nulls_and_recursion_are_walked() -> None:
    oddities = Oddities()
    meta = {
        "universe": [{"name": "BTC", "szDecimals": 5, "maxLeverage": 40, "marginMode": "odd"}],
        "marginTables": [[50, {"description": "", "marginTiers": [{"lowerBound": "0", "maxLeverage": 5, "new": 1}]}]],
    }
    oddities.notice("meta", json.dumps(meta).encode(), META.answer)
    order = {"coin": "BTC", "children": [{"children": [{"fresh": None}]}], "tif": None}
    status = {"status": "order", "order": {"order": order, "status": "lostCanceled", "statusTimestamp": 1}}
    oddities.notice("orderStatus", json.dumps(status).encode(), ORDER_STATUS.answer)
    assert oddities.counts == {
        "meta.universe[].marginMode=odd": 1,
        "meta.marginTables[].marginTiers[].new": 1,
        "orderStatus.order.order.children[].children[].fresh": 1,
        "orderStatus.order.status=lostCanceled": 1,
    }


def test_the_number_of_paths_is_bounded() -> None:
    oddities = Oddities(look_at_every=1)
    for number in range(PATHS_MAX + 5):
        oddities.notice("userFills", _frame(dir=f"word {number}"), UserFillsFrame)
    assert len(oddities.counts) == PATHS_MAX + 1
    assert oddities.counts[OTHERS] == 5


def test_the_recorded_frames_hold_no_oddities_but_the_ones_listed_here(
    recorded_frames: Callable[[str], list[bytes]],
) -> None:
    oddities = Oddities(look_at_every=1)
    for channel in ("userFills", "orderUpdates", "activeAssetCtx", "clearinghouseState", "webData3", "userFundings"):
        for raw in recorded_frames(f"ws_frames_{channel}.json"):
            oddities.notice(channel, raw, CHANNELS[channel])
    assert oddities.counts == {}
