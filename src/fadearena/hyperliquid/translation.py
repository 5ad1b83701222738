"""From the exchange's words to ours and back: fills to events, books to quotes, states to positions, integers to text.

Pure, and the only file that speaks both. Wire text becomes integers here and nowhere else; what is no plain number is
refused with its text quoted, as MalformedMessageError. Fields: sections 5 and 6 of the protocol reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from fadearena.domain.events import BotTradeEvent, FundingRate, Quote
from fadearena.domain.identifiers import BotId, Wallet, fill_event_id
from fadearena.domain.market import (
    LOTS_MAX,
    NOTIONAL_MAX,
    PERP_PRICE_DECIMALS,
    PRICE_UNITS_MAX,
    Asset,
    AssetName,
    Lots,
    MalformedNumberError,
    MicroUsd,
    PriceUnits,
    Side,
    tick,
    to_nearest_units,
    to_units,
)
from fadearena.hyperliquid.errors import MalformedMessageError
from fadearena.hyperliquid.messages.account import ClearinghouseState
from fadearena.hyperliquid.messages.fills import USDC, Fill
from fadearena.hyperliquid.messages.market import ActiveAssetCtx, AssetCtx, Bbo, FundingHistoryRow, L2Book, Level
from fadearena.hyperliquid.universe import Universe

USD_DECIMALS = 6
RATE_DECIMALS = 10
RATE_E10_MAX = 10**10
"""An hourly funding rate beyond 100 % is no rate."""


class FillNumbers(msgspec.Struct, frozen=True, gc=False):
    """A fill in integers, all that a decision needs.

    Args:
        side: +1 where the account bought, -1 where it sold.
        lots: > 0.
        previous_lots: the signed position before.
    """

    side: int
    lots: Lots
    price: PriceUnits
    previous_lots: Lots
    time_ms: int


class AccountState(msgspec.Struct, frozen=True):
    """What an account holds on one dex.

    Args:
        equity: ``accountValue``.
        positions: signed lots by asset, without those at zero.
        unknown: coins held that the universe in hand does not list; reading it again may help.
        time_ms: the exchange's time, 0 where it gave none.
    """

    equity: MicroUsd
    positions: dict[AssetName, Lots]
    unknown: tuple[str, ...]
    time_ms: int


class AssetMarks(msgspec.Struct, frozen=True):
    """What the exchange measures an asset at; ``mid`` is 0 where its book is empty on a side."""

    asset: Asset
    mark: PriceUnits
    oracle: PriceUnits
    mid: PriceUnits
    funding: FundingRate


def fill_numbers(fill: Fill, asset: Asset) -> FillNumbers:
    """A fill in integers.

    A price finer than the grid (a settlement, a backstop) is rounded to the nearest unit. Raises MalformedNumberError
    for sizes off the lot, for what is not a plain number, and for prices and sizes that are not positive.
    """
    size_decimals = asset.size_decimals
    lots = to_units(fill.sz, size_decimals)
    previous = to_units(fill.start_position, size_decimals)
    try:
        price = to_units(fill.px, PERP_PRICE_DECIMALS - size_decimals)
    except MalformedNumberError:
        price = to_nearest_units(fill.px, PERP_PRICE_DECIMALS - size_decimals)
    if not (0 < lots <= LOTS_MAX and 0 < price <= PRICE_UNITS_MAX and -LOTS_MAX <= previous <= LOTS_MAX):
        msg = f"size {fill.sz[:40]!r}, price {fill.px[:40]!r} or position {fill.start_position[:40]!r} out of bounds"
        raise MalformedNumberError(msg)
    return FillNumbers(1 if fill.side == "B" else -1, lots, price, previous, fill.time)


def to_event(fill: Fill, bot_id: BotId, wallet: Wallet, universe: Universe, raw: bytes | None = None) -> BotTradeEvent:
    """A fill of a watched account as the event that enters the arena.

    ``closedPnl`` and ``fee`` are taken to the nearest micro-dollar; a fee in another token than USDC is given as 0,
    for it moves no USDC.

    Args:
        raw: the exchange's own JSON of the fill; without it the fill is written anew, unknown keys lost.

    Raises UnknownAssetError for what is no perpetual of the universe, and MalformedMessageError for numbers that money
    must not be read from and for a fill without a trade id, which could not be told from its like.
    """
    asset = universe.asset(fill.coin)
    text = msgspec.json.encode(fill) if raw is None else raw
    if not fill.tid:
        msg = "a perpetual's fill without a trade id"
        raise MalformedMessageError(msg, text)
    try:
        numbers = fill_numbers(fill, asset)
        if (numbers.lots + abs(numbers.previous_lots)) * numbers.price > NOTIONAL_MAX:
            msg = f"size {fill.sz!r} or position {fill.start_position!r} at {fill.px!r} is worth more than can be"
            raise MalformedNumberError(msg)
        return BotTradeEvent(
            fill_event_id(wallet, fill.coin, fill.time, fill.tid, numbers.side),
            bot_id,
            wallet,
            fill.time,
            "fill",
            asset=asset,
            side=Side.LONG if numbers.side > 0 else Side.SHORT,
            lots=numbers.lots,
            price=numbers.price,
            previous_lots=numbers.previous_lots,
            current_lots=numbers.previous_lots + numbers.side * numbers.lots,
            order_id=fill.oid,
            trade_id=fill.tid,
            fill_hash=fill.hash,
            closed_pnl=_usd(fill.closed_pnl),
            fee=_usd(fill.fee) if fill.fee_token == USDC else 0,
            raw=text,
        )
    except MalformedNumberError as error:
        raise MalformedMessageError(str(error), text) from error


def quote_from_bbo(bbo: Bbo, asset: Asset, mark: PriceUnits) -> Quote:
    """The top of a book as a quote measured at ``mark``. Raises MalformedMessageError."""
    with _malformed_message(bbo.coin):
        bid, ask = (_level_price(level, asset) for level in bbo.bbo)
        return Quote(asset, bid, ask, mark, bbo.time)


def quote_from_book(book: L2Book, asset: Asset, mark: PriceUnits) -> Quote:
    """A book as a quote with depth, measured at ``mark``. Raises MalformedMessageError."""
    with _malformed_message(book.coin):
        bids, asks = (tuple(_level(level, asset) for level in side) for side in book.levels)
        return Quote(asset, bids[0][0] if bids else 0, asks[0][0] if asks else 0, mark, book.time, bids=bids, asks=asks)


def marks(ctx: AssetCtx | ActiveAssetCtx, asset: Asset, time_ms: int) -> AssetMarks:
    """An asset's context; it bears no time, so the caller gives that of its arrival. Raises MalformedMessageError."""
    inner = ctx.ctx if isinstance(ctx, ActiveAssetCtx) else ctx
    with _malformed_message(asset.name):
        oracle = positive_price(inner.oracle_px, asset)
        return AssetMarks(
            asset,
            positive_price(inner.mark_px, asset),
            oracle,
            positive_price(inner.mid_px, asset) if inner.mid_px is not None else 0,
            FundingRate(asset, _rate_e10(inner.funding), oracle, time_ms),
        )


