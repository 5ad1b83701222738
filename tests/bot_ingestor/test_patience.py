"""Patience: what waits for fills that are missing does not wait for ever, and what comes of it when they come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

from fadearena.bot_ingestor.detection import WalletHistory
from fadearena.bot_ingestor.outputs import BackfillRequest, Step
from fadearena.domain.events import BotTradeEvent, HistoryState
from fadearena.domain.market import AssetName
from fadearena.domain.records import FillRange, SystemRecord
from tests.bot_ingestor.factories import BOT, ETH, START_MS, fill, history, late, path, released, view
from tests.bot_ingestor.small_exchange import public_trade, wire_fill
from tests.bot_ingestor.virtual_time import run
from tests.bot_ingestor.world import BOTS, ONE, PACE, TWO, World

BTC_NAME = AssetName("BTC")
SOON_S = PACE.patience_s + 1
DEAD = 10**6


def moves(events: list[BotTradeEvent]) -> list[tuple[str, int, int]]:
    return [(event.event_type, event.previous_lots, event.current_lots) for event in events]


def states(steps: list[Step]) -> list[bool]:
    return [step.complete for step in steps if isinstance(step, HistoryState)]


def last_row(steps: list[Step]) -> tuple[int, int, str]:
    row = [step for step in steps if isinstance(step, FillRange) and step.asset_name == "BTC"][-1]
    return (row.from_ms - START_MS, row.to_ms - START_MS, row.state)


def behind_a_gap(*positions: int, lost: int) -> tuple[WalletHistory, list[BotTradeEvent]]:
    """A history that was told a walk through ``positions`` but for one fill, and all the fills."""
    watched = history()
    fills = path(positions)
    watched.offer([event for event in fills if event.trade_id != lost], "live", 0)
    return watched, fills


def test_an_exit_behind_a_gap_follows_a_change_that_stands_in_for_what_is_missing() -> None:
    watched, fills = behind_a_gap(0, 10, 4, 0, lost=2)
    assert watched.holding == [BTC_NAME]
    steps = watched.let_past(BTC_NAME, 1)
    assert moves(released(steps)) == [("position-change", 10, 4), ("fill", 4, 0)]
    assert released(steps)[0].time_ms == fills[2].time_ms
    assert released(steps)[0].price == fills[0].price
    assert [step.level for step in steps if isinstance(step, SystemRecord)] == ["error"]
    assert watched.holding == []


def test_the_history_stays_incomplete_until_the_missing_fills_came_to_light() -> None:
    watched, fills = behind_a_gap(0, 10, 4, 0, lost=2)
    steps = watched.let_past(BTC_NAME, 1)
    assert states(steps) == []
    assert watched.open_gaps() == [HistoryState(BOT, BTC_NAME, complete=False)]
    assert watched.watermark_ms <= fills[0].time_ms
    steps = watched.offer(fills, "backfill", 2)
    assert late(steps) == [fills[1]]
    assert released(steps) == []
    assert states(steps) == [], "only a complete answer says that nothing else is missing"
    steps = watched.answered(START_MS, START_MS + 100, 3)
    assert states(steps) == [True]
    assert last_row(steps) == (10, 30, "repaired")
    assert watched.is_complete
    assert watched.watermark_ms == START_MS + 99


def test_what_no_answer_explains_is_left_to_the_change_that_stands_in_for_it() -> None:
    watched, fills = behind_a_gap(0, 10, 4, 0, lost=2)
    watched.let_past(BTC_NAME, 1)
    told = [fills[0], fills[2]]
    for now_ms, closed in ((2, []), (4, [True])):
        watched.offer(told, "backfill", now_ms)
        assert states(watched.answered(START_MS, START_MS + 100, now_ms)) == closed
    assert watched.is_complete


def test_fills_that_go_on_behind_a_passed_gap_wait_no_more_and_do_not_close_it() -> None:
    watched, fills = behind_a_gap(0, 10, 4, 0, lost=2)
    watched.let_past(BTC_NAME, 1)
    steps = watched.offer([fill(40, 0, 7, 9)], "live", 2)
    assert moves(released(steps)) == [("fill", 0, 7)]
    assert states(steps) == []
    watched.audited(view(60, BTC=7), 3)
    watched.audited(view(70, BTC=7), 4)
    assert not watched.is_complete, "an audit that agrees does not bring what is missing"
    watched.offer([*fills, fill(40, 0, 7, 9)], "backfill", 5)
    watched.answered(START_MS, START_MS + 100, 5)
    assert watched.is_complete


def test_a_second_break_behind_a_passed_gap_widens_it_and_waits_anew() -> None:
    watched, fills = behind_a_gap(0, 10, 4, 6, 2, 0, lost=2)
    watched.let_past(BTC_NAME, 1)
    fifth = fill(70, 1, -3, 11)
    steps = watched.offer([fifth], "live", 2)
    assert released(steps) == []
    assert last_row(steps) == (10, 70, "gap")
    assert [type(step) for step in steps] == [FillRange, BackfillRequest]
    assert moves(released(watched.let_past(BTC_NAME, 3))) == [("position-change", 0, 1), ("fill", 1, -3)]
    sixth = fill(60, 0, 1, 10)
    steps = watched.offer([*fills, sixth, fifth], "backfill", 4)
    assert late(steps) == [fills[1], sixth]
    assert states(watched.answered(START_MS, START_MS + 100, 5)) == [True]


def test_what_waits_behind_a_passed_gap_is_released_by_the_fills_that_were_missing() -> None:
    watched, fills = behind_a_gap(0, 10, 4, 0, lost=2)
    watched.let_past(BTC_NAME, 1)
    missed, told = fill(60, 0, 5, 10), fill(70, 5, 8, 11)
    watched.offer([told], "live", 2)
    steps = watched.offer([*fills, missed, told], "backfill", 3)
    assert released(steps) == [missed, told]
    assert late(steps) == [fills[1]]
    assert states(watched.answered(START_MS, START_MS + 100, 4)) == [True]


def test_an_exit_does_not_wait_for_ever_for_a_fill_that_public_trades_name() -> None:
    watched = history()
    first, second, third = path([0, 10, 12, 0])
    watched.offer([first], "live", 0)
    watched.expect(second.id, BTC_NAME, second.time_ms, 0.0)
    assert released(watched.offer([third], "live", 1)) == []
    steps = watched.let_past(BTC_NAME, 2)
    assert states(steps)[0] is False
    assert moves(released(steps)) == [("position-change", 10, 12), ("fill", 12, 0)]
    steps = watched.offer([first, second, third], "backfill", 3)
    assert late(steps) == [second]
    watched.answered(START_MS, START_MS + 100, 4)
    assert watched.is_complete


def test_an_expected_fill_that_changed_nothing_in_the_end_keeps_openings_away_until_it_is_told() -> None:
    watched = history()
    first, second, third, fourth = path([0, 10, 12, 10, 0])
    watched.offer([first], "live", 0)
    watched.expect(second.id, BTC_NAME, second.time_ms, 0.0)
    watched.offer([fourth], "live", 1)
    steps = watched.let_past(BTC_NAME, 2)
    assert moves(released(steps)) == [("fill", 10, 0)]
    assert states(steps) == [False]
    steps = watched.offer([first, second, third, fourth], "backfill", 3)
    assert states(steps) == [True]
    assert late(steps) == [second, third]


def test_letting_past_what_does_not_wait_says_nothing() -> None:
    watched = history()
    watched.offer(path([0, 1]), "live", 0)
    assert watched.let_past(BTC_NAME, 1) == []


def test_other_assets_are_not_touched() -> None:
    watched, _ = behind_a_gap(0, 10, 4, 0, lost=2)
    watched.offer([fill(5, 0, 3, 20, asset=ETH), fill(25, 5, 8, 21, asset=ETH)], "live", 1)
    watched.let_past(BTC_NAME, 2)
    assert watched.holding == [ETH.name]


def test_a_hole_within_one_block_that_no_answer_explains_holds_nothing_for_ever() -> None:
    watched = history()
    first, _, third = path([0, 1, 2, 3], every_ms=0)
    steps = watched.offer([first, third], "live", 0)
    for now_ms in (1, 3, 5, 7):
        steps += watched.offer([first, third], "backfill", now_ms)
        steps += watched.answered(START_MS, START_MS + 100, now_ms)
    assert moves(released(steps)) == [("fill", 0, 1), ("position-change", 1, 2), ("fill", 2, 3)]
    assert watched.is_complete


def play(scene: Callable[[World], Awaitable[None]], witnessed: tuple[str, ...] = ()) -> World:
    """A scene on two quiet wallets that have just caught up; in the end the exchange answers again, and all is told."""
    world = World(witnessed=witnessed)

    async def scenario() -> None:
        async with world.watching(*BOTS):
            await asyncio.sleep(4)
            await scene(world)
            world.exchange.failing, world.exchange.answer_s = 0, 0.05
            world.exchange.connect()
            await world.until(lambda: all(world.sink.is_complete(bot.bot_id) for bot in BOTS), 400)

    run(scenario())
    for wallet in (ONE, TWO):
        mine = [e for e in world.sink.events + world.sink.late if e.wallet == wallet and e.event_type == "fill"]
        assert sorted(event.trade_id for event in mine) == world.executed(wallet)
        chain = [event for event in world.sink.events if event.wallet == wallet]
        assert all(a.current_lots == b.previous_lots for a, b in pairwise(chain))
        assert {row.state for row in world.sink.rows(wallet).values()} <= {"complete", "repaired"}
    return world


def lots(world: World) -> int:
    """Where the first wallet's position in BTC stands, as told."""
    told = [event for event in world.sink.events if event.wallet == ONE]
    return told[-1].current_lots if told else 0


