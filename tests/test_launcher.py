"""The launcher ``./fadearena``: what it prepares, when it does not, and what it says when it can't."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from tests.launching import PYTHON_WITH_PIP, PYTHON_WITHOUT_PIP, ROOT, UV, Checkout

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the launcher for Windows is fadearena.ps1")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path)
    made.has("uv", UV)
    return made


@pytest.fixture
def without_uv(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_first_start_prepares_and_hands_every_argument_on(checkout: Checkout) -> None:
    code, out, err = checkout.run("demo", "--name", "two words", "")
    assert (code, out) == (0, "fadearena\n<demo>\n<--name>\n<two words>\n<>\n")
    assert "Preparing FadeArena" in err
    venv = checkout.folder / ".venv"
    assert checkout.calls == [
        f"uv sync --project {checkout.folder} --frozen --compile-bytecode --quiet --inexact in {venv}"
    ]


def test_the_second_start_prepares_nothing_and_says_nothing(checkout: Checkout) -> None:
    checkout.run("status")
    started = time.perf_counter()
    code, out, err = checkout.run("status")
    assert time.perf_counter() - started < 1
    assert (code, out, err) == (0, "fadearena\n<status>\n", "")
    assert len(checkout.calls) == 1


def test_the_exit_code_is_that_of_the_program(checkout: Checkout) -> None:
    assert checkout.run("status", PROGRAM_ENDS="5")[0] == 5


@pytest.mark.parametrize("name", ["uv.lock", "pyproject.toml"])
def test_what_is_locked_changes_and_it_prepares_again(checkout: Checkout, name: str) -> None:
    checkout.run("status")
    with (checkout.folder / name).open("a") as file:
        file.write("# changed\n")
    checkout.run("status")
    checkout.run("status")
    assert len(checkout.calls) == 2


def test_a_checkout_that_was_moved_is_prepared_again(checkout: Checkout) -> None:
    checkout.run("status")
    moved = checkout.folder.with_name("moved")
    checkout.folder.rename(moved)
    assert checkout.run("status", launcher=moved / "fadearena")[0] == 0
    assert len(checkout.calls) == 2


def test_an_environment_whose_python_is_gone_is_prepared_again(checkout: Checkout) -> None:
    checkout.run("status")
    (checkout.folder / ".venv" / "bin" / "python").unlink()
    checkout.run("status")
    assert len(checkout.calls) == 2


@pytest.mark.parametrize("name", ["uv.lock", "pyproject.toml"])
def test_a_checkout_that_is_not_whole_says_what_is_missing(checkout: Checkout, name: str) -> None:
    (checkout.folder / name).unlink()
    code, out, err = checkout.run("demo")
    assert (code, out) == (1, "")
    assert (
        err
        == f"fadearena: {name} is missing: this checkout is not whole; fetch it again (git status shows what else)\n"
    )
    assert checkout.calls == []


def test_it_can_be_called_through_a_link(checkout: Checkout) -> None:
    link = checkout.folder.parent / "link"
    link.symlink_to(Path("check out") / "fadearena")
    assert checkout.run("status", launcher=link)[1] == "fadearena\n<status>\n"


def test_the_command_test_adds_the_tools_of_development(checkout: Checkout) -> None:
    code, out, _ = checkout.run("test", "-k", "a b")
    assert (code, out) == (0, f"python\n<{checkout.folder}/tests>\n<-k>\n<a b>\n")
    assert "--group dev" in checkout.calls[0]
    assert "--inexact" not in checkout.calls[0]
    checkout.run("test")
    assert len(checkout.calls) == 1


def test_what_is_prepared_for_tests_serves_every_command_but_not_the_other_way_round(checkout: Checkout) -> None:
    checkout.run("test")
    checkout.run("demo")
    assert len(checkout.calls) == 1
    (checkout.folder / ".venv" / "fadearena-development.stamp").unlink()
    checkout.run("demo")
    checkout.run("test")
    assert ["--group dev" in call for call in checkout.calls] == [True, False, True]


def test_two_starts_at_once_prepare_once(checkout: Checkout) -> None:
    starts = [checkout.start("status", UV_SECONDS="1.5") for _ in range(3)]
    ended = [start.communicate(timeout=60) for start in starts]
    assert [out for out, _ in ended] == ["fadearena\n<status>\n"] * 3
    assert len(checkout.calls) == 1
    assert sum("waiting for it" in err for _, err in ended) == 2


def test_the_lock_of_a_start_that_died_is_taken_away(checkout: Checkout) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    lock = checkout.folder / ".fadearena" / "setup.lock"
    lock.parent.mkdir()
    lock.write_text(f"{gone.pid}\n")
    assert checkout.run("status")[0] == 0
    assert not lock.exists()


def test_a_lock_without_a_name_is_taken_away(checkout: Checkout) -> None:
    lock = checkout.folder / ".fadearena" / "setup.lock"
    lock.parent.mkdir()
    lock.touch()
    assert checkout.run("status")[0] == 0
    assert not lock.exists()


def test_a_start_that_is_ended_leaves_no_lock(checkout: Checkout) -> None:
    start = checkout.start("status", UV_SECONDS="1")
    lock = checkout.folder / ".fadearena" / "setup.lock"
    deadline = time.monotonic() + 20
    while not checkout.calls and time.monotonic() < deadline:
        time.sleep(0.02)
    assert lock.exists()
    start.terminate()
    start.communicate(timeout=60)
    assert start.returncode == 143
    assert not lock.exists()


def test_a_set_up_that_fails_says_what_to_do_and_is_tried_again(checkout: Checkout) -> None:
    code, out, err = checkout.run("status", UV_FAILS="1")
    assert (code, out) == (1, "")
    assert "error: no route to host" in err
    assert "fadearena: the set-up failed, for the reason above." in err
    assert checkout.run("status")[0] == 0
    assert len(checkout.calls) == 2


def test_without_uv_a_pip_fetches_the_one_that_is_locked(without_uv: Checkout) -> None:
    without_uv.has("python3", PYTHON_WITH_PIP)
    code, out, err = without_uv.run("status")
    assert (code, out) == (0, "fadearena\n<status>\n")
    assert "Fetching uv" in err
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    uv = next(package for package in packages if package["name"] == "uv")
    hashes = {wheel["hash"] for wheel in uv["wheels"]} | {uv["sdist"]["hash"]}
    first, *options = Path(f"{without_uv.calls_file}.requirements").read_text().split()
    assert first == f"uv=={uv['version']}"
    assert {option.removeprefix("--hash=") for option in options} == hashes
    assert without_uv.calls[0] == "hashes are required"


@pytest.mark.parametrize(
    ("version", "is_used"), [("0.4.30", False), ("0.5.0", True), ("0.10.1", True), ("1.0.0", True)]
)
def test_a_uv_that_is_too_old_is_passed_over(without_uv: Checkout, version: str, is_used: bool) -> None:
    without_uv.has("python3", PYTHON_WITH_PIP)
    without_uv.has("uv", UV.replace("0.13.9", version))
    code, _, err = without_uv.run("status")
    assert code == 0
    assert ("Fetching uv" not in err) is is_used


def test_without_uv_and_pip_it_says_what_to_install(without_uv: Checkout) -> None:
    without_uv.has("python3", PYTHON_WITHOUT_PIP)
    code, _, err = without_uv.run("status")
    assert code == 1
    assert "sudo apt-get install python3-venv" in err
    assert not (without_uv.folder / ".fadearena" / "setup.lock").exists()


def test_without_python_it_says_what_to_install(without_uv: Checkout) -> None:
    code, _, err = without_uv.run("status")
    assert code == 1
    assert "Python 3.11 or newer (or uv) is needed" in err


def test_no_file_of_the_launch_names_a_host() -> None:
    for name in ("fadearena", "fadearena.ps1", ".ci/run"):
        assert "://" not in (ROOT / name).read_text()


def test_the_launcher_is_posix_shell() -> None:
    assert (ROOT / "fadearena").read_text().startswith("#!/bin/sh\n")
    assert os.access(ROOT / "fadearena", os.X_OK)
    for shell in filter(None, map(shutil.which, ("dash", "bash", "busybox"))):
        arguments = [shell, "sh", "-n"] if shell.endswith("busybox") else [shell, "-n"]
        subprocess.run([*arguments, str(ROOT / "fadearena")], check=True)
