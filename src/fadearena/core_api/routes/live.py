"""The live feed."""

from __future__ import annotations

from typing import Any

from litestar import WebSocket, websocket

from fadearena.core_api.conversation import Conversation
from fadearena.core_api.gate import CALLER_KEY, Caller
from fadearena.core_api.rooms import Here

SOCKETS_MAX = 2000


@websocket("/ws")
async def live(socket: WebSocket[Any, Any, Any], rooms: Here) -> None:
    """bot-trade, my-trade, decision, state-update, settings-update and error, each ``{type, seq, data}``."""
    await socket.accept()
    if rooms.feed.listener_count >= SOCKETS_MAX:
        await socket.send({"type": "websocket.close", "code": 1013, "reason": "too many listeners; come again"})
        return
    caller: Caller = socket.scope["state"][CALLER_KEY]
    session, bearer = caller.session, caller.bearer

    async def still_holds() -> bool:
        if bearer is not None:
            return await rooms.admission.holds(bearer)
        return session is None or await rooms.admission.session_of(session.secret) is not None

    talk = Conversation(socket, rooms.feed, still_holds, rooms.options)  # type: ignore[arg-type]
    rooms.metrics.sockets_total.inc()
    forget = rooms.admission.when_closed(session, talk.close) if session is not None else None
    try:
        await talk.run()
    finally:
        if forget is not None:
            forget()
