"""Signed actions: their canonical form, the bytes that are hashed, and numbers as they are written in them.

Pure. The exchange hashes an action with its keys in the documented order, so an action is a dict that was built in that
order. Shapes and orders: sections 8 and 9.1 of the protocol reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Literal, TypeAlias

import msgspec

Action: TypeAlias = Mapping[str, Any]
TimeInForce = Literal["Gtc", "Ioc", "Alo"]

WIRE_DECIMALS = 8
_STEP = Decimal(1).scaleb(-WIRE_DECIMALS)
_ENCODER = msgspec.msgpack.Encoder()


class OrderWire(msgspec.Struct, frozen=True):
    """One order as it is signed.

    Args:
        asset: the integer id.
        price, size: text as ``translation`` writes it, without trailing zeros.
        cloid: ``0x`` and 32 hex digits; without the ``0x`` the server hashes something else.
    """

    asset: int
    is_buy: bool
    price: str
    size: str
    reduce_only: bool
    tif: TimeInForce = "Ioc"
    cloid: str | None = None

    def content(self) -> dict[str, Any]:
        """Keys a, b, p, s, r, t and, where there is one, c."""
        content: dict[str, Any] = {
            "a": self.asset,
            "b": self.is_buy,
            "p": self.price,
            "s": self.size,
            "r": self.reduce_only,
            "t": {"limit": {"tif": self.tif}},
        }
        if self.cloid is not None:
            content["c"] = self.cloid
        return content


def order_action(orders: Sequence[OrderWire]) -> dict[str, Any]:
    """Place orders, each on its own."""
    return {"type": "order", "orders": [order.content() for order in orders], "grouping": "na"}


def cancel_action(cancels: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Cancel orders by (asset id, oid)."""
    return {"type": "cancel", "cancels": [{"a": asset, "o": oid} for asset, oid in cancels]}


def cancel_by_cloid_action(cancels: Sequence[tuple[int, str]]) -> dict[str, Any]:
    """Cancel orders by (asset id, cloid)."""
    return {"type": "cancelByCloid", "cancels": [{"asset": asset, "cloid": cloid} for asset, cloid in cancels]}


def update_leverage_action(asset: int, leverage: int, *, is_cross: bool) -> dict[str, Any]:
    return {"type": "updateLeverage", "asset": asset, "isCross": is_cross, "leverage": leverage}


def noop_action() -> dict[str, Any]:
    """Does nothing but use up its nonce, which kills another action that bears the same one."""
    return {"type": "noop"}


def packed(action: Action) -> bytes:
    """The action's msgpack in the order of its keys, smallest encodings."""
    return _ENCODER.encode(action)


def wire_number(number: Decimal) -> str:
    """A number as actions write it: at most eight decimals, no exponent, no trailing zeros.

    Raises ValueError for what is not finite and for what eight decimals cannot hold.
    """
    if not number.is_finite():
        msg = f"not a finite number: {number}"
        raise ValueError(msg)
    rounded = number.quantize(_STEP, rounding=ROUND_HALF_EVEN)
    if abs(rounded - number) >= Decimal("1e-12"):
        msg = f"finer than {WIRE_DECIMALS} decimals: {number}"
        raise ValueError(msg)
    return format(rounded.normalize(), "f")


def wire_integer(number: Decimal, power: int) -> int:
    """A number times 10^power, as actions write amounts (``ntli`` in micro-dollars: power 6).

    Raises ValueError for what is not finite and for what is finer than that.
    """
    if not number.is_finite():
        msg = f"not a finite number: {number}"
        raise ValueError(msg)
    scaled = number.scaleb(power)
    rounded = scaled.to_integral_value(rounding=ROUND_HALF_EVEN)
    if abs(rounded - scaled) >= Decimal("0.001"):
        msg = f"finer than {power} decimals: {number}"
        raise ValueError(msg)
    return int(rounded)
