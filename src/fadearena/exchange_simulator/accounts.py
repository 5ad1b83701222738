"""An account of the simulated exchange: cash, positions, fills, funding; what each fill does to them.

Pure. Cash moves by size times price exactly, so equity never depends on how a realised result is rounded. The average
entry is kept to 10^-12 of a price unit; ``closed_pnl`` measures from the entry cut to the asset's grid, as the exchange
does (section 11.2).

A fill's own ``closedPnl`` and ``fee`` are the exchange's word and are kept; where this accounting comes to another
result the difference is counted, not corrected. (In season one both agree to the last digit. The exchange's recorded
results differ from the rule in about one close of 150, by one last unit of the entry, where its binary arithmetic cut
an average that lies on the grid.)
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from fadearena.domain.market import Asset, Lots, MicroUsd, PriceUnits, nearest_usd_micro
from fadearena.hyperliquid.messages import Fill

ENTRY_SCALE = 10**12
ON_GRID = 10**6
"""An average this close below a grid price counts as that price (10^-6 of a unit)."""


class Holding(msgspec.Struct, frozen=True):
    """A signed position at an average entry, in 10^-12 of a price unit."""

    lots: Lots = 0
    entry_e12: int = 0

    @property
    def entry(self) -> PriceUnits:
        """The average entry cut to the grid."""
        return (self.entry_e12 + ON_GRID) // ENTRY_SCALE

    @property
    def cost(self) -> MicroUsd:
        """Signed lots times the uncut average, to the nearest micro-dollar."""
        return _nearest(self.lots * self.entry_e12, ENTRY_SCALE)


def traded(held: Holding, signed: Lots, price: PriceUnits) -> tuple[Holding, MicroUsd]:
    """The position after a trade of ``signed`` lots, and its realised result by the exchange's rule (0 if none)."""
    after = held.lots + signed
    if held.lots == 0 or (held.lots > 0) == (signed > 0):
        total = held.lots * held.entry_e12 + signed * price * ENTRY_SCALE
        return Holding(after, _nearest(total, after)), 0
    closed = min(abs(held.lots), abs(signed)) * (1 if held.lots > 0 else -1)
    realised = closed * (price - held.entry)
    if after == 0:
        return Holding(), realised
    if (after > 0) == (held.lots > 0):
        return Holding(after, held.entry_e12), realised
    return Holding(after, price * ENTRY_SCALE), realised


class FundingPayment(msgspec.Struct, frozen=True):
    """One hour's funding of one position; ``usd`` is negative when paid."""

    time_ms: int
    coin: str
    usd: MicroUsd
    lots: Lots
    rate_e10: int


@dataclass
class Account:
    """One account. It changes by ``fill``, ``fund`` and nothing else.

    Args:
        deposit: what it began with, paid in at ``opened_ms``.
        cash: ``totalRawUsd``: the deposit, minus what was bought, plus what was sold, minus fees, plus funding.
        realised, fees, funding: totals; realised as the fills state it.
        unlike_stated: fills whose stated result differs from the rule's.
        adjusted: fills that began at another position than the fill before had left (rows are missing).
    """

    wallet: str
    deposit: MicroUsd
    opened_ms: int
    cash: MicroUsd = 0
    realised: MicroUsd = 0
    fees: MicroUsd = 0
    funding: MicroUsd = 0
    volume: MicroUsd = 0
    unlike_stated: int = 0
    adjusted: int = 0
    holdings: dict[str, Holding] = field(default_factory=dict)
    funding_since_open: dict[str, MicroUsd] = field(default_factory=dict)
    funding_since_change: dict[str, MicroUsd] = field(default_factory=dict)
    funding_of_all_time: dict[str, MicroUsd] = field(default_factory=dict)
    fills: list[Fill] = field(default_factory=list)
    payments: list[FundingPayment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cash = self.deposit

    def fill(self, asset: Asset, fill: Fill) -> None:
        """Book one fill; its numbers must be on the asset's grid."""
        price, lots = asset.price(fill.px), asset.lots(fill.sz)
        signed = lots if fill.side == "B" else -lots
        held = self._reconciled(asset, fill, price)
        after, realised = traded(held, signed, price)
        stated, fee = nearest_usd_micro(fill.closed_pnl), nearest_usd_micro(fill.fee)
        self.cash -= signed * price + fee
        self.realised += stated
        self.fees += fee
        self.volume += lots * price
        self.unlike_stated += realised != stated
        self._hold(asset.name, held, after)
        self.fills.append(fill)

    def fund(self, payment: FundingPayment) -> None:
        """Book one funding payment."""
        coin = payment.coin
        self.cash += payment.usd
        self.funding += payment.usd
        for total in (self.funding_since_open, self.funding_since_change, self.funding_of_all_time):
            total[coin] = total.get(coin, 0) + payment.usd
        self.payments.append(payment)

    def equity(self, marks: dict[str, PriceUnits]) -> MicroUsd:
        """``accountValue``: cash and what the positions would bring at these marks."""
        return self.cash + sum(held.lots * marks[coin] for coin, held in self.holdings.items())

    def _reconciled(self, asset: Asset, fill: Fill, price: PriceUnits) -> Holding:
        """The position the fill says it began from; where rows before it are missing it is taken over at its price.

        The entry is then what the fill's own result implies, if it closes, else its price.
        """
        held = self.holdings.get(asset.name, Holding())
        start = asset.lots(fill.start_position)
        if start == held.lots:
            return held
        self.adjusted += 1
        self.cash -= (start - held.lots) * price
        if held.lots and start and (held.lots > 0) == (start > 0):
            return Holding(start, held.entry_e12)
        signed = asset.lots(fill.sz) * (1 if fill.side == "B" else -1)
        if start and (start > 0) != (signed > 0):
            closed = min(abs(start), abs(signed)) * (1 if start > 0 else -1)
            return Holding(start, price * ENTRY_SCALE - nearest_usd_micro(fill.closed_pnl) * ENTRY_SCALE // closed)
        return Holding(start, price * ENTRY_SCALE)

    def _hold(self, coin: str, before: Holding, after: Holding) -> None:
        self.funding_since_change[coin] = 0
        if before.lots == 0 or (before.lots > 0) != (after.lots > 0):
            self.funding_since_open[coin] = 0
        if after.lots:
            self.holdings[coin] = after
        else:
            self.holdings.pop(coin, None)


def opened(wallet: str, equity: str, opened_ms: int) -> Account:
    """A fresh account with a deposit of ``equity`` USDC (decimal text)."""
    return Account(wallet, nearest_usd_micro(equity), opened_ms)


def _nearest(numerator: int, denominator: int) -> int:
    """Rounded half away from zero."""
    quotient, remainder = divmod(abs(numerator), abs(denominator))
    rounded = quotient + (2 * remainder >= abs(denominator))
    return rounded if (numerator >= 0) == (denominator > 0) else -rounded
