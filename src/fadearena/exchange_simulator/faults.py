"""Faults for drills: which frames and requests go wrong, and how.

Pure apart from reading a plan's file. A fault touches the way, never the truth: a frame that is dropped from a socket
is still in the answers of /info. Everything is decided by the seed and by how many frames or requests of the kind went
before, so the same traffic meets the same faults.

A plan is what ``fadearena simulator --faults FILE`` reads. Every answer of /info fails from fill 101 to fill 150, while
the sockets go on; and one wallet's next frame about DOGE is lost::

    [[faults]]
    kind = "http_500"
    from_fill = 101
    to_fill = 150
    count = "all"

    [[faults]]
    kind = "drop"
    channel = "userFills"
    user = "0x67293d914eafb26878534571add81f6bd2d9fe06"
    coin = "DOGE"
    from_fill = 101
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec

from fadearena.domain.identifiers import MalformedIdError, wallet
from fadearena.exchange_simulator import dice, feed, info
from fadearena.exchange_simulator.distortions import HALTED, SPIKED
from fadearena.exchange_simulator.subscription import FIELDS
from fadearena.hyperliquid.errors import HyperliquidError

FrameFault = Literal["drop", "repeat", "reorder", "delay", "garble", "unmark", "mute", "disconnect", "spike", "halt"]
RequestFault = Literal[
    "http_429", "http_500", "http_502", "http_garbage", "http_timeout", "http_spike", "http_halt", "http_empty"
]
REQUEST_FAULTS: frozenset[str] = frozenset(get_args(RequestFault))

ACCOUNT_TYPES = frozenset(
    {
        *("clearinghouseState", "spotClearinghouseState", "openOrders", "frontendOpenOrders", "orderStatus"),
        *("historicalOrders", "userFills", "userFillsByTime", "userFunding", "userRole"),
    }
)
ONLY: dict[str, frozenset[str]] = {
    "spike": SPIKED,
    "halt": HALTED,
    "http_spike": SPIKED,
    "http_halt": HALTED,
    "http_empty": ACCOUNT_TYPES,
}
"""Channels or types of request that a kind can strike, where it cannot strike all."""

CHANNELS = frozenset(feed.channel_of(name) for name in FIELDS)
PLAN_BYTES_MAX = 1 << 20

Many = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]


class FaultPlanError(HyperliquidError):
    """A file that is no plan of faults; one line that says where."""


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One fault.

    Args:
        kind: of frames: drop, repeat (send twice), reorder (send after the next one of that socket), delay (it and all
            behind it), garble (only its first half is sent), unmark (a snapshot does not say that it is one), mute
            (this subscription says nothing more while the socket lives), disconnect; of those that tell the market
            spike (prices ten times too high) and halt (no book). Of requests: http_429, http_500, http_502 (with a page
            of HTML), http_garbage (200 with half an answer), http_timeout (no answer for ``delay_ms``, then the
            connection is cut); of those that ask for the market http_spike and http_halt, of those that ask for an
            account http_empty (the answer that a stranger's would get).
        channel: only frames of this channel (``user`` for userEvents).
        user: only frames or requests about this account.
        coin: only frames or requests about this asset; a frame of an account's is about every asset in its rows.
        type: only requests of this type.
        at_ms, after_ms: not before this virtual time, or this long after the replay's beginning.
        for_ms: only so long from then; where neither is given, from the replay's beginning.
        from_fill, to_fill: only while the last fill that has happened is one of these; the recording's first is 1. The
            frames that tell of ``from_fill`` are the first that it strikes, those of ``to_fill`` the last.
        skip: so many matching frames or requests pass unharmed first.
        count: how many it strikes at most; "all" for no limit.
        probability: of striking each one that matches.
        delay_ms: real milliseconds, for delay and http_timeout.
    """

    kind: FrameFault | RequestFault
    channel: str | None = None
    user: str | None = None
    coin: str | None = None
    type: str | None = None
    at_ms: Many | None = None
    after_ms: Many | None = None
    for_ms: Many | None = None
    from_fill: Many | None = None
    to_fill: Many | None = None
    skip: Many = 0
    count: Annotated[int, msgspec.Meta(ge=1, le=1 << 53)] | Literal["all"] = 1
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    delay_ms: Annotated[int, msgspec.Meta(ge=0, le=600_000)] = 1000

    def __post_init__(self) -> None:
        """Raises ValueError for a fault that could never strike."""
        of_requests = self.kind in REQUEST_FAULTS
        if of_requests and self.channel is not None:
            msg = f"{self.kind} is a fault of requests: name a type, not a channel"
        elif not of_requests and self.type is not None:
            msg = f"{self.kind} is a fault of frames: name a channel, not a type"
        elif self.channel is not None and self.channel not in CHANNELS:
            msg = f"no channel {self.channel[:40]!r}; there are {', '.join(sorted(CHANNELS))}"
        elif self.type is not None and self.type not in info.TYPES:
            msg = f"no type of request {self.type[:40]!r}; there are {', '.join(sorted(info.TYPES))}"
        elif (named := self.channel or self.type) is not None and named not in ONLY.get(self.kind, {named}):
            msg = f"{self.kind} can do nothing to {named}; it can to {', '.join(sorted(ONLY[self.kind]))}"
        elif self.user is not None and not _is_wallet(self.user):
            msg = f"a user is 0x and 40 hex digits: {self.user[:60]!r}"
        elif self.from_fill is not None and self.to_fill is not None and self.from_fill > self.to_fill:
            msg = f"nothing lies from fill {self.from_fill} to fill {self.to_fill}"
        else:
            return
        raise ValueError(msg)


class FaultPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a plan's file: ``{"faults": [...]}`` in JSON, ``[[faults]]`` in TOML."""

    faults: tuple[Fault, ...]


class Subject(msgspec.Struct, frozen=True):
    """What a fault may strike: a frame (channel) or a request (type), and what it is about."""

    channel: str = ""
    type: str = ""
    user: str = ""
    coins: frozenset[str] = frozenset()


class Moment(msgspec.Struct, frozen=True):
    """A point of the replay: virtual time, and how many fills have happened."""

    now_ms: int
    fills: int


def _is_wallet(text: str) -> bool:
    try:
        wallet(text)
    except MalformedIdError:
        return False
    return True


def read_faults(path: Path | str) -> tuple[Fault, ...]:
    """Read a plan; ``.toml`` is TOML, anything else JSON. Raises FaultPlanError."""
    place = Path(path)
    try:
        with place.open("rb") as file:
            data = file.read(PLAN_BYTES_MAX + 1)
        if len(data) > PLAN_BYTES_MAX:
            msg = f"{place}: no plan of faults: larger than {PLAN_BYTES_MAX >> 10} KiB"
            raise FaultPlanError(msg)
        decode = msgspec.toml.decode if place.suffix.lower() == ".toml" else msgspec.json.decode
        return decode(data, type=FaultPlan).faults
    except OSError as error:
        msg = f"{place}: {error.strerror or 'cannot be read'}"
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        msg = f"{place}: no plan of faults: {_plainly(str(error))}"
    except RecursionError:
        msg = f"{place}: no plan of faults: nested too deeply"
    raise FaultPlanError(msg)


def _plainly(error: str) -> str:
    """With the kinds there are, where there is no such kind."""
    kinds = ", ".join((*get_args(FrameFault), *get_args(RequestFault)))
    return f"{error}; a kind is one of {kinds}" if error.startswith("Invalid enum value") else error


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

    def strike(self, subject: Subject, moment: Moment) -> Fault | None:
        """The fault that strikes this frame or request, if any; the first of the plan that does."""
        for place, fault in enumerate(self._plan):
            if not (_concerns(fault, subject) and self._is_time(fault, moment)):
                continue
            seen = self._seen[place]
            self._seen[place] += 1
            if seen < fault.skip or (fault.count != "all" and self.struck[place] >= fault.count):
                continue
            if dice.unit(dice.draw(self._seed, place, seen)) < fault.probability:
                self.struck[place] += 1
                return fault
        return None

    def _is_time(self, fault: Fault, moment: Moment) -> bool:
        begin_ms = max(fault.at_ms or 0, self._begin_ms + (fault.after_ms or 0))
        if moment.now_ms < begin_ms or (fault.for_ms is not None and moment.now_ms >= begin_ms + fault.for_ms):
            return False
        return (fault.from_fill or 0) <= moment.fills and (fault.to_fill is None or moment.fills <= fault.to_fill)


def _concerns(fault: Fault, subject: Subject) -> bool:
    if (fault.kind in REQUEST_FAULTS) != bool(subject.type):
        return False
    if fault.kind in ONLY and (subject.channel or subject.type) not in ONLY[fault.kind]:
        return False
    if fault.coin is not None and fault.coin.lower() not in {coin.lower() for coin in subject.coins}:
        return False
    pairs = ((fault.channel, subject.channel), (fault.type, subject.type), (fault.user, subject.user))
    return all(wanted is None or wanted.lower() == given.lower() for wanted, given in pairs)
