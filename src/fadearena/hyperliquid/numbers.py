"""Wire text to integers, fast.

Pure. The common form (digits, at most one point, no more decimals than the grid has) is read in one step; anything else
goes to the domain's own reading, which is exact and refuses what money must not be read from. Both always agree.
"""

from __future__ import annotations

from fadearena.domain.market import to_nearest_units, to_units

_POWERS: tuple[int, ...] = tuple(10**power for power in range(19))
_DIGITS_MAX = 15


def exact_units(text: str, decimals: int) -> int:
    """Like ``domain.market.to_units``: plain decimal text times 10^decimals. Raises MalformedNumberError."""
    negative = text[:1] == "-"
    whole, point, fraction = text.partition(".")
    if negative:
        whole = whole[1:]
    digits = whole if fraction == "0" else whole + fraction
    missing = decimals + len(whole) - len(digits)
    if (
        missing >= 0
        and len(digits) <= _DIGITS_MAX
        and digits.isdigit()
        and digits.isascii()
        and whole
        and (fraction or not point)
    ):
        units = int(digits) * _POWERS[missing]
        return -units if negative else units
    return to_units(text, decimals)


def nearest_units(text: str, decimals: int) -> int:
    """Like ``domain.market.to_nearest_units``: finer digits are rounded half away from zero."""
    if len(text.partition(".")[2]) <= decimals:
        return exact_units(text, decimals)
    return to_nearest_units(text, decimals)
