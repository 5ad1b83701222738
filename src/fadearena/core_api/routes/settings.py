"""The settings: read, and changed in any part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.openapi.spec import OpenAPIMediaType, Operation, Reference, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import QueryParameter

from fadearena.core_api.gate import CALLER_KEY, Caller
from fadearena.core_api.problems import Refusal, refuse_fields
from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import READ_PROBLEMS, problems
from fadearena.core_api.settings_body import change_of
from fadearena.domain.settings import StrategySettings
from fadearena.persistence.controls import SettingsVersion
from fadearena.persistence.errors import SettingsRefusedError, VersionConflictError
from fadearena.persistence.views.answers import Answer


class SettingsView(StrategySettings, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=False):
    """The settings in force, and which version of them this is."""

    version: int
    updated_at: int
    updated_by: str


class SettingsHistory(Answer, frozen=True):
    """Versions of the settings, newest first."""

    versions: list[SettingsView]


@dataclass
class SettingsOperation(Operation):
    """Documents the body of a change, which is read by hand so that every wrong field can be named at once."""

    def __post_init__(self) -> None:
        """Adds the body; ``settings_schema`` gives it its types."""
        properties: dict[str, Schema | Reference] = {
            field.encode_name: Schema() for field in msgspec.structs.fields(StrategySettings)
        }
        properties["version"] = Schema(type=OpenAPIType.INTEGER, description="the version this change was made from")
        properties["confirm"] = Schema(type=OpenAPIType.BOOLEAN, description="needed to go live")
        schema = Schema(
            type=OpenAPIType.OBJECT,
            properties=properties,
            additional_properties=False,
            example={"globalExposureCap": 25000, "botConfigs": [{"id": "gpt-5", "enabled": False}], "version": 7},
        )
        self.request_body = RequestBody(
            content={"application/json": OpenAPIMediaType(schema=schema)}, required=True, description="any part of them"
        )


@get("/api/settings", responses=READ_PROBLEMS, tags=["settings"])
async def get_settings(rooms: Here) -> SettingsView:
    """The settings in force."""
    return _view(await rooms.desk.settings())


@get("/api/settings/history", responses=READ_PROBLEMS, tags=["settings"])
async def get_settings_history(
    rooms: Here,
    limit: Annotated[int, QueryParameter(name="limit", ge=1, le=200)] = 50,
    before: Annotated[
        int | None, QueryParameter(name="before", ge=1, le=2**62, description="only versions below")
    ] = None,
) -> SettingsHistory:
    """Every version of the settings that was ever in force, newest first."""
    return SettingsHistory(versions=[_view(version) for version in await rooms.desk.settings_history(limit, before)])


@post(
    "/api/settings",
    status_code=200,
    responses=problems(400, 401, 403, 409, 413, 415, 429),
    tags=["settings"],
    operation_class=SettingsOperation,
)
async def change_settings(rooms: Here, request: Request[Any, Any, Any]) -> SettingsView:
    """Changes any part of the settings; what is not named stays, by bot and by asset too. null lifts a limit."""
    controls = await rooms.desk.load_controls()
    change = change_of(controls.settings, await request.body(), {bot.id for bot in controls.bots})
    if change.settings.mode == "live" and controls.settings.mode != "live":
        refuse_to_go_live(confirmed=change.confirm)
    caller: Caller = request.scope["state"][CALLER_KEY]
    version = controls.settings_version if change.version is None else change.version
    try:
        await rooms.desk.change_settings(change.settings, version, caller.name)
    except VersionConflictError as conflict:
        raise _conflict(await rooms.desk.settings()) from conflict
    except SettingsRefusedError as refused:
        raise refuse_fields(refused.faults) from refused
    return _view(await rooms.desk.settings())


def refuse_to_go_live(*, confirmed: bool) -> None:
    """Live trading needs a confirmation and an armed machine; no machine can be armed yet. Raises Refusal."""
    if not confirmed:
        raise refuse_fields({"confirm": "must be true to go live"})
    raise Refusal(403, "This machine is not armed for live trading; it stays in simulation.", code="not-armed")


def _conflict(version: SettingsVersion) -> Refusal:
    """Says which version is in force now, and whose it is."""
    refusal = Refusal(409, f"Version {version.version} is in force now; load it and try again.")
    refusal.problem = msgspec.structs.replace(
        refusal.problem, current=version.version, updated_by=version.updated_by, updated_at=version.updated_ms
    )
    return refusal


def _view(version: SettingsVersion) -> SettingsView:
    return SettingsView(
        **msgspec.structs.asdict(version.settings),
        version=version.version,
        updated_at=version.updated_ms,
        updated_by=version.updated_by,
    )
