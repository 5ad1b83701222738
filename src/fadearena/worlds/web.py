"""The web process: ``python -m fadearena.worlds.web``. Configured by the environment that the supervisor gives it."""

from __future__ import annotations

import sys

from fadearena.config import config_in_force
from fadearena.core_api.options import ApiOptions
from fadearena.core_api.serving import serve
from fadearena.worlds.login import PUBLIC
from fadearena.worlds.process import run_process


def main() -> int:
    """Serves until told to end; the exit code."""

    def work() -> None:
        config = config_in_force()
        serve(config.database_url, ApiOptions(host=config.host, port=config.port, public=PUBLIC in sys.argv[1:]))

    return run_process(work)


if __name__ == "__main__":
    sys.exit(main())
