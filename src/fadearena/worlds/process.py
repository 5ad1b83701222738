"""What every child process does first and last: its log, its configuration, its end.

A fault that is expected ends it with one line and an exit code of the program; the supervisor reads the code.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TextIO, cast

import structlog

from fadearena.config import ConfigError, config_in_force
from fadearena.hyperliquid.errors import HyperliquidError
from fadearena.persistence.errors import DatabaseVersionError, PersistenceError
from fadearena.worlds.supervisor import CONFIGURATION_EXIT, end_with_parent
from fadearena.worlds.unfailing_stream import UnfailingStream, let_stderr_go, say_to_stderr

EXIT_FAILED = 1
EXIT_UNREACHABLE = 4
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def set_up_log(level: str) -> None:
    """One line of text for each event, on standard error; where nobody reads it, work goes on without it."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty() and not os.environ.get("NO_COLOR"),
                # The renderer's own default shows local variables, and with them addresses that hold passwords.
                exception_formatter=structlog.dev.plain_traceback,
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", UnfailingStream(sys.stderr))),
    )


def run_until_told(work: Coroutine[Any, Any, None]) -> bool:
    """Run to the end, or until SIGINT, SIGTERM or SIGHUP has it cancelled in good order; True where one did."""

    async def main() -> bool:
        task = asyncio.create_task(work)
        told = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            _on_signal(number, told)
        if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
            _on_signal(signal.SIGHUP, told)
        waiting = asyncio.create_task(told.wait())
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not task.done():
            task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return True
        return False

    return asyncio.run(main())


def _on_signal(number: int, told: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(number, told.set)
    except NotImplementedError:  # Windows: its loop knows no signals
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(told.set))


def run_process(work: Callable[[], None]) -> int:
    """Run a child's work to its end and turn every fault into one line and an exit code."""
    end_with_parent()
    try:
        set_up_log(config_in_force().log_level)
        work()
    except (KeyboardInterrupt, SystemExit):
        return 0
    except Exception as fault:  # the top of a process
        return _explained(_innermost(fault))
    finally:
        let_stderr_go()
    return 0


def _explained(fault: Exception) -> int:
    if isinstance(fault, (ConfigError, DatabaseVersionError)):
        return _complain(fault, CONFIGURATION_EXIT)
    if isinstance(fault, (PersistenceError, HyperliquidError, OSError)):
        return _complain(fault, EXIT_UNREACHABLE)
    structlog.get_logger(__name__).error("defect", exc_info=fault)
    return _complain(fault, EXIT_FAILED)


def _innermost(fault: Exception) -> Exception:
    """Of a group of tasks that failed together: a fault that is no plain consequence, else the first."""
    while isinstance(fault, ExceptionGroup):
        known = [inner for inner in fault.exceptions if isinstance(inner, (PersistenceError, HyperliquidError))]
        fault = (known or fault.exceptions)[0]
    return fault


def _complain(fault: BaseException, code: int) -> int:
    say_to_stderr(f"fadearena: {' '.join(str(fault).split()) or type(fault).__name__}")
    return code
