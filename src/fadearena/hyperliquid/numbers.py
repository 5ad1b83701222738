"""Wire text to integers, fast.

Pure. The common form (digits around a point, no more decimals than the grid has) is read in one step; anything else
goes to the domain's own reading, which is exact and refuses what money must not be read from. Both always agree.
"""

from __future__ import annotations

from fadearena.domain.market import to_nearest_units, to_units

_POWERS: tuple[int, ...] = tuple(10**power for power in range(19))
_DIGITS_MAX = 15


def exact_units(text: str, decimals: int) -> int:
    """Like ``domain.market.to_units``: plain decimal text times 10^decimals. Raises MalformedNumberError."""
    whole, _, fraction = text.partition(".")
    digits = whole + fraction
    if digits.isdigit():
        before_point = whole
    elif digits[:1] == "-" and digits[1:].isdigit():
        before_point = whole[1:]
    else:
        return to_units(text, decimals)
    if before_point and fraction and digits.isascii() and len(digits) <= _DIGITS_MAX:
        missing = decimals - len(fraction)
        if missing == 0:
            return int(digits)
        if missing > 0:
            return int(digits) * _POWERS[missing]
        if fraction == "0":
            return int(whole) * _POWERS[decimals]
    return to_units(text, decimals)


def nearest_units(text: str, decimals: int) -> int:
    """Like ``domain.market.to_nearest_units``: finer digits are rounded half away from zero."""
    if len(text) - text.find(".") - 1 <= decimals:
        return exact_units(text, decimals)
    return to_nearest_units(text, decimals)
