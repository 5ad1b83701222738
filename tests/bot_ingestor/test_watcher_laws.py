"""Laws of the watcher: whatever fails and whenever it dies, in the end each fill is told once and in order."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import hypothesis.strategies as st
from hypothesis import example, given, settings

from tests.bot_ingestor.small_exchange import public_trade, wire_fill
from tests.bot_ingestor.virtual_time import run
from tests.bot_ingestor.world import BOTS, ONE, PACE, TWO, World

Happening = tuple[str, int]
RUNS_MAX = 4

happenings = st.one_of(
    st.tuples(st.sampled_from(["told", "told", "told", "lost"]), st.integers(-3, 3).filter(bool)),
    st.tuples(st.sampled_from(["told of two", "told", "lost of two"]), st.integers(-3, 3).filter(bool)),
    st.tuples(st.sampled_from(["unseen", "hidden", "invented", "repeated"]), st.integers(-3, 3).filter(bool)),
    st.tuples(st.just("wait"), st.sampled_from([1, 20, 300, 3_000, 20_000])),
    st.tuples(st.sampled_from(["disconnect", "connect", "mute", "mute two"]), st.just(0)),
    st.tuples(st.sampled_from(["no answers", "no records"]), st.integers(1, 6)),
    st.tuples(st.just("no answers"), st.just(60)),
)
lives = st.lists(st.lists(happenings, max_size=12), min_size=1, max_size=RUNS_MAX)


async def happen(world: World, what: str, number: int) -> None:
    exchange = world.exchange
    wallet = TWO if what.endswith("two") else ONE
    match what.split(maxsplit=1)[0]:
        case "told" | "lost" as fate:
            exchange.execute(wallet, ("BTC" if number % 2 else "ETH", number), told=fate == "told")
            await asyncio.sleep(0.001)
        case "unseen" | "hidden" as fate:
            exchange.execute(wallet, ("BTC" if number % 2 else "ETH", number), told=fate == "unseen", witnessed=False)
            await asyncio.sleep(0.001)
        case "invented":
            made_up = wire_fill("BTC", exchange.now_ms(), 0, number, 1_000_000 + exchange.now_ms())
            exchange.trade(public_trade(wallet, made_up))
        case "repeated":
            exchange.trade(*exchange.trades[-2 * abs(number) :])
        case "wait":
            await asyncio.sleep(number / 1000)
        case "disconnect":
            exchange.disconnect()
        case "connect":
            exchange.connect()
        case "mute":
            exchange.mute.add(wallet)
        case _:
            exchange.failing += number if what == "no answers" else 0
            world.sink.failing += number if what == "no records" else 0


async def live(runs: list[list[Happening]]) -> World:
    """Each run is one watcher's life; it ends in the middle of whatever it does, and things go on happening."""
    world = World(witnessed=("BTC", "ETH"))
    async with world.watching(*BOTS):
        await asyncio.sleep(1)
    for happenings_of_a_run in runs:
        async with world.watching(*(world.sink.known(bot.bot_id, bot.wallet, PACE.limits) for bot in BOTS)):
            for what, number in happenings_of_a_run:
                await happen(world, what, number)
        await happen(world, "told", 1)
        await asyncio.sleep(0.5)
    world.exchange.failing = world.sink.failing = 0
    async with world.watching(*(world.sink.known(bot.bot_id, bot.wallet, PACE.limits) for bot in BOTS)):
        world.exchange.connect()
        await asyncio.sleep(200)
    return world


@settings(max_examples=60, deadline=None)
@given(lives)
@example(
    [[("told", 3), ("no answers", 60), ("lost", -1), ("told", -1), ("wait", 20_000), ("told", -1), ("wait", 20_000)]]
)
@example([[("told", 3), ("no answers", 60), ("lost", -1), ("told", -1), ("wait", 20_000)], [("told", -1)]])
@example([[("lost", 1), ("lost", -1), ("told", 2), ("wait", 3_000), ("disconnect", 0)], [("told", 1)]])
def test_each_fill_is_told_once_and_in_order_whatever_fails_and_whenever_the_watcher_dies(
    runs: list[list[Happening]],
) -> None:
    world = run(live(runs))
    for bot in BOTS:
        mine = [event for event in world.sink.events + world.sink.late if event.wallet == bot.wallet]
        fills = [event for event in mine if event.event_type == "fill"]
        assert sorted(event.trade_id for event in fills) == world.executed(bot.wallet)
        assert world.sink.is_complete(bot.bot_id)
        assert {row.state for row in world.sink.rows(bot.wallet).values()} <= {"complete", "repaired"}
        for coin in ("BTC", "ETH"):
            chain = [e for e in world.sink.events if (e.wallet, e.asset.name) == (bot.wallet, coin)]
            assert all(a.current_lots == b.previous_lots and a.time_ms <= b.time_ms for a, b in pairwise(chain))
            assert (chain[-1].current_lots if chain else 0) == world.exchange.position(bot.wallet, coin) * 100
