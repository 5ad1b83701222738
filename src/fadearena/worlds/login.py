"""Links that log a browser in. The token stands behind the ``#``, so that no server, proxy or log ever sees it."""

from __future__ import annotations

from fadearena.persistence.access_tokens import AccessTokens
from fadearena.persistence.database import Database

LINK_SECONDS = 1800
PUBLIC = "--public"
"""Told to the web process where nobody logs in: it shows the arena to anybody and takes no changes."""


async def login_link(database_url: str, address: str) -> str:
    """An address with a fresh token that works once, within half an hour. Raises DatabaseNotReachableError."""
    database = Database(database_url, size_max=1)
    try:
        token = await AccessTokens(database).new_token("login", LINK_SECONDS)
    finally:
        await database.close()
    return f"{address}/#token={token}"
