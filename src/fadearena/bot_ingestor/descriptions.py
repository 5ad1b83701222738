"""What the exchange's assets are: its own description, read at first need and again when a fill names the unknown.

In: fills that could not be read. Out: a universe that may know them, or the word that they are given up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from fadearena.bot_ingestor.intake import Unread
from fadearena.bot_ingestor.pauses import now_s
from fadearena.bot_ingestor.ports import Exchange
from fadearena.domain.identifiers import BotId
from fadearena.domain.records import Level, SystemRecord
from fadearena.hyperliquid.universe import Universe

GIVEN_UP_MAX = 20_000
GIVEN_UP_S = 3_600.0
"""After so long an unknown asset is looked up again: it may have been listed."""


class Descriptions:
    """The universe in hand.

    Args:
        dexes: which to read, "" is the main one.
        meta_s: the least time between two readings, in seconds of the loop's clock.
        request_s: the longest wait for one answer.
    """

    def __init__(self, exchange: Exchange, dexes: Sequence[str], meta_s: float, request_s: float) -> None:
        self._exchange = exchange
        self._dexes = tuple(dexes)
        self._meta_s = meta_s
        self._request_s = request_s
        self._read_at_s: float | None = None
        self._lock = asyncio.Lock()
        self._given_up: dict[object, float] = {}
        self.universe = Universe(())

    @property
    def wait_s(self) -> float:
        """Seconds until it may be read again."""
        return 0.0 if self._read_at_s is None else max(0.0, self._read_at_s + self._meta_s - now_s())

    async def first(self) -> None:
        """Read it unless it was read before. Raises HyperliquidError, TimeoutError."""
        if self._read_at_s is None:
            await self.refresh()

    async def refresh(self) -> None:
        """Read it, unless another reader was just faster. Raises HyperliquidError, TimeoutError."""
        async with self._lock:
            if self.wait_s > 0:
                return
            metas = {}
            for dex in self._dexes:
                async with asyncio.timeout(self._request_s):
                    metas[dex] = await self._exchange.meta(dex or None)
            async with asyncio.timeout(self._request_s):
                dexs = await self._exchange.perp_dexs()
            self.universe = Universe.from_metas(dexs, metas)
            self._read_at_s = now_s()

    def give_up(self, bot_id: BotId, unread: Unread, now_ms: int) -> list[SystemRecord]:
        """A fill that stays unreadable after a fresh look: an asset unknown is passed over from now on, and so is this
        one fill of a known asset, whose chain will then show the gap.
        """
        if self.is_given_up(unread):
            return []
        if len(self._given_up) >= GIVEN_UP_MAX:
            self._given_up.clear()
        self._given_up[self._subject(unread)] = now_s()
        level: Level = "error" if unread.fill.coin in self.universe else "warning"
        message = f"{bot_id}: a fill of {unread.fill.coin} cannot be read: {unread.reason}"
        return [SystemRecord(now_ms, level, "api", message, msgspec.json.encode(unread.fill))]

    def is_given_up(self, unread: Unread) -> bool:
        since_s = self._given_up.get(self._subject(unread))
        return since_s is not None and now_s() - since_s < GIVEN_UP_S

    def _subject(self, unread: Unread) -> object:
        return unread.fill.key if unread.fill.coin in self.universe else unread.fill.coin
