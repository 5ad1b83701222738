"""What the OpenAPI document says of each setting: its meaning, its bounds, its default as the number it is. Pure.

The bounds are those of ``domain.settings.faults_of``, which alone decides; a test holds the two together.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fadearena.domain.settings import MULTIPLIER_MAX, MULTIPLIER_MIN, USD_MAX, StrategySettings

_USD: Mapping[str, float] = {"exclusiveMinimum": 0, "maximum": int(USD_MAX)}
_MULTIPLIER: Mapping[str, float] = {"minimum": float(MULTIPLIER_MIN), "maximum": int(MULTIPLIER_MAX)}

BOUNDS: Mapping[str, Mapping[str, float]] = {
    "defaultLeverageMultiplier": _MULTIPLIER,
    "globalExposureCap": _USD,
    "dailyLossLimit": _USD,
    "maxOrderNotional": _USD,
    "fixedNotional": _USD,
    "simulatedStartingEquity": _USD,
    "maxSlippageBps": {"minimum": 0, "maximum": 10_000},
    "simulatedSlippageBps": {"minimum": 0, "maximum": 1_000},
    "simulatedFeeBps": {"minimum": 0, "maximum": 1_000},
    "maxEventAgeSeconds": {"minimum": 0, "maximum": 86_400},
    "maxPriceAgeSeconds": {"minimum": 0, "maximum": 3_600},
    "maxOrdersPerMinute": {"minimum": 1, "maximum": 100_000},
}
"""By the API's name; in JSON Schema's words. Amounts besides have at most six decimals, multipliers four."""

_ENTRY = re.compile(r"([a-z_]+(?:, [a-z_]+)*): (.+)")


def complete(schemas: dict[str, Any]) -> None:
    """Completes the schemas of the settings within the ``components`` of a document, in place."""
    meanings = _meanings()
    for name, schema in schemas.get("SettingsView", {}).get("properties", {}).items():
        _complete(schema, BOUNDS.get(name, {}))
        if name in meanings:
            schema["description"] = meanings[name]
    of_bot = schemas.get("BotConfig", {}).get("properties", {})
    if "leverageMultiplier" in of_bot:
        _complete(of_bot["leverageMultiplier"], _MULTIPLIER)


def type_the_change(document: dict[str, Any]) -> None:
    """Gives the body of a change its types, in place: those of the settings, where nothing has a default, because what
    is not named stays as it is."""
    schemas = document["components"]["schemas"]
    of_bot = _undefaulted(schemas["BotConfig"])
    schemas["BotConfigChange"] = {**of_bot, "title": "BotConfigChange", "additionalProperties": False}
    content = document["paths"]["/api/settings"]["post"]["requestBody"]["content"]
    properties = content["application/json"]["schema"]["properties"]
    for name, schema in schemas["SettingsView"]["properties"].items():
        if name in properties and name != "version":
            properties[name] = _undefaulted(schema)
    properties["botConfigs"]["items"] = {"$ref": "#/components/schemas/BotConfigChange"}


def _undefaulted(schema: Any) -> Any:
    """A copy of a schema without its defaults."""
    if isinstance(schema, dict):
        return {name: _undefaulted(part) for name, part in schema.items() if name != "default"}
    return [_undefaulted(part) for part in schema] if isinstance(schema, list) else schema


def _complete(schema: dict[str, Any], bounds: Mapping[str, float]) -> None:
    for part in (schema, *schema.get("oneOf", ())):
        default = part.get("default")
        if isinstance(default, Decimal):
            part["default"] = int(default) if default == default.to_integral_value() else float(default)
        if part.get("type") in {"number", "integer"}:
            part.update(bounds)


def _meanings() -> dict[str, str]:
    """Each setting's meaning, out of the docstring that defines it."""
    found: dict[str, str] = {}
    for line in inspect.cleandoc(StrategySettings.__doc__ or "").splitlines():
        if entry := _ENTRY.match(line.strip()):
            for name in entry[1].split(", "):
                head, *rest = name.split("_")
                found[head + "".join(word.capitalize() for word in rest)] = entry[2]
    return found
