"""The live feed."""

from __future__ import annotations

from typing import Any

from litestar import WebSocket, websocket

from fadearena.core_api.conversation import Conversation
from fadearena.core_api.gate import SESSION_KEY
from fadearena.core_api.rooms import Here

SOCKETS_MAX = 2000


@websocket("/ws")
async def live(socket: WebSocket[Any, Any, Any], rooms: Here) -> None:
    """bot-trade, my-trade, decision, state-update, settings-update and error, each ``{type, seq, data}``."""
    await socket.accept()
    if rooms.feed.listener_count >= SOCKETS_MAX:
        await socket.send({"type": "websocket.close", "code": 1013, "reason": "too many listeners; come again"})
        return
    session = socket.scope["state"].get(SESSION_KEY)

    async def still_holds() -> bool:
        return session is None or await rooms.admission.still_holds(session)

    talk = Conversation(socket, rooms.feed, still_holds)  # type: ignore[arg-type]
    rooms.metrics.sockets_total.inc()
    forget = session.when_closed(talk.close) if session is not None else lambda: None
    try:
        await talk.run()
    finally:
        forget()
