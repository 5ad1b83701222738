"""A command line run inside the test's process, on a machine of its own: its folders, its environment, its database."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fadearena.cli.program import run


class Ended(NamedTuple):
    """How a command ended, and all that it printed."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


RunCommand = Callable[..., Ended]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty machine; its working directory is given."""
    for folder in ("cwd", "config", "data"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for variable in [name for name in os.environ if name.startswith("FADEARENA_") and name != "FADEARENA_CHROMIUM"]:
        monkeypatch.delenv(variable)
    return tmp_path / "cwd"


@pytest.fixture
def command(machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> RunCommand:
    """Runs ``fadearena ARGUMENTS`` and says how it ended. Keyword arguments are environment variables."""

    def call(*arguments: str, **environment: str) -> Ended:
        with monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            capsys.readouterr()
            code = run(arguments)
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Ended(code, printed.out, printed.err)

    return call


@pytest.fixture
def stored(command: RunCommand, database_url: str) -> RunCommand:
    """As ``command``, with a fresh database of its own."""

    def call(*arguments: str, **environment: str) -> Ended:
        return command(*arguments, **{"FADEARENA_DATABASE_URL": database_url, **environment})

    return call
