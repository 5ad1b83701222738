"""What the trader says of itself with every heartbeat, beside what it needs to go on after a restart.

Times are the wall's, in milliseconds; shapes are those of ``GET /api/system``. Only what is at hand anyway is told.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator

import msgspec

from fadearena.bot_ingestor.ports import WalletHealth
from fadearena.config import Exchange
from fadearena.domain.records import SystemRecord
from fadearena.hyperliquid.oddities import Oddities

NEWS_NAMED_MAX = 5


class JobRun(msgspec.Struct, rename="camel"):
    """The last run of work that is done by the clock."""

    name: str
    every_seconds: float
    last_started_at: int | None = None
    last_ended_at: int | None = None


class FeedVitals(msgspec.Struct, frozen=True, rename="camel"):
    """A connection to the exchange; ``reconnects`` counts its losses since the start."""

    name: str
    connected: bool
    subscriptions: int
    last_message_at: int | None
    reconnects: int


class Jobs:
    """Notes when each job ran."""

    def __init__(self) -> None:
        self._runs: dict[str, JobRun] = {}

    @property
    def runs(self) -> list[JobRun]:
        return list(self._runs.values())

    @contextlib.contextmanager
    def run(self, name: str, every_seconds: float) -> Iterator[None]:
        """Around one run; one that fails has no end."""
        noted = self._runs.setdefault(name, JobRun(name, every_seconds))
        noted.last_started_at = _now_ms()
        yield
        noted.last_ended_at = _now_ms()


class News:
    """What the exchange says that we do not know, each told once: a new word may want a new version of us."""

    def __init__(self, oddities: Oddities) -> None:
        self._oddities = oddities
        self._told: set[str] = set()

    def record(self) -> SystemRecord | None:
        """What has come since the last call; None where nothing has."""
        fresh = {path: count for path, count in self._oddities.counts.items() if path not in self._told}
        if not fresh:
            return None
        self._told.update(fresh)
        words = ", ".join(list(fresh)[:NEWS_NAMED_MAX]) + (", ..." if len(fresh) > NEWS_NAMED_MAX else "")
        message = f"the exchange says what this version does not know, and it is passed over: {words}"
        return SystemRecord(_now_ms(), "warning", "api", message, msgspec.json.encode(fresh))


def vitals_of(exchange: Exchange, feed: FeedVitals, wallets: Iterable[WalletHealth], jobs: Jobs) -> dict[str, object]:
    """For the heartbeat's details."""
    return {
        "exchange": exchange,
        "replay": exchange == "simulator",
        "feeds": [feed],
        "wallets": [_wallet(health) for health in wallets],
        "jobs": jobs.runs,
    }


def _wallet(health: WalletHealth) -> dict[str, object]:
    return {
        "botId": health.bot_id,
        "walletAddress": health.wallet,
        "watermark": health.watermark_ms,
        "caughtUp": health.caught_up,
        "complete": health.complete,
        "live": health.live,
        "duplicates": health.duplicates,
    }


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
