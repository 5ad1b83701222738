"""``fadearena backfill``: the fills a bot made before it was watched, from the exchange into the database.

In: wallets or ids of watched bots; out: their older fills as events, each with a decision that says it was only
recorded. It moves no position and trades nothing, and it ends where the trader's own watching begins, for from there on
the trader fetches what it missed. Started again it goes over the same ground and stores what is not stored yet.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated

import msgspec
from cyclopts import Parameter

from fadearena.arena import Arena, EventClock
from fadearena.bot_ingestor.intake import read_fills
from fadearena.bot_ingestor.outputs import LateFills
from fadearena.cli.configuration import configuration
from fadearena.cli.database_access import migrated_url
from fadearena.cli.failures import CommandError, ExitCode, require_bot
from fadearena.cli.moments import moment
from fadearena.cli.output import Json, print_json, print_table, say
from fadearena.config import Config
from fadearena.domain.identifiers import wallet as wallet_of
from fadearena.domain.settings import BotProfile
from fadearena.hyperliquid.client import FillPage, InfoClient
from fadearena.hyperliquid.universe import Universe
from fadearena.persistence.controls import ControlDesk
from fadearena.persistence.database import Database
from fadearena.persistence.journal import PostgresJournal
from fadearena.persistence.trader_lock import trader_lock
from fadearena.strategy_engine.portfolio import Portfolio
from fadearena.trading_client.simulated_venue import venue_of
from fadearena.worlds.access import endpoint_of, universe_of
from fadearena.worlds.floor import TradingFloor
from fadearena.worlds.process import set_up_log
from fadearena.worlds.trader import WallClock

UNTIL_BEFORE_NOW_MS = 600_000
"""Of a bot that was never watched the last ten minutes are left to the trader's first look."""


class Fetched(msgspec.Struct, rename="camel"):
    """What came of one wallet.

    Args:
        fills: rows that the exchange gave; ``stored`` of them are new, ``others`` were of spot or outcome markets.
        unreadable: rows that are missing because they could not be read.
        is_cut: the exchange holds more fills of one millisecond than it gives.
    """

    bot: str
    wallet: str
    fills: int = 0
    stored: int = 0
    others: int = 0
    unreadable: int = 0
    is_cut: bool = False


async def backfill(
    *wallets: Annotated[str, Parameter(help="Wallets, or ids of watched bots.")],
    since: Annotated[str | None, Parameter(name="--from", help="Not before: milliseconds or ISO 8601.")] = None,
    as_json: Json = False,
) -> int:
    """Fetch the fills bots made before they were watched. The exchange keeps the newest 10,000 of a wallet."""
    if not wallets:
        msg = "backfill needs a wallet or the id of a bot"
        raise CommandError(msg, ExitCode.USAGE)
    start = moment(since)
    start_ms = 0 if start is None else int(start.timestamp() * 1000)
    config = configuration()
    set_up_log("warning" if config.log_level == "info" else config.log_level)
    async with migrated_url(config) as url, trader_lock(url, wait_seconds=0):
        database = Database(url)
        try:
            desk = ControlDesk(database)
            bots = _chosen(wallets, await desk.bots())
            async with await PostgresJournal.open(url) as journal, InfoClient(endpoint_of(config)) as client:
                floor = await _floor(config, journal, desk)
                universe = await universe_of(client)
                done = [await _fetch(client, universe, journal, floor, bot, start_ms) for bot in bots]
        finally:
            await database.close()
    return report(done, as_json=as_json)


def _chosen(wanted: Sequence[str], watched: Sequence[BotProfile]) -> list[BotProfile]:
    by_name = {str(bot.id): bot for bot in watched}
    by_wallet = {bot.wallet: bot for bot in watched}
    chosen: list[BotProfile] = []
    for text in dict.fromkeys(wanted):
        if not text.lower().startswith("0x"):
            require_bot(text, list(by_name))
            chosen.append(by_name[text])
        elif (bot := by_wallet.get(wallet_of(text))) is not None:
            chosen.append(bot)
        else:
            msg = f"no watched bot has the wallet {text}: `fadearena bots add ID {text}` first"
            raise CommandError(msg, ExitCode.USAGE)
    return chosen


async def _floor(config: Config, journal: PostgresJournal, desk: ControlDesk) -> TradingFloor:
    portfolio = Portfolio(0)
    for book in await journal.load_books():
        portfolio.put(book)
    clock = EventClock() if config.exchange == "simulator" else WallClock()
    return TradingFloor(
        Arena(portfolio, await desk.load_controls(), clock, venue_of), journal, clock, desk.load_controls
    )


async def _fetch(
    client: InfoClient,
    universe: Universe,
    journal: PostgresJournal,
    floor: TradingFloor,
    bot: BotProfile,
    start_ms: int,
) -> Fetched:
    end_ms = await _end_ms(journal, bot)
    done = Fetched(bot.id, bot.wallet)
    stored = await journal.stored_event_ids(bot.wallet, start_ms)
    say(f"{bot.id}: {len(stored):,} events are stored")
    if end_ms <= start_ms:
        return done
    async for page in client.all_user_fills(bot.wallet, start_ms, end_ms):
        reading = read_fills(page.fills, bot.id, bot.wallet, universe)
        fresh = tuple(event for event in reading.events if event.id not in stored)
        if fresh:
            await floor.deliver(LateFills(fresh))
            stored.update(event.id for event in fresh)
        _count(done, page, new=len(fresh), others=reading.others, unreadable=len(reading.unread))
        say(f"{bot.id}: {done.fills:,} fills, up to {_day(page.fills[-1].time)}")
    return done


async def _end_ms(journal: PostgresJournal, bot: BotProfile) -> int:
    """The last millisecond before the bot was watched."""
    watched = [
        row.from_ms for row in await journal.ranges(bot.wallet) if row.asset_name is None and row.state == "complete"
    ]
    return min(watched, default=time.time_ns() // 1_000_000 - UNTIL_BEFORE_NOW_MS) - 1


def _count(done: Fetched, page: FillPage, *, new: int, others: int, unreadable: int) -> None:
    done.fills += len(page.fills)
    done.stored += new
    done.others += others
    done.unreadable += unreadable
    done.is_cut |= page.cut_at_ms is not None


def report(done: Sequence[Fetched], *, as_json: bool) -> int:
    """Prints what came of it; PARTIAL where something is missing that the exchange has."""
    if as_json:
        print_json(done)
    else:
        rows = [(one.bot, one.fills, one.stored, one.others, one.unreadable) for one in done]
        print_table(["BOT", "FILLS", "NEW", "NOT PERPETUALS", "UNREADABLE"], rows)
    for one in done:
        if one.is_cut:
            say(f"{one.bot}: the exchange holds more fills of one millisecond than it gives")
    partly = any(one.unreadable or one.is_cut for one in done)
    return ExitCode.PARTIAL if partly else ExitCode.DONE


def _day(time_ms: int) -> str:
    return time.strftime("%Y-%m-%d %H:%MZ", time.gmtime(time_ms / 1000))
