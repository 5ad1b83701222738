"""The contract of a journal, held against the one in memory and the one in PostgreSQL alike."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from fadearena.domain.events import BotEquity
from fadearena.domain.identifiers import Cloid
from fadearena.domain.records import Entry, EquityPoint, FillRange, SystemRecord
from fadearena.persistence.bookkeeping import BotAccount, Heartbeat
from fadearena.persistence.errors import ControlsChangedError, DuplicateEventError, JournalError
from fadearena.persistence.journal import ENTRIES_MAX, PostgresJournal
from fadearena.persistence.memory_journal import MemoryJournal
from tests.persistence.entries import (
    BTC,
    GPT,
    QWEN,
    START_MS,
    WALLETS,
    History,
    all_of,
    canonical_entry,
    canonical_trade,
    event_ids,
    executed,
    order,
    skipped,
)

Journal = MemoryJournal | PostgresJournal


@pytest_asyncio.fixture(params=["memory", "postgres"])
async def journal(request: pytest.FixtureRequest) -> AsyncIterator[Journal]:
    if request.param == "memory":
        yield MemoryJournal()
        return
    async with await PostgresJournal.open(request.getfixturevalue("database_url")) as opened:
        yield opened


async def replayed(journal: Journal, after: int = 0) -> list[Entry]:
    return [canonical_entry(entry) for entry in await all_of(journal.replay(after))]


async def test_what_is_appended_is_replayed_in_order_and_whole(journal: Journal) -> None:
    entries = History(seed=3).entries(40)
    for start in range(0, 40, 7):
        await journal.append(entries[start : start + 7], 1)
    assert await replayed(journal) == [canonical_entry(entry) for entry in entries]
    assert await replayed(journal, 33) == [canonical_entry(entry) for entry in entries[33:]]
    assert await journal.entry_count() == 40


async def test_the_books_are_those_of_the_newest_entries(journal: Journal) -> None:
    history = History(seed=4)
    await journal.append(history.entries(60), 1)
    assert await journal.load_books() == [
        history.books[key] for key in sorted(history.books, key=lambda key: (key[0], key[1].name))
    ]


async def test_an_event_is_stored_once_and_its_repetition_writes_nothing(journal: Journal) -> None:
    first, second = History(seed=5).entries(2)
    await journal.append([first], 1)
    with pytest.raises(DuplicateEventError):
        await journal.append([second, first], 1)
    assert await replayed(journal) == [canonical_entry(first)]


async def test_the_same_fill_under_another_id_is_refused_too(journal: Journal) -> None:
    entry = History(seed=6).entries(1)[0]
    assert entry.event is not None
    await journal.append([entry], 1)
    other = msgspec.structs.replace(entry.event, id=skipped(entry.event).id)
    with pytest.raises(DuplicateEventError):
        await journal.append([Entry(other, (skipped(other),), (), ())], 1)


async def test_a_decision_or_funding_payment_is_stored_once(journal: Journal) -> None:
    entries = History(seed=7).entries(60)
    funding = next(entry for entry in entries if entry.funding)
    decided = next(entry for entry in entries if entry.event is not None)
    await journal.append(entries, 1)
    for again in (funding, Entry(None, decided.decisions, (), ())):
        with pytest.raises(DuplicateEventError):
            await journal.append([again], 1)
    assert await journal.entry_count() == 60


async def test_entries_decided_under_other_controls_are_refused(journal: Journal) -> None:
    entries = History(seed=8).entries(3)
    with pytest.raises(ControlsChangedError) as caught:
        await journal.append(entries, 2)
    assert caught.value.current == 1
    assert await replayed(journal) == []
    assert await journal.load_books() == []
    await journal.append(entries, 1)
    assert len(await replayed(journal)) == 3


async def test_a_cloid_is_used_once(journal: Journal) -> None:
    history = History(seed=9)
    first, second = history.event(GPT, BTC), history.event(GPT, BTC)
    one, two = executed(first, 5), executed(second, 5)
    trade, other = order(one, first.price), order(two, second.price)
    await journal.append([Entry(first, (one,), (trade,), ())], 1)
    stolen = msgspec.structs.replace(other, cloid=Cloid(trade.cloid))
    with pytest.raises(JournalError) as caught:
        await journal.append([Entry(second, (two,), (stolen,), ())], 1)
    assert not isinstance(caught.value, DuplicateEventError)
    assert await journal.entry_count() == 1


async def test_an_entry_may_not_refer_to_what_is_not_stored(journal: Journal) -> None:
    event = History(seed=10).event(GPT, BTC)
    with pytest.raises(JournalError):
        await journal.append([Entry(None, (skipped(event),), (), ())], 1)
    assert await journal.entry_count() == 0


async def test_a_later_decision_on_a_stored_event_is_welcome(journal: Journal) -> None:
    event = History(seed=11).event(GPT, BTC)
    first, later = (
        Entry(event, (skipped(event),), (), ()),
        Entry(None, (skipped(event, occasion="settings:2"),), (), ()),
    )
    await journal.append([first], 1)
    await journal.append([later], 1)
    assert await replayed(journal) == [canonical_entry(first), canonical_entry(later)]


async def test_a_trade_waits_among_the_unresolved_until_its_result_comes(journal: Journal) -> None:
    event = History(seed=12).event(GPT, BTC)
    decision = executed(event, -event.side * 7)
    pending = order(decision, event.price)
    await journal.append([Entry(event, (decision,), (pending,), ())], 1)
    assert [canonical_trade(trade) for trade in await journal.unresolved_trades()] == [canonical_trade(pending)]
    done = msgspec.structs.replace(
        pending, status="filled", result=b'{"oid":1}', fee=12, pnl=-5, lots=6, executed_notional=6 * event.price + 1
    )
    await journal.append([Entry(None, (), (done,), ())], 1)
    assert await journal.unresolved_trades() == []
    assert [entry.trades for entry in await replayed(journal)] == [
        (canonical_trade(pending),),
        (canonical_trade(done),),
    ]


async def test_a_position_change_is_no_fill_and_two_may_share_a_moment(journal: Journal) -> None:
    history = History(seed=13)
    changes = [
        msgspec.structs.replace(history.event(GPT, BTC), event_type="position-change", trade_id=0, time_ms=START_MS)
        for _ in range(2)
    ]
    entries = [Entry(change, (skipped(change),), (), ()) for change in changes]
    await journal.append(entries, 1)
    assert await replayed(journal) == [canonical_entry(entry) for entry in entries]


async def test_nothing_appended_is_nothing_done(journal: Journal) -> None:
    await journal.append([], 99)
    assert await journal.entry_count() == 0


async def test_stored_ids_are_those_of_the_wallet_since_a_time(journal: Journal) -> None:
    entries = History(seed=14).entries(50)
    await journal.append(entries, 1)
    since = START_MS + 20 * 60_000
    for bot in (GPT, QWEN):
        mine = [e for e in entries if e.event is not None and e.event.bot_id == bot and e.event.time_ms >= since]
        assert await journal.stored_event_ids(WALLETS[bot], since) == event_ids(mine)
        assert mine


async def test_ranges_are_told_apart_by_wallet_asset_and_start(journal: Journal) -> None:
    wallet = WALLETS[GPT]
    assert await journal.watermark(wallet) is None
    whole = FillRange(wallet, None, 1_000, 2_000, "complete", "stored")
    gap = FillRange(wallet, BTC.name, 1_500, 1_700, "gap", "a fill is missing")
    await journal.record_ranges([whole, gap, FillRange(WALLETS[QWEN], None, 1, 2, "gap", "elsewhere")])
    assert await journal.ranges(wallet) == [whole, gap]
    assert await journal.watermark(wallet) == 2_000
    grown = msgspec.structs.replace(whole, to_ms=9_000)
    closed = msgspec.structs.replace(gap, state="repaired", detail="backfilled")
    await journal.record_ranges([grown, closed])
    assert await journal.ranges(wallet) == [grown, closed]
    assert await journal.watermark(wallet) == 9_000


async def test_the_first_word_on_an_account_is_its_starting_equity(journal: Journal) -> None:
    await journal.record_bot_equity([BotEquity(GPT, 10_000_000_000, 5_000)])
    await journal.record_bot_equity([BotEquity(GPT, 9_123_456_789, 6_000)])
    await journal.record_bot_equity([BotEquity(GPT, 1, 5_500)])
    assert await journal.bot_accounts() == [BotAccount(GPT, 9_123_456_789, 6_000, 10_000_000_000, 5_000)]


async def test_a_line_of_the_log_is_kept_once(journal: Journal) -> None:
    line = SystemRecord(START_MS, "warning", "trading", "the feed was silent", b'{"seconds":61}')
    other = SystemRecord(START_MS + 1, "info", "system", "started")
    await journal.record_system(line, other)
    await journal.record_system(line)
    assert await journal.system_records() == [line, other]
    assert await journal.system_records(START_MS + 1) == [other]


async def test_equity_and_heartbeat_may_be_written_again(journal: Journal) -> None:
    for fade in (60_000_000_000, 60_000_000_001):
        await journal.record_equity(EquityPoint(START_MS, 1_234_567, fade, {GPT: 1_234_567}))
    for connected in (False, True):
        await journal.record_heartbeat(Heartbeat(connected, START_MS, START_MS, checked_ms=START_MS))


async def test_an_append_beyond_the_bound_is_refused_before_it_is_sent(database_url: str) -> None:
    entry = History(seed=15).entries(1)[0]
    async with await PostgresJournal.open(database_url) as opened:
        with pytest.raises(JournalError, match="more than"):
            await opened.append([entry] * (ENTRIES_MAX + 1), 1)
