"""Where a wallet's chains start when nothing of it is stored: its positions at one moment, lined up with its fills.

Pure. A position and the fills around it come from two answers of the exchange, so a fill may stand in one and not yet
in the other. Lined up by the positions that the fills state, each chain starts exactly where the statement was true.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from fadearena.bot_ingestor.audits import AuditView
from fadearena.bot_ingestor.outputs import InitialPosition
from fadearena.bot_ingestor.starts import StartPosition, WalletStart
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import BotId, EventId, Wallet
from fadearena.domain.market import AssetName, Lots
from fadearena.domain.records import FillRange


class FirstSight(msgspec.Struct, frozen=True):
    """How to begin, and what to tell the arena about it.

    Args:
        row: the beginning of the ledger: from here on a new run goes on instead of looking anew.
    """

    start: WalletStart
    positions: tuple[InitialPosition, ...]
    row: FillRange


def first_sight(
    bot_id: BotId, wallet: Wallet, view: AuditView, recent: Sequence[BotTradeEvent], *, insist: bool
) -> FirstSight | None:
    """Line up the positions of ``view`` with the fills around it.

    Args:
        recent: fills from shortly before ``view.time_ms`` to after it, in execution order.
        insist: begin even where fills and positions contradict each other, at the position before the first of the
            fills; an audit will tell later if that was wrong.

    Returns:
        None where they contradict each other: look again.
    """
    by_asset: defaultdict[AssetName, list[BotTradeEvent]] = defaultdict(list)
    for event in recent:
        by_asset[event.asset.name].append(event)
    starts: list[StartPosition] = []
    stored: list[EventId] = []
    for name in dict.fromkeys([*view.positions, *by_asset]):
        fills = by_asset[name]
        asset, lots = view.positions.get(name) or (fills[0].asset, 0)
        known = _fills_contained(lots, fills, view.time_ms) if view.covers(name) else 0
        if known is None and not insist:
            return None
        if known is None or (fills and not view.covers(name)):
            known, lots = 0, fills[0].previous_lots
        time_ms = fills[known - 1].time_ms if known else min([view.time_ms, *(fill.time_ms for fill in fills)])
        price = view.marks.get(name) or (fills[0].price if fills else 0)
        starts.append(StartPosition(asset, lots, time_ms, price))
        stored += [fill.id for fill in fills[:known]]
    since_ms = min([view.time_ms, *(position.time_ms for position in starts)])
    start = WalletStart(bot_id, wallet, since_ms, since_ms, tuple(starts), tuple(stored), dexes=view.dexes)
    positions = [InitialPosition(bot_id, wallet, p.asset, p.lots, p.price, p.time_ms) for p in starts if p.lots]
    row = FillRange(wallet, None, since_ms, since_ms, "complete", "watched from here on")
    return FirstSight(start, tuple(positions), row)


def _fills_contained(lots: Lots, fills: Sequence[BotTradeEvent], time_ms: int) -> int | None:
    """How many of the fills a statement of ``lots`` at ``time_ms`` contains; None where it fits none of them."""
    positions = [fills[0].previous_lots, *(fill.current_lots for fill in fills)] if fills else [lots]
    fitting = [count for count, position in enumerate(positions) if position == lots]
    in_time = [count for count in fitting if count == 0 or fills[count - 1].time_ms <= time_ms]
    return max(in_time, default=min(fitting, default=None))
