"""Where the watching of a wallet begins or goes on, and its bounds. Pure."""

from __future__ import annotations

import msgspec

from fadearena.domain.identifiers import BotId, EventId, Wallet
from fadearena.domain.market import Asset, Lots, PriceUnits
from fadearena.domain.records import FillRange


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one wallet's detection.

    Args:
        overlap_ms: how long before the watermark fills are still told apart one by one; what is older is taken for
            stored. A backfill reaches back as far.
        held_max: fills held behind breaks; more than the exchange itself keeps of an account.
        quiet_ms: an audit says something about an asset whose last fill is at least this much older.
        write_every_ms: the least time between two writings of a wallet's ``complete`` row.
        apart_ms: the least time between two answers that together prove that no fill explains a gap.
        expected_max: fills expected at once because public trades name them.
    """

    overlap_ms: int = 600_000
    held_max: int = 20_000
    quiet_ms: int = 2_000
    write_every_ms: int = 10_000
    apart_ms: int = 2_000
    expected_max: int = 1_000


class StartPosition(msgspec.Struct, frozen=True):
    """Where a chain continues: the position after its last stored fill, that fill's time, and a price for it or 0."""

    asset: Asset
    lots: Lots
    time_ms: int
    price: PriceUnits = 0


class WalletStart(msgspec.Struct, frozen=True):
    """What is known of a wallet when its watching begins or goes on.

    Args:
        since_ms: where its watched history begins; fills before it are not ours to tell.
        watermark_ms: everything up to here is stored.
        positions: of every asset it is known to have traded; of audited dexes all others count as flat.
        stored: ids of the events stored since ``watermark_ms`` less the overlap.
        open_gaps: ledger rows of state ``gap``.
        dexes: the dexes that audits cover, "" for the main one.
    """

    bot_id: BotId
    wallet: Wallet
    since_ms: int
    watermark_ms: int
    positions: tuple[StartPosition, ...] = ()
    stored: tuple[EventId, ...] = ()
    open_gaps: tuple[FillRange, ...] = ()
    dexes: tuple[str, ...] = ("",)
