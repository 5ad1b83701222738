"""What the routes share: made once at the start, closed at the end, handed to every route that names it."""

from __future__ import annotations

import time

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from fadearena.core_api.admission import Admission
from fadearena.core_api.live_feed import LiveFeed
from fadearena.core_api.metrics import Metrics
from fadearena.core_api.options import ApiOptions
from fadearena.core_api.pages import Pages
from fadearena.persistence.access_tokens import AccessTokens
from fadearena.persistence.controls import ControlDesk
from fadearena.persistence.database import Database
from fadearena.persistence.views import Reader
from fadearena.persistence.views.habits import Habits
from fadearena.persistence.views.paging import Totals


class Rooms:
    """One of each.

    Args:
        url: the database, for the few writes that ``controls`` does.
    """

    def __init__(self, url: str, options: ApiOptions) -> None:
        self.options = options
        self.started_ms = time.time_ns() // 1_000_000
        self.pages = Pages(options.dashboard_dir)
        self.reader = Reader(url)
        self.totals = Totals()
        self.habits = Habits()
        self.feed = LiveFeed(self.reader, options.poll_seconds, public=options.public)
        self.metrics = Metrics()
        self._writing = Database(url)
        self.desk = ControlDesk(self._writing)
        self.admission = Admission(AccessTokens(self._writing), options.session_seconds)

    async def close(self) -> None:
        """Closes every connection to the database."""
        await self._writing.close()
        await self.reader.close()


Here = NamedDependency[SkipValidation[Rooms]]
"""How a route asks for them: a parameter ``rooms: Here``."""
