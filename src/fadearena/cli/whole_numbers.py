"""Options that are whole numbers: a number with a fraction is refused, and not rounded in silence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import Parameter, Token

DIGITS_MAX = 18
_WHOLE = re.compile(rf"[+-]?[0-9]{{1,{DIGITS_MAX}}}")


def _whole(_type: Any, tokens: Sequence[Token]) -> int:
    """Raises ValueError, which the command line names with its option."""
    text = tokens[0].value
    if not _WHOLE.fullmatch(text):
        msg = f"{text[:40]!r} is no whole number of at most {DIGITS_MAX} digits"
        raise ValueError(msg)
    return int(text)


Whole = Annotated[int, Parameter(converter=_whole)]
"""A whole number, in decimal digits."""
