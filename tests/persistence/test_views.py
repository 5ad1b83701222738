"""The read side against a real database, filled by the journal itself."""

from __future__ import annotations

import time
import uuid
from decimal import Decimal
from types import SimpleNamespace
from typing import Literal

import pytest

from fadearena.domain.events import BotEquity
from fadearena.domain.identifiers import BotId
from fadearena.domain.market import AssetName
from fadearena.domain.records import EquityPoint, FillRange, SystemRecord
from fadearena.persistence.bookkeeping import Heartbeat
from fadearena.persistence.database import Pool
from fadearena.persistence.errors import DatabaseNotReachableError
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.recovery import Recovery
from fadearena.persistence.views import DatabaseBusyError, Reader, feed, paging
from fadearena.persistence.views.buckets import POINTS_WISHED, TooManyPointsError
from fadearena.persistence.views.decisions import DecisionFilter, decision, decisions
from fadearena.persistence.views.equity import equity
from fadearena.persistence.views.models import models
from fadearena.persistence.views.paging import BadCursorError, PageTooDeepError, PageWish, Totals, decode_cursor
from fadearena.persistence.views.state import state
from fadearena.persistence.views.system import EventFilter, bots, completeness, events, pulse
from fadearena.persistence.views.trades import TradeFilter, trades
from tests.persistence.entries import BTC, GPT, QWEN, START_MS, WALLETS, History

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


async def fill(journal: PostgresJournal, count: int = 120) -> History:
    history = History()
    await journal.append(history.entries(count), await journal.controls_version())
    return history


async def walk(reader: Reader, wanted: TradeFilter, limit: int) -> list[str]:
    """Every trade's id, page after page by cursor."""
    ids: list[str] = []
    cursor = None
    for _ in range(200):
        page = await trades(reader, Totals(), wanted, PageWish(limit=limit, cursor=cursor))
        ids += [trade.id for trade in page.trades]
        cursor = page.pagination.next_cursor
        if cursor is None:
            return ids
    raise AssertionError("the cursor never ended")


async def test_trades_of_both_sides_come_on_one_time_line_newest_first(
    journal: PostgresJournal, reader: Reader
) -> None:
    await fill(journal)
    page = await trades(reader, Totals(), TradeFilter(), PageWish(limit=200))
    assert {trade.type for trade in page.trades} == {"bot", "mine"}
    assert [t.timestamp for t in page.trades] == sorted((t.timestamp for t in page.trades), reverse=True)
    assert page.pagination.total == len(page.trades)
    assert not page.pagination.total_is_estimate


@pytest.mark.parametrize("limit", [1, 7, 50])
async def test_a_walk_by_cursor_meets_every_trade_once_in_the_order_of_the_pages(
    journal: PostgresJournal, reader: Reader, limit: int
) -> None:
    await fill(journal, 40)
    wanted = TradeFilter()
    walked = await walk(reader, wanted, limit)
    by_number: list[str] = []
    for number in range(1, 200):
        page = await trades(reader, Totals(), wanted, PageWish(page=number, limit=limit))
        if not page.trades:
            break
        by_number += [trade.id for trade in page.trades]
    assert len(set(walked)) == len(walked)
    assert walked == by_number


async def test_filters_leave_only_what_was_asked_for(journal: PostgresJournal, reader: Reader) -> None:
    await fill(journal)
    first, last = START_MS + 10 * 60_000, START_MS + 60 * 60_000
    wanted = TradeFilter(type="bot", bot_id="gpt-5", asset="BTC", start_ms=first, end_ms=last)
    page = await trades(reader, Totals(), wanted, PageWish(limit=200))
    assert page.trades
    assert {(t.type, t.bot_id, t.asset) for t in page.trades} == {("bot", "gpt-5", "BTC")}
    assert all(first <= t.timestamp <= last for t in page.trades)
    both = await trades(reader, Totals(), TradeFilter(bot_id="gpt-5", asset="BTC"), PageWish(limit=200))
    assert both.pagination.total > page.pagination.total


