"""What the operator says: settings, bots and kill switch, each change versioned, logged and told to whoever listens.

Changes come in, the controls in force go out. Every change raises the version of the controls in its own transaction,
so that no entry decided under the old version can be committed after it; what changes nothing raises nothing. It does
not ask who may change what: that is the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from fadearena.domain.identifiers import BotId, MalformedIdError, Wallet, bot_id, wallet
from fadearena.domain.records import Category, Level, SystemRecord
from fadearena.domain.settings import BotConfig, BotProfile, Controls, StrategySettings, faults_of
from fadearena.persistence.database import Connection, Database
from fadearena.persistence.errors import (
    BotRefusedError,
    SettingsRefusedError,
    UnknownBotError,
    VersionConflictError,
)
from fadearena.persistence.feed_items import FeedItem
from fadearena.persistence.readings import ms_of
from fadearena.persistence.stored_settings import changes_between, columns_of, document_of, settings_of
from fadearena.persistence.system_log import log, tell

HISTORY_MAX = 1_000
NAME_LENGTH_MAX = 100
REASON_LENGTH_MAX = 500


class SettingsVersion(msgspec.Struct, frozen=True):
    """One version of the settings, and who made it when."""

    version: int
    settings: StrategySettings
    updated_ms: int
    updated_by: str


class KillSwitch(msgspec.Struct, frozen=True):
    """Whether the kill switch is on. ``changed`` says whether the call that returned this turned it."""

    active: bool
    changed: bool
    version: int


class ControlDesk:
    """Reads and changes them.

    Args:
        database: shared with others or its own; it is closed by whoever made it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load_controls(self) -> Controls:
        """The controls in force, all of one moment. ``armed`` is False: the machine knows, not the database."""
        async with self._database.connection() as connection:
            return await _load(connection)

    async def settings(self) -> SettingsVersion:
        """The settings in force."""
        row = await self._database.fetchrow('SELECT * FROM "Settings"')
        return SettingsVersion(row["version"], settings_of(row), ms_of(row["updatedAt"]), row["updatedBy"])

    async def settings_history(self, limit: int = 50, before: int | None = None) -> list[SettingsVersion]:
        """Versions of the settings, newest first.

        Args:
            limit: at most HISTORY_MAX.
            before: only versions below this one.
        """
        rows = await self._database.fetch(
            """
            SELECT * FROM "SettingsVersion" WHERE $1::bigint IS NULL OR "version" < $1 ORDER BY "version" DESC LIMIT $2
            """,
            before,
            min(limit, HISTORY_MAX),
        )
        return [
            SettingsVersion(
                row["version"],
                msgspec.json.decode(row["settings"], type=StrategySettings),
                ms_of(row["updatedAt"]),
                row["updatedBy"],
            )
            for row in rows
        ]

    async def change_settings(self, new: StrategySettings, expected_version: int, by: str) -> int:
        """Puts ``new`` in force and returns its version (the old one where nothing differs).

        Args:
            expected_version: of the settings that ``new`` was made from.
            by: who asks.

        Raises:
            SettingsRefusedError: a field is wrong.
            VersionConflictError: another version is in force.
        """
        if faults := faults_of(new):
            raise SettingsRefusedError(faults)
        async with self._database.transaction() as connection:
            await _hold(connection)
            row = await connection.fetchrow('SELECT * FROM "Settings"')
            if row["version"] != expected_version:
                raise VersionConflictError(row["version"])
            old = settings_of(row)
            if not changes_between(old, new):
                return expected_version
            version = await _write_settings(connection, old, new, by)
            await _bump(connection)
            return version

    async def set_kill_switch(self, active: bool, reason: str, by: str) -> KillSwitch:
        """Turns the kill switch. When it returns, nothing that was decided before can be committed any more."""
        async with self._database.transaction() as connection:
            await _hold(connection)
            was = await connection.fetchval('SELECT "killSwitch" FROM "SystemStatus"')
            if was == active:
                version = await connection.fetchval('SELECT "version" FROM "Control"')
                return KillSwitch(active, changed=False, version=version)
            await connection.execute(
                """
                UPDATE "SystemStatus" SET
                  "killSwitch" = $1, "killSwitchReason" = $2, "killSwitchBy" = $3, "updatedAt" = now(),
                  "killSwitchActivatedAt" = CASE WHEN $1 THEN now() ELSE "killSwitchActivatedAt" END,
                  "killSwitchDeactivatedAt" = CASE WHEN $1 THEN "killSwitchDeactivatedAt" ELSE now() END
                """,
                active,
                reason[:REASON_LENGTH_MAX],
                by,
            )
            words = f"kill switch turned {'on' if active else 'off'} by {by}" + (f": {reason}" if reason else "")
            await _log(connection, "warning", "trading", words, {"active": active, "reason": reason, "by": by})
            return KillSwitch(active, changed=True, version=await _bump(connection, kill_switch=True))

    async def bots(self) -> tuple[BotProfile, ...]:
        """The watched bots, in the order in which they were added."""
        async with self._database.connection() as connection:
            return await _bots(connection)

    async def add_bot(self, profile: BotProfile, by: str, config: BotConfig | None = None) -> int:
        """Watches a bot from now on; returns the version of the controls. A removed bot may come back.

        Args:
            config: its settings; None: enabled, with defaults.

        Raises:
            BotRefusedError: id, name or wallet is malformed or taken, or the id once belonged to another wallet.
            SettingsRefusedError: ``config`` is wrong.
        """
        _require_well_formed(profile)
        async with self._database.transaction() as connection:
            await _hold(connection)
            await _require_free(connection, profile)
            await connection.execute(
                """
                INSERT INTO "Bot" ("id", "name", "walletAddress", "startingEquity", "addedAt")
                VALUES ($1, $2, $3, $4, now())
                ON CONFLICT ("id") DO UPDATE SET
                  "name" = excluded."name", "removedAt" = NULL,
                  "startingEquity" = COALESCE(excluded."startingEquity", "Bot"."startingEquity")
                """,
                profile.id,
                profile.name,
                profile.wallet,
                profile.starting_equity,
            )
            await _configure(connection, profile.id, config or BotConfig(id=profile.id), by)
            details = {"id": profile.id, "wallet": profile.wallet, "by": by}
            await _log(connection, "info", "config", f"{profile.id} is watched now (added by {by})", details)
            return await _bump(connection)

    async def change_bot(
        self,
        bot: BotId,
        by: str,
        *,
        name: str | None = None,
        config: BotConfig | None = None,
        changes: Mapping[str, object] | None = None,
    ) -> int:
        """Renames or configures a bot; None leaves as it is. Returns the version of the controls.

        Args:
            config: replaces the whole configuration.
            changes: fields of the configuration in force at this very moment, so that of two who change different
                fields at once neither undoes the other.

        Raises:
            UnknownBotError: no such bot is watched.
            BotRefusedError: the name is empty or too long.
            SettingsRefusedError: ``config`` is wrong.
        """
        async with self._database.transaction() as connection:
            await _hold(connection)
            known = await _require_watched(connection, bot)
            changed = False
            if name is not None and name != known.name:
                _require_well_formed(msgspec.structs.replace(known, name=name))
                await connection.execute('UPDATE "Bot" SET "name" = $2 WHERE "id" = $1', bot, name)
                words = f"{bot} is called {name} now (by {by})"
                await _log(connection, "info", "config", words, {"id": bot, "name": name, "by": by})
                changed = True
            if changes:
                in_force = settings_of(await connection.fetchrow('SELECT * FROM "Settings"')).config_of(bot)
                config = msgspec.structs.replace(config or in_force, **changes)
            if config is not None:
                changed |= await _configure(connection, bot, config, by)
            if changed:
                return await _bump(connection)
            unchanged: int = await connection.fetchval('SELECT "version" FROM "Control"')
            return unchanged

    async def remove_bot(self, bot: BotId, by: str) -> int:
        """Stops watching a bot; its history stays. Returns the version of the controls.

        Raises:
            UnknownBotError: no such bot is watched.
        """
        async with self._database.transaction() as connection:
            await _hold(connection)
            await _require_watched(connection, bot)
            await connection.execute('UPDATE "Bot" SET "removedAt" = now() WHERE "id" = $1', bot)
            await _configure(connection, bot, None, by)
            words = f"{bot} is watched no longer (removed by {by})"
            await _log(connection, "info", "config", words, {"id": bot, "by": by})
            return await _bump(connection)


