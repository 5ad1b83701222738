"""Whatever is sent, on every documented route: an answer or a refusal, and never a fault of ours."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.core_api.serving import Server

SEED = 20251122
ROUNDS = 40
TEXTS = ["", " ", "\x00", "a\x00b", "é", "\U0001f600", "'; DROP TABLE x; --", "%s", "{}", "../..", "-1", "1e400", "NaN"]
NUMBERS: list[Any] = [0, -1, 1, 1.5, 10**18, 2**63, 2**64, 10**400, -(10**30), 1e308, 1e-300]


def some_value(dice: random.Random, depth: int = 0) -> Any:
    kind = dice.randrange(7 if depth < 3 else 5)
    if kind == 0:
        return dice.choice([None, True, False])
    if kind in {1, 2}:
        return dice.choice(NUMBERS)
    if kind == 3:
        return dice.choice(TEXTS)
    if kind == 4:
        return "".join(dice.choice(string.printable) for _ in range(dice.randrange(200)))
    if kind == 5:
        return [some_value(dice, depth + 1) for _ in range(dice.randrange(4))]
    return {dice.choice([*TEXTS, "id", "enabled"]): some_value(dice, depth + 1) for _ in range(dice.randrange(4))}


def requests_of(document: dict[str, Any], dice: random.Random) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Calls of every operation, with its own parameters and fields filled with anything."""
    for path, item in document["paths"].items():
        for verb in item.keys() & {"get", "post", "patch", "delete"}:
            operation = item[verb]
            query = {}
            concrete = path
            for parameter in operation.get("parameters", []):
                value = dice.choice([*TEXTS, *map(str, NUMBERS), "gpt-5", "all", "1m"])
                if parameter["in"] == "query" and dice.random() < 0.5:
                    query[parameter["name"]] = value
                elif parameter["in"] == "path":
                    concrete = concrete.replace("{" + parameter["name"] + "}", quote(value, safe=""))
            options: dict[str, Any] = {"params": query}
            if "requestBody" in operation:
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                if "$ref" in schema:
                    schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
                fields = [name for name in schema["properties"] if dice.random() < 0.6]
                body: Any = {name: some_value(dice) for name in fields}
                options["content"] = json.dumps(some_value(dice) if dice.random() < 0.1 else body).encode()
                options["headers"] = {"content-type": "application/json"}
            yield verb, concrete, options


@pytest.mark.parametrize("round_number", range(4))
async def test_no_request_is_answered_with_a_fault(
    server: Server, operator: httpx.AsyncClient, round_number: int
) -> None:
    dice = random.Random(SEED + round_number)
    document = (await operator.get("/schema")).json()
    refused = 0
    for _ in range(ROUNDS // 4):
        for verb, path, options in requests_of(document, dice):
            if path == "/api/session" and verb == "post":
                continue
            answer = await operator.request(verb, path, **options)
            told = (SEED + round_number, verb, path, options, answer.text[:300])
            assert answer.status_code < 500, told
            if answer.status_code >= 400:
                refused += 1
                assert answer.headers["content-type"] == "application/problem+json", told
                assert answer.json()["detail"], told
    assert refused > 20


async def test_anything_as_a_token_is_refused(fresh_server: Server) -> None:
    async with fresh_server.client() as client:
        for value in ["\x00", "é" * 50, "x" * 200, '"', "\udfff"]:
            answer = await client.post(
                "/api/session", content=json.dumps({"token": value}), headers={"content-type": "application/json"}
            )
            assert answer.status_code in {400, 401}
