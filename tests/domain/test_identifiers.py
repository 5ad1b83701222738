"""Ids are the same for ever: what is stored under them must be found again."""

from __future__ import annotations

import copy
import pickle
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadearena.domain.identifiers import (
    MalformedIdError,
    bot_id,
    cloid,
    decision_id,
    derived_uuid7,
    fill_event_id,
    position_change_id,
    trade_id,
    wallet,
)
from fadearena.domain.market import Side

WALLET = wallet("0x" + "AB" * 20)
TIME_MS = 1_791_280_942_711
EVENT = fill_event_id(WALLET, "BTC", TIME_MS, 669583051366496, 1)


def test_each_kind_of_id_is_what_it_has_always_been() -> None:
    decision = decision_id(EVENT, TIME_MS)
    assert str(EVENT) == "01a110aa-0e77-7d59-996a-b959472ab734"
    assert str(position_change_id(WALLET, "xyz:NVDA", TIME_MS, -5, 7)) == "01a110aa-0e77-736f-8593-1ce6bb185ddf"
    assert str(decision) == "01a110aa-0e77-7b19-8015-7a6cc8eb7790"
    assert str(decision_id(EVENT, TIME_MS, "controls:3#1")) == "01a110aa-0e77-7afd-a523-bcfeb2e87530"
    assert str(trade_id(decision, TIME_MS)) == "01a110aa-0e77-7b07-a512-721902fc0d3f"
    assert cloid(decision) == "0xf4f2dea411cb606568f4ea26f80f3565"
    assert cloid(decision, attempt=1) == "0x314306c3a66a7565598426198e89e6f0"


def test_both_sides_of_a_trade_between_two_watched_wallets_have_ids_of_their_own() -> None:
    bought = fill_event_id(WALLET, "BTC", TIME_MS, 1, Side.LONG)
    sold = fill_event_id(WALLET, "BTC", TIME_MS, 1, Side.SHORT)
    assert bought == fill_event_id(WALLET, "BTC", TIME_MS, 1, 1) != sold


@given(st.integers(0, 2**48 - 1), st.lists(st.text(max_size=8) | st.integers(), max_size=4))
def test_a_derived_id_is_a_uuid_of_version_7_in_every_respect(time_ms: int, parts: list[str | int]) -> None:
    made = derived_uuid7(time_ms, *parts)
    plain = uuid.UUID(str(made))
    assert (made, hash(made), made.bytes, made.is_safe) == (plain, hash(plain), plain.bytes, plain.is_safe)
    assert (made.version, made.variant, made.int >> 80) == (7, uuid.RFC_4122, time_ms)
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == made


@pytest.mark.parametrize("text", ["", "A", "a b", "a" * 65, "a\n", "é"])
def test_what_is_no_bot_id_is_refused(text: str) -> None:
    with pytest.raises(MalformedIdError):
        bot_id(text)


@pytest.mark.parametrize("text", ["", "0x", "0x" + "a" * 39, "0x" + "g" * 40, "0x" + "a" * 40 + "\n"])
def test_what_is_no_wallet_is_refused(text: str) -> None:
    with pytest.raises(MalformedIdError):
        wallet(text)