async def _load(connection: Connection) -> Controls:
    # One statement sees one moment.
    row = await connection.fetchrow(
        """
        SELECT c."version" AS "controls", t."killSwitch", s.*,
          (SELECT COALESCE(json_agg(json_build_array("id", "name", "walletAddress", "startingEquity"::text)
                                    ORDER BY "addedAt", "id"), '[]')
           FROM "Bot" WHERE "removedAt" IS NULL) AS "bots"
        FROM "Control" c, "SystemStatus" t, "Settings" s
        """
    )
    found = msgspec.json.decode(row["bots"], type=list[tuple[str, str, str, str | None]])
    return Controls(
        version=row["controls"],
        settings_version=row["version"],
        settings=settings_of(row),
        kill_switch=row["killSwitch"],
        bots=tuple(
            BotProfile(BotId(key), name, Wallet(address), None if equity is None else Decimal(equity))
            for key, name, address, equity in found
        ),
    )


async def _bots(connection: Connection) -> tuple[BotProfile, ...]:
    return (await _load(connection)).bots


async def _hold(connection: Connection) -> None:
    """Changes go one after another, and each waits for the appends that are under way."""
    await connection.execute('SELECT FROM "Control" FOR UPDATE')


async def _bump(connection: Connection, *, kill_switch: bool = False) -> int:
    version: int = await connection.fetchval(
        """
        UPDATE "Control" SET "version" = "version" + 1, "killSwitchEpoch" = "killSwitchEpoch" + $1, "updatedAt" = now()
        RETURNING "version"
        """,
        int(kill_switch),
    )
    await connection.execute("SELECT pg_notify('fadearena_control', $1)", str(version))
    return version


