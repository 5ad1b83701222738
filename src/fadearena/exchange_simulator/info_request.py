"""One body of POST /info, read field by field, and the two ways in which the exchange says no to it.

Pure. Status codes and bodies: section 2.
"""

from __future__ import annotations

from typing import Any

from fadearena.domain.identifiers import MalformedIdError, wallet

MALFORMED_TEXT = "Failed to deserialize the JSON body into the target type"
TIME_MAX = 1 << 53


class InfoRefusedError(Exception):
    """An answer other than 200.

    Args:
        status: the HTTP status.
        body: its plain text.
    """

    def __init__(self, status: int, body: str) -> None:
        self.status = status
        self.body = body
        super().__init__(f"{status} {body}")


def malformed() -> InfoRefusedError:
    """What an unknown type or a missing or ill-typed field gets."""
    return InfoRefusedError(422, MALFORMED_TEXT)


def failed() -> InfoRefusedError:
    """What a well-formed question that makes no sense gets: an unknown coin, an impossible ``mantissa``."""
    return InfoRefusedError(500, "null")


class InfoRequest:
    """The body, an object with a ``type``. Every method raises InfoRefusedError (422) for a field of the wrong kind."""

    def __init__(self, body: object) -> None:
        if not isinstance(body, dict) or not isinstance(body.get("type"), str):
            raise malformed()
        self._fields: dict[str, Any] = body
        self.type: str = body["type"]

    def text(self, name: str, default: str | None = None) -> str:
        value = self._fields.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise malformed()
        return value

    def word(self, name: str) -> str:
        """A field that nothing depends on: "" unless it is a text."""
        value = self._fields.get(name)
        return value if isinstance(value, str) else ""

    def user(self) -> str:
        """The address, in lower case."""
        try:
            return wallet(self.text("user"))
        except MalformedIdError:
            raise malformed() from None

    def about(self, user: str) -> InfoRequest:
        """The same question about another account."""
        return InfoRequest({**self._fields, "user": user})

    @property
    def dex(self) -> str:
        return self.text("dex", "")

    def integer(self, name: str, default: int | None = None) -> int:
        value = self._fields.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not -TIME_MAX < value < TIME_MAX:
            raise malformed()
        return value

    def optional(self, name: str) -> int | None:
        """An integer that may be absent or null."""
        return None if self._fields.get(name) is None else self.integer(name)

    def flag(self, name: str) -> bool:
        value = self._fields.get(name, False)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise malformed()
        return value

    def either(self, name: str) -> int | str:
        """An integer or a text."""
        value = self._fields.get(name)
        return self.text(name) if isinstance(value, str) else self.integer(name)

    def inner(self, name: str) -> InfoRequest:
        """A nested object, read by the same rules."""
        value = self._fields.get(name)
        if not isinstance(value, dict):
            raise malformed()
        return InfoRequest({"type": self.type, **value})
