"""Settings of the machine: where the data is, which exchange, which port. Not what is traded: that is ``Settings``.

In: the environment, a working directory and TOML files; out: a frozen ``Config`` that also says where each value comes
from, or a ``ConfigError`` of one line. Later wins: defaults, ``fadearena.toml`` in the user's configuration folder,
``fadearena.toml`` in the working directory, the file named on the command line, ``FADEARENA_*`` variables (for a secret
also ``FADEARENA_*_FILE``, a file that holds it). Nothing here opens a socket or writes.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import msgspec
import platformdirs

from fadearena import config_readers as readers

Exchange = Literal["mainnet", "testnet", "simulator"]
LogLevel = Literal["debug", "info", "warning", "error"]

FILE_NAME = "fadearena.toml"
PREFIX = "FADEARENA_"
FILE_BYTES_MAX = 1_000_000
EXPLICIT_VARIABLE = "FADEARENA_CONFIG"
"""Names a file as the command line's ``--config`` does."""
OTHER_VARIABLES = frozenset(
    {EXPLICIT_VARIABLE, "FADEARENA_OF_DEMO", "FADEARENA_CHROMIUM", "FADEARENA_PRIVATE_KEY_FILE"}
)
"""Variables of that prefix that are read elsewhere and are no keys of this file."""
OTHER_PREFIXES = ("FADEARENA_TEST_",)


class ConfigError(Exception):
    """The configuration can't be used. One line: where, what, and what is expected."""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one machine; the meaning of each field stands in ``KEYS``.

    Args:
        origins: by key, "default", "file PATH", "environment VARIABLE", or "demo" for what a demo has of its own.
    """

    database_url: str
    data_dir: Path
    exchange: Exchange
    simulator_url: str
    host: str
    extra_hosts: tuple[str, ...]
    port: int
    log_level: LogLevel
    system_events: bool
    system_events_days: int
    exit_patience_seconds: int
    origins: dict[str, str]

    @property
    def embedded(self) -> bool:
        """Whether PostgreSQL is the one that FadeArena starts by itself, under ``data_dir``."""
        return not self.database_url

    @property
    def database_dir(self) -> Path:
        """Where the embedded PostgreSQL lives."""
        return self.data_dir / "postgres"


class ConfigRow(msgspec.Struct, frozen=True):
    """One key as ``fadearena config`` shows it; a secret's value is redacted."""

    key: str
    value: str | int | bool
    origin: str
    variable: str
    meaning: str


class Key(NamedTuple):
    """A row of the table of keys."""

    name: str
    default: str | int | bool
    read: readers.Reader
    meaning: str
    secret: bool = False

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


def load_config(env: Mapping[str, str], cwd: Path, explicit_path: Path | None = None) -> Config:
    """Read everything there is. Raises ConfigError; a missing file is an error only when it was named.

    Args:
        explicit_path: a file that wins over the others; without it the one that ``FADEARENA_CONFIG`` names, if any.
    """
    if explicit_path is None and env.get(EXPLICIT_VARIABLE):
        explicit_path = Path(env[EXPLICIT_VARIABLE])
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for path in config_files(env, cwd, explicit_path):
        for name, value in _read_file(path).items():
            values[name], origins[name] = value, f"file {path}"
    for name, (value, variable) in _read_environment(env, cwd).items():
        values[name], origins[name] = value, f"environment {variable}"
    defaults = default_config(env)
    return msgspec.structs.replace(defaults, **values, origins={**defaults.origins, **origins})


def default_config(env: Mapping[str, str]) -> Config:
    """What holds where nothing is set. ``env`` says only where this platform keeps a user's data."""
    values: dict[str, Any] = {key.name: key.read(key.default, Path()) for key in KEYS}
    values["data_dir"] = _default_data_dir(env)
    return Config(**values, origins={key.name: "default" for key in KEYS})


def config_files(env: Mapping[str, str], cwd: Path, explicit_path: Path | None = None) -> list[Path]:
    """The files that are there, the weakest first."""
    home = env.get("XDG_CONFIG_HOME", "")
    user = Path(home) / "fadearena" if Path(home).is_absolute() else platformdirs.user_config_path("fadearena", False)
    found = [path for path in (user / FILE_NAME, cwd / FILE_NAME) if path.is_file()]
    if explicit_path is not None:
        named = cwd / explicit_path.expanduser()
        if not named.is_file():
            msg = f"{named}: there is no such configuration file"
            raise ConfigError(msg)
        found.append(named)
    return found


def _default_data_dir(env: Mapping[str, str]) -> Path:
    """The platform's folder for a user's application data."""
    home = env.get("XDG_DATA_HOME", "")
    return Path(home) / "fadearena" if Path(home).is_absolute() else platformdirs.user_data_path("fadearena", False)


def config_in_force() -> Config:
    """The configuration of this process: its environment, its working directory. Raises ConfigError."""
    return load_config(os.environ, Path.cwd())


def of_demo(config: Config) -> Config:
    """The same machine's demo: a folder of its own within the data folder, its own database, the simulator."""
    changed = {"data_dir": config.data_dir / "demo", "database_url": "", "exchange": "simulator"}
    return msgspec.structs.replace(config, **changed, origins={**config.origins, **dict.fromkeys(changed, "demo")})


def describe(config: Config) -> list[ConfigRow]:
    """Every key with its value, origin, variable and meaning."""
    return [
        ConfigRow(
            key=key.name,
            value=_shown(getattr(config, key.name), secret=key.secret),
            origin=config.origins.get(key.name, "default"),
            variable=key.variable,
            meaning=key.meaning,
        )
        for key in KEYS
    ]


