"""Files of fills: three shapes, one order of execution, and one clear line for whatever is not one."""

from __future__ import annotations

import json
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadearena.hyperliquid.messages import Fill
from fadearena.hyperliquid.recordings import RecordingError, direction, only, read_recording, season_one

SHARED = Path(__file__).resolve().parents[3] / "shared"
SEASON = SHARED / "alpha_arena" / "season1_fills.json"
RECORDED = SHARED / "hyperliquid" / "recorded"
WALLET = "0x" + "ab" * 20

needs_season = pytest.mark.skipif(not SEASON.exists(), reason="shared/alpha_arena/season1_fills.json is not here")
needs_recorded = pytest.mark.skipif(not RECORDED.exists(), reason="shared/hyperliquid/recorded is not here")


def row(time: int, start: str, size: str, side: str, tid: int = 1, coin: str = "BTC") -> dict[str, Any]:
    return {
        "coin": coin, "px": "100000", "sz": size, "side": side, "time": time, "startPosition": start,
        "dir": "Open Long", "closedPnl": "0.0", "hash": "0x" + "0" * 64, "oid": 7, "crossed": True, "fee": "0.1",
        "tid": tid, "feeToken": "USDC", "twapId": None,
    }  # fmt: skip


def written(folder: Path, content: object) -> Path:
    path = folder / "fills.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@needs_season
def test_the_table_of_season_one_gives_back_exactly_the_fills_of_the_file() -> None:
    assert season_one().accounts == read_recording(SEASON).accounts


def test_season_one_has_its_published_totals() -> None:
    cent = Decimal("0.01")
    totals = {
        account.bot_id: (
            len(account.fills),
            sum((Decimal(fill.closed_pnl) for fill in account.fills), Decimal(0)).quantize(cent),
        )
        for account in season_one().accounts
    }
    assert totals == {
        "gpt-5": (109, Decimal("-7016.67")),
        "claude-sonnet-4-5": (38, Decimal("-1142.46")),
        "gemini-2.5-pro": (200, Decimal("-2252.81")),
        "grok-4": (40, Decimal("-2055.41")),
        "deepseek-chat-v3.1": (28, Decimal("1261.83")),
        "qwen3-max": (41, Decimal("1073.61")),
    }


def test_season_one_says_where_it_comes_from() -> None:
    assert "wquguru/nof0" in season_one().source


def test_the_newest_first_answer_of_user_fills_is_turned_within_a_millisecond_too(tmp_path: Path) -> None:
    executed = [row(5, "0.0", "1", "B", 30), row(9, "1", "2", "B", 10), row(9, "3", "0.5", "A", 20)]
    newest_first = read_recording(written(tmp_path, executed[::-1]), wallet=WALLET)
    ascending = read_recording(written(tmp_path, executed), wallet=WALLET)
    assert [fill.tid for fill in newest_first.accounts[0].fills] == [30, 10, 20]
    assert newest_first.accounts[0].fills == ascending.accounts[0].fills


def test_a_list_of_one_millisecond_is_ordered_by_its_positions(tmp_path: Path) -> None:
    newest_first = [row(9, "3", "0.5", "A", 20), row(9, "1", "2", "B", 10)]
    fills = read_recording(written(tmp_path, newest_first), wallet=WALLET).accounts[0].fills
    assert [fill.tid for fill in fills] == [10, 20]


@pytest.mark.parametrize("direction", [1, -1])
def test_a_row_that_comes_twice_as_where_two_pages_overlap_is_one_fill(tmp_path: Path, direction: int) -> None:
    executed = [row(5, "0.0", "1", "B", 30), row(9, "1", "2", "B", 10), row(9, "3", "0.5", "A", 20)]
    pages = [*executed[:2], *executed[1:]][::direction]
    fills = read_recording(written(tmp_path, pages), wallet=WALLET).accounts[0].fills
    assert [fill.tid for fill in fills] == [30, 10, 20]


def test_a_bare_list_needs_to_be_told_whose_it_is(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="name the wallet"):
        read_recording(written(tmp_path, [row(1, "0.0", "1", "B")]))


def test_the_request_beside_an_answer_names_the_wallet(tmp_path: Path) -> None:
    user = "0x" + WALLET[2:].upper()
    content = {"source": "x", "request": {"type": "userFills", "user": user}, "response": [row(1, "0", "1", "B")]}
    assert read_recording(written(tmp_path, content)).accounts[0].wallet == WALLET


def test_an_address_of_zeros_is_nobody(tmp_path: Path) -> None:
    content = {"request": {"user": "0x" + "0" * 40}, "response": [row(1, "0", "1", "B")]}
    with pytest.raises(RecordingError, match="name the wallet"):
        read_recording(written(tmp_path, content))
    assert read_recording(written(tmp_path, content), wallet=WALLET, bot_id="x").accounts[0].bot_id == "x"


def test_spot_and_outcome_rows_are_kept_apart_and_counted(tmp_path: Path) -> None:
    rows = [row(1, "0", "1", "B", coin=coin) for coin in ("@107", "#20", "PURR/USDC", "xyz:NVDA", "kPEPE")]
    recording = read_recording(written(tmp_path, rows), wallet=WALLET)
    assert [fill.coin for fill in recording.accounts[0].fills] == ["xyz:NVDA", "kPEPE"]
    assert recording.ignored == 3


