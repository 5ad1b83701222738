"""Rows of the journal's tables back into domain values: the inverse of ``rows``.

Pure. JSON columns come back in one canonical form (sorted keys, no blanks), since PostgreSQL keeps what JSON means, not
how it was written; ``canonical`` gives the same form to what never was in a database.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from fadearena.domain.decisions import Reason, RiskCheck, StrategyDecision, Trade
from fadearena.domain.events import BotTradeEvent
from fadearena.domain.identifiers import BotId, Cloid, DecisionId, EventId, TradeId, Wallet
from fadearena.domain.market import Asset, AssetName, Side
from fadearena.domain.positions import Book, Position
from fadearena.domain.records import Entry, FundingPayment
from fadearena.persistence.rows import TradeState

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_SIDES = {"long": Side.LONG, "short": Side.SHORT}

Row = Mapping[str, Any]


def time_of(ms: int) -> datetime:
    """Milliseconds since the epoch as a time in UTC."""
    return EPOCH + ms * _MILLISECOND


def ms_of(time: datetime) -> int:
    """A time as milliseconds since the epoch."""
    return (time - EPOCH) // _MILLISECOND


def units(number: Decimal, decimals: int) -> int:
    """A NUMERIC as units of 10^-decimals. Raises ValueError where it is finer: nothing of ours is."""
    scaled = number.scaleb(decimals)
    whole = int(scaled)
    if whole != scaled:
        msg = f"{number} is finer than {decimals} decimals"
        raise ValueError(msg)
    return whole


def micro(number: Decimal) -> int:
    return units(number, 6)


def canonical(text: str | bytes | None) -> bytes:
    """JSON in canonical form; nothing for nothing and for ``null``."""
    if text is None or text in (b"", "", b"null", "null"):
        return b""
    return _CANONICAL.encode(_ANY.decode(text))


def event_of(row: Row) -> BotTradeEvent:
    asset = _asset(row)
    return BotTradeEvent(
        id=EventId(_uuid(row["id"])),
        bot_id=BotId(row["botId"]),
        wallet=Wallet(row["walletAddress"]),
        time_ms=ms_of(row["timestamp"]),
        event_type=row["eventType"],
        asset=asset,
        side=_SIDES[row["side"]],
        lots=units(row["size"], asset.size_decimals),
        price=units(row["price"], asset.price_decimals),
        previous_lots=units(row["previousSize"], asset.size_decimals),
        current_lots=units(row["currentSize"], asset.size_decimals),
        order_id=row["orderId"],
        trade_id=row["tid"] or 0,
        fill_hash=row["hyperliquidFillHash"],
        closed_pnl=micro(row["closedPnl"]),
        fee=micro(row["fee"]),
        raw=canonical(row["rawData"]),
    )


def decision_of(row: Row) -> StrategyDecision:
    asset = _asset(row)
    return StrategyDecision(
        id=DecisionId(_uuid(row["id"])),
        event_id=EventId(_uuid(row["botTradeEventId"])),
        bot_id=BotId(row["botId"]),
        asset=asset,
        time_ms=ms_of(row["timestamp"]),
        occasion=row["occasion"],
        outcome=row["decision"],
        reason=_reason(row["reasonCode"], row["reason"]),
        skip_reason=_reason(row["skipCode"], row["skipReason"]),
        checks=_CHECKS.decode(row["riskChecks"]),
        inputs=row["inputs"].encode(),
        settings=canonical(row["settingsSnapshot"]),
        target_lots=units(row["targetSize"], asset.size_decimals),
        delta_lots=units(row["deltaSize"], asset.size_decimals),
        order_lots=units(row["orderSize"], asset.size_decimals),
    )


def trade_of(row: Row) -> Trade:
    """A trade as it stands in its table."""
    asset = _asset(row)
    lots, price = units(row["size"], asset.size_decimals), units(row["price"], asset.price_decimals)
    notional = micro(row["notional"])
    result = row["orderResult"]
    return Trade(
        id=TradeId(_uuid(row["id"])),
        event_id=None if row["botTradeEventId"] is None else EventId(_uuid(row["botTradeEventId"])),
        decision_id=None if row["strategyDecisionId"] is None else DecisionId(_uuid(row["strategyDecisionId"])),
        bot_id=None if row["botId"] is None else BotId(row["botId"]),
        time_ms=ms_of(row["timestamp"]),
        asset=asset,
        side=_SIDES[row["side"]],
        lots=lots,
        price=price,
        cloid=Cloid(row["cloid"]),
        status=row["status"],
        fee=micro(row["fee"]),
        pnl=None if row["pnl"] is None else micro(row["pnl"]),
        closed_at_ms=None if row["closedAt"] is None else ms_of(row["closedAt"]),
        simulated=row["simulated"],
        request=canonical(row["orderRequest"]),
        result=None if result is None else canonical(result),
        exchange_order_id=row["hyperliquidOrderId"],
        executed_notional=None if notional == lots * price else notional,
    )


def book_of(row: Row) -> Book:
    asset = _asset(row)
    size, price = asset.size_decimals, asset.price_decimals
    return Book(
        bot_id=BotId(row["botId"]),
        asset=asset,
        bot_lots=units(row["botSize"], size),
        bot_cost=micro(row["botCost"]),
        baseline_lots=units(row["baselineSize"], size),
        anchor_price=units(row["anchorPrice"], price),
        position=Position(units(row["size"], size), micro(row["cost"])),
        in_flight_buy=units(row["inFlightBuy"], size),
        in_flight_sell=units(row["inFlightSell"], size),
        realised=micro(row["realised"]),
        fees=micro(row["fees"]),
        funding=micro(row["funding"]),
        bot_realised=micro(row["botRealised"]),
        bot_fees=micro(row["botFees"]),
        bot_volume=micro(row["botVolume"]),
        bot_trades=row["botTrades"],
        bot_closes=row["botCloses"],
        bot_wins=row["botWins"],
        trades=row["trades"],
        closes=row["closes"],
        wins=row["wins"],
        volume=micro(row["volume"]),
        last_event_id=row["lastEventId"],
        last_event_ms=0 if row["lastEventAt"] is None else ms_of(row["lastEventAt"]),
        last_price=units(row["lastPrice"], price),
    )


def entry_of(
    row: Row,
    events: Mapping[uuid.UUID, BotTradeEvent],
    decisions: Mapping[uuid.UUID, StrategyDecision],
    trades: Mapping[uuid.UUID, Trade],
) -> Entry:
    """An entry from its row and what that row refers to; its trades as they stood then."""
    return Entry(
        event=None if row["eventId"] is None else events[_uuid(row["eventId"])],
        decisions=tuple(decisions[_uuid(key)] for key in row["decisionIds"]),
        trades=tuple(_as_it_stood(trades, state) for state in states_of(row)),
        books=_BOOKS.decode(row["books"]),
        funding=_FUNDING.decode(row["funding"]),
    )


def states_of(row: Row) -> Sequence[TradeState]:
    """The trades of an entry, what changes of them."""
    return _STATES.decode(row["trades"])


def _as_it_stood(trades: Mapping[uuid.UUID, Trade], state: TradeState) -> Trade:
    result = canonical(bytes(state.result))
    return msgspec.structs.replace(
        trades[uuid.UUID(state.id)],
        lots=state.lots,
        price=state.price,
        executed_notional=state.notional,
        status=state.status,
        fee=state.fee,
        pnl=state.pnl,
        closed_at_ms=state.closed_at_ms,
        exchange_order_id=state.order_id,
        result=result or None,
    )


def _asset(row: Row) -> Asset:
    return Asset(AssetName(row["asset"]), row["sizeDecimals"])


def _uuid(value: uuid.UUID) -> uuid.UUID:
    """The driver's own kind of UUID as the plain one, so that values compare and print alike."""
    return uuid.UUID(int=value.int)


def _reason(code: str | None, text: str | None) -> Reason | None:
    return None if code is None else Reason(code, (text or "").removeprefix(f"{code}: "))


_ANY = msgspec.json.Decoder(float_hook=Decimal)
_CANONICAL = msgspec.json.Encoder(order="sorted", decimal_format="number")
_CHECKS = msgspec.json.Decoder(tuple[RiskCheck, ...])
_BOOKS = msgspec.json.Decoder(tuple[Book, ...])
_FUNDING = msgspec.json.Decoder(tuple[FundingPayment, ...])
_STATES = msgspec.json.Decoder(list[TradeState])
