"""The contract's queries: they run as written, over indexes alone, and the tables have the contract's columns."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from fadearena.persistence.database import Connection, connect
from fadearena.persistence.views import habits, vitals

NEWEST_EVENTS = """
SELECT * FROM "BotTradeEvent" WHERE "botId" = 'gemini-3-pro' ORDER BY "timestamp" DESC LIMIT 50;
"""
TRADES_OF_A_BOT = """
SELECT * FROM "MyTrade" WHERE "botId" = 'gemini-3-pro' ORDER BY "timestamp" DESC;
"""
DAILY_PNL = """
SELECT SUM("pnl") as "dailyPnL" FROM "MyTrade" WHERE "timestamp" >= CURRENT_DATE AND "pnl" IS NOT NULL;
"""
EQUITY_OF_A_DAY = """
SELECT * FROM "EquitySnapshot" WHERE "timestamp" >= NOW() - INTERVAL '24 hours' ORDER BY "timestamp" ASC;
"""
KILL_SWITCH = """
SELECT "killSwitch" FROM "SystemStatus" LIMIT 1;
"""

ROWS = 60_000
BOT = "CASE i % 100 WHEN 0 THEN 'gemini-3-pro' ELSE 'bot-' || i % 100 END"
UUID = "lpad(to_hex(i), 32, '0')::uuid"

FILL = (
    # The rows are consistent; not checking each against the others saves most of the time.
    "SET session_replication_role = replica",
    f"""
    INSERT INTO "BotTradeEvent"
    SELECT {UUID}, {BOT}, '0x' || lpad(to_hex(i % 100), 40, '0'), now() - i * interval '1 s', 'fill', 'BTC', 'long',
      1, 2, 2, 0, 0, 1, 2, NULL, '{{}}', now(), i, 5, i, i, 0, 0
    FROM generate_series(1, {ROWS}) i
    """,
    f"""
    INSERT INTO "StrategyDecision"
    SELECT {UUID}, {UUID}, now() - i * interval '1 s', 'skip', NULL, 'on_target: x', '[]', '{{}}', {BOT},
      CASE i % 1000 WHEN 0 THEN 'RARE' ELSE 'BTC' END, 5, '',
      NULL, CASE i % 500 WHEN 0 THEN 'daily_loss' ELSE 'on_target' END, '{{}}', 0, 0, 0
    FROM generate_series(1, {ROWS}) i
    """,
    f"""
    INSERT INTO "MyTrade"
    SELECT {UUID}, {UUID}, {UUID}, {BOT}, now() - i * interval '10 s', 'BTC', 'long', 1, 2, 2, '{{}}', '{{}}', NULL,
      '0x' || lpad(to_hex(i), 32, '0'), 'filled', 0, CASE i % 2 WHEN 0 THEN 1 END, NULL, true, 5
    FROM generate_series(1, {ROWS}) i
    """,
    f"""
    INSERT INTO "EquitySnapshot" SELECT {UUID}, now() - i * interval '5 min', 1, 2, '{{}}'
    FROM generate_series(1, {ROWS // 4}) i
    """,
    f"""
    INSERT INTO "JournalEntry" SELECT i, {UUID}, 1, {UUID}, ARRAY[{UUID}], '[]', '[]', '[]', now()
    FROM generate_series(1, {ROWS}) i
    """,
    "ANALYZE",
)


async def plan_of(connection: Connection, sql: str, *values: Any) -> list[dict[str, Any]]:
    """The nodes of a statement's plan, as it was really run."""
    text = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", *values)
    nodes: list[dict[str, Any]] = []

    def walk(node: dict[str, Any]) -> None:
        nodes.append(node)
        for child in node.get("Plans", ()):
            walk(child)

    walk(msgspec.json.decode(text)[0]["Plan"])
    return nodes


ONE_BUSY_BOT = (
    """UPDATE "BotTradeEvent" SET "botId" = 'busy'""",
    """UPDATE "MyTrade" SET "botId" = 'busy'""",
    "ANALYZE",
)
"""By the statistics any row is of any bot; the watched ones have none."""


def indexes(nodes: list[dict[str, Any]]) -> set[str]:
    return {node["Index Name"] for node in nodes if "Index Name" in node}


def rows_touched(nodes: list[dict[str, Any]]) -> int:
    return max(
        int((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]) for node in nodes
    )


CASES: list[tuple[str, str | None, int]] = [
    (NEWEST_EVENTS, "ix_BotTradeEvent_botId_timestamp", 50),
    (TRADES_OF_A_BOT, "ix_MyTrade_botId_timestamp", ROWS // 100),
    (DAILY_PNL, "ix_MyTrade_pnl", 8_640),
    (EQUITY_OF_A_DAY, "ix_EquitySnapshot_timestamp", 289),
    (KILL_SWITCH, None, 1),
    (
        """
        SELECT "id" FROM "BotTradeEvent"
        WHERE "walletAddress" = '0x' || lpad('7', 40, '0') AND "timestamp" >= now() - interval '1 hour'
        """,
        "uq_BotTradeEvent_fill",
        100,
    ),
    ('SELECT * FROM "MyTrade" WHERE "orderResult" IS NULL ORDER BY "timestamp"', "ix_MyTrade_unresolved", 0),
    ("SELECT * FROM \"MyTrade\" WHERE \"cloid\" = '0x' || repeat('0', 32)", "uq_MyTrade_cloid", 1),
    ('SELECT * FROM "JournalEntry" WHERE "seq" > 9000 ORDER BY "seq" LIMIT 500', "pk_JournalEntry", 500),
    (
        'SELECT * FROM "StrategyDecision" WHERE "skipCode" = \'daily_loss\' ORDER BY "timestamp" DESC LIMIT 50',
        "ix_StrategyDecision_skipCode_timestamp",
        120,
    ),
    (
        'SELECT * FROM "StrategyDecision" WHERE "asset" = \'RARE\' ORDER BY "timestamp" DESC LIMIT 50',
        "ix_StrategyDecision_asset_timestamp",
        60,
    ),
    (
        """
        SELECT "id" FROM "StrategyDecision" WHERE "botId" = 'gemini-3-pro' AND "asset" = 'RARE'
           AND ("timestamp", "id") < (now() - interval '1 hour', lpad('7', 32, '0')::uuid)
         ORDER BY "timestamp" DESC, "id" DESC LIMIT 1
        """,
        "ix_StrategyDecision_botId_asset_timestamp",
        10,
    ),
    (
        """
        SELECT "timestamp" FROM "BotTradeEvent" WHERE "botId" = 'gemini-3-pro' AND "previousSize" * "currentSize" <= 0
         ORDER BY "timestamp" DESC LIMIT 50
        """,
        "ix_BotTradeEvent_turns",
        50,
    ),
    (
        'SELECT * FROM "StrategyDecision" WHERE "botTradeEventId" = lpad(to_hex(7), 32, \'0\')::uuid',
        "ix_StrategyDecision_botTradeEventId",
        1,
    ),
    (
        'SELECT * FROM "MyTrade" WHERE "strategyDecisionId" = lpad(to_hex(7), 32, \'0\')::uuid',
        "ix_MyTrade_strategyDecisionId",
        1,
    ),
]
"""Statement, the index it must use, and how many rows it may look at."""


@pytest.mark.slow
async def test_the_contracts_queries_and_our_own_touch_only_what_they_answer(database_url: str) -> None:
    connection = await connect(database_url)
    for statement in FILL:
        await connection.execute(statement)
    for sql, index, rows_max in CASES:
        await connection.fetch(sql)
        nodes = await plan_of(connection, sql)
        assert rows_touched(nodes) <= rows_max, sql
        if index is not None:
            assert index in indexes(nodes), sql
            assert not [node for node in nodes if node["Node Type"] == "Seq Scan"], sql
    await connection.close()


@pytest.mark.slow
async def test_what_is_asked_of_a_quiet_bot_walks_no_other_bots_rows(database_url: str) -> None:
    connection = await connect(database_url)
    for statement in (*FILL[:2], *FILL[3:4], *ONE_BUSY_BOT):
        await connection.execute(statement)
    for sql in (habits.BOT_HOLDS, habits.OUR_HOLDS, habits.ANSWERS):
        nodes = await plan_of(connection, sql.replace("$1", "500"))
        assert rows_touched(nodes) <= 10, sql
    await connection.close()


@pytest.mark.slow
async def test_how_late_the_newest_fills_were_is_asked_of_them_alone(database_url: str) -> None:
    connection = await connect(database_url)
    for statement in FILL:
        await connection.execute(statement)
    nodes = await plan_of(connection, vitals.LATENCY.replace("$1", "500"))
    assert rows_touched(nodes) <= 1_500
    await connection.close()


CONTRACT_COLUMNS = {
    "BotTradeEvent": (
        "id uuid, botId text, walletAddress text, timestamp timestamptz, eventType text, asset text, side text, "
        "size numeric, price numeric, notional numeric, previousSize numeric, previousNotional numeric, "
        "currentSize numeric, currentNotional numeric, hyperliquidFillHash text, rawData jsonb, createdAt timestamptz"
    ),
    "StrategyDecision": (
        "id uuid, botTradeEventId uuid, timestamp timestamptz, decision text, reason text, skipReason text, "
        "riskChecks jsonb, settingsSnapshot jsonb"
    ),
    "MyTrade": (
        "id uuid, botTradeEventId uuid, strategyDecisionId uuid, botId text, timestamp timestamptz, asset text, "
        "side text, size numeric, price numeric, notional numeric, orderRequest jsonb, orderResult jsonb, "
        "hyperliquidOrderId text, cloid text, status text, fee numeric, pnl numeric, closedAt timestamptz, "
        "simulated bool"
    ),
    "Settings": (
        "id uuid, mode text, defaultLeverageMultiplier numeric, globalExposureCap numeric, dailyLossLimit numeric, "
        "botConfigs jsonb, assetExposureCaps jsonb, version int8, updatedAt timestamptz, updatedBy text"
    ),
    "SystemStatus": (
        "id uuid, killSwitch bool, killSwitchActivatedAt timestamptz, killSwitchDeactivatedAt timestamptz, "
        "hyperliquidConnected bool, lastHyperliquidCheck timestamptz, lastEventTime timestamptz, "
        "lastOrderTime timestamptz, startedAt timestamptz, updatedAt timestamptz"
    ),
    "EquitySnapshot": ("id uuid, timestamp timestamptz, botsAggregate numeric, fadeArena numeric, botEquities jsonb"),
    "SystemEvent": "id uuid, timestamp timestamptz, level text, category text, message text, details jsonb",
}

CONTRACT_INDEXES = {
    ("BotTradeEvent", "botId", "timestamp"),
    ("BotTradeEvent", "timestamp"),
    ("BotTradeEvent", "asset"),
    ("StrategyDecision", "botTradeEventId"),
    ("StrategyDecision", "timestamp"),
    ("StrategyDecision", "decision"),
    ("MyTrade", "botId", "timestamp"),
    ("MyTrade", "timestamp"),
    ("MyTrade", "asset"),
    ("MyTrade", "cloid"),
    ("EquitySnapshot", "timestamp"),
    ("SystemEvent", "timestamp"),
    ("SystemEvent", "level"),
    ("SystemEvent", "category"),
}


async def test_every_column_of_the_contract_is_there_with_its_type(database_url: str) -> None:
    connection = await connect(database_url)
    rows = await connection.fetch(
        "SELECT table_name, column_name, udt_name FROM information_schema.columns WHERE table_schema = 'public'"
    )
    await connection.close()
    there = {(row[0], f"{row[1]} {row[2]}") for row in rows}
    wanted = {(table, column) for table, columns in CONTRACT_COLUMNS.items() for column in columns.split(", ")}
    assert wanted - there == set()


async def test_every_index_of_the_contract_is_there(database_url: str) -> None:
    connection = await connect(database_url)
    rows = await connection.fetch(
        """
        SELECT c.relname, array_agg(a.attname::text ORDER BY k.place) AS columns
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid
        CROSS JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY AS k(number, place)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
        WHERE c.relnamespace = 'public'::regnamespace AND i.indpred IS NULL GROUP BY c.relname, i.indexrelid
        """
    )
    await connection.close()
    assert CONTRACT_INDEXES - {(row[0], *row[1]) for row in rows} == set()


async def test_the_arrows_of_the_contract_are_foreign_keys(database_url: str) -> None:
    connection = await connect(database_url)
    rows = await connection.fetch(
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'"
    )
    await connection.close()
    arrows = {(row[0].strip('"'), row[1].split('"')[1], row[1].split("REFERENCES")[1].split('"')[1]) for row in rows}
    assert arrows == {
        ("StrategyDecision", "botTradeEventId", "BotTradeEvent"),
        ("MyTrade", "botTradeEventId", "BotTradeEvent"),
        ("MyTrade", "strategyDecisionId", "StrategyDecision"),
    }


async def test_a_writer_and_the_contracts_readers_do_not_block_each_other(database_url: str) -> None:
    writer, reader = await connect(database_url), await connect(database_url)
    async with writer.transaction():
        await writer.execute('UPDATE "SystemStatus" SET "killSwitch" = true')
        assert await asyncio.wait_for(reader.fetchval(KILL_SWITCH), 5) is False
    assert await reader.fetchval(KILL_SWITCH) is True
    await writer.close()
    await reader.close()
