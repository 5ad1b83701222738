"""Pages of long tables: cursors, the conditions of a filter, and totals that never count more than they must.

A cursor is the time and id of the last row shown, so the next page starts with an index probe however deep it lies. A
total is exact up to EXACT_ROWS_MAX, though one of thousands may be some seconds old; beyond, and where counting would
take long, it is the planner's estimate.
"""

from __future__ import annotations

import base64
import binascii
import math
import time
import uuid
from collections import OrderedDict
from datetime import datetime
from typing import Any

import msgspec

from fadearena.persistence.views.answers import Pagination
from fadearena.persistence.views.reader import from_us, to_us

EXACT_ROWS_MAX = 100_000
OFFSET_MAX = 1_000_000
LIMIT_MAX = 200
BIG_REMEMBERED_SECONDS = 60.0
COUNTED_REMEMBERED_SECONDS = 5.0
COUNTED_REMEMBERED_FROM = 5_000
"""From so many rows on, counting costs more than the page itself: who turns pages is told the count of a moment ago."""

COUNT_COST_MAX = 50_000.0
"""What the planner may expect a count to cost: some 12,000 pages from all over the disk, a quarter of a second."""

REMEMBERED_MAX = 256

_CURSOR_BYTES = 24
NEWEST_FIRST = 'ORDER BY "timestamp" DESC, "id" DESC'
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM"


class BadCursorError(ValueError):
    """A cursor that no page of ours ended with."""


class PageTooDeepError(ValueError):
    """A page by number beyond OFFSET_MAX rows: to be reached by cursor."""


class PageWish(msgspec.Struct, frozen=True):
    """Which page is asked for.

    Args:
        page: from 1; of no effect beside a cursor.
        limit: rows a page, 1 to LIMIT_MAX.
        cursor: ``next_cursor`` of the page before, None for paging by number.
    """

    page: int = 1
    limit: int = 50
    cursor: str | None = None

    @property
    def offset(self) -> int:
        """Rows to leap. Raises PageTooDeepError beyond OFFSET_MAX."""
        if self.cursor is not None:
            return 0
        offset = (self.page - 1) * self.limit
        if offset > OFFSET_MAX:
            msg = f"pages beyond row {OFFSET_MAX} are reached by `cursor` (`nextCursor` of the page before) or by time"
            raise PageTooDeepError(msg)
        return offset


class Conditions:
    """The WHERE of a filter, with its numbered values."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.values: list[Any] = []

    def add(self, sql: str, *values: Any) -> None:
        """Adds a condition; ``{}`` stands for the next value's place."""
        places = [f"${len(self.values) + index + 1}" for index in range(len(values))]
        self._parts.append(sql.format(*places))
        self.values.extend(values)

    def equal(self, column: str, value: Any) -> None:
        """Adds ``column = value``, unless the value is None."""
        if value is not None:
            self.add(f'"{column}" = {{}}', value)

    def between(self, column: str, start: datetime | None, end: datetime | None) -> None:
        """Adds ``start <= column <= end``; None is open."""
        if start is not None:
            self.add(f'"{column}" >= {{}}', start)
        if end is not None:
            self.add(f'"{column}" <= {{}}', end)

    def after_cursor(self, cursor: str | None) -> None:
        """Adds "older than the cursor's row". Raises BadCursorError."""
        if cursor is not None:
            self.add('("timestamp", "id") < ({}, {})', *decode_cursor(cursor))

    def place(self, value: Any) -> str:
        """Adds a value that is no condition; returns its place."""
        self.values.append(value)
        return f"${len(self.values)}"

    @property
    def where(self) -> str:
        """``WHERE …``, or nothing."""
        return f"WHERE {' AND '.join(self._parts)}" if self._parts else ""

    def page_of(self, columns: str, wish: PageWish) -> str:
        """The statement for a page: ``columns`` (``SELECT … FROM …``), the conditions, newest first.

        Raises BadCursorError or PageTooDeepError.
        """
        self.after_cursor(wish.cursor)
        parts = (columns, self.where, NEWEST_FIRST, "LIMIT", self.place(wish.limit), "OFFSET", self.place(wish.offset))
        return " ".join(parts)


