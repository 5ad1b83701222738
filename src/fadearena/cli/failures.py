"""How a command ends: exit codes, and one line for each fault.

In: any exception; out: an exit code and a sentence that says what to do, without a traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell is told; the same numbers for every command."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    CONFIGURATION = 3
    UNREACHABLE = 4
    REFUSED = 5
    PARTIAL = 6
    INTERRUPTED = 130


class CommandError(Exception):
    """A command that can't do what was asked; the message is one line that says what to do.

    Args:
        code: how the program ends.
    """

    def __init__(self, message: str, code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(message)
        self.code = code


def require_bot(wanted: str, known: Sequence[str]) -> None:
    """Raises CommandError (wrong usage) with the nearest id unless ``wanted`` is one of ``known``."""
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.3)
        suggestion = f"did you mean {near[0]!r}?" if near else "`fadearena bots list` names them"
        msg = f"there is no bot {wanted[:80]!r}; {suggestion}"
        raise CommandError(msg, ExitCode.USAGE)


def explain(fault: Exception) -> tuple[ExitCode, str]:
    """Exit code and line of a fault. One that nobody foresaw is named as the defect it is."""
    if isinstance(fault, CommandError):
        return fault.code, _line(fault)
    for kinds, code in _expected():
        if isinstance(fault, kinds):
            return code, _line(fault)
    if isinstance(fault, UnicodeEncodeError):  # bytes of the command line that were no text are such
        return ExitCode.USAGE, "the command line holds bytes that are no UTF-8"
    if isinstance(fault, OSError):
        place = f"{fault.filename}: " if fault.filename else ""
        return ExitCode.FAILED, f"{place}{fault.strerror or _line(fault)}"
    defect = f"{type(fault).__name__}: {_line(fault)}"
    return ExitCode.FAILED, f"a defect: {defect} (FADEARENA_LOG_LEVEL=debug shows where; please report it)"


def _expected() -> Iterator[tuple[tuple[type[Exception], ...], ExitCode]]:
    """Which fault of which room ends how. Imported here, so that a command that works pays for none of it."""
    from fadearena.config import ConfigError  # noqa: PLC0415
    from fadearena.domain.identifiers import MalformedIdError  # noqa: PLC0415
    from fadearena.domain.settings_patch import SettingsPatchError  # noqa: PLC0415
    from fadearena.hyperliquid import errors as exchange  # noqa: PLC0415
    from fadearena.persistence import errors as stored  # noqa: PLC0415
    from fadearena.persistence.console import QueryRefusedError  # noqa: PLC0415
    from fadearena.persistence.trader_lock import TraderBusyError  # noqa: PLC0415
    from fadearena.worlds.deployment import DeploymentError  # noqa: PLC0415
    from fadearena.worlds.supervisor import ChildFailedError  # noqa: PLC0415

    yield (ConfigError, stored.DatabaseVersionError), ExitCode.CONFIGURATION
    yield (stored.DatabaseNotReachableError, stored.EmbeddedServerError), ExitCode.UNREACHABLE
    yield (exchange.NotReachableError,), ExitCode.UNREACHABLE
    yield (SettingsPatchError, MalformedIdError, stored.SettingsRefusedError), ExitCode.USAGE
    yield (stored.UnknownBotError, stored.BotRefusedError, QueryRefusedError), ExitCode.USAGE
    yield (TraderBusyError,), ExitCode.REFUSED
    yield (stored.PersistenceError, exchange.HyperliquidError, DeploymentError), ExitCode.FAILED
    yield (ChildFailedError,), ExitCode.CONFIGURATION


def _line(fault: Exception) -> str:
    return " ".join(str(fault).split()) or type(fault).__name__
