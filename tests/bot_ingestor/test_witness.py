"""Public trades as a second witness: what they name and no frame tells is asked for, and nothing is told past it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from fadearena.bot_ingestor.detection import WalletHistory
from fadearena.bot_ingestor.outputs import BackfillRequest, Batch
from fadearena.bot_ingestor.pauses import NEVER_S
from fadearena.bot_ingestor.ports import Pace, WatchedBot
from fadearena.bot_ingestor.witness import GIVEN_UP_KEPT_MAX, Expectations
from fadearena.domain.events import BotTradeEvent, HistoryState
from fadearena.domain.identifiers import EventId, Wallet, bot_id, derived_uuid7
from fadearena.domain.market import AssetName
from fadearena.domain.records import SystemRecord
from fadearena.hyperliquid.messages.frames import TradesFrame
from fadearena.hyperliquid.session_events import Message
from tests.bot_ingestor.factories import BTC, ETH, LIMITS, START_MS, fill, history, late, path, released, view
from tests.bot_ingestor.small_exchange import STRANGER, public_trade, wire_fill
from tests.bot_ingestor.virtual_time import run
from tests.bot_ingestor.world import BOTS, ONE, PACE, TWO, World

SOON_S = PACE.witness_s + PACE.urgent_poll_s + 0.3
BTC_NAME = AssetName("BTC")


def expect(watched: WalletHistory, event: BotTradeEvent, at_s: float = 0.0) -> bool:
    return watched.expect(event.id, event.asset.name, event.time_ms, at_s)


def test_an_expectation_met_by_the_fill_itself_says_nothing() -> None:
    watched = history()
    first = path([0, 1])[0]
    assert expect(watched, first)
    assert watched.offer([first], "live", 0) == [Batch((first,))]
    assert watched.expecting_since_s == NEVER_S
    assert watched.fall_due(100.0) == []


def test_nothing_is_released_past_a_fill_that_is_known_to_exist() -> None:
    watched = history()
    first, second, third = path([0, 3, 0, 5])
    for event in (first, second, third):
        expect(watched, event)
    assert watched.offer([third], "live", 0) == []
    assert released(watched.offer([first, second, third], "backfill", 1)) == [first, second, third]


def test_fills_before_the_expected_one_and_of_other_assets_are_not_held() -> None:
    watched = history()
    first, second, third = path([0, 1, 2, 3])
    other = fill(100, 0, 1, 9, asset=ETH)
    expect(watched, second)
    assert released(watched.offer([first, third, other], "live", 0)) == [first, other]


def test_an_overdue_fill_makes_the_history_incomplete_until_it_has_come_and_before_it_is_told() -> None:
    watched = history()
    first, second = path([0, 3, 0])
    expect(watched, first, 1.0)
    expect(watched, second, 2.0)
    [state, request] = watched.fall_due(1.0)
    assert state == HistoryState(first.bot_id, BTC.name, complete=False)
    assert isinstance(request, BackfillRequest)
    assert (request.from_ms, request.to_ms) == (first.time_ms, first.time_ms)
    assert not watched.is_complete
    assert watched.open_gaps() == [state]
    assert watched.expecting_since_s == 2.0
    steps = watched.offer([first, second], "backfill", 3)
    assert steps[0] == HistoryState(first.bot_id, BTC.name, complete=True)
    assert released(steps) == [first, second]
    assert watched.is_complete


def test_the_history_stays_incomplete_while_another_expected_fill_is_overdue() -> None:
    watched = history()
    first, second = path([0, 3, 0])
    expect(watched, first)
    expect(watched, second)
    watched.fall_due(0.0)
    steps = watched.offer([first], "live", 1)
    assert released(steps) == [first]
    assert not [step for step in steps if isinstance(step, HistoryState)]
    assert not watched.is_complete


def test_what_two_answers_apart_do_not_confirm_is_dropped_and_what_it_held_goes_on() -> None:
    watched = history()
    first, second, third = path([0, 3, 0, 5])
    expect(watched, second)
    watched.fall_due(0.0)
    after = fill(40, 3, 4, 9)
    assert released(watched.offer([first, after], "live", 0)) == [first]
    assert released(watched.answered(START_MS, START_MS + 50, 10)) == []
    assert released(watched.answered(START_MS, START_MS + 50, 10)) == [], "no time has passed between the answers"
    steps = watched.answered(START_MS, START_MS + 50, 11)
    assert [step.level for step in steps if isinstance(step, SystemRecord)] == ["warning"]
    assert HistoryState(first.bot_id, BTC.name, complete=True) in steps
    assert released(steps) == [after]
    assert watched.watermark_ms == START_MS + 49
    assert not expect(watched, second), "it was given up"
    assert not expect(watched, third), "it is from before the watermark"


@pytest.mark.parametrize(("from_ms", "to_ms"), [(11, 100), (0, 10)])
def test_an_answer_that_does_not_cover_an_expected_fill_says_nothing_about_it(from_ms: int, to_ms: int) -> None:
    watched = history()
    first = path([0, 3])[0]
    expect(watched, first)
    for now_ms in (0, 10, 20):
        watched.answered(START_MS + from_ms, START_MS + to_ms, now_ms)
    assert expect(watched, first) is False
    assert watched.expecting_since_s == 0.0
    assert watched.watermark_ms <= first.time_ms - 1


def test_the_watermark_stays_before_an_expected_fill() -> None:
    watched = history()
    expect(watched, path([0, 3])[0])
    watched.answered(START_MS, START_MS + 500, 0)
    assert watched.watermark_ms == START_MS + 9
    assert watched.backfill_from_ms <= START_MS + 9


def test_a_trade_of_the_past_or_of_a_known_fill_is_nothing_new() -> None:
    watched = history()
    first, second, third = path([0, 1, 2, 3])
    watched.offer([first, third], "live", 0)
    assert not expect(watched, first), "released"
    assert not expect(watched, third), "held behind a gap"
    assert not expect(watched, fill(0, 0, 1, 7)), "at the beginning of the watched history"
    assert expect(watched, second)
    assert not expect(watched, second), "expected already"


def test_a_gap_waits_for_the_expected_fill_that_may_explain_it() -> None:
    watched = history()
    first, second, third = path([0, 1, 4, 6])
    watched.offer([first, third], "live", 0)
    watched.answered(START_MS, START_MS + 40, 0)
    expect(watched, second)
    assert released(watched.answered(START_MS, START_MS + 40, 10)) == []
    assert not watched.is_complete
    assert released(watched.offer([second], "backfill", 20)) == [second, third]
    assert watched.is_complete


def test_a_gap_is_bridged_though_a_later_fill_is_expected() -> None:
    watched = history()
    first, _, third = path([0, 1, 4, 6])
    watched.offer([first, third], "live", 0)
    expect(watched, fill(100, 6, 7, 9))
    watched.answered(START_MS, START_MS + 40, 0)
    change, held = released(watched.answered(START_MS, START_MS + 40, 10))
    assert (change.event_type, held) == ("position-change", third)


def test_a_gap_that_closes_before_the_expected_fill_is_closed() -> None:
    watched = history()
    first, second, third = path([0, 1, 2, 3])
    watched.offer([first, third], "live", 0)
    expect(watched, fill(100, 3, 4, 9))
    watched.offer([fill(110, 4, 5, 10)], "live", 1)
    assert released(watched.offer([second], "live", 2)) == [second, third]
    assert watched.is_complete


def test_an_open_gap_stays_open_while_a_fill_within_it_is_expected() -> None:
    watched = history()
    first, second, third = path([0, 1, 2, 3])
    watched.offer([first, third], "live", 0)
    expect(watched, second)
    watched.offer([fill(40, 3, 4, 9)], "live", 1)
    assert not watched.is_complete


def test_an_audit_says_nothing_while_a_fill_is_expected() -> None:
    watched = history()
    watched.offer(path([0, 1]), "live", 0)
    expect(watched, fill(50, 1, 3, 9))
    assert watched.audited(view(100, BTC=3), 1) == []
    assert watched.audited(view(200, BTC=3), 2) == []


def test_a_fill_that_comes_late_though_expected_is_recorded_and_bars_nothing() -> None:
    watched = history()
    first, second, third, fourth = path([0, 3, 0, 5, 6])
    watched.offer([third], "live", 0)
    for event in (first, second):
        expect(watched, event)
    assert watched.offer([fourth], "live", 1) == []
    steps = watched.offer([first, second, third, fourth], "backfill", 2)
    assert late(steps) == [first, second]
    assert released(steps) == [fourth]


def test_expected_fills_find_room_however_much_is_held_and_what_did_not_is_fetched_again() -> None:
    watched = history(limits=msgspec.structs.replace(LIMITS, held_max=2))
    first, second, third, fourth, fifth = path([0, 1, 2, 3, 4, 5])
    expect(watched, first)
    watched.offer([second, third, fourth, fifth], "live", 0)
    watched.answered(START_MS, START_MS + 100, 0)
    steps = watched.offer([first], "live", 1)
    assert released(steps) == [first, second, third]
    assert [step.from_ms for step in steps if isinstance(step, BackfillRequest)] == [fourth.time_ms]
    watched.answered(START_MS, fourth.time_ms, 2)
    assert watched.watermark_ms < fourth.time_ms
    assert released(watched.offer([first, second, third, fourth, fifth], "backfill", 3)) == [fourth, fifth]
    watched.answered(START_MS, START_MS + 100, 4)
    assert watched.watermark_ms == START_MS + 99


def test_what_is_expected_and_what_is_given_up_is_bounded() -> None:
    expectations = Expectations(2)
    ids = [EventId(derived_uuid7(START_MS, n)) for n in range(GIVEN_UP_KEPT_MAX + 3)]
    assert [expectations.note(one, BTC_NAME, START_MS, 0.0) for one in ids[:3]] == [True, True, False]
    for event in ids:
        expectations.note(event, BTC_NAME, START_MS, 0.0)
        for now_ms in (0, 10):
            expectations.answered(START_MS, START_MS, now_ms, 1)
    assert len(expectations) == 0
    assert expectations.note(ids[0], BTC_NAME, START_MS, 0.0), "so long ago is forgotten"
    assert not expectations.note(ids[-1], BTC_NAME, START_MS, 0.0)


Scene = Callable[[World], Awaitable[None]]


def play(scene: Scene, *bots: WatchedBot, pace: Pace = PACE) -> World:
    """Watch until all is quiet, then what ``scene`` does."""
    world = World(pace, witnessed=("BTC", "ETH"))

    async def scenario() -> None:
        async with world.watching(*(bots or BOTS[:1])):
            await asyncio.sleep(4)
            await scene(world)

    run(scenario())
    return world


def states(world: World) -> list[bool]:
    return [output.complete for output in world.sink.outputs if isinstance(output, HistoryState)]


def test_a_round_trip_lost_on_the_socket_is_told_in_order_within_two_seconds() -> None:
    async def scene(world: World) -> None:
        for move in (3, -3):
            world.exchange.execute(ONE, ("BTC", move), told=False)
            await asyncio.sleep(0.1)
        world.exchange.execute(ONE, ("BTC", 2))
        assert await world.until(lambda: world.told() == [1, 2, 3]) <= SOON_S

    world = play(scene)
    assert world.sink.late == []
    assert states(world) == [False, True]
    assert world.says("did not come over the socket")


def test_trades_whose_fills_are_told_cost_no_question_and_say_nothing() -> None:
    async def scene(world: World) -> None:
        for move in (1, 2, -3, 4) * 10:
            world.exchange.execute(ONE, ("BTC", move), ("ETH", -move))
            await asyncio.sleep(0.3)

    witnessed = play(scene)
    alone = World()

    async def scenario() -> None:
        async with alone.watching(BOTS[0]):
            await asyncio.sleep(4)
            await scene(alone)

    run(scenario())
    assert witnessed.exchange.asked == alone.exchange.asked
    assert witnessed.sink.outputs == alone.sink.outputs


def test_a_wallet_is_witnessed_as_buyer_and_seller_taker_and_maker_and_in_any_letter_case() -> None:
    async def scene(world: World) -> None:
        exchange = world.exchange
        for count, (move, aggressor) in enumerate([(2, "B"), (2, "A"), (-5, "B"), (-5, "A")], 1):
            [done] = exchange.execute(bot.wallet, ("BTC", move), told=False, witnessed=False)
            trade = public_trade("0x" + "AB" * 20, done)
            exchange.trade(msgspec.structs.replace(trade, side=aggressor))
            assert await world.until(lambda count=count: len(world.sink.events) == count) <= SOON_S  # type: ignore[misc]
            await asyncio.sleep(5)

    bot = WatchedBot(bot_id("letters"), Wallet("0x" + "ab" * 20))
    play(scene, bot)


def test_a_trade_between_two_watched_wallets_is_expected_of_both() -> None:
    async def scene(world: World) -> None:
        exchange = world.exchange
        [bought] = exchange.execute(ONE, ("BTC", 2), told=False, witnessed=False)
        sold = wire_fill("BTC", bought.time, 0, -2, bought.tid)
        exchange.fills[TWO] = [sold]
        exchange.trade(public_trade(ONE, bought, TWO))
        assert await world.until(lambda: world.told(ONE) == [1] and world.told(TWO) == [1]) <= SOON_S

    play(scene, *BOTS)


def test_a_wallet_that_trades_with_itself_is_expected_to_have_two_fills() -> None:
    async def scene(world: World) -> None:
        exchange = world.exchange
        [bought] = exchange.execute(ONE, ("BTC", 2), told=False, witnessed=False)
        exchange.fills[ONE].append(wire_fill("BTC", bought.time, 2, -2, bought.tid))
        exchange.trade(public_trade(ONE, bought, ONE))
        assert await world.until(lambda: world.told() == [1, 1]) <= SOON_S
        assert [event.side for event in world.sink.events] == [1, -1]

    play(scene)


def test_the_replay_of_old_trades_leads_to_nothing() -> None:
    world = World(witnessed=("BTC",))

    async def scenario() -> None:
        for move in (1, -1) * 20:
            world.exchange.execute(ONE, ("BTC", move))
            await asyncio.sleep(10)
        await asyncio.sleep(100)
        async with world.watching(BOTS[0]):
            await asyncio.sleep(30)
            world.exchange.disconnect()
            world.exchange.connect()
            await asyncio.sleep(10)

    run(scenario())
    assert states(world) == []
    assert world.sink.events == []
    assert not world.says("public trades")


def test_a_trade_that_the_exchange_never_confirms_is_dropped_with_a_warning_and_holds_nothing_for_long() -> None:
    async def scene(world: World) -> None:
        exchange = world.exchange
        exchange.trade(public_trade(ONE, wire_fill("BTC", exchange.now_ms(), 0, 1, 777)))
        await asyncio.sleep(0.2)
        exchange.execute(ONE, ("BTC", 2))
        exchange.execute(ONE, ("ETH", 2))
        assert await world.until(lambda: world.told() == [2]) < 0.2
        assert await world.until(lambda: world.told() == [2, 1]) < 20
        assert world.says("not confirmed")
        exchange.execute(ONE, ("BTC", 2))
        assert await world.until(lambda: world.told() == [2, 1, 3]) < 0.2

    world = play(scene)
    assert states(world) == [False, True]


def test_trades_of_strangers_of_unknown_coins_without_names_or_ids_are_passed_over() -> None:
    async def scene(world: World) -> None:
        now_ms = world.exchange.now_ms()
        known = public_trade(ONE, wire_fill("BTC", now_ms, 0, 1, 5))
        odd = [
            msgspec.structs.replace(known, users=None),
            msgspec.structs.replace(known, users=(STRANGER, STRANGER)),
            msgspec.structs.replace(known, tid=0),
        ]
        world.exchange.trade(*odd)
        await asyncio.sleep(1)
        strange = msgspec.structs.replace(known, coin="@107")
        world.exchange.watcher(Message(TradesFrame([strange]), b"", now_ms))
        await asyncio.sleep(20)

    assert states(play(scene)) == []


def test_a_wallet_beyond_the_sockets_limit_is_followed_by_the_trades() -> None:
    async def scene(world: World) -> None:
        world.exchange.execute(TWO, ("BTC", 1))
        assert await world.until(lambda: world.told(TWO) == [1]) <= SOON_S
        assert not world.says("over the socket")

    play(scene, *BOTS, pace=msgspec.structs.replace(PACE, subscribed_max=1))


def test_a_fill_that_is_missed_while_no_question_is_answered_is_told_in_order_afterwards() -> None:
    async def scene(world: World) -> None:
        world.exchange.failing = 4
        for move in (3, -3):
            world.exchange.execute(ONE, ("BTC", move), told=False)
        for _ in range(20):
            world.exchange.execute(ONE, ("BTC", 1))
            await asyncio.sleep(0.1)
        assert await world.until(lambda: world.told() == world.executed()) < 20

    assert play(scene).sink.late == []


def test_what_is_on_its_way_while_a_wallet_is_caught_up_is_not_missed() -> None:
    async def scene(world: World) -> None:
        world.exchange.disconnect()
        world.exchange.failing = 3
        world.exchange.connect()
        await asyncio.sleep(0.03)
        world.exchange.execute(ONE, ("BTC", 1))
        assert await world.until(lambda: world.told() == [1]) > PACE.witness_s

    world = play(scene)
    said = [output.asset_name for output in world.sink.outputs if isinstance(output, HistoryState)]
    assert said == [None, None]


def test_what_the_answers_of_a_catch_up_did_not_contain_yet_is_asked_for_soon_after() -> None:
    async def scene(world: World) -> None:
        world.exchange.disconnect()
        world.exchange.lag_ms = 10_000
        world.exchange.connect()
        await asyncio.sleep(0.03)
        world.exchange.execute(ONE, ("BTC", 1), told=False)
        await asyncio.sleep(0.4)
        world.exchange.lag_ms = 0
        assert await world.until(lambda: world.told() == [1]) <= SOON_S

    play(scene)


def test_after_a_long_catch_up_what_is_missed_is_asked_for_before_anything_else() -> None:
    async def scene(world: World) -> None:
        world.exchange.disconnect()
        world.exchange.lag_ms = 10_000
        world.exchange.failing = 4
        world.exchange.connect()
        await asyncio.sleep(0.03)
        world.exchange.execute(ONE, ("BTC", 1), told=False)
        await asyncio.sleep(20)
        assert world.told() == [1]
        assert "state fills fills" in " ".join(world.exchange.questions), "the catch-up's questions, and the backfill"

    play(scene)


def test_a_subscription_that_loses_a_frame_now_and_then_is_not_taken_for_mute() -> None:
    async def scene(world: World) -> None:
        for _ in range(6):
            world.exchange.execute(ONE, ("BTC", 1), told=False)
            await asyncio.sleep(0.2)
            world.exchange.execute(ONE, ("BTC", 1))
            await asyncio.sleep(5)
        assert world.told() == world.executed()
        assert not world.says("gone mute")

    play(scene)


def test_a_socket_that_tells_every_fill_too_late_does_not_use_up_the_exchanges_budget() -> None:
    async def scene(world: World) -> None:
        world.exchange.asked.clear()
        for _ in range(400):
            done = world.exchange.execute(ONE, ("BTC", 1), told=False)
            asyncio.get_running_loop().call_later(PACE.witness_s + 0.1, world.exchange.send, ONE, done)
            await asyncio.sleep(0.3)
        assert 120 / world.exchange.asked["fills"] >= PACE.gap_poll_s * 0.9
        await asyncio.sleep(10)
        assert world.told() == world.executed()
        assert sum("over the socket" in record.message for record in world.sink.records) == 1

    play(scene)


def test_trades_of_many_wallets_are_told_apart() -> None:
    bots = [WatchedBot(bot_id(f"bot-{n}"), Wallet(f"0x{n:040x}")) for n in range(1, 7)]

    async def scene(world: World) -> None:
        for bot in bots[::2]:
            world.exchange.execute(bot.wallet, ("BTC", 1), ("BTC", -1), told=False)
        for bot in bots[1::2]:
            world.exchange.execute(bot.wallet, ("BTC", 1))
        assert await world.until(lambda: len(world.sink.events) == 9) <= SOON_S

    world = play(scene, *bots)
    said = {output.bot_id for output in world.sink.outputs if isinstance(output, HistoryState)}
    assert said == {bot.bot_id for bot in bots[::2]}
