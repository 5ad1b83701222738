"""What can go wrong in the ingestor itself: one small tree. The exchange's faults are HyperliquidErrors."""

from __future__ import annotations


class IngestorError(Exception):
    """The ingestor cannot do what it was asked."""


class WatchedTwiceError(IngestorError):
    """Two bots name the same wallet; its fills would be told twice."""
