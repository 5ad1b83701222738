"""Whatever a page should never do: errors in its console, faults, violations of its policy, requests to strangers.

In: a browser's context. Out: a list of complaints, empty where all is well. A test that provokes a refusal says so with
``expect``; requests to strangers are never expected.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} by ${event.blockedURI} in ${event.sourceFile}`));
"""


class Watch:
    """Watches all pages of a context from their first request on.

    Args:
        host: name and port that requests may go to.
    """

    def __init__(self, context: BrowserContext, host: str) -> None:
        self._host = host
        self._expected: list[re.Pattern[str]] = []
        self._said: list[str] = []
        self._strangers: list[str] = []
        self.requests: list[str] = []
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("console", self._on_console)
        context.on("weberror", self._on_fault)
        context.on("request", self._on_request)
        context.on("page", self._on_page)

    def expect(self, pattern: str) -> None:
        """What is said in these words is provoked by the test."""
        self._expected.append(re.compile(pattern))

    @property
    def heard(self) -> list[str]:
        """All that was said, expected or not."""
        return list(self._said)

    @property
    def complaints(self) -> list[str]:
        said = [line for line in self._said if not any(pattern.search(line) for pattern in self._expected)]
        return [*said, *(f"request to a stranger: {url}" for url in self._strangers)]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            where = message.location.get("url", "")
            self._said.append(f"console {message.type}: {message.text} ({where})")

    def _on_fault(self, fault: WebError) -> None:
        self._said.append(f"fault: {fault.error}")

    def _on_request(self, request: Request) -> None:
        self._take(request.url)

    def _on_page(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._take(socket.url))

    def _take(self, url: str) -> None:
        self.requests.append(url)
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self._host:
            self._strangers.append(url)
