"""Frames that wait until their wallet has caught up. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from fadearena.bot_ingestor.wallet_watch import WalletWatch
from fadearena.hyperliquid.messages.fills import Fill

Frame = tuple[WalletWatch, Sequence[Fill]]


class HeldFrames:
    """Frames in their order of arrival.

    Args:
        room: how many fills at most.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._frames: deque[Frame] = deque()
        self._fills = 0

    def keep(self, watch: WalletWatch, fills: Sequence[Fill]) -> bool:
        """False where there is no room for it."""
        if self._fills + len(fills) > self._room:
            return False
        self._frames.append((watch, fills))
        self._fills += len(fills)
        return True

    def take(self, is_wanted: Callable[[WalletWatch], bool]) -> list[Frame]:
        """Give up those of the wallets that are wanted."""
        taken = [frame for frame in self._frames if is_wanted(frame[0])]
        self._frames = deque(frame for frame in self._frames if not is_wanted(frame[0]))
        self._fills = sum(len(fills) for _, fills in self._frames)
        return taken
