"""The one statement that writes a batch of entries: everything or nothing, in one round trip.

``$1`` is the version of the controls the entries were decided under. Its row is locked first, so that a change
committed before us wins and one that comes after us waits. The counter's row is next: whoever holds it is the only one
who gives out numbers, until its commit, so that the order of numbers is the order of commits. Where the version is
another one, no number is given out, every INSERT finds nothing to do, and no row comes back.

Each value is a typed parameter of its own. A table to which a batch adds nothing is left out of its statement; one row
comes as plain parameters, several come as one array a column: what the server sets up for a few rows costs more than
the rows themselves. Numbers travel as decimal text, times as seconds since the epoch, JSON as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

Amount = Literal["one", "many"]
Shape = tuple[tuple[str, Amount], ...]
"""Which of TABLES a batch adds to, in their order, and whether one row or several."""

Rows = Mapping[str, Sequence[tuple[Any, ...]]]
"""Of each of TABLES the rows, each with the values of ``columns`` in their order; tables without rows may be left out.
"""


class Column(msgspec.Struct, frozen=True):
    """One column.

    Args:
        sent_as: PostgreSQL's type of the parameter.
        stored_as: what is written, ``{}`` being the parameter.
    """

    name: str
    sent_as: str
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


def shape_of(rows: Rows) -> Shape:
    """What of the statement depends on the batch."""
    return tuple((name, "one" if len(rows[name]) == 1 else "many") for name in TABLES if rows.get(name))


def append_statement(shape: Shape) -> str:
    """The statement for batches of one shape.

    Its parameters: ``$1`` bigint, the version of the controls; ``$2`` and ``$3`` bigint, how many feed items and
    entries; from ``$4`` on those of ``parameters_of``. It gives the number of the last entry, or no row.
    """
    parts, place = [], 4
    for name, amount in shape:
        target = TABLES[name]
        parts.append(f', "{name}" AS ({_insert(target, amount, place)})\n')
        place += len(target.columns)
    # The server runs the last one first: so the first to find something stored already is the event.
    return "".join([_FENCE, *reversed(parts), _ANSWER])


def parameters_of(rows: Rows) -> Iterator[Any]:
    """The values of the statement's parameters from ``$4`` on."""
    for name in TABLES:
        found = rows.get(name)
        if found:
            yield from found[0] if len(found) == 1 else zip(*found, strict=True)


def _insert(target: Target, amount: Amount, place: int) -> str:
    columns = target.columns
    names = ", ".join(f'"{column.name}"' for column in columns)
    if amount == "one":
        sent = [f"${n}::{column.sent_as}" for n, column in enumerate(columns, place)]
        source = "counter"
    else:
        sent = [f'r."{column.name}"' for column in columns]
        arrays = ", ".join(f"${n}::{column.sent_as}[]" for n, column in enumerate(columns, place))
        source = f"counter, unnest({arrays}) AS r({names})"
    stored = ", ".join(column.stored_as.format(value) for column, value in zip(columns, sent, strict=True))
    return f'INSERT INTO "{target.table}" ({names}) SELECT {stored} FROM {source}{_on_conflict(target)}'  # noqa: S608  (names of ours)


def _on_conflict(target: Target) -> str:
    if not target.key:
        return ""
    key = ", ".join(f'"{name}"' for name in target.key)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in target.changes)
    return f" ON CONFLICT ({key}) DO UPDATE SET {changes}"


def _plain(sent_as: str, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, sent_as) for name in names)


def _numbers(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "text", "{}::numeric") for name in names)


def _json(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "text", "{}::json") for name in names)


def _jsonb(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "text", "{}::jsonb") for name in names)


def _time(name: str) -> Column:
    return Column(name, "float8", "to_timestamp({})")


def _numbered(counter: Literal["entry", "feed"]) -> Column:
    return Column("seq", "int8", f'counter."{counter}" + {{}}')


_EVENT = (
    _numbered("entry"),
    *_plain("uuid", "id"),
    *_plain("text", "botId", "walletAddress"),
    _time("timestamp"),
    *_plain("text", "eventType", "asset", "side"),
    *_numbers("size", "price", "notional", "previousSize", "previousNotional", "currentSize", "currentNotional"),
    *_plain("text", "hyperliquidFillHash"),
    *_jsonb("rawData"),
    *_plain("int2", "sizeDecimals"),
    *_plain("int8", "orderId", "tid"),
    *_numbers("closedPnl", "fee"),
)

_DECISION = (
    *_plain("uuid", "id", "botTradeEventId"),
    _time("timestamp"),
    *_plain("text", "decision", "reason", "skipReason"),
    *_jsonb("riskChecks", "settingsSnapshot"),
    *_plain("text", "botId", "asset"),
    *_plain("int2", "sizeDecimals"),
    *_plain("text", "occasion", "reasonCode", "skipCode"),
    *_json("inputs"),
    *_numbers("targetSize", "deltaSize", "orderSize"),
)

_TRADE = (
    *_plain("uuid", "id", "botTradeEventId", "strategyDecisionId"),
    *_plain("text", "botId"),
    _time("timestamp"),
    *_plain("text", "asset", "side"),
    *_numbers("size", "price", "notional"),
    *_jsonb("orderRequest", "orderResult"),
    *_plain("text", "hyperliquidOrderId", "cloid", "status"),
    *_numbers("fee", "pnl"),
    _time("closedAt"),
    *_plain("bool", "simulated"),
    *_plain("int2", "sizeDecimals"),
)
_TRADE_CHANGES = ("size", "price", "notional", "orderResult", "hyperliquidOrderId", "status", "fee", "pnl", "closedAt")

_BOOK_KEY = ("botId", "asset")
_BOOK = (
    *_plain("text", *_BOOK_KEY),
    *_plain("int2", "sizeDecimals"),
    *_numbers("botSize", "botCost", "baselineSize", "anchorPrice", "size", "cost", "inFlightBuy", "inFlightSell"),
    *_numbers("realised", "fees", "funding", "botRealised", "botFees", "botVolume", "volume", "lastPrice"),
    *_plain("int8", "botTrades", "botCloses", "botWins", "trades", "closes", "wins"),
    *_plain("text", "lastEventId"),
    _time("lastEventAt"),
)

_FUNDING = (
    *_plain("text", "botId", "asset"),
    _time("timestamp"),
    *_plain("int2", "sizeDecimals"),
    *_numbers("size", "rate", "oraclePrice", "amount"),
)

_ENTRY = (
    _numbered("entry"),
    *_plain("uuid", "batch", "eventId"),
    Column("decisionIds", "text", "{}::uuid[]"),
    *_json("trades", "books", "funding"),
    Column("controlsVersion", "int8"),
)

_FEED = (_numbered("feed"), *_plain("text", "type"), *_json("data"), _time("createdAt"))

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
