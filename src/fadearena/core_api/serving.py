"""The server process: granian in front of the application. Blocks until it is told to stop."""

from __future__ import annotations

import functools
import os
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from fadearena.core_api.app import create_app
from fadearena.core_api.options import ApiOptions

HEADER_SECONDS_MAX = 10
CONNECTION_BYTES_MAX = 128 * 1024


def serve(database_url: str, options: ApiOptions) -> None:
    """Serves the API until SIGTERM or SIGINT; a worker that crashes is started again.

    Args:
        database_url: ``postgresql://…`` of a migrated database.
    """
    server = Granian(
        target="fadearena",
        address=options.host,
        port=options.port,
        interface=Interfaces.ASGI,
        workers=1,
        websockets=True,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_SECONDS_MAX * 1000, max_buffer_size=CONNECTION_BYTES_MAX
        ),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=options.drain_seconds,
    )
    parent = os.getpid() if options.die_with_parent else None
    loader: Any = functools.partial(create_app, database_url, options, parent)
    server.serve(target_loader=loader, wrap_loader=False)
