"""The whole at a glance."""

from __future__ import annotations

from litestar import get

from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import READ_PROBLEMS
from fadearena.persistence.views.answers import State
from fadearena.persistence.views.state import state


@get("/api/state", responses=READ_PROBLEMS, tags=["state"])
async def get_state(rooms: Here) -> State:
    """Mode, kill switch, equity, open positions, the trader's pulse and today's profit."""
    return await state(rooms.reader)
