"""A part of the settings as JSON: every wrong field named at once, and what is right merged into what was.

Pure. ``botConfigs`` and ``assetExposureCaps`` are merged too, by bot and by asset: what is not named stays as it is, so
that no limit is ever lifted by being left out; null lifts one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import fields, replace

from fadearena.core_api.problems import Refusal, refuse_fields
from fadearena.domain.identifiers import BotId
from fadearena.domain.settings import BotConfig, StrategySettings, faults_of

RawObject = dict[str, msgspec.Raw]

ENTRIES_MAX = 500
_ASSET = re.compile(r"[A-Za-z0-9:@/._-]{1,40}\Z", re.ASCII)
_SETTINGS = {field.encode_name: field for field in fields(StrategySettings)}
_OF_BOT = {field.encode_name: field for field in fields(BotConfig) if field.name != "id"}
_PATH = re.compile(r" - at `[^`]*`\Z")


class Change(msgspec.Struct, frozen=True):
    """What a body asks for.

    Args:
        settings: whole and sound.
        version: the version the change was made from, None where the caller does not mind.
        confirm: whether going live was confirmed.
    """

    settings: StrategySettings
    version: int | None
    confirm: bool


def change_of(current: StrategySettings, body: bytes, known_bots: Collection[str]) -> Change:
    """The settings after a body. Raises Refusal 400 that names every wrong field."""
    try:
        given = msgspec.json.decode(body, type=RawObject)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise Refusal(400, f"The body must be a JSON object of settings: {_plain(fault)}.") from fault
    reading = _Reading(known_bots)
    version = reading.value("version", given.pop("version", None), int)
    confirm = reading.value("confirm", given.pop("confirm", None), bool)
    settings = reading.merged(current, given)
    errors = {**faults_of(settings), **reading.errors}
    if errors:
        raise refuse_fields(errors)
    return Change(settings, version, bool(confirm))


class _Reading:
    """Decodes field by field and collects what is wrong."""

    def __init__(self, known_bots: Collection[str]) -> None:
        self._known_bots = known_bots
        self.errors: dict[str, str] = {}

    def value(self, name: str, raw: msgspec.Raw | None, kind: Any) -> Any:
        """The decoded value; None where it is missing or wrong."""
        if raw is None:
            return None
        try:
            return _written_out(msgspec.json.decode(raw, type=kind))
        except (msgspec.DecodeError, RecursionError) as fault:
            self.errors[name] = _plain(fault)
            return None

    def merged(self, current: StrategySettings, given: RawObject) -> StrategySettings:
        """``current`` with every sound field of ``given``."""
        changes: dict[str, Any] = {}
        for name, raw in given.items():
            field = _SETTINGS.get(name)
            if field is None:
                self.errors[name[:80]] = "is not a setting"
            elif name == "botConfigs":
                changes[field.name] = self._bots(current, raw)
            elif name == "assetExposureCaps":
                changes[field.name] = self._caps(current, raw)
            else:
                before = len(self.errors)
                value = self.value(name, raw, field.type)
                if len(self.errors) == before:
                    changes[field.name] = value
        return replace(current, **changes)

    def _bots(self, current: StrategySettings, raw: msgspec.Raw) -> tuple[BotConfig, ...]:
        entries = self.value("botConfigs", raw, list[RawObject]) or []
        if len(entries) > ENTRIES_MAX:
            self.errors["botConfigs"] = f"has more than {ENTRIES_MAX} entries"
            return current.bot_configs
        configs = {config.id: config for config in current.bot_configs}
        seen: set[str] = set()
        for index, entry in enumerate(entries):
            place = f"botConfigs.{index}"
            identity = self.value(f"{place}.id", entry.pop("id", msgspec.Raw(b"null")), str)
            if identity is None:
                self.errors[f"{place}.id"] = "names the bot that the entry is about"
            elif identity not in self._known_bots:
                self.errors[f"botConfigs.{identity[:64]}"] = "is not the id of a watched bot"
            elif identity in seen:
                self.errors[f"botConfigs.{identity}"] = "is named twice"
            else:
                seen.add(identity)
                configs[identity] = self._bot(current.config_of(BotId(identity)), entry)
        return tuple(configs.values())

    def _bot(self, config: BotConfig, entry: RawObject) -> BotConfig:
        changes: dict[str, Any] = {}
        for name, raw in entry.items():
            place = f"botConfigs.{config.id}.{name[:80]}"
            field = _OF_BOT.get(name)
            if field is None:
                self.errors[place] = "is not a setting of a bot"
                continue
            before = len(self.errors)
            value = self.value(place, raw, field.type)
            if len(self.errors) == before:
                changes[field.name] = value
        return replace(config, **changes)

    def _caps(self, current: StrategySettings, raw: msgspec.Raw) -> dict[str, Decimal | None]:
        given = self.value("assetExposureCaps", raw, RawObject) or {}
        caps = dict(current.asset_exposure_caps)
        for asset, value in given.items():
            place = f"assetExposureCaps.{asset[:40]}"
            if not _ASSET.match(asset):
                self.errors[place] = "is not the name of an asset"
                continue
            before = len(self.errors)
            cap = self.value(place, value, Decimal | None)
            if len(self.errors) == before:
                caps[asset] = cap
        if len(caps) > ENTRIES_MAX:
            self.errors["assetExposureCaps"] = f"would have more than {ENTRIES_MAX} entries"
        return caps


def _written_out(value: Any) -> Any:
    """5E+3 as 5000: what is stored is what a person reads."""
    if isinstance(value, Decimal) and value.is_finite() and 0 < int(value.as_tuple().exponent) <= 15:
        return value.quantize(Decimal(1))
    return value


def _plain(fault: Exception) -> str:
    """The decoder's words without its path, which the field's name says better."""
    return _PATH.sub("", str(fault)) or "is not JSON"
