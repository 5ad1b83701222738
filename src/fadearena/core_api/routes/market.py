"""Assets and their recorded prices."""

from __future__ import annotations

from typing import Annotated, Literal

from litestar import get
from litestar.params import QueryParameter

from fadearena.core_api.problems import refuse_fields
from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import READ_PROBLEMS, SpanAsked
from fadearena.persistence.views.buckets import TooManyPointsError
from fadearena.persistence.views.market import assets, marks, prices
from fadearena.persistence.views.market_answers import Assets, Marks, Prices

AssetAsked = Annotated[
    str, QueryParameter(name="asset", pattern=r"^[A-Za-z0-9:@/._-]{1,64}$", description="Of this asset, as `BTC`.")
]
IntervalWish = Annotated[
    Literal["5m", "15m", "1h", "1d"] | None,
    QueryParameter(
        name="interval", description="One point each; left out, the finest that gives at most 1,000 points."
    ),
]


@get("/api/assets", responses=READ_PROBLEMS, tags=["trades"])
async def get_assets(rooms: Here) -> Assets:
    """Every asset that a bot was ever seen in."""
    return await assets(rooms.reader)


@get("/api/marks", responses=READ_PROBLEMS, tags=["trades"])
async def get_marks(rooms: Here) -> Marks:
    """The last mark of every asset, and its change over 24 hours where that is on record."""
    return await marks(rooms.reader)


@get("/api/prices", responses=READ_PROBLEMS, tags=["trades"])
async def get_prices(
    rooms: Here,
    span: SpanAsked,
    asset: AssetAsked,
    interval: IntervalWish = None,
) -> Prices:
    """Marks of an asset as they were recorded every five minutes: the last of each interval, and none made up."""
    try:
        return await prices(rooms.reader, asset, span.start_ms, span.end_ms, interval)
    except TooManyPointsError as too_many:
        raise refuse_fields({"interval": str(too_many)}) from too_many
