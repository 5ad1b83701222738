"""The leaderboard: every watched bot, what it holds, and what fading it brought."""

from __future__ import annotations

from litestar import get

from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import READ_PROBLEMS
from fadearena.persistence.views.answers import Models
from fadearena.persistence.views.models import models


@get("/api/models", responses=READ_PROBLEMS, tags=["bots"])
async def get_models(rooms: Here) -> Models:
    """Every bot: `stats` is of fading it, `botStats` its own by the exchange's statements."""
    return await models(rooms.reader, rooms.habits)
