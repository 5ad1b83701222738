"""Migrations: forward only, run by themselves at start, each start or none.

A database address comes in; afterwards its tables are those of ``tables.METADATA``. Alembic orders the migrations and
renders them as SQL; the text is sent over our own driver in one transaction under an advisory lock, so that no second
driver is needed, several processes may start at once, and a migration that fails leaves nothing behind. Each migration
is plain SQL.
"""

from __future__ import annotations

import io

import asyncpg

from fadearena.persistence.database import Connection, connect
from fadearena.persistence.errors import DatabaseVersionError, PersistenceError

SCHEMA_VERSION = "0003"
"""The newest migration; a test holds it against the files."""

LOCK_KEY = 0x46414445_4D494752
LOCK_SECONDS = 120


async def upgrade(url: str) -> str | None:
    """Brings the database up to date.

    Returns:
        The version it had before where something was done (``""`` for an empty database), None where nothing was to do.

    Raises:
        DatabaseNotReachableError: nobody answers.
        DatabaseVersionError: it was made by a newer FadeArena.
        PersistenceError: a migration failed; nothing of it is left.
    """
    connection = await connect(url, statement_seconds=None)
    try:
        if await schema_version(connection) == SCHEMA_VERSION:
            return None
        return await _upgrade_under_lock(connection)
    except asyncpg.PostgresError as fault:
        raise PersistenceError(f"the database could not be migrated: {' '.join(str(fault).split())}") from fault
    finally:
        await connection.close()


async def schema_version(connection: Connection) -> str | None:
    """The version of the database's tables, None where there are none."""
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return None
    version: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    return version


def render(current: str | None) -> str:
    """The SQL that leads from version ``current`` (None: an empty database) to the newest.

    Raises:
        DatabaseVersionError: ``current`` is not one of ours.
    """
    # Alembic takes a quarter of a second to import, and most starts have nothing to migrate.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    text = io.StringIO()
    config = Config(output_buffer=text)
    config.set_main_option("script_location", "fadearena.persistence:migrations")
    if current is not None:
        try:
            ScriptDirectory.from_config(config).get_revision(current)
        except CommandError as fault:
            msg = f"the database has version {current}, which this FadeArena does not know: install a newer one"
            raise DatabaseVersionError(msg) from fault
    command.upgrade(config, f"{current}:head" if current else "head", sql=True)
    return text.getvalue()


async def _upgrade_under_lock(connection: Connection) -> str | None:
    await connection.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    # Held until the connection closes. Taken before the transaction begins: one that had waited for it within would
    # still believe what it was told of the tables before, and make them again.
    await connection.execute("SELECT pg_advisory_lock($1)", LOCK_KEY)
    async with connection.transaction():
        current = await schema_version(connection)
        if current == SCHEMA_VERSION:
            return None
        await connection.execute(render(current))
    return current or ""
