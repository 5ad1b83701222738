"""The system's own log, the ledger of completeness, the watched wallets, and whether the database answers."""

from __future__ import annotations

import time
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

from fadearena.persistence.views.answers import (
    Bots,
    BotView,
    Completeness,
    RangeView,
    SystemEvents,
    SystemEventView,
    WalletCompleteness,
)
from fadearena.persistence.views.paging import Conditions, PageWish, Totals, pagination
from fadearena.persistence.views.reader import Reader, Row, from_ms, to_ms, to_ms_or_none

RANGES_MAX = 200
"""Ranges shown of one wallet; open gaps are always among them before anything else."""

_LEDGER = """
SELECT w."wallet", w."botId", w."addedAt", k."fills", l."lastFill", s."ranges", s."gaps", r.*
  FROM (SELECT COALESCE(b."walletAddress", f."wallet") AS "wallet", b."id" AS "botId", b."addedAt"
          FROM (SELECT * FROM "Bot" WHERE "removedAt" IS NULL) b
          FULL JOIN (SELECT DISTINCT "wallet" FROM "FillRange") f ON f."wallet" = b."walletAddress") w
 CROSS JOIN LATERAL (SELECT count(*) AS "ranges", count(*) FILTER (WHERE "state" = 'gap') AS "gaps"
                       FROM "FillRange" WHERE "wallet" = w."wallet") s
 CROSS JOIN LATERAL (SELECT COALESCE(sum("botTrades"), 0)::bigint AS "fills" FROM "Book"
                      WHERE "botId" = w."botId") k
  LEFT JOIN LATERAL (SELECT "timestamp" AS "lastFill" FROM "BotTradeEvent"
                      WHERE "botId" = w."botId" AND "eventType" = 'fill'
                      ORDER BY "timestamp" DESC LIMIT 1) l ON TRUE
  LEFT JOIN LATERAL (SELECT "asset", "fromTime", "toTime", "state", "detail", "updatedAt"
                       FROM "FillRange" WHERE "wallet" = w."wallet"
                      ORDER BY ("state" = 'gap') DESC, "fromTime" DESC LIMIT $1) r ON TRUE
 ORDER BY w."botId" NULLS LAST, w."wallet"
"""

_BOTS = 'SELECT * FROM "Bot" WHERE "removedAt" IS NULL ORDER BY "addedAt", "id"'


class EventFilter(msgspec.Struct, frozen=True):
    """Which lines of the log; None is any. Times are milliseconds, both inclusive; ``text`` stands anywhere in the
    message, in whatever case."""

    level: Literal["info", "warning", "error"] | None = None
    category: Literal["api", "trading", "system", "config"] | None = None
    text: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None


class Pulse(msgspec.Struct, frozen=True):
    """What health is judged by. ``latency_ms`` of one question; ``heartbeat_age`` in seconds."""

    latency_ms: float
    connected: bool
    heartbeat_age: float | None
    last_check: int | None
    feed_latency_ms: float | None


async def events(reader: Reader, totals: Totals, wanted: EventFilter, wish: PageWish) -> SystemEvents:
    """A page of the log, newest first. Raises as ``decisions``."""
    page = _conditions(wanted)
    sql = page.page_of('SELECT * FROM "SystemEvent"', wish)
    async with reader.connection() as connection:
        rows = await connection.fetch(sql, *page.values)
        total = await totals.count(connection, "SystemEvent", _conditions(wanted))
    last = (rows[-1]["timestamp"], rows[-1]["id"]) if rows else None
    return SystemEvents(events=[_line(row) for row in rows], pagination=pagination(wish, total, len(rows), last))


