"""``fadearena settings``: what is traded and where it stops, read and changed by ``key=value``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from cyclopts import App, Parameter
from cyclopts.validators import Number

from fadearena.cli.database_access import control_desk, operator
from fadearena.cli.failures import CommandError, ExitCode
from fadearena.cli.output import Json, print_json, print_table, say
from fadearena.cli.whole_numbers import Whole
from fadearena.domain.settings import StrategySettings
from fadearena.domain.settings_patch import apply_assignments, value_of, values_of
from fadearena.persistence.controls import HISTORY_MAX, SettingsVersion

app = App(name="settings", help="What is traded and where it stops: get, set, history.")


@app.command
async def get(
    key: Annotated[str | None, Parameter(help="Print only the value of this one.")] = None, /, *, as_json: Json = False
) -> None:
    """Print the settings in force, or one of them."""
    async with control_desk() as desk:
        found = await desk.settings()
    if key is not None:
        value = value_of(found.settings, key)
        if as_json:
            print_json(value, decimals="number")
        else:
            print(_typed(value))
    elif as_json:
        print_json(_document(found), decimals="number")
    else:
        print_table(["SETTING", "VALUE"], [[name, _typed(value)] for name, value in values_of(found.settings).items()])
        say(f"version {found.version}, of {_time(found.updated_ms)} by {found.updated_by}")


@app.command(name="set")
async def change(
    *assignments: Annotated[
        str,
        Parameter(
            allow_leading_hyphen=True,
            help="key=value: dailyLossLimit=500, bots.gpt-5.enabled=false, assetExposureCaps.BTC=20000; null: none.",
        ),
    ],
    as_json: Json = False,
) -> None:
    """Change settings, all of them or none. They hold for the next decision."""
    if not assignments:
        msg = "nothing to set: write key=value; `fadearena settings get` lists the keys"
        raise CommandError(msg, ExitCode.USAGE)
    async with control_desk() as desk:
        before = await desk.settings()
        known = [bot.id for bot in await desk.bots()]
        wanted = apply_assignments(before.settings, assignments, known)
        require_not_live(before.settings, wanted)
        version = await desk.change_settings(wanted, before.version, operator())
        after = await desk.settings()
    if as_json:
        print_json(_document(after), decimals="number")
    elif version == before.version:
        say("nothing changed: that is in force already")
    else:
        old = values_of(before.settings)
        for name, value in values_of(after.settings).items():
            if name not in old or old[name] != value:
                say(f"{name}: {_typed(old.get(name))} -> {_typed(value)}")
        say(f"version {version} is in force")


@app.command
async def history(
    *,
    limit: Annotated[Whole, Parameter(help="The most versions.", validator=Number(gte=1, lte=HISTORY_MAX))] = 20,
    as_json: Json = False,
) -> None:
    """Print earlier versions of the settings, newest first; with --json in full."""
    async with control_desk() as desk:
        versions = await desk.settings_history(limit)
    if as_json:
        print_json([_document(version) for version in versions], decimals="number")
    else:
        print_table(["VERSION", "TIME", "BY"], [[v.version, _time(v.updated_ms), v.updated_by] for v in versions])


def require_not_live(before: StrategySettings, wanted: StrategySettings) -> None:
    """Raises CommandError (refused) where the mode would become live: this machine can't be armed."""
    if wanted.mode == "live" and before.mode != "live":
        msg = "live trading is not armed on this machine; the mode stays simulation and nothing was changed"
        raise CommandError(msg, ExitCode.REFUSED)


def _document(found: SettingsVersion) -> dict[str, object]:
    return {
        "version": found.version,
        "updatedAt": found.updated_ms,
        "updatedBy": found.updated_by,
        "settings": found.settings,
    }


def _typed(value: object) -> str:
    """As it would be typed behind ``key=``."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else msgspec.to_builtins(value, enc_hook=str)


def _time(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
