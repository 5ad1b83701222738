"""The state's starting equity and what its limits look at."""

from __future__ import annotations

from decimal import Decimal

from fadearena.domain.events import BotEquity
from fadearena.domain.identifiers import BotId
from fadearena.domain.market import AssetName
from fadearena.persistence.bookkeeping import Heartbeat
from fadearena.persistence.controls import ControlDesk
from fadearena.persistence.database import Database, Pool
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.recovery import Recovery
from fadearena.persistence.views import Reader
from fadearena.persistence.views.answers import Risk
from fadearena.persistence.views.state import state
from tests.persistence.entries import GPT, START_MS, History


async def risk_of(reader: Reader) -> Risk:
    risk = (await state(reader)).risk
    assert risk is not None
    return risk


async def test_it_says_what_all_began_with(journal: PostgresJournal, reader: Reader, pool: Pool) -> None:
    await pool.execute("""UPDATE "Bot" SET "startingEquity" = NULL WHERE "id" = 'gpt-5'""")
    await journal.record_bot_equity([BotEquity(BotId("gpt-5"), 2_500_000_000, START_MS)])
    start = (await state(reader)).equity.starting_equity
    assert (start.bots, start.fade_arena) == (Decimal(52_500), Decimal(60_000))
    await pool.execute("""UPDATE "Settings" SET "mode" = 'live'""")
    assert (await state(reader)).equity.starting_equity.fade_arena is None


async def test_orders_of_the_last_minute_are_counted_by_the_traders_own_clock(
    journal: PostgresJournal, reader: Reader
) -> None:
    history = History()
    await journal.append(history.entries(100), await journal.controls_version())
    sent = [t.time_ms async for entry in journal.replay() for t in entry.trades]
    now_ms = sorted(sent)[len(sent) // 2]
    assert (await risk_of(reader)).orders_last_minute == 0
    await journal.record_heartbeat(Heartbeat(connected=True, clock_ms=now_ms, started_ms=0))
    # An order and its result are two entries of one time, and there is at most one order a millisecond here.
    expected = len({t for t in sent if now_ms - 60_000 < t <= now_ms})
    assert (await risk_of(reader)).orders_last_minute == expected > 0


async def test_positions_against_a_bot_that_was_removed_are_told_apart(
    journal: PostgresJournal, reader: Reader, database_url: str, pool: Pool
) -> None:
    history = History()
    await journal.append(history.entries(60), await journal.controls_version())
    marks = {AssetName("BTC"): Decimal(100_000), AssetName("DOGE"): Decimal("0.2")}
    await Recovery(pool).record_marks(marks, START_MS)
    before = (await risk_of(reader)).unwatched
    assert (before.count, before.notional) == (0, Decimal(0))
    database = Database(database_url)
    await ControlDesk(database).remove_bot(GPT, "someone")
    await database.close()
    left = [book for (bot, _), book in history.books.items() if bot == GPT and book.position.lots]
    shown = (await risk_of(reader)).unwatched
    assert shown.count == len(left) > 0
    assert shown.notional == sum(
        Decimal(abs(book.position.lots)).scaleb(-book.asset.size_decimals) * marks[book.asset.name] for book in left
    )
