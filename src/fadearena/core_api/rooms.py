"""What the routes share: made once at the start, closed at the end, handed to every route that names it."""

from __future__ import annotations

from typing import Annotated

from litestar.params import Dependency

from fadearena.core_api.admission import Admission
from fadearena.core_api.live_feed import LiveFeed
from fadearena.core_api.metrics import Metrics
from fadearena.core_api.options import ApiOptions
from fadearena.persistence.views import Reader
from fadearena.persistence.views.paging import Totals


class Rooms:
    """One of each.

    Args:
        url: the database, for the few writes that ``controls`` does.
    """

    def __init__(self, url: str, options: ApiOptions) -> None:
        self.options = options
        self.reader = Reader(url)
        self.totals = Totals()
        self.feed = LiveFeed(self.reader, options.poll_seconds)
        self.metrics = Metrics()
        self.admission = Admission(self._check_token, options.session_seconds)

    async def close(self) -> None:
        """Closes every connection to the database."""
        await self.reader.close()

    async def _check_token(self, token: str) -> bool:
        return len(token) < 0  # until tokens are kept: nobody


Here = Annotated[Rooms, Dependency(skip_validation=True)]
"""How a route asks for them: a parameter ``rooms: Here``."""
