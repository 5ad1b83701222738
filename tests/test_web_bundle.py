"""What the dashboard is built from: the API's document it was written against, its lock file, and its size.

``python tests/test_web_bundle.py`` writes the document anew; then ``npm run api`` in ``web`` makes the types of it.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from fadearena.core_api.app import create_app
from fadearena.core_api.options import ApiOptions

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
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


@pytest.fixture
def builder() -> Any:
    """``hatch_build.py``, fresh, so that a test may point it at another folder."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def sources(tmp_path: Path, builder: Any) -> Path:
    """A copy of the web sources, and the builder pointed at it."""
    copy = tmp_path / "web"
    shutil.copytree(WEB, copy, ignore=shutil.ignore_patterns("node_modules"))
    builder.WEB = copy
    builder.BUNDLE = tmp_path / "dashboard"
    return copy


def test_a_changed_source_makes_the_bundle_stale(sources: Path, builder: Any) -> None:
    builder.BUNDLE.mkdir()
    (builder.BUNDLE / builder.STAMP).write_text(builder.sources_hash() + "\n")
    assert builder.is_fresh()
    (sources / "src" / "main.tsx").write_text("// changed\n")
    assert not builder.is_fresh()


def test_a_renamed_source_makes_the_bundle_stale(sources: Path, builder: Any) -> None:
    before = builder.sources_hash()
    (sources / "src" / "main.tsx").rename(sources / "src" / "other.tsx")
    assert builder.sources_hash() != before


def test_notes_and_tests_leave_the_bundle_fresh(sources: Path, builder: Any) -> None:
    before = builder.sources_hash()
    (sources / "README.md").write_text("other words")
    (sources / "src" / "some.test.ts").write_text("// a test")
    assert builder.sources_hash() == before


def test_without_sources_a_bundle_that_is_there_is_taken_as_it_is(tmp_path: Path, builder: Any) -> None:
    builder.WEB = tmp_path / "nowhere"
    builder.BUNDLE = tmp_path / "dashboard"
    assert not builder.is_fresh()
    builder.BUNDLE.mkdir()
    (builder.BUNDLE / "index.html").write_text("<!doctype html>")
    assert builder.is_fresh()


def test_only_a_wheel_needs_node(sources: Path, builder: Any) -> None:
    hook = builder.CustomBuildHook.__new__(builder.CustomBuildHook)

    def get_requires_for_build_wheel() -> list[str]:
        return list(hook.dependencies())

    def get_requires_for_build_editable() -> list[str]:
        return list(hook.dependencies())

    assert get_requires_for_build_wheel() == [builder.NODE_REQUIREMENT]
    assert get_requires_for_build_editable() == []


def test_the_bundle_asks_nobody_but_its_own_server(builder: Any) -> None:
    if not builder.is_fresh():
        pytest.skip("the bundle is not built from the sources as they are: run `python hatch_build.py`")
    page = (builder.BUNDLE / "index.html").read_text(encoding="utf-8")
    asked = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert asked
    for address in asked:
        assert address.startswith("/assets/"), address
        assert (builder.BUNDLE / address.removeprefix("/")).is_file()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bon\w+=|\bstyle=", page), (
        "the content security policy forbids it"
    )
    for sheet in (builder.BUNDLE / "assets").glob("*.css"):
        assert not re.search(r"url\((?!/assets/)|@import", sheet.read_text(encoding="utf-8")), sheet.name


if __name__ == "__main__":
    SNAPSHOT.write_text(current_document(), encoding="utf-8")
