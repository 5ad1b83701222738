"""The one statement that writes a batch of entries: everything or nothing, in one round trip.

``$1`` is the version of the controls the entries were decided under. Its row is locked first, so that a change
committed before us wins and one that comes after us waits. The counter's row is next: whoever holds it is the only one
who gives out numbers, until its commit, so that the order of numbers is the order of commits. Where the version is
another one, no number is given out, every INSERT finds nothing to do, and no row comes back.

A table to which a batch adds nothing is left out of its statement: an INSERT of no rows costs the server as much to set
up as one of a few.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping


def append_statement(tables: Collection[str]) -> str:
    """The statement for a batch that adds something to ``tables`` (keys of OPTIONAL).

    Its parameters: $1 bigint, the version of the controls; $2 and $3 bigint, how many feed items and entries; $4 and $5
    json, entries and feed items; from $6 on json, the rows of each of OPTIONAL in its order, whether used or not. It
    gives the number of the last entry, or no row.
    """
    parts = [_FENCE]
    unused = []
    for place, (name, insert) in enumerate(OPTIONAL.items(), 6):
        if name in tables:
            parts.append(f", {name} AS ({insert.replace('$N', f'${place}')})")
        else:
            unused.append(f"${place}::json")
    if unused:
        # Never evaluated; it only gives the parameters a type.
        parts.append(f", unused AS (SELECT {', '.join(unused)})")
    return "".join([*parts, _ENTRIES_AND_FEED])


_FENCE = """
WITH control AS MATERIALIZED (
  SELECT "version" FROM "Control" WHERE "version" = $1 FOR SHARE
), counter AS MATERIALIZED (
  UPDATE "FeedCounter" AS c SET "seq" = c."seq" + $2, "entrySeq" = c."entrySeq" + $3 FROM control
  RETURNING c."seq" - $2 AS "feed", c."entrySeq" - $3 AS "entry", control."version"
)"""

_EVENTS = """
  INSERT INTO "BotTradeEvent" (
    "id", "botId", "walletAddress", "timestamp", "eventType", "asset", "side", "size", "price", "notional",
    "previousSize", "previousNotional", "currentSize", "currentNotional", "hyperliquidFillHash", "rawData", "seq",
    "sizeDecimals", "orderId", "tid", "closedPnl", "fee")
  SELECT
    r."id", r."botId", r."walletAddress", to_timestamp(r."timestamp" / 1000.0), r."eventType", r."asset", r."side",
    r."size", r."price", r."notional", r."previousSize", r."previousNotional", r."currentSize", r."currentNotional",
    r."hyperliquidFillHash", COALESCE(r."rawData", 'null'), counter."entry" + r."n", r."sizeDecimals", r."orderId",
    r."tid", r."closedPnl", r."fee"
  FROM counter, json_to_recordset($N) AS r(
    "n" int, "id" uuid, "botId" text, "walletAddress" text, "timestamp" bigint, "eventType" text, "asset" text,
    "side" text, "size" numeric, "price" numeric, "notional" numeric, "previousSize" numeric,
    "previousNotional" numeric, "currentSize" numeric, "currentNotional" numeric, "hyperliquidFillHash" text,
    "rawData" jsonb, "sizeDecimals" smallint, "orderId" bigint, "tid" bigint, "closedPnl" numeric, "fee" numeric)
"""

_DECISIONS = """
  INSERT INTO "StrategyDecision" (
    "id", "botTradeEventId", "timestamp", "decision", "reason", "skipReason", "riskChecks", "settingsSnapshot",
    "botId", "asset", "sizeDecimals", "occasion", "reasonCode", "skipCode", "inputs", "targetSize", "deltaSize",
    "orderSize")
  SELECT
    r."id", r."botTradeEventId", to_timestamp(r."timestamp" / 1000.0), r."decision", r."reason", r."skipReason",
    r."riskChecks", r."settingsSnapshot", r."botId", r."asset", r."sizeDecimals", r."occasion", r."reasonCode",
    r."skipCode", r."inputs", r."targetSize", r."deltaSize", r."orderSize"
  FROM counter, json_to_recordset($N) AS r(
    "id" uuid, "botTradeEventId" uuid, "timestamp" bigint, "decision" text, "reason" text, "skipReason" text,
    "riskChecks" jsonb, "settingsSnapshot" jsonb, "botId" text, "asset" text, "sizeDecimals" smallint,
    "occasion" text, "reasonCode" text, "skipCode" text, "inputs" json, "targetSize" numeric, "deltaSize" numeric,
    "orderSize" numeric)
"""

_TRADES = """
  INSERT INTO "MyTrade" AS t (
    "id", "botTradeEventId", "strategyDecisionId", "botId", "timestamp", "asset", "side", "size", "price", "notional",
    "orderRequest", "orderResult", "hyperliquidOrderId", "cloid", "status", "fee", "pnl", "closedAt", "simulated",
    "sizeDecimals")
  SELECT
    r."id", r."botTradeEventId", r."strategyDecisionId", r."botId", to_timestamp(r."timestamp" / 1000.0), r."asset",
    r."side", r."size", r."price", r."notional", r."orderRequest", r."orderResult", r."hyperliquidOrderId",
    r."cloid", r."status", r."fee", r."pnl", to_timestamp(r."closedAt" / 1000.0), r."simulated", r."sizeDecimals"
  FROM counter, json_to_recordset($N) AS r(
    "id" uuid, "botTradeEventId" uuid, "strategyDecisionId" uuid, "botId" text, "timestamp" bigint, "asset" text,
    "side" text, "size" numeric, "price" numeric, "notional" numeric, "orderRequest" jsonb, "orderResult" jsonb,
    "hyperliquidOrderId" text, "cloid" text, "status" text, "fee" numeric, "pnl" numeric, "closedAt" bigint,
    "simulated" boolean, "sizeDecimals" smallint)
  ON CONFLICT ("id") DO UPDATE SET
    "size" = excluded."size", "price" = excluded."price", "notional" = excluded."notional",
    "orderResult" = excluded."orderResult", "hyperliquidOrderId" = excluded."hyperliquidOrderId",
    "status" = excluded."status", "fee" = excluded."fee", "pnl" = excluded."pnl", "closedAt" = excluded."closedAt"
