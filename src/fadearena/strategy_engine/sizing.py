"""Sizing rules: which position we want against a bot's. A rule is a function and a row.

Pure, integers only. A rule gets the bot's position without its baseline and returns our signed target in lots, cut
toward zero; each is odd (a mirrored bot gives a mirrored target), so inverting twice gives back the bot.
"""

from __future__ import annotations

from collections.abc import Callable

from fadearena.strategy_engine.situation import Situation

SCALE_E4_MAX = 1_000_000
"""Our size is at most a hundred times the bot's: keeps products in 64 bits."""

CENT = 10_000

SizingFunction = Callable[[Situation, int], int]


def proportional(s: Situation, faded_lots: int) -> int:
    """The multiplier times the bot's position."""
    return _inverted(faded_lots, s.multiplier_e4)


def equity_ratio(s: Situation, faded_lots: int) -> int:
    """The multiplier times our equity over the bot's; while either is unknown we hold, or leave with the bot."""
    bot_cents = s.bot_equity // CENT
    our_cents = s.our_equity // CENT
    if bot_cents <= 0 or our_cents <= 0:
        same_way = (faded_lots > 0 and s.held_lots < 0) or (faded_lots < 0 and s.held_lots > 0)
        return s.held_lots if same_way else 0
    return _inverted(faded_lots, min(s.multiplier_e4 * our_cents // bot_cents, SCALE_E4_MAX))


def fixed_notional(s: Situation, faded_lots: int) -> int:
    """The same amount a position, however large the bot's, measured at the price it was opened at."""
    if faded_lots == 0 or s.anchor_price <= 0:
        return 0
    lots = s.fixed_notional // s.anchor_price
    return -lots if faded_lots > 0 else lots


def _inverted(lots: int, scale_e4: int) -> int:
    if lots < 0:
        return -lots * scale_e4 // 10_000
    return -(lots * scale_e4 // 10_000)


SIZING_RULES: tuple[tuple[str, SizingFunction], ...] = (
    ("proportional", proportional),
    ("equity-ratio", equity_ratio),
    ("fixed-notional", fixed_notional),
)
"""Name in the settings, and the rule; ``Situation.sizing_rule`` is the row."""

SIZING_ROW = {name: row for row, (name, _) in enumerate(SIZING_RULES)}
