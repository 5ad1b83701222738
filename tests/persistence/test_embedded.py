"""The embedded PostgreSQL: it lives exactly as long as its keeper, and whatever a crash leaves is cleared."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from fadearena.persistence.embedded import EmbeddedPostgres, running_url
from fadearena.persistence.embedded_binaries import CHILD, find_programs
from fadearena.persistence.errors import EmbeddedServerBusyError, EmbeddedServerError

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
NOBODY = 65534

KEEPER = """
import sys, time
from pathlib import Path
from fadearena.persistence.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
print(server.start(), server.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a database in it, to copy: making one takes a second."""
    directory = tmp_path_factory.mktemp("made") / "database"
    with EmbeddedPostgres(directory) as server:
        ask(server.url, "CREATE TABLE kept (n int)")
    return directory


@pytest.fixture
def directory(made: Path, tmp_path: Path) -> Path:
    target = tmp_path / "database"
    shutil.copytree(made, target)
    return target


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="fadearena-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def ask(url: str, sql: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(run())


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def start_keeper(directory: Path, script: str = KEEPER) -> tuple[subprocess.Popen[str], str, int]:
    keeper = subprocess.Popen([sys.executable, "-c", script, str(directory)], stdout=subprocess.PIPE, text=True)
    assert keeper.stdout is not None
    url, pid = keeper.stdout.readline().split()
    return keeper, url, int(pid)


def test_a_server_is_made_started_asked_and_stopped(tmp_path: Path) -> None:
    directory = tmp_path / "deep" / "database"
    with EmbeddedPostgres(directory) as server:
        assert ask(server.url, "SELECT 1") == 1
        assert ask(server.url, "SHOW timezone") == "UTC"
        assert ask(server.url, "SHOW jit") == "off"
        assert ask(server.url, "SHOW fsync") == "on"
        assert ask(server.url, "SHOW listen_addresses") == "127.0.0.1"
        assert ask(server.url, "SHOW server_encoding") == "UTF8"
        pid = server.pid
    assert not server.is_running
    assert pid is not None
    assert is_gone(pid)


def test_what_was_stored_is_there_after_a_restart_of_the_same_object(directory: Path) -> None:
    server = EmbeddedPostgres(directory)
    server.start()
    ask(server.url, "INSERT INTO kept VALUES (7)")
    server.stop()
    server.start()
    assert ask(server.url, "SELECT n FROM kept") == 7
    server.stop()


def test_nobody_comes_in_without_the_password(directory: Path) -> None:
    with EmbeddedPostgres(directory) as server:
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(server.url.replace(":" + server.url.split(":")[2].split("@")[0], ":guess"), "SELECT 1")
        assert ask(server.url, "SELECT current_setting('password_encryption')") == "scram-sha-256"
        methods = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
        assert ask(server.url, methods) == "scram-sha-256"


def test_the_password_is_for_the_owner_alone(directory: Path, made: Path) -> None:
    with EmbeddedPostgres(directory):
        assert stat.S_IMODE((directory / "password").stat().st_mode) == 0o600
        assert len((directory / "password").read_text()) >= 40
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert not (directory / "password.initdb").exists()


def test_a_second_starter_is_refused_in_one_line(directory: Path) -> None:
    with EmbeddedPostgres(directory):
        with pytest.raises(EmbeddedServerBusyError) as caught:
            EmbeddedPostgres(directory).start()
        assert str(os.getpid()) in str(caught.value)
        assert "\n" not in str(caught.value)
    EmbeddedPostgres(directory).start()


def test_another_process_finds_the_address_while_it_runs_and_not_after(directory: Path) -> None:
    assert running_url(directory) is None
    with EmbeddedPostgres(directory) as server:
        assert running_url(directory) == server.url
    assert running_url(directory) is None
    assert running_url(directory / "nowhere") is None


def test_asking_for_the_address_never_hinders_a_starter(directory: Path) -> None:
    asking = threading.Event()

    def ask_all_the_time() -> None:
        while not asking.is_set():
            running_url(directory)

    threads = [threading.Thread(target=ask_all_the_time) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(5):
            with EmbeddedPostgres(directory):
                pass
    finally:
        asking.set()
        for thread in threads:
            thread.join()


def test_starting_in_a_thread_that_ends_does_not_end_the_server(directory: Path) -> None:
    server = EmbeddedPostgres(directory)
    thread = threading.Thread(target=server.start)
    thread.start()
    thread.join()
    time.sleep(0.3)
    assert ask(server.url, "SELECT 1") == 1
    server.stop()


@LINUX
def test_killing_the_keeper_shuts_the_server_down_and_the_next_start_is_clean(directory: Path) -> None:
    keeper, url, pid = start_keeper(directory)
    ask(url, "INSERT INTO kept VALUES (1)")
    keeper.kill()
    keeper.wait()
    until(lambda: is_gone(pid))
    assert "database system is shut down" in (directory / "server.log").read_text()
    with EmbeddedPostgres(directory) as server:
        assert ask(server.url, "SELECT count(*) FROM kept") == 1


@LINUX
def test_a_starter_right_after_the_keepers_death_waits_for_the_old_server(directory: Path) -> None:
    keeper, _, pid = start_keeper(directory)
    keeper.kill()
    keeper.wait()
    with EmbeddedPostgres(directory) as server:
        assert is_gone(pid)
        assert ask(server.url, "SELECT 1") == 1


@LINUX
def test_killing_the_server_is_noticed_and_a_start_recovers(directory: Path) -> None:
    server = EmbeddedPostgres(directory)
    server.start()
    ask(server.url, "INSERT INTO kept VALUES (2)")
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    until(lambda: not server.is_running)
    server.start()
    assert ask(server.url, "SELECT n FROM kept") == 2
    server.stop()


@LINUX
def test_killing_both_at_once_leaves_nothing_that_hinders(directory: Path) -> None:
    keeper, _, pid = start_keeper(directory)
    os.kill(pid, signal.SIGSTOP)
    keeper.kill()
    os.kill(pid, signal.SIGKILL)
    keeper.wait()
    assert (directory / "cluster" / "postmaster.pid").exists()
    with EmbeddedPostgres(directory) as server:
        assert ask(server.url, "SELECT 1") == 1


def test_a_pid_file_that_names_another_program_is_not_believed(directory: Path) -> None:
    lines = [str(os.getpid()), str(directory / "cluster"), "0", "5432", "", "127.0.0.1", "0 0", "ready   "]
    (directory / "cluster" / "postmaster.pid").write_text("\n".join(lines))
    with EmbeddedPostgres(directory) as server:
        assert ask(server.url, "SELECT 1") == 1


@LINUX
def test_a_pid_file_that_names_a_zombie_is_not_believed(directory: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    until(lambda: is_gone(child.pid))
    (directory / "cluster" / "postmaster.pid").write_text(f"{child.pid}\n{directory / 'cluster'}\n0\n5432\n")
    with EmbeddedPostgres(directory) as server:
        assert ask(server.url, "SELECT 1") == 1
    child.wait()


def test_a_first_start_that_was_cut_off_is_made_anew(tmp_path: Path) -> None:
    directory = tmp_path / "database"
    (directory / "cluster" / "base").mkdir(parents=True)
    (directory / "cluster" / "PG_VERSION").write_text("18\n")
    (directory / "making").touch()
    with EmbeddedPostgres(directory) as server:
        assert ask(server.url, "SELECT 1") == 1
    assert not (directory / "making").exists()


def test_a_database_of_another_version_is_refused_and_left_alone(directory: Path) -> None:
    (directory / "cluster" / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedServerError, match="made by PostgreSQL 12"):
        EmbeddedPostgres(directory).start()
    assert (directory / "cluster" / "base").exists()


def test_a_server_that_cannot_start_says_why_and_lets_go_of_the_lock(directory: Path) -> None:
    with pytest.raises(EmbeddedServerError, match="nonsense_setting"):
        EmbeddedPostgres(directory, settings={"nonsense_setting": "1"}).start()
    with EmbeddedPostgres(directory) as server:
        assert server.is_running


def test_a_directory_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedServerError, match="cannot write"):
        EmbeddedPostgres(tmp_path / "file" / "database").start()


@AS_ROOT
def test_as_root_the_server_runs_without_roots_rights(directory: Path) -> None:
    with EmbeddedPostgres(directory) as server:
        status = Path(f"/proc/{server.pid}/status").read_text()
        namespace = Path(f"/proc/{server.pid}/ns/user").readlink()
        uids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
        assert set(uids) != {"0"} or namespace != Path("/proc/self/ns/user").readlink()
        assert find_programs().major >= 14


@AS_ROOT
def test_where_namespaces_are_barred_root_becomes_another_user(open_folder: Path) -> None:
    with EmbeddedPostgres(open_folder / "database", identity="user") as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
        assert (open_folder / "database" / "cluster").stat().st_uid != 0
        assert (open_folder / "database" / "password").stat().st_uid == 0
        assert ask(server.url, "SELECT 1") == 1


@AS_ROOT
@LINUX
def test_an_ordinary_user_needs_nothing_special(open_folder: Path) -> None:
    own = open_folder / "home"
    own.mkdir()
    os.chown(own, NOBODY, NOBODY)
    python = _python_for(NOBODY)
    if python is None:
        pytest.skip("no interpreter on this machine may be run by an ordinary user")
    become = f"import os, sys; os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY}); sys.executable = {python!r}"
    # Imported while still root, since the checkout may lie where others may not read.
    script = "from fadearena.persistence import embedded\n" + become + KEEPER
    keeper, url, pid = start_keeper(own / "database", script)
    assert Path(f"/proc/{pid}").stat().st_uid == NOBODY
    assert Path(f"/proc/{pid}/ns/user").readlink() == Path("/proc/self/ns/user").readlink()
    assert ask(url, "SELECT 1") == 1
    keeper.kill()
    keeper.wait()
    until(lambda: is_gone(pid))


@LINUX
def test_where_the_kernel_sends_no_signal_the_child_watches_its_parent(tmp_path: Path) -> None:
    script = textwrap.dedent(f"""
        import os, subprocess, sys
        sys.path.insert(0, {str(CHILD.parent)!r})
        code = '''import sys; sys.platform = "darwin"; sys.path.insert(0, {str(CHILD.parent)!r})
        import embedded_child; sys.exit(embedded_child.main(sys.argv[1:]))'''
        code = "\\n".join(line.strip() for line in code.splitlines())
        child = subprocess.Popen([sys.executable, "-c", code, "plain", str(os.getpid()), "/bin/sleep", "60"])
        print(child.pid, flush=True)
        child.wait()
    """)
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    watcher = int(parent.stdout.readline())
    until(lambda: _children(watcher) != [])
    sleeper = _children(watcher)[0]
    parent.kill()
    parent.wait()
    until(lambda: is_gone(sleeper) and is_gone(watcher), 10)


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _python_for(uid: int) -> str | None:
    for python in (sys.executable, shutil.which("python3", path="/usr/bin:/usr/local/bin")):
        if python is None:
            continue
        try:
            done = subprocess.run(
                [python, "-I", "-S", "-c", ""], check=False, user=uid, group=uid, extra_groups=[], cwd="/", timeout=60
            )
        except PermissionError:
            continue
        if done.returncode == 0:
            return python
    return None
