"""The real thing: the configured exchange, faded until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fadearena.config import Config
from fadearena.worlds.deployment import Deployment, Server, answering, running
from fadearena.worlds.login import login_link


async def run_deployment(config: Config, ready: Callable[[str], None]) -> None:
    """Until cancelled. ``ready`` is given the link that logs a browser in.

    Raises DeploymentError, ChildFailedError, PersistenceError.
    """
    server = Server(config.database_url, config.database_dir)
    deployment = Deployment(config, server, None)
    async with running(deployment) as supervising:
        await answering(deployment, supervising)
        ready(await login_link(server.url, deployment.address))
        # Not awaited itself: whoever cancels us would cancel it too, before it has ended its children.
        await asyncio.wait({supervising})
        supervising.result()
