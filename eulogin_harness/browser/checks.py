"""What every page must stand: no error in its console, no request that leaves the machine, no barrier."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import Error

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

_GONE = "Execution context was destroyed"
_REQUESTS = "section[data-network][data-state]:visible"
_STATES = "(cards) => cards.map((card) => card.dataset.state)"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Watch:
    """Watches browser contexts and collects what is wrong, in words.

    seen: pages that were checked for barriers already in this run, so that each page, state and width costs
    its 90 ms once. passed: pages with their states at which it was told to look. requests: the same pages with the
    states of the access requests that stood there. mails: subjects of the mails that were open.
    """

    def __init__(self, seen: set[tuple[str, str, int]]) -> None:
        self.problems: list[str] = []
        self.passed: set[tuple[str, str]] = set()
        self.requests: set[tuple[str, str]] = set()
        self.mails: set[str] = set()
        self._seen = seen

    def context(self, context: "BrowserContext") -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"page error: {error.error}"))
        context.on("request", self._request)

    def _console(self, message: "ConsoleMessage") -> None:
        if message.type == "error" and not _is_expected(message):
            self.problems.append(f"console error: {message.text} ({message.location['url']})")

    def _request(self, request: "Request") -> None:
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        if parts.scheme in {"http", "https", "ws", "wss"} and not _is_here(host):
            self.problems.append(f"a request leaves the machine: {request.url}")

    def look(self, page: "Page") -> None:
        """Check a page for barriers (axe, WCAG 2.2 AA), once for each page, state and width."""
        if page.is_closed() or page.url == "about:blank":
            return
        try:
            self._look(page)
        except Error as error:
            if _GONE not in error.message:  # a page that goes on by itself went on: it is looked at when it stays
                raise

    def _look(self, page: "Page") -> None:
        name, state = page.locator("body[data-page]").evaluate("(body) => [body.dataset.page, body.dataset.state]")
        key = (name, state, (page.viewport_size or {"width": 0})["width"])
        if key not in self._seen:
            found = barriers(page)
            self._seen.add(key)
            self.problems += [f"{name} ({state}): {problem}" for problem in found]
        self.passed.add((name, state))
        self.requests |= {(name, asked) for asked in page.locator(_REQUESTS).evaluate_all(_STATES)}
        if name == "mail":
            self.mails.add(page.locator("h1").inner_text())


def _is_here(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")


def _is_expected(message: "ConsoleMessage") -> bool:
    """What the browser tells although nothing is wrong.

    A page that is refused (4xx), or says in words that a server does not answer (502, 503, 504), counts as a failed
    load. Taking a picture asks each frame, and a mail's frame runs no script.
    """
    failed = message.text.startswith("Failed to load resource")
    told = any(f"status of {status}" in message.text for status in ("4", "502", "503", "504"))
    return (failed and told) or message.text.startswith("Blocked script execution in")


def barriers(page: "Page") -> list[str]:
    """Violations that axe finds on a page, in words."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": _TAGS}, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {violation['help']} at {node['target']}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
