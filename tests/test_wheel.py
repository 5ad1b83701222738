"""The wheel: built from this checkout, installed elsewhere, run where no checkout is.

No network: it is built by the hatchling of the environment the tests run in, and what FadeArena depends on is borrowed
from there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from fadearena import __version__

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment with the wheel in it."""
    venv = tmp_path_factory.mktemp("elsewhere") / "venv"
    uv = [sys.executable, "-m", "uv"]
    _run([*uv, "venv", "--offline", "--no-config", "--python", sys.executable, str(venv)])
    python = _programs(venv) / "python"
    _run([*uv, "pip", "install", "--offline", "--no-config", "--no-deps", "--python", str(python), str(wheel)])
    ours = json.loads(_run([sys.executable, "-c", "import json, sysconfig; print(json.dumps(sysconfig.get_paths()))"]))
    theirs = json.loads(_run([str(python), "-c", "import json, sysconfig; print(json.dumps(sysconfig.get_paths()))"]))
    Path(theirs["purelib"], "borrowed.pth").write_text(ours["purelib"] + "\n")
    return _programs(venv)


def test_the_wheel_holds_what_the_program_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "fadearena/py.typed",
        "fadearena/hyperliquid/season1.csv",
        "fadearena/persistence/migrations/versions/v0001_first_tables.sql",
        f"fadearena-{__version__}.dist-info/licenses/LICENSE",
    ):
        assert name in names


def test_the_wheel_holds_the_dashboard_and_all_that_its_page_names(wheel: Path) -> None:
    packed = zipfile.ZipFile(wheel)
    root = "fadearena/core_api/dashboard"
    page = packed.read(f"{root}/index.html").decode()
    asked = re.findall(r'(?:src|href)="/(assets/[^"]+)"', page)
    assert any(name.endswith(".js") for name in asked)
    assert {f"{root}/{name}" for name in asked} <= set(packed.namelist())


def test_the_wheel_holds_every_file_of_the_package_and_nothing_compiled(wheel: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("needs git's list of files")
    tracked = _run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/fadearena"], cwd=ROOT)
    wanted = {name.removeprefix("src/") for name in tracked.split("\n") if name and (ROOT / name).exists()}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("fadearena/")}
    assert wanted <= packed
    assert not [name for name in packed if name.endswith(".pyc")]


def test_the_program_runs_where_no_checkout_is(installed: Path, tmp_path: Path) -> None:
    place = _run([str(installed / "python"), "-c", "import fadearena; print(fadearena.__file__)"], cwd=tmp_path)
    assert Path(place.strip()).is_relative_to(installed.parent)
    assert "Usage: fadearena" in _run([str(installed / "fadearena"), "--help"], cwd=tmp_path)
    rows = json.loads(_run([str(installed / "fadearena"), "config", "--json"], cwd=tmp_path))
    assert {"database_url", "port"} <= {row["key"] for row in rows}


def test_the_database_is_made_where_no_checkout_is(installed: Path, tmp_path: Path) -> None:
    sql = 'SELECT count(*) AS n FROM "Bot"'
    rows = json.loads(_run([str(installed / "fadearena"), "db", "query", sql, "--json"], cwd=tmp_path))
    assert rows == [{"n": 6}]


def _programs(venv: Path) -> Path:
    return venv / ("Scripts" if sys.platform == "win32" else "bin")


def _run(command: list[str], cwd: Path | None = None) -> str:
    """Standard output of a command that must succeed, on a machine of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FADEARENA_", "PYTHON"))}
    if cwd is not None and cwd != ROOT:
        environment |= {"XDG_CONFIG_HOME": str(cwd / "config"), "XDG_DATA_HOME": str(cwd / "data")}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout
