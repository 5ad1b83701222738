"""What the exchange says that our types do not know: keys and words, counted by path.

Pure. Decoding ignores an unknown key and accepts an unknown word, so that news at the exchange never stop us; here they
are noticed. Looking costs a second, slower pass over a message, so of the kinds that come many times a second only the
first messages and then every so-manieth one are looked at, and of long lists the first rows: counts tell that something
is new, not how often it came. What happens to an account is always looked at, for a new word may come once a year.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import inspect

FREQUENT = frozenset(
    {
        *("allMids", "bbo", "l2Book", "trades", "candle", "activeAssetCtx", "activeSpotAssetCtx"),
        *("clearinghouseState", "spotState", "webData3", "metaAndAssetCtxs"),
    }
)
"""Kinds that tell the same things over and over."""

LOOK_AT_FIRST = 3
LOOK_AT_EVERY = 500
PATHS_MAX = 500
ROWS_MAX = 200
OTHERS = "(others)"
UNREADABLE = "(cannot be looked at)"
"""An unknown key may hold what decoding skips and looking cannot read: a number of 5000 digits, a thousand brackets."""


class Oddities:
    """Counts of unknown keys (``path.key``) and unknown words (``path=word``).

    Args:
        look_at_every: after the first few of a frequent kind, one message of this many is looked at.
    """

    def __init__(self, look_at_every: int = LOOK_AT_EVERY) -> None:
        self._every = look_at_every
        self._seen: dict[str, int] = {}
        self._counts: dict[str, int] = {}

    @property
    def counts(self) -> dict[str, int]:
        """How often each was seen in what was looked at; at most PATHS_MAX of them, then OTHERS."""
        return dict(self._counts)

    def notice(self, kind: str, raw: bytes, expected: Any) -> None:
        """Look at a message that was decoded as ``expected``, if it is its turn.

        Args:
            kind: the channel or request; kinds are few and come from our own tables.
            raw: the JSON that came.
            expected: the type it was decoded as.
        """
        seen = self._seen.get(kind, 0)
        self._seen[kind] = seen + 1
        if kind not in FREQUENT or seen < LOOK_AT_FIRST or seen % self._every == 0:
            try:
                self._walk(msgspec.json.decode(raw), inspect.type_info(expected), kind)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                self.count(f"{kind}={UNREADABLE}")

    def count(self, oddity: str) -> None:
        """Count one oddity that was noticed elsewhere."""
        if oddity not in self._counts and len(self._counts) >= PATHS_MAX:
            oddity = OTHERS
        self._counts[oddity] = self._counts.get(oddity, 0) + 1

    def _walk(self, value: Any, expected: inspect.Type, path: str) -> None:
        if isinstance(expected, inspect.Metadata):
            known = (expected.extra or {}).get("known")
            if known is not None and isinstance(value, str) and value not in known:
                self.count(f"{path}={value[:40]}")
            expected = expected.type
        if isinstance(expected, inspect.UnionType):
            for one in expected.types:
                if _fits(value, one):
                    self._walk(value, one, path)
                    return
        elif isinstance(value, dict):
            self._walk_object(value, expected, path)
        elif isinstance(value, list):
            self._walk_array(value, expected, path)

    def _walk_object(self, value: dict[str, Any], expected: inspect.Type, path: str) -> None:
        if isinstance(expected, inspect.StructType):
            fields = {field.encode_name: field.type for field in expected.fields}
            for key, inner in value.items():
                if key in fields:
                    self._walk(inner, fields[key], f"{path}.{key}")
                elif key != expected.tag_field:
                    self.count(f"{path}.{key[:40]}")

    def _walk_array(self, value: list[Any], expected: inspect.Type, path: str) -> None:
        if isinstance(expected, inspect.TupleType):
            for inner, item in zip(value, expected.item_types, strict=False):
                self._walk(inner, item, path)
        elif isinstance(expected, (inspect.ListType, inspect.VarTupleType)):
            for inner in value[:ROWS_MAX]:
                self._walk(inner, expected.item_type, f"{path}[]")


def _fits(value: Any, expected: inspect.Type) -> bool:
    """Whether a union's member is the one that a JSON value was decoded as."""
    if isinstance(expected, inspect.Metadata):
        expected = expected.type
    if isinstance(value, dict):
        return isinstance(expected, (inspect.StructType, inspect.DictType))
    if isinstance(value, list):
        return isinstance(expected, (inspect.ListType, inspect.VarTupleType, inspect.TupleType))
    return isinstance(value, str) and isinstance(expected, inspect.StrType)
