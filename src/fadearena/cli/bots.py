"""``fadearena bots``: the watched wallets."""

from __future__ import annotations

from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from fadearena.cli.database_access import control_desk, operator
from fadearena.cli.failures import CommandError, ExitCode, require_bot
from fadearena.cli.output import Json, print_json, print_table, say
from fadearena.domain.identifiers import bot_id
from fadearena.domain.identifiers import wallet as wallet_of
from fadearena.domain.settings import BotConfig, BotProfile, StrategySettings
from fadearena.domain.settings_patch import apply_assignments

app = App(name="bots", help="The watched wallets: list, add, set, remove.")

Assignments = Annotated[
    str,
    Parameter(help="key=value: enabled, leverageMultiplier, sizingRule, adoptExisting (or null: as for all), name."),
]


class BotRow(msgspec.Struct, frozen=True, rename="camel"):
    """A bot as this command prints it; None of a setting means: as for all bots."""

    id: str
    name: str
    wallet_address: str
    config: BotConfig


@app.command(name="list")
async def show(*, as_json: Json = False) -> None:
    """Print the watched bots and what is set for each."""
    async with control_desk() as desk:
        controls = await desk.load_controls()
    rows = [BotRow(bot.id, bot.name, bot.wallet, controls.settings.config_of(bot.id)) for bot in controls.bots]
    if as_json:
        print_json(rows, decimals="number")
        return
    print_table(
        ["BOT", "NAME", "WALLET", "ENABLED", "MULTIPLIER", "SIZING RULE", "ADOPT EXISTING"],
        [
            [
                row.id,
                row.name,
                row.wallet_address,
                row.config.enabled,
                row.config.leverage_multiplier,
                row.config.sizing_rule,
                row.config.adopt_existing,
            ]
            for row in rows
        ],
        empty="no bot is watched: `fadearena bots add ID WALLET`",
    )


@app.command
async def add(
    bot: Annotated[str, Parameter(help="Its id: 1 to 64 of a-z, 0-9, '.' and '-'.")],
    wallet: Annotated[str, Parameter(help="Its address: 0x and 40 hex digits.")],
    /,
    *assignments: Assignments,
) -> None:
    """Watch a wallet from now on."""
    identity, address = bot_id(bot), wallet_of(wallet)
    name, config = _changed(BotConfig(id=identity), assignments)
    async with control_desk() as desk:
        await desk.add_bot(BotProfile(id=identity, name=name or identity, wallet=address), operator(), config)
    say(f"{identity} is watched")


@app.command(name="set")
async def change(bot: str, /, *assignments: Assignments) -> None:
    """Rename a bot, or change what is set for it."""
    if not assignments:
        msg = "nothing to set: write key=value, e.g. enabled=false or name='GPT 5'"
        raise CommandError(msg, ExitCode.USAGE)
    async with control_desk() as desk:
        controls = await desk.load_controls()
        require_bot(bot, [profile.id for profile in controls.bots])
        identity = bot_id(bot)
        before = controls.settings.config_of(identity)
        name, config = _changed(before, assignments)
        fields = (field for field in config.__struct_fields__ if getattr(config, field) != getattr(before, field))
        changes = {field: getattr(config, field) for field in fields}
        await desk.change_bot(identity, operator(), name=name, changes=changes or None)
    say(f"{identity} is changed")


@app.command
async def remove(bot: str, /) -> None:
    """Stop watching a bot; its history stays."""
    async with control_desk() as desk:
        require_bot(bot, [profile.id for profile in await desk.bots()])
        await desk.remove_bot(bot_id(bot), operator())
    say(f"{bot} is no longer watched; its history stays")


def _changed(config: BotConfig, assignments: tuple[str, ...]) -> tuple[str | None, BotConfig]:
    """The new name, None where there is none, and the configuration. Raises SettingsPatchError."""
    names = [text.partition("=")[2].strip() for text in assignments if text.partition("=")[0].strip() == "name"]
    others = [f"bots.{config.id}.{text}" for text in assignments if text.partition("=")[0].strip() != "name"]
    settings = apply_assignments(StrategySettings(bot_configs=(config,)), others)
    return (names[-1] if names else None), settings.config_of(bot_id(config.id))
