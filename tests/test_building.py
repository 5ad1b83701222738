"""``hatch_build.py`` as the launcher calls it: beside a program, stopped half-way, without Node. No network is used."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Node and uv are shell scripts here")

NODE = """#!/bin/sh
# Node, npm and vite in one: it says what it was asked, and makes a bundle when it is vite.
case "$1" in
    -e) echo "[24, 0, \\"$0\\"]"; exit 0 ;;
    *npm-cli.js) echo "npm $$" >>"$CALLS"; sleep "${NPM_SECONDS:-0}"; mkdir -p node_modules ;;
    *vite.js)
        echo vite >>"$CALLS"
        mkdir -p "$FADEARENA_DASHBOARD_DIR" && echo page >"$FADEARENA_DASHBOARD_DIR/index.html"
        ;;
esac
"""
UV = """#!/bin/sh
echo "uv $*" >>"$CALLS"
exit 1
"""


class Checkout:
    """A folder with the builder and sources of a dashboard; Node is a script on the PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "check out"
        (self.folder / "web").mkdir(parents=True)
        (self.folder / "web" / "package-lock.json").write_text("{}")
        (self.folder / "src" / "fadearena" / "core_api").mkdir(parents=True)
        shutil.copy(ROOT / "hatch_build.py", self.folder)
        self.bin = folder / "node" / "bin"
        script = folder / "node" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        script.parent.mkdir(parents=True)
        script.touch()
        self.bin.mkdir()
        self.has("node", NODE)
        self.calls_file = folder / "calls"
        self.page = self.folder / "src" / "fadearena" / "core_api" / "dashboard" / "index.html"

    def has(self, name: str, script: str) -> Path:
        place = self.bin / name
        place.write_text(script)
        place.chmod(0o755)
        return place

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            # -S -E: without site-packages, so that a Node in a wheel of the environment of these tests is not found
            [sys.executable, "-S", "-E", str(self.folder / "hatch_build.py"), *arguments],
            env={"PATH": f"{self.bin}:/usr/bin:/bin", "CALLS": str(self.calls_file), **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    @property
    def calls(self) -> list[str]:
        return self.calls_file.read_text().splitlines() if self.calls_file.exists() else []

    def until_npm_runs(self) -> int:
        """Its process id."""
        until(lambda: bool(self.calls))
        return int(self.calls[0].removeprefix("npm "))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] != "Z"
    except FileNotFoundError:
        return False


def test_it_builds_once_and_leaves_nothing_but_the_bundle(checkout: Checkout) -> None:
    built = checkout.start()
    assert (built.wait(20), checkout.page.read_text()) == (0, "page\n")
    assert len(checkout.calls) == 2
    assert list((checkout.folder / ".fadearena").iterdir()) == []
    assert checkout.start().wait(20) == 0
    assert len(checkout.calls) == 2


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_it_ends_with_the_process_it_runs_beside_and_ends_what_it_started(checkout: Checkout) -> None:
    program = subprocess.Popen(["sleep", "60"])
    building = checkout.start("--beside", str(program.pid), NPM_SECONDS="60")
    npm = checkout.until_npm_runs()
    program.kill()  # and not waited for: whoever started it may be late to notice
    _, err = building.communicate(timeout=20)
    program.wait()
    assert (building.returncode, err.count("\n"), "was stopped" in err) == (1, 1, True)
    assert not is_running(npm)
    assert not checkout.page.exists()
    assert checkout.start().wait(20) == 0
    assert checkout.page.exists()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_it_ends_what_it_started_and_says_nothing(checkout: Checkout, number: signal.Signals) -> None:
    building = checkout.start(NPM_SECONDS="60")
    npm = checkout.until_npm_runs()
    building.send_signal(number)
    out, err = building.communicate(timeout=20)
    assert (building.returncode, out, err) == (130, "", "")
    assert not is_running(npm)


def test_what_a_killed_build_left_behind_is_cleared_away_once_it_is_old(checkout: Checkout) -> None:
    old, new = (checkout.folder / ".fadearena" / f"dashboard-{name}" for name in ("old", "new"))
    for left in (old, new):
        left.mkdir(parents=True)
    os.utime(old, (time.time() - 3600, time.time() - 3600))
    assert checkout.start().wait(20) == 0
    assert (old.exists(), new.exists()) == (False, True)


def test_without_node_the_given_uv_is_asked_for_that_group_alone(checkout: Checkout) -> None:
    (checkout.bin / "node").unlink()
    uv = checkout.has("uv", UV)
    building = checkout.start("--uv", str(uv), PATH=str(checkout.bin))
    _, err = building.communicate(timeout=20)
    assert building.returncode == 1
    assert "most often it is the network" in err
    (call,) = checkout.calls
    assert "--frozen --inexact --only-group web" in call


def test_without_node_and_uv_it_says_what_to_install(checkout: Checkout) -> None:
    (checkout.bin / "node").unlink()
    building = checkout.start(PATH=str(checkout.bin))
    _, err = building.communicate(timeout=20)
    assert (building.returncode, err.count("\n"), "needs Node" in err) == (1, 1, True)
