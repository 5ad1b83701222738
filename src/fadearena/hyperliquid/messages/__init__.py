"""The exchange's messages as typed values, one module per subject; the names most used are here.

Pure. Nothing in here converts a number: text stays text until ``translation``.
"""

from fadearena.hyperliquid.messages.fills import Fill, FillLiquidation
from fadearena.hyperliquid.messages.frames import Frame, decode_frame, raw_fills
from fadearena.hyperliquid.messages.queries import Query, decode_answer

__all__ = ["Fill", "FillLiquidation", "Frame", "Query", "decode_answer", "decode_frame", "raw_fills"]
