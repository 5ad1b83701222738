"""Pictures of every page at desktop and phone size, from a demo stopped half-way through its season.

``python -m tests.browser.screenshots [folder]`` (by default ``screenshots``) makes ``arena-desktop.png`` and so on;
with ``--themes`` each page in the other two themes too. It fails when a page says something in its
console or asks a stranger for anything.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, StorageState, sync_playwright

from tests.browser.chromium import launch
from tests.browser.conftest import DESKTOP, PHONE, REPOSITORY, THEMES, choose_theme, log_in, pages_of, until_drawn
from tests.browser.demo import Demo
from tests.browser.watching import Watch

QUICK, CALM = "10000", "600"
ORDERS = 230
"""How many orders of the season are behind it when the pictures are taken: about half."""

SETTLE_MS = 1200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("screenshots"))
    parser.add_argument("--themes", action="store_true", help="the light and the high contrast theme too")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "hatch_build.py"], cwd=REPOSITORY, check=True)
    complaints: list[str] = []
    with tempfile.TemporaryDirectory(prefix="fadearena-pictures-") as kept, sync_playwright() as playwright:
        browser = launch(playwright)
        with half_a_season(Path(kept)) as demo:
            session = log_in(browser, demo)
            for theme in THEMES if arguments.themes else THEMES[:1]:
                complaints += pictures(browser, demo, session, theme, arguments.folder)
        browser.close()
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


def half_a_season(folder: Path) -> Demo:
    """A demo that was hurried to the middle of its season and goes on at a walk."""
    with Demo(folder, QUICK) as hurried:
        hurried.until(
            lambda: hurried.get("/api/trades?type=mine&limit=1")["pagination"]["total"] >= ORDERS, "half a season"
        )
    calm = Demo(folder, CALM)
    calm.until(lambda: caught_up(calm.get("/api/state")["systemStatus"]), "the moment at which it stopped")
    return calm


def caught_up(status: dict[str, int]) -> bool:
    """The replay goes on a little before the last that was recorded."""
    return status["clockTime"] > status["lastEventTime"]


def pictures(browser: Browser, demo: Demo, session: StorageState, theme: str, folder: Path) -> list[str]:
    """Takes them in one theme. Returns what the pages complained of."""
    complaints: list[str] = []
    for size_name, (width, height) in {"desktop": DESKTOP, "phone": PHONE}.items():
        context = browser.new_context(
            base_url=demo.address,
            viewport={"width": width, "height": height},
            storage_state=session,
            reduced_motion="reduce",
        )
        context.add_init_script(choose_theme(theme))
        watch = Watch(context, demo.host)
        page = context.new_page()
        for name, path in pages_of(demo).items():
            page.goto(path)
            until_drawn(page)
            page.wait_for_timeout(SETTLE_MS)
            suffix = "" if theme == THEMES[0] else f"-{theme}"
            page.screenshot(path=folder / f"{name}-{size_name}{suffix}.png", full_page=size_name == "phone")
        context.close()
        complaints += watch.complaints
    return complaints


if __name__ == "__main__":
    sys.exit(main())
