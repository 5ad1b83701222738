"""A wallet seen for the first time: positions and fills from two answers, lined up."""

from __future__ import annotations

from fadearena.bot_ingestor.detection import WalletHistory
from fadearena.bot_ingestor.first_sight import FirstSight, first_sight
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.market import Asset, AssetName
from tests.bot_ingestor.factories import BOT, BTC, ETH, LIMITS, START_MS, WALLET, fill, path, released, view


def seen(time_ms: int, recent: list[BotTradeEvent], *, insist: bool = False, **lots: int) -> FirstSight | None:
    return first_sight(BOT, WALLET, view(time_ms, **lots), recent, insist=insist)


def then(first: FirstSight | None, recent: list[BotTradeEvent]) -> list[BotTradeEvent]:
    assert first is not None
    return released(WalletHistory(first.start, LIMITS).offer(recent, "backfill", 0))


def test_positions_are_told_and_are_no_events() -> None:
    first = seen(100, [], BTC=5)
    assert first is not None
    assert [(p.asset, p.lots, p.mark, p.time_ms) for p in first.positions] == [(BTC, 5, 1_234, START_MS + 100)]
    assert then(first, []) == []


def test_fills_that_the_positions_contain_are_not_told() -> None:
    recent = path([0, 3, 5])
    assert then(seen(100, recent, BTC=5), recent) == []


def test_a_fill_that_the_positions_do_not_contain_yet_is_told_even_where_it_is_older() -> None:
    recent = path([0, 3, 5])
    assert then(seen(100, recent, BTC=3), recent) == recent[1:]


def test_a_fill_after_the_statement_is_told() -> None:
    recent = path([0, 3, 5, 6])
    assert then(seen(25, recent, BTC=5), recent) == recent[2:]


def test_a_position_held_twice_is_taken_for_the_later_one_in_time() -> None:
    recent = path([0, 3, 0, 3, 0])
    assert then(seen(30, recent, BTC=3), recent) == recent[3:]


def test_a_flat_asset_with_fills_starts_after_them() -> None:
    recent = path([5, 0])
    first = seen(100, recent)
    assert first is not None
    assert first.positions == ()
    assert then(first, [*recent, fill(200, 0, 9, 9)])[0].current_lots == 9


def test_a_fill_that_the_positions_contain_already_is_not_told_even_where_it_is_younger() -> None:
    recent = path([0, 3, 5])
    assert then(seen(5, recent, BTC=5), recent) == []


def test_a_statement_that_contradicts_the_fills_is_asked_for_again() -> None:
    recent = path([0, 3, 5])
    assert seen(100, recent, BTC=77) is None


def test_after_asking_often_enough_the_fills_are_believed() -> None:
    recent = path([1, 3, 5])
    first = seen(100, recent, insist=True, BTC=77)
    assert first is not None
    assert [p.lots for p in first.positions] == [1]
    assert then(first, recent) == recent


def test_assets_do_not_disturb_each_other() -> None:
    recent = [*path([0, 3, 5]), fill(15, 7, 8, 50, asset=ETH)]
    first = seen(100, recent, BTC=3, ETH=8)
    assert then(first, recent) == [recent[1]]


def test_an_asset_of_a_dex_that_was_not_asked_starts_where_its_fills_start() -> None:
    other = Asset(AssetName("xyz:NVDA"), 2)
    recent = [fill(10, 40, 50, 1, asset=other)]
    first = seen(100, recent)
    assert first is not None
    assert [(p.asset, p.lots) for p in first.positions] == [(other, 40)]
    assert then(first, recent) == recent
