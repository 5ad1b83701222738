"""For Prometheus."""

from __future__ import annotations

from litestar import Response, get
from prometheus_client import CONTENT_TYPE_LATEST

from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import READ_PROBLEMS
from fadearena.persistence.errors import PersistenceError
from fadearena.persistence.views.state import state
from fadearena.persistence.views.system import pulse


@get("/metrics", responses=READ_PROBLEMS, tags=["system"], media_type="text/plain")
async def get_metrics(rooms: Here) -> Response[bytes]:
    """Prometheus text: this process's requests and sockets, and the trader's vital signs. Answers without database."""
    try:
        beat, whole = await pulse(rooms.reader), await state(rooms.reader)
    except PersistenceError:
        beat, whole = None, None
    body = rooms.metrics.exposition(whole, beat, rooms.feed.listener_count, rooms.feed.head)
    return Response(content=body, headers={"content-type": CONTENT_TYPE_LATEST})
