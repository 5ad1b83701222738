"""Every watched bot: what it holds, how it did by the exchange's statements, and what fading it brought."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from fadearena.persistence.views.answers import BotStats, FadeStats, Model, Models, PositionView
from fadearena.persistence.views.habits import Habit, Habits
from fadearena.persistence.views.reader import Reader, Row

_BOTS = """
SELECT b.*, a."equity" AS "accountEquity", COALESCE(b."startingEquity", a."startingEquity") AS "startedWith"
  FROM "Bot" b LEFT JOIN "BotAccount" a ON a."botId" = b."id"
 WHERE b."removedAt" IS NULL
 ORDER BY b."addedAt", b."id"
"""

_BOOKS = """
SELECT k.*, COALESCE(m."mark", k."lastPrice") AS "mark"
  FROM "Book" k LEFT JOIN "AssetMark" m ON m."asset" = k."asset"
 ORDER BY k."botId", k."asset"
"""

_TODAY = """
WITH d AS (SELECT date_trunc('day', COALESCE("clockTime", now()), 'UTC') AS "start" FROM "SystemStatus")
SELECT t."botId", sum(t."pnl") AS "pnl"
  FROM "MyTrade" t
 WHERE t."pnl" IS NOT NULL
   AND t."timestamp" >= (SELECT "start" FROM d) AND t."timestamp" < (SELECT "start" + interval '1 day' FROM d)
 GROUP BY t."botId"
"""

_SETTINGS = 'SELECT "defaultLeverageMultiplier", "botConfigs" FROM "Settings"'

PRICE_DIGITS = Decimal("0.000001")


async def models(reader: Reader, habits: Habits | None = None) -> Models:
    """Every watched bot. Raises DatabaseNotReachableError or DatabaseBusyError.

    Args:
        habits: remembered by the process; None to ask for them anew.
    """
    known = await (habits or Habits()).by_bot(reader)
    async with reader.connection() as connection:
        bots = await connection.fetch(_BOTS)
        books = await connection.fetch(_BOOKS)
        today = {row["botId"]: row["pnl"] for row in await connection.fetch(_TODAY)}
        settings = await connection.fetchrow(_SETTINGS)
    configs = {entry["id"]: entry for entry in msgspec.json.decode(settings["botConfigs"])} if settings else {}
    default = settings["defaultLeverageMultiplier"] if settings else Decimal(1)
    by_bot: dict[str, list[Row]] = {}
    for book in books:
        by_bot.setdefault(book["botId"], []).append(book)
    return Models(
        bots=[
            _model(
                bot,
                configs.get(bot["id"], {}),
                default,
                by_bot.get(bot["id"], []),
                today.get(bot["id"]),
                known.get(bot["id"], Habit()),
            )
            for bot in bots
        ]
    )


def _model(
    bot: Row, config: dict[str, Any], default: Decimal, books: list[Row], today: Decimal | None, habit: Habit
) -> Model:
    multiplier = config.get("leverageMultiplier")
    theirs = [_position(k["asset"], k["botSize"], k["botCost"], k["mark"]) for k in books if k["botSize"]]
    ours = [_position(k["asset"], k["size"], k["cost"], k["mark"]) for k in books if k["size"]]
    return Model(
        id=bot["id"],
        name=bot["name"],
        wallet_address=bot["walletAddress"],
        enabled=bool(config.get("enabled", True)),
        leverage_multiplier=default if multiplier is None else Decimal(str(multiplier)),
        current_positions=theirs,
        my_mirrored_positions=ours,
        stats=_fade_stats(books, ours, today, habit),
        bot_stats=_bot_stats(bot, books, theirs, habit),
    )


def _position(asset: str, size: Decimal, cost: Decimal, mark: Decimal) -> PositionView:
    return PositionView(
        asset=asset,
        side="long" if size > 0 else "short",
        size=abs(size),
        notional=abs(size) * mark,
        entry_price=(cost / size).quantize(PRICE_DIGITS),
        mark_price=mark,
        unrealized_pnl=size * mark - cost,
    )


def _fade_stats(books: list[Row], positions: list[PositionView], today: Decimal | None, habit: Habit) -> FadeStats:
    realised, fees, funding = _sum(books, "realised"), _sum(books, "fees"), _sum(books, "funding")
    unrealised = sum((position.unrealized_pnl for position in positions), Decimal(0))
    return FadeStats(
        total_trades=sum(k["trades"] for k in books),
        win_rate=_share(sum(k["wins"] for k in books), sum(k["closes"] for k in books)),
        total_pnl=realised + unrealised + funding - fees,
        daily_pnl=today or Decimal(0),
        realized_pnl=realised,
        unrealized_pnl=unrealised,
        fees=fees,
        funding=funding,
        volume=_sum(books, "volume"),
        drawdown=habit.fade_drawdown,
        median_hold_time=habit.hold_ms,
        slippage_bps=habit.slippage_bps,
        lag=habit.lag,
    )


def _bot_stats(bot: Row, books: list[Row], positions: list[PositionView], habit: Habit) -> BotStats:
    return BotStats(
        equity=bot["accountEquity"],
        starting_equity=bot["startedWith"],
        realized_pnl=_sum(books, "botRealised"),
        unrealized_pnl=sum((position.unrealized_pnl for position in positions), Decimal(0)),
        fees=_sum(books, "botFees"),
        volume=_sum(books, "botVolume"),
        total_trades=sum(k["botTrades"] for k in books),
        win_rate=_share(sum(k["botWins"] for k in books), sum(k["botCloses"] for k in books)),
        drawdown=habit.drawdown,
        median_hold_time=habit.bot_hold_ms,
    )


def _sum(books: list[Row], column: str) -> Decimal:
    return sum((book[column] for book in books), Decimal(0))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
