"""The real thing: the configured exchange, faded until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fadearena.config import Config
from fadearena.worlds.deployment import Deployment, Server, answering, running


async def run_deployment(config: Config, ready: Callable[[str], None], *, public: bool = False) -> None:
    """Until cancelled. ``ready`` is given the link that logs a browser in; the mere address where it is ``public``.

    Raises DeploymentError, ChildFailedError, PersistenceError.
    """
    server = Server(config.database_url, config.database_dir)
    deployment = Deployment(config, server, None, public=public)
    async with running(deployment) as supervising:
        await answering(deployment, supervising)
        ready(await deployment.link())
        # Not awaited itself: whoever cancels us would cancel it too, before it has ended its children.
        await asyncio.wait({supervising})
        supervising.result()
