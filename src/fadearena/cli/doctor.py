"""``fadearena doctor``: what is wrong with this set-up, in words, each with its fix.

Looks, and changes nothing: no server is started, no network left. A check is a function and a row in ``CHECKS``.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from fadearena.cli.configuration import configuration
from fadearena.cli.failures import ExitCode
from fadearena.cli.output import Json, print_json, print_table, say
from fadearena.config import Config, ConfigError, default_config
from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.persistence.console import server_version
from fadearena.persistence.database import connect, safe_address
from fadearena.persistence.embedded import running_url
from fadearena.persistence.embedded_binaries import find_programs
from fadearena.persistence.errors import PersistenceError

DISK_BYTES_MIN = 2_000_000_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Finding(msgspec.Struct, frozen=True):
    """What one check saw.

    Args:
        state: ``ok``; ``note`` = works without it; ``wrong`` = must be mended.
        fix: what to do; empty when ``ok``.
    """

    check: str
    state: Literal["ok", "note", "wrong"]
    says: str
    fix: str = ""


def doctor(*, as_json: Json = False) -> int:
    """Look for what is wrong with this set-up; exit code 1 when something is."""
    first, config = _of_configuration()
    findings = [first, *(check(config) for check in CHECKS)]
    if as_json:
        print_json(findings)
    else:
        print_table(["CHECK", "STATE", "WHAT"], [[f.check, f.state.upper(), f.says] for f in findings])
        for finding in findings:
            if finding.fix:
                say(f"{finding.check}: {finding.fix}")
    return ExitCode.FAILED if any(finding.state == "wrong" for finding in findings) else ExitCode.DONE


def _of_configuration() -> tuple[Finding, Config]:
    """The first finding, and what the others look at: the defaults where the configuration is broken."""
    try:
        config = configuration()
    except ConfigError as fault:
        wrong = Finding("configuration", "wrong", str(fault), "correct that; the checks below looked at the defaults")
        return wrong, default_config(os.environ)
    changed = sum(origin != "default" for origin in config.origins.values())
    says = f"{changed} of {len(config.origins)} settings differ from their defaults"
    return Finding("configuration", "ok", says), config


def _python(_config: Config) -> Finding:
    says = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.maxsize < 2**32:
        return Finding("python", "wrong", f"{says} with 32 bits", "install a Python of 64 bits")
    return Finding("python", "ok", says)


def _data_folder(config: Config) -> Finding:
    folder = config.data_dir
    there = _nearest_existing(folder)
    if folder.exists() and not folder.is_dir():
        return Finding("data folder", "wrong", f"{folder} is a file", "move it away, or set FADEARENA_DATA_DIR")
    if not os.access(there, os.W_OK | os.X_OK):
        return Finding(
            "data folder", "wrong", f"{there} can't be written", "set FADEARENA_DATA_DIR to a folder of yours"
        )
    if folder.exists() and folder.stat().st_mode & 0o022:
        return Finding("data folder", "wrong", f"others may write into {folder}", f"chmod go-w {folder}")
    return Finding("data folder", "ok", f"{folder}" if folder.exists() else f"{folder} (will be made)")


def _disk(config: Config) -> Finding:
    there = _nearest_existing(config.data_dir)
    free = shutil.disk_usage(there).free
    says = f"{free / 1e9:.1f} GB free at {there}"
    if free < DISK_BYTES_MIN:
        return Finding(
            "disk", "wrong", says, f"make room, or set FADEARENA_DATA_DIR to a disk with {_gb(DISK_BYTES_MIN)}"
        )
    return Finding("disk", "ok", says)


def _programs(config: Config) -> Finding:
    try:
        programs = find_programs()
    except PersistenceError as fault:
        return Finding("PostgreSQL programs", "wrong" if config.embedded else "note", str(fault), "see there")
    return Finding("PostgreSQL programs", "ok", f"PostgreSQL {programs.major} in {programs.folder}")


def _database(config: Config) -> Finding:
    url = config.database_url
    if config.embedded:
        folder = config.database_dir
        running = running_url(folder)
        if running is None:
            return Finding("database", "ok", f"embedded, at rest ({folder}); starts when it is needed")
        url = running
    try:
        version = asyncio.run(_server_version(url))
    except PersistenceError as fault:
        return Finding("database", "wrong", str(fault), "start that server, or correct FADEARENA_DATABASE_URL")
    return Finding("database", "ok", f"PostgreSQL {version} answers at {safe_address(url)}")


async def _server_version(url: str) -> str:
    connection = await connect(url)
    try:
        return await server_version(connection)
    finally:
        await connection.close()


def _port(config: Config) -> Finding:
    host, port = config.host, config.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            says = f"{host}:{port} can't be listened on: {(fault.strerror or str(fault)).lower()}"
            return Finding("port", "note", says, "if that is not FadeArena itself, set FADEARENA_PORT to another port")
    return Finding("port", "ok", f"{host}:{port} is free")


def _exchange(config: Config) -> Finding:
    match config.exchange:
        case "simulator":
            endpoint = Endpoint.simulator(config.simulator_url)
        case "testnet":
            endpoint = Endpoint.testnet()
        case _:
            endpoint = Endpoint.mainnet()
    return Finding("exchange", "ok", f"{endpoint.name} at {endpoint.http_url} (not called)")


def _browser(_config: Config) -> Finding:
    chosen = os.environ.get("FADEARENA_CHROMIUM", "")
    found = shutil.which(chosen) if chosen else next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return Finding("browser for tests", "ok", found)
    says = f"{chosen} is not there" if chosen else "no Chromium on the PATH"
    return Finding("browser for tests", "note", says, "install chromium, or set FADEARENA_CHROMIUM to its program")


def _nearest_existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _gb(size: int) -> str:
    return f"{size / 1e9:.0f} GB"


CHECKS: tuple[Callable[[Config], Finding], ...] = (
    _python,
    _data_folder,
    _disk,
    _programs,
    _database,
    _port,
    _exchange,
    _browser,
)
