"""Answers to signed actions.

Pure. Always HTTP 200; a refusal is a value here. Shapes: section 8 of the protocol reference.
"""

from __future__ import annotations

from typing import Literal

from fadearena.hyperliquid.messages.wire import Number, Wire


class Resting(Wire, frozen=True):
    oid: int
    cloid: str | None = None


class Filled(Wire, frozen=True):
    """For an IOC order ``total_sz`` may be below what was asked; the rest is gone without a word."""

    total_sz: Number
    avg_px: Number
    oid: int
    cloid: str | None = None


class RunningTwap(Wire, frozen=True):
    twap_id: int


class ItemState(Wire, frozen=True):
    """What became of one item of an action: one of these is set."""

    resting: Resting | None = None
    filled: Filled | None = None
    error: str | None = None
    running: RunningTwap | None = None


class ActionData(Wire, frozen=True):
    """``statuses`` holds one entry per item; words such as "success" stand as text."""

    statuses: tuple[ItemState | str, ...] = ()
    status: ItemState | str | None = None


class ActionResponse(Wire, frozen=True):
    type: str
    data: ActionData | str | None = None


class ActionAnswer(Wire, frozen=True):
    """Answer of ``/exchange``; with status "err" the response is the exchange's sentence."""

    status: Literal["ok", "err"]
    response: ActionResponse | str