async def test_a_total_is_exact_to_a_hundred_thousand_and_an_estimate_beyond(pool: Pool, reader: Reader) -> None:
    insert = """
        INSERT INTO "SystemEvent" SELECT gen_random_uuid(), now() - i * interval '1 s', 'info', 'system', 'x', '{}'
          FROM generate_series(1, $1::int) i"""
    await pool.execute(insert, 100_000)
    exact = (await events(reader, Totals(), EventFilter(), PageWish(limit=1))).pagination
    await pool.execute(insert, 1)
    await pool.execute('ANALYZE "SystemEvent"')
    totals = Totals()
    beyond = (await events(reader, totals, EventFilter(), PageWish(limit=1))).pagination
    narrow = (await events(reader, totals, EventFilter(level="error"), PageWish(limit=1))).pagination
    assert (exact.total, exact.total_is_estimate, exact.total_pages) == (100_000, False, 100_000)
    assert beyond.total_is_estimate
    assert beyond.total >= 100_001
    assert (narrow.total, narrow.total_is_estimate) == (0, False)


async def test_what_would_take_long_to_count_is_estimated(
    pool: Pool, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pool.execute(
        """
        INSERT INTO "SystemEvent" SELECT gen_random_uuid(), now() - i * interval '1 s', 'info', 'system', 'x', '{}'
          FROM generate_series(1, 2000) i"""
    )
    await pool.execute('ANALYZE "SystemEvent"')
    monkeypatch.setattr(paging, "COUNT_COST_MAX", 10.0)
    cheap = (await events(reader, Totals(), EventFilter(level="error"), PageWish(limit=1))).pagination
    dear = (await events(reader, Totals(), EventFilter(level="info"), PageWish(limit=1))).pagination
    assert (cheap.total, cheap.total_is_estimate) == (0, False)
    assert (dear.total, dear.total_is_estimate) == (2_000, True)


async def test_thousands_are_counted_once_in_a_few_seconds_and_few_each_time(
    pool: Pool, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = """
        INSERT INTO "SystemEvent" SELECT gen_random_uuid(), now() - i * interval '1 s', $2, 'system', 'x', '{}'
          FROM generate_series(1, $1::int) i"""
    totals = Totals()

    async def total(level: Literal["info", "warning"]) -> int:
        return (await events(reader, totals, EventFilter(level=level), PageWish(limit=1))).pagination.total

    await pool.execute(insert, 5_000, "info")
    await pool.execute(insert, 4_999, "warning")
    assert [await total("info"), await total("warning")] == [5_000, 4_999]
    await pool.execute(insert, 1, "info")
    await pool.execute(insert, 1, "warning")
    assert [await total("info"), await total("warning")] == [5_000, 5_000]
    later = time.monotonic() + paging.COUNTED_REMEMBERED_SECONDS
    monkeypatch.setattr(paging, "time", SimpleNamespace(monotonic=lambda: later))
    assert await total("info") == 5_001


@pytest.mark.parametrize("cursor", ["", "x", "é", "AAAA", "A" * 32 + "=", "////////////////////////////////"])
def test_a_cursor_that_is_none_of_ours_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursorError):
        decode_cursor(cursor)


def test_a_page_by_number_is_not_counted_to_for_ever() -> None:
    with pytest.raises(PageTooDeepError):
        _ = PageWish(page=100_000, limit=200).offset
    assert PageWish(page=100_000, limit=200, cursor="any").offset == 0


async def test_a_bots_record_is_the_exact_sum_of_what_the_exchange_stated(
    journal: PostgresJournal, reader: Reader, pool: Pool
) -> None:
    await fill(journal)
    by_bot = {model.id: model for model in (await models(reader)).bots}
    rows = await pool.fetch(
        'SELECT "botId", sum("closedPnl") AS pnl, sum("fee") AS fees, count(*) AS n FROM "BotTradeEvent" GROUP BY 1'
    )
    assert {row["botId"] for row in rows} == {GPT, QWEN}
    for row in rows:
        stats = by_bot[row["botId"]].bot_stats
        assert (stats.realized_pnl, stats.fees, stats.total_trades) == (row["pnl"], row["fees"], row["n"])


async def test_positions_are_shown_at_the_last_mark(journal: PostgresJournal, reader: Reader, pool: Pool) -> None:
    history = await fill(journal)
    await Recovery(pool).record_marks({AssetName("BTC"): Decimal(120_000)}, START_MS)
    model = next(model for model in (await models(reader)).bots if model.id == GPT)
    book = history.book(GPT, BTC)
    position = next(p for p in model.current_positions if p.asset == "BTC")
    size = Decimal(book.bot_lots).scaleb(-5)
    assert (position.side == "long") == (book.bot_lots > 0)
    assert position.size == abs(size)
    assert position.notional == abs(size) * 120_000
    assert position.unrealized_pnl == size * 120_000 - Decimal(book.bot_cost).scaleb(-6)


async def test_what_fading_brought_adds_up(journal: PostgresJournal, reader: Reader) -> None:
    await fill(journal)
    for model in (await models(reader)).bots:
        stats = model.stats
        assert stats.total_pnl == stats.realized_pnl + stats.unrealized_pnl + stats.funding - stats.fees


async def test_a_decision_opens_with_its_event_checks_settings_and_orders(
    journal: PostgresJournal, reader: Reader
) -> None:
    await fill(journal)
    page = await decisions(reader, Totals(), DecisionFilter(decision="execute"), PageWish(limit=5))
    found = await decision(reader, uuid.UUID(page.decisions[0].id))
    assert found is not None
    assert found.decision == "execute"
    assert found.reason is not None
    assert found.reason.sentence
    assert not found.reason.sentence.startswith(f"{found.reason.code}:")
    assert found.event.id == page.decisions[0].event_id
    assert found.orders
    assert found.settings_snapshot["mode"] == "simulation"
    skips = await decisions(reader, Totals(), DecisionFilter(skip_code="on_target"), PageWish())
    assert skips.decisions
    assert {d.decision for d in skips.decisions} == {"skip"}


async def test_a_decision_that_is_not_there_is_none(reader: Reader) -> None:
    assert await decision(reader, uuid.UUID("0199dfaf-5800-7000-8000-00000000dead")) is None


async def test_equity_gives_the_last_value_of_each_interval(journal: PostgresJournal, reader: Reader) -> None:
    for minute in range(0, 130, 5):
        await journal.record_equity(_point(START_MS + minute * 60_000, 1_000_000 * minute))
    series = (await equity(reader, None, None, "1h", None)).series
    assert [int(point.fade_arena) for point in series] == [55, 115, 125]
    assert series[0].bots.keys() == {GPT, QWEN}
    only = (await equity(reader, None, None, "1h", GPT)).series
    assert only[0].bots.keys() == {GPT}


async def test_equity_without_times_covers_everything_in_about_a_thousand_points(
    journal: PostgresJournal, reader: Reader, pool: Pool
) -> None:
    await pool.execute(
        """
        INSERT INTO "EquitySnapshot"
        SELECT gen_random_uuid(), timestamptz '2025-01-01Z' + i * interval '1 h', i, -i, '{}'
          FROM generate_series(0, 8760) i"""
    )
    whole = await equity(reader, None, None, None, None)
    assert whole.interval == "1d"
    assert 300 < len(whole.series) <= POINTS_WISHED
    assert whole.series[-1].bots_aggregate == 8760
    narrow = await equity(reader, whole.end_time - DAY_MS if whole.end_time else 0, None, None, None)
    assert narrow.interval == "5m"
    assert len(narrow.series) == 25
    with pytest.raises(TooManyPointsError):
        await equity(reader, None, None, "1m", None)


async def test_equity_of_nothing_is_an_empty_series(reader: Reader) -> None:
    assert (await equity(reader, None, None, None, None)).series == []
    assert (await equity(reader, DAY_MS, 2 * DAY_MS, "1d", None)).series == []


async def test_todays_profit_goes_by_the_systems_own_clock(journal: PostgresJournal, reader: Reader) -> None:
    midnight = START_MS // DAY_MS * DAY_MS
    for hours, fade in ((-3, 100), (-1, 90), (2, 95), (5, 120)):
        await journal.record_equity(_point(midnight + hours * HOUR_MS, fade * 1_000_000))
    await journal.record_heartbeat(Heartbeat(connected=True, clock_ms=midnight + 6 * HOUR_MS, started_ms=0))
    now = await state(reader)
    assert now.daily_pnl.fade_arena == 30
    assert now.equity.fade_arena == 120
    await journal.record_heartbeat(Heartbeat(connected=True, clock_ms=midnight + 30 * HOUR_MS, started_ms=0))
    assert (await state(reader)).daily_pnl.fade_arena == 0


async def test_a_trader_that_went_silent_is_not_shown_as_connected(
    journal: PostgresJournal, reader: Reader, pool: Pool
) -> None:
    await journal.record_heartbeat(Heartbeat(connected=True, clock_ms=START_MS, started_ms=START_MS))
    assert (await state(reader)).system_status.hyperliquid_connected
    await pool.execute("""UPDATE "SystemStatus" SET "heartbeatAt" = now() - interval '10 min'""")
    silent = (await state(reader)).system_status
    assert not silent.hyperliquid_connected
    assert silent.uptime == 0
    beat = await pulse(reader)
    assert beat.heartbeat_age is not None
    assert 599 < beat.heartbeat_age < 700


async def test_exposure_nets_the_bots_of_an_asset(journal: PostgresJournal, reader: Reader, pool: Pool) -> None:
    history = await fill(journal)
    held = {key: book.position.lots for key, book in history.books.items() if book.position.lots}
    marks = {AssetName("BTC"): Decimal(100_000), AssetName("DOGE"): Decimal("0.2")}
    await Recovery(pool).record_marks(marks, START_MS)
    shown = (await state(reader)).open_positions
    assert shown is not None
    value = {key: Decimal(lots).scaleb(-key[1].size_decimals) * marks[key[1].name] for key, lots in held.items()}
    nets = [sum((v for key, v in value.items() if key[1].name == name), Decimal(0)) for name in marks]
    assert shown.count == len(held)
    assert shown.total_notional == sum(abs(v) for v in value.values())
    assert shown.net_notional == sum(abs(net) for net in nets)


async def test_the_ledger_tells_gaps_wallet_by_wallet(journal: PostgresJournal, reader: Reader) -> None:
    wallet = WALLETS[GPT]
    await journal.record_ranges(
        [
            FillRange(wallet, None, 0, 10, "complete", "all fills"),
            FillRange(wallet, AssetName("BTC"), 11, 20, "gap", "a fill is missing"),
        ]
    )
    by_bot = {entry.bot_id: entry for entry in (await completeness(reader)).wallets}
    assert len(by_bot) == 6
    ours = by_bot[GPT]
    assert (ours.complete, ours.open_gaps, ours.total_ranges) == (False, 1, 2)
    assert ours.ranges[0].state == "gap"
    assert (by_bot["grok-4"].complete, by_bot["grok-4"].total_ranges) == (False, 0)


async def test_the_log_is_told_newest_first_and_as_text(journal: PostgresJournal, reader: Reader) -> None:
    for index in range(3):
        record = SystemRecord(START_MS + index, "warning", "trading", f"<b>{index}</b>", b'{"n":1}')
        await journal.record_system(record)
    page = await events(reader, Totals(), EventFilter(category="trading"), PageWish())
    assert [line.message for line in page.events] == ["<b>2</b>", "<b>1</b>", "<b>0</b>"]
    assert page.events[0].details == {"n": 1}


async def test_bots_come_with_what_is_set_for_them(journal: PostgresJournal, reader: Reader) -> None:
    await journal.record_bot_equity([BotEquity(BotId("gpt-5"), 9_876_543_210, START_MS)])
    listed = await bots(reader)
    assert len(listed.bots) == 6
    assert all(bot.enabled for bot in listed.bots)
    model = next(model for model in (await models(reader)).bots if model.id == GPT)
    assert model.bot_stats.equity == Decimal("9876.54321")


async def test_the_feed_is_read_on_from_a_sequence(journal: PostgresJournal, reader: Reader) -> None:
    await fill(journal, 10)
    span = await feed.span(reader)
    whole = await feed.items_after(reader, 0, span.head, 1000)
    assert [item.seq for item in whole] == list(range(1, span.head + 1))
    rest = await feed.items_after(reader, 3, span.head, 2)
    assert [item.seq for item in rest] == [4, 5]
    assert whole[0].frame.startswith('{"type":"bot-trade","seq":1,"data":{')


async def test_the_reader_cannot_write(reader: Reader) -> None:
    with pytest.raises(Exception, match="read-only"):
        await reader.rows('DELETE FROM "SystemEvent"')


async def test_a_question_that_takes_too_long_is_given_up(database_url: str) -> None:
    hasty = Reader(database_url, statement_seconds=0.1)
    try:
        with pytest.raises(DatabaseBusyError):
            await hasty.rows("SELECT pg_sleep(5)")
    finally:
        await hasty.close()


async def test_a_database_that_is_away_is_named_without_its_password() -> None:
    reader = Reader("postgresql://someone:secret@127.0.0.1:1/none")
    with pytest.raises(DatabaseNotReachableError) as caught:
        await state(reader)
    assert "secret" not in str(caught.value)
    await reader.close()


def _point(time_ms: int, fade: int) -> EquityPoint:
    return EquityPoint(time_ms, fade * 2, fade, {GPT: fade, QWEN: fade})
