"""Text to integers and back: exactly, or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadearena.domain.market import (
    Asset,
    AssetName,
    MalformedNumberError,
    rounded_ratio,
    shifted,
    snap_price,
    tick,
    to_decimal,
    to_nearest_units,
    to_text,
    to_units,
)

BTC = Asset(AssetName("BTC"), 5)
DOGE = Asset(AssetName("DOGE"), 0)


def test_lots_times_price_is_micro_dollars() -> None:
    assert BTC.lots("0.07") * BTC.price("107641") == 7_534_870_000


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "Infinity",
        "-inf",
        "1e5",
        "1E+400",
        "+1",
        "",
        ".",
        "1.",
        ".5",
        " 1",
        "1 ",
        "١٢",
        "0x10",
        "1_000",
        "9" * 40,
        "1,5",
        "½",
        "٣.٣",
        "1.²",
    ],
)
def test_a_number_that_is_not_plain_is_refused_with_its_text(text: str) -> None:
    for read in (to_units, to_nearest_units):
        with pytest.raises(MalformedNumberError) as refusal:
            read(text, 5)
        assert repr(text) in str(refusal.value)


numberlike = st.one_of(
    st.from_regex(r"-?[0-9]{1,17}(\.[0-9]{1,20})?", fullmatch=True),
    st.text("0123456789.-+e_ ٣²", max_size=20),
)


@given(numberlike, st.integers(0, 6))
def test_text_is_read_as_decimal_arithmetic_reads_it_or_refused(text: str, decimals: int) -> None:
    """The oracle is the grammar and Python's Decimal, which share nothing with the reading in steps."""
    exact = nearest = None
    if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,18})?", text):
        with localcontext(prec=50):
            number = Decimal(text).scaleb(decimals)
            nearest = int(number.to_integral_value(ROUND_HALF_UP))
            exact = nearest if number == nearest else None
    assert _read(to_units, text, decimals) == exact
    assert _read(to_nearest_units, text, decimals) == nearest


def _read(reading: Callable[[str, int], int], text: str, decimals: int) -> int | None:
    try:
        return reading(text, decimals)
    except MalformedNumberError:
        return None


def test_digits_finer_than_a_lot_are_refused() -> None:
    with pytest.raises(MalformedNumberError, match="finer than 5 decimals"):
        BTC.lots("0.000001")


def test_zero_and_negative_prices_are_refused() -> None:
    for text in ("0", "-1", "0.0"):
        with pytest.raises(MalformedNumberError):
            BTC.price(text)


def test_trailing_zeros_are_no_digits() -> None:
    assert BTC.lots("0.0700000000") == BTC.lots("0.07")


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 6))
def test_text_and_units_are_inverse(units: int, decimals: int) -> None:
    assert to_units(to_text(units, decimals), decimals) == units
    assert to_decimal(units, decimals) == Decimal(to_text(units, decimals))


@given(st.decimals(-(10**9), 10**9, places=9), st.integers(0, 6))
def test_the_nearest_unit_is_at_most_half_a_unit_away(number: Decimal, decimals: int) -> None:
    units = to_nearest_units(f"{number:f}", decimals)
    assert abs(to_decimal(units, decimals) - number) <= Decimal(5).scaleb(-decimals - 1)


def test_a_tick_has_five_significant_figures_but_whole_dollars_are_always_allowed() -> None:
    assert tick(BTC, BTC.price("107641")) == BTC.price("1")
    assert tick(DOGE, DOGE.price("0.19723")) == DOGE.price("0.00001")
    assert snap_price(DOGE, DOGE.price("0.197236"), up=False) == DOGE.price("0.19723")
    assert snap_price(DOGE, DOGE.price("0.197236"), up=True) == DOGE.price("0.19724")


@given(st.integers(1, 10**9), st.integers(0, 50_000))
def test_a_shifted_price_is_never_nearer_than_asked(price: int, distance_e2: int) -> None:
    assert (shifted(price, distance_e2, up=True) - price) * 10**6 >= price * distance_e2
    assert (price - shifted(price, distance_e2, up=False)) * 10**6 >= price * distance_e2 or price == 1


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_a_rounded_ratio_is_within_half(numerator: int, denominator: int) -> None:
    assert abs(2 * rounded_ratio(numerator, denominator) * denominator - 2 * numerator) <= denominator
    assert rounded_ratio(-numerator, denominator) == -rounded_ratio(numerator, denominator)


def test_common_forms_are_read() -> None:
    assert to_units("86006.0", 1) == 860060
    assert to_units("-0.14136", 5) == -14136
    assert to_units("163454.0", 0) == 163454
    assert to_nearest_units("-2.6007455", 6) == -2600746
