"""Real answers of the exchange: their order is kept, their chains are unbroken."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import msgspec
import pytest

from fadearena.bot_ingestor.detection import WalletHistory
from fadearena.bot_ingestor.intake import read_fills
from fadearena.bot_ingestor.outputs import Step
from fadearena.bot_ingestor.starts import Limits, WalletStart
from fadearena.domain.events import BotTradeEvent, HistoryState
from fadearena.hyperliquid.messages.fills import Fill
from fadearena.hyperliquid.recordings import season_one
from fadearena.hyperliquid.universe import Universe
from tests.bot_ingestor.factories import BOT, WALLET, late, released

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "hyperliquid" / "recorded"
FILES = sorted(RECORDED.glob("userFillsByTime_*.json"))
needs_recorded = pytest.mark.skipif(not FILES, reason="shared/hyperliquid/recorded is not here")


def watched(events: list[BotTradeEvent]) -> WalletHistory:
    """A wallet of which nothing is known: no dex is audited, so each chain starts where its first fill says."""
    since_ms = min(event.time_ms for event in events)
    start = WalletStart(BOT, WALLET, since_ms, since_ms, dexes=())
    return WalletHistory(start, Limits(apart_ms=0))


def recorded(path: Path) -> list[BotTradeEvent]:
    fills = msgspec.convert(json.loads(path.read_bytes())["response"], list[Fill])
    return list(read_fills([fill for fill in fills if fill.tid], BOT, WALLET, Universe.from_fills(fills)).events)


@needs_recorded
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_recorded_page_leaves_in_its_own_order_without_a_break(path: Path) -> None:
    events = recorded(path)
    steps = watched(events).offer(events, "backfill", 0)
    assert released(steps) == events
    assert not any(isinstance(step, HistoryState) for step in steps)


@needs_recorded
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_recorded_page_that_came_live_in_disorder_is_told_once_and_the_page_closes_all_gaps(path: Path) -> None:
    events = recorded(path)
    dice = Random(path.stem)
    wallet = watched(events)
    frames = [events[start : start + 7] for start in range(0, len(events), 7)]
    steps: list[Step] = wallet.offer(frames[0], "live", 0)
    for frame in frames[1:]:
        fate = dice.random()
        shuffled = dice.sample(frame, len(frame))
        steps += [] if fate < 0.2 else wallet.offer(shuffled * (2 if fate > 0.8 else 1), "live", 0)
    steps += wallet.offer(events, "backfill", 0)
    told = [event.id for event in released(steps) + late(steps)]
    assert sorted(told) == sorted(event.id for event in events)
    assert wallet.is_complete


@pytest.mark.parametrize("account", season_one().accounts, ids=lambda account: account.bot_id)
def test_season_one_is_an_unbroken_chain_of_every_bot(account: object) -> None:
    fills = account.fills  # type: ignore[attr-defined]
    events = list(read_fills(fills, BOT, WALLET, Universe.from_fills(fills)).events)
    steps = watched(events).offer(events, "backfill", 0)
    assert released(steps) == events
    assert not any(isinstance(step, HistoryState) for step in steps)
