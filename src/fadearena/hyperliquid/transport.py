"""The only file that opens sockets: HTTP requests and the WebSocket.

What comes in are addresses and bytes, what goes out are bytes and one of our errors. Redirects are not followed,
certificates are verified, sizes and waits are bounded. Nothing is retried and nothing is understood here.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from functools import cache
from types import TracebackType

import aiohttp
import picows
from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport

from fadearena.hyperliquid.endpoints import Endpoint
from fadearena.hyperliquid.errors import MalformedMessageError, NotReachableError
from fadearena.hyperliquid.messages.frames import FRAME_BYTES_MAX
from fadearena.hyperliquid.messages.queries import ANSWER_BYTES_MAX

REQUEST_SECONDS = 10.0
CONNECT_SECONDS = 5.0
HANDSHAKE_SECONDS = 10.0
CONNECTIONS_MAX = 8
CHUNK_BYTES = 1 << 16


@cache
def verifying_tls() -> ssl.SSLContext:
    """Certificates are checked against the system's authorities, names against certificates."""
    return ssl.create_default_context()


class Http:
    """POSTs to one endpoint over a small pool of kept connections. Close it, or use it as a context."""

    def __init__(self, endpoint: Endpoint, *, request_seconds: float = REQUEST_SECONDS) -> None:
        self._base = endpoint.http_url
        self._timeout = aiohttp.ClientTimeout(total=request_seconds, connect=min(CONNECT_SECONDS, request_seconds))
        self._session: aiohttp.ClientSession | None = None

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer, whatever the status.

        Raises NotReachableError where no whole answer came in time, MalformedMessageError where it is too large.
        """
        session = self._opened()
        headers = {"Content-Type": "application/json"}
        try:
            async with session.post(self._base + path, data=body, headers=headers, allow_redirects=False) as answer:
                return answer.status, await _limited_body(answer)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            msg = f"{self._base}{path}: {type(error).__name__} {error}"
            raise NotReachableError(msg) from error

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> Http:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX, ssl=verifying_tls()),
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=True,
            )
        return self._session


async def _limited_body(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
        body += chunk
        if len(body) > ANSWER_BYTES_MAX:
            answer.close()
            msg = f"an answer of more than {ANSWER_BYTES_MAX} bytes"
            raise MalformedMessageError(msg, bytes(body[:80]))
    return bytes(body)


class Socket:
    """An open WebSocket."""

    def __init__(self, transport: WSTransport) -> None:
        self._transport = transport

    def send(self, raw: bytes) -> None:
        """Hand a text frame to the operating system; a socket that is closed takes it and does nothing."""
        if not self._transport.is_disconnected:
            self._transport.send(WSMsgType.TEXT, raw)

    def close(self) -> None:
        """Say goodbye and close; what still arrives is not delivered."""
        if not self._transport.is_disconnected:
            self._transport.send_close(WSCloseCode.OK)
            self._transport.disconnect()


async def open_socket(
    url: str,
    on_text: Callable[[bytes], None],
    on_closed: Callable[[str], None],
    *,
    seconds: float = HANDSHAKE_SECONDS,
) -> Socket:
    """Open a WebSocket.

    Args:
        on_text: called with every whole message as it arrives; it must not raise.
        on_closed: called once with the reason when an opened socket ends.

    Raises NotReachableError.
    """
    try:
        async with asyncio.timeout(seconds):
            transport, _ = await picows.ws_connect(
                lambda: _Listener(on_text, on_closed),
                url,
                ssl_context=verifying_tls(),
                max_redirects=0,
                max_frame_size=FRAME_BYTES_MAX,
                websocket_handshake_timeout=seconds,
                logger_name="fadearena",
            )
    except (picows.WSError, TimeoutError, OSError) as error:
        msg = f"{url}: {type(error).__name__} {error}"
        raise NotReachableError(msg) from error
    return Socket(transport)


class _Listener(WSListener):
    """Puts fragments together and tells why a socket ended."""

    def __init__(self, on_text: Callable[[bytes], None], on_closed: Callable[[str], None]) -> None:
        self._on_text = on_text
        self._on_closed = on_closed
        self._parts = bytearray()
        self._reason = "closed without a word"

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type is WSMsgType.CLOSE:
            self._reason = f"closed by the server: {frame.get_close_code()} {frame.get_close_reason() or ''}".rstrip()
            transport.send_close(WSCloseCode.OK)
            transport.disconnect()
        elif frame.msg_type in (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION):
            if frame.fin and not self._parts:
                self._on_text(frame.get_payload_as_bytes())
            else:
                self._assemble(transport, frame)

    def _assemble(self, transport: WSTransport, frame: WSFrame) -> None:
        self._parts += frame.get_payload_as_memoryview()
        if len(self._parts) > FRAME_BYTES_MAX:
            self._reason = f"a message of more than {FRAME_BYTES_MAX} bytes"
            transport.disconnect()
        elif frame.fin:
            whole, self._parts = bytes(self._parts), bytearray()
            self._on_text(whole)

    def on_ws_disconnected(self, _: WSTransport) -> None:
        self._on_closed(self._reason)
