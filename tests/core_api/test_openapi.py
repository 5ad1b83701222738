"""The document at /schema: complete, strict, offline, and true to what is served."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from fadearena.core_api.public_arena import WITHHELD
from fadearena.core_api.routes import ROUTES
from fadearena.core_api.settings_schema import BOUNDS
from fadearena.domain.settings import StrategySettings, faults_of


@pytest_asyncio.fixture
async def document(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/schema")
    assert answer.status_code == 200
    assert "json" in answer.headers["content-type"]
    whole: dict[str, Any] = answer.json()
    return whole


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    verbs = {"get", "post", "put", "patch", "delete"}
    return [(verb, path, item[verb]) for path, item in document["paths"].items() for verb in item.keys() & verbs]


async def test_the_contracts_routes_are_all_documented(document: dict[str, Any]) -> None:
    served = {(verb, path) for verb, path, _ in operations(document)}
    assert served >= {
        ("get", "/api/state"),
        ("get", "/api/models"),
        ("get", "/api/trades"),
        ("get", "/api/decisions"),
        ("get", "/api/decisions/{decision_id}"),
        ("get", "/api/equity"),
        ("get", "/api/settings"),
        ("post", "/api/settings"),
        ("post", "/api/kill-switch"),
        ("get", "/api/health"),
        ("get", "/api/bots"),
        ("post", "/api/bots"),
        ("patch", "/api/bots/{identity}"),
        ("delete", "/api/bots/{identity}"),
        ("get", "/api/events"),
        ("get", "/api/completeness"),
        ("get", "/metrics"),
        ("post", "/api/session"),
        ("delete", "/api/session"),
    }
    assert len(ROUTES) >= len(served)


async def test_every_operation_says_what_it_does_and_how_it_fails(document: dict[str, Any]) -> None:
    for verb, path, operation in operations(document):
        assert operation.get("description"), (verb, path)
        assert operation.get("tags"), (verb, path)
        if path == "/api/health":
            continue
        failures = {status: spec for status, spec in operation["responses"].items() if int(status) >= 400}
        assert failures.keys() >= {"401", "503"}, (verb, path)
        for status, spec in failures.items():
            content = spec["content"]["application/problem+json"]
            assert content["schema"]["$ref"].endswith("/Problem"), (verb, path, status)
            example = next(iter(content["examples"].values()))["value"]
            assert example["status"] == int(status)
            assert example["detail"].endswith(".")


async def test_writes_are_documented_as_authenticated(document: dict[str, Any]) -> None:
    for verb, path, operation in operations(document):
        if verb != "get" and (verb, path) != ("post", "/api/session"):
            assert {} not in operation["security"], (verb, path)
            assert operation["security"], (verb, path)


async def test_bodies_take_no_unknown_fields_by_the_document_too(document: dict[str, Any]) -> None:
    bodies = [operation["requestBody"] for _, _, operation in operations(document) if "requestBody" in operation]
    assert len(bodies) >= 5
    for body in bodies:
        schema = body["content"]["application/json"]["schema"]
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        assert schema["additionalProperties"] is False
        assert schema["properties"]


async def test_money_is_documented_as_a_number(document: dict[str, Any]) -> None:
    trade = document["components"]["schemas"]["TradeView"]["properties"]
    assert trade["price"]["type"] == "number"
    assert trade["timestamp"]["type"] == "integer"


async def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    import json

    names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert names
    assert names <= document["components"]["schemas"].keys()


async def test_the_document_and_the_page_fetch_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    for path in ("/schema", "/schema/openapi.json"):
        assert "cdn" not in (await client.get(path)).text.lower()
    for path in ("/schema/swagger", "/schema/redoc", "/schema/elements", "/schema/rapidoc"):
        assert (await client.get(path)).status_code == 404


async def test_every_setting_is_documented_with_its_meaning_and_a_default_of_its_own_type(
    document: dict[str, Any],
) -> None:
    properties = document["components"]["schemas"]["SettingsView"]["properties"]
    for field in msgspec.structs.fields(StrategySettings):
        schema = properties[field.encode_name]
        assert schema.get("description") or field.name == "bot_configs", field.encode_name
        if isinstance(field.default, Decimal | int) and not isinstance(field.default, bool):
            assert schema["default"] == float(field.default), field.encode_name
            assert not isinstance(schema["default"], str)


async def test_a_change_of_the_settings_is_typed_as_they_are_but_without_defaults(document: dict[str, Any]) -> None:
    body = document["paths"]["/api/settings"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schemas = document["components"]["schemas"]
    for field in msgspec.structs.fields(StrategySettings):
        typed = body["properties"][field.encode_name]
        assert typed.keys() & {"type", "oneOf", "$ref"}, field.encode_name
        assert "default" not in typed, field.encode_name
    of_bot = schemas[body["properties"]["botConfigs"]["items"]["$ref"].rpartition("/")[2]]
    assert of_bot["properties"].keys() == schemas["BotConfig"]["properties"].keys()
    assert of_bot["required"] == ["id"]
    assert of_bot["additionalProperties"] is False
    assert not any("default" in part for part in of_bot["properties"].values())


async def test_what_a_public_arena_withholds_is_documented_as_null_there(document: dict[str, Any]) -> None:
    for kind, names in WITHHELD.items():
        properties = document["components"]["schemas"][kind.__name__]["properties"]
        for field in msgspec.structs.fields(kind):
            if field.name in names:
                schema = properties[field.encode_name]
                assert "null in a public arena" in schema["description"], (kind, field.name)
                untyped = schema.keys() == {"description"}
                assert untyped or {"type": "null"} in schema["oneOf"], (kind, field.name)


@pytest.mark.parametrize("name", BOUNDS)
async def test_the_documented_bounds_are_those_that_are_enforced(document: dict[str, Any], name: str) -> None:
    schema = document["components"]["schemas"]["SettingsView"]["properties"][name]
    told = next(part for part in (schema, *schema.get("oneOf", ())) if "maximum" in part)
    field = next(field for field in msgspec.structs.fields(StrategySettings) if field.encode_name == name)

    def is_allowed(value: Decimal) -> bool:
        given = int(value) if name == "maxOrdersPerMinute" else value
        return name not in faults_of(msgspec.structs.replace(StrategySettings(), **{field.name: given}))

    step = Decimal(1) if name == "maxOrdersPerMinute" else Decimal("0.0001")
    most = Decimal(str(told["maximum"]))
    assert is_allowed(most)
    assert not is_allowed(most + step)
    least = Decimal(str(told.get("minimum", told.get("exclusiveMinimum"))))
    assert is_allowed(least) is ("minimum" in told)
    assert is_allowed(least + step)
    assert not is_allowed(least - step)
