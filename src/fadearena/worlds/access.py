"""Which exchange is configured, and what it lists."""

from __future__ import annotations

import structlog

from fadearena.config import Config
from fadearena.hyperliquid.client import InfoClient
from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.hyperliquid.errors import RateLimitedError
from fadearena.hyperliquid.universe import Universe

log = structlog.get_logger(__name__)

BUSY_TRIES = 20


def endpoint_of(config: Config) -> Endpoint:
    """The exchange that is configured."""
    match config.exchange:
        case "mainnet":
            return Endpoint.mainnet()
        case "testnet":
            return Endpoint.testnet()
        case "simulator":
            return Endpoint.simulator(config.simulator_url)


async def universe_of(client: InfoClient) -> Universe:
    """The perpetuals of every dex as the exchange describes them now. Raises HyperliquidError."""
    dexs = await client.perp_dexs()
    names = ["" if dex is None else dex.name for dex in dexs]
    return Universe.from_metas(dexs, {name: await client.meta(name or None) for name in names})


async def first_description(client: InfoClient) -> Universe:
    """The same, at a start. Starts that follow each other use up what an address may ask: that passes within a minute,
    and dying of it would only cost more. Raises HyperliquidError.
    """
    for _ in range(BUSY_TRIES):
        try:
            return await universe_of(client)
        except RateLimitedError as error:
            log.warning("waiting for the exchange", said=str(error))
    return await universe_of(client)
