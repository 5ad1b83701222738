"""The server process: granian in front of the application. Blocks until it is told to stop."""

from __future__ import annotations

import functools
import os
import socket
import sys
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from fadearena.core_api.app import create_app
from fadearena.core_api.options import ApiOptions

HEADER_SECONDS_MAX = 10
CONNECTION_BYTES_MAX = 128 * 1024


class PortTakenError(OSError):
    """Another server listens there already."""


def serve(database_url: str, options: ApiOptions) -> None:
    """Serves the API until SIGTERM or SIGINT; a worker that crashes is started again.

    Args:
        database_url: ``postgresql://…`` of a migrated database.

    Raises:
        PortTakenError: nothing was started.
    """
    refuse_taken_port(options.host, options.port)
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


def refuse_taken_port(host: str, port: int) -> None:
    """The server shares its port with whoever asks the same way, so two of them would silently take turns.

    Raises PortTakenError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            msg = f"cannot listen at {host}:{port} ({fault.strerror}); choose another port, or end what listens there"
            raise PortTakenError(msg) from fault
