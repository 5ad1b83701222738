"""The exchange itself: markets, accounts and a recording that happens to them as virtual time goes on.

Pure. ``advance`` is the only thing that changes it; everything else answers questions about now. What it cannot do is
take an order: it replays.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import msgspec

from fadearena.domain.market import Asset, Lots, MalformedNumberError, MicroUsd, PriceUnits, Side
from fadearena.exchange_simulator import dice
from fadearena.exchange_simulator.accounts import Account, FundingPayment, opened
from fadearena.exchange_simulator.listing import list_assets
from fadearena.exchange_simulator.market import MAKERS, MS_PER_HOUR, RATE_E10, Market, Trade
from fadearena.exchange_simulator.orders import OrderRecord, after_fill
from fadearena.hyperliquid.messages import Fill
from fadearena.hyperliquid.recordings import Recording, RecordingError

LEAD_MS = 60_000
"""Virtual time before the first print."""

DEPOSIT_BEFORE_MS = 3_600_000
FUNDING_STAMP_MS = 100
EQUITY_POINTS_MAX = 20_000


class Block(msgspec.Struct, frozen=True):
    """All fills of one millisecond, by account, in the order of execution."""

    time_ms: int
    fills: dict[str, list[Fill]]

    @property
    def coins(self) -> list[str]:
        """What was traded, each once, in order."""
        return list(dict.fromkeys(fill.coin for fills in self.fills.values() for fill in fills))


class FundingHour(msgspec.Struct, frozen=True):
    """One hour's funding, by account."""

    time_ms: int
    payments: dict[str, list[FundingPayment]]


Happening = Block | FundingHour


class EquityPoint(msgspec.Struct, frozen=True):
    """What an account was worth, and how much of that it had won."""

    time_ms: int
    equity: MicroUsd
    profit: MicroUsd
    volume: MicroUsd


class Exchange:
    """A recording as a living exchange.

    Raises:
        RecordingError: for a recording without fills, or with a fill that is off its asset's grid.
    """

    def __init__(self, recording: Recording, seed: int) -> None:
        fills = [fill for account in recording.accounts for fill in account.fills]
        if not fills:
            msg = f"{recording.source}: it holds no fill of a perpetual to replay"
            raise RecordingError(msg)
        if len({account.wallet for account in recording.accounts}) < len(recording.accounts):
            msg = f"{recording.source}: it holds one wallet twice"
            raise RecordingError(msg)
        self.seed = seed
        self.listings = list_assets(fills)
        self.assets: dict[str, Asset] = {listing.asset.name: listing.asset for listing in self.listings}
        self._order_sizes = _order_sizes(recording, self.assets)
        first, self.end_ms = min(fill.time for fill in fills), max(fill.time for fill in fills)
        self.begin_ms = self.now_ms = first - LEAD_MS
        self.fills_total, self.fills_replayed = len(fills), 0
        tape = _tape(recording, self.assets, seed)
        self.markets: dict[str, Market] = {
            listing.asset.name: Market(listing, tape.get(listing.asset.name, []), seed, first)
            for listing in self.listings
        }
        self.accounts: dict[str, Account] = {
            account.wallet: opened(account.wallet, account.starting_equity, first - DEPOSIT_BEFORE_MS)
            for account in recording.accounts
        }
        self.orders: dict[str, dict[int, OrderRecord]] = {wallet: {} for wallet in self.accounts}
        self.equity_points: dict[str, deque[EquityPoint]] = {
            wallet: deque(maxlen=EQUITY_POINTS_MAX) for wallet in self.accounts
        }
        self._blocks = _blocks(recording)
        self._next_block = 0

    @property
    def ended(self) -> bool:
        """Whether every fill of the recording has happened."""
        return self._next_block == len(self._blocks)

    def next_ms(self) -> int | None:
        """When something happens next; None when the replay has ended and nobody holds anything."""
        funding = self._next_funding_ms() if self._anyone_holds() else None
        block = None if self.ended else self._blocks[self._next_block].time_ms
        return min((moment for moment in (funding, block) if moment is not None), default=None)

    def advance(self, until_ms: int) -> Iterator[Happening]:
        """Go on to ``until_ms``, one happening at a time; what has been yielded is done when the next is asked for.

        Now stands at the happening's time while it is being looked at.
        """
        while (moment := self.next_ms()) is not None and moment <= until_ms:
            funded_now = self._anyone_holds() and moment == self._next_funding_ms()
            self.now_ms = moment
            yield self._fund(moment) if funded_now else self._happen(self._blocks[self._next_block])
        self.now_ms = max(self.now_ms, until_ms)

    def account(self, wallet: str) -> Account:
        """The account of an address; a stranger's is empty."""
        return self.accounts.get(wallet) or Account(wallet, 0, self.begin_ms)

    def marks(self, account: Account) -> dict[str, PriceUnits]:
        """The mark of everything the account holds."""
        return {coin: self.markets[coin].mark_at(self.now_ms) for coin in account.holdings}

    def equity(self, account: Account) -> MicroUsd:
        return account.equity(self.marks(account))

    def _happen(self, block: Block) -> Block:
        for wallet, fills in block.fills.items():
            account, orders = self.accounts[wallet], self.orders[wallet]
            for fill in fills:
                asset = self.assets[fill.coin]
                account.fill(asset, fill)
                whole = self._order_sizes[wallet, fill.oid]
                orders[fill.oid] = after_fill(orders.get(fill.oid), asset, fill, whole)
            self.fills_replayed += len(fills)
            self._note_equity(account)
        self._next_block += 1
        return block

    def _fund(self, moment: int) -> FundingHour:
        hour = moment // MS_PER_HOUR - 1
        payments: dict[str, list[FundingPayment]] = {}
        for account in self.accounts.values():
            for coin, held in list(account.holdings.items()):
                market = self.markets[coin]
                rate = market.funding_rate_e10(hour)
                usd = -_toward_zero(held.lots * market.oracle_at(moment) * rate, RATE_E10)
                payment = FundingPayment(moment, coin, usd, held.lots, rate)
                account.fund(payment)
                payments.setdefault(account.wallet, []).append(payment)
            self._note_equity(account)
        return FundingHour(moment, payments)

    def _note_equity(self, account: Account) -> None:
        equity = self.equity(account)
        point = EquityPoint(self.now_ms, equity, equity - account.deposit, account.volume)
        self.equity_points[account.wallet].append(point)

    def _anyone_holds(self) -> bool:
        return any(account.holdings for account in self.accounts.values())

    def _next_funding_ms(self) -> int:
        this_hour = self.funding_due(self.now_ms)
        return this_hour if this_hour > self.now_ms else self.funding_due(this_hour + MS_PER_HOUR)

    def funding_due(self, time_ms: int) -> int:
        """When the funding of the hour that holds this time is paid: some milliseconds after it began."""
        hour = time_ms // MS_PER_HOUR
        return hour * MS_PER_HOUR + dice.draw(self.seed, 5, hour) % FUNDING_STAMP_MS


