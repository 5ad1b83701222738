"""The watched wallets."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import JSONBody, PathParameter
from msgspec import UNSET, Meta, UnsetType

from fadearena.core_api.gate import CALLER_KEY, Caller
from fadearena.core_api.problems import Refusal, refuse_fields
from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import READ_PROBLEMS, not_found, problems
from fadearena.domain.identifiers import BotId, bot_id, wallet
from fadearena.domain.settings import USD_MAX, BotConfig, BotProfile, SizingRule
from fadearena.persistence.errors import BotRefusedError, SettingsRefusedError, UnknownBotError
from fadearena.persistence.views.answers import Bots, BotView
from fadearena.persistence.views.system import bots

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Multiplier = Annotated[Decimal, Meta(description="0.01 to 10")]
BotIdInPath = Annotated[str, PathParameter(pattern=r"^[a-z0-9.-]{1,64}$")]


class NewBot(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """A wallet to watch. ``starting_equity`` is what it began with in USD, where that is known."""

    id: Annotated[str, Meta(pattern=r"^[a-z0-9.-]{1,64}$")]
    name: Name
    wallet_address: Annotated[str, Meta(pattern=r"^0x[0-9a-fA-F]{40}$")]
    starting_equity: Decimal | None = None
    enabled: bool = True
    leverage_multiplier: Multiplier | None = None
    sizing_rule: SizingRule | None = None
    adopt_existing: bool | None = None


class BotChange(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """What is not named stays; null is the default of the same name."""

    name: Name | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    leverage_multiplier: Multiplier | UnsetType | None = UNSET
    sizing_rule: SizingRule | UnsetType | None = UNSET
    adopt_existing: bool | UnsetType | None = UNSET


@get("/api/bots", responses=READ_PROBLEMS, tags=["bots"])
async def get_bots(rooms: Here) -> Bots:
    """Every watched wallet and what is set for it."""
    return await bots(rooms.reader)


@post("/api/bots", status_code=201, responses=problems(400, 401, 403, 409, 413, 415, 429), tags=["bots"])
async def add_bot(rooms: Here, request: Request[Any, Any, Any], data: JSONBody[NewBot]) -> BotView:
    """Watches one more wallet from now on. Its positions from before are left alone unless `adoptExisting` is true."""
    profile = BotProfile(bot_id(data.id), data.name.strip(), wallet(data.wallet_address), data.starting_equity)
    if faults := _faults_of(profile):
        raise refuse_fields(faults)
    config = BotConfig(
        id=profile.id,
        enabled=data.enabled,
        leverage_multiplier=data.leverage_multiplier,
        sizing_rule=data.sizing_rule,
        adopt_existing=data.adopt_existing,
    )
    try:
        await rooms.desk.add_bot(profile, _caller(request), config)
    except BotRefusedError as fault:
        raise Refusal(409, f"{_sentence(fault)}.") from fault
    except SettingsRefusedError as refused:
        raise refuse_fields(_of_bot(refused, profile.id)) from refused
    return await _shown(rooms, profile.id)


@patch("/api/bots/{identity:str}", responses=problems(400, 401, 403, 404, 413, 415, 429), tags=["bots"])
async def change_bot(
    rooms: Here, request: Request[Any, Any, Any], identity: BotIdInPath, data: JSONBody[BotChange]
) -> BotView:
    """Renames a bot, switches it on or off, or changes what is set for it."""
    bot = BotId(identity)
    changes = {
        name: value for name, value in msgspec.structs.asdict(data).items() if name != "name" and value is not UNSET
    }
    name = data.name.strip() if isinstance(data.name, str) else None
    try:
        await rooms.desk.change_bot(bot, _caller(request), name=name, changes=changes)
    except UnknownBotError as unknown:
        raise not_found("watched bot of this id") from unknown
    except BotRefusedError as fault:
        raise refuse_fields({"name": str(fault)}) from fault
    except SettingsRefusedError as refused:
        raise refuse_fields(_of_bot(refused, bot)) from refused
    return await _shown(rooms, bot)


@delete("/api/bots/{identity:str}", status_code=204, responses=problems(400, 401, 403, 404, 429), tags=["bots"])
async def remove_bot(rooms: Here, request: Request[Any, Any, Any], identity: BotIdInPath) -> None:
    """Watches a bot no longer; its history stays."""
    try:
        await rooms.desk.remove_bot(BotId(identity), _caller(request))
    except UnknownBotError as unknown:
        raise not_found("watched bot of this id") from unknown


def _faults_of(profile: BotProfile) -> dict[str, str]:
    """What the types above cannot say."""
    faults = {}
    if not profile.name or not profile.name.isprintable():
        faults["name"] = "must be of printable characters"
    equity = profile.starting_equity
    if equity is not None and not (equity.is_finite() and 0 <= equity <= USD_MAX):
        faults["startingEquity"] = f"must be a number of USD from 0 to {USD_MAX}"
    return faults


async def _shown(rooms: Here, bot: BotId) -> BotView:
    for view in (await bots(rooms.reader)).bots:
        if view.id == bot:
            return view
    raise not_found("watched bot of this id")


def _caller(request: Request[Any, Any, Any]) -> str:
    caller: Caller = request.scope["state"][CALLER_KEY]
    return caller.name


def _of_bot(refused: SettingsRefusedError, bot: str) -> dict[str, str]:
    return {name.removeprefix(f"botConfigs.{bot}."): fault for name, fault in refused.faults.items()}


def _sentence(fault: Exception) -> str:
    text = str(fault)
    return text[:1].upper() + text[1:]
