"""A wallet's fills of a stretch of time, page by page.

In: questions to the exchange. Out: pages of fills in execution order. Pages overlap by a millisecond, so that none is
lost where one ends within it; detection drops what it has.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from fadearena.bot_ingestor.ports import Exchange
from fadearena.domain.identifiers import Wallet
from fadearena.hyperliquid.messages.fills import Fill

PAGE_ROWS_MAX = 2000
"""Protocol reference, section 5.10."""


class Backfill:
    """One walk through a wallet's fills.

    After the walk ``last_ms`` is the time of the last row (None: there was none), and ``is_through`` says whether it
    came to the end; otherwise the rows after ``last_ms`` are still to be fetched.
    """

    def __init__(self, exchange: Exchange, wallet: Wallet, from_ms: int, *, pages_max: int, request_s: float) -> None:
        self._exchange = exchange
        self._wallet = wallet
        self._pages_max = pages_max
        self._request_s = request_s
        self.from_ms = from_ms
        self.last_ms: int | None = None
        self.is_through = False

    async def pages(self) -> AsyncIterator[Sequence[Fill]]:
        """Raises HyperliquidError, and TimeoutError where the exchange does not answer in time."""
        start_ms = self.from_ms
        for _ in range(self._pages_max):
            async with asyncio.timeout(self._request_s):
                rows = await self._exchange.user_fills_by_time(self._wallet, start_ms)
            if rows:
                self.last_ms = rows[-1].time
                yield rows
            if len(rows) < PAGE_ROWS_MAX:
                self.is_through = True
                return
            # a page full of one millisecond cannot be continued within it
            start_ms = rows[-1].time if rows[-1].time > start_ms else start_ms + 1
