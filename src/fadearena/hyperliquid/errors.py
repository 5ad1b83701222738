"""What can go wrong between us and the exchange: one small tree.

Pure. Every error that leaves this package is a HyperliquidError, so that a caller can tell "the exchange's side" from a
defect of ours with one clause.
"""

from __future__ import annotations

QUOTE_CHARACTERS_MAX = 200


class HyperliquidError(Exception):
    """The exchange, or the way to it, did not do what was asked."""


class UnusableEndpointError(HyperliquidError):
    """An address that no session may be opened to."""


class MalformedMessageError(HyperliquidError):
    """Bytes that are not the message they should be.

    Args:
        reason: what is wrong with them.
        quoted: the beginning of the offending text.
    """

    def __init__(self, reason: str, offending: bytes | str = "") -> None:
        self.reason = reason
        self.quoted = quoted(offending)
        super().__init__(f"{reason}: {self.quoted}" if self.quoted else reason)


class UnknownAssetError(HyperliquidError):
    """A coin that is no perpetual of the universe in hand; reading the universe again may help."""


class NotReachableError(HyperliquidError):
    """No answer: the connection failed, broke, or took longer than allowed."""


class RateLimitedError(HyperliquidError):
    """The exchange answered 429, or our own budget refused to wait that long."""


class RefusedError(HyperliquidError):
    """The exchange answered with a status other than 200.

    Args:
        status: the HTTP status.
        body: the beginning of the answer's text.
    """

    def __init__(self, status: int, body: bytes | str) -> None:
        self.status = status
        self.body = quoted(body)
        super().__init__(f"refused with status {status}: {self.body}")


def quoted(text: bytes | str) -> str:
    """The beginning of a text as one printable line, fit for a log."""
    if isinstance(text, bytes):
        text = text[: QUOTE_CHARACTERS_MAX * 4].decode("utf-8", "backslashreplace")
    shown = text if len(text) <= QUOTE_CHARACTERS_MAX else text[:QUOTE_CHARACTERS_MAX] + "…"
    return repr(shown)[1:-1]
