"""A browser by HTTP alone: pages, forms with their hidden fields, cookies, redirects."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

from eulogin_harness.load.forms import Value, forms_of, page_of, problem_of, title_of, wait_address_of
from eulogin_harness.load.steps import Record, Step, StepFailed, step
from eulogin_harness.readiness import TIMEOUT

_MOST_REDIRECTS = 20
_CORRELATION = "X-Correlation-ID"
_AS_BROWSERS = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en"}
_WAIT = 60.0  # seconds that the mock may hold an answer


class Browser:
    """One session that nobody used before.

    session: trusts the authority of the mock. may_open: whether a browser may be sent to an address.
    page: what was opened last. correlation_id: of the sign-in that the browser is in. came_by: addresses of the last
    step, one redirect after the other.

    Steps are called by the page that they lead to, `EU Login: password`, and fail where they lead to another one. Where
    `until` is given they end before an address that begins so, which is the last of came_by; where `origin` is given,
    at whatever page of this origin.
    """

    def __init__(self, session: requests.Session, may_open: Callable[[str], bool], record: Record) -> None:
        self._session = session
        self._may_open = may_open
        self._record = record
        self.page = requests.Response()
        self.correlation_id = ""
        self.came_by: list[str] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return str(self.page.url)

    def open(self, name: str, url: str, *, until: str = "", origin: str = "") -> None:
        """Open an address. Raises StepFailed."""
        with step("GET", name, self._record) as current:
            self._follow(current, "GET", url, None, until=until)
            self._check(current, until=until, origin=origin)

    def send(self, name: str, fields: Mapping[str, Value], *, origin: str = "") -> None:
        """Fill in the page's form that has these fields, and send it. Raises StepFailed."""
        with step("POST", name, self._record) as current:
            self._follow(current, "POST", *self._filled(fields), until="")
            self._check(current, until="", origin=origin)

    def wait(self, name: str) -> None:
        """What the page's script does: wait until there is something new. Raises StepFailed."""
        with step("GET", name, self._record) as current:
            url = urljoin(self.url, wait_address_of(self.page.text))
            answer = self._session.get(url, timeout=TIMEOUT + _WAIT, allow_redirects=False)
            current.size = len(answer.content)
            if answer.status_code != HTTPStatus.OK:
                raise StepFailed(f"expected status 200, got {answer.status_code}")

    def awaited(self, parameter: str) -> str:
        """A parameter of the address that the page's script asks, such as the request that it waits for."""
        return dict(parse_qsl(urlsplit(wait_address_of(self.page.text)).query)).get(parameter, "")

    def _follow(self, current: Step, method: str, url: str, data: dict[str, Value] | None, *, until: str) -> None:
        """Open an address, and go where it leads."""
        self.came_by = [url]
        self._ask(current, method, url, data)
        while there := self._location():
            self.came_by.append(there)
            if until and there.startswith(until):
                return
            if len(self.came_by) > _MOST_REDIRECTS:
                raise StepFailed(f"expected a page, got more than {_MOST_REDIRECTS} redirects")
            self._ask(current, "GET", there, None)

    def _ask(self, current: Step, method: str, url: str, data: dict[str, Value] | None) -> None:
        if not self._may_open(url):
            host = urlsplit(url).hostname
            allowed = "an address on loopback, on a reserved domain or of --allow-host"
            raise StepFailed(f"expected {allowed}, but was sent to {host}, which is not called")
        self.page = self._session.request(
            method, url, data=data, headers=_AS_BROWSERS, timeout=TIMEOUT, allow_redirects=False
        )
        current.size += len(self.page.content)
        self.correlation_id = self.page.headers.get(_CORRELATION, self.correlation_id)

    def _location(self) -> str:
        """The address that the browser is sent to; empty where it stays."""
        return urljoin(self.url, self.page.headers["Location"]) if self.page.is_redirect else ""

    def _filled(self, fields: Mapping[str, Value]) -> tuple[str, dict[str, Value]]:
        """Address and content of the page's form that has these fields."""
        for form in forms_of(self.page.text):
            if fields.keys() <= form.names:
                return urljoin(self.url, form.action), {**form.fields, **fields}
        raise StepFailed(f"expected a form with {', '.join(fields)}, got {self._shown()}")

    def _check(self, current: Step, *, until: str, origin: str) -> None:
        """Whether it is where it should be."""
        if until:
            is_there, expected = self.came_by[-1].startswith(until), f"to be sent to {until}"
        elif origin:
            is_there, expected = origin_of(self.url) == origin, f"a page of {origin}"
        else:
            expected = current.name.rpartition(": ")[2]
            is_there, expected = page_of(self.page.text) == expected, f"page {expected}"
        if not is_there or self.page.status_code >= HTTPStatus.BAD_REQUEST:
            raise StepFailed(f"expected {expected}, got {self._shown()}")

    def _shown(self) -> str:
        """Which page it is, and what it says, without anything that is somebody's own."""
        page = page_of(self.page.text) or title_of(self.page.text) or "no page"
        problem = problem_of(self.page.text)
        return f"{page} with status {self.page.status_code}{f': {problem}' if problem else ''}"


def origin_of(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
