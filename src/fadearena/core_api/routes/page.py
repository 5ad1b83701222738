"""The dashboard, or the plain page where none was built, and what they are made of."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from fadearena.core_api.pages import SECTIONS, File
from fadearena.core_api.rooms import Here
from fadearena.core_api.routes.asking import not_found


@get(
    ["/", *(f"/{section}" for section in SECTIONS), *(f"/{section}/{{rest:path}}" for section in SECTIONS)],
    include_in_schema=False,
)
async def get_page(rooms: Here, request: Request[Any, Any, Any]) -> Response[bytes]:
    """The page, at each of its addresses; it draws by the address."""
    return _answer(rooms, request, rooms.pages.page)


@get("/favicon.ico", include_in_schema=False)
async def get_icon(rooms: Here, request: Request[Any, Any, Any]) -> Response[bytes]:
    """Its icon."""
    return _answer(rooms, request, rooms.pages.file("/plain/icon.svg"))


@get("/plain", include_in_schema=False)
async def get_plain_page(rooms: Here, request: Request[Any, Any, Any]) -> Response[bytes]:
    """The plain page, beside the dashboard too: it needs little of a browser."""
    return _answer(rooms, request, rooms.pages.file("/plain/index.html"))


@get(["/assets/{name:str}", "/plain/{name:str}"], include_in_schema=False)
async def get_asset(rooms: Here, request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:  # noqa: ARG001
    """What they are made of."""
    return _answer(rooms, request, rooms.pages.file(request.scope["path"]))


def _answer(rooms: Here, request: Request[Any, Any, Any], file: File | None) -> Response[bytes]:
    if file is None:
        raise not_found("such file")
    headers = {"etag": file.etag, "cache-control": file.cache_control}
    if file.worth_packing:
        headers["vary"] = "accept-encoding"
    if request.headers.get("if-none-match") == file.etag:
        return Response(content=b"", status_code=304, headers=headers)
    headers["content-type"] = file.media_type
    if file.worth_packing and _takes_gzip(request.headers.get("accept-encoding", "")):
        return Response(content=rooms.pages.gzipped(file), headers={**headers, "content-encoding": "gzip"})
    return Response(content=file.body, headers=headers)


def _takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header names gzip and does not refuse it."""
    for coding in accepted.lower().split(","):
        name, _, weight = coding.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "").rstrip("0") not in {"q=", "q=0."}
    return False
