"""Has the web process serve the dashboard once it is there, where it is being built beside the running program.

In: the folder that the bundle appears in; out: one call, at most. It appears whole, in one step (``hatch_build.py``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import resources
from pathlib import Path

PAGE = Path(str(resources.files("fadearena.core_api"))) / "dashboard" / "index.html"
POLL_S = 0.5
PATIENCE_S = 1800.0
"""The longest that a build may take: the installation of its packages, and of Node before."""


async def when_built(reload: Callable[[], None], page: Path = PAGE) -> None:
    """Call ``reload`` when the dashboard appears; return at once where it is there already."""
    if await asyncio.to_thread(page.is_file):
        return
    for _ in range(int(PATIENCE_S / POLL_S)):
        await asyncio.sleep(POLL_S)
        if await asyncio.to_thread(page.is_file):
            reload()
            return
