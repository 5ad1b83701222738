"""The kill switch."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import JSONBody
from msgspec import Meta

from fadearena.core_api.gate import CALLER_KEY, Caller
from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import WRITE_PROBLEMS
from fadearena.persistence.controls import REASON_LENGTH_MAX
from fadearena.persistence.views.answers import Answer


class KillSwitchWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``reason`` is kept in the log."""

    active: bool
    reason: Annotated[str, Meta(max_length=REASON_LENGTH_MAX, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""


class KillSwitchAnswer(Answer, frozen=True):
    """When this arrives with ``kill_switch`` true, nothing decided before can become an order any more."""

    success: bool
    kill_switch: bool
    message: str


_WORDS = {
    (True, True): "The kill switch is on: no order is sent; fills and positions are still recorded.",
    (True, False): "The kill switch was on already.",
    (False, True): "The kill switch is off: trading goes on with the next event.",
    (False, False): "The kill switch was off already.",
}


@post("/api/kill-switch", status_code=200, responses=WRITE_PROBLEMS, tags=["settings"])
async def turn_kill_switch(
    rooms: Here, request: Request[Any, Any, Any], data: JSONBody[KillSwitchWish]
) -> KillSwitchAnswer:
    """Turns the kill switch on or off. It survives a restart, and only a person turns it off."""
    caller: Caller = request.scope["state"][CALLER_KEY]
    done = await rooms.desk.set_kill_switch(data.active, data.reason.strip(), caller.name)
    return KillSwitchAnswer(success=True, kill_switch=done.active, message=_WORDS[done.active, done.changed])