def test_an_exit_is_followed_while_no_question_is_answered() -> None:
    async def scene(world: World) -> None:
        world.exchange.execute(ONE, ("BTC", 5))
        await asyncio.sleep(1)
        world.exchange.failing = DEAD
        world.exchange.execute(ONE, ("BTC", 2), told=False)
        await asyncio.sleep(1)
        world.exchange.execute(ONE, ("BTC", -7))
        await asyncio.sleep(PACE.patience_s - 1)
        assert lots(world) == 500
        assert await world.until(lambda: lots(world) == 0) < 2
        assert not world.sink.is_complete(BOTS[0].bot_id)
        world.exchange.execute(ONE, ("BTC", 3))
        assert await world.until(lambda: lots(world) == 300) < 1, "what links goes on at once"

    play(scene)


def test_an_exit_is_followed_while_questions_hang() -> None:
    async def scene(world: World) -> None:
        world.exchange.execute(ONE, ("BTC", 5))
        await asyncio.sleep(1)
        world.exchange.answer_s = 200
        world.exchange.execute(ONE, ("BTC", -1), told=False)
        world.exchange.execute(ONE, ("BTC", -4))
        assert await world.until(lambda: lots(world) == 0) < SOON_S

    play(scene)


def test_an_exit_is_followed_though_a_public_trade_names_what_no_one_tells() -> None:
    async def scene(world: World) -> None:
        world.exchange.execute(ONE, ("BTC", 5))
        await asyncio.sleep(1)
        world.exchange.failing = DEAD
        world.exchange.trade(public_trade(ONE, wire_fill("BTC", world.exchange.now_ms(), 5, 1, 777)))
        await asyncio.sleep(0.2)
        world.exchange.execute(ONE, ("BTC", -5))
        assert await world.until(lambda: lots(world) == 0) < SOON_S

    play(scene, witnessed=("BTC",))


