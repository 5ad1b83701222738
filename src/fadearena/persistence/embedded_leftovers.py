"""What a crash leaves in the embedded server's directory, cleared by whoever holds its lock.

A cluster directory comes in; afterwards no process of an earlier server runs there and no pid file lies about one. A
pid file alone proves nothing: its process may be gone, a zombie, or another program that was given the same number.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from fadearena.persistence.errors import EmbeddedServerError

PATIENCE_SECONDS = 20.0
INSIST_SECONDS = 10.0


def clear_leftovers(cluster: Path) -> None:
    """Waits for an earlier server to end, makes it end where it does not, and deletes a pid file that lies.

    Raises:
        EmbeddedServerError: it will not end.
    """
    for number, patience in ((signal.SIGINT, PATIENCE_SECONDS), (signal.SIGQUIT, INSIST_SECONDS)):
        alive = _server_processes(cluster)
        if not alive:
            break
        for pid in alive:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        _wait_until_gone(cluster, patience)
    if alive := _server_processes(cluster):
        msg = f"process {alive[0]} is a PostgreSQL left from before in {cluster} and does not end: end it by hand"
        raise EmbeddedServerError(msg)
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def _wait_until_gone(cluster: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while _server_processes(cluster) and time.monotonic() < deadline:
        time.sleep(0.05)


def _server_processes(cluster: Path) -> list[int]:
    """Processes of PostgreSQL that work in this cluster (each makes it its working directory), the first one first."""
    processes = Path("/proc")
    if not (processes / "self" / "stat").exists():
        return _by_pid_file(cluster)
    found = [int(entry.name) for entry in processes.iterdir() if entry.name.isdigit()]
    return sorted(pid for pid in found if _works_in(pid, cluster))


def _works_in(pid: int, cluster: Path) -> bool:
    try:
        if not (Path(f"/proc/{pid}/cwd").samefile(cluster)):
            return False
        name, state = _name_and_state(pid)
    except OSError:
        return False
    return name == "postgres" and state not in {"Z", "X"}


def _name_and_state(pid: int) -> tuple[str, str]:
    text = Path(f"/proc/{pid}/stat").read_text()
    return text[text.index("(") + 1 : text.rindex(")")], text[text.rindex(")") + 2]


def _by_pid_file(cluster: Path) -> list[int]:
    try:
        pid = int((cluster / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return []
    shown = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False, timeout=10
    ).stdout.split(maxsplit=1)
    alive = len(shown) == 2 and not shown[0].startswith("Z") and shown[1].strip().endswith("postgres")
    return [pid] if alive else []
