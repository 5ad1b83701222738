"""The web process: ``python -m fadearena.worlds.web``. Configured by the environment that the supervisor gives it."""

from __future__ import annotations

import sys

from fadearena.config import Config, config_in_force
from fadearena.core_api.options import ApiOptions
from fadearena.core_api.serving import serve
from fadearena.worlds.login import PUBLIC
from fadearena.worlds.process import run_process


def options_of(config: Config, *, public: bool) -> ApiOptions:
    """A further name without a port is good with ours and, as behind a proxy, with none."""
    named = config.extra_hosts
    with_port = tuple(f"{name}:{config.port}" for name in named if not _has_port(name))
    return ApiOptions(host=config.host, port=config.port, extra_hosts=named + with_port, public=public)


def _has_port(name: str) -> bool:
    return ":" in name.rpartition("]")[2]


def main() -> int:
    """Serves until told to end; the exit code."""

    def work() -> None:
        config = config_in_force()
        serve(config.database_url, options_of(config, public=PUBLIC in sys.argv[1:]))

    return run_process(work)


if __name__ == "__main__":
    sys.exit(main())
