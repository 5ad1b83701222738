"""Whether the system lives, for people, supervisors and load balancers."""

from __future__ import annotations

import time
from typing import Literal

import structlog
from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec

from fadearena.core_api.encoding import JsonResponse
from fadearena.core_api.rooms import Here
from fadearena.persistence.errors import PersistenceError
from fadearena.persistence.views.answers import Answer
from fadearena.persistence.views.state import HEARTBEAT_SECONDS_MAX
from fadearena.persistence.views.system import Pulse, pulse

SLOW_MS = 1000.0

_log = structlog.get_logger(__name__)

Status = Literal["healthy", "degraded", "unhealthy"]
_RANK: dict[Status, int] = {"healthy": 0, "degraded": 1, "unhealthy": 2}


class DatabaseCheck(Answer, frozen=True):
    """``latency`` of one small question, in milliseconds."""

    status: Status
    latency: float | None
    detail: str


class HyperliquidCheck(Answer, frozen=True):
    """By what the trader last wrote: ``latency`` in milliseconds, ``last_successful_call`` in ms since the epoch."""

    status: Status
    latency: float | None
    last_successful_call: int | None
    detail: str


class TraderCheck(Answer, frozen=True):
    """``heartbeat_age`` in seconds."""

    status: Status
    heartbeat_age: float | None
    detail: str


class FeedCheck(Answer, frozen=True):
    """The live feed of this web process."""

    status: Status
    clients: int
    detail: str


class Checks(Answer, frozen=True):
    """Each part on its own."""

    database: DatabaseCheck
    hyperliquid: HyperliquidCheck
    trader: TraderCheck
    live_feed: FeedCheck


class Health(Answer, frozen=True):
    """``status`` is the worst of the checks that matter: without the database nothing works, without the trader or
    its connection what is shown is old."""

    status: Status
    checks: Checks
    timestamp: int


_UNHEALTHY = ResponseSpec(Health, description="unhealthy: the database does not answer", generate_examples=False)


@get("/api/health", responses={503: _UNHEALTHY}, tags=["system"], security=[{}])
async def get_health(rooms: Here) -> Response[Health]:
    """healthy, degraded (what is shown may be old) or unhealthy (503)."""
    try:
        found = await pulse(rooms.reader)
    except PersistenceError as fault:
        _log.warning("the database does not answer", fault=str(fault))
        health = _without_database(rooms)
    else:
        health = _judged(rooms, found)
    return JsonResponse(content=health, status_code=503 if health.status == "unhealthy" else 200)


def _judged(rooms: Here, found: Pulse) -> Health:
    slow = found.latency_ms > SLOW_MS
    database = DatabaseCheck(
        status="degraded" if slow else "healthy",
        latency=round(found.latency_ms, 3),
        detail="answers slowly" if slow else "answers",
    )
    return _health(rooms, database, _trader(found), _hyperliquid(found))


def _trader(found: Pulse) -> TraderCheck:
    age = found.heartbeat_age
    if age is None:
        return TraderCheck(status="degraded", heartbeat_age=None, detail="no trader has run yet")
    if age > HEARTBEAT_SECONDS_MAX:
        return TraderCheck(status="degraded", heartbeat_age=age, detail=f"last seen {age:.0f} s ago: it does not run")
    return TraderCheck(status="healthy", heartbeat_age=age, detail="runs")


def _hyperliquid(found: Pulse) -> HyperliquidCheck:
    alive = found.heartbeat_age is not None and found.heartbeat_age <= HEARTBEAT_SECONDS_MAX
    status: Status = "healthy" if found.connected and alive else "degraded"
    detail = "connected" if status == "healthy" else "not connected" if alive else "not known: no trader runs"
    return HyperliquidCheck(
        status=status, latency=found.feed_latency_ms, last_successful_call=found.last_check, detail=detail
    )


def _without_database(rooms: Here) -> Health:
    unknown = "not known while the database does not answer"
    return _health(
        rooms,
        DatabaseCheck(status="unhealthy", latency=None, detail="does not answer"),
        TraderCheck(status="degraded", heartbeat_age=None, detail=unknown),
        HyperliquidCheck(status="degraded", latency=None, last_successful_call=None, detail=unknown),
    )


def _health(rooms: Here, database: DatabaseCheck, trader: TraderCheck, hyperliquid: HyperliquidCheck) -> Health:
    connected = rooms.feed.connected
    feed = FeedCheck(
        status="healthy" if connected else "degraded",
        clients=rooms.feed.listener_count,
        detail="connected" if connected else "not connected to the database",
    )
    worst = max((database.status, trader.status, hyperliquid.status, feed.status), key=_RANK.__getitem__)
    checks = Checks(database=database, hyperliquid=hyperliquid, trader=trader, live_feed=feed)
    return Health(status=worst, checks=checks, timestamp=time.time_ns() // 1_000_000)