def _toward_zero(numerator: int, denominator: int) -> int:
    whole = abs(numerator) // denominator
    return whole if numerator >= 0 else -whole


def _blocks(recording: Recording) -> list[Block]:
    by_time: dict[int, dict[str, list[Fill]]] = {}
    for account in recording.accounts:
        for fill in account.fills:
            by_time.setdefault(fill.time, {}).setdefault(account.wallet, []).append(fill)
    return [Block(time, by_time[time]) for time in sorted(by_time)]


def _order_sizes(recording: Recording, assets: dict[str, Asset]) -> dict[tuple[str, int], Lots]:
    sizes: dict[tuple[str, int], Lots] = {}
    for account in recording.accounts:
        for place, fill in enumerate(account.fills):
            try:
                asset = assets[fill.coin]
                asset.price(fill.px)
                asset.lots(fill.start_position)
                order = (account.wallet, fill.oid)
                sizes[order] = sizes.get(order, 0) + asset.lots(fill.sz)
            except MalformedNumberError as error:
                msg = f"{recording.source}: account {account.bot_id}, fill {place}: {fill.coin}: {error}"
                raise RecordingError(msg) from None
    return sizes


def _tape(recording: Recording, assets: dict[str, Asset], seed: int) -> dict[str, list[Trade]]:
    """Every fill as the trade it came from; two bots that traded with each other make one trade."""
    trades: dict[tuple[str, int, int, str], Trade] = {}
    for account in recording.accounts:
        for place, fill in enumerate(account.fills):
            key = (fill.coin, fill.time, fill.tid, "" if fill.tid else f"{account.wallet} {place}")
            trades[key] = _merged(
                trades.get(key), _trade(account.wallet, fill, assets[fill.coin], seed), account.wallet
            )
    tape: dict[str, list[Trade]] = {}
    for trade in sorted(trades.values(), key=lambda trade: trade.time_ms):
        tape.setdefault(trade.coin, []).append(trade)
    return tape


def _trade(wallet: str, fill: Fill, asset: Asset, seed: int) -> Trade:
    side = Side.LONG if fill.side == "B" else Side.SHORT
    maker = MAKERS[dice.draw(seed, 6, fill.tid) % len(MAKERS)]
    buyer, seller = (wallet, maker) if side is Side.LONG else (maker, wallet)
    aggressor = side if fill.crossed else side.opposite
    return Trade(
        fill.coin, aggressor, asset.price(fill.px), asset.lots(fill.sz), fill.time, fill.hash, fill.tid, buyer, seller
    )  # fmt: skip


def _merged(first: Trade | None, second: Trade, wallet: str) -> Trade:
    if first is None:
        return second
    if second.buyer == wallet:
        return msgspec.structs.replace(first, buyer=wallet)
    return msgspec.structs.replace(first, seller=wallet)
