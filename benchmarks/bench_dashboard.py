"""The dashboard as a person feels it: what is loaded, how soon it is drawn, how it bears being busy.

In: nothing; two demos of their own and the Chromium of this machine. Out: a table, each figure beside its budget:

- ``initial JavaScript``: what the browser has to load before the arena shows, as it comes over the wire (gzip);
- ``first equity paint``: from asking for the page, caches empty, to the frame with the equity lines;
- ``7 lines x 20,000``: from the chart's canvas being made to its last stroke, and from a click to the frame;
- ``50 messages/s``: frames that were dropped and the heap after a collection, before and after;
- ``event to pixel``: from the commit of a fill or order to the frame that shows it.

Run: ``python -m benchmarks.bench_dashboard [--minutes N] [--rounds N]``; ten minutes is what the budget asks for.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, StorageState, WebSocketRoute, sync_playwright

from benchmarks.machine import describe
from tests.browser.chromium import launch
from tests.browser.conftest import DESKTOP, REPOSITORY, log_in, until_drawn
from tests.browser.demo import Demo
from tests.browser.sightings import NOTE_LINES, Sightings

POINTS, BOTS = 20_000, 5
MESSAGES_PER_S = 50
FRAME_MS = 1000 / 60
EVENTS = 120
EVENTS_PATIENCE_S = 90
WARM_UP_S = 5
STATE_EVERY = 25
"""Of so many messages one is a state of the whole."""

NOTE_STROKES = """
window.strokes = { first: null, painted: null, made: null, last: null };
const stroke = CanvasRenderingContext2D.prototype.stroke;
CanvasRenderingContext2D.prototype.stroke = function (...given) {
  const done = stroke.apply(this, given);
  window.strokes.last = performance.now();
  if (window.strokes.first === null) {
    window.strokes.first = window.strokes.last;
    requestAnimationFrame(() => setTimeout(() => (window.strokes.painted = performance.now())));
  }
  return done;
};
const make = Document.prototype.createElement;
Document.prototype.createElement = function (name, ...given) {
  if (name === "canvas") window.strokes.made ??= performance.now();
  return make.call(this, name, ...given);
};
"""
NOTE_FRAMES = """() => {
  window.frames_ = [];
  let before = null;
  const frame = (now) => {
    if (before !== null) window.frames_.push(now - before);
    before = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=0.5, help="of 50 messages a second")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    subprocess.run([sys.executable, "hatch_build.py"], cwd=REPOSITORY, check=True)
    with tempfile.TemporaryDirectory(prefix="fadearena-bench-") as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        print(describe("playwright"), f"Chromium {browser.version}", sep="; ")
        (season := Path(folder, "season")).mkdir()
        (running := Path(folder, "running")).mkdir()
        with Demo(season, "max") as demo:
            demo.until_recorded()
            session = log_in(browser, demo)
            initial_javascript(browser, demo, session)
            first_paint(browser, demo, session, options.rounds)
            large_chart(browser, demo, session, options.rounds)
            busy_feed(browser, demo, session, options.minutes * 60)
        with Demo(running, "4320") as demo:
            event_to_pixel(browser, demo)
        browser.close()
    return 0


def show(name: str, values: list[float], unit: str, budget: float | None, note: str = "") -> None:
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)]
    print(
        f"{name:<34} median {statistics.median(ordered):>8.1f} {unit:<3} p95 {p95:>8.1f} {unit:<3} "
        f"{'no budget' if budget is None else f'budget {budget:.0f} {unit}':<13} n {len(ordered)}  {note}",
        flush=True,
    )


@contextmanager
def opened(browser: Browser, demo: Demo, session: StorageState | None, script: str = "") -> Iterator[Page]:
    context = browser.new_context(
        base_url=demo.address, viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, storage_state=session
    )
    if script:
        context.add_init_script(script)
    try:
        yield context.new_page()
    finally:
        context.close()


def initial_javascript(browser: Browser, demo: Demo, session: StorageState) -> None:
    """All scripts that came before the equity was drawn."""
    with opened(browser, demo, session, NOTE_STROKES) as page:
        page.goto("/", wait_until="commit")
        until_painted(page)
        painted = page.evaluate("window.strokes.painted")
        loaded = page.evaluate(
            """(painted) => performance.getEntriesByType("resource")
                .filter((each) => each.name.endsWith(".js") && each.responseEnd < painted)
                .map((each) => each.encodedBodySize)""",
            painted,
        )
    show("initial JavaScript", [sum(loaded) / 1000], "kB", 180, f"{len(loaded)} files, gzip")


def first_paint(browser: Browser, demo: Demo, session: StorageState, rounds: int) -> None:
    """Caches of a new browser session are empty; the server has served before."""
    times = []
    for _ in range(rounds):
        with opened(browser, demo, session, NOTE_STROKES) as page:
            page.goto("/", wait_until="commit")
            until_painted(page)
            times.append(page.evaluate("window.strokes.painted"))
    show("first equity paint", times, "ms", 500)


def until_painted(page: Page) -> None:
    for _ in range(600):
        if page.evaluate("window.strokes?.painted ?? null") is not None:
            return
        page.wait_for_timeout(25)
    raise TimeoutError("no line was drawn")


