"""The arena as the ingestor knows it: it records outputs, may fail at that, and can say where it left off."""

from __future__ import annotations

import asyncio

from fadearena.bot_ingestor.outputs import Batch, InitialPosition, LateFills, Output
from fadearena.bot_ingestor.ports import WatchedBot
from fadearena.bot_ingestor.starts import Limits, StartPosition, WalletStart
from fadearena.domain.events import BotTradeEvent, HistoryState
from fadearena.domain.identifiers import BotId, Wallet
from fadearena.domain.market import Asset
from fadearena.domain.records import FillRange, SystemRecord


class Recorder:
    """A sink that keeps everything. ``failing`` says how many of the next deliveries are refused."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []
        self.failing = 0
        self.news = asyncio.Event()

    async def deliver(self, output: Output) -> None:
        if self.failing:
            self.failing -= 1
            msg = "the database is away"
            raise OSError(msg)
        self.outputs.append(output)
        self.news.set()

    @property
    def events(self) -> list[BotTradeEvent]:
        """Released events, in order."""
        return [event for output in self.outputs if isinstance(output, Batch) for event in output.events]

    @property
    def late(self) -> list[BotTradeEvent]:
        return [event for output in self.outputs if isinstance(output, LateFills) for event in output.events]

    @property
    def initial(self) -> list[InitialPosition]:
        return [output for output in self.outputs if isinstance(output, InitialPosition)]

    @property
    def records(self) -> list[SystemRecord]:
        return [output for output in self.outputs if isinstance(output, SystemRecord)]

    def rows(self, wallet: Wallet) -> dict[tuple[str | None, int], FillRange]:
        """The ledger as the database would hold it."""
        rows = [output for output in self.outputs if isinstance(output, FillRange) and output.wallet == wallet]
        return {(row.asset_name, row.from_ms): row for row in rows}

    def is_complete(self, bot: BotId) -> bool:
        said: dict[str | None, bool] = {}
        for output in self.outputs:
            if isinstance(output, HistoryState) and output.bot_id == bot:
                if output.asset_name is None and output.complete:
                    said.clear()
                said[output.asset_name] = output.complete
        return all(said.values())

    def known(self, bot: BotId, wallet: Wallet, limits: Limits) -> WatchedBot:
        """Where a new run goes on; at first sight if nothing is stored."""
        rows = self.rows(wallet)
        whole = [row for (asset, _), row in rows.items() if asset is None]
        starts: dict[Asset, StartPosition] = {
            one.asset: StartPosition(one.asset, one.lots, one.time_ms, one.mark)
            for one in self.initial
            if one.wallet == wallet
        }
        if not whole:
            return WatchedBot(bot, wallet)
        for event in self.events:
            if event.wallet == wallet:
                starts[event.asset] = StartPosition(event.asset, event.current_lots, event.time_ms, event.price)
        from_ms = whole[-1].to_ms - limits.overlap_ms
        stored = [event.id for event in self.events + self.late if event.wallet == wallet and event.time_ms >= from_ms]
        gaps = [row for row in rows.values() if row.state == "gap"]
        start = WalletStart(
            bot, wallet, whole[-1].from_ms, whole[-1].to_ms, tuple(starts.values()), tuple(stored), tuple(gaps)
        )
        return WatchedBot(bot, wallet, start)
