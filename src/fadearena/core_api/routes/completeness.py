"""What is proven about each wallet's history."""

from __future__ import annotations

from litestar import get

from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import READ_PROBLEMS
from fadearena.persistence.views.answers import Completeness
from fadearena.persistence.views.system import completeness


@get("/api/completeness", responses=READ_PROBLEMS, tags=["system"])
async def get_completeness(rooms: Here) -> Completeness:
    """The ledger of ranges of every wallet: complete, an open gap, or a gap that was repaired."""
    return await completeness(rooms.reader)
