"""The embedded PostgreSQL: a server of our own, under a data directory, that lives exactly as long as its keeper.

A directory comes in, a connection address goes out. One keeper a directory: it holds an exclusive lock, and a second
one is refused. The server listens on 127.0.0.1 at a free port, asks every login for a random password (kept in a file
of mode 0600), and shuts down cleanly when its keeper ends in whatever way, SIGKILL included. What a crash of either
side leaves behind is cleared at the next start. It knows nothing of our tables.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from fadearena.persistence.embedded_binaries import Identity, Programs, find_programs
from fadearena.persistence.embedded_leftovers import clear_leftovers
from fadearena.persistence.errors import EmbeddedServerBusyError, EmbeddedServerError

USER = "fadearena"
DATABASE = "fadearena"
INITDB_SECONDS = 120.0
READY_SECONDS = 300.0
STOP_SECONDS = 30.0
PORT_TRIES = 5
LOCK_TRIES = 10
LOCK_RETRY_SECONDS = 0.02
LOG_BYTES_MAX = 8_000_000

SERVER_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "max_connections": "100",
    "shared_buffers": "48MB",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "password_encryption": "scram-sha-256",
}
"""Modest in memory: about 80 MB in all."""


class EmbeddedPostgres:
    """One server under one directory.

    Args:
        directory: made with mode 0700 where missing; holds ``cluster``, ``password``, ``lock`` and ``server.log``.
        settings: PostgreSQL settings beside ``SERVER_SETTINGS`` (tests switch fsync off).
        identity: as whom the server runs, None to choose (see ``embedded_binaries``).
    """

    def __init__(
        self, directory: Path, *, settings: Mapping[str, str] | None = None, identity: Identity | None = None
    ) -> None:
        self._directory = directory
        self._settings = {**SERVER_SETTINGS, **(settings or {})}
        self._identity = identity
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """The address any PostgreSQL client takes, password included; empty before the first start."""
        return self._url

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> str:
        """Starts the server, making it first where there is none, and returns its address. Blocks until it answers.

        Starting again after the server died is recovery; starting while it runs does nothing.

        Raises:
            EmbeddedServerBusyError: another process keeps this directory.
            EmbeddedServerError: it could not be made or started; the message quotes the server's own last line.
        """
        if self.is_running:
            return self._url
        self._take_lock()
        try:
            programs = find_programs(self._identity)
            password = self._password()
            self._make(programs, password)
            port = self._run(programs)
        except BaseException:
            self._release_lock()
            raise
        self._url = _address(password, port)
        return self._url

    def stop(self) -> None:
        """Shuts the server down cleanly; after 30 s at once, leaving recovery to the next start."""
        process = self._process
        if process is not None:
            for number, patience in (
                (signal.SIGINT, STOP_SECONDS),
                (signal.SIGQUIT, STOP_SECONDS),
                (signal.SIGKILL, STOP_SECONDS),
            ):
                if process.poll() is not None:
                    break
                process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(patience)
        self._process = None
        self._release_lock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _cluster(self) -> Path:
        return self._directory / "cluster"

    @property
    def _log(self) -> Path:
        return self._directory / "server.log"

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (self._directory / "lock").open("a+")
        except OSError as fault:
            raise EmbeddedServerError(f"cannot write to {self._directory}: {fault.strerror}") from fault
        if not _locked(lock):
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            msg = f"process {holder} already runs the database in {self._directory}: stop it or use another directory"
            raise EmbeddedServerBusyError(msg)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _release_lock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _password(self) -> str:
        path = self._directory / "password"
        if path.exists():
            return path.read_text().strip()
        password = secrets.token_urlsafe(32)
        fresh = path.with_suffix(".new")
        _write_secret(fresh, password)
        fresh.rename(path)
        return password

    def _make(self, programs: Programs, password: str) -> None:
        if (self._cluster / "PG_VERSION").exists() and not (self._directory / "making").exists():
            _require_version(self._cluster, programs)
            return
        making = self._directory / "making"
        making.touch()
        _empty(self._cluster)
        self._cluster.mkdir(mode=0o700, exist_ok=True)
        if programs.owner is not None:
            self._directory.chmod(0o711)
            os.chown(self._cluster, *programs.owner)
        locale = ["--locale=C"]
        if programs.major >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        handover = self._directory / "password.initdb"
        _write_secret(handover, password, programs.owner)
        command = programs.command(
            "initdb",
            f"--pgdata={self._cluster}",
            f"--username={USER}",
            "--auth-local=scram-sha-256",
            "--auth-host=scram-sha-256",
            f"--pwfile={handover}",
            "--encoding=UTF8",
            "--no-instructions",
            *locale,
        )
        try:
            self._run_once(command)
        finally:
            handover.unlink()
        # In single-user mode, so that a server that answers always has our database.
        single = programs.command("postgres", "--single", "-D", str(self._cluster), "postgres")
        self._run_once(single, f"CREATE DATABASE {DATABASE};\n")
        making.unlink()

    def _run_once(self, command: list[str], standard_input: str = "") -> None:
        try:
            done = subprocess.run(  # noqa: S603
                command, input=standard_input, capture_output=True, text=True, timeout=INITDB_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as fault:
            raise EmbeddedServerError(f"making a database took longer than {INITDB_SECONDS:.0f} s") from fault
        if done.returncode != 0 or "ERROR" in done.stderr:
            raise EmbeddedServerError(f"could not make a database in {self._cluster}: {_last_line(done.stderr)}")

    def _run(self, programs: Programs) -> int:
        clear_leftovers(self._cluster)
        fault = EmbeddedServerError("the embedded PostgreSQL did not start")
        for _ in range(PORT_TRIES):
            port = _free_port()
            try:
                self._launch(programs, port)
                self._await_ready()
            except EmbeddedServerError as refused:
                fault = refused
                if "Address already in use" in str(refused) or "could not bind" in str(refused):
                    continue
                raise
            return port
        raise fault

    def _launch(self, programs: Programs, port: int) -> None:
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        command = programs.command("postgres", "-D", str(self._cluster), "-p", str(port), *options)
        self._process = _spawn_from_lasting_thread(command, self._log)

    def _await_ready(self) -> None:
        process = self._process
        deadline = time.monotonic() + READY_SECONDS
        while process is not None and time.monotonic() < deadline:
            if process.poll() is not None:
                msg = f"the embedded PostgreSQL did not start: {_last_line(_tail(self._log))} (see {self._log})"
                raise EmbeddedServerError(msg)
            if _is_ready(self._cluster):
                return
            time.sleep(0.01)
        self.stop()
        raise EmbeddedServerError(
            f"the embedded PostgreSQL was not ready within {READY_SECONDS:.0f} s (see {self._log})"
        )


def running_url(directory: Path) -> str | None:
    """The address of the server that another process keeps in ``directory``, None where none is ready."""
    cluster = directory / "cluster"
    try:
        with (directory / "lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
    except BlockingIOError:
        pass
    except OSError:
        return None
    try:
        if not _is_ready(cluster):
            return None
        port = int(_pid_lines(cluster)[3])
        return _address((directory / "password").read_text().strip(), port)
    except (OSError, ValueError, IndexError):
        return None


def _locked(lock: IO[str]) -> bool:
    """Tries a few times: ``running_url`` of another process holds the lock for a moment, to see whether it is free."""
    for _ in range(LOCK_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOCK_RETRY_SECONDS)
        else:
            return True
    return False


def _spawn_from_lasting_thread(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Starts a process whose parent thread lives as long as it does.

    The kernel's signal at the parent's death goes by thread, not by process; a worker thread that ends would take the
    server with it.
    """
    started = threading.Event()
    spawned: list[subprocess.Popen[bytes]] = []
    faults: list[OSError] = []

    def keep() -> None:
        try:
            with _fresh_log(log) as output:
                process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)  # noqa: S603
            spawned.append(process)
        except OSError as fault:
            faults.append(fault)
            return
        finally:
            started.set()
        process.wait()

    threading.Thread(target=keep, name="embedded-postgres", daemon=True).start()
    started.wait()
    if faults:
        raise EmbeddedServerError(f"the embedded PostgreSQL could not be started: {faults[0]}") from faults[0]
    return spawned[0]


