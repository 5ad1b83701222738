"""FadeArena watches trading bots on Hyperliquid and trades the opposite.

The house is described in ARCHITECTURE.md; the walk of one fill starts in ``bot_ingestor`` and ends in ``persistence``.
"""

__version__ = "0.1.0"