def large_chart(browser: Browser, demo: Demo, session: StorageState, rounds: int) -> None:
    """The arena's own chart over made-up points, drawn anew by every change of its unit."""
    body = json.dumps(large_equity(demo.get("/api/equity")))
    drawn, clicked = [], []
    with opened(browser, demo, session, NOTE_STROKES) as page:

        def answer(route: Route) -> None:
            route.fulfill(body=body, content_type="application/json")

        page.route("**/api/equity?*", answer)
        page.route("**/api/equity", answer)
        page.goto("/")
        until_drawn(page)
        until_painted(page)
        for unit in ["$", "%"] * ((rounds + 1) // 2):
            page.wait_for_timeout(300)
            times = page.get_by_role("radio", name=unit, exact=True).evaluate(
                """(radio) => new Promise((resolve) => {
                  Object.assign(window.strokes, { first: null, painted: null, made: null, last: null });
                  const began = performance.now();
                  radio.click();
                  const look = () => window.strokes.painted === null
                    ? requestAnimationFrame(look)
                    : resolve({ ...window.strokes, began });
                  look();
                })"""
            )
            drawn.append(times["last"] - times["made"])
            clicked.append(times["painted"] - times["began"])
        lines = page.locator(".legend-item").count()
    show(f"{lines} lines x {POINTS:,}, drawn", drawn, "ms", 100, "both panes, from canvas to last stroke")
    show(f"{lines} lines x {POINTS:,}, click to frame", clicked, "ms", None, "with what the page reckons from them")


def large_equity(small: dict[str, Any]) -> dict[str, Any]:
    """As many points as the budget names, between the recorded ones."""
    series = small["series"]
    first, last = series[0], series[-1]
    step = (last["timestamp"] - first["timestamp"]) / POINTS
    names = list(last["bots"])[:BOTS]
    points = []
    for index in range(POINTS):
        near = series[index * len(series) // POINTS]
        point = {**near, "timestamp": int(first["timestamp"] + index * step)}
        point["bots"] = {name: near["bots"].get(name, 10_000) + index % 37 for name in names}
        points.append(point)
    return {**small, "series": points}


def busy_feed(browser: Browser, demo: Demo, session: StorageState, seconds: float) -> None:
    """A server of ours at the other end of the socket; all else is the real one's."""
    trades = demo.get("/api/trades?type=bot&limit=100")["trades"]
    state = demo.get("/api/state")
    sockets: list[WebSocketRoute] = []
    with opened(browser, demo, session) as page:

        def connect(socket: WebSocketRoute) -> None:
            sockets.append(socket)
            socket.on_message(lambda _: socket.send(frame("subscribed", 0, {"channels": []})))

        page.route_web_socket("**/ws", connect)
        page.goto("/")
        until_drawn(page)
        cdp = page.context.new_cdp_session(page)
        sent = pump(page, sockets, trades, state, WARM_UP_S, 0)
        before = heap_after_collection(cdp)
        page.evaluate(NOTE_FRAMES)
        began = time.monotonic()
        sent = pump(page, sockets, trades, state, seconds, sent)
        rate = (sent - WARM_UP_S * MESSAGES_PER_S) / (time.monotonic() - began)
        frames: list[float] = page.evaluate("window.frames_")
        after = heap_after_collection(cdp)
    dropped = sum(max(0, round(each / FRAME_MS) - 1) for each in frames)
    show(f"{rate:.0f} messages/s: a frame", frames, "ms", FRAME_MS * 2, f"over {seconds:.0f} s")
    print(
        f"{'':<34} dropped {dropped} of {dropped + len(frames)} frames; heap {before / 1e6:.1f} MB before, "
        f"{after / 1e6:.1f} MB after {sent} messages"
    )


def pump(
    page: Page, sockets: list[WebSocketRoute], trades: list[Any], state: dict[str, Any], seconds: float, seq: int
) -> int:
    """Sends for so long at the rate; returns the last sequence."""
    began, first = time.monotonic(), seq
    while time.monotonic() - began < seconds:
        due = first + int((time.monotonic() - began) * MESSAGES_PER_S)
        while seq < due:
            seq += 1
            for text in messages(trades[seq % len(trades)], state, seq):
                sockets[-1].send(text)
        page.wait_for_timeout(1000 / MESSAGES_PER_S)
    return seq


def messages(trade: dict[str, Any], state: dict[str, Any], seq: int) -> list[str]:
    """A fill, and now and then the state, which has no number of its own."""
    event = {**trade, "id": f"00000000-0000-7000-8000-{seq:012d}", "eventType": "fill"}
    fill = frame("bot-trade", seq, {"botId": trade["botId"], "walletAddress": "0x" + "0" * 40, "event": event})
    if seq % STATE_EVERY != 0:
        return [fill]
    equity = {**state["equity"], "fadeArena": state["equity"]["fadeArena"] + seq}
    return [fill, frame("state-update", seq, {**state, "equity": equity})]


def frame(kind: str, seq: int, data: object) -> str:
    return json.dumps({"type": kind, "seq": seq, "data": data})


def heap_after_collection(cdp: Any) -> int:
    cdp.send("HeapProfiler.collectGarbage")
    used: int = cdp.send("Runtime.getHeapUsage")["usedSize"]
    return used


def event_to_pixel(browser: Browser, demo: Demo) -> None:
    demo.until(lambda: demo.get("/api/trades?type=mine&limit=1")["trades"], "the first order")
    with opened(browser, demo, log_in(browser, demo)) as page:
        page.goto("/")
        until_drawn(page)
        page.evaluate(NOTE_LINES)
        sightings = Sightings(demo.database_url)
        sightings.start()
        deadline = time.monotonic() + EVENTS_PATIENCE_S
        while len(sightings.seen_at) < EVENTS and time.monotonic() < deadline:
            page.wait_for_timeout(100)
        page.wait_for_timeout(1500)
        shown = page.evaluate("window.seenAt")
        sightings.stop()
    lags = [shown[row] - at * 1000 for row, at in sightings.seen_at.items() if row in shown]
    missing = len(sightings.seen_at) - len(lags)
    show("event to pixel", lags, "ms", 300, f"{missing} not shown" if missing else "")


if __name__ == "__main__":
    sys.exit(main())
