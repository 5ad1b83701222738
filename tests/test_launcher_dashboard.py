"""The launcher and the dashboard: built before it is tested, rebuilt where out of date, and beside the first demo."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.launching import UV, Checkout

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the launcher for Windows is fadearena.ps1")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path)
    made.has("uv", UV)
    return made


BUILDER = """#!/bin/sh
case "$*" in
    *"hatch_build.py --check") [ -f "$BUILT" ] ;;
    *"hatch_build.py --node") [ -z "${NO_NODE-}" ] ;;
    *hatch_build.py*)
        echo "build${*#*hatch_build.py}" >>"$CALLS"
        echo "words of npm"
        sleep "${BUILD_SECONDS:-0}"
        [ -z "${BUILD_FAILS-}" ] && : >"$BUILT"
        ;;
    *) echo "tests" ;;
esac
"""
MEANWHILE = "Building the dashboard meanwhile"


@pytest.fixture
def with_web(checkout: Checkout) -> Checkout:
    """A prepared checkout with the dashboard's sources; its python stands for ``hatch_build.py`` and for the tests."""
    (checkout.folder / "web").mkdir()
    (checkout.folder / "web" / "package.json").write_text("{}")
    (checkout.folder / "src" / "fadearena" / "core_api").mkdir(parents=True)
    checkout.run("test", "--help")
    (checkout.folder / ".venv" / "bin" / "python").write_text(BUILDER)
    checkout.calls_file.unlink()
    return checkout


@pytest.fixture
def outdated(with_web: Checkout) -> Checkout:
    """The same with a dashboard that was built from other sources."""
    bundle = with_web.folder / "src" / "fadearena" / "core_api" / "dashboard"
    bundle.mkdir()
    (bundle / "index.html").write_text("old")
    return with_web


@pytest.fixture
def built(tmp_path: Path) -> str:
    """The file that says the dashboard is up to date."""
    return str(tmp_path / "built")


@pytest.mark.parametrize("command", ["demo", "run", "test"])
def test_a_dashboard_that_is_out_of_date_is_built_before_it_is_shown_or_tested(
    outdated: Checkout, built: str, command: str
) -> None:
    code, out, err = outdated.run(command, BUILT=built)
    assert (code, outdated.calls) == (0, ["build"])
    assert "Building the dashboard (once" in err
    assert "words of npm" not in out + err
    code, out, err = outdated.run(command, BUILT=built)
    assert (code, err, outdated.calls) == (0, "", ["build"])


def test_the_tests_wait_for_a_dashboard_where_there_is_none(with_web: Checkout, built: str) -> None:
    code, _, err = with_web.run("test", BUILT=built)
    assert (code, with_web.calls) == (0, ["build"])
    assert MEANWHILE not in err


@pytest.mark.parametrize("command", ["demo", "run"])
def test_where_there_is_no_dashboard_the_program_starts_and_it_is_built_beside_it(
    with_web: Checkout, built: str, command: str
) -> None:
    started = with_web.start(command, BUILT=built, BUILD_SECONDS="1.5", PROGRAM_SECONDS="4")
    assert started.stdout is not None
    assert started.stdout.readline() == "fadearena\n"
    assert not Path(built).exists()
    _, err = started.communicate(timeout=60)
    assert started.returncode == 0
    assert Path(built).exists()
    assert with_web.calls == [f"build --beside {started.pid}"]
    assert [line for line in err.splitlines() if MEANWHILE in line or "by itself" in line] == err.splitlines()


def test_a_dashboard_that_fails_to_build_beside_the_program_is_said_in_one_line(with_web: Checkout, built: str) -> None:
    code, out, err = with_web.run("demo", BUILT=built, BUILD_FAILS="1", PROGRAM_SECONDS="2")
    assert (code, out) == (0, "fadearena\n<demo>\n")
    assert len([line for line in err.splitlines() if "could not be built" in line]) == 1
    assert not (with_web.folder / ".fadearena" / "setup.lock").exists()


def test_who_waits_to_build_beside_a_program_stops_waiting_when_that_ends(with_web: Checkout, built: str) -> None:
    first = with_web.start("demo", BUILT=built, BUILD_SECONDS="8", PROGRAM_SECONDS="8")
    deadline = time.monotonic() + 20
    while not with_web.calls and time.monotonic() < deadline:
        time.sleep(0.02)
    started = time.monotonic()
    code, _, err = with_web.run("demo", BUILT=built, PROGRAM_ENDS="1")
    assert (code, "could not be built" in err) == (1, False)
    assert time.monotonic() - started < 5
    first.communicate(timeout=60)
    assert len(with_web.calls) == 1


@pytest.mark.parametrize("arguments", [["status"], ["demo", "--help"], ["run", "-h"], ["backtest", "demo"], []])
def test_no_other_command_waits_for_the_dashboard(with_web: Checkout, built: str, arguments: list[str]) -> None:
    code, _, err = with_web.run(*arguments, BUILT=built)
    assert (code, err, with_web.calls) == (0, "", [])


def test_a_dashboard_that_can_not_be_built_stops_nothing_and_is_said_in_one_line(
    outdated: Checkout, built: str
) -> None:
    code, out, err = outdated.run("demo", BUILT=built, BUILD_FAILS="1")
    assert (code, out) == (0, "fadearena\n<demo>\n")
    said = [line for line in err.splitlines() if "could not be built" in line]
    assert len(said) == 1
    assert "dashboard.log" in said[0]
    assert "words of npm" in (outdated.folder / ".fadearena" / "dashboard.log").read_text()
    assert not (outdated.folder / ".fadearena" / "setup.lock").exists()


def test_where_there_is_no_node_the_builder_is_told_which_uv_installs_it(outdated: Checkout, built: str) -> None:
    outdated.run("demo", BUILT=built, NO_NODE="1")
    assert outdated.calls == ["build --uv uv"]


def test_two_starts_at_once_build_once(outdated: Checkout, built: str) -> None:
    starts = [outdated.start("demo", BUILT=built, BUILD_SECONDS="1.5") for _ in range(3)]
    ended = [start.communicate(timeout=60)[0] for start in starts]
    assert ended == ["fadearena\n<demo>\n"] * 3
    assert outdated.calls == ["build"]


def test_interrupted_while_it_builds_it_says_so_in_one_line_and_starts_nothing(outdated: Checkout, built: str) -> None:
    started = outdated.start("demo", BUILT=built, BUILD_SECONDS="30", own_group=True)
    deadline = time.monotonic() + 20
    while not outdated.calls and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(started.pid, signal.SIGINT)  # as a terminal does
    out, err = started.communicate(timeout=20)
    assert (started.returncode, out) == (130, "")
    assert [line for line in err.splitlines() if "interrupted" in line] == [
        "fadearena: interrupted; start it again to go on"
    ]
    assert not (outdated.folder / ".fadearena" / "setup.lock").exists()
    assert outdated.run("demo", BUILT=built)[:2] == (0, "fadearena\n<demo>\n")
