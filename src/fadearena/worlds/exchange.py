"""The process of the exchange simulator: ``python -m fadearena.worlds.exchange OPTIONS``, options as JSON."""

from __future__ import annotations

import contextlib
import sys

import msgspec

from fadearena.exchange_simulator.simulator import SimulatorOptions, run_simulator
from fadearena.worlds.process import run_process, run_until_told


def main(arguments: list[str]) -> int:
    """Serves until told to end; the exit code."""
    options = msgspec.json.decode(arguments[0] if arguments else "{}", type=SimulatorOptions)

    def work() -> None:
        # The address that the command prints is known to whoever started this process.
        with contextlib.redirect_stdout(None):
            run_until_told(run_simulator(options))

    return run_process(work)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
