"""How the value of one setting of the machine is read: what was typed comes in, what is meant goes out. Pure.

A reader takes a value of TOML, or the text of an environment variable, and the folder that relative paths start from.
It raises ValueError with what is expected, as a phrase that can stand behind "expected".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.hyperliquid.errors import UnusableEndpointError

Reader = Callable[[object, Path], Any]
"""Makes a value of what was written, relative paths from that folder. ValueError: what is expected."""


def choice(*options: str) -> Reader:
    """One of these words."""

    def read(raw: object, _folder: Path) -> str:
        if raw not in options:
            raise ValueError("one of " + ", ".join(options))
        return str(raw)

    return read


def whole(least: int, most: int) -> Reader:
    """A whole number within these bounds."""

    def read(raw: object, _folder: Path) -> int:
        text = raw.strip() if isinstance(raw, str) else raw
        number = int(text) if isinstance(text, str) and re.fullmatch(r"[0-9]{1,18}", text, re.ASCII) else text
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            msg = f"a whole number from {least} to {most}"
            raise ValueError(msg)
        return number

    return read


_SWITCH = {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}


def switch(raw: object, _folder: Path) -> bool:
    """True or false, in any usual word."""
    value = _SWITCH.get(raw.strip().lower()) if isinstance(raw, str) else raw
    if not isinstance(value, bool):
        msg = "true or false"
        raise ValueError(msg)
    return value


def folder(raw: object, folder: Path) -> Path:
    """A folder, made absolute; it need not be there."""
    if not isinstance(raw, str) or "\0" in raw:
        msg = "a folder"
        raise ValueError(msg)
    try:
        return (folder / Path(raw.strip()).expanduser()).absolute()
    except RuntimeError:
        msg = "a folder; that user has no home"
        raise ValueError(msg) from None


def database_url(raw: object, _folder: Path) -> str:
    """The address of a PostgreSQL, or nothing."""
    expected = ValueError("postgresql://user:password@host:port/database, or empty for the embedded PostgreSQL")
    if not isinstance(raw, str):
        raise expected
    url = raw.strip()
    try:
        _ = urlsplit(url).port
    except ValueError:
        raise expected from None
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise expected
    return url


def simulator_url(raw: object, _folder: Path) -> str:
    """The address of a simulator: always on loopback."""
    expected = ValueError("http://127.0.0.1:PORT: a simulator runs on this machine")
    if not isinstance(raw, str):
        raise expected
    try:
        parts = urlsplit(raw.strip())
        if parts.port is None or parts.path not in {"", "/"}:
            raise expected
        return Endpoint.simulator(raw.strip()).http_url
    except (ValueError, UnusableEndpointError):
        raise expected from None


_HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)


def host(raw: object, _folder: Path) -> str:
    """An address or a name to listen at."""
    text = raw.strip() if isinstance(raw, str) else ""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        if _HOST_NAME.fullmatch(text) and not re.fullmatch(r"[0-9.]+", text):
            return text
        msg = "an address such as 127.0.0.1, or a host name"
        raise ValueError(msg) from None


_HOSTS_MAX = 100


def hosts(raw: object, _folder: Path) -> tuple[str, ...]:
    """Names under which a browser may ask for the page, in lower case: a list, or text with commas between."""
    expected = ValueError("names such as fade.example.org or 192.168.1.5:8420, without scheme or path")
    parts = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(parts, list | tuple) or len(parts) > _HOSTS_MAX:
        raise expected
    names: list[str] = []
    for part in parts:
        if not isinstance(part, str):
            raise expected
        if part.strip():
            names.append(_host_header(part.strip(), expected))
        elif not isinstance(raw, str):
            raise expected
    return tuple(dict.fromkeys(names))


def _host_header(text: str, expected: ValueError) -> str:
    """A name and maybe a port, as in a ``Host`` header; an IPv6 address in brackets."""
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(:[0-9]{1,5})?", text)
    if found is None or (found[2] and not 0 < int(found[2][1:]) < 65_536):
        raise expected
    try:
        name = host(found[1].strip("[]"), Path())
    except ValueError:
        raise expected from None
    return f"{f'[{name}]' if ':' in name else name.lower()}{found[2] or ''}"
