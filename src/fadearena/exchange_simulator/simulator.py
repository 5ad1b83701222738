"""The exchange simulator as a whole: a server on loopback, and the pump that lets virtual time go by.

In: a recording, a speed, a seed. Out: an address that speaks the protocol. It never listens beyond loopback and never
takes an order.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from fadearena.exchange_simulator import feed
from fadearena.exchange_simulator.exchange import Exchange, Happening
from fadearena.exchange_simulator.faults import Fault, Faults, read_faults
from fadearena.exchange_simulator.hub import Hub
from fadearena.exchange_simulator.limits import Limits
from fadearena.exchange_simulator.wire import MESSAGE_BYTES_MAX, Doors, moment_of
from fadearena.hyperliquid.errors import HyperliquidError
from fadearena.hyperliquid.recordings import Recording, only, read_recording, season_one

Speed = float | Literal["max"]

HOST = "127.0.0.1"
TICK_S = 0.1
SPEED_MAX = 1e6
DRAIN_S_MAX = 30.0
SETTLE_S = 0.3
"""After the first user subscription the replay begins when no new one has come for so long ..."""
SETTLE_S_MAX = 5.0
"""... or after this at the latest."""


class PortRefusedError(HyperliquidError):
    """Nothing can listen on the port that was asked for; the message says what to do."""


class SimulatorStatus(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of GET /simulator/status, which is no part of the exchange's protocol.

    Args:
        virtual_time: milliseconds since the epoch.
        waiting: whether it still waits for its first client.
        ended: whether every fill of the recording has been replayed and published.
    """

    virtual_time: int
    speed: float | str
    fills_total: int
    fills_replayed: int
    waiting: bool
    ended: bool
    seed: int
    source: str


class SimulatorOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What ``fadearena simulator`` can be told.

    Args:
        replay: file of fills; None is season one.
        wallet: whose fills a file holds that does not say; of a recording of several accounts, the only one to replay.
        speed: virtual milliseconds for each real one, or "max".
        port: 0 for any.
        faults: file with a plan of faults.
        wait_for_client: begin when the first account is watched; None: if faster than real time.
        resume_at_ms: everything before this virtual time is history already.
    """

    replay: str | None = None
    wallet: str | None = None
    speed: Speed = 1.0
    seed: int = 1
    port: int = 0
    faults: str | None = None
    wait_for_client: bool | None = None
    resume_at_ms: int | None = None


class Simulator:
    """One simulated exchange.

    Args:
        recording: what happens on it; season one if none is given.
        faults: the plan for a drill.
        limits: what one address may do.
        greets: whether a socket begins with a line of plain text.
        others: see SimulatorOptions.

    Raises:
        RecordingError: for a recording that cannot be replayed.
        ValueError: for a speed that is none.
    """

    def __init__(
        self,
        recording: Recording | None = None,
        *,
        speed: Speed = 1.0,
        seed: int = 1,
        port: int = 0,
        faults: Sequence[Fault] = (),
        limits: Limits | None = None,
        wait_for_client: bool | None = None,
        resume_at_ms: int | None = None,
        greets: bool = False,
    ) -> None:
        if speed != "max" and not 0 < speed <= SPEED_MAX:
            msg = f"a speed is above 0 and at most {SPEED_MAX:.0f}, or max: {speed}"
            raise ValueError(msg)
        self._recording = recording or season_one()
        self.exchange = Exchange(self._recording, seed)
        self.speed: Speed = speed
        self._port = port
        self._greets = greets
        self._waits = speed == "max" or speed > 1 if wait_for_client is None else wait_for_client
        if resume_at_ms is not None:
            for _ in self.exchange.advance(resume_at_ms):
                pass
        self.faults = Faults(faults, seed, self.exchange.begin_ms)
        self.hub = Hub(limits or Limits(), self._user_watched)
        self._watched_at_s = 0.0
        self._watched = asyncio.Event()
        self._ended = asyncio.Event()
        self._tick, self._ticked_ms = 0, self.exchange.now_ms
        self._runner: web.AppRunner | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> str:
        """Listen and begin; the address, ``http://127.0.0.1:port``. Raises OSError where the port is taken."""
        doors = Doors(self.exchange, self.hub, self.faults, greets=self._greets)
        app = web.Application(client_max_size=MESSAGE_BYTES_MAX)
        app.router.add_post("/info", doors.info)
        app.router.add_get("/ws", doors.socket)
        app.router.add_get("/simulator/status", self._status)
        self._runner = web.AppRunner(app, access_log=None, logger=_log(), shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        self._port = self._runner.addresses[0][1]
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._pump()), loop.create_task(self._close_silent())]
        return self.url

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    async def stop(self) -> None:
        """Close every socket and the server."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(connection.close("Expired") for connection in self.hub.connections()))
        if self._runner is not None:
            await self._runner.cleanup()

    async def ended(self) -> None:
        """Wait until every fill of the recording has been replayed and published."""
        await self._ended.wait()

    async def failed(self) -> None:
        """Wait for ever; raises what broke the pump, should it break."""
        await asyncio.gather(*self._tasks)

    def status(self) -> SimulatorStatus:
        exchange = self.exchange
        return SimulatorStatus(
            virtual_time=exchange.now_ms,
            speed=self.speed,
            fills_total=exchange.fills_total,
            fills_replayed=exchange.fills_replayed,
            waiting=self._waits and not self._watched.is_set(),
            ended=self._ended.is_set(),
            seed=exchange.seed,
            source=self._recording.source,
        )

    async def _status(self, _request: web.Request) -> web.Response:
        return web.Response(body=msgspec.json.encode(self.status()), content_type="application/json")

    def _user_watched(self) -> None:
        self._watched_at_s = asyncio.get_running_loop().time()
        self._watched.set()

    async def _pump(self) -> None:
        if self._waits:
            await self._settled()
        if self.speed == "max":
            await self._run_at_full_speed()
        else:
            await self._run_at(self.speed, until_end=True)
        self._ended.set()
        await self._run_at(1.0, until_end=False)

    async def _settled(self) -> None:
        """Wait for the first client, and until it has subscribed to all it wants."""
        await self._watched.wait()
        loop = asyncio.get_running_loop()
        for _ in range(int(SETTLE_S_MAX / SETTLE_S)):
            left_s = self._watched_at_s + SETTLE_S - loop.time()
            if left_s <= 0:
                return
            await asyncio.sleep(left_s)

    async def _run_at_full_speed(self) -> None:
        """From event to event, each begun when every client has been written the one before."""
        loop = asyncio.get_running_loop()
        next_tick_s = loop.time()
        while not self.exchange.ended and (moment := self.exchange.next_ms()) is not None:
            for happening in self.exchange.advance(moment):
                self._publish(happening)
            if loop.time() >= next_tick_s:
                self._publish_tick()
                next_tick_s = loop.time() + TICK_S
            await self.hub.drained(DRAIN_S_MAX)
            await asyncio.sleep(0)

    async def _run_at(self, speed: float, *, until_end: bool) -> None:
        """Virtual time bound to real time, until the recording is through or for ever."""
        loop = asyncio.get_running_loop()
        begin_s, begin_ms = loop.time(), self.exchange.now_ms
        next_tick_s = begin_s
        while not (until_end and self.exchange.ended):
            for happening in self.exchange.advance(begin_ms + int((loop.time() - begin_s) * 1000 * speed)):
                self._publish(happening)
                await asyncio.sleep(0)
            if loop.time() >= next_tick_s:
                self._publish_tick()
                next_tick_s = loop.time() + TICK_S
            event_ms = self.exchange.next_ms()
            event_s = next_tick_s if event_ms is None else begin_s + (event_ms - begin_ms) / 1000 / speed
            await asyncio.sleep(max(0.0, min(event_s, next_tick_s) - loop.time()))

    def _publish(self, happening: Happening) -> None:
        frames = feed.of_happening(self.exchange, happening, self.hub.active())
        self.hub.publish(frames, moment_of(self.exchange))

    def _publish_tick(self) -> None:
        self._tick += 1
        frames = feed.of_tick(self.exchange, self.hub.active(), self._tick, self._ticked_ms)
        self.hub.publish(frames, moment_of(self.exchange), only_news=True)
        self._ticked_ms = self.exchange.now_ms

    async def _close_silent(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(1.0)
            for connection in self.hub.silent(loop.time()):
                await connection.close("Inactive")


def _log() -> logging.Logger:
    """Of the server: it tells our defects, not what a client did wrong or that it went away in the middle."""
    log = logging.getLogger(__name__)
    log.addFilter(_is_a_defect)
    return log


def _is_a_defect(record: logging.LogRecord) -> bool:
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, (HttpProcessingError, web.RequestPayloadError, ConnectionError))


async def run_simulator(options: SimulatorOptions) -> None:
    """Serve until cancelled; prints the address once it listens.

    Raises:
        RecordingError, FaultPlanError: for a file that is none.
        PortRefusedError: where nothing can listen on that port.
    """
    recording = _recording(options.replay, options.wallet)
    simulator = Simulator(
        recording,
        speed=options.speed,
        seed=options.seed,
        port=options.port,
        faults=() if options.faults is None else read_faults(options.faults),
        wait_for_client=options.wait_for_client,
        resume_at_ms=options.resume_at_ms,
    )
    try:
        url = await simulator.start()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        msg = f"can't listen on {HOST}:{options.port} ({reason}); choose another with --port, or 0 for any that is free"
        raise PortRefusedError(msg) from error
    try:
        print(url, flush=True)
        await simulator.failed()
    finally:
        await simulator.stop()


def _recording(replay: str | None, wallet: str | None) -> Recording:
    if replay is not None:
        return read_recording(Path(replay), wallet=wallet)
    return season_one() if wallet is None else only(season_one(), wallet)
