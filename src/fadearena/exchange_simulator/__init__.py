"""A server on loopback that speaks Hyperliquid's protocol and replays recorded fills as living accounts."""
