"""A wire to PostgreSQL that breaks on demand: before a request, after it, or after its reply was on the way."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

Fault = Literal["none", "before the request", "after the request", "before the reply"]


class FaultyWire:
    """Forwards bytes. ``marks`` tells the request that is to break: the first that holds these bytes."""

    def __init__(self, host: str, port: int) -> None:
        self.fault: Fault = "none"
        self.marks = b""
        self.broken = 0
        self.refuses = False
        self._target = (host, port)
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuses:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        doomed = asyncio.Event()

        async def there() -> None:
            while data := await reader.read(1 << 20):
                struck = self.fault != "none" and self.marks in data
                if struck:
                    fault, self.fault = self.fault, "none"
                    self.broken += 1
                    if fault == "before the reply":
                        doomed.set()
                    if fault != "before the request":
                        far_writer.write(data)
                        await far_writer.drain()
                    if fault != "before the reply":
                        return
                    continue
                far_writer.write(data)
                await far_writer.drain()

        async def back() -> None:
            while data := await far_reader.read(1 << 20):
                if doomed.is_set():
                    return
                writer.write(data)
                await writer.drain()

        both = [asyncio.create_task(there()), asyncio.create_task(back())]
        self._tasks.update(both)
        with contextlib.suppress(OSError):
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in both:
            task.cancel()
        writer.transport.abort()
        far_writer.transport.abort()
        self._tasks.difference_update(both)


@asynccontextmanager
async def faulty_wire(url: str) -> AsyncIterator[tuple[FaultyWire, str]]:
    """The wire, and the address that leads through it."""
    found = re.search(r"@([^:/]+):(\d+)/", url)
    assert found is not None
    wire = FaultyWire(found.group(1), int(found.group(2)))
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield wire, url.replace(f"@{found.group(1)}:{found.group(2)}/", f"@127.0.0.1:{port}/")
    finally:
        server.close()
