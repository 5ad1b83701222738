"""The names of query parameters as the API spells them: to name those that are wrong. Pure."""

from __future__ import annotations

from typing import Any

from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter


def names_of(handler: Any) -> dict[str, str]:
    """The query parameters of a route: the name in Python to the name in the API."""
    if not isinstance(handler, HTTPRouteHandler):
        return {}
    found = {}
    for name, field in handler.parsed_fn_signature.parameters.items():
        kwarg = field.kwarg_definition
        if isinstance(kwarg, QueryParameter):
            found[name] = kwarg.name or name
    return found