def encode_cursor(time_: datetime, row_id: uuid.UUID) -> str:
    """The cursor that a page ending with this row gives."""
    packed = to_us(time_).to_bytes(8, "big", signed=True) + row_id.bytes
    return base64.urlsafe_b64encode(packed).decode()


def decode_cursor(cursor: str) -> tuple[datetime, uuid.UUID]:
    """The time and id in a cursor. Raises BadCursorError."""
    try:
        packed = base64.urlsafe_b64decode(cursor.encode("ascii"))
        if len(packed) == _CURSOR_BYTES and base64.urlsafe_b64encode(packed).decode() == cursor:
            return from_us(int.from_bytes(packed[:8], "big", signed=True)), uuid.UUID(bytes=packed[8:])
    except (UnicodeEncodeError, binascii.Error, OverflowError) as error:
        raise BadCursorError(cursor[:60]) from error
    raise BadCursorError(cursor[:60])


class Totals:
    """Counts rows behind a filter, and remembers for a while what took long to count or is not counted at all."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[Any, ...], tuple[float, int, bool]] = OrderedDict()

    async def count(self, connection: Any, table: str, conditions: Conditions) -> tuple[int, bool]:
        """How many rows, and whether that is an estimate: where they are more than EXACT_ROWS_MAX, or where to count
        them would cost more than COUNT_COST_MAX."""
        key = (table, conditions.where, *conditions.values)
        until, known, is_estimate = self._known.get(key, (0.0, 0, False))
        if time.monotonic() < until:
            return known, is_estimate
        counted = " ".join((_COUNT, f'"{table}"', conditions.where, f"LIMIT {EXACT_ROWS_MAX + 1}) c"))
        least = 0
        if (await _plan(connection, counted, conditions.values))["Total Cost"] <= COUNT_COST_MAX:
            least = await connection.fetchval(counted, *conditions.values)
            if least <= EXACT_ROWS_MAX:
                if least >= COUNTED_REMEMBERED_FROM:
                    self._remember(key, COUNTED_REMEMBERED_SECONDS, least, is_estimate=False)
                return least, False
        all_of_them = " ".join(("SELECT 1 FROM", f'"{table}"', conditions.where))
        estimate = max(least, int((await _plan(connection, all_of_them, conditions.values))["Plan Rows"]))
        self._remember(key, BIG_REMEMBERED_SECONDS, estimate, is_estimate=True)
        return estimate, True

    def _remember(self, key: tuple[Any, ...], seconds: float, rows: int, *, is_estimate: bool) -> None:
        self._known[key] = (time.monotonic() + seconds, rows, is_estimate)
        self._known.move_to_end(key)
        while len(self._known) > REMEMBERED_MAX:
            self._known.popitem(last=False)


async def _plan(connection: Any, sql: str, values: list[Any]) -> dict[str, Any]:
    """What the planner expects of a statement."""
    explained = msgspec.json.decode(await connection.fetchval(f"EXPLAIN (FORMAT JSON) {sql}", *values))
    plan: dict[str, Any] = explained[0]["Plan"]
    return plan


def pagination(
    wish: PageWish, total: tuple[int, bool], shown: int, last: tuple[datetime, uuid.UUID] | None
) -> Pagination:
    """What a page says of itself; ``last`` is its last row where there may be more behind it."""
    return Pagination(
        page=wish.page,
        limit=wish.limit,
        total=total[0],
        total_pages=math.ceil(total[0] / wish.limit),
        total_is_estimate=total[1],
        next_cursor=encode_cursor(*last) if last is not None and shown == wish.limit else None,
    )
