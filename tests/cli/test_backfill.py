"""``fadearena backfill`` from a simulated exchange whose season is over into a real database."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from fadearena.cli.backfill import Fetched, report
from fadearena.cli.failures import ExitCode
from fadearena.exchange_simulator.simulator import Simulator
from fadearena.hyperliquid.recordings import season_one
from fadearena.persistence.trader_lock import trader_lock
from tests.cli.conftest import Ended, RunCommand
from tests.databases import run_apart

AFTER_THE_SEASON_MS = 1_900_000_000_000
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def exchange() -> Iterator[str]:
    """The address of a simulator, in a loop of its own, with all of season one in the past."""
    addresses: list[str] = []
    started, ended = threading.Event(), threading.Event()

    async def serve() -> None:
        simulator = Simulator(resume_at_ms=AFTER_THE_SEASON_MS, wait_for_client=True)
        addresses.append(await simulator.start())
        started.set()
        await asyncio.to_thread(ended.wait)
        await simulator.stop()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert started.wait(30)
    yield addresses[0]
    ended.set()
    thread.join(30)


@pytest.fixture
def at_exchange(stored: RunCommand, exchange: str) -> RunCommand:
    def call(*arguments: str) -> Ended:
        return stored(*arguments, FADEARENA_EXCHANGE="simulator", FADEARENA_SIMULATOR_URL=exchange)

    return call


def fills_of(bot: str) -> int:
    return sum(len(account.fills) for account in season_one().accounts if account.bot_id == bot)


def test_every_fill_of_a_wallet_is_stored_once_and_moves_nothing(at_exchange: RunCommand) -> None:
    ended = at_exchange("backfill", "gpt-5", "0x56d652e62998251b56c8398fb11fcfe464c08f84", "--json")
    assert ended.code == 0, ended.err
    assert [(row["bot"], row["stored"]) for row in ended.data] == [
        ("gpt-5", fills_of("gpt-5")),
        ("grok-4", fills_of("grok-4")),
    ]
    again = at_exchange("backfill", "gpt-5", "--json")
    assert [(row["fills"], row["stored"]) for row in again.data] == [(fills_of("gpt-5"), 0)]
    counted = 'SELECT (SELECT count(*) FROM "BotTradeEvent" WHERE "botId" = \'gpt-5\') AS events, '
    counted += (
        '(SELECT count(*) FROM "StrategyDecision" WHERE "botId" = \'gpt-5\' AND "skipCode" = \'late_fill\') AS skips, '
    )
    counted += '(SELECT count(*) FROM "MyTrade") AS trades, (SELECT count(*) FROM "Book" WHERE "botSize" <> 0) AS held'
    assert at_exchange("db", "query", counted, "--json").data == [
        {"events": fills_of("gpt-5"), "skips": fills_of("gpt-5"), "trades": 0, "held": 0}
    ]


def test_it_begins_where_it_is_told(at_exchange: RunCommand) -> None:
    fills = next(account.fills for account in season_one().accounts if account.bot_id == "gpt-5")
    middle_ms = fills[len(fills) // 2].time
    ended = at_exchange("backfill", "gpt-5", "--from", str(middle_ms), "--json")
    assert [row["stored"] for row in ended.data] == [sum(fill.time >= middle_ms for fill in fills)]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "backfill needs a wallet or the id of a bot"),
        (("gpt-6",), "there is no bot 'gpt-6'; did you mean 'gpt-5'?"),
        (("0x12",), "a wallet is 0x and 40 hex digits: '0x12'"),
        (("0x" + "9" * 40,), "`fadearena bots add ID 0x999"),
        (("gpt-5", "--from", "yesterday"), "not a time: 'yesterday'"),
    ],
)
def test_a_wallet_that_is_not_watched_is_wrong_usage(
    at_exchange: RunCommand, arguments: tuple[str, ...], says: str
) -> None:
    ended = at_exchange("backfill", *arguments)
    assert (ended.code, says in ended.err, ended.err.count("\n")) == (2, True, 1), ended.err


@pytest.mark.parametrize("fetched", [Fetched("a", "0x", unreadable=1), Fetched("a", "0x", is_cut=True)])
def test_what_is_missing_in_part_ends_with_6(fetched: Fetched) -> None:
    assert report([Fetched("b", "0x"), fetched], as_json=True) == ExitCode.PARTIAL
    assert report([Fetched("b", "0x", fills=3, stored=3)], as_json=True) == ExitCode.DONE


def test_an_exchange_that_does_not_answer_ends_with_4(stored: RunCommand) -> None:
    ended = stored("backfill", "gpt-5", FADEARENA_EXCHANGE="simulator", FADEARENA_SIMULATOR_URL="http://127.0.0.1:1")
    assert (ended.code, ended.err.count("\n")) == (4, 1), ended.err


def test_beside_a_trader_that_runs_it_is_refused(at_exchange: RunCommand, database_url: str) -> None:
    async def beside() -> None:
        async with trader_lock(database_url):
            ended = await asyncio.to_thread(at_exchange, "backfill", "gpt-5")
            assert (ended.code, "another trader runs" in ended.err) == (5, True), ended.err

    run_apart(beside())
