"""The program ``fadearena``: one module a noun, each imported only when its command runs.

In: command line, environment, database. Out: data on standard output, talk on standard error, an exit code of
``failures.ExitCode``. A command asks the rooms below and prints their answer; no rule of the trade lives here.
"""

from __future__ import annotations

import sys


def main() -> None:
    """The entry point of the installed command."""
    try:
        from fadearena.cli.program import run  # noqa: PLC0415  (keeps ``import fadearena.cli`` free of cost)
        from fadearena.worlds.unfailing_stream import let_stderr_go  # noqa: PLC0415

        code = run(sys.argv[1:])
        let_stderr_go()
        sys.exit(code)
    except KeyboardInterrupt:  # before the first command, or twice
        sys.exit(130)
