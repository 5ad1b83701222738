"""How a command that keeps running is told to end: in good order, with one word and exit code 130."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="ends by signals"),
]

SIMULATOR = [sys.executable, "-m", "fadearena.cli", "simulator", "--port", "0"]


def started(command: list[str]) -> subprocess.Popen[str]:
    """Waited for until it has said its address."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("http://127.0.0.1:")
    return process


@pytest.fixture
def simulator() -> Iterator[subprocess.Popen[str]]:
    process = started(SIMULATOR)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_usual_signal_ends_it_in_good_order(simulator: subprocess.Popen[str], number: signal.Signals) -> None:
    simulator.send_signal(number)
    _, err = simulator.communicate(timeout=20)
    assert (simulator.returncode, err) == (130, "stopped\n")


def test_started_in_the_background_of_a_script_it_still_ends_by_an_interrupt() -> None:
    """A shell without job control starts such a command with SIGINT ignored."""
    process = started(["sh", "-c", f"trap '' INT; exec {' '.join(SIMULATOR)}"])
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130


def test_started_with_nohup_it_outlives_its_terminal() -> None:
    process = started(["nohup", *SIMULATOR])
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.terminate()
    process.communicate(timeout=20)
    assert process.returncode == 130
