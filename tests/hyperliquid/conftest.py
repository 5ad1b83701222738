"""What the tests of the wire share: the exchange's recorded messages, which stay outside the repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared" / "hyperliquid"


@pytest.fixture
def recording() -> Callable[[str], Any]:
    """A recorded file by name; skips where the recordings are absent."""

    def read(name: str) -> Any:
        path = SHARED / "recorded" / name
        if not path.exists():
            pytest.skip(f"no recording of the exchange at {path}")
        return json.loads(path.read_bytes())

    return read


@pytest.fixture
def recorded_frames(recording: Callable[[str], Any]) -> Callable[[str], list[bytes]]:
    """The frames of a recorded file as they came over the socket."""

    def read(name: str) -> list[bytes]:
        return [json.dumps(frame.get("message", frame)).encode() for frame in recording(name)["frames"]]

    return read
