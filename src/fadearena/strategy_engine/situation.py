"""The numbers a decision is made from, and the numbers it must respect.

Pure. Plain integers only, so that the same kernel source runs interpreted and compiled; a decision's record keeps both,
and from them the decision can be made again, byte for byte.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

UNLIMITED = -1
UNKNOWN = -1
NO_NEW_EVENT = -1

KILL_OFF, KILL_HOLD, KILL_FOLLOW, KILL_FLATTEN = range(4)


class Situation(msgspec.Struct, frozen=True, gc=False):
    """What is the case when a decision is due. Lots, price units, micro-dollars, milliseconds.

    Args:
        bot_lots: the bot's signed position.
        baseline_lots: the part of it that we leave alone.
        held_lots: our signed position with this bot, orders in flight taken as done.
        multiplier_e4: the bot's multiplier times 10^4.
        sizing_rule: row of ``sizing.SIZING_RULES``.
        our_equity, bot_equity: for the rule ``equity-ratio``; 0 = unknown.
        fixed_notional: for the rule ``fixed-notional``.
        anchor_price: the bot's price when the part we fade was opened, 0 = none.
        bot_price: the price of the bot's own trade.
        buy_price, sell_price: what we would pay or get now, 0 = unknown.
        price_age_ms: how old these are, -1 = unknown.
        mark: what exposure in this asset is measured at.
        event_age_ms: how old the event is; NO_NEW_EVENT where an old one is decided on again: nothing may be opened.
        net_if_bought, net_if_sold: our net position in the asset over all bots, should all our buys (sells) in flight
            execute.
        other_exposure: absolute exposure in all other assets together.
        equity_change_today: since 00:00 UTC, transfers left out.
        orders_last_minute: orders sent in the last 60 seconds.
        kill_switch: KILL_OFF, KILL_HOLD, KILL_FOLLOW or KILL_FLATTEN.
        bot_enabled, armed, history_complete: 1 or 0.
    """

    bot_lots: int
    baseline_lots: int
    held_lots: int
    multiplier_e4: int
    sizing_rule: int
    our_equity: int
    bot_equity: int
    fixed_notional: int
    anchor_price: int
    bot_price: int
    buy_price: int
    sell_price: int
    price_age_ms: int
    mark: int
    event_age_ms: int
    net_if_bought: int
    net_if_sold: int
    other_exposure: int
    equity_change_today: int
    orders_last_minute: int
    kill_switch: int
    bot_enabled: int
    armed: int
    history_complete: int


class Limits(msgspec.Struct, frozen=True, gc=False):
    """What must hold. Micro-dollars and milliseconds; -1 = unlimited.

    Args:
        slippage_e2: hundredths of a basis point from the bot's own price.
        minimum_order: the exchange's, micro-dollars.
        clamp: 1 = an order over a cap is shrunk, 0 = dropped.
    """

    event_age_ms: int
    daily_loss: int
    asset_cap: int
    global_cap: int
    order_notional: int
    slippage_e2: int
    price_age_ms: int
    minimum_order: int
    orders_per_minute: int
    clamp: int


class Verdict(NamedTuple):
    """What the kernel says. Lots. A tuple, since compiled code can make no structs.

    Args:
        target: the position we want with this bot.
        delta: target minus held.
        reduction: the part of abs(delta) that only shrinks our position.
        increase: the rest of it, which the checks look at.
        allowed: what the checks left of the increase.
        order: what is traded now, signed; 0 = nothing.
    """

    target: int
    delta: int
    reduction: int
    increase: int
    allowed: int
    order: int
