"""The exchange's messages as typed values, one module per subject; read this package by its names."""

from fadearena.hyperliquid.messages.fills import Fill, FillLiquidation

__all__ = ["Fill", "FillLiquidation"]
