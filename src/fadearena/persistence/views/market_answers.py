"""The shapes of the answers about assets and their prices. Values only; units and None are as in ``answers``."""

from __future__ import annotations

from typing import Literal

from fadearena.persistence.views.answers import Answer, Interval, Usd


class AssetView(Answer, frozen=True):
    """An asset that a bot was ever seen to hold or trade. A lot of it is ``10 ** -size_decimals`` units.

    ``last_trade_time`` is of a bot's last move in it; None where none moved since it was first seen.
    """

    asset: str
    size_decimals: int
    last_trade_time: int | None


class Assets(Answer, frozen=True):
    """Every asset ever seen, by name."""

    assets: list[AssetView]


class PricePoint(Answer, frozen=True):
    """A mark, and the full five minutes of the trader's own clock it was recorded for."""

    timestamp: int
    price: Usd


class Prices(Answer, frozen=True):
    """The last recorded mark of each interval, oldest first. Where nothing was recorded there is no point.

    ``source`` says what it is: marks as they were seen every five minutes, no trades and no candles.
    """

    asset: str
    points: list[PricePoint]
    interval: Interval
    start_time: int | None
    end_time: int | None
    source: Literal["marks recorded every 5 minutes"]


class MarkView(Answer, frozen=True):
    """The last mark of an asset. ``change24h`` is the ratio to the mark recorded 24 hours before it, 0.01 for 1 %; None
    where none was recorded then or up to an hour earlier."""

    asset: str
    price: Usd
    timestamp: int
    change24h: float | None


class Marks(Answer, frozen=True):
    """The last mark of every asset ever seen, by name."""

    marks: list[MarkView]
