"""Walks through more fills than a page holds."""

from __future__ import annotations

from fadearena.bot_ingestor.backfill import PAGE_ROWS_MAX, Backfill
from tests.bot_ingestor.small_exchange import EPOCH_MS, SmallExchange, wire_fill
from tests.bot_ingestor.virtual_time import run
from tests.bot_ingestor.world import ONE


def walked(times: list[int], pages_max: int = 100) -> tuple[list[int], Backfill]:
    """Trade ids as they were seen, each once, of fills at these milliseconds."""

    async def scenario() -> tuple[list[int], Backfill]:
        exchange = SmallExchange()
        exchange.lag_ms = -1_000_000
        exchange.fills[ONE] = [wire_fill("BTC", EPOCH_MS + time, tid, 1, tid) for tid, time in enumerate(times)]
        walk = Backfill(exchange, ONE, EPOCH_MS, pages_max=pages_max, request_s=1)
        seen: dict[int, None] = {}
        async for rows in walk.pages():
            seen |= dict.fromkeys(fill.tid for fill in rows)
        return list(seen), walk

    return run(scenario())


def test_a_page_that_ends_within_a_millisecond_loses_none_of_it() -> None:
    times = [*range(PAGE_ROWS_MAX - 1), *[PAGE_ROWS_MAX] * 3, *range(PAGE_ROWS_MAX + 1, 2 * PAGE_ROWS_MAX + 50)]
    seen, walk = walked(times)
    assert seen == list(range(len(times)))
    assert walk.is_through
    assert walk.last_ms == EPOCH_MS + times[-1]


def test_a_millisecond_with_more_fills_than_a_page_does_not_stop_the_walk() -> None:
    seen, walk = walked([*[5] * (PAGE_ROWS_MAX + 10), 6, 7])
    assert len(seen) == PAGE_ROWS_MAX + 2
    assert walk.is_through


def test_a_walk_that_is_cut_short_says_how_far_it_came() -> None:
    seen, walk = walked(list(range(3 * PAGE_ROWS_MAX)), pages_max=1)
    assert len(seen) == PAGE_ROWS_MAX
    assert (walk.is_through, walk.last_ms) == (False, EPOCH_MS + PAGE_ROWS_MAX - 1)


def test_no_fills_at_all_are_a_complete_answer() -> None:
    seen, walk = walked([])
    assert (seen, walk.last_ms, walk.is_through) == ([], None, True)
