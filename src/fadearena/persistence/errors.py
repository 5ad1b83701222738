"""The faults of this room, one small tree; each message is one line that says what to do."""

from __future__ import annotations


class PersistenceError(Exception):
    """Any fault of the database or of what is asked of it."""


class DatabaseNotReachableError(PersistenceError):
    """No server answers at the configured address, or it does not let us in."""


class DatabaseVersionError(PersistenceError):
    """The database was made by a newer FadeArena, or its server is too old."""


class EmbeddedServerError(PersistenceError):
    """The embedded PostgreSQL could not be made, started or stopped."""


class EmbeddedServerBusyError(EmbeddedServerError):
    """Another process already runs the embedded PostgreSQL of this data directory."""


class JournalError(PersistenceError):
    """Nothing was written, and the reason is not one of the two below."""


class OutcomeUnknownError(JournalError):
    """The connection was lost while committing, and the database does not answer whether it did."""


class ControlsChangedError(JournalError):
    """Settings, bots or kill switch changed since the entries were decided; nothing was written.

    Args:
        current: the version in force now.
    """

    def __init__(self, current: int) -> None:
        super().__init__(f"the controls changed: version {current} is in force now; decide again")
        self.current = current


class DuplicateEventError(JournalError):
    """An event of these entries is already stored; nothing was written."""


class VersionConflictError(PersistenceError):
    """Somebody else changed the settings first; nothing was written.

    Args:
        current: the version in force now.
    """

    def __init__(self, current: int) -> None:
        super().__init__(
            f"the settings were changed meanwhile: version {current} is in force now; load it and try again"
        )
        self.current = current


class SettingsRefusedError(PersistenceError):
    """The settings are not valid; nothing was written.

    Args:
        faults: what is wrong, by the API's name of each field.
    """

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name} {fault}" for name, fault in sorted(faults.items())))
        self.faults = faults


class UnknownBotError(PersistenceError):
    """No bot of this id is watched."""


class BotRefusedError(PersistenceError):
    """The bot cannot be added or changed so: its id or wallet is taken or malformed."""
