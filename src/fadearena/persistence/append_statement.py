"""The one statement that writes a batch of entries: everything or nothing, in one round trip.

``$1`` is the version of the controls the entries were decided under. Its row is locked first, so that a change
committed before us wins and one that comes after us waits. The counter's row is next: whoever holds it is the only one
who gives out numbers, until its commit, so that the order of numbers is the order of commits. Where the version is
another one, no number is given out, every INSERT finds nothing to do, and no row comes back.

Every value travels as text: numbers in decimal, times as milliseconds, ids in hexadecimal, JSON as it is. A table to
which a batch adds nothing is left out of its statement. One row comes as one parameter a column; several come as one
text that the server takes apart again: to set up an array a column, or to read JSON, costs it more than the rows do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from fadearena.persistence.errors import JournalError

Amount = Literal["one", "many"]
Shape = tuple[tuple[str, Amount], ...]
"""Which of TABLES a batch adds to, in their order, and whether one row or several."""

Row = tuple[str | None, ...]
"""The values of a target's columns, in their order."""

Rows = Mapping[str, Sequence[Row]]
"""Of each of TABLES the rows; tables without rows may be left out."""


class Column(msgspec.Struct, frozen=True):
    """One column.

    Args:
        stored_as: what is written, ``{}`` being the text that was sent.
    """

    name: str
    stored_as: str = "{}"


class Target(msgspec.Struct, frozen=True):
    """What is written to a table.

    Args:
        key: columns whose row, where there is one already, is changed instead; none: then the batch is refused.
        changes: what is changed then.
    """

    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


class Marks(msgspec.Struct, frozen=True):
    """What stands between columns, what between rows, and what for NULL, in a text of several rows."""

    column: str = "\x1f"
    row: str = "\x1e"
    null: str = "\x1d"

    def pack(self, rows: Sequence[Row]) -> str | None:
        """The rows as one text; None where a value holds one of the marks."""
        null = self.null
        text = self.row.join([self.column.join([null if value is None else value for value in row]) for row in rows])
        nulls = sum([row.count(None) for row in rows])
        between = sum([len(row) - 1 for row in rows])
        found = (text.count(self.row), text.count(self.column), text.count(null))
        return text if found == (len(rows) - 1, between, nulls) else None


PLAIN_MARKS = Marks()
"""Control characters that neither JSON nor any name of ours holds."""


def shape_of(rows: Rows) -> Shape:
    """What of the statement depends on the batch."""
    return tuple((name, "one" if len(rows[name]) == 1 else "many") for name in TABLES if rows.get(name))


def append_statement(shape: Shape) -> str:
    """The statement for batches of one shape.

    Its parameters: ``$1`` bigint, the version of the controls; ``$2`` and ``$3`` bigint, how many feed items and
    entries; from ``$4`` on text, those of ``parameters_of``. It gives the number of the last entry, or no row.
    """
    parts, place = [], 4 + _MARKS * _needs_marks(shape)
    for name, amount in shape:
        target = TABLES[name]
        parts.append(f', "{name}" AS ({_insert(target, amount, place)})\n')
        place += len(target.columns) if amount == "one" else 1
    # The server runs the last one first: so the first to find something stored already is the event.
    return "".join([_FENCE, *reversed(parts), _ANSWER])


def parameters_of(rows: Rows, key: str) -> list[str | None]:
    """The values of the statement's parameters from ``$4`` on.

    Args:
        key: hexadecimal and drawn anew for each batch, so that no value holds it with these letters behind it; it marks
            where values hold the plain marks.
    """
    shape = shape_of(rows)
    if not _needs_marks(shape):
        return [value for name, _ in shape for value in rows[name][0]]
    several = {name: rows[name] for name, amount in shape if amount == "many"}
    marks, packed = _packed(several, (PLAIN_MARKS, Marks(f"{key}x", f"{key}y", f"{key}z")))
    sent: list[str | None] = [marks.column, marks.row, marks.null]
    for name, amount in shape:
        sent += rows[name][0] if amount == "one" else [packed[name]]
    return sent


def _packed(several: Rows, choices: Sequence[Marks]) -> tuple[Marks, dict[str, str]]:
    """The rows of each table as one text, and the first marks that no value holds."""
    for marks in choices:
        packed = {name: text for name, rows in several.items() if (text := marks.pack(rows)) is not None}
        if len(packed) == len(several):
            return marks, packed
    raise JournalError("an entry holds every mark that rows could be told apart by")


_MARKS = 3


def _needs_marks(shape: Shape) -> bool:
    return any(amount == "many" for _, amount in shape)


def _insert(target: Target, amount: Amount, place: int) -> str:
    columns = target.columns
    names = ", ".join(f'"{column.name}"' for column in columns)
    if amount == "one":
        sent = [f"${n}::text" for n in range(place, place + len(columns))]
        source = "counter"
    else:
        sent = [f"r.v[{n}]" for n in range(1, len(columns) + 1)]
        # OFFSET 0 keeps the planner from taking a row apart anew for each of its columns.
        lines = f"string_to_table(${place}::text, $5::text) AS line"
        source = f"counter, (SELECT string_to_array(line, $4::text, $6::text) AS v FROM {lines} OFFSET 0) r"  # noqa: S608
    stored = ", ".join(column.stored_as.format(value) for column, value in zip(columns, sent, strict=True))
    return f'INSERT INTO "{target.table}" ({names}) SELECT {stored} FROM {source}{_on_conflict(target)}'  # noqa: S608  (names of ours)


