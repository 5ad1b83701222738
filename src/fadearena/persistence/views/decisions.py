"""The audit trail: pages of decisions, how often each reason came up, and one with everything around it."""

from __future__ import annotations

import uuid
from typing import Any, Literal

import msgspec

from fadearena.domain.decisions import SKIP_REASONS
from fadearena.persistence.views.paging import Conditions, PageWish, Totals, pagination
from fadearena.persistence.views.reader import Reader, Row, from_ms, to_ms_or_none
from fadearena.persistence.views.record_answers import (
    DecisionCounts,
    DecisionDetail,
    Decisions,
    RiskCheckView,
    SkipCount,
)
from fadearena.persistence.views.record_rows import (
    DECISION_COLUMNS,
    decision_view,
    event_view,
    order_view,
    stored_json,
)

COUNTED_MAX = 20_000
"""Decisions that are counted by reason at most: the newest."""

_ORDERS = 'SELECT * FROM "MyTrade" WHERE "strategyDecisionId" = $1 ORDER BY "timestamp", "id" LIMIT $2'
_ORDERS_MAX = 100

# Those decided together are all of one bot, asset and time; the sentence names the one that acted.
_FOLLOWERS = f"""
{DECISION_COLUMNS} WHERE "botId" = $1 AND "asset" = $2 AND "timestamp" = $3
   AND "skipCode" = 'coalesced' AND "skipReason" LIKE '%: decision ' || $4::text
 ORDER BY "id" LIMIT $5
"""
_FOLLOWERS_MAX = 100

_NEIGHBOURS = """
SELECT (SELECT "id" FROM "StrategyDecision"
         WHERE "botId" = $1 AND "asset" = $2 AND ("timestamp", "id") < ($3, $4)
         ORDER BY "timestamp" DESC, "id" DESC LIMIT 1) AS "previous",
       (SELECT "id" FROM "StrategyDecision"
         WHERE "botId" = $1 AND "asset" = $2 AND ("timestamp", "id") > ($3, $4)
         ORDER BY "timestamp", "id" LIMIT 1) AS "next"
"""

_COUNTS_OF = 'SELECT "skipCode", count(*) AS "many", min("timestamp") AS "first" FROM ('
_NEWEST = 'SELECT "skipCode", "timestamp" FROM "StrategyDecision"'
_BY_CODE = ') newest GROUP BY "skipCode" ORDER BY count(*) DESC, "skipCode"'


class DecisionFilter(msgspec.Struct, frozen=True):
    """Which decisions; None is any. Times are milliseconds, both inclusive; ``event_id`` is the event decided on."""

    bot_id: str | None = None
    asset: str | None = None
    decision: Literal["execute", "skip"] | None = None
    skip_code: str | None = None
    event_id: uuid.UUID | None = None
    start_ms: int | None = None
    end_ms: int | None = None


async def decisions(reader: Reader, totals: Totals, wanted: DecisionFilter, wish: PageWish) -> Decisions:
    """A page of decisions, newest first.

    Raises:
        BadCursorError, PageTooDeepError: the page cannot be had so.
        DatabaseNotReachableError, DatabaseBusyError.
    """
    page = _conditions(wanted)
    sql = page.page_of(DECISION_COLUMNS, wish)
    async with reader.connection() as connection:
        rows = await connection.fetch(sql, *page.values)
        total = await totals.count(connection, "StrategyDecision", _conditions(wanted))
    last = (rows[-1]["timestamp"], rows[-1]["id"]) if rows else None
    return Decisions(
        decisions=[decision_view(row) for row in rows], pagination=pagination(wish, total, len(rows), last)
    )


async def decision_counts(
    reader: Reader, totals: Totals, wanted: DecisionFilter, counted_max: int = COUNTED_MAX
) -> DecisionCounts:
    """The newest ``counted_max`` decisions behind a filter, counted by reason.

    Raises DatabaseNotReachableError or DatabaseBusyError.
    """
    conditions = _conditions(wanted)
    newest = (_NEWEST, conditions.where, 'ORDER BY "timestamp" DESC LIMIT', conditions.place(counted_max))
    sql = " ".join((_COUNTS_OF, *newest, _BY_CODE))
    async with reader.connection() as connection:
        rows = await connection.fetch(sql, *conditions.values)
        total, estimated = await totals.count(connection, "StrategyDecision", _conditions(wanted))
    counted = sum(row["many"] for row in rows)
    skips = [row for row in rows if row["skipCode"] is not None]
    skipped = sum(row["many"] for row in skips)
    return DecisionCounts(
        executed=counted - skipped,
        skipped=skipped,
        by_skip_code=[_skip_count(row) for row in skips],
        counted=counted,
        counted_since=to_ms_or_none(min((row["first"] for row in rows), default=None)) if counted < total else None,
        total=total,
        total_is_estimate=estimated,
    )


async def decision(reader: Reader, decision_id: uuid.UUID) -> DecisionDetail | None:
    """One decision with its event, checks, settings, orders and neighbours; None where there is none of this id.

    Raises DatabaseNotReachableError or DatabaseBusyError.
    """
    async with reader.connection() as connection:
        row = await connection.fetchrow('SELECT * FROM "StrategyDecision" WHERE "id" = $1', decision_id)
        if row is None:
            return None
        event = await connection.fetchrow('SELECT * FROM "BotTradeEvent" WHERE "id" = $1', row["botTradeEventId"])
        orders = await connection.fetch(_ORDERS, decision_id, _ORDERS_MAX)
        place = (row["botId"], row["asset"], row["timestamp"])
        followers = await connection.fetch(_FOLLOWERS, *place, str(decision_id), _FOLLOWERS_MAX)
        beside = await connection.fetchrow(_NEIGHBOURS, *place, decision_id)
    return DecisionDetail(
        **msgspec.structs.asdict(decision_view(row)),
        event=event_view(event),
        risk_checks=msgspec.json.decode(row["riskChecks"], type=list[RiskCheckView]),
        settings_snapshot=stored_json(row["settingsSnapshot"]),
        inputs=stored_json(row["inputs"]),
        size_decimals=row["sizeDecimals"],
        orders=[order_view(order) for order in orders],
        followers=[decision_view(follower) for follower in followers],
        previous_id=_id(beside["previous"]),
        next_id=_id(beside["next"]),
    )


def _conditions(wanted: DecisionFilter) -> Conditions:
    conditions = Conditions()
    conditions.equal("botId", wanted.bot_id)
    conditions.equal("asset", wanted.asset)
    conditions.equal("decision", wanted.decision)
    conditions.equal("skipCode", wanted.skip_code)
    conditions.equal("botTradeEventId", wanted.event_id)
    conditions.between(
        "timestamp",
        None if wanted.start_ms is None else from_ms(wanted.start_ms),
        None if wanted.end_ms is None else from_ms(wanted.end_ms),
    )
    return conditions


def _skip_count(row: Row) -> SkipCount:
    code: str = row["skipCode"]
    return SkipCount(code=code, sentence=SKIP_REASONS.get(code, code), count=row["many"])


def _id(found: Any) -> str | None:
    return None if found is None else str(found)
