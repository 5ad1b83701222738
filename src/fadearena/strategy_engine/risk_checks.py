"""Risk checks: what may stand against an increase. A check is a function and a row.

Pure, integers only. A check gets the situation, the limits, the direction (+1 buys), the lots that only reduce and the
lots by which the order would increase risk, and returns how many of the latter it lets through: all, fewer, or none. No
check can stop a reduction.
"""

from __future__ import annotations

from collections.abc import Callable

from fadearena.strategy_engine.situation import KILL_OFF, NO_NEW_EVENT, UNKNOWN, UNLIMITED, Limits, Situation

CheckFunction = Callable[[Situation, Limits, int, int, int], int]


def kill_switch(s: Situation, limits: Limits, way: int, reduction: int, increase: int) -> int:  # noqa: ARG001
    return increase if s.kill_switch == KILL_OFF else 0


def bot_enabled(s: Situation, limits: Limits, way: int, reduction: int, increase: int) -> int:  # noqa: ARG001
    return increase if s.bot_enabled else 0


def mode_armed(s: Situation, limits: Limits, way: int, reduction: int, increase: int) -> int:  # noqa: ARG001
    return increase if s.armed else 0


def history_complete(s: Situation, limits: Limits, way: int, reduction: int, increase: int) -> int:  # noqa: ARG001
    return increase if s.history_complete else 0


def event_fresh(s: Situation, limits: Limits, way: int, reduction: int, increase: int) -> int:  # noqa: ARG001
    return increase if NO_NEW_EVENT < s.event_age_ms <= limits.event_age_ms else 0


def daily_loss(s: Situation, limits: Limits, way: int, reduction: int, increase: int) -> int:  # noqa: ARG001
    if limits.daily_loss == UNLIMITED or s.equity_change_today > -limits.daily_loss:
        return increase
    return 0


def asset_exposure(s: Situation, limits: Limits, way: int, reduction: int, increase: int) -> int:
    if limits.asset_cap == UNLIMITED:
        return increase
    return _fitting(increase, _room(s, limits.asset_cap, way, reduction), limits.clamp)


def global_exposure(s: Situation, limits: Limits, way: int, reduction: int, increase: int) -> int:
    if limits.global_cap == UNLIMITED:
        return increase
    return _fitting(increase, _room(s, limits.global_cap - s.other_exposure, way, reduction), limits.clamp)


def order_notional(s: Situation, limits: Limits, way: int, reduction: int, increase: int) -> int:
    if limits.order_notional == UNLIMITED:
        return increase
    price = order_price(s, way)
    room = limits.order_notional // price - reduction if price > 0 else 0
    return _fitting(increase, max(0, room), limits.clamp)


def price_collar(s: Situation, limits: Limits, way: int, reduction: int, increase: int) -> int:  # noqa: ARG001
    if s.price_age_ms == UNKNOWN or s.price_age_ms > limits.price_age_ms:
        return 0
    price = s.buy_price if way > 0 else s.sell_price
    if price <= 0 or s.bot_price <= 0:
        return 0
    if limits.slippage_e2 == UNLIMITED:
        return increase
    return increase if distance_e2(price, s.bot_price) <= limits.slippage_e2 else 0


def minimum_order(s: Situation, limits: Limits, way: int, reduction: int, increase: int) -> int:
    return increase if is_sendable(s, limits, way, reduction + increase) else 0


def order_rate(s: Situation, limits: Limits, way: int, reduction: int, increase: int) -> int:  # noqa: ARG001
    return increase if s.orders_last_minute < limits.orders_per_minute else 0


RISK_CHECKS: tuple[tuple[str, CheckFunction], ...] = (
    ("kill_switch", kill_switch),
    ("bot_enabled", bot_enabled),
    ("mode_armed", mode_armed),
    ("history_complete", history_complete),
    ("event_fresh", event_fresh),
    ("daily_loss", daily_loss),
    ("asset_exposure", asset_exposure),
    ("global_exposure", global_exposure),
    ("order_notional", order_notional),
    ("price_collar", price_collar),
    ("minimum_order", minimum_order),
    ("order_rate", order_rate),
)
"""In the order in which they run; a check that refuses ends the row."""


def order_price(s: Situation, way: int) -> int:
    """What an order this way is valued at: the price we would trade at, else the bot's own."""
    price = s.buy_price if way > 0 else s.sell_price
    return price if price > 0 else s.bot_price


def distance_e2(price: int, reference: int) -> int:
    """How far a price is from a reference, in hundredths of a basis point, rounded up."""
    return -(-abs(price - reference) * 1_000_000 // reference)


def is_sendable(s: Situation, limits: Limits, way: int, lots: int) -> bool:
    """Whether the exchange takes an order of this size: its minimum, or all of our position in the asset."""
    if lots <= 0:
        return False
    closes_all = s.net_if_bought == s.net_if_sold and s.net_if_bought == -way * lots
    price = order_price(s, way)
    # divided, not multiplied: the product could pass 64 bits
    return closes_all or (price > 0 and lots >= -(-limits.minimum_order // price))


def exposure_after(s: Situation, way: int, lots: int) -> int:
    """The absolute exposure in the asset, at worst, once ``lots`` more are traded this way."""
    return abs((s.net_if_bought if way > 0 else s.net_if_sold) + way * lots) * s.mark


def _room(s: Situation, cap: int, way: int, reduction: int) -> int:
    """How many lots still fit under a cap this way after the reduction; going toward a net of zero always fits."""
    net = (s.net_if_bought if way > 0 else s.net_if_sold) + way * reduction
    most = cap // s.mark if cap > 0 and s.mark > 0 else 0
    return max(0, most - way * net)


def _fitting(increase: int, room: int, clamp: int) -> int:
    if increase <= room:
        return increase
    return room if clamp else 0
