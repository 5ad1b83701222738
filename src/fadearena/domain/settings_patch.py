"""Changes to the settings as a person types them: ``key=value``, keys spelled as the API spells them.

Pure. In: settings and assignments such as ``capPolicy=skip``, ``bots.gpt-5.enabled=false``,
``assetExposureCaps.BTC=20000`` or ``dailyLossLimit=null``; out: new settings, all of them sound, or a
``SettingsPatchError`` of one line that names the key, what was typed and what is expected.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo, fields, replace

from fadearena.domain.identifiers import MalformedIdError, bot_id
from fadearena.domain.settings import BotConfig, StrategySettings, faults_of

BOTS = "bots"
CAPS = "assetExposureCaps"
_IN_PARTS = {
    "botConfigs": "bots.ID.enabled=false",
    BOTS: "bots.ID.enabled=false",
    CAPS: "assetExposureCaps.ASSET=20000",
}
_ASSET = re.compile(r"[A-Za-z0-9:@/._-]{1,40}\Z", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,9})?\Z", re.ASCII)


class SettingsPatchError(ValueError):
    """An assignment that can't be made. One line."""


def apply_assignments(
    settings: StrategySettings, assignments: Sequence[str], known_bots: Collection[str] | None = None
) -> StrategySettings:
    """The settings with each assignment made, in order.

    Args:
        assignments: ``key=value``; a value of ``null`` takes a limit away.
        known_bots: the ids that ``bots.ID.…`` may name; None = any.

    Raises:
        SettingsPatchError: a key that is not one, a value of the wrong kind, or settings that would be unsound.
    """
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        key, text = key.strip(), text.strip()
        if not equals or not key:
            msg = f"{assignment[:80]!r} is not of the form key=value"
            raise SettingsPatchError(msg)
        settings = _assigned(settings, key, text, known_bots)
    if faults := faults_of(settings):
        raise SettingsPatchError("; ".join(f"{_typed_key(name)} {fault}" for name, fault in faults.items()))
    return settings


def values_of(settings: StrategySettings) -> dict[str, Any]:
    """Every key that an assignment may name, with its value: all settings, then those of each bot, then the caps."""
    values = {name: getattr(settings, field.name) for name, field in _TOP.items() if name not in _IN_PARTS}
    for config in settings.bot_configs:
        values |= {f"{BOTS}.{config.id}.{name}": getattr(config, field.name) for name, field in _OF_BOT.items()}
    return values | {f"{CAPS}.{asset}": cap for asset, cap in settings.asset_exposure_caps.items()}


def value_of(settings: StrategySettings, key: str) -> Any:
    """The value of one key. Raises SettingsPatchError where there is no such key."""
    values = values_of(settings)
    if key not in values:
        raise _unknown(key, values)
    return values[key]


def _assigned(settings: StrategySettings, key: str, text: str, known: Collection[str] | None) -> StrategySettings:
    head, _, rest = key.partition(".")
    if rest and head in {BOTS, "botConfigs"}:
        return _with_bot(settings, key, rest, text, known)
    if rest and head == CAPS:
        if not _ASSET.match(rest):
            msg = f"{key[:80]}: {rest[:40]!r} is no asset"
            raise SettingsPatchError(msg)
        value = _value(key, text, Decimal | None)
        return replace(settings, asset_exposure_caps={**settings.asset_exposure_caps, rest: value})
    if key in _IN_PARTS:
        msg = f"{key} is set one part at a time: {_IN_PARTS[key]}"
        raise SettingsPatchError(msg)
    field = _TOP.get(key)
    if field is None:
        raise _unknown(key, [*_TOP, f"{BOTS}.{rest or 'ID.enabled'}", f"{CAPS}.{rest or 'ASSET'}"])
    return replace(settings, **{field.name: _value(key, text, field.type)})


def _with_bot(
    settings: StrategySettings, key: str, rest: str, text: str, known: Collection[str] | None
) -> StrategySettings:
    """``rest`` is ``ID.field``; an id has dots of its own, a field has none."""
    identity, _, name = rest.rpartition(".")
    field = _OF_BOT.get(name)
    if field is None:
        raise _unknown(key, [f"{BOTS}.{identity or rest}.{option}" for option in _OF_BOT])
    if known is not None and identity not in known:
        near = difflib.get_close_matches(identity, known, n=1, cutoff=0.3)
        msg = f"{key}: there is no bot {identity!r}{_suggestion(near)}"
        raise SettingsPatchError(msg)
    try:
        bot = bot_id(identity)
    except MalformedIdError as error:
        msg = f"{key[:80]}: {error}"
        raise SettingsPatchError(msg) from None
    changed = replace(settings.config_of(bot), **{field.name: _value(key, text, field.type)})
    configs = [changed if config.id == bot else config for config in settings.bot_configs]
    if changed not in configs:
        configs.append(changed)
    return replace(settings, bot_configs=tuple(configs))


def _value(key: str, text: str, kind: Any) -> Any:
    kinds = get_args(kind) if get_origin(kind) is not Literal and NoneType in get_args(kind) else (kind,)
    if text == "null" and NoneType in kinds:
        return None
    plain = next(option for option in kinds if option is not NoneType)
    try:
        if plain in {Decimal, int} and not _NUMBER.match(text):
            raise msgspec.ValidationError
        return msgspec.convert(text, plain, strict=False)
    except msgspec.ValidationError:
        msg = f"{key} is {text[:80]!r}; expected {_expected(plain)}{' or null' if NoneType in kinds else ''}"
        raise SettingsPatchError(msg) from None


def _expected(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(get_args(kind))
    return {bool: "true or false", int: "a whole number", Decimal: "a number"}[kind]


def _unknown(key: str, known: Iterable[str]) -> SettingsPatchError:
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(key.lower(), by_lower, n=1, cutoff=0.5)
    return SettingsPatchError(f"there is no setting {key[:80]!r}{_suggestion([by_lower[name] for name in near])}")


def _suggestion(near: Sequence[str]) -> str:
    return f"; did you mean {near[0]!r}?" if near else ""


def _typed_key(name: str) -> str:
    return name.replace("botConfigs.", f"{BOTS}.", 1)


def _by_api_name(struct: type[msgspec.Struct]) -> dict[str, FieldInfo]:
    return {field.encode_name: field for field in fields(struct)}


_TOP = _by_api_name(StrategySettings)
_OF_BOT = {name: field for name, field in _by_api_name(BotConfig).items() if name != "id"}
