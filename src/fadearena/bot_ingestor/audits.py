"""The exchange's own statement of a wallet's positions, as a check on the chain of its fills.

Pure. One statement that differs proves nothing, as fills may be under way; two in a row that say the same, while the
chain has not moved, do.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from fadearena.bot_ingestor.chains import Tail
from fadearena.domain.market import Asset, AssetName, Lots, MicroUsd, PriceUnits


class AuditView(msgspec.Struct, frozen=True):
    """What the exchange states of one account at one time.

    Args:
        time_ms: the exchange's.
        equity: account value, None where it was not stated.
        positions: signed; an asset of a covered dex that is missing is flat.
        marks: prices of the assets held.
        dexes: the dexes that were asked, "" for the main one.
    """

    time_ms: int
    equity: MicroUsd | None
    positions: Mapping[AssetName, tuple[Asset, Lots]]
    marks: Mapping[AssetName, PriceUnits]
    dexes: tuple[str, ...] = ("",)

    def covers(self, name: AssetName) -> bool:
        return dex_of(name) in self.dexes


class Suspicions:
    """Differences that one audit has seen and the next may confirm."""

    def __init__(self) -> None:
        self._seen: dict[AssetName, tuple[Tail, Lots]] = {}

    def confirmed(self, name: AssetName, chain: Tail, stated: Lots) -> bool:
        """Note a difference; True where the audit before saw the same."""
        if self._seen.get(name) == (chain, stated):
            return True
        self._seen[name] = (chain, stated)
        return False

    def clear(self, name: AssetName) -> None:
        self._seen.pop(name, None)


def dex_of(name: AssetName) -> str:
    """The dex an asset belongs to: the part before the colon, "" for the main one."""
    dex, colon, _ = name.partition(":")
    return dex if colon else ""
