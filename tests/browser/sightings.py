"""When a fill or an order could first be read in the database, and when it was on the screen: by one machine's clock.

In: the database's address, and a page that shows the live feed. Out: milliseconds and seconds by a row's id.
"""

from __future__ import annotations

import asyncio
import threading
import time

import asyncpg

NOTE_LINES = """() => {
  window.seenAt = {};
  const feed = document.querySelector("[data-testid=feed]");
  const note = () => requestAnimationFrame(() => {
    for (const line of feed.querySelectorAll("[data-id]")) window.seenAt[line.dataset.id] ??= Date.now();
  });
  new MutationObserver(note).observe(feed, { subtree: true, childList: true });
  note();
}"""
"""Run in the page: notes the frame in which each line of the feed is drawn, in ms since the epoch."""

CHANNEL = "fadearena_feed"
LOOK_S = 0.5
STOP_S = 30

NEWEST = """
SELECT "id" FROM (SELECT "id" FROM "BotTradeEvent" ORDER BY "seq" DESC LIMIT 40) AS theirs
UNION ALL SELECT "id" FROM (SELECT "id" FROM "MyTrade" ORDER BY "timestamp" DESC, "id" DESC LIMIT 40) AS ours
"""


class Sightings(threading.Thread):
    """Hears of every commit. ``seen_at`` is in seconds since the epoch, for rows that came after the start."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._stopping = threading.Event()
        self.seen_at: dict[str, float] = {}

    def run(self) -> None:
        asyncio.run(self._listen())

    def stop(self) -> None:
        self._stopping.set()
        self.join(STOP_S)

    async def _listen(self) -> None:
        heard: asyncio.Queue[float] = asyncio.Queue()
        connection = await asyncpg.connect(self._url)
        try:
            await connection.add_listener(CHANNEL, lambda *_: heard.put_nowait(time.time()))
            known = {str(row["id"]) for row in await connection.fetch(NEWEST)}
            while not self._stopping.is_set():
                try:
                    at = await asyncio.wait_for(heard.get(), LOOK_S)
                except TimeoutError:
                    continue
                for row in await connection.fetch(NEWEST):
                    if (identity := str(row["id"])) not in known:
                        self.seen_at.setdefault(identity, at)
        finally:
            await connection.close()
