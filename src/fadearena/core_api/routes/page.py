"""The page at ``/`` and what it is made of, out of the package: no other server is ever asked."""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Any

import msgspec
from litestar import Request, Response, get

from fadearena.core_api.routes.asking import not_found

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class File(msgspec.Struct, frozen=True):
    """One file of the page, in memory."""

    body: bytes
    media_type: str
    etag: str


def _read_all() -> dict[str, File]:
    files = {}
    for entry in resources.files("fadearena.core_api").joinpath("page").iterdir():
        suffix = entry.name[entry.name.rfind(".") :]
        if suffix in MEDIA_TYPES:
            body = entry.read_bytes()
            etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            files[entry.name] = File(body, MEDIA_TYPES[suffix], etag)
    return files


_FILES = _read_all()
"""Read once: only these names are served, so that no path leads anywhere else."""


def _answer(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
    file = _FILES.get(name)
    if file is None:
        raise not_found("such file")
    headers = {"etag": file.etag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == file.etag:
        return Response(content=b"", status_code=304, headers=headers)
    return Response(content=file.body, headers={**headers, "content-type": file.media_type})


@get("/", include_in_schema=False)
async def get_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The page."""
    return _answer(request, "index.html")


@get("/favicon.ico", include_in_schema=False)
async def get_icon(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Its icon."""
    return _answer(request, "icon.svg")


@get("/assets/{name:str}", include_in_schema=False)
async def get_asset(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
    """What it is made of."""
    return _answer(request, name)
