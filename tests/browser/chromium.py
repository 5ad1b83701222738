"""The browser: found on this machine, never fetched; started so that it asks nobody for anything.

``FADEARENA_CHROMIUM`` names it, or it is on the PATH.
"""

from __future__ import annotations

import os
import shutil

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
"""The last one makes every name unknown, so that not even the browser's own services are reached."""


class BrowserNotFoundError(Exception):
    """There is no Chromium; the message says what to do."""


def find_chromium() -> str:
    """Its path. Raises BrowserNotFoundError."""
    named = os.environ.get("FADEARENA_CHROMIUM", "")
    found = next((path for name in ((named,) if named else NAMES) if (path := shutil.which(name))), None)
    if found is None:
        raise BrowserNotFoundError(
            f"FADEARENA_CHROMIUM={named} is no program that can be run"
            if named
            else "no Chromium is on the PATH: install the package chromium, or name one in FADEARENA_CHROMIUM"
        )
    return found


def launch(playwright: Playwright) -> Browser:
    """Raises BrowserNotFoundError."""
    return playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
