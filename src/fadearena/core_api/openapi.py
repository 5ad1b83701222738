"""The OpenAPI document at ``/schema``: generated from the routes, completed once, served as JSON without any viewer.

Completed means: structs that take no unknown fields say so, the ways to authenticate are named, and the framework's
own error shapes give way to ours.
"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import Components, Contact, Reference, SecurityScheme, Tag

from fadearena.core_api import settings_schema
from fadearena.core_api.options import ApiOptions
from fadearena.core_api.public_arena import WITHHELD

TAGS = {
    "state": "the whole at a glance",
    "bots": "the watched wallets",
    "trades": "trades of both sides",
    "decisions": "why we traded or did not",
    "equity": "equity over time",
    "settings": "what is traded, how large, and where it stops",
    "system": "health, log, completeness, metrics",
    "session": "logging in and out",
}

DESCRIPTION = """FadeArena watches trading bots on Hyperliquid and trades the opposite.

Times are milliseconds since the epoch in UTC, money is USD as exact JSON numbers. Reading needs a login as soon as the
server listens beyond this machine; writing always does: an access token as `Authorization: Bearer …`, or a session
(`POST /api/session`) whose cookie comes with an `X-CSRF-Token` header. `WS /ws` takes
`{"type":"subscribe","channels":["bot-trade","my-trade","decision","state-update","settings-update","error"],"since":n}`
and sends `{type, seq, data}`; with the last `seq` seen as `since` nothing is missed. Every message is described
in docs/live-feed.md of the project. `HEAD` is answered as `GET`, without a body."""


def openapi_config(version: str, options: ApiOptions) -> OpenAPIConfig:
    """What the document says of the whole."""
    schemes: dict[str, SecurityScheme | Reference] = {
        "accessToken": SecurityScheme(type="http", scheme="bearer", description="printed as a link at the start"),
        "session": SecurityScheme(
            type="apiKey",
            security_scheme_in="cookie",
            name=options.cookie_name,
            description="from POST /api/session; writes also need its X-CSRF-Token",
        ),
    }
    return OpenAPIConfig(
        title="FadeArena",
        version=version,
        description=DESCRIPTION,
        contact=Contact(name="the operator of this deployment"),
        components=Components(security_schemes=schemes),
        tags=[Tag(name=name, description=text) for name, text in TAGS.items()],
        use_handler_docstrings=True,
        path="/schema",
        render_plugins=[DocumentOnly(path=["/", "/openapi.json"])],
    )


class DocumentOnly(OpenAPIRenderPlugin):
    """Renders the document as it is; there is no viewer, which would fetch itself from elsewhere."""

    def __init__(self, *, path: str | list[str]) -> None:
        super().__init__(path=path, media_type=MediaType.JSON)
        self._finished: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The finished document, made once."""
        if self._finished is None:
            self._finished = msgspec.json.encode(_finish(request.app, openapi_schema))
        return self._finished


def _finish(app: Litestar, whole: dict[str, Any]) -> dict[str, Any]:
    authenticated: list[dict[str, list[str]]] = [{"accessToken": []}, {"session": []}]
    for item in whole["paths"].values():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                operation.setdefault("security", [{}, *authenticated] if method == "get" else authenticated)
    settings_schema.complete(whole["components"]["schemas"])
    settings_schema.type_the_change(whole)
    _say_what_is_withheld(whole["components"]["schemas"])
    strict = {name for name, kind in _structs(app).items() if kind.__struct_config__.forbid_unknown_fields}
    for name, schema in whole["components"]["schemas"].items():
        if name in strict:
            schema["additionalProperties"] = False
    return whole


def _say_what_is_withheld(schemas: dict[str, Any]) -> None:
    for kind, names in WITHHELD.items():
        properties = schemas[kind.__name__]["properties"]
        for field in msgspec.structs.fields(kind):
            if field.name in names:
                properties[field.encode_name] = _nullable(properties[field.encode_name])


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that also allows the null of a public arena."""
    said = ", ".join(text for text in (schema.pop("description", ""), "null in a public arena") if text)
    takes_null = not schema or {"type": "null"} in schema.get("oneOf", ())
    return {**schema, "description": said} if takes_null else {"oneOf": [schema, {"type": "null"}], "description": said}


def _structs(app: Litestar) -> dict[str, type[msgspec.Struct]]:
    """Every struct that a route takes, by its name in the document."""
    found: dict[str, type[msgspec.Struct]] = {}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            data = handler.parsed_fn_signature.parameters.get("data")
            if data is not None:
                _collect(data.annotation, found)
    return found


def _collect(annotation: Any, found: dict[str, type[msgspec.Struct]]) -> None:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct) and annotation.__name__ not in found:
        found[annotation.__name__] = annotation
        for field in msgspec.structs.fields(annotation):
            _collect(field.type, found)
    for inner in getattr(annotation, "__args__", ()):
        _collect(inner, found)
