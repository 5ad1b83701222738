"""A standard stream that is told things and never asked whether it took them.

What a running system says is of use to whoever listens, and no part of its work: where nobody does any more (a pipe
whose reader has left, a terminal that is gone, a full disk behind a redirection, a closed file) the words are lost and
the work goes on. Not for data that a command prints: that must arrive, or its loss be reported.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TextIO

_LOST = (OSError, ValueError)
"""What writing raises where it leads nowhere; ValueError is a closed file's."""


class UnfailingStream:
    """What may be written to in place of ``stream``; whatever it can't take is dropped."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with contextlib.suppress(*_LOST):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(*_LOST):
            self._stream.flush()


def say_to_stderr(line: str) -> None:
    """One line on standard error, for whoever still reads it."""
    print(line, file=UnfailingStream(sys.stderr), flush=True)


def let_stderr_go() -> None:
    """Before a process ends: what standard error can't take is forgotten.

    Python would try it once more at the very end, and tell its failure by an exit code of its own.
    """
    try:
        sys.stderr.flush()
    except OSError:
        with contextlib.suppress(*_LOST):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stderr.fileno())
            os.close(nowhere)
    except ValueError:  # closed: nothing waits in it
        return
