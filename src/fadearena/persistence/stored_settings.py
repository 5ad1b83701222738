"""The row of "Settings" as the domain's value and back.

Pure. The contract's columns hold what they name; the column ``more`` holds every other setting by the API's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from fadearena.domain.settings import StrategySettings
from fadearena.persistence.errors import PersistenceError

_NUMBERS = ("defaultLeverageMultiplier", "globalExposureCap", "dailyLossLimit")
_DOCUMENTS = ("botConfigs", "assetExposureCaps")
COLUMNS = ("mode", *_NUMBERS, *_DOCUMENTS)


def settings_of(row: Mapping[str, Any]) -> StrategySettings:
    """Raises PersistenceError where somebody wrote into the row what is no setting."""
    try:
        document = msgspec.json.decode(row["more"], type=dict[str, Any])
        document["mode"] = row["mode"]
        for name in _NUMBERS:
            document[name] = _text(row[name])
        for name in _DOCUMENTS:
            document[name] = msgspec.json.decode(row[name])
        return msgspec.convert(document, StrategySettings)
    except msgspec.MsgspecError as fault:
        raise PersistenceError(f'the row of "Settings" cannot be read: {fault}') from fault


def columns_of(settings: StrategySettings) -> tuple[object, ...]:
    """The values of COLUMNS and of ``more``, in that order."""
    document = document_of(settings)
    columns: list[object] = [document.pop("mode")]
    columns += [None if (text := document.pop(name)) is None else Decimal(text) for name in _NUMBERS]
    columns += [_json(document.pop(name)) for name in _DOCUMENTS]
    return (*columns, _json(document))


def document_of(settings: StrategySettings) -> dict[str, Any]:
    """Settings as the API writes them, decimals as text."""
    document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(settings))
    return document


def changes_between(old: StrategySettings, new: StrategySettings) -> dict[str, list[Any]]:
    """What differs, by the API's names: old value and new."""
    before, after = document_of(old), document_of(new)
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