def past_funding(row: FundingHistoryRow, asset: Asset, oracle: PriceUnits) -> FundingRate:
    """An hour of the history of rates, which tells no price. Raises MalformedMessageError."""
    with _malformed_message(f"{row.coin}: {row.funding_rate}"):
        return FundingRate(asset, _rate_e10(row.funding_rate), oracle, row.time)


def mid_prices(mids: dict[str, str], universe: Universe) -> dict[AssetName, PriceUnits]:
    """Mids of the universe's perpetuals to the nearest unit; coins that it does not list are left out.

    Raises MalformedMessageError.
    """
    prices: dict[AssetName, PriceUnits] = {}
    for coin, text in mids.items():
        asset = universe.find(coin)
        if asset is not None:
            with _malformed_message(f"{coin}: {text}"):
                prices[asset.name] = positive_price(text, asset)
    return prices


def account_state(state: ClearinghouseState, universe: Universe) -> AccountState:
    """Positions and equity of an account on one dex. Raises MalformedMessageError."""
    positions: dict[AssetName, Lots] = {}
    unknown: list[str] = []
    for held in state.asset_positions:
        asset = universe.find(held.position.coin)
        if asset is None:
            unknown.append(held.position.coin)
            continue
        with _malformed_message(f"{held.position.coin}: {held.position.szi}"):
            lots = asset.lots(held.position.szi)
        if lots:
            positions[asset.name] = lots
    with _malformed_message(state.margin_summary.account_value):
        equity = _usd(state.margin_summary.account_value)
    return AccountState(equity, positions, tuple(unknown), state.time or 0)


def order_size_text(asset: Asset, lots: Lots) -> str:
    """A size as an order writes it. Raises ValueError unless 0 < lots <= LOTS_MAX."""
    if not 0 < lots <= LOTS_MAX:
        msg = f"an order's size is positive and at most {LOTS_MAX} lots, not {lots}"
        raise ValueError(msg)
    return asset.size_text(lots)


def order_price_text(asset: Asset, price: PriceUnits) -> str:
    """A price as an order writes it. Raises ValueError where it is off the exchange's tick (section 4.2)."""
    if not 0 < price <= PRICE_UNITS_MAX or price % tick(asset, price):
        msg = f"{asset.name}: {price} units are not on the tick"
        raise ValueError(msg)
    return asset.price_text(price)


def positive_price(text: str, asset: Asset) -> PriceUnits:
    """A price on the grid or not, to the nearest unit, at least 1. Raises MalformedNumberError unless > 0."""
    price = to_nearest_units(text, asset.price_decimals)
    if price > PRICE_UNITS_MAX or price < 0 or (price == 0 and not text.strip("0.")):
        msg = f"price is not positive or out of bounds: {text[:60]!r}"
        raise MalformedNumberError(msg)
    return max(1, price)


def _level_price(level: Level | None, asset: Asset) -> PriceUnits:
    return 0 if level is None else positive_price(level.px, asset)


def _level(level: Level, asset: Asset) -> tuple[PriceUnits, Lots]:
    return positive_price(level.px, asset), asset.lots(level.sz)


def _rate_e10(text: str) -> int:
    rate = to_nearest_units(text, RATE_DECIMALS)
    if abs(rate) > RATE_E10_MAX:
        msg = f"funding rate out of bounds: {text[:60]!r}"
        raise MalformedNumberError(msg)
    return rate


def _usd(text: str) -> MicroUsd:
    amount = to_nearest_units(text, USD_DECIMALS)
    if abs(amount) > NOTIONAL_MAX:
        msg = f"amount out of bounds: {text[:60]!r}"
        raise MalformedNumberError(msg)
    return amount


@contextmanager
def _malformed_message(offending: bytes | str) -> Iterator[None]:
    """Turns the domain's refusal of a number into this package's, quoting what it stood in."""
    try:
        yield
    except MalformedNumberError as error:
        raise MalformedMessageError(str(error), offending) from error
