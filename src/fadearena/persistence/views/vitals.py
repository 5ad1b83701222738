"""The system's own figures: versions, size of the database, how old events were when they came, what the trader says.

Nothing is worked out that was not recorded: what the trader does not say, and latencies that a replay makes
meaningless, are None.
"""

from __future__ import annotations

import platform
from typing import Any, Literal

import msgspec

from fadearena.persistence.views.answers import Answer
from fadearena.persistence.views.reader import Reader, Row, to_ms_or_none

EVENTS_MEASURED = 500

_STATUS = """
SELECT st."startedAt", st."heartbeatAt", st."clockTime", st."details", st."hyperliquidConnected",
       now() - st."heartbeatAt" < interval '30 seconds' AS "alive",
       current_setting('server_version') AS "postgresql",
       (SELECT "version_num" FROM "alembic_version" LIMIT 1) AS "schema",
       pg_database_size(current_database()) AS "bytes"
  FROM "SystemStatus" st
"""

_TABLES = """
SELECT c.relname AS "name", greatest(c.reltuples, 0)::bigint AS "rows", pg_total_relation_size(c.oid) AS "bytes"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind = 'r'
 ORDER BY 3 DESC, 1
"""

LATENCY = """
WITH e AS (SELECT "id", "timestamp", "createdAt" FROM "BotTradeEvent"
            WHERE "eventType" = 'fill' ORDER BY "timestamp" DESC LIMIT $1),
     d AS (SELECT extract(epoch FROM d."timestamp" - e."timestamp") * 1000 AS "ms", d."id", e."timestamp"
             FROM e CROSS JOIN LATERAL (SELECT * FROM "StrategyDecision" d
                                         WHERE d."botTradeEventId" = e."id" AND d."occasion" = '' OFFSET 0) d),
     t AS (SELECT extract(epoch FROM t."timestamp" - d."timestamp") * 1000 AS "ms"
             FROM d CROSS JOIN LATERAL (SELECT * FROM "MyTrade" t
                                         WHERE t."strategyDecisionId" = d."id" OFFSET 0) t),
     a AS (SELECT extract(epoch FROM "createdAt" - "timestamp") * 1000 AS "ms" FROM e),
     every AS (SELECT 'eventAge' AS "what", "ms" FROM a UNION ALL SELECT 'decision', "ms" FROM d
               UNION ALL SELECT 'order', "ms" FROM t)
SELECT "what", count(*) AS "n", percentile_disc(0.5) WITHIN GROUP (ORDER BY "ms")::float8 AS "p50",
       percentile_disc(0.95) WITHIN GROUP (ORDER BY "ms")::float8 AS "p95"
  FROM every GROUP BY "what"
"""


class World(Answer, frozen=True):
    """Where the trader trades, as it says itself. In a replay its clock follows the events, not the wall."""

    kind: Literal["mainnet", "testnet", "simulator"] | None
    replay: bool | None
    clock_time: int | None


class Versions(Answer, frozen=True):
    """``schema`` is the revision of the tables; ``python`` is the web process's."""

    fadearena: str
    schema: str | None
    python: str
    postgresql: str


class TableSize(Answer, frozen=True):
    """``rows`` is the database's estimate; ``bytes`` with indexes."""

    name: str
    rows: int
    bytes: int


class DatabaseSize(Answer, frozen=True):
    """Largest table first."""

    size_bytes: int
    tables: list[TableSize]


class Quantiles(Answer, frozen=True):
    """Of ``n`` measurements, in milliseconds."""

    p50: float
    p95: float
    n: int


class Latency(Answer, frozen=True):
    """Milliseconds after the exchange's time of a bot's fill, of its newest 500: until it was stored (``event_age``),
    decided on, and our order sent. None where there is none, where the trader does not say what it trades, and in a
    replay, whose events are as old as what it replays."""

    event_age: Quantiles | None
    decision: Quantiles | None
    order: Quantiles | None
    measured: Literal["wall clock", "not in a replay", "not known"]


class JobView(Answer, frozen=True):
    """Work by the clock, since the trader started: ``last_ended_at`` is None while it runs for the first time."""

    name: str
    every_seconds: float
    last_started_at: int | None
    last_ended_at: int | None


class FeedView(Answer, frozen=True):
    """A connection to the exchange, since the trader started; ``reconnects`` counts losses."""

    name: str
    connected: bool
    subscriptions: int
    last_message_at: int | None
    reconnects: int


class WalletView(Answer, frozen=True):
    """How a wallet is watched: ``watermark`` is up to when everything is delivered; ``live`` whether its subscription
    stands; ``complete`` while no gap is open."""

    bot_id: str
    wallet_address: str
    watermark: int
    caught_up: bool
    complete: bool
    live: bool
    duplicates: int


class System(Answer, frozen=True):
    """The system's own figures. ``jobs``, ``feeds`` and ``wallets`` are the trader's own words; empty while none runs.
    ``started_at`` is the trader's, ``web_started_at`` this web process's."""

    world: World
    versions: Versions
    started_at: int | None
    web_started_at: int
    database: DatabaseSize
    latency: Latency
    jobs: list[JobView]
    feeds: list[FeedView]
    wallets: list[WalletView]


class _Said(msgspec.Struct, frozen=True, rename="camel"):
    """What the trader's heartbeat says of itself; a trader of another version may say less."""

    exchange: Literal["mainnet", "testnet", "simulator"] | None = None
    replay: bool | None = None
    jobs: list[JobView] = []
    feeds: list[FeedView] = []
    wallets: list[WalletView] = []


async def system(reader: Reader, version: str, web_started_ms: int) -> System:
    """The figures now. Raises DatabaseNotReachableError or DatabaseBusyError."""
    async with reader.connection() as connection:
        status = await connection.fetchrow(_STATUS)
        tables = await connection.fetch(_TABLES)
        said = _said(status["details"])
        measured = await connection.fetch(LATENCY, EVENTS_MEASURED) if said.replay is False else []
    alive = bool(status["alive"])
    return System(
        world=World(kind=said.exchange, replay=said.replay, clock_time=to_ms_or_none(status["clockTime"])),
        versions=Versions(
            fadearena=version,
            schema=status["schema"],
            python=platform.python_version(),
            postgresql=status["postgresql"],
        ),
        started_at=to_ms_or_none(status["startedAt"]),
        web_started_at=web_started_ms,
        database=DatabaseSize(
            size_bytes=status["bytes"],
            tables=[TableSize(name=row["name"], rows=row["rows"], bytes=row["bytes"]) for row in tables],
        ),
        latency=_latency(measured, said.replay),
        jobs=said.jobs if alive else [],
        feeds=said.feeds if alive else [],
        wallets=said.wallets if alive else [],
    )


def _said(details: Any) -> _Said:
    try:
        return msgspec.json.decode(details, type=_Said)
    except msgspec.MsgspecError:
        return _Said()


def _latency(rows: list[Row], replay: bool | None) -> Latency:
    found = {row["what"]: Quantiles(p50=row["p50"], p95=row["p95"], n=row["n"]) for row in rows}
    return Latency(
        event_age=found.get("eventAge"),
        decision=found.get("decision"),
        order=found.get("order"),
        measured="not known" if replay is None else "not in a replay" if replay else "wall clock",
    )