async def completeness(reader: Reader) -> Completeness:
    """What is proven about every wallet's fills. Raises DatabaseNotReachableError or DatabaseBusyError."""
    wallets: dict[str, tuple[Row, list[RangeView]]] = {}
    for row in await reader.rows(_LEDGER, RANGES_MAX):
        _, ranges = wallets.setdefault(row["wallet"], (row, []))
        if row["state"] is not None:
            ranges.append(_range(row))
    return Completeness(
        wallets=[
            WalletCompleteness(
                bot_id=row["botId"],
                wallet_address=wallet,
                complete=row["ranges"] > 0 and row["gaps"] == 0,
                open_gaps=row["gaps"],
                total_ranges=row["ranges"],
                watched_since=to_ms_or_none(row["addedAt"]),
                last_fill_at=to_ms_or_none(row["lastFill"]),
                fills=row["fills"],
                ranges=ranges,
            )
            for wallet, (row, ranges) in wallets.items()
        ]
    )


async def bots(reader: Reader) -> Bots:
    """Every watched wallet with its configuration. Raises DatabaseNotReachableError or DatabaseBusyError."""
    async with reader.connection() as connection:
        rows = await connection.fetch(_BOTS)
        settings = await connection.fetchrow('SELECT "botConfigs", "version" FROM "Settings"')
    configs = {entry["id"]: entry for entry in msgspec.json.decode(settings["botConfigs"])} if settings else {}
    return Bots(
        bots=[_bot(row, configs.get(row["id"], {})) for row in rows], version=settings["version"] if settings else 0
    )


async def pulse(reader: Reader) -> Pulse:
    """How quickly the database answers, and what the trader last said of itself. Raises as ``completeness``."""
    async with reader.connection() as connection:
        began = time.perf_counter()
        row = await connection.fetchrow('SELECT *, now() AS "wallTime" FROM "SystemStatus"')
        latency = (time.perf_counter() - began) * 1000
    if row is None:
        return Pulse(latency, connected=False, heartbeat_age=None, last_check=None, feed_latency_ms=None)
    heartbeat: datetime | None = row["heartbeatAt"]
    checked: datetime | None = row["lastHyperliquidCheck"]
    feed = msgspec.json.decode(row["details"]).get("latencyMs")
    return Pulse(
        latency_ms=latency,
        connected=row["hyperliquidConnected"],
        heartbeat_age=None if heartbeat is None else max(0.0, (row["wallTime"] - heartbeat).total_seconds()),
        last_check=None if checked is None else to_ms(checked),
        feed_latency_ms=float(feed) if isinstance(feed, int | float) else None,
    )


def _conditions(wanted: EventFilter) -> Conditions:
    conditions = Conditions()
    conditions.equal("level", wanted.level)
    conditions.equal("category", wanted.category)
    if wanted.text is not None:
        conditions.add('strpos(lower("message"), lower({}::text)) > 0', wanted.text)
    conditions.between(
        "timestamp",
        None if wanted.start_ms is None else from_ms(wanted.start_ms),
        None if wanted.end_ms is None else from_ms(wanted.end_ms),
    )
    return conditions


def _line(row: Row) -> SystemEventView:
    return SystemEventView(
        id=str(row["id"]),
        timestamp=to_ms(row["timestamp"]),
        level=row["level"],
        category=row["category"],
        message=row["message"],
        details=msgspec.json.decode(row["details"]),
    )


def _range(row: Row) -> RangeView:
    return RangeView(
        asset=row["asset"],
        from_time=to_ms(row["fromTime"]),
        to_time=to_ms(row["toTime"]),
        state=row["state"],
        detail=row["detail"],
        updated_at=to_ms(row["updatedAt"]),
    )


def _bot(row: Row, config: dict[str, Any]) -> BotView:
    multiplier = config.get("leverageMultiplier")
    return BotView(
        id=row["id"],
        name=row["name"],
        wallet_address=row["walletAddress"],
        enabled=bool(config.get("enabled", True)),
        leverage_multiplier=None if multiplier is None else Decimal(str(multiplier)),
        sizing_rule=config.get("sizingRule"),
        adopt_existing=config.get("adoptExisting"),
        added_at=to_ms(row["addedAt"]),
    )
