"""Whoever stops reading what a process says ends neither its work nor changes how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from fadearena.worlds.process import set_up_log

WORKS = """
import sys
import structlog
from fadearena.worlds.process import set_up_log
set_up_log("info")
log = structlog.get_logger("test")
log.info("begins")
sys.stdin.readline()
for number in range(1000):
    log.warning("goes on", number=number, filling="x" * 100)
print("done", flush=True)
"""

FAILS = """
import sys
from fadearena.worlds.process import run_process
def work():
    sys.stdin.readline()
    raise {fault}
sys.exit(run_process(work))
"""


def started(code: str, folder: Path) -> subprocess.Popen[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "FADEARENA_DATA_DIR": str(folder)}
    command = [sys.executable, "-c", code]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment, cwd=folder)


def leave(process: subprocess.Popen[str]) -> None:
    """As ``head -1`` does; then the process is told that it may go on."""
    assert process.stderr is not None
    assert process.stdin is not None
    process.stderr.close()
    process.stdin.write("\n")
    process.stdin.close()


@pytest.mark.slow
def test_a_process_whose_log_is_no_longer_read_goes_on_working(tmp_path: Path) -> None:
    process = started(WORKS, tmp_path)
    assert process.stderr is not None
    assert process.stdout is not None
    assert "begins" in process.stderr.readline()
    leave(process)
    assert process.stdout.read() == "done\n"
    process.wait(20)
    process.stdout.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "code"),
    [("__import__('fadearena.config').config.ConfigError('wrong')", 3), ("RuntimeError('a defect')", 1)],
)
def test_the_exit_code_is_the_same_where_nobody_reads_why(tmp_path: Path, fault: str, code: int) -> None:
    """The supervisor starts no process again that ends with 3; Python's own code for a lost stream is 120."""
    process = started(FAILS.format(fault=fault), tmp_path)
    leave(process)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(20) == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_log_on_a_full_disk_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stderr", full)
        set_up_log("info")
        structlog.get_logger("test").info("is lost")
        with pytest.raises(OSError, match="No space left"):
            full.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())


def test_a_log_whose_stream_was_closed_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "log").open("w") as log:
        monkeypatch.setattr(sys, "stderr", log)
        set_up_log("info")
    structlog.get_logger("test").info("is lost")