@contextlib.contextmanager
def _fresh_log(path: Path) -> Iterator[IO[bytes]]:
    too_large = path.exists() and path.stat().st_size > LOG_BYTES_MAX
    with path.open("wb" if too_large else "ab") as file:
        yield file


def _pid_lines(cluster: Path) -> list[str]:
    return (cluster / "postmaster.pid").read_text().splitlines()


def _is_ready(cluster: Path) -> bool:
    """By the eighth line of the pid file, as pg_ctl does."""
    try:
        lines = _pid_lines(cluster)
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def _require_version(cluster: Path, programs: Programs) -> None:
    made_by = (cluster / "PG_VERSION").read_text().strip()
    if made_by != str(programs.major):
        msg = (
            f"the database in {cluster} was made by PostgreSQL {made_by}, installed is {programs.major}: "
            f"run pg_upgrade, or choose another data directory"
        )
        raise EmbeddedServerError(msg)


def _address(password: str, port: int) -> str:
    return f"postgresql://{USER}:{password}@127.0.0.1:{port}/{DATABASE}"


def _write_secret(path: Path, secret: str, owner: tuple[int, int] | None = None) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret)
        if owner is not None:
            os.fchown(file.fileno(), *owner)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _empty(folder: Path) -> None:
    """Removes what an interrupted first start left."""
    if not folder.exists():
        return
    for path in sorted(folder.rglob("*"), key=lambda found: len(found.parts), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()


def _tail(path: Path) -> str:
    with contextlib.suppress(OSError), path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        return file.read().decode(errors="replace")
    return ""


def _last_line(text: str) -> str:
    """The line that says most: the last FATAL or PANIC or error, else the last of all."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "ERROR", "error:"))]
    return (telling or lines or ["it said nothing"])[-1]
