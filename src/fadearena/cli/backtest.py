"""``fadearena backtest``: recorded fills through the decision code."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from fadearena.cli.failures import CommandError, ExitCode
from fadearena.cli.moments import period
from fadearena.cli.output import Json, print_json, print_table, say
from fadearena.domain.settings_patch import apply_assignments
from fadearena.hyperliquid.recordings import Recording, read_recording, season_one
from fadearena.research.backtest import BACKTEST_DEFAULTS, Figures, Report, run_backtest

COLUMNS = ("BOT", "EVENTS", "ORDERS", "SKIPPED", "GROSS PNL", "FEES", "NET PNL", "VOLUME", "MAX DRAWDOWN", "OPEN")


def backtest(
    *files: Path,
    settings: Annotated[tuple[str, ...], Parameter(name="--set", allow_leading_hyphen=True)] = (),
    bot: tuple[str, ...] = (),
    wallet: str | None = None,
    start: Annotated[str | None, Parameter(name="--from")] = None,
    end: Annotated[str | None, Parameter(name="--to")] = None,
    as_json: Json = False,
) -> None:
    """Replay recorded fills through the decision code and say what fading them would have brought.

    Orders fill at the bot's own price (made worse by simulatedSlippageBps, here 0 unless set) and pay the taker fee.
    A gross PnL is realised plus unrealised at the last price seen, before fees. Amounts are in USD.

    Args:
        files: recordings: {wallet: {"botId", "startingEquity", "fills"}}, or the exchange's own userFills answer;
            none for season one of Alpha Arena.
        settings: any setting: defaultLeverageMultiplier=0.5, bots.gpt-5.enabled=false, assetExposureCaps.BTC=20000.
        bot: only this bot; can be repeated.
        wallet: whose fills a bare list of fills holds.
        start: first time to replay: milliseconds or ISO 8601, UTC where it names no zone.
        end: last time to replay.
    """
    if wallet is not None and not files:
        msg = "--wallet says whose fills a file holds: name the file"
        raise CommandError(msg, ExitCode.USAGE)
    from_time, to_time = period(start, end)
    apply_assignments(BACKTEST_DEFAULTS, list(settings))  # what is plainly wrong is said before large files are read
    recording = _merged([read_recording(file, wallet=wallet) for file in files]) if files else season_one()
    known = [account.bot_id for account in recording.accounts]
    chosen = apply_assignments(BACKTEST_DEFAULTS, list(settings), known)
    for name in bot:
        if name not in known:
            msg = f"there is no bot {name[:80]!r} in this recording; it holds {', '.join(known)}"
            raise CommandError(msg, ExitCode.USAGE)
    report = run_backtest(recording, chosen, bots=bot, from_ms=_ms(from_time), to_ms=_ms(to_time))
    if recording.ignored:
        say(f"left out {recording.ignored} fills of spot and outcome markets")
    if as_json:
        print_json(report)
    else:
        _print(report)


def _merged(recordings: list[Recording]) -> Recording:
    accounts = [account for recording in recordings for account in recording.accounts]
    wallets = [account.wallet for account in accounts]
    for wallet in wallets:
        if wallets.count(wallet) > 1:
            msg = f"the wallet {wallet} is in more than one of the files"
            raise CommandError(msg)
    return Recording(tuple(accounts), ", ".join(recording.source for recording in recordings))


def _ms(time: datetime | None) -> int | None:
    return None if time is None else round(time.timestamp() * 1000)


def _print(report: Report) -> None:
    rows = [[name, *_cells(figures)] for name, figures in sorted(report.bots.items())]
    print_table(list(COLUMNS), [*rows, ["total", *_cells(report.total)]])
    for code, count in sorted(report.skips.items()):
        say(f"skipped {count}: {code}")
    say(f"{report.events_per_second:,.0f} events a second")


def _cells(figures: Figures) -> list[str]:
    amounts = (figures.gross_pnl, figures.fees, figures.net_pnl, figures.volume, figures.max_drawdown)
    money = [f"{float(amount):,.2f}" for amount in amounts]
    return [str(figures.events), str(figures.executed), str(figures.skipped), *money, str(figures.open_positions)]
