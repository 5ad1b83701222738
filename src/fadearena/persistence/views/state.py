"""The whole at a glance: mode, kill switch, equity, positions, today's profit and the trader's pulse."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from fadearena.persistence.errors import DatabaseVersionError
from fadearena.persistence.views.answers import (
    DailyPnl,
    Equity,
    OpenPositions,
    Risk,
    StartingEquity,
    State,
    SystemState,
    Unwatched,
)
from fadearena.persistence.views.reader import Reader, Row, to_ms_or_none

HEARTBEAT_SECONDS_MAX = 30.0
"""A trader that has not written its row for longer is taken for dead, whatever the row says."""

_STATE = """
SELECT s."mode", s."version", st.*, now() AS "wallTime",
       date_trunc('day', COALESCE(st."clockTime", now()), 'UTC') AS "dayStart",
       p.*, f."startingFade", b."botsNow", b."botsStart", o."ordersLastMinute"
  FROM "Settings" s
 CROSS JOIN "SystemStatus" st
 CROSS JOIN (
       SELECT COALESCE(sum(a."many"), 0)::bigint AS "positions", COALESCE(sum(a."gross"), 0) AS "gross",
              COALESCE(sum(abs(a."net")), 0) AS "net", COALESCE(sum(a."manyLeft"), 0)::bigint AS "positionsLeft",
              COALESCE(sum(a."grossLeft"), 0) AS "grossLeft"
         FROM (SELECT count(*) FILTER (WHERE k."size" <> 0) AS "many",
                      sum(abs(k."size") * COALESCE(m."mark", k."lastPrice")) AS "gross",
                      sum(k."size" * COALESCE(m."mark", k."lastPrice")) AS "net",
                      count(*) FILTER (WHERE k."size" <> 0 AND w."id" IS NULL) AS "manyLeft",
                      sum(abs(k."size") * COALESCE(m."mark", k."lastPrice"))
                        FILTER (WHERE k."size" <> 0 AND w."id" IS NULL) AS "grossLeft"
                 FROM "Book" k
                 LEFT JOIN "AssetMark" m ON m."asset" = k."asset"
                 LEFT JOIN "Bot" w ON w."id" = k."botId" AND w."removedAt" IS NULL
                GROUP BY k."asset") a) p
 CROSS JOIN LATERAL (SELECT (s."more"->>'simulatedStartingEquity')::numeric AS "startingFade") f
 CROSS JOIN (SELECT COALESCE(sum(c."equity"), 0) AS "botsNow",
                    COALESCE(sum(COALESCE(w."startingEquity", c."startingEquity")), 0) AS "botsStart"
               FROM "Bot" w LEFT JOIN "BotAccount" c ON c."botId" = w."id" WHERE w."removedAt" IS NULL) b
 CROSS JOIN LATERAL (
       SELECT count(*) AS "ordersLastMinute" FROM "MyTrade" t
        WHERE t."timestamp" > COALESCE(st."clockTime", now()) - interval '1 min'
          AND t."timestamp" <= COALESCE(st."clockTime", now())) o
"""

_SNAPSHOT_NOW = 'SELECT * FROM "EquitySnapshot" ORDER BY "timestamp" DESC LIMIT 1'

_SNAPSHOT_AT_MIDNIGHT = """
(SELECT *, 1 AS "rank" FROM "EquitySnapshot" WHERE "timestamp" <= $1 ORDER BY "timestamp" DESC LIMIT 1)
UNION ALL
(SELECT *, 2 FROM "EquitySnapshot" WHERE "timestamp" > $1 ORDER BY "timestamp" LIMIT 1)
ORDER BY "rank" LIMIT 1
"""


async def state(reader: Reader) -> State:
    """The state now. Raises DatabaseNotReachableError, DatabaseBusyError; DatabaseVersionError before migrations."""
    async with reader.connection() as connection:
        row = await connection.fetchrow(_STATE)
        if row is None:
            msg = "the database has no settings; run `fadearena db upgrade`"
            raise DatabaseVersionError(msg)
        latest = await connection.fetchrow(_SNAPSHOT_NOW)
        midnight = await connection.fetchrow(_SNAPSHOT_AT_MIDNIGHT, row["dayStart"]) if latest else None
    return State(
        mode=row["mode"],
        armed=row["armed"],
        kill_switch=row["killSwitch"],
        kill_switch_reason=row["killSwitchReason"],
        kill_switch_activated_at=to_ms_or_none(row["killSwitchActivatedAt"]),
        settings_version=row["version"],
        equity=_equity(row, latest),
        open_positions=OpenPositions(count=row["positions"], total_notional=row["gross"], net_notional=row["net"]),
        system_status=_system(row),
        risk=Risk(
            orders_last_minute=row["ordersLastMinute"],
            unwatched=Unwatched(count=row["positionsLeft"], notional=row["grossLeft"]),
        ),
        daily_pnl=_today(row["dayStart"], latest, midnight),
    )


def _equity(row: Row, latest: Row | None) -> Equity:
    simulated = row["startingFade"] or Decimal(0)
    start = StartingEquity(bots=row["botsStart"], fade_arena=simulated if row["mode"] == "simulation" else None)
    if latest is None:
        return Equity(
            total=simulated,
            bots_aggregate=row["botsNow"],
            fade_arena=simulated,
            timestamp=None,
            starting_equity=start,
        )
    return Equity(
        total=latest["fadeArena"],
        bots_aggregate=latest["botsAggregate"],
        fade_arena=latest["fadeArena"],
        timestamp=to_ms_or_none(latest["timestamp"]),
        starting_equity=start,
    )


def _system(row: Row) -> SystemState:
    now: datetime = row["wallTime"]
    age = None if row["heartbeatAt"] is None else max(0.0, (now - row["heartbeatAt"]).total_seconds())
    alive = age is not None and age <= HEARTBEAT_SECONDS_MAX
    started = row["startedAt"]
    return SystemState(
        hyperliquid_connected=bool(row["hyperliquidConnected"]) and alive,
        last_event_time=to_ms_or_none(row["lastEventTime"]),
        last_order_time=to_ms_or_none(row["lastOrderTime"]),
        uptime=max(0.0, (now - started).total_seconds()) if started is not None and alive else 0.0,
        heartbeat_age=age,
        clock_time=to_ms_or_none(row["clockTime"]),
    )


def _today(day_start: datetime, latest: Row | None, midnight: Row | None) -> DailyPnl:
    """The change since the last snapshot of yesterday, or since the first one there is; bots that were in both."""
    if latest is None or midnight is None or latest["timestamp"].astimezone(UTC) < day_start:
        return DailyPnl(bots=Decimal(0), fade_arena=Decimal(0))
    now, before = bot_equities(latest), bot_equities(midnight)
    bots = sum((now[bot] - before[bot] for bot in now if bot in before), Decimal(0))
    return DailyPnl(bots=bots, fade_arena=latest["fadeArena"] - midnight["fadeArena"])


_DECODE_EQUITIES = msgspec.json.Decoder(dict[str, Decimal])


def bot_equities(row: Row) -> dict[str, Decimal]:
    """The ``botEquities`` of a snapshot, by bot."""
    return _DECODE_EQUITIES.decode(row["botEquities"])
