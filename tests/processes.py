"""Processes of this machine, as tests see them."""

from __future__ import annotations

from pathlib import Path


def children_of(parent: int) -> list[tuple[int, str]]:
    """Process ids and command lines of a process's children."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            ppid = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (OSError, IndexError):
            continue
        if ppid == parent:
            found.append((int(folder.name), command))
    return found
