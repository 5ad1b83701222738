"""The watcher before a truthful exchange in virtual time: starts, losses, silence, restarts, and bounds."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from fadearena.bot_ingestor.errors import WatchedTwiceError
from fadearena.bot_ingestor.outputs import Batch, InitialPosition
from fadearena.bot_ingestor.ports import WatchedBot
from fadearena.bot_ingestor.watcher import Watcher
from fadearena.domain.events import HistoryState
from fadearena.domain.identifiers import BotId, Wallet, bot_id
from tests.bot_ingestor.small_exchange import EPOCH_MS, wire_fill
from tests.bot_ingestor.virtual_time import run
from tests.bot_ingestor.world import BOTS, ONE, PACE, TWO, World


def test_live_fills_are_told_as_they_come_and_once() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(*BOTS):
            await asyncio.sleep(1)
            for move in (1, 2, -3, 5):
                world.exchange.execute(ONE, ("BTC", move))
                world.exchange.execute(TWO, ("ETH", move))
                await asyncio.sleep(0.5)
            assert world.told(ONE) == world.executed(ONE)
            assert world.told(TWO) == world.executed(TWO)
            await asyncio.sleep(200)
            assert world.told(ONE) == world.executed(ONE)

    run(scenario())


def test_positions_held_before_the_first_look_are_told_and_their_fills_are_not() -> None:
    async def scenario() -> None:
        world = World()
        world.exchange.execute(ONE, ("BTC", 7))
        await asyncio.sleep(3600)
        world.exchange.execute(ONE, ("ETH", -2))
        await asyncio.sleep(1)
        async with world.watching(BOTS[0]):
            await asyncio.sleep(1)
            world.exchange.execute(ONE, ("BTC", 1))
            await asyncio.sleep(1)
        assert {(one.asset.name, one.lots, one.mark) for one in world.sink.initial} == {
            ("BTC", 700, 1_000_000),
            ("ETH", -200, 1_000_000),
        }
        assert world.told() == [3]
        assert isinstance(world.sink.outputs[0], InitialPosition)

    run(scenario())


def test_the_first_look_comes_before_the_subscription() -> None:
    async def scenario() -> None:
        world = World()
        world.exchange.failing = 3
        async with world.watching(BOTS[0]):
            await world.until(lambda: bool(world.exchange._subscriptions))
            assert world.exchange.asked["state"] >= 1
            world.exchange.execute(ONE, ("BTC", 1))
            await asyncio.sleep(10)
            assert world.told() == [1]

    run(scenario())


def test_what_happens_while_the_socket_is_down_is_told_in_order() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(*BOTS):
            await asyncio.sleep(1)
            world.exchange.execute(ONE, ("BTC", 1))
            await asyncio.sleep(1)
            world.exchange.disconnect()
            for _ in range(3):
                world.exchange.execute(ONE, ("BTC", 1))
                await asyncio.sleep(0.01)
                world.exchange.execute(TWO, ("BTC", 1))
                await asyncio.sleep(0.01)
            world.exchange.connect()
            world.exchange.execute(ONE, ("BTC", 1), ("ETH", 4))
            await asyncio.sleep(10)
        times = [event.time_ms for event in world.sink.events]
        assert times == sorted(times)
        assert world.told(ONE) == world.executed(ONE)
        assert world.told(TWO) == world.executed(TWO)

    run(scenario())


def test_a_catch_up_of_many_wallets_reads_like_the_run_that_was_never_interrupted() -> None:
    async def scenario(*, interrupted: bool) -> list[tuple[str, int]]:
        world = World()
        async with world.watching(*BOTS):
            await asyncio.sleep(1)
            if interrupted:
                world.exchange.disconnect()
            for count in range(40):
                world.exchange.execute((ONE, TWO)[count % 3 % 2], ("BTC", 1), ("ETH", -1))
                await asyncio.sleep(0.03)
            world.exchange.connect()
            await asyncio.sleep(10)
        return [(event.wallet, event.trade_id) for event in world.sink.events]

    assert run(scenario(interrupted=True)) == run(scenario(interrupted=False))


def test_a_socket_that_stays_down_is_replaced_by_questions() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]):
            await asyncio.sleep(1)
            world.exchange.disconnect()
            await asyncio.sleep(30)
            world.exchange.execute(ONE, ("BTC", 1))
            assert await world.until(lambda: world.told() == [1]) <= 15

    run(scenario())


def test_a_mute_subscription_is_healed_within_fifteen_seconds_and_renewed() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(*BOTS):
            await asyncio.sleep(20)
            world.exchange.mute.add(ONE)
            for count in (1, 2):
                world.exchange.execute(ONE, ("BTC", 3))
                assert await world.until(lambda count=count: len(world.told()) == count) <= 15  # type: ignore[misc]
            await asyncio.sleep(5)
            assert world.says("gone mute")
            world.exchange.execute(ONE, ("BTC", 3))
            assert await world.until(lambda: len(world.told()) == 3) <= 1
        assert world.told() == world.executed()

    run(scenario())


def test_a_round_trip_that_no_frame_told_is_found_by_the_next_poll() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]):
            await asyncio.sleep(10)
            world.exchange.execute(ONE, ("BTC", 3), told=False)
            world.exchange.execute(ONE, ("BTC", -3), told=False)
            assert await world.until(lambda: len(world.told()) == 2, 90) <= PACE.poll_s + 1

    run(scenario())


def test_a_lost_frame_shows_with_the_next_fill_and_is_fetched_within_seconds() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]):
            await asyncio.sleep(4)
            world.exchange.execute(ONE, ("BTC", 1), told=False)
            world.exchange.execute(ONE, ("BTC", 2))
            assert await world.until(lambda: world.told() == [1, 2]) < 2
            await asyncio.sleep(1)
            states = [state.complete for state in world.sink.outputs if isinstance(state, HistoryState)]
            assert states == [False, True]
            assert {row.state for row in world.sink.rows(ONE).values()} == {"repaired", "complete"}

    run(scenario())


def test_what_the_exchange_itself_does_not_know_becomes_a_position_change() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]):
            await asyncio.sleep(4)
            world.exchange.hidden.add(2)
            for _ in range(3):
                world.exchange.execute(ONE, ("BTC", 1))
                await asyncio.sleep(0.1)
            await world.until(lambda: len(world.sink.events) == 3)
        first, change, last = world.sink.events
        assert (first.trade_id, change.event_type, last.trade_id) == (1, "position-change", 3)
        assert (change.previous_lots, change.current_lots) == (first.current_lots, last.previous_lots)
        assert any(record.level == "error" for record in world.sink.records)

    run(scenario())


def test_a_transfer_of_a_position_without_any_fill_is_found_by_audits() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]):
            await asyncio.sleep(4)
            world.exchange.execute(ONE, ("BTC", 1))
            world.exchange.hidden.add(2)
            world.exchange.execute(ONE, ("BTC", 5))
            assert await world.until(lambda: len(world.sink.events) == 2) < 40
            world.exchange.execute(ONE, ("BTC", 1))
            await asyncio.sleep(1)
        assert [event.event_type for event in world.sink.events] == ["fill", "position-change", "fill"]
        assert [event.current_lots for event in world.sink.events] == [100, 600, 700]

    run(scenario())


def test_slices_of_a_twap_order_are_looked_for_where_fills_are_missing() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]):
            await asyncio.sleep(4)
            world.exchange.hidden.add(1)
            world.exchange.slices[ONE] = world.exchange.execute(ONE, ("BTC", 1))
            world.exchange.execute(ONE, ("BTC", 1))
            await world.until(lambda: world.told() == [1, 2])
        assert {event.event_type for event in world.sink.events} == {"fill"}

    run(scenario())


def test_a_restart_goes_on_where_the_last_run_stopped_and_tells_nothing_twice() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(*BOTS):
            await asyncio.sleep(4)
            world.exchange.execute(ONE, ("BTC", 1))
            world.exchange.execute(TWO, ("BTC", 9))
            await asyncio.sleep(1)
        for _ in range(50):
            world.exchange.execute(ONE, ("BTC", 1), ("ETH", -1))
            await asyncio.sleep(1_728)
        async with world.watching(*(world.sink.known(bot.bot_id, bot.wallet, PACE.limits) for bot in BOTS)):
            world.exchange.execute(ONE, ("BTC", -60))
            assert await world.until(lambda: len(world.told()) == len(world.executed())) < 10
            await asyncio.sleep(100)
        assert world.told(ONE) == world.executed(ONE)
        assert world.told(TWO) == world.executed(TWO)
        assert len(world.sink.rows(ONE)) == 1
        assert world.sink.rows(ONE).popitem()[1].to_ms > EPOCH_MS + 86_400_000

    run(scenario())


def test_fills_that_the_exchange_no_longer_keeps_become_a_position_change_and_an_alert() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]):
            await asyncio.sleep(4)
            world.exchange.execute(ONE, ("BTC", 1))
            await asyncio.sleep(1)
        world.exchange.execute(ONE, ("BTC", 1))
        await asyncio.sleep(3600)
        world.exchange.forgotten_ms = world.exchange.now_ms()
        world.exchange.execute(ONE, ("BTC", 1))
        await asyncio.sleep(10)
        async with world.watching(world.sink.known(BOTS[0].bot_id, ONE, PACE.limits)):
            await world.until(lambda: len(world.sink.events) == 3)
            await asyncio.sleep(60)
            assert world.sink.is_complete(BOTS[0].bot_id)
        assert [event.event_type for event in world.sink.events] == ["fill", "position-change", "fill"]
        assert any(record.level == "error" for record in world.sink.records)

    run(scenario())


def test_questions_without_answer_are_asked_again_and_the_wallet_is_disowned_meanwhile() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]):
            await asyncio.sleep(4)
            world.exchange.disconnect()
            world.exchange.failing = 4
            world.exchange.connect()
            world.exchange.execute(ONE, ("BTC", 1))
            await world.until(lambda: world.told() == [1])
        states = [state for state in world.sink.outputs if isinstance(state, HistoryState)]
        assert [(state.asset_name, state.complete) for state in states] == [(None, False), (None, True)]
        assert world.says("catch_up failed")

    run(scenario())


def test_frames_held_during_a_catch_up_are_let_through_though_the_answers_lag_behind() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]):
            await asyncio.sleep(4)
            world.exchange.disconnect()
            world.exchange.lag_ms = 10_000
            world.exchange.connect()
            await asyncio.sleep(0.03)
            world.exchange.execute(ONE, ("BTC", 1))
            assert await world.until(lambda: world.told() == [1]) < 1

    run(scenario())


def test_frames_that_find_no_room_while_held_are_fetched_again() -> None:
    async def scenario() -> None:
        world = World(msgspec.structs.replace(PACE, held_max=1))
        async with world.watching(BOTS[0]):
            await asyncio.sleep(4)
            world.exchange.disconnect()
            world.exchange.lag_ms = 150
            world.exchange.connect()
            await asyncio.sleep(0.03)
            world.exchange.execute(ONE, ("BTC", 1), ("BTC", -1))
            assert await world.until(lambda: world.told() == [1, 2]) < 8

    run(scenario())


def test_what_comes_while_the_outbox_is_full_is_fetched_when_there_is_room() -> None:
    async def scenario() -> None:
        world = World(msgspec.structs.replace(PACE, outbox_max=3))
        async with world.watching(BOTS[0]):
            await asyncio.sleep(4)
            world.sink.failing = 5
            for move in (1, -1) * 10:
                world.exchange.execute(ONE, ("BTC", move))
                await asyncio.sleep(0.1)
            await world.until(lambda: world.sink.failing == 0)
            assert await world.until(lambda: world.told() == world.executed()) < 20

    run(scenario())


def test_a_failing_sink_loses_and_repeats_nothing() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]):
            await asyncio.sleep(4)
            world.sink.failing = 6
            for _ in range(20):
                world.exchange.execute(ONE, ("BTC", 1))
                await asyncio.sleep(1)
            await world.until(lambda: world.told() == world.executed())
            assert world.says("cannot be recorded")

    run(scenario())


def test_the_watermark_is_written_only_after_what_it_vouches_for() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]):
            for _ in range(60):
                world.exchange.execute(ONE, ("BTC", 1))
                await asyncio.sleep(7)
        for count, output in enumerate(world.sink.outputs):
            if isinstance(output, Batch) or getattr(output, "state", "") != "complete":
                continue
            stored = {e.trade_id for o in world.sink.outputs[:count] if isinstance(o, Batch) for e in o.events}
            vouched = [fill.tid for fill in world.exchange.fills[ONE] if fill.time <= output.to_ms]  # type: ignore[union-attr]
            assert set(vouched) - stored <= {1}

    run(scenario())


def test_a_bot_added_at_run_time_is_watched_and_a_removed_one_no_longer() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]) as watcher:
            await asyncio.sleep(4)
            watcher.set_bots(BOTS)
            await asyncio.sleep(2)
            world.exchange.execute(TWO, ("BTC", 1))
            await asyncio.sleep(1)
            assert world.told(TWO) == [1]
            watcher.set_bots(BOTS[1:])
            world.exchange.execute(ONE, ("BTC", 1))
            world.exchange.execute(TWO, ("BTC", 1))
            await asyncio.sleep(100)
            assert world.told(ONE) == []
            assert world.told(TWO) == [1, 3]
            assert [health.bot_id for health in watcher.health] == ["two"]
            assert [subscription.user for subscription in world.exchange._subscriptions] == [TWO]

    run(scenario())


def test_a_snapshot_that_is_not_marked_as_one_is_read_from_its_end() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]):
            await asyncio.sleep(4)
            fills = []
            for move in (1, -1, 2):
                fills += world.exchange.execute(ONE, ("BTC", move), told=False)
                await asyncio.sleep(0.01)
            world.exchange.send(ONE, fills[::-1])
            await asyncio.sleep(0.1)
            assert world.told() == [1, 2, 3]

    run(scenario())


def test_two_bots_of_one_wallet_are_refused() -> None:
    world = World()
    watcher = Watcher(world.exchange, world.exchange, world.sink, lambda: 0)
    with pytest.raises(WatchedTwiceError):
        watcher.set_bots([BOTS[0], WatchedBot(BotId("other"), ONE)])


def test_wallets_beyond_the_sockets_limit_are_watched_by_questions() -> None:
    async def scenario() -> None:
        world = World(msgspec.structs.replace(PACE, subscribed_max=1))
        async with world.watching(*BOTS) as watcher:
            await asyncio.sleep(10)
            world.exchange.execute(TWO, ("BTC", 1))
            assert await world.until(lambda: world.told(TWO) == [1]) <= 15
            assert [health.live for health in watcher.health] == [True, False]

    run(scenario())


def test_a_fill_of_an_asset_listed_meanwhile_waits_until_it_is_known() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]):
            await asyncio.sleep(4)
            world.exchange.coins.append("NEW")
            world.exchange.execute(ONE, ("NEW", 1))
            world.exchange.execute(ONE, ("BTC", 1))
            await world.until(lambda: sorted(world.told()) == [1, 2])
            assert world.exchange.asked["meta"] == 2

    run(scenario())


def test_a_fill_of_an_asset_that_stays_unknown_is_said_once_and_stops_nothing() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]) as watcher:
            await asyncio.sleep(4)
            for tid in range(1001, 1005):
                fill = wire_fill("xyz:ODD", world.exchange.now_ms(), tid - 1001, 1, tid)
                world.exchange.fills.setdefault(ONE, []).append(fill)
                world.exchange.send(ONE, [fill])
                await asyncio.sleep(100)
            world.exchange.execute(ONE, ("BTC", 1))
            await asyncio.sleep(100)
            assert world.told() == [1]
            assert sum("xyz:ODD" in record.message for record in world.sink.records) == 1
            assert world.exchange.now_ms() - watcher.health[0].watermark_ms < 100_000

    run(scenario())


def test_spot_fills_are_counted_and_left_alone() -> None:
    async def scenario() -> None:
        world = World()
        async with world.watching(BOTS[0]) as watcher:
            await asyncio.sleep(4)
            world.exchange.send(ONE, [wire_fill("@107", world.exchange.now_ms(), 0, 1, 77)])
            await asyncio.sleep(1)
            assert watcher.health[0].ignored == 1
            assert world.sink.records == []

    run(scenario())


def test_ten_wallets_at_rest_stay_within_half_of_the_exchanges_budget() -> None:
    async def scenario() -> None:
        world = World()
        bots = [WatchedBot(bot_id(f"bot-{n}"), Wallet(f"0x{n:040x}")) for n in range(10)]
        async with world.watching(*bots):
            await asyncio.sleep(120)
            world.exchange.asked.clear()
            await asyncio.sleep(600)
        weight = world.exchange.asked["fills"] * 20 + world.exchange.asked["state"] * 2
        assert weight / 10 <= 600

    run(scenario())