def test_an_exit_told_after_a_lost_connection_is_followed_though_no_catch_up_works() -> None:
    async def scene(world: World) -> None:
        world.exchange.execute(ONE, ("BTC", 5))
        world.exchange.execute(TWO, ("ETH", 5))
        await asyncio.sleep(1)
        world.exchange.failing = DEAD
        world.exchange.disconnect()
        world.exchange.connect()
        await asyncio.sleep(1)
        world.exchange.execute(ONE, ("BTC", -5))
        assert await world.until(lambda: lots(world) == 0) < SOON_S
        assert not world.sink.is_complete(BOTS[0].bot_id)
        world.exchange.execute(ONE, ("BTC", 2))
        assert await world.until(lambda: lots(world) == 200) < 1

    play(scene)


def test_an_exit_made_while_the_connection_was_lost_is_read_from_the_snapshot_where_no_catch_up_works() -> None:
    async def scene(world: World) -> None:
        world.exchange.execute(ONE, ("BTC", 5))
        await asyncio.sleep(1)
        world.exchange.failing = DEAD
        world.exchange.disconnect()
        world.exchange.execute(ONE, ("BTC", -5))
        await asyncio.sleep(1)
        world.exchange.connect()
        assert await world.until(lambda: lots(world) == 0) < SOON_S

    world = play(scene)
    assert world.sink.late == []
    assert all(event.event_type == "fill" for event in world.sink.events)


def test_a_catch_up_that_hangs_holds_no_exit_for_long_and_tells_in_order_what_it_had_found() -> None:
    async def scene(world: World) -> None:
        world.exchange.execute(ONE, ("BTC", 5))
        await asyncio.sleep(1)
        world.exchange.disconnect()
        world.exchange.answer_s = 100
        world.exchange.connect()
        await asyncio.sleep(0.5)
        world.exchange.execute(ONE, ("BTC", -3), ("BTC", -2))
        assert await world.until(lambda: lots(world) == 0) < SOON_S

    play(scene)


def test_a_connection_that_is_lost_again_waits_again_for_the_catch_up() -> None:
    async def scene(world: World) -> None:
        world.exchange.execute(ONE, ("BTC", 5))
        await asyncio.sleep(1)
        world.exchange.failing = DEAD
        world.exchange.disconnect()
        world.exchange.connect()
        await asyncio.sleep(SOON_S)
        world.exchange.disconnect()
        world.exchange.connect()
        world.exchange.failing = 1
        await asyncio.sleep(0.1)
        world.exchange.execute(ONE, ("BTC", -5))
        assert await world.until(lambda: lots(world) == 0) > 0.1, "it waited for the catch-up"

    world = play(scene)
    assert all(event.event_type == "fill" for event in world.sink.events)
