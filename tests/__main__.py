"""Every check of the project, one after another: ``./fadearena test [pytest arguments]``.

In: what pytest should run and how; without a path, all of it. Out: the checks' own words, pytest's summary near the
end, and for each check that failed the one command that helps. Exit code 0 when all passed, else 1. The tests in a
browser are a second run of pytest, because their event loop and that of the others do not live together.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BROWSER = "tests/browser"
PROCESSES_MAX = 8


class Check(NamedTuple):
    """One command, run in ``folder``. ``remedy`` is what to run when it fails."""

    name: str
    command: tuple[str, ...]
    remedy: str
    folder: Path = ROOT


def main(arguments: Sequence[str]) -> int:
    os.chdir(ROOT)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    failed: list[Check] = []
    web = () if any(_names_a_test(argument) for argument in arguments) else web_checks()
    for check in (*static_checks(), *web, *pytest_runs(arguments, has_browser_tests=(ROOT / BROWSER).is_dir())):
        started = time.monotonic()
        print(f"== {check.name}", file=sys.stderr, flush=True)
        if not _passes(check):
            failed.append(check)
        print(f"== {check.name}: {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)
    for check in failed:
        print(f"FAILED {check.name}. Run: {check.remedy}", file=sys.stderr)
    return 1 if failed else 0


def static_checks() -> tuple[Check, ...]:
    """What needs no test to run: style, form, types, floors."""
    tool = Path(sys.executable).parent.relative_to(ROOT) if Path(sys.executable).is_relative_to(ROOT) else Path()
    typed = [folder for folder in ("src", "tests", "benchmarks") if (ROOT / folder).is_dir()]
    return (
        Check("ruff check", ("ruff", "check"), f"{tool / 'ruff'} check --fix"),
        Check("ruff format", ("ruff", "format", "--check"), f"{tool / 'ruff'} format"),
        Check("mypy", ("mypy", *typed), f"{tool / 'mypy'} {' '.join(typed)}"),
        Check("import-linter", ("lint-imports", "--no-cache", "--no-logo"), f"{tool / 'lint-imports'}"),
    )


def web_checks() -> tuple[Check, ...]:
    """The dashboard's own; none where its sources are not. npm is run by its script, as the wheel of Node needs it."""
    if not (ROOT / "web" / "package.json").is_file():
        return ()
    prepare = "import hatch_build; hatch_build.install_packages(*hatch_build.find_node())"
    packages = Check("web packages", (sys.executable, "-c", prepare), "rm -r web/node_modules, then ./fadearena test")
    try:
        node, npm = _builder().find_node()
    except Exception as fault:  # said by the check that needs it
        print(fault, file=sys.stderr)
        return (packages,)
    os.environ["PATH"] = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    run = (str(node), str(npm), "run", "--silent")
    return (
        packages,
        *(
            Check(f"web {script}", (*run, script), f"cd web && {' '.join(run[:3])} {remedy}", ROOT / "web")
            for script, remedy in (("lint", "format"), ("typecheck", "typecheck"), ("test", "test"))
        ),
        Check("web build", (sys.executable, "hatch_build.py"), "python hatch_build.py"),
    )


def _builder() -> Any:
    """``hatch_build.py``, which is no part of any package."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pytest_runs(arguments: Sequence[str], *, has_browser_tests: bool) -> tuple[Check, ...]:
    """One run of pytest, or two when there are tests in a browser and no path asks for less."""
    paths = [argument for argument in arguments if not argument.startswith("-") and _names_a_test(argument)]
    in_browser = [path for path in paths if Path(path).as_posix().rstrip("/").startswith(BROWSER)]
    runs: list[Check] = []
    if not paths or len(in_browser) < len(paths):
        rest = [argument for argument in arguments if argument not in in_browser]
        runs.append(_pytest("pytest", [*_workers(rest), f"--ignore={BROWSER}", *rest]))
    if has_browser_tests and (not paths or in_browser):
        options = [argument for argument in arguments if argument not in paths]
        runs.append(_pytest("pytest in a browser", ["-p", "no:asyncio", *options, *(in_browser or [BROWSER])]))
    return tuple(runs)


def _names_a_test(argument: str) -> bool:
    return (ROOT / argument.split("::", 1)[0]).exists()


def _workers(arguments: Sequence[str]) -> list[str]:
    """A process for each processor, unless the caller says how many or wants a debugger."""
    own = ("-n", "--numprocesses", "--pdb", "--trace")
    return (
        []
        if any(argument.startswith(own) for argument in arguments)
        else ["-n", "auto", f"--maxprocesses={PROCESSES_MAX}"]
    )


def _pytest(name: str, arguments: Sequence[str]) -> Check:
    return Check(name, (sys.executable, "-m", "pytest", *arguments), "./fadearena test --last-failed -x -n 0")


def _passes(check: Check) -> bool:
    try:
        return subprocess.run(check.command, cwd=check.folder, check=False).returncode == 0
    except FileNotFoundError:
        print(f"{check.command[0]} is not installed here: rm -r .venv, then ./fadearena test", file=sys.stderr)
        return False


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
