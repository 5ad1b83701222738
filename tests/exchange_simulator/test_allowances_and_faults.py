"""Budgets over a sliding minute, and plans of faults: both count, neither knows a clock or a dice."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadearena.exchange_simulator import hub
from fadearena.exchange_simulator.faults import (
    PLAN_BYTES_MAX,
    Fault,
    FaultPlanError,
    Faults,
    Moment,
    Subject,
    read_faults,
)
from fadearena.exchange_simulator.limits import Allowance, Limits
from tests.exchange_simulator.factories import ONE, TWO

FILLS = Subject(channel="userFills", user=ONE)


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 400)), max_size=60))
def test_no_minute_holds_more_than_the_allowance(asks: list[tuple[float, int]]) -> None:
    allowance, now, granted = Allowance(1200), 0.0, []
    for pause, amount in asks:
        now += pause
        if allowance.take(amount, now):
            granted.append((now, amount))
    for begin, _ in granted:
        assert sum(amount for moment, amount in granted if begin <= moment < begin + 60) <= 1200


def test_the_limits_are_the_exchange_s() -> None:
    """Section 3.1, per address."""
    assert msgspec.structs.asdict(Limits()) == {
        "weight_per_minute": 1200,
        "sockets": 10,
        "new_sockets_per_minute": 30,
        "subscriptions": 1000,
        "users": 10,
        "messages_per_minute": 2000,
        "posts_in_flight": 100,
        "remembers_s": 0.0,
    }
    assert hub.SILENCE_S_MAX == 60


def test_what_was_spent_a_minute_ago_is_free_again() -> None:
    allowance = Allowance(2)
    assert [allowance.take(1, moment) for moment in (0, 1, 2, 60, 60.5, 61)] == [True, True, False, True, False, True]


def struck(plan: list[Fault], subjects: list[Subject], seed: int = 1, now_ms: int = 0) -> list[str | None]:
    faults, moment = Faults(plan, seed, 0), Moment(now_ms, 0)
    return [fault.kind if (fault := faults.strike(subject, moment)) else None for subject in subjects]


def struck_at(fault: Fault, moments: list[Moment], begin_ms: int = 0) -> list[Moment]:
    faults = Faults([fault], 1, begin_ms)
    return [moment for moment in moments if faults.strike(FILLS, moment)]


def test_a_fault_strikes_what_it_names_as_often_as_it_says() -> None:
    plan = [Fault(kind="drop", channel="userFills", user=ONE, skip=1, count=2)]
    other = Subject(channel="userFills", user=TWO)
    assert struck(plan, [FILLS, other, FILLS, FILLS, FILLS]) == [None, None, "drop", "drop", None]


def test_faults_of_requests_leave_frames_alone_and_the_other_way_round() -> None:
    request = Subject(type="userFills", user=ONE)
    assert struck([Fault(kind="http_500", count=9), Fault(kind="drop", count=9)], [FILLS, request]) == [
        "drop",
        "http_500",
    ]


@pytest.mark.parametrize(
    ("at", "after", "now", "strikes"), [(10, None, 9, False), (10, None, 10, True), (None, 5, 4, False)]
)
def test_a_fault_waits_for_its_time(at: int | None, after: int | None, now: int, strikes: bool) -> None:
    plan = [Fault(kind="drop", at_ms=at, after_ms=after)]
    assert struck(plan, [FILLS], now_ms=now) == ["drop" if strikes else None]


@pytest.mark.parametrize(
    ("fault", "strikes"),
    [
        (Fault(kind="drop", count="all"), range(20)),
        (Fault(kind="drop", count="all", at_ms=1007), range(7, 20)),
        (Fault(kind="drop", count="all", after_ms=5), range(5, 20)),
        (Fault(kind="drop", count="all", for_ms=3), range(3)),
        (Fault(kind="drop", count="all", after_ms=5, for_ms=3), range(5, 8)),
        (Fault(kind="drop", count="all", at_ms=1006, after_ms=5, for_ms=3), range(6, 9)),
        (Fault(kind="drop", count="all", at_ms=9, for_ms=3), range(3)),
    ],
)
def test_a_window_of_time_begins_and_ends(fault: Fault, strikes: range) -> None:
    moments = [Moment(1000 + place, 0) for place in range(20)]
    assert struck_at(fault, moments, begin_ms=1000) == [moments[place] for place in strikes]


@pytest.mark.parametrize(
    ("fault", "strikes"),
    [
        (Fault(kind="drop", count="all", from_fill=4), [4, 5, 6]),
        (Fault(kind="drop", count="all", to_fill=2), [0, 1, 2]),
        (Fault(kind="drop", count="all", from_fill=4, to_fill=5), [4, 5]),
        (Fault(kind="drop", count=1, from_fill=4, to_fill=5), [4]),
        (Fault(kind="drop", count="all", skip=1, from_fill=4), [5, 6]),
        (Fault(kind="drop", count="all", from_fill=7), []),
    ],
)
def test_a_window_of_fills_begins_and_ends(fault: Fault, strikes: list[int]) -> None:
    assert [moment.fills for moment in struck_at(fault, [Moment(0, fills) for fills in range(7)])] == strikes


def test_a_fault_of_one_asset_leaves_frames_about_others_alone() -> None:
    frames = [
        Subject(channel="userFills", user=ONE, coins=frozenset(coins)) for coins in ((), ("BTC",), ("BTC", "ETH"))
    ]
    plan = [Fault(kind="drop", channel="userFills", user=ONE, coin="eth", count="all")]
    assert struck(plan, frames) == [None, None, "drop"]


def test_chance_is_the_seed_s_and_the_same_every_time() -> None:
    plan, frames = [Fault(kind="drop", probability=0.3, count=10**6)], [FILLS] * 2000
    once = struck(plan, frames, seed=1)
    assert once == struck(plan, frames, seed=1)
    assert once != struck(plan, frames, seed=2)
    assert 500 < sum(kind == "drop" for kind in once) < 700


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plan.json", '{"faults": [{"kind": "mute", "channel": "trades", "coin": "BTC", "probability": 0.5}]}'),
        ("plan.toml", '[[faults]]\nkind = "mute"\nchannel = "trades"\ncoin = "BTC"\nprobability = 0.5\n'),
    ],
)
def test_a_plan_is_read_from_json_and_toml(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert read_faults(path) == (Fault(kind="mute", channel="trades", coin="BTC", probability=0.5),)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"faults": [{"kind": "drop", "count": "some"}]}',
        '{"faults": [{"kind": "drop", "count": -1}]}',
        '{"faults": [{"kind": "drop", "probability": 1.5}]}',
        '{"faults": [{"kind": "drop", "from_fill": "five"}]}',
        '{"faults": [{"kind": "explode"}]}',
        '{"faults": [{"kind": "drop", "chanel": "x"}]}',
        "[]",
        "",
        "[" * 100_000,
        '{"faults": [{"kind": "drop", "count": 0}]}',
        "x" * (PLAN_BYTES_MAX + 1),
    ],
)
@pytest.mark.parametrize("name", ["plan.json", "plan.toml"])
def test_what_is_no_plan_is_said_in_one_line(tmp_path: Path, text: str, name: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(FaultPlanError, match=rf"{name}: no plan of faults: ") as refusal:
        read_faults(path)
    assert "\n" not in str(refusal.value)


def test_a_plan_nested_too_deeply_is_no_plan(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text("faults = " + "[" * 100_000)
    with pytest.raises(FaultPlanError, match="nested too deeply"):
        read_faults(path)


def test_an_unknown_kind_is_answered_with_the_kinds_there_are(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{"faults": [{"kind": "explode"}]}')
    with pytest.raises(FaultPlanError, match=r"'explode' .*; a kind is one of drop, .*, http_empty$"):
        read_faults(path)


@pytest.mark.parametrize(
    ("never", "says"),
    [
        ('{"kind": "drop", "channel": "userFils"}', "no channel 'userFils'; there are activeAssetCtx, .*, webData3"),
        ('{"kind": "drop", "channel": "userEvents"}', "no channel 'userEvents'; there are .* user, "),
        ('{"kind": "http_500", "type": "mets"}', "no type of request 'mets'; there are .*, meta, "),
        ('{"kind": "http_500", "channel": "trades"}', "http_500 is a fault of requests: name a type, not a channel"),
        ('{"kind": "mute", "type": "meta"}', "mute is a fault of frames: name a channel, not a type"),
        ('{"kind": "drop", "user": "gpt-5"}', "a user is 0x and 40 hex digits: 'gpt-5'"),
        ('{"kind": "drop", "from_fill": 9, "to_fill": 8}', "nothing lies from fill 9 to fill 8"),
    ],
)
def test_a_fault_that_could_never_strike_is_refused(tmp_path: Path, never: str, says: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(f'{{"faults": [{{"kind": "repeat"}}, {never}]}}')
    with pytest.raises(FaultPlanError, match=rf"{says}.* - at `\$\.faults\[1\]`"):
        read_faults(path)