"""

_BOOKS = """
  INSERT INTO "Book" (
    "botId", "asset", "sizeDecimals", "botSize", "botCost", "baselineSize", "anchorPrice", "size", "cost",
    "inFlightBuy", "inFlightSell", "realised", "fees", "funding", "botRealised", "botFees", "botVolume", "volume",
    "lastPrice", "botTrades", "botCloses", "botWins", "trades", "closes", "wins", "lastEventId", "lastEventAt")
  SELECT
    r."botId", r."asset", r."sizeDecimals", r."botSize", r."botCost", r."baselineSize", r."anchorPrice", r."size",
    r."cost", r."inFlightBuy", r."inFlightSell", r."realised", r."fees", r."funding", r."botRealised", r."botFees",
    r."botVolume", r."volume", r."lastPrice", r."botTrades", r."botCloses", r."botWins", r."trades", r."closes",
    r."wins", r."lastEventId", to_timestamp(r."lastEventAt" / 1000.0)
  FROM counter, json_to_recordset($N) AS r(
    "botId" text, "asset" text, "sizeDecimals" smallint, "botSize" numeric, "botCost" numeric,
    "baselineSize" numeric, "anchorPrice" numeric, "size" numeric, "cost" numeric, "inFlightBuy" numeric,
    "inFlightSell" numeric, "realised" numeric, "fees" numeric, "funding" numeric, "botRealised" numeric,
    "botFees" numeric, "botVolume" numeric, "volume" numeric, "lastPrice" numeric, "botTrades" bigint,
    "botCloses" bigint, "botWins" bigint, "trades" bigint, "closes" bigint, "wins" bigint, "lastEventId" text,
    "lastEventAt" bigint)
  ON CONFLICT ("botId", "asset") DO UPDATE SET
    "sizeDecimals" = excluded."sizeDecimals", "botSize" = excluded."botSize", "botCost" = excluded."botCost",
    "baselineSize" = excluded."baselineSize", "anchorPrice" = excluded."anchorPrice", "size" = excluded."size",
    "cost" = excluded."cost", "inFlightBuy" = excluded."inFlightBuy", "inFlightSell" = excluded."inFlightSell",
    "realised" = excluded."realised", "fees" = excluded."fees", "funding" = excluded."funding",
    "botRealised" = excluded."botRealised", "botFees" = excluded."botFees", "botVolume" = excluded."botVolume",
    "volume" = excluded."volume", "lastPrice" = excluded."lastPrice", "botTrades" = excluded."botTrades",
    "botCloses" = excluded."botCloses", "botWins" = excluded."botWins", "trades" = excluded."trades",
    "closes" = excluded."closes", "wins" = excluded."wins", "lastEventId" = excluded."lastEventId",
    "lastEventAt" = excluded."lastEventAt"
"""

_FUNDING = """
  INSERT INTO "FundingPayment" (
    "botId", "asset", "timestamp", "sizeDecimals", "size", "rate", "oraclePrice", "amount")
  SELECT
    r."botId", r."asset", to_timestamp(r."timestamp" / 1000.0), r."sizeDecimals", r."size", r."rate",
    r."oraclePrice", r."amount"
  FROM counter, json_to_recordset($N) AS r(
    "botId" text, "asset" text, "timestamp" bigint, "sizeDecimals" smallint, "size" numeric, "rate" numeric,
    "oraclePrice" numeric, "amount" numeric)
"""

_ENTRIES_AND_FEED = """
, entry AS (
  INSERT INTO "JournalEntry" (
    "seq", "batch", "controlsVersion", "eventId", "decisionIds", "trades", "books", "funding")
  SELECT
    counter."entry" + r."n", r."batch", counter."version", r."eventId", r."decisionIds", r."trades", r."books",
    r."funding"
  FROM counter, json_to_recordset($4) AS r(
    "n" int, "batch" uuid, "eventId" uuid, "decisionIds" uuid[], "trades" json, "books" json, "funding" json)
), feed AS (
  INSERT INTO "FeedItem" ("seq", "type", "data", "createdAt")
  SELECT counter."feed" + r."n", r."type", r."data", to_timestamp(r."createdAt" / 1000.0)
  FROM counter, json_to_recordset($5) AS r("n" int, "type" text, "data" json, "createdAt" bigint)
)
SELECT counter."entry" + $3 AS "entry", pg_notify('fadearena_feed', (counter."feed" + $2)::text) FROM counter
"""

OPTIONAL: Mapping[str, str] = {
    "events": _EVENTS,
    "decisions": _DECISIONS,
    "trades": _TRADES,
    "books": _BOOKS,
    "funding": _FUNDING,
}
