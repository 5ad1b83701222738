"""``fadearena kill on|off``: the kill switch, straight in the database, so also when nothing else answers."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from fadearena.cli.database_access import control_desk, operator
from fadearena.cli.output import Json, print_json, say

app = App(name="kill", help="The kill switch: on stops new orders, off allows them again.")

Reason = Annotated[str, Parameter(help="Why, for the records.", show_default=False)]


@app.command
async def on(*, reason: Reason = "", as_json: Json = False) -> None:
    """Stop every order that would open risk. It holds through restarts until somebody turns it off.

    When this returns, nothing that was decided before can be recorded or sent any more. What happens to what is held
    stands in the setting killSwitchExits.
    """
    await _turn(True, reason, as_json=as_json)


@app.command
async def off(*, reason: Reason = "", as_json: Json = False) -> None:
    """Allow orders again."""
    await _turn(False, reason, as_json=as_json)


async def _turn(active: bool, reason: str, *, as_json: bool) -> None:
    async with control_desk() as desk:
        turned = await desk.set_kill_switch(active, reason, operator())
    word = "on" if active else "off"
    message = f"the kill switch is {word}" if turned.changed else f"the kill switch was {word} already"
    if as_json:
        print_json({"killSwitch": turned.active, "changed": turned.changed, "message": message})
    else:
        say(message)
