"""Ids and how each is derived: from what a thing is, never from a clock or dice.

Pure. The same fill seen twice, on whatever path, gets the same event id; the same event decided twice under the same
cause gets the same decision, trade and client order id. That is what makes every write repeatable.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import NewType

BotId = NewType("BotId", str)
Wallet = NewType("Wallet", str)
"""An account's address: ``0x`` and 40 lower-case hex digits."""
EventId = NewType("EventId", uuid.UUID)
DecisionId = NewType("DecisionId", uuid.UUID)
TradeId = NewType("TradeId", uuid.UUID)
Cloid = NewType("Cloid", str)
"""Client order id: ``0x`` and 32 hex digits."""

_BOT_ID = re.compile(r"[a-z0-9.-]{1,64}\Z", re.ASCII)
_WALLET = re.compile(r"0x[0-9a-f]{40}\Z", re.ASCII)


class MalformedIdError(ValueError):
    """An id that is not of its form."""


def bot_id(text: str) -> BotId:
    """Raises MalformedIdError unless 1 to 64 of ``a-z 0-9 . -``."""
    if not _BOT_ID.match(text):
        msg = f"a bot id is 1 to 64 of a-z, 0-9, '.' and '-': {text[:80]!r}"
        raise MalformedIdError(msg)
    return BotId(text)


def wallet(text: str) -> Wallet:
    """Any letter case in, lower case out. Raises MalformedIdError unless 0x and 40 hex digits."""
    lowered = text.lower()
    if not _WALLET.match(lowered):
        msg = f"a wallet is 0x and 40 hex digits: {text[:80]!r}"
        raise MalformedIdError(msg)
    return Wallet(lowered)


def derived_uuid7(time_ms: int, *parts: str | int) -> uuid.UUID:
    """A UUIDv7 whose time is ``time_ms`` and whose other bits are a hash of ``parts`` (RFC 9562, section 5.7)."""
    return _uuid7(time_ms, _US.join(map(str, parts)))


def fill_event_id(account: Wallet, coin: str, time_ms: int, tid: int, side: int) -> EventId:
    """Identity of a fill: (wallet, coin, time, tid, side). A trade between two watched wallets is two events."""
    return EventId(_uuid7(time_ms, f"fill{_US}{account}{_US}{coin}{_US}{time_ms}{_US}{tid}{_US}{side:d}"))


def position_change_id(account: Wallet, coin: str, time_ms: int, before: int, after: int) -> EventId:
    """Identity of a position change that no fill explains, in lots before and after."""
    return EventId(derived_uuid7(time_ms, "position-change", account, coin, time_ms, before, after))


def decision_id(event: EventId, time_ms: int, occasion: str = "") -> DecisionId:
    """``occasion`` tells apart later decisions on the same event (a kill switch turned, a carried reduction)."""
    return DecisionId(_uuid7(time_ms, f"decision{_US}{event.hex}{_US}{occasion}"))


def trade_id(decision: DecisionId, time_ms: int) -> TradeId:
    return TradeId(_uuid7(time_ms, f"trade{_US}{decision.hex}"))


def cloid(decision: DecisionId, attempt: int = 0) -> Cloid:
    """The client order id of a decision's order."""
    return Cloid("0x" + _digest(f"order{_US}{decision.hex}{_US}{attempt}")[:16].hex())


_US = "\x1f"
"""Between the parts of what is hashed: ASCII's unit separator, which none of them contains."""

_UUID7_MARKS = 0x7 << 76 | 0b10 << 62
"""Version and variant."""


_UNKNOWN = uuid.SafeUUID.unknown


def _uuid7(time_ms: int, text: str) -> uuid.UUID:
    """Made as ``UUID(int=...)`` makes it, but without its checks, which take as long as the hash and the rest."""
    digest = int.from_bytes(_digest(text)[:10], "big")
    marked = (time_ms & 0xFFFF_FFFF_FFFF) << 80 | _UUID7_MARKS
    made = object.__new__(uuid.UUID)
    object.__setattr__(made, "int", marked | (digest >> 62 & 0xFFF) << 64 | digest & 0x3FFF_FFFF_FFFF_FFFF)
    object.__setattr__(made, "is_safe", _UNKNOWN)
    return made


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
