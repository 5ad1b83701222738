"""A checkout for the launcher ``./fadearena``, on a bare machine.

A folder with the launcher, the real pyproject.toml and the real uv.lock stands for a checkout. The programs of others
that it calls are small scripts on an otherwise bare PATH that write down how they were called.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("sh", "awk", "cksum", "cat", "mkdir", "rm", "rmdir", "dirname", "readlink", "sleep")

UV = """#!/bin/sh
[ "$1" = --version ] && echo "uv 0.13.9 (linux)" && exit 0
echo "uv $* in $UV_PROJECT_ENVIRONMENT" >>"$CALLS"
sleep "${UV_SECONDS:-0}"
[ -z "${UV_FAILS-}" ] || { echo "error: no route to host" >&2; exit 2; }
mkdir -p "$UV_PROJECT_ENVIRONMENT/bin"
for name in fadearena python; do
    printf '#!/bin/sh\\necho "%s"\\nfor a in "$@"; do echo "<$a>"; done\\nsleep ${PROGRAM_SECONDS:-0}\\n%s\\n' \\
        "$name" 'exit ${PROGRAM_ENDS:-0}' \\
        >"$UV_PROJECT_ENVIRONMENT/bin/$name"
    chmod +x "$UV_PROJECT_ENVIRONMENT/bin/$name"
done
"""
PYTHON_WITH_PIP = """#!/bin/sh
case "$1 ${2-} ${3-}" in
    "-c "*) exit 0 ;;
    "-m pip --version") exit 0 ;;
    "-m pip install") ;;
    *) exit 1 ;;
esac
while [ $# -gt 0 ]; do
    [ "$1" != --target ] || target=$2
    [ "$1" != -r ] || cp "$2" "$CALLS.requirements"
    [ "$1" != --require-hashes ] || echo "hashes are required" >>"$CALLS"
    shift
done
mkdir -p "$target/bin" && cp "$UV_SCRIPT" "$target/bin/uv"
"""
PYTHON_WITHOUT_PIP = """#!/bin/sh
[ "$1" = -c ]
"""


class Checkout:
    """A checkout and the bare machine it is on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "check out"
        self.folder.mkdir()
        for name in ("fadearena", "pyproject.toml", "uv.lock"):
            shutil.copy(ROOT / name, self.folder / name)
        self.bin = folder / "bin"
        self.bin.mkdir()
        for tool in (*TOOLS, "cp", "chmod"):
            (self.bin / tool).symlink_to(str(shutil.which(tool)))
        self.calls_file = folder / "calls"
        self.script = folder / "uv script"
        self.script.write_text(UV)
        self.script.chmod(0o755)

    def has(self, name: str, script: str) -> None:
        (self.bin / name).write_text(script)
        (self.bin / name).chmod(0o755)

    def start(
        self, *arguments: str, launcher: Path | None = None, own_group: bool = False, **more: str
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(launcher or self.folder / "fadearena"), *arguments],
            env={
                "PATH": str(self.bin),
                "CALLS": str(self.calls_file),
                "UV_SCRIPT": str(self.script),
                "HOME": str(self.folder.parent),
                **more,
            },
            cwd=self.folder.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0 if own_group else None,
        )

    def run(self, *arguments: str, launcher: Path | None = None, **more: str) -> tuple[int, str, str]:
        started = self.start(*arguments, launcher=launcher, own_group=False, **more)
        out, err = started.communicate(timeout=60)
        return started.returncode, out, err

    @property
    def calls(self) -> list[str]:
        return self.calls_file.read_text().splitlines() if self.calls_file.exists() else []
