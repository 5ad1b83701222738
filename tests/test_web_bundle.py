"""What the dashboard is built from: the API's document it was written against, its lock file, and its size.

``python tests/test_web_bundle.py`` writes the document anew; then ``npm run api`` in ``web`` makes the types of it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from fadearena.core_api.app import create_app
from fadearena.core_api.options import ApiOptions

WEB = Path(__file__).resolve().parent.parent / "web"
SNAPSHOT = WEB / "src" / "api" / "openapi.json"
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def current_document() -> str:
    """The document as the server would serve it now, laid out for diffs. Opens no port and asks no database."""
    app = create_app(NOWHERE, ApiOptions())
    client: TestClient[Any] = TestClient(app=app, base_url="http://127.0.0.1:8420")
    answer = client.get("/schema")
    assert answer.status_code == 200, answer.text
    return json.dumps(answer.json(), indent=1, ensure_ascii=False) + "\n"


def test_the_dashboard_knows_the_api_as_it_is() -> None:
    assert SNAPSHOT.read_text(encoding="utf-8") == current_document(), (
        "the API changed: run `python tests/test_web_bundle.py`, then `npm run api` in web, and mind what breaks"
    )


def test_the_types_are_made_from_the_document() -> None:
    document = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    types = (WEB / "src" / "api" / "api.d.ts").read_text(encoding="utf-8")
    for path in document["paths"]:
        assert f'"{path}": {{' in types, f"{path} has no types: run `npm run api` in web"
    for name in document["components"]["schemas"]:
        assert re.search(rf"^ {{8}}{re.escape(name)}: ", types, re.MULTILINE), f"{name} has no type: run `npm run api`"


def _lock() -> dict[str, Any]:
    lock: dict[str, Any] = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))
    return lock


def test_the_lock_file_names_no_host() -> None:
    assert "registry" not in (WEB / "package-lock.json").read_text(encoding="utf-8")
    assert not [name for name, package in _lock()["packages"].items() if "resolved" in package]


@pytest.mark.parametrize(
    ("package", "platforms"),
    [
        (
            "rolldown",
            ("linux-x64-gnu", "linux-arm64-gnu", "linux-x64-musl", "darwin-x64", "darwin-arm64", "win32-x64-msvc"),
        ),
        ("@biomejs/biome", ("linux-x64", "linux-arm64", "linux-x64-musl", "darwin-x64", "darwin-arm64", "win32-x64")),
        (
            "lightningcss",
            ("linux-x64-gnu", "linux-arm64-gnu", "linux-x64-musl", "darwin-x64", "darwin-arm64", "win32-x64-msvc"),
        ),
    ],
)
def test_the_lock_file_serves_every_platform(package: str, platforms: tuple[str, ...]) -> None:
    packages = _lock()["packages"]
    wanted: dict[str, str] = packages[f"node_modules/{package}"]["optionalDependencies"]
    for platform in platforms:
        (name,) = [name for name in wanted if name.endswith(platform)]
        locked = packages.get(f"node_modules/{name}")
        assert locked is not None, f"{name} is missing from the lock file: npm ci would fail there"
        assert locked["integrity"].startswith("sha512-")


if __name__ == "__main__":
    SNAPSHOT.write_text(current_document(), encoding="utf-8")
