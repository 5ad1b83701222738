"""``fadearena status``: what it says of a system that has never run."""

from __future__ import annotations

from tests.cli.conftest import RunCommand


def test_a_fresh_system_says_that_it_has_never_run(stored: RunCommand) -> None:
    rows = dict(line.split("  ", 1) for line in stored("status").out.splitlines())
    found = {what: value.strip() for what, value in rows.items()}
    assert found["mode"] == "simulation"
    assert found["kill switch"] == "off"
    assert found["trader"] == "has never run"
    assert found["exchange"] == "not connected"


def test_as_json_it_is_the_answer_of_the_api(stored: RunCommand) -> None:
    data = stored("status", "--json").data
    assert {"mode", "killSwitch", "equity", "openPositions", "systemStatus", "dailyPnL"} <= data.keys()
    assert data["equity"]["fadeArena"] == 60_000
