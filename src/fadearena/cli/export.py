"""``fadearena export``: trades, events, decisions, equity or the log as CSV, JSON Lines or Parquet.

In: which rows, and where to; out: a file that is either whole or not there, or standard output. Rows come oldest first
and are one snapshot of the database, however long it takes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

from cyclopts import Parameter

from fadearena.cli.database_access import opened
from fadearena.cli.failures import CommandError, ExitCode, require_bot
from fadearena.cli.moments import period
from fadearena.cli.output import say
from fadearena.persistence.database import Connection
from fadearena.persistence.export import ExportFilter, Subject, can_filter, copy_csv, copy_json_lines, known_bots

Format = Literal["csv", "jsonl", "parquet"]
_OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
_ENDINGS: dict[str, Format] = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}


async def export(
    what: Subject,
    /,
    *,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    format: Format | None = None,  # noqa: A002  (the flag's name)
    bot: str | None = None,
    asset: str | None = None,
    since: Annotated[str | None, Parameter(name="--from")] = None,
    until: Annotated[str | None, Parameter(name="--to")] = None,
    overwrite: Annotated[bool, Parameter(show_default=False)] = False,
) -> None:
    """Write trades (ours), events (the bots'), decisions, equity or the system's own log, oldest first.

    Parameters
    ----------
    what
        What to write; "log" is the system's own events, kept as long as `system_events_days` says.
    output
        The file; without it, standard output.
    format
        As the file's name ends, else CSV.
    bot
        Only of this bot.
    asset
        Only of this asset.
    since
        Not before this time: milliseconds or ISO 8601, UTC where it names no zone.
    until
        Before this time.
    overwrite
        Replace a file that is there.
    """
    chosen = format or _ENDINGS.get(output.suffix.lower() if output else "", "csv")
    _check(what, output, chosen, bot, asset, overwrite=overwrite)
    start, end = period(since, until)
    wanted = ExportFilter(bot_id=bot, asset=asset, start=start, end=end)
    async with opened() as connection:
        if bot is not None:
            require_bot(bot, await known_bots(connection))
        async with _target(output) as file:
            rows = await _write(connection, what, wanted, chosen, file)
    say(f"{rows:,} rows of {what}{f' in {output}' if output else ''}")


def _check(
    what: Subject, output: Path | None, chosen: Format, bot: str | None, asset: str | None, *, overwrite: bool
) -> None:
    """Raises CommandError for a wish that no database is needed to refuse."""
    reason = ""
    if (bot is not None and not can_filter(what, "botId")) or (asset is not None and not can_filter(what, "asset")):
        whole = "system" if what == "log" else "account"
        reason = f"{what} is of the whole {whole}: leave --bot and --asset away"
    elif output is not None and output.is_dir():
        reason = f"{output} is a folder: name a file in it"
    elif output is not None and output.is_file() and not overwrite:
        reason = f"{output} is there already: choose another name, or add --overwrite"
    elif output is not None and not output.parent.is_dir():
        reason = f"there is no folder {output.parent}"
    elif chosen == "parquet" and output is None and sys.stdout.isatty():
        reason = "Parquet is not for a terminal: name a file with --output"
    if reason:
        raise CommandError(reason, ExitCode.USAGE)


async def _write(connection: Connection, what: Subject, wanted: ExportFilter, chosen: Format, file: BinaryIO) -> int:
    async def write(data: bytes) -> None:
        file.write(data)

    match chosen:
        case "csv":
            return await copy_csv(connection, what, wanted, write)
        case "jsonl":
            return await copy_json_lines(connection, what, wanted, write)
        case "parquet":
            from fadearena.cli.parquet import write_parquet  # noqa: PLC0415  (an extra)

            return await write_parquet(connection, what, wanted, file)


def _behind_links(path: Path) -> Path:
    """What a link leads to is to be replaced, and not the link."""
    return path.resolve()


@contextlib.asynccontextmanager
async def _target(output: Path | None) -> AsyncIterator[BinaryIO]:
    """Where the bytes go. A file appears under its name only when all of it is there."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = _behind_links(output)
    if target.exists() and not target.is_file():
        with target.open("wb") as file:  # a pipe or a device, which nothing may take the place of
            yield file
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(target)
    except OSError as fault:
        if fault.errno in _OF_THE_DISK:
            raise OSError(fault.errno, fault.strerror, str(output)) from fault
        raise
    finally:
        part.unlink(missing_ok=True)
