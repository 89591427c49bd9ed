"""What every page must stand: no error in its console, no request to elsewhere, no barrier and no small target."""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import Error

from eulogin_harness.guide.mail_programme import ADDRESS as MAIL_PROGRAMME

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

_GONE = "Execution context was destroyed"
_REQUESTS = "section[data-network][data-state]:visible"
_STATES = "(cards) => cards.map((card) => card.dataset.state)"
_WIDTHS = (1200, 320)  # of a computer, and of its window at 400 % zoom
_PHONE, _PHONES = 390, 500  # of a phone; no window of a phone is wider
_HEIGHT = 800
# Links within a sentence are as high as its lines (WCAG 2.5.5); a tick box counts with its label.
_SMALL_TARGETS = """() => {
  if (document.documentElement.dataset.actor === "desk") return [];
  const styleOf = (element) => getComputedStyle(element);
  const blockOf = (element) => styleOf(element).display === "inline" ? blockOf(element.parentElement) : element;
  const inSentence = (element) => styleOf(element).display === "inline" && element.matches("a")
    && blockOf(element).innerText.trim() !== element.innerText.trim();
  const sizes = (element) => [element, ...(element.matches("[type=checkbox], [type=radio]") ? element.labels : [])]
    .map((part) => part.getBoundingClientRect());
  const isSmall = (element) => Math.max(...sizes(element).map((box) => box.height)) < 43.5
    || sizes(element).reduce((sum, box) => sum + box.width, 0) < 43.5;
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && styleOf(element).clipPath === "none")
    .filter((element) => isSmall(element) && !inSentence(element))
    .map((element) => element.innerText.trim() || element.name);
}"""
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Nothing is fetched again for rules that find nothing here: of media with sound, and of what axe only tries out.
_OPTIONS = {"runOnly": {"type": "tag", "values": _TAGS}, "resultTypes": ["violations"], "preload": False}
# What axe says of all else that it looked at costs as much to bring here as the looking.
_BARRIERS = """async (options) => (await axe.run(options)).violations.flatMap(({ id, help, nodes }) =>
  nodes.map(({ target }) => `${id}: ${help} at ${target}`))"""


class Watch:
    """Watches browser contexts and collects what is wrong, in words.

    seen: a folder that all processes of this run share, with a file for each page, state and requests that were
    checked already, so that each costs its half a second once. passed: pages with their states at which `look` was
    called. requests: the same pages with the states of the access requests that stood there. mails: subjects of the
    mails that were open.
    """

    def __init__(self, seen: Path) -> None:
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
        is_answered = _is_here(host) or request.url.startswith(MAIL_PROGRAMME)
        if parts.scheme in {"http", "https", "ws", "wss"} and not is_answered:
            self.problems.append(f"a request leaves the machine: {request.url}")

    def look(self, page: "Page") -> None:
        """Check a page once for each state: barriers (axe, WCAG 2.2 AA), small targets, what stands out to the side."""
        if page.is_closed() or page.url == "about:blank":
            return
        if page.url == MAIL_PROGRAMME:  # of the pictures alone; the control room shows the same mail
            self.mails.add(page.locator("h1").inner_text())
            return
        try:
            self._look(page)
        except Error as error:
            if (
                _GONE not in error.message
            ):  # a page that continues automatically continued: it is looked at when it stays
                raise

    def _look(self, page: "Page") -> None:
        name, state = page.locator("body[data-page]").evaluate("(body) => [body.dataset.page, body.dataset.state]")
        requests = page.locator(_REQUESTS).evaluate_all(_STATES)
        mark = self._seen / " ".join([name, state, *requests])
        if not mark.exists():
            self.problems += [f"{name} ({state}) {problem}" for problem in self._check(page, name)]
            mark.touch()
        self.passed.add((name, state))
        self.requests |= {(name, request) for request in requests}
        if name == "mail":
            self.mails.add(page.locator("h1").inner_text())

    def _check(self, page: "Page", name: str) -> list[str]:
        """What is wrong with a page; its window is as before afterwards.

        Axe, which costs more than the page itself, is run at the window's own width, and for one state of each page
        at that of a phone, where other parts of it are shown.
        """
        window, problems, mark = page.viewport_size, barriers(page), self._seen / name
        is_a_phones = window is not None and window["width"] <= _PHONES
        problems += small_targets(page) if is_a_phones else []
        try:
            problems += [
                f"at {width}: something stands out to the side" for width in _WIDTHS if not _fits_at(page, width)
            ]
            if not is_a_phones and not mark.exists():
                there = [] if _fits_at(page, _PHONE) else ["something stands out to the side"]
                there += small_targets(page)
                problems += [f"at {_PHONE}: {problem}" for problem in (*there, *barriers(page))]
                mark.touch()
        finally:
            if window is not None:
                page.set_viewport_size(window)
        return problems


def _fits_at(page: "Page", width: int) -> bool:
    if page.viewport_size != {"width": width, "height": _HEIGHT}:
        page.set_viewport_size({"width": width, "height": _HEIGHT})
    return fits(page)


def _is_here(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")


def _is_expected(message: "ConsoleMessage") -> bool:
    """Whether a message of the console comes although nothing is wrong.

    A page that is refused (4xx), or says in words that a server does not answer (502, 503, 504), counts as a failed
    load. Taking a picture asks each frame, and a mail's frame runs no script.
    """
    failed = message.text.startswith("Failed to load resource")
    has_status = any(f"status of {status}" in message.text for status in ("4", "502", "503", "504"))
    return (failed and has_status) or message.text.startswith("Blocked script execution in")


def barriers(page: "Page") -> list[str]:
    """Violations that axe finds on a page, in words."""
    from axe_playwright_python.base import AXE_SCRIPT

    if not page.evaluate("() => 'axe' in window"):  # at another width before; its script is half a megabyte
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(_BARRIERS, _OPTIONS))


def small_targets(page: "Page") -> list[str]:
    """What is less than 44 px high or wide and can be pressed, on all pages but the desk's; in words."""
    return [f"less than 44 px: {target}" for target in page.evaluate(_SMALL_TARGETS)]


def fits(page: "Page") -> bool:
    """Whether nothing stands out to the side, of the page or of a table in it."""
    parts = page.locator("html, .table-box")
    return bool(all(parts.evaluate_all("(parts) => parts.map((part) => part.scrollWidth <= part.clientWidth)")))
