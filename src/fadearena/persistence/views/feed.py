"""The live feed as it is stored: items by sequence, each one ready to be sent.

The sequence is given out under a lock that is held to the commit, so whoever has seen item n has seen every item before
it: tailing by sequence misses nothing.
"""

from __future__ import annotations

import msgspec

from fadearena.persistence.views.reader import Reader, Row

CHANNELS = ("fadearena_feed", "fadearena_control")
"""What is rung when something was written. Only doorbells: a missed one costs a poll interval, never an item."""


class FeedItem(msgspec.Struct, frozen=True):
    """One item. ``frame`` is the whole ``{type, seq, data}`` as JSON."""

    seq: int
    type: str
    frame: str


class FeedSpan(msgspec.Struct, frozen=True):
    """Which items there are: ``oldest`` is None where none is kept; ``head`` was the last one given out."""

    oldest: int | None
    head: int


async def span(reader: Reader) -> FeedSpan:
    """The span of the feed. Raises DatabaseNotReachableError or DatabaseBusyError."""
    row = await reader.row(
        'SELECT (SELECT min("seq") FROM "FeedItem") AS "oldest", '
        '(SELECT max("seq") FROM "FeedItem") AS "newest", (SELECT "seq" FROM "FeedCounter") AS "counter"'
    )
    if row is None:
        return FeedSpan(None, 0)
    return FeedSpan(row["oldest"], max(row["newest"] or 0, row["counter"] or 0))


async def items_after(reader: Reader, seq: int, up_to: int, limit: int) -> list[FeedItem]:
    """Items with ``seq`` < their sequence <= ``up_to``, oldest first, at most ``limit``. Raises as ``span``."""
    rows = await reader.rows(
        'SELECT "seq", "type", "data" FROM "FeedItem" WHERE "seq" > $1 AND "seq" <= $2 ORDER BY "seq" LIMIT $3',
        seq,
        up_to,
        limit,
    )
    return [_item(row) for row in rows]


def _item(row: Row) -> FeedItem:
    return FeedItem(row["seq"], row["type"], f'{{"type":"{row["type"]}","seq":{row["seq"]},"data":{row["data"]}}}')
