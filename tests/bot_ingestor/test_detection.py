"""Detection, case by case: gaps, what stands in for fills that never come, audits, bounds and the ledger."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from fadearena.bot_ingestor.detection import WalletHistory
from fadearena.bot_ingestor.outputs import BackfillRequest, Batch, InitialPosition, Step
from fadearena.bot_ingestor.starts import Limits, StartPosition, WalletStart
from fadearena.domain.events import BotEquity, HistoryState
from fadearena.domain.identifiers import position_change_id
from fadearena.domain.market import Asset, AssetName, Side
from fadearena.domain.records import FillRange, SystemRecord
from tests.bot_ingestor.factories import (
    BOT,
    BTC,
    ETH,
    LIMITS,
    START_MS,
    WALLET,
    fill,
    history,
    late,
    path,
    released,
    view,
)

T = TypeVar("T")


def only(kind: type[T], steps: list[Step]) -> list[T]:
    return [step for step in steps if isinstance(step, kind)]


def rows(steps: list[Step]) -> list[tuple[str | None, int, int, str]]:
    return [(r.asset_name, r.from_ms - START_MS, r.to_ms - START_MS, r.state) for r in only(FillRange, steps)]


def test_pieces_of_one_order_leave_as_one_batch() -> None:
    pieces = [fill(10, 0, 1, 1, order=7), fill(10, 1, 3, 2, order=7), fill(10, 3, 4, 3, order=8)]
    steps = history().offer(pieces, "live", 0)
    assert only(Batch, steps) == [Batch(tuple(pieces[:2])), Batch(tuple(pieces[2:]))]


def test_fills_of_several_assets_leave_in_order_of_time() -> None:
    btc = path([0, 1, 2], every_ms=10)
    eth = [fill(15, 0, 9, 8, asset=ETH)]
    assert released(history().offer([*btc, *eth], "backfill", 0)) == [btc[0], eth[0], btc[1]]


def test_a_repeated_fill_is_counted_and_not_told_again() -> None:
    watched = history()
    events = path([0, 1, 2])
    watched.offer(events, "live", 0)
    assert watched.offer(events * 3, "snapshot", 0) == []
    assert watched.duplicates == 6


def test_a_fill_stored_by_an_earlier_run_is_not_told_again() -> None:
    first, second = path([0, 1, 2])
    watched = history(StartPosition(BTC, 1, first.time_ms), stored=[first.id])
    assert released(watched.offer([first, second], "backfill", 0)) == [second]


def test_a_fill_from_before_the_watched_history_is_left_alone() -> None:
    assert history().offer([fill(-1, 0, 5, 1)], "snapshot", 0) == []


def test_a_gap_is_named_held_and_asked_about() -> None:
    watched = history()
    first, _, third = path([0, 1, 2, 3])
    steps = watched.offer([first, third], "live", 0)
    assert released(steps) == [first]
    assert only(HistoryState, steps) == [HistoryState(BOT, BTC.name, complete=False)]
    assert rows(steps) == [("BTC", 10, 30, "gap")]
    [request] = only(BackfillRequest, steps)
    assert (request.from_ms, request.to_ms, request.attempt) == (START_MS + 10, START_MS + 30, 0)
    assert [record.level for record in only(SystemRecord, steps)] == ["warning"]


def test_the_missing_fill_closes_the_gap_and_what_was_held_may_be_acted_upon() -> None:
    watched = history()
    first, second, third = path([0, 1, 2, 3])
    watched.offer([first, third], "live", 0)
    steps = watched.offer([first, second, third], "backfill", 1)
    assert released(steps) == [second, third]
    assert steps.index(HistoryState(BOT, BTC.name, complete=True)) < steps.index(Batch((second,)))
    assert rows(steps) == [("BTC", 10, 30, "repaired")]
    assert watched.is_complete


def test_a_second_hole_behind_the_first_is_a_gap_of_its_own() -> None:
    watched = history()
    events = path([0, 1, 2, 3, 4, 5])
    watched.offer([events[0], events[2], events[4]], "live", 0)
    steps = watched.offer([events[1]], "backfill", 1)
    assert released(steps) == events[1:3]
    assert rows(steps) == [("BTC", 10, 30, "repaired"), ("BTC", 30, 50, "gap")]
    assert released(watched.offer([events[3]], "backfill", 2)) == events[3:]
    assert watched.is_complete


def test_two_complete_answers_without_a_fill_make_a_position_change() -> None:
    watched = history()
    first, _, third = path([0, 1, 4, 6])
    watched.offer([first, third], "live", 0)
    again = watched.answered(START_MS, START_MS + 40, 1_000)
    assert [request.attempt for request in only(BackfillRequest, again)] == [1]
    steps = watched.answered(START_MS, START_MS + 40, 9_000)
    change, held = released(steps)
    assert held == third
    assert (change.event_type, change.side, change.lots) == ("position-change", Side.LONG, 3)
    assert (change.previous_lots, change.current_lots, change.time_ms) == (1, 4, third.time_ms)
    assert change.id == position_change_id(WALLET, BTC.name, third.time_ms, 1, 4)
    assert change.price == first.price
    assert rows(steps)[0] == ("BTC", 10, 30, "repaired")
    assert "position change" in only(FillRange, steps)[0].detail
    assert [record.level for record in only(SystemRecord, steps)] == ["error", "info"]
    assert watched.is_complete


def test_two_answers_at_the_same_time_prove_no_more_than_one() -> None:
    watched = WalletHistory(WalletStart(BOT, WALLET, START_MS, START_MS), Limits(apart_ms=2_000))
    watched.offer([fill(10, 5, 6, 1)], "live", 0)
    for now_ms in (0, 1, 1_999):
        assert not released(watched.answered(START_MS, START_MS + 40, now_ms))
    assert released(watched.answered(START_MS, START_MS + 40, 2_000))


def test_an_answer_that_brings_something_starts_the_count_anew() -> None:
    watched = history()
    events = path([0, 1, 2, 3, 4])
    watched.offer([events[0], events[3]], "live", 0)
    watched.answered(START_MS, START_MS + 50, 1_000)
    watched.offer([events[1]], "backfill", 2_000)
    assert not released(watched.answered(START_MS, START_MS + 50, 2_000))
    assert not released(watched.answered(START_MS, START_MS + 50, 4_000))
    assert len(released(watched.answered(START_MS, START_MS + 50, 6_000))) == 2


def test_an_answer_about_another_stretch_proves_nothing() -> None:
    watched = history()
    watched.offer([fill(10, 5, 6, 1)], "live", 0)
    for now_ms in (0, 10_000, 20_000):
        assert watched.answered(START_MS + 1, START_MS + 40, now_ms) == []


def test_fills_that_come_after_a_position_change_stood_in_for_them_are_only_recorded() -> None:
    watched = history()
    first, second, third = path([0, 1, 4, 6])
    watched.offer([first, third], "live", 0)
    watched.answered(START_MS, START_MS + 40, 0)
    watched.answered(START_MS, START_MS + 40, 9_000)
    steps = watched.offer([second], "backfill", 9_001)
    assert released(steps) == []
    assert late(steps) == [second]
    assert released(watched.offer([fill(50, 6, 7, 9)], "live", 9_002))


def test_what_stands_in_a_page_before_a_released_fill_of_its_millisecond_is_only_recorded() -> None:
    watched = history()
    page = path([0, 3, 2, 0, 1], every_ms=0)
    assert released(watched.offer(page[3:], "live", 0)) == page[3:]
    steps = watched.offer(page, "backfill", 1)
    assert released(steps) == []
    assert late(steps) == page[:3]
    assert watched.is_complete


def test_one_differing_audit_asks_and_the_second_opens_a_gap() -> None:
    watched = history()
    watched.offer(path([0, 1]), "live", 0)
    first = watched.audited(view(100, BTC=3), 1)
    assert only(HistoryState, first) == []
    assert [request.from_ms - START_MS for request in only(BackfillRequest, first)] == [10]
    second = watched.audited(view(200, BTC=3), 2)
    assert rows(second) == [("BTC", 10, 200, "gap")]
    assert only(HistoryState, second) == [HistoryState(BOT, BTC.name, complete=False)]


def test_what_an_audit_saw_and_no_fill_explains_becomes_a_position_change_at_the_mark() -> None:
    watched = history()
    watched.offer(path([0, 1]), "live", 0)
    watched.audited(view(100, BTC=3), 1)
    watched.audited(view(200, BTC=3), 2)
    watched.answered(START_MS, START_MS + 300, 1_000)
    [change] = released(watched.answered(START_MS, START_MS + 300, 9_000))
    assert (change.previous_lots, change.current_lots, change.price) == (1, 3, 1_234)
    assert released(watched.offer([fill(400, 3, 4, 9)], "live", 9_001))


def test_fills_found_after_a_differing_audit_close_the_gap() -> None:
    watched = history()
    first, second = path([0, 1, 3])
    watched.offer([first], "live", 0)
    watched.audited(view(100, BTC=3), 1)
    watched.audited(view(200, BTC=3), 2)
    steps = watched.offer([second], "backfill", 3)
    assert released(steps) == [second]
    assert rows(steps) == [("BTC", 10, 200, "repaired")]


def test_a_position_that_the_exchange_no_longer_lists_is_flat() -> None:
    watched = history(StartPosition(BTC, 5, START_MS, 900))
    watched.audited(view(100), 1)
    watched.audited(view(200), 2)
    watched.answered(START_MS, START_MS + 300, 1_000)
    [change] = released(watched.answered(START_MS, START_MS + 300, 9_000))
    assert (change.previous_lots, change.current_lots, change.side, change.price) == (5, 0, Side.SHORT, 900)


def test_an_audit_from_before_the_gap_does_not_close_it() -> None:
    watched = history()
    first, _, third = path([0, 1, 2, 3])
    watched.offer([first, third], "live", 0)
    assert watched.audited(view(25, BTC=1), 1) == []
    assert not watched.is_complete


def test_the_watermark_stays_below_what_the_caller_holds_back() -> None:
    watched = history()
    watched.ceiling_ms = START_MS + 30
    watched.answered(START_MS, START_MS + 500, 0)
    assert watched.watermark_ms == START_MS + 30


def test_an_audit_at_a_busy_moment_says_nothing() -> None:
    watched = history()
    watched.offer(path([0, 1]), "live", 0)
    assert watched.audited(view(10 + LIMITS.quiet_ms - 1, BTC=3), 1) == []


def test_two_audits_that_differ_from_each_other_open_nothing() -> None:
    watched = history()
    watched.offer(path([0, 1]), "live", 0)
    watched.audited(view(100, BTC=3), 1)
    assert only(HistoryState, watched.audited(view(200, BTC=4), 2)) == []


def test_an_audit_gap_ends_when_the_chain_goes_on_from_where_it_was() -> None:
    watched = history()
    watched.offer(path([0, 1]), "live", 0)
    watched.audited(view(100, BTC=3), 1)
    watched.audited(view(200, BTC=3), 2)
    steps = watched.offer([fill(300, 1, 2, 9)], "live", 3)
    assert only(HistoryState, steps) == [HistoryState(BOT, BTC.name, complete=True)]


def test_a_fill_that_starts_where_the_audit_said_keeps_the_gap_open_under_its_name() -> None:
    watched = history()
    watched.offer(path([0, 1]), "live", 0)
    watched.audited(view(100, BTC=3), 1)
    watched.audited(view(200, BTC=3), 2)
    steps = watched.offer([fill(300, 3, 4, 9)], "live", 3)
    assert rows(steps) == [("BTC", 10, 300, "gap")]
    assert released(steps) == []


def test_the_first_fill_of_an_asset_that_no_audit_covers_says_where_it_starts() -> None:
    other = Asset(AssetName("xyz:NVDA"), 2)
    steps = history().offer([fill(10, 40, 50, 1, asset=other)], "live", 0)
    assert [(p.asset, p.lots) for p in only(InitialPosition, steps)] == [(other, 40)]
    assert only(HistoryState, steps) == []


def test_equity_is_told_when_it_changes() -> None:
    watched = history()
    worth = msgspec.structs.replace(view(100), equity=5)
    assert watched.audited(worth, 0) == [BotEquity(BOT, 5, START_MS + 100)]
    assert watched.audited(worth, 0) == []


def test_what_finds_no_room_behind_a_gap_is_fetched_again_and_holds_the_watermark() -> None:
    watched = history(limits=msgspec.structs.replace(LIMITS, held_max=2))
    events = path([0, 1, 2, 3, 4, 5])
    watched.offer(events[1:], "live", 0)
    steps = watched.offer([events[0]], "backfill", 1)
    assert released(steps) == events[:3]
    [request] = only(BackfillRequest, steps)
    assert (request.from_ms, request.to_ms) == (events[3].time_ms, events[4].time_ms)
    watched.answered(START_MS, START_MS + 45, 2)
    assert watched.watermark_ms == events[3].time_ms - 1
    assert released(watched.offer(events, "backfill", 3)) == events[3:]
    watched.answered(START_MS, START_MS + 60, 4)
    assert watched.watermark_ms == START_MS + 59


def test_an_open_gap_holds_the_watermark_and_a_backfill_reaches_back_to_it() -> None:
    watched = history(limits=msgspec.structs.replace(LIMITS, overlap_ms=5))
    first, _, third = path([0, 1, 2, 3])
    watched.offer([first, third], "live", 0)
    watched.answered(START_MS, START_MS + 500, 0)
    assert watched.watermark_ms == first.time_ms
    assert watched.backfill_from_ms == first.time_ms - 5


def test_the_complete_row_grows_and_is_not_written_with_every_answer() -> None:
    watched = history(limits=msgspec.structs.replace(LIMITS, write_every_ms=1_000))
    assert rows(watched.answered(START_MS, START_MS + 100, 0)) == [(None, 0, 99, "complete")]
    assert rows(watched.answered(START_MS, START_MS + 200, 500)) == []
    assert rows(watched.answered(START_MS, START_MS + 300, 600, at_once=True)) == [(None, 0, 299, "complete")]
    assert rows(watched.answered(START_MS, START_MS + 400, 1_700)) == [(None, 0, 399, "complete")]


def test_an_answer_that_does_not_touch_what_is_proven_moves_no_watermark() -> None:
    watched = history()
    assert watched.answered(START_MS + 2, START_MS + 500, 0) == []
    assert watched.watermark_ms == START_MS


def test_a_gap_left_open_by_an_earlier_run_is_said_at_once_and_closed_by_an_answer() -> None:
    row = FillRange(WALLET, BTC.name, START_MS + 10, START_MS + 30, "gap", "left open")
    start = WalletStart(BOT, WALLET, START_MS, START_MS + 5, (StartPosition(BTC, 1, START_MS + 10),), (), (row,))
    watched = WalletHistory(start, LIMITS)
    assert watched.open_gaps() == [HistoryState(BOT, BTC.name, complete=False)]
    _, second, third = path([0, 1, 2, 3])
    assert released(watched.offer([second, third], "backfill", 0)) == [second, third]
    steps = watched.answered(START_MS, START_MS + 100, 1)
    assert rows(steps)[0] == ("BTC", 10, 30, "repaired")
    assert only(HistoryState, steps) == [HistoryState(BOT, BTC.name, complete=True)]
    assert watched.is_complete