def test_one_account_of_several_can_be_chosen(tmp_path: Path) -> None:
    other = "0x" + "cd" * 20
    content = {
        WALLET: {"botId": "one", "startingEquity": "10", "fills": []},
        other: {"botId": "two", "startingEquity": 20, "fills": [row(1, "0", "1", "B")]},
    }
    path = written(tmp_path, content)
    assert [account.bot_id for account in read_recording(path).accounts] == ["one", "two"]
    assert [account.starting_equity for account in read_recording(path, wallet=other).accounts] == ["20"]
    with pytest.raises(RecordingError, match="no account three in it; it holds one, two"):
        read_recording(path, bot_id="three")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "not a file of fills"),
        ("7", "not a file of fills"),
        ([{"coin": "BTC"}], r"missing required field `px` - at `\$\[0\]`"),
        ([row(1, "0", "-1", "B")], "fill 0: .* is no trade"),
        ([row(1, "0", "1", "B"), row(1, "0", "NaN", "B")], "fill 1: not a plain decimal number: 'NaN'"),
        ([row(1, "0", "1", "C")], r"at `\$\[0\]\.side`"),
        ({"not a wallet": {"botId": "x", "fills": []}}, "a wallet is 0x and 40 hex digits"),
        ({WALLET: {"botId": "Not An Id", "fills": []}}, "a bot id is"),
        ({WALLET: {"botId": "x", "startingEquity": "much", "fills": []}}, "not a plain decimal number: 'much'"),
        ({}, "holds no account"),
        ({name: {"botId": "x", "fills": []} for name in (WALLET, "0x" + "AB" * 20)}, "one wallet twice"),
        ({name: {"botId": "x", "fills": []} for name in (WALLET, "0x" + "cd" * 20)}, "it calls two wallets x"),
        ({WALLET: {"botId": "x", "startingEquity": -1, "fills": []}}, "a starting equity is not below 0: '-1'"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": "\\ud800"}', "not a file of fills"),
        ([row(2**60, "0", "1", "B")], "is no trade"),
        ([row(253_402_300_800_000, "0", "1", "B")], "is no trade"),
    ],
)
def test_what_is_no_recording_is_said_in_one_line_with_the_file(tmp_path: Path, content: object, says: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(RecordingError, match=says) as refusal:
        read_recording(path, wallet=WALLET if isinstance(content, list) else None)
    assert str(refusal.value).startswith(f"{path}: ")
    assert "\n" not in str(refusal.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_recording_or_an_error_in_one_line(content: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        assert "\n" not in refusal_of(file.name)


@given(st.data())
def test_any_single_change_to_a_row_is_read_or_refused_in_one_line(data: st.DataObject) -> None:
    changed = row(1, "0.0", "1", "B")
    field = data.draw(st.sampled_from(sorted(changed)))
    changed[field] = data.draw(st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.lists(st.none()))
    with tempfile.NamedTemporaryFile() as file:
        file.write(json.dumps([changed]).encode())
        file.flush()
        assert "\n" not in refusal_of(file.name)


def refusal_of(path: str) -> str:
    """What the error says, "" where there is none."""
    try:
        read_recording(path, wallet=WALLET)
    except RecordingError as refusal:
        return str(refusal)
    return ""


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no file here is without end")
def test_a_file_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fadearena.hyperliquid.recordings.FILE_BYTES_MAX", 1 << 20)
    with pytest.raises(RecordingError, match=r"^/dev/zero: larger than 1 MiB$"):
        read_recording("/dev/zero")


def test_one_account_of_a_recording_can_be_taken_out() -> None:
    account = season_one().accounts[2]
    assert only(season_one(), account.wallet.upper().replace("X", "x")).accounts == (account,)
    with pytest.raises(RecordingError, match=r"no account 0x1{40} in it; it holds gpt-5, "):
        only(season_one(), "0x" + "1" * 40)
    with pytest.raises(RecordingError, match="a wallet is 0x and 40 hex digits"):
        only(season_one(), "0x12")


def test_a_file_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"nowhere\.json: No such file"):
        read_recording(tmp_path / "nowhere.json")


@needs_recorded
@pytest.mark.parametrize("name", sorted(path.name for path in RECORDED.glob("userFillsByTime_*.json")))
def test_recorded_answers_keep_their_unbroken_position_chain(name: str) -> None:
    fills = read_recording(RECORDED / name, wallet=WALLET).accounts[0].fills
    assert breaks(fills) == 0


@needs_recorded
@pytest.mark.parametrize("name", sorted(path.name for path in RECORDED.glob("userFillsByTime_leader_*.json")))
def test_a_recorded_answer_turned_around_is_turned_back(name: str, tmp_path: Path) -> None:
    rows = json.loads((RECORDED / name).read_bytes())["response"]
    backward = read_recording(written(tmp_path, rows[::-1]), wallet=WALLET)
    assert backward.accounts[0].fills == read_recording(RECORDED / name, wallet=WALLET).accounts[0].fills


def breaks(fills: tuple[Fill, ...]) -> int:
    ends: dict[str, Decimal] = {}
    broken = 0
    for fill in fills:
        start = Decimal(fill.start_position)
        broken += ends.get(fill.coin, start) != start
        ends[fill.coin] = start + Decimal(fill.sz) * (1 if fill.side == "B" else -1)
    return broken


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        (0, 5, "Open Long"), (5, 9, "Open Long"), (9, 1, "Close Long"), (1, 0, "Close Long"), (0, -2, "Open Short"),
        (-2, -3, "Open Short"), (-3, 0, "Close Short"), (3, -1, "Long > Short"), (-1, 1, "Short > Long"),
    ],
)  # fmt: skip
def test_a_direction_has_the_exchange_s_word(before: int, after: int, word: str) -> None:
    assert direction(before, after) == word
