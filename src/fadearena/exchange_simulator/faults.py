"""Faults for drills: which frames and requests go wrong, and how.

Pure apart from reading a plan's file. A fault touches the way, never the truth: a frame that is dropped from a socket
is still in the answers of /info. Everything is decided by the seed and by how many frames or requests of the kind went
before, so the same traffic meets the same faults.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

import msgspec

from fadearena.exchange_simulator import dice
from fadearena.hyperliquid.errors import HyperliquidError

FrameFault = Literal["drop", "repeat", "reorder", "delay", "garble", "unmark", "mute", "disconnect"]
RequestFault = Literal["http_429", "http_500", "http_502", "http_garbage", "http_timeout"]
REQUEST_FAULTS: frozenset[str] = frozenset(get_args(RequestFault))


class FaultPlanError(HyperliquidError):
    """A file that is no plan of faults; one line that says where."""


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One fault.

    Args:
        kind: of frames: drop, repeat (send twice), reorder (send after the next one of that socket), delay (it and all
            behind it), garble (only its first half is sent), unmark (a snapshot does not say that it is one), mute
            (this subscription says nothing more while the socket lives), disconnect. Of requests: http_429, http_500,
            http_502 (with a page of HTML), http_garbage (200 with half an answer), http_timeout (no answer for
            ``delay_ms``, then the connection is cut).
        channel: only frames of this channel (``user`` for userEvents).
        user, coin: only frames or requests about this account, this asset.
        type: only requests of this type.
        at_ms, after_ms: not before this virtual time, or this long after the replay's beginning.
        skip: so many matching frames or requests pass unharmed first.
        count: how many it strikes at most.
        probability: of striking each one that matches.
        delay_ms: real milliseconds, for delay and http_timeout.
    """

    kind: FrameFault | RequestFault
    channel: str | None = None
    user: str | None = None
    coin: str | None = None
    type: str | None = None
    at_ms: int | None = None
    after_ms: int | None = None
    skip: int = 0
    count: int = 1
    probability: float = 1.0
    delay_ms: int = 1000


class FaultPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a plan's file: ``{"faults": [...]}`` in JSON, ``[[faults]]`` in TOML."""

    faults: tuple[Fault, ...]


class Subject(msgspec.Struct, frozen=True):
    """What a fault may strike: a frame (channel) or a request (type)."""

    channel: str = ""
    type: str = ""
    user: str = ""
    coin: str = ""


def read_faults(path: Path | str) -> tuple[Fault, ...]:
    """Read a plan; ``.toml`` is TOML, anything else JSON. Raises FaultPlanError."""
    place = Path(path)
    try:
        data = place.read_bytes()
        decode = msgspec.toml.decode if place.suffix == ".toml" else msgspec.json.decode
        return decode(data, type=FaultPlan).faults
    except OSError as error:
        msg = f"{place}: {error.strerror or 'cannot be read'}"
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        msg = f"{place}: no plan of faults: {error}"
    raise FaultPlanError(msg)


class Faults:
    """A plan at work; it counts what it has seen.

    Args:
        begin_ms: virtual time that ``after_ms`` counts from.
    """

    def __init__(self, plan: Sequence[Fault], seed: int, begin_ms: int) -> None:
        self._plan = list(plan)
        self._seed = dice.key("faults", seed)
        self._begin_ms = begin_ms
        self._seen = [0] * len(self._plan)
        self.struck = [0] * len(self._plan)

    def strike(self, subject: Subject, now_ms: int) -> Fault | None:
        """The fault that strikes this frame or request, if any; the first of the plan that does."""
        for place, fault in enumerate(self._plan):
            if not self._concerns(fault, subject, now_ms):
                continue
            seen = self._seen[place]
            self._seen[place] += 1
            if seen < fault.skip or self.struck[place] >= fault.count:
                continue
            if dice.unit(dice.draw(self._seed, place, seen)) < fault.probability:
                self.struck[place] += 1
                return fault
        return None

    def _concerns(self, fault: Fault, subject: Subject, now_ms: int) -> bool:
        if (fault.kind in REQUEST_FAULTS) != bool(subject.type):
            return False
        if fault.at_ms is not None and now_ms < fault.at_ms:
            return False
        if fault.after_ms is not None and now_ms < self._begin_ms + fault.after_ms:
            return False
        pairs = (
            (fault.channel, subject.channel),
            (fault.type, subject.type),
            (fault.user, subject.user),
            (fault.coin, subject.coin),
        )
        return all(wanted is None or wanted.lower() == given.lower() for wanted, given in pairs)
