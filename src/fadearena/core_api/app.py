"""The web application: wires rooms, routes, gate and live feed together. Reads no configuration and opens no port."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import AsyncIterator
from typing import Any

import structlog
from litestar import Litestar
from litestar.di import Provide

from fadearena import __version__
from fadearena.core_api.encoding import ExactNumbers, JsonResponse
from fadearena.core_api.gate import Gate
from fadearena.core_api.openapi import openapi_config
from fadearena.core_api.options import ApiOptions
from fadearena.core_api.problems import EXCEPTION_HANDLERS
from fadearena.core_api.public_arena import PublicResponse
from fadearena.core_api.rooms import Rooms
from fadearena.core_api.routes import ROUTES
from fadearena.core_api.routes.asking import SHARED, refuse_unknown_parameters

BYE_SECONDS = 0.25
"""Between a listener's farewell and the end of its socket."""

_PR_SET_PDEATHSIG = 1
_log = structlog.get_logger(__name__)


def create_app(database_url: str, options: ApiOptions | None = None, parent_pid: int | None = None) -> Litestar:
    """The application, to be served by an ASGI server with lifespan.

    Args:
        database_url: ``postgresql://…`` of a migrated database; it may be down at the start.
        options: None for the defaults.
        parent_pid: of the server's main process, for a worker that must end with it; None where there is none.
    """
    options = options or ApiOptions()
    rooms = Rooms(database_url, options)

    @contextlib.asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        if parent_pid is not None:
            _live_no_longer_than(parent_pid)
        _say_bye_before_stopping(rooms)
        tail = asyncio.create_task(rooms.feed.run(), name="live feed")
        try:
            yield
        finally:
            rooms.feed.say_bye()
            tail.cancel()
            await asyncio.gather(tail, return_exceptions=True)
            await rooms.close()

    def here() -> Rooms:
        return rooms

    app = Litestar(
        route_handlers=ROUTES,
        dependencies={name: Provide(give, sync_to_thread=False) for name, give in {"rooms": here, **SHARED}.items()},
        lifespan=[lifespan],
        exception_handlers=EXCEPTION_HANDLERS,
        before_request=refuse_unknown_parameters,
        response_class=PublicResponse if options.public else JsonResponse,
        openapi_config=openapi_config(__version__, options),
        plugins=[ExactNumbers()],
        logging_config=None,
    )
    inner: Any = app.asgi_handler
    gate: Any = Gate(inner, options, rooms.admission, rooms.metrics)
    app.asgi_handler = gate
    return app


def _live_no_longer_than(parent_pid: int) -> None:
    """A worker whose main process was killed must not go on serving alone."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent_pid:
        _log.warning("the server's main process is gone; the worker stops")
        os.kill(os.getpid(), signal.SIGTERM)


def _say_bye_before_stopping(rooms: Rooms) -> None:
    """On SIGTERM the listeners are told first; then SIGINT, which the server still handles itself, stops it."""
    loop = asyncio.get_running_loop()

    def on_terminate() -> None:
        rooms.feed.say_bye()
        loop.call_later(BYE_SECONDS, os.kill, os.getpid(), signal.SIGINT)

    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
        loop.add_signal_handler(signal.SIGTERM, on_terminate)
