"""Assets, lots, price units and micro-dollars: every conversion between text and integers, and every rounding.

Pure. An asset with ``size_decimals`` s trades in lots of 10^-s and quotes prices on a grid of 10^-(6-s) (perpetuals, at
most six decimals in all), so that ``lots * price`` is exactly a number of micro-dollars. Inside the house sizes, prices
and amounts are these integers; decimal text exists only at the wire, in the database and on the screen.
"""

from __future__ import annotations

import enum
import re
from decimal import Decimal
from typing import NewType

import msgspec

AssetName = NewType("AssetName", str)
"""The exchange's own name of a perpetual: ``BTC``, or ``dex:NAME`` for a builder-deployed one."""

Lots = int
"""A size in lots of its asset; signed where it is a position (positive = long)."""

PriceUnits = int
"""A price in units of its asset's grid; positive, 0 where a field says that it may be unknown."""

MicroUsd = int
"""An amount of USDC in millionths."""

MICRO = 1_000_000
BPS_E2 = 1_000_000
"""Hundredths of a basis point in one."""
PERP_PRICE_DECIMALS = 6
PRICE_SIGNIFICANT_FIGURES = 5
LOTS_MAX = 10**12
PRICE_UNITS_MAX = 10**12
NOTIONAL_MAX: MicroUsd = 10**18
"""Bounds within which products stay in 64 bits; whatever lies beyond them is refused at the edge."""

_POWERS: tuple[int, ...] = tuple(10**decimals for decimals in range(19))
_SHORT = 15
"""Text of so many characters has no more digits than are taken."""
_PLAIN_DECIMAL = re.compile(r"-?\d{1,15}(?:\.\d{1,18})?\Z", re.ASCII)


class MalformedNumberError(ValueError):
    """A number that the exchange, a file or a person wrote in a form that money must not be read from."""


class Side(enum.IntEnum):
    """Which way a trade moves a position; also the sign of that move."""

    LONG = 1
    SHORT = -1

    @property
    def word(self) -> str:
        """``long`` or ``short``, as the database and the API write it."""
        return "long" if self is Side.LONG else "short"

    @property
    def opposite(self) -> Side:
        return Side(-self.value)

    @classmethod
    def of(cls, signed_lots: Lots) -> Side:
        """The side that moves a position by ``signed_lots`` (not 0)."""
        return cls.LONG if signed_lots > 0 else cls.SHORT


class Asset(msgspec.Struct, frozen=True, order=True, gc=False):
    """One perpetual.

    Args:
        name: the exchange's name of it.
        size_decimals: ``szDecimals`` of the exchange's ``meta``, 0 to 6.
    """

    name: AssetName
    size_decimals: int

    def __post_init__(self) -> None:
        if not 0 <= self.size_decimals <= PERP_PRICE_DECIMALS:
            msg = f"{self.name}: size decimals {self.size_decimals} are not between 0 and {PERP_PRICE_DECIMALS}"
            raise MalformedNumberError(msg)

    @property
    def price_decimals(self) -> int:
        return PERP_PRICE_DECIMALS - self.size_decimals

    def lots(self, text: str) -> Lots:
        """Decimal text to lots, exactly. Raises MalformedNumberError for what is not a plain multiple of one lot."""
        return _bounded(to_units(text, self.size_decimals), LOTS_MAX, text)

    def price(self, text: str) -> PriceUnits:
        """Decimal text to price units, exactly. Raises MalformedNumberError off the grid or where not positive."""
        units = _bounded(to_units(text, self.price_decimals), PRICE_UNITS_MAX, text)
        if units <= 0:
            msg = f"price is not positive: {_quoted(text)}"
            raise MalformedNumberError(msg)
        return units

    def nearest_price(self, text: str) -> PriceUnits:
        """A price that need not lie on the grid (a mark, an oracle, a mid) to the nearest unit, at least 1."""
        return max(1, _bounded(to_nearest_units(text, self.price_decimals), PRICE_UNITS_MAX, text))

    def size_text(self, lots: Lots) -> str:
        return to_text(lots, self.size_decimals)

    def price_text(self, price: PriceUnits) -> str:
        return to_text(price, PERP_PRICE_DECIMALS - self.size_decimals)


