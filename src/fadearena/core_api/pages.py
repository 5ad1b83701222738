"""The files of the dashboard and of the plain page, read once into memory; no other server is ever asked.

The dashboard is the bundle that ``hatch_build.py`` makes of ``web/``. Where none was built, as in a checkout that was
only synced, the plain page of this package stands in for it and says how to build it. Only names that were found at
the start are served, so that no path leads anywhere else.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
PACKED = frozenset({".html", ".css", ".js", ".json", ".svg"})
"""What gzip makes smaller."""

SECTIONS = ("models", "trades", "decisions", "risk", "settings", "system", "help", "login")
"""First words of the dashboard's own addresses, beside ``/``: all lead to the one page, which draws by the address."""

REVALIDATE = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"

_HASHED = re.compile(r"-[A-Za-z0-9_-]{8,}\.\w+\Z")
_GZIP_LEVEL = 6


class File(msgspec.Struct, frozen=True):
    """One file. ``etag`` is weak: it names the content, however that is packed."""

    body: bytes
    media_type: str
    etag: str
    cache_control: str
    worth_packing: bool


class Pages:
    """What is served outside of the API.

    Args:
        bundle: the folder of the dashboard; "" for the one in this package.
    """

    def __init__(self, bundle: str = "") -> None:
        package = resources.files("fadearena.core_api")
        place: Traversable = Path(bundle) if bundle else package / "dashboard"
        self._files = _read(package / "page", "/plain")
        self.has_dashboard = (place / "index.html").is_file()
        if self.has_dashboard:
            self._files |= _read(place / "assets", "/assets")
        self._page = _file(place / "index.html") if self.has_dashboard else self._files["/plain/index.html"]
        self._gzipped: dict[str, bytes] = {}

    @property
    def page(self) -> File:
        """The page itself: of the dashboard, or the plain one."""
        return self._page

    def file(self, path: str) -> File | None:
        """The file of an address such as ``/assets/index-DC1nSrKJ.js``."""
        return self._files.get(path)

    def gzipped(self, file: File) -> bytes:
        """Its body packed, at first need."""
        packed = self._gzipped.get(file.etag)
        if packed is None:
            packed = self._gzipped[file.etag] = gzip.compress(file.body, _GZIP_LEVEL, mtime=0)
        return packed


def is_page(path: str) -> bool:
    """Whether an address is the page's own, or of a file that it is made of: both hold nothing private."""
    first = path.partition("/")[2].partition("/")[0]
    return path == "/" or first in SECTIONS or first in {"assets", "plain"}


def _read(folder: Traversable, prefix: str) -> dict[str, File]:
    if not folder.is_dir():
        return {}
    return {f"{prefix}/{entry.name}": _file(entry) for entry in folder.iterdir() if _suffix(entry.name) in MEDIA_TYPES}


def _file(entry: Traversable) -> File:
    body, suffix = entry.read_bytes(), _suffix(entry.name)
    return File(
        body=body,
        media_type=MEDIA_TYPES[suffix],
        etag=f'W/"{hashlib.sha256(body).hexdigest()[:32]}"',
        cache_control=FOR_EVER if _HASHED.search(entry.name) else REVALIDATE,
        worth_packing=suffix in PACKED,
    )


def _suffix(name: str) -> str:
    return name[name.rfind(".") :]
