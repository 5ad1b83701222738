"""``fadearena status``: the whole at a glance, read from the database, so also when nothing else runs."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from fadearena.cli.database_access import migrated_url
from fadearena.cli.output import Cell, Json, print_json, print_table
from fadearena.persistence.views import Reader
from fadearena.persistence.views.answers import State
from fadearena.persistence.views.state import HEARTBEAT_SECONDS_MAX, state


async def status(*, as_json: Json = False) -> None:
    """Mode, kill switch, connection, equity, positions, and how old what is known is."""
    async with migrated_url() as url:
        reader = Reader(url, connections=1)
        try:
            found = await state(reader)
        finally:
            await reader.close()
    if as_json:
        print_json(found, decimals="number")
    else:
        print_table(["WHAT", "IS"], _rows(found))


def _rows(found: State) -> list[tuple[str, Cell]]:
    system, equity, positions = found.system_status, found.equity, found.open_positions
    return [
        ("mode", found.mode + ("" if found.mode == "simulation" or found.armed else ", not armed")),
        ("kill switch", _kill_switch(found)),
        ("trader", _trader(system.heartbeat_age)),
        ("exchange", "connected" if system.hyperliquid_connected else "not connected"),
        ("last event of a bot", _time(system.last_event_time)),
        ("last order of ours", _time(system.last_order_time)),
        ("equity of the fade", f"{_usd(equity.fade_arena)} ({_time(equity.timestamp)})"),
        ("equity of the bots", _usd(equity.bots_aggregate)),
        ("PnL today", f"{_usd(found.daily_pnl.fade_arena)} (bots {_usd(found.daily_pnl.bots)})"),
        ("open positions", "" if positions is None else f"{positions.count}, {_usd(positions.total_notional)} in all"),
        ("settings version", found.settings_version),
    ]


def _kill_switch(found: State) -> str:
    if not found.kill_switch:
        return "off"
    since = f" since {_time(found.kill_switch_activated_at)}" if found.kill_switch_activated_at else ""
    return f"ON{since}{f': {found.kill_switch_reason}' if found.kill_switch_reason else ''}"


def _trader(age_seconds: float | None) -> str:
    if age_seconds is None:
        return "has never run"
    if age_seconds > HEARTBEAT_SECONDS_MAX:
        return f"not running, last seen {age_seconds:,.0f} s ago"
    return f"running, last seen {age_seconds:.0f} s ago"


def _time(time_ms: int | None) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ") if time_ms else "never"


def _usd(amount: Decimal) -> str:
    return f"{amount:,.2f} USD"