async def _write_settings(connection: Connection, old: StrategySettings, new: StrategySettings, by: str) -> int:
    row = await connection.fetchrow(
        """
        UPDATE "Settings" SET
          "mode" = $1, "defaultLeverageMultiplier" = $2, "globalExposureCap" = $3, "dailyLossLimit" = $4,
          "botConfigs" = $5, "assetExposureCaps" = $6, "more" = $7,
          "version" = "version" + 1, "updatedAt" = now(), "updatedBy" = $8
        RETURNING "version", "updatedAt"
        """,
        *columns_of(new),
        by,
    )
    version: int = row["version"]
    document = document_of(new)
    await connection.execute(
        'INSERT INTO "SettingsVersion" ("version", "settings", "updatedAt", "updatedBy") VALUES ($1, $2, $3, $4)',
        version,
        msgspec.json.encode(document).decode(),
        row["updatedAt"],
        by,
    )
    changes = changes_between(old, new)
    words = f"settings version {version} by {by}: {', '.join(changes)}"
    await _log(connection, "info", "config", words, {"version": version, "by": by, "changes": changes})
    told = {"version": version, "updatedAt": ms_of(row["updatedAt"]), "updatedBy": by, "settings": document}
    await tell(connection, FeedItem("settings-update", ms_of(row["updatedAt"]), _raw(told)))
    return version


async def _configure(connection: Connection, bot: BotId, config: BotConfig | None, by: str) -> bool:
    """Puts a bot's configuration into the settings; None takes it out. Whether that changed them."""
    row = await connection.fetchrow('SELECT * FROM "Settings"')
    old = settings_of(row)
    kept = [known if known.id != bot or config is None else config for known in old.bot_configs]
    if config is None:
        kept = [known for known in kept if known.id != bot]
    elif config.id != bot:
        raise SettingsRefusedError({f"botConfigs.{bot}.id": "is the id of another bot"})
    elif all(known.id != bot for known in kept):
        kept.append(config)
    new = msgspec.structs.replace(old, bot_configs=tuple(kept))
    if faults := faults_of(new):
        raise SettingsRefusedError(faults)
    if new == old:
        return False
    await _write_settings(connection, old, new, by)
    return True


async def _log(connection: Connection, level: Level, category: Category, message: str, details: object) -> None:
    now_ms = ms_of(await connection.fetchval("SELECT clock_timestamp()"))
    await log(connection, SystemRecord(now_ms, level, category, message, msgspec.json.encode(details)))


async def _require_watched(connection: Connection, bot: BotId) -> BotProfile:
    for profile in await _bots(connection):
        if profile.id == bot:
            return profile
    raise UnknownBotError(f"no bot {bot!r} is watched")


async def _require_free(connection: Connection, profile: BotProfile) -> None:
    rows = await connection.fetch(
        'SELECT * FROM "Bot" WHERE "id" = $1 OR ("walletAddress" = $2 AND "removedAt" IS NULL)',
        profile.id,
        profile.wallet,
    )
    for row in rows:
        if row["id"] != profile.id:
            raise BotRefusedError(f"the wallet is watched already, as {row['id']}")
        if row["removedAt"] is None:
            raise BotRefusedError(f"the id {profile.id} is taken")
        if row["walletAddress"] != profile.wallet:
            raise BotRefusedError(f"the id {profile.id} belonged to another wallet once: choose another id")


def _require_well_formed(profile: BotProfile) -> None:
    try:
        bot_id(profile.id)
        if wallet(profile.wallet) != profile.wallet:
            raise MalformedIdError("a wallet is written in lower case")
    except MalformedIdError as fault:
        raise BotRefusedError(str(fault)) from fault
    if not profile.name.strip() or len(profile.name) > NAME_LENGTH_MAX or not profile.name.isprintable():
        raise BotRefusedError(f"a name is 1 to {NAME_LENGTH_MAX} printable characters")
    if profile.starting_equity is not None and not (
        profile.starting_equity.is_finite() and profile.starting_equity >= 0
    ):
        raise BotRefusedError("a starting equity is a number of USD, 0 or more")


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))
