"""``fadearena backtest`` at the command line: what it reads, what it prints, and what it refuses in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import RunCommand

WALLET = "0x67293d914eafb26878534571add81f6bd2d9fe06"


def fill(number: int, side: str, px: str, start: str, closed: str, direction: str) -> dict[str, object]:
    return {
        "coin": "ETH",
        "px": px,
        "sz": "0.5",
        "side": side,
        "time": 1_760_918_400_000 + number * 60_000,
        "startPosition": start,
        "dir": direction,
        "closedPnl": closed,
        "hash": f"0x{number:064x}",
        "oid": number,
        "crossed": True,
        "fee": "0.1",
        "tid": number,
        "feeToken": "USDC",
    }


FILLS = [fill(1, "B", "4000.0", "0.0", "0.0", "Open Long"), fill(2, "A", "3900.0", "0.5", "-50.0", "Close Long")]


@pytest.fixture
def recorded(command: RunCommand, machine: Path) -> RunCommand:
    """With a bot that lost 50 USD, in both shapes: ``season.json`` and the bare ``fills.json``."""
    (machine / "season.json").write_text(
        json.dumps({WALLET: {"botId": "gpt-5", "startingEquity": 10_000, "fills": FILLS}})
    )
    (machine / "fills.json").write_text(json.dumps(FILLS))
    return lambda *arguments: command("backtest", *arguments)


def test_the_report_is_data_on_standard_output(recorded: RunCommand) -> None:
    report = recorded("season.json", "--json").data
    assert report["bots"]["gpt-5"]["grossPnl"] == report["total"]["grossPnl"]
    assert float(report["total"]["grossPnl"]) == 50
    assert (report["total"]["events"], report["total"]["trades"]) == (2, 2)
    table = recorded("season.json")
    assert "gpt-5" in table.out
    assert "events a second" in table.err


def test_without_a_file_it_is_season_one(recorded: RunCommand) -> None:
    report = recorded("--json").data
    assert {name: round(float(of["netPnl"]), 2) for name, of in report["bots"].items()} == {
        "gpt-5": 6620.56,
        "gemini-2.5-pro": 1696.81,
        "grok-4": 1801.03,
        "claude-sonnet-4-5": 771.44,
        "qwen3-max": -1741.56,
        "deepseek-chat-v3.1": -1486.37,
    }


def test_a_bare_list_of_fills_needs_its_wallet(recorded: RunCommand) -> None:
    assert float(recorded("fills.json", "--wallet", WALLET, "--json").data["total"]["grossPnl"]) == 50
    ended = recorded("fills.json")
    assert (ended.code, ended.err.count("\n"), ended.out) == (1, 1, "")


def test_a_setting_of_a_bot_of_the_recording_is_heeded(recorded: RunCommand) -> None:
    assert recorded("season.json", "--set", "bots.gpt-5.enabled=false", "--json").data["total"]["trades"] == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--wallet", WALLET), "name the file"),
        (("season.json", "--bot", "gpt-6"), "there is no bot 'gpt-6' in this recording; it holds gpt-5"),
        (("season.json", "--set", "bots.gpt-6.enabled=false"), "there is no bot 'gpt-6'; did you mean 'gpt-5'?"),
        (("season.json", "--set", "bots"), "not of the form key=value"),
        (("absent.json", "--set", "defaultLeverageMultiplier=0"), "defaultLeverageMultiplier must be between"),
        (("season.json", "--from", "2025-10-30", "--to", "2025-10-01"), "--from 2025-10-30 is after --to 2025-10-01"),
        (("season.json", "--from", "soon"), "not a time: 'soon'"),
    ],
)
def test_a_wish_that_makes_no_sense_is_wrong_usage(recorded: RunCommand, arguments: tuple[str, ...], says: str) -> None:
    ended = recorded(*arguments)
    assert (ended.code, says in ended.err, ended.err.count("\n"), ended.out) == (2, True, 1, ""), ended.err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[",
        b'{"a": 1}',
        b"\xff\xfe",
        b"[" * 100_000,
        b"\x7fELF",
        b'{"%s": {"fills": [{}]}}' % WALLET.encode(),
    ],
    ids=["empty", "no account", "cut off", "other", "no text", "deep", "binary", "no fill"],
)
def test_a_file_that_holds_no_fills_is_one_line(recorded: RunCommand, machine: Path, content: bytes) -> None:
    (machine / "other.json").write_bytes(content)
    ended = recorded("other.json")
    assert (ended.code, ended.err.count("\n"), ended.out) == (1, 1, "")
    assert ended.err.startswith("fadearena: other.json: ")


def test_a_file_that_is_not_there_or_a_folder_is_one_line(recorded: RunCommand) -> None:
    assert recorded("absent.json").err == "fadearena: absent.json: No such file or directory\n"
    assert recorded(".").err == "fadearena: .: Is a directory\n"