def to_units(text: str, decimals: int) -> int:
    """Plain decimal text times 10^decimals, exactly.

    Raises MalformedNumberError, quoting the text, for exponents, NaN, infinities, signs other than a leading minus,
    more than 15 integer or 18 fractional digits, and for digits finer than ``decimals``.
    """
    whole, _, fraction = text.partition(".")
    missing = decimals - len(fraction)
    if len(text) <= _SHORT and fraction.isdigit() and text.isascii():
        if missing >= 0 and (whole.isdigit() or (whole[:1] == "-" and whole[1:].isdigit())):
            return int(whole + fraction) * _POWERS[missing]
        if fraction == "0" and whole.isdigit():
            return int(whole) * _POWERS[decimals]
    return _units(text, decimals)


def to_nearest_units(text: str, decimals: int) -> int:
    """Like ``to_units``, but rounds digits finer than ``decimals`` half away from zero."""
    if len(text) - text.find(".") - 1 <= decimals:
        return to_units(text, decimals)
    whole, fraction = _split(text)
    kept, rest = fraction[:decimals], fraction[decimals:]
    units = int(whole + kept.ljust(decimals, "0"))
    if rest and rest[0] >= "5":
        units += -1 if whole.startswith("-") else 1
    return units


def _units(text: str, decimals: int) -> int:
    """The whole of ``to_units``, which takes the common form (digits around a point) in one step."""
    whole, fraction = _split(text)
    fraction = fraction.rstrip("0")
    if len(fraction) > decimals:
        msg = f"finer than {decimals} decimals: {_quoted(text)}"
        raise MalformedNumberError(msg)
    return int(whole + fraction.ljust(decimals, "0"))


def to_text(units: int, decimals: int) -> str:
    """Units of 10^-decimals as plain decimal text without trailing zeros."""
    if units % _POWERS[decimals] == 0:
        return str(units // _POWERS[decimals])
    if units < 0:
        return "-" + to_text(-units, decimals)
    digits = str(units).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}".rstrip("0")


def to_decimal(units: int, decimals: int) -> Decimal:
    """Units of 10^-decimals as the same number in Decimal."""
    return Decimal(units).scaleb(-decimals)


def usd_text(amount: MicroUsd) -> str:
    """Micro-dollars as decimal text."""
    return to_text(amount, 6)


def usd_micro(text: str) -> MicroUsd:
    """USD text with at most six decimals to micro-dollars, exactly."""
    return _bounded(to_units(text, 6), NOTIONAL_MAX, text)


def nearest_usd_micro(text: str) -> MicroUsd:
    """USD text as a server prints it (more decimals than six may leak) to the nearest micro-dollar."""
    return _bounded(to_nearest_units(text, 6), NOTIONAL_MAX, text)


def tick(asset: Asset, price: PriceUnits) -> PriceUnits:
    """The tick size at a price, in price units: five significant figures, but whole dollars are always allowed."""
    figures = len(str(price))
    coarse: int = 10 ** max(0, figures - PRICE_SIGNIFICANT_FIGURES)
    return min(coarse, int(10**asset.price_decimals))


def snap_price(asset: Asset, price: PriceUnits, *, up: bool) -> PriceUnits:
    """A price moved onto the exchange's tick, up or down."""
    step = tick(asset, price)
    return -(-price // step) * step if up else max(step, price // step * step)


def shifted(price: PriceUnits, distance_e2: int, *, up: bool) -> PriceUnits:
    """A price moved by hundredths of a basis point, rounded away from where it was; at least 1."""
    change = -(-price * distance_e2 // BPS_E2)
    return price + change if up else max(1, price - change)


def rounded_ratio(numerator: int, denominator: int) -> int:
    """The quotient of two integers, rounded half away from zero."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    return sign * ((2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator)))


def _split(text: str) -> tuple[str, str]:
    if not _PLAIN_DECIMAL.match(text):
        msg = f"not a plain decimal number: {_quoted(text)}"
        raise MalformedNumberError(msg)
    whole, _, fraction = text.partition(".")
    return whole, fraction


def _bounded(units: int, most: int, text: str) -> int:
    if abs(units) > most:
        msg = f"number out of bounds: {_quoted(text)}"
        raise MalformedNumberError(msg)
    return units


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
