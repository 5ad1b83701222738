"""Whatever is unplugged, in the end the tables are those of an undisturbed run: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from fadearena.domain.market import to_decimal
from fadearena.domain.positions import Book
from fadearena.exchange_simulator.faults import Fault
from fadearena.persistence.journal import PostgresJournal
from tests.worlds.drills import Drill, Record, backtested, fill_of, fills_of

pytestmark = pytest.mark.slow

QUICK = 80_000.0
"""Nine days in about ten seconds."""


@pytest_asyncio.fixture
async def drill(database_url: str, tmp_path: Path) -> AsyncIterator[Drill]:
    made = Drill(database_url, tmp_path)
    await made.prepare()
    yield made
    await made.close()


def assert_is_the_undisturbed_run(record: Record) -> None:
    """Compared with the backtest, which no wire or process can disturb."""
    entries = backtested()
    events = {str(entry.event.id): entry.event for entry in entries if entry.event}
    assert [str(row["id"]) for row in record.events] == sorted(events)
    decisions = {str(decision.id): decision for entry in entries for decision in entry.decisions}
    assert {str(row["id"]) for row in record.decisions} == set(decisions)
    for row in record.decisions:
        decision = decisions[str(row["id"])]
        said = decision.reason or decision.skip_reason
        assert said is not None
        assert (row["reason"] or row["skipReason"]) == f"{said.code}: {said.sentence}"
        assert row["decision"] == decision.outcome
        assert row["orderSize"] == to_decimal(decision.order_lots, decision.asset.size_decimals)
    trades = {str(trade.id): trade for entry in entries for trade in entry.trades}
    assert {str(row["id"]) for row in record.trades} == set(trades)
    for row in record.trades:
        trade = trades[str(row["id"])]
        assert row["cloid"] == trade.cloid
        assert row["side"] == trade.side.word
        assert row["size"] == to_decimal(trade.lots, trade.asset.size_decimals)
        assert row["price"] == to_decimal(trade.price, trade.asset.price_decimals)
        assert row["fee"] == to_decimal(trade.fee, 6)
        assert row["pnl"] == (None if trade.pnl is None else to_decimal(trade.pnl, 6))
        assert int(row["timestamp"].timestamp() * 1000 + 0.5) == trade.time_ms


async def test_an_undisturbed_run_is_the_backtest(drill: Drill) -> None:
    await drill.start_simulator("max")
    drill.start_trader()
    await drill.until_stored(fills_of())
    assert_is_the_undisturbed_run(await drill.record())


async def test_the_exchange_going_away_twice_changes_nothing(drill: Drill) -> None:
    await drill.start_simulator(QUICK)
    drill.start_trader()
    for part in (120, 300):
        await drill.until_stored(part)
        await drill.restart_simulator(QUICK)
    await drill.until_stored(fills_of())
    assert_is_the_undisturbed_run(await drill.record())


async def test_a_trader_killed_five_times_changes_nothing(drill: Drill) -> None:
    await drill.start_simulator(QUICK)
    for part in (30, 100, 180, 260, 350):
        drill.start_trader()
        await drill.until_stored(part)
        drill.kill_trader()
    drill.start_trader()
    await drill.until_stored(fills_of())
    assert_is_the_undisturbed_run(await drill.record())


async def test_frames_dropped_repeated_reordered_and_late_and_refused_requests_change_nothing(drill: Drill) -> None:
    await drill.start_simulator(
        QUICK,
        faults=[
            Fault(kind="drop", channel="userFills", probability=0.1, count=40, skip=6),
            Fault(kind="repeat", channel="userFills", probability=0.1, count=40, skip=6),
            Fault(kind="reorder", channel="userFills", probability=0.1, count=40, skip=6),
            Fault(kind="delay", channel="userFills", probability=0.03, count=6, skip=6, delay_ms=300),
            Fault(kind="http_429", probability=0.1, count=20),
            Fault(kind="http_500", probability=0.1, count=20),
        ],
    )
    drill.start_trader()
    # each 429 silences the client for ten seconds, and the first of them strike before the first fill is seen
    for part in (1, fills_of()):
        await drill.until_stored(part)
    assert_is_the_undisturbed_run(await drill.record())


async def test_no_exit_waits_for_an_exchange_that_answers_no_question(drill: Drill) -> None:
    """Every question fails from some fill on, and the socket loses the fill by which a bot gets out of a position. What
    follows it in that asset is followed all the same; once the exchange answers, nothing is missing or there twice.
    """
    lost = fill_of("gemini-2.5-pro", "DOGE", direction="Close Short", number=1)
    await drill.start_simulator(
        QUICK,
        faults=[
            Fault(kind="http_500", from_fill=lost.number - 7, count="all"),
            Fault(
                kind="drop",
                channel="userFills",
                user=lost.wallet,
                coin="DOGE",
                from_fill=lost.number,
                to_fill=lost.number,
            ),
        ],
    )
    drill.start_trader(exit_patience_s=1)
    await drill.until_stored(fills_of() - 1)
    [stand_in] = await drill.database.fetch('SELECT * FROM "BotTradeEvent" WHERE "eventType" = \'position-change\'')
    assert (stand_in["botId"], stand_in["asset"]) == ("gemini-2.5-pro", "DOGE")
    assert (stand_in["previousSize"], stand_in["currentSize"]) == (lost.before, 0)
    [exit_order] = await drill.orders_for(stand_in["id"])
    assert (exit_order["side"], exit_order["size"]) == ("short", -lost.before)
    assert not [book for book in await drill.books() if book.position.lots], "no exit was blocked"
    assert await drill.gaps() == [("DOGE", "gap")]

    await drill.restart_simulator(QUICK)
    await drill.until_stored(fills_of())
    await drill.until_whole()
    record = await drill.record()
    fills = [row for row in record.events if row["eventType"] == "fill"]
    undisturbed = {str(entry.event.id) for entry in backtested() if entry.event}
    assert [str(row["id"]) for row in fills] == sorted(undisturbed)
    refused = {row["skipReason"].split(":")[0] for row in record.decisions if row["skipReason"]}
    assert {"history_complete", "late_fill"} <= refused
    assert not [book for book in await drill.books() if book.position.lots or book.bot_lots]


async def test_no_exit_waits_for_a_catch_up_that_does_not_work(drill: Drill) -> None:
    """The connection is lost, and from then on no question is answered: what the socket tells is followed out of every
    position, and nothing is opened on it.
    """
    await drill.start_simulator(QUICK)
    drill.start_trader(exit_patience_s=1)
    await drill.until_stored(120)
    held = [book for book in await drill.books() if book.position.lots]
    assert held
    await drill.restart_simulator(QUICK, faults=[Fault(kind="http_500", count="all")])
    await drill.until_stored(fills_of())
    before = {(book.bot_id, book.asset.name): book.trades for book in held}
    after = {(book.bot_id, book.asset.name): book for book in await drill.books()}
    assert not [book for book in after.values() if book.position.lots], "no exit was blocked"
    assert all(after[key].trades > trades for key, trades in before.items())

    await drill.restart_simulator(QUICK)
    await drill.until_proven()
    record = await drill.record()
    undisturbed = {str(entry.event.id) for entry in backtested() if entry.event}
    assert [str(row["id"]) for row in record.events] == sorted(undisturbed)
    assert "history_complete" in {row["skipReason"].split(":")[0] for row in record.decisions if row["skipReason"]}


async def test_a_restart_replays_to_the_books_that_were_stored(drill: Drill) -> None:
    await drill.start_simulator("max")
    drill.start_trader()
    await drill.until_stored(fills_of())
    async with await PostgresJournal.open(drill.url) as journal:
        stored = {(book.bot_id, book.asset.name): book for book in await journal.load_books()}
        replayed: dict[tuple[str, str], Book] = {}
        async for entry in journal.replay():
            replayed |= {(book.bot_id, book.asset.name): book for book in entry.books}
    assert replayed == stored
    assert all(book.position.lots == 0 and book.bot_lots == 0 for book in stored.values())


async def test_every_event_has_a_decision_and_the_history_is_proven_complete(drill: Drill) -> None:
    await drill.start_simulator("max")
    drill.start_trader()
    await drill.until_stored(fills_of())
    undecided = await drill.database.fetchval(
        'SELECT count(*) FROM "BotTradeEvent" e LEFT JOIN "StrategyDecision" d ON d."botTradeEventId" = e."id" '
        'WHERE d."id" IS NULL'
    )
    assert undecided == 0
    for _ in range(100):
        rows = await drill.database.fetch('SELECT "wallet", "state" FROM "FillRange"')
        if len({row["wallet"] for row in rows}) == 6:
            break
        await asyncio.sleep(0.1)
    assert {row["state"] for row in rows} == {"complete"}
    assert len({row["wallet"] for row in rows}) == 6
