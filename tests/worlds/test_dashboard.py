"""The dashboard that is built while the program runs: served once it is there, and nobody is turned away meanwhile."""

from __future__ import annotations

import asyncio
import signal
import threading
from pathlib import Path

import httpx
import pytest

from fadearena.worlds.dashboard import when_built
from tests.core_api.serving import running_server


async def test_the_server_is_told_once_when_the_dashboard_appears(tmp_path: Path) -> None:
    page, told = tmp_path / "index.html", []
    watching = asyncio.create_task(when_built(lambda: told.append(1), page))
    await asyncio.sleep(0.1)
    assert told == []
    page.touch()
    await asyncio.wait_for(watching, 5)
    assert told == [1]


async def test_a_dashboard_that_is_there_already_needs_no_telling(tmp_path: Path) -> None:
    page, told = tmp_path / "index.html", []
    page.touch()
    await asyncio.wait_for(when_built(lambda: told.append(1), page), 5)
    assert told == []


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="told by SIGHUP")
def test_a_server_that_is_told_serves_it_and_refuses_nobody_meanwhile(database_url: str, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    with running_server(database_url, tmp_path, dashboard_dir=str(bundle)) as server:
        assert "/plain/app.js" in httpx.get(server.address).text
        bundle.mkdir()
        (bundle / "index.html").write_text("the dashboard")
        answers: list[str] = []
        seen = threading.Event()

        def ask() -> None:
            """A connection for each question; a refused one ends the test."""
            while len(answers) < 2000 and not seen.is_set():
                answers.append(httpx.get(server.address, timeout=10).text)
                if answers[-1] == "the dashboard":
                    seen.set()

        asking = threading.Thread(target=ask)
        asking.start()
        server.process.send_signal(signal.SIGHUP)
        asking.join(60)
        assert answers[-1] == "the dashboard"
        assert len(answers) > 1
