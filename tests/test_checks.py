"""What ``./fadearena test`` runs for which arguments; see ``tests/__main__.py``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.__main__ import ROOT, pytest_runs, static_checks, web_checks


def runs(*arguments: str, has_browser_tests: bool = True) -> list[list[str]]:
    """The arguments of each run of pytest."""
    return [list(check.command[3:]) for check in pytest_runs(arguments, has_browser_tests=has_browser_tests)]


def test_without_arguments_everything_runs_and_the_browser_apart() -> None:
    assert runs() == [
        ["-n", "auto", "--maxprocesses=8", "--ignore=tests/browser"],
        ["-p", "no:asyncio", "tests/browser"],
    ]


def test_without_tests_in_a_browser_there_is_one_run() -> None:
    assert runs(has_browser_tests=False) == [["-n", "auto", "--maxprocesses=8", "--ignore=tests/browser"]]


def test_options_go_to_both_runs() -> None:
    assert runs("-x", "-k", "kill") == [
        ["-n", "auto", "--maxprocesses=8", "--ignore=tests/browser", "-x", "-k", "kill"],
        ["-p", "no:asyncio", "-x", "-k", "kill", "tests/browser"],
    ]


def test_a_path_leaves_the_browser_out() -> None:
    test = "tests/test_config.py::test_broken_toml_names_file_and_line"
    assert runs(test, "-x") == [["-n", "auto", "--maxprocesses=8", "--ignore=tests/browser", test, "-x"]]


@pytest.mark.parametrize("option", ["-n", "-n4", "--numprocesses=2", "--pdb"])
def test_whoever_chooses_the_processes_is_heeded(option: str) -> None:
    assert "auto" not in runs(option)[0]


def test_every_check_that_can_fail_names_a_command_that_helps() -> None:
    checks = [*static_checks(), *web_checks(), *pytest_runs([], has_browser_tests=True)]
    assert [check.name for check in checks] == [
        "ruff check",
        "ruff format",
        "mypy",
        "import-linter",
        "web packages",
        "web lint",
        "web typecheck",
        "web test",
        "web build",
        "pytest",
        "pytest in a browser",
    ]
    assert all(check.remedy for check in checks)


def test_the_checks_of_the_dashboard_run_where_it_is_and_by_the_node_that_builds_it() -> None:
    for check in web_checks():
        assert check.folder == (ROOT / "web" if "run" in check.command else ROOT)
        assert Path(check.command[0]).is_file()
        if "run" in check.command:
            assert check.command[1].endswith("npm-cli.js")
