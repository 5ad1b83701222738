"""Points in time as a person types them: milliseconds since the epoch, or ISO 8601; UTC where no zone is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fadearena.cli.failures import CommandError, ExitCode

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def period(start: str | None, end: str | None) -> tuple[datetime | None, datetime | None]:
    """From when to when, None for no bound. Raises CommandError (wrong usage) for what is none."""
    first, last = moment(start), moment(end)
    if first is not None and last is not None and last < first:
        msg = f"--from {start} is after --to {end}"
        raise CommandError(msg, ExitCode.USAGE)
    return first, last


def moment(text: str | None) -> datetime | None:
    """The time, None for None. Raises CommandError (wrong usage) for what is none."""
    if text is None:
        return None
    try:
        if text.isascii() and text.isdecimal() and len(text) >= 9:
            return _EPOCH + timedelta(milliseconds=int(text))
        time = datetime.fromisoformat(text)
        return time if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        msg = f"not a time: {text[:60]!r}; write milliseconds or ISO 8601, e.g. 2025-10-20T12:00"
        raise CommandError(msg, ExitCode.USAGE) from None
