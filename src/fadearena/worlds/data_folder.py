"""The folder of the embedded database: made and tried before anything is begun, and told of in one line."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fadearena.persistence.errors import EmbeddedServerError


def require_place(folder: Path) -> None:
    """Make the folder. Raises EmbeddedServerError where it can't be made or written into."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as fault:
        msg = f"can't write to {folder} ({fault.strerror}); set FADEARENA_DATA_DIR to a folder of yours"
        raise EmbeddedServerError(msg) from fault