def _on_conflict(target: Target) -> str:
    if not target.key:
        return ""
    key = ", ".join(f'"{name}"' for name in target.key)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in target.changes)
    return f" ON CONFLICT ({key}) DO UPDATE SET {changes}"


def _as(kind: str, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, f"{{}}::{kind}") for name in names)


def _text(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _time(name: str) -> Column:
    return Column(name, "to_timestamp({}::float8 / 1000)")


def _numbered(counter: Literal["entry", "feed"]) -> Column:
    return Column("seq", f'counter."{counter}" + {{}}::int8')


_EVENT = (
    _numbered("entry"),
    *_as("uuid", "id"),
    *_text("botId", "walletAddress"),
    _time("timestamp"),
    *_text("eventType", "asset", "side"),
    *_as("numeric", "size", "price", "notional", "previousSize", "previousNotional", "currentSize", "currentNotional"),
    *_text("hyperliquidFillHash"),
    *_as("jsonb", "rawData"),
    *_as("int2", "sizeDecimals"),
    *_as("int8", "orderId", "tid"),
    *_as("numeric", "closedPnl", "fee"),
)

_DECISION = (
    *_as("uuid", "id", "botTradeEventId"),
    _time("timestamp"),
    *_text("decision", "reason", "skipReason"),
    *_as("jsonb", "riskChecks", "settingsSnapshot"),
    *_text("botId", "asset"),
    *_as("int2", "sizeDecimals"),
    *_text("occasion", "reasonCode", "skipCode"),
    *_as("json", "inputs"),
    *_as("numeric", "targetSize", "deltaSize", "orderSize"),
)

_TRADE = (
    *_as("uuid", "id", "botTradeEventId", "strategyDecisionId"),
    *_text("botId"),
    _time("timestamp"),
    *_text("asset", "side"),
    *_as("numeric", "size", "price", "notional"),
    *_as("jsonb", "orderRequest", "orderResult"),
    *_text("hyperliquidOrderId", "cloid", "status"),
    *_as("numeric", "fee", "pnl"),
    _time("closedAt"),
    *_as("bool", "simulated"),
    *_as("int2", "sizeDecimals"),
)
_TRADE_CHANGES = ("size", "price", "notional", "orderResult", "hyperliquidOrderId", "status", "fee", "pnl", "closedAt")

_BOOK_KEY = ("botId", "asset")
_BOOK = (
    *_text(*_BOOK_KEY),
    *_as("int2", "sizeDecimals"),
    *_as("numeric", "botSize", "botCost", "baselineSize", "anchorPrice", "size", "cost", "inFlightBuy", "inFlightSell"),
    *_as("numeric", "realised", "fees", "funding", "botRealised", "botFees", "botVolume", "volume", "lastPrice"),
    *_as("int8", "botTrades", "botCloses", "botWins", "trades", "closes", "wins"),
    *_text("lastEventId"),
    _time("lastEventAt"),
)

_FUNDING = (
    *_text("botId", "asset"),
    _time("timestamp"),
    *_as("int2", "sizeDecimals"),
    *_as("numeric", "size", "rate", "oraclePrice", "amount"),
)

_ENTRY = (
    _numbered("entry"),
    *_as("uuid", "batch", "eventId"),
    *_as("uuid[]", "decisionIds"),
    *_as("json", "trades", "books", "funding"),
    *_as("int8", "controlsVersion"),
)

_FEED = (_numbered("feed"), *_text("type"), *_as("json", "data"), _time("createdAt"))

TABLES: Mapping[str, Target] = {
    "events": Target("BotTradeEvent", _EVENT),
    "decisions": Target("StrategyDecision", _DECISION),
    "orders": Target("MyTrade", _TRADE),
    "trades": Target("MyTrade", _TRADE, ("id",), _TRADE_CHANGES),
    "books": Target("Book", _BOOK, _BOOK_KEY, tuple(c.name for c in _BOOK if c.name not in _BOOK_KEY)),
    "funding": Target("FundingPayment", _FUNDING),
    "entries": Target("JournalEntry", _ENTRY),
    "feed": Target("FeedItem", _FEED),
}
"""What a batch may add to. ``orders`` are trades that were not stored before, ``trades`` those that may have been."""

_FENCE = """
WITH control AS MATERIALIZED (
  SELECT "version" FROM "Control" WHERE "version" = $1 FOR SHARE
), counter AS MATERIALIZED (
  UPDATE "FeedCounter" AS c SET "seq" = c."seq" + $2, "entrySeq" = c."entrySeq" + $3 FROM control
  RETURNING c."seq" - $2 AS "feed", c."entrySeq" - $3 AS "entry"
)
"""

_ANSWER = """
SELECT counter."entry" + $3 AS "entry", pg_notify('fadearena_feed', (counter."feed" + $2)::text) FROM counter
"""