def redact_url(url: str) -> str:
    """The address without its password, wherever in it that stands."""
    try:
        parts = urlsplit(url)
        netloc = parts.netloc
        if parts.password is not None:
            user = quote(parts.username or "", safe="")
            netloc = f"{user}:***@{netloc.rpartition('@')[2]}"
        query = [(name, "***" if "pass" in name else value) for name, value in parse_qsl(parts.query)]
        return urlunsplit((parts.scheme, netloc, parts.path, urlencode(query, safe="*/"), ""))
    except ValueError:
        return "***"


def _shown(value: object, *, secret: bool) -> str | int | bool:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, tuple):
        return ", ".join(value)
    return redact_url(str(value)) if secret else str(value)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            msg = f"{path}: larger than {FILE_BYTES_MAX} bytes; is this a configuration file?"
            raise ConfigError(msg)
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except OSError as error:
        msg = f"{path}: can't be read: {error.strerror}"
        raise ConfigError(msg) from None
    except UnicodeDecodeError:
        msg = f"{path}: is not UTF-8 text"
        raise ConfigError(msg) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_toml_fault(path, str(error), text)) from None
    values: dict[str, Any] = {}
    for name, raw in document.items():
        where = f"{path}{_line_of(name, text)}"
        key = _BY_NAME.get(name)
        if key is None:
            msg = f"{where}: there is no key {name!r}{_nearest(name, _BY_NAME)}"
            raise ConfigError(msg)
        values[name] = _read_value(key, raw, path.parent, where)
    return values


def _toml_fault(path: Path, fault: str, text: str) -> str:
    reason, _, place = fault.partition(" (at ")
    at = re.match(r"line (\d+), column (\d+)", place)
    line = int(at[1]) if at else text.count("\n") + 1
    return f"{path}, line {line}: is not TOML: {reason[0].lower()}{reason[1:]}"


def _line_of(name: str, text: str) -> str:
    pattern = re.compile(rf"""^\s*\[*\s*["']?{re.escape(name)}\b""")
    for number, line in enumerate(text.splitlines(), start=1):
        if pattern.match(line):
            return f", line {number}"
    return ""


def _read_environment(env: Mapping[str, str], cwd: Path) -> dict[str, tuple[Any, str]]:
    """By key, its value and the variable it comes from."""
    variables = {key.variable: key for key in KEYS}
    of_files = {f"{key.variable}_FILE": key for key in KEYS if key.secret}
    values: dict[str, tuple[Any, str]] = {}
    for variable in sorted(name for name in env if name.startswith(PREFIX)):
        raw = env[variable]
        key = variables.get(variable) or of_files.get(variable)
        if key is None:
            if variable in OTHER_VARIABLES or variable.startswith(OTHER_PREFIXES):
                continue
            msg = f"{variable}: there is no such setting{_nearest(variable, variables)}"
            raise ConfigError(msg)
        if not raw.strip() and not (variable == key.variable and key.default == ""):
            continue
        if variable in of_files:
            if env.get(key.variable):
                msg = f"{variable}: {key.variable} is set too; leave one of them"
                raise ConfigError(msg)
            raw = _read_secret(Path(raw), cwd, variable)
        values[key.name] = (_read_value(key, raw, cwd, variable), variable)
    return values


def _read_secret(path: Path, cwd: Path, variable: str) -> str:
    try:
        return (cwd / path.expanduser()).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        msg = f"{variable}: {path} can't be read: {reason}"
        raise ConfigError(msg) from None


def _read_value(key: Key, raw: object, folder: Path, where: str) -> Any:
    try:
        return key.read(raw, folder)
    except ValueError as expected:
        shown = "***" if key.secret else repr(raw)[:80]
        msg = f"{where}: {key.name} is {shown}; expected {expected}"
        raise ConfigError(msg) from None


def _nearest(name: str, known: Mapping[str, Key]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else "; `fadearena config` lists all"


KEYS = (
    Key(
        "database_url", "", readers.database_url, "PostgreSQL to use; empty: our own, kept under data_dir", secret=True
    ),
    Key("data_dir", ".", readers.folder, "folder of the embedded database and everything else that is kept"),
    Key(
        "exchange",
        "mainnet",
        readers.choice("mainnet", "testnet", "simulator"),
        "which Hyperliquid the bots are watched on",
    ),
    Key(
        "simulator_url",
        "http://127.0.0.1:8421",
        readers.simulator_url,
        "where the simulator listens, if that is the exchange",
    ),
    Key(
        "host", "127.0.0.1", readers.host, "address the dashboard listens on; beyond loopback everyone needs the token"
    ),
    Key(
        "extra_hosts",
        "",
        readers.hosts,
        "other names the dashboard is asked for by: fade.example.org behind a proxy of yours, 192.168.1.5 at home",
    ),
    Key("port", 8420, readers.whole(0, 65535), "port of the dashboard; 0: any free one"),
    Key("log_level", "info", readers.choice("debug", "info", "warning", "error"), "least serious line that is logged"),
    Key(
        "system_events",
        True,
        readers.switch,
        "whether the system's own events are stored; what the operator changes always is",
    ),
    Key("system_events_days", 90, readers.whole(1, 3650), "days after which a system event is deleted"),
    Key(
        "exit_patience_seconds",
        15,
        readers.whole(1, 3600),
        "seconds that a bot's exit waits at most for fills missing before it while the exchange does not answer",
    ),
)
_BY_NAME = {key.name: key for key in KEYS}
