"""Becomes the embedded PostgreSQL: drops what a server must not have, ties its life to its parent's, then executes it.

Run as a script: ``python embedded_child.py MODE PARENT_PID COMMAND…``. It uses the standard library alone, so that it
starts in milliseconds and works where the caller's packages cannot be read. MODE is

- ``plain``: stay who we are;
- ``namespace``: as root, enter a user namespace in which we are uid 1000 (files stay root's outside);
- ``user:UID:GID``: as root, become that user.

PostgreSQL refuses to run as root, hence the last two. On Linux the kernel sends SIGINT (a clean, fast shutdown) when
the parent is gone; elsewhere this process stays between the two and watches.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
USER_INSIDE = 1000
WATCH_SECONDS = 0.5


def main(arguments: list[str]) -> int:
    mode, parent, command = arguments[0], int(arguments[1]), arguments[2:]
    os.setsid()
    if mode == "namespace":
        _enter_namespace()
    elif mode.startswith("user:"):
        _, uid, gid = mode.split(":")
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    if sys.platform != "linux":
        return _watch(parent, command)
    if _libc().prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() == parent:
        os.execv(command[0], command)  # noqa: S606
    return 1


def _enter_namespace() -> None:
    uid, gid = os.getuid(), os.getgid()
    if _libc().unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are not allowed here")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{USER_INSIDE} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{USER_INSIDE} {gid} 1")


def _watch(parent: int, command: list[str]) -> int:
    server = subprocess.Popen(command)  # noqa: S603
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, lambda received, _: server.send_signal(received))
    while server.poll() is None:
        if os.getppid() != parent:
            server.send_signal(signal.SIGINT)
            return server.wait()
        time.sleep(WATCH_SECONDS)
    return server.returncode


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OSError as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(71)
