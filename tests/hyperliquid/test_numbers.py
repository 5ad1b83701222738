"""The fast reading of numbers agrees with the domain's exact one, on good text and on bad."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fadearena.domain.market import MalformedNumberError, to_nearest_units, to_units
from fadearena.hyperliquid.numbers import exact_units, nearest_units

PLAIN = st.from_regex(r"-?[0-9]{1,16}(\.[0-9]{0,19})?", fullmatch=True)
NEAR_MISSES = st.text(alphabet="0123456789.-+eE_ Na٣", max_size=12)


def _outcome(read: Callable[[str, int], int], text: str, decimals: int) -> int | str:
    try:
        return read(text, decimals)
    except MalformedNumberError:
        return "refused"


@given(PLAIN | NEAR_MISSES, st.integers(0, 10))
@example("1.", 3)
@example(".5", 3)
@example(".0", 3)
@example("-", 0)
@example("-.0", 0)
@example("--1", 0)
@example("-0.0", 2)
@example("1.00", 0)
@example("1..0", 1)
@example("", 0)
@example("١", 0)
@example("1_0", 0)
@example("²", 0)
@example("1.0\n", 1)
@example("٣.٣", 1)
@example("1.²", 1)
def test_both_readings_agree(text: str, decimals: int) -> None:
    assert _outcome(exact_units, text, decimals) == _outcome(to_units, text, decimals)
    assert _outcome(nearest_units, text, decimals) == _outcome(to_nearest_units, text, decimals)


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "Infinity",
        "-inf",
        "1e5",
        "+1",
        "1" * 40,
        "٣",
        "0x10",
        "1 ",
        " 1",
        "1,5",
        "",
        ".",
        "1_000",
        "½",
        "٣.٣",
        "1.²",
    ],
)
def test_what_is_no_plain_number_is_refused_and_quoted(text: str) -> None:
    for read in (exact_units, nearest_units):
        with pytest.raises(MalformedNumberError) as caught:
            read(text, 3)
        assert text[:30] in str(caught.value)


def test_common_forms_are_read() -> None:
    assert exact_units("86006.0", 1) == 860060
    assert exact_units("-0.14136", 5) == -14136
    assert exact_units("163454.0", 0) == 163454
    assert nearest_units("-2.6007455", 6) == -2600746
