"""What a command prints: tables for a person, JSON for a program, on standard output; talk on standard error.

Bold headings only on a terminal that wants them (``NO_COLOR`` and ``TERM=dumb`` are heeded). Text of others is printed
without control characters, so that no name of a bot can drive a terminal.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal, TextIO

import msgspec
from cyclopts import Parameter

from fadearena.worlds.unfailing_stream import say_to_stderr

Json = Annotated[bool, Parameter(name="--json", negative="", show_default=False, help="Print JSON, for programs.")]
"""The flag of every command that prints data."""

Cell = str | int | float | bool | Decimal | None


def print_json(value: object, *, decimals: Literal["string", "number"] = "string") -> None:
    """One JSON document, indented, with a newline at its end.

    Args:
        decimals: how exact amounts are written: as text, or digit for digit as numbers (as the API does).
    """
    document = msgspec.json.Encoder(enc_hook=str, decimal_format=decimals).encode(value)
    sys.stdout.write(msgspec.json.format(document, indent=2).decode() + "\n")


def print_table(headings: Sequence[str], rows: Sequence[Sequence[Cell]], *, empty: str = "nothing yet") -> None:
    """Columns under headings, numbers to the right; ``empty`` goes to standard error when there is no row."""
    if not rows:
        say(empty)
        return
    texts = [[_text(cell) for cell in row] for row in rows]
    widths = [max(len(heading), *(len(row[at]) for row in texts)) for at, heading in enumerate(headings)]
    numeric = [all(isinstance(row[at], int | float | Decimal | None) for row in rows) for at in range(len(headings))]
    heading = _line([h.rjust(w) if n else h.ljust(w) for h, w, n in zip(headings, widths, numeric, strict=True)])
    print(f"\033[1m{heading}\033[0m" if wants_style(sys.stdout) else heading)
    for row in texts:
        print(_line([t.rjust(w) if n else t.ljust(w) for t, w, n in zip(row, widths, numeric, strict=True)]))


def say(text: str) -> None:
    """A line of talk; lost where nobody listens any more."""
    say_to_stderr(clean(text))


def wants_style(stream: TextIO) -> bool:
    """Whether a stream is a terminal that shows styles."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def clean(text: str) -> str:
    """The text with every control character made visible as ``?``."""
    return "".join("?" if unicodedata.category(sign) in {"Cc", "Cf", "Cs"} else sign for sign in text)


def _text(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return clean(f"{cell:f}" if isinstance(cell, Decimal) else str(cell))


def _line(cells: Sequence[str]) -> str:
    return "  ".join(cells).rstrip()
