"""The system's own figures."""

from __future__ import annotations

from litestar import get

from fadearena import __version__
from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import READ_PROBLEMS
from fadearena.persistence.views.vitals import System, system


@get("/api/system", responses=READ_PROBLEMS, tags=["system"])
async def get_system(rooms: Here) -> System:
    """Versions, database size, latencies, and what the trader says of its feeds, wallets and jobs."""
    return await system(rooms.reader, __version__, rooms.started_ms)
