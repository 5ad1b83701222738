"""The names of query parameters as the API spells them: to name those that are wrong. Pure."""

from __future__ import annotations

from typing import Any

from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter


def names_of(handler: Any) -> dict[str, str]:
    """The query parameters of a route, those of what it depends on too: the name in Python to the name in the API."""
    if not isinstance(handler, HTTPRouteHandler):
        return {}
    found = {}
    provided = handler.resolve_dependencies()
    for name, field in handler.parsed_fn_signature.parameters.items():
        signatures = provided[name].parsed_fn_signature.parameters if name in provided else {name: field}
        for inner, asked in signatures.items():
            if isinstance(asked.kwarg_definition, QueryParameter):
                found[inner] = asked.kwarg_definition.name or inner
    return found
