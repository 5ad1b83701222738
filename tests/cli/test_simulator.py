"""``fadearena simulator``: what it refuses at once, how a switch is turned off, and the page about plans of faults."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from fadearena.cli.program import build
from fadearena.exchange_simulator.faults import Fault, FrameFault, RequestFault, read_faults
from tests.cli.conftest import RunCommand

PAGE = (Path(__file__).parents[2] / "docs" / "faults.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--seed", "1.5"), "--seed: '1.5' is no whole number"),
        (("--seed", "9" * 19), "of at most 18 digits"),
        (("--port", "0x10"), "--port: '0x10' is no whole number"),
        (("--speed", "0"), "--speed is a number above 0"),
    ],
)
def test_a_number_that_is_none_is_refused_in_one_line(
    command: RunCommand, arguments: tuple[str, ...], says: str
) -> None:
    ended = command("simulator", *arguments)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert says in ended.err


@pytest.mark.parametrize(("switch", "waits"), [("--wait-for-client", True), ("--no-wait-for-client", False)])
def test_whether_it_waits_for_a_client_can_be_said_either_way(switch: str, waits: bool) -> None:
    _, bound, _ = build().parse_args(["simulator", switch], exit_on_error=False, print_error=False)
    assert bound.arguments["wait_for_client"] is waits


def test_the_help_names_the_page_about_faults(command: RunCommand) -> None:
    assert "docs/faults.md" in command("simulator", "--help").out


def test_the_page_about_faults_names_every_kind_and_field() -> None:
    names = {*get_args(FrameFault), *get_args(RequestFault), *(field.name for field in msgspec.structs.fields(Fault))}
    assert {name for name in names if f"`{name}`" not in PAGE} == set()


def test_the_plan_on_the_page_can_be_read(tmp_path: Path) -> None:
    found = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    (tmp_path / "plan.toml").write_text(found[1])
    assert [fault.kind for fault in read_faults(tmp_path / "plan.toml")] == ["http_500", "drop"]
