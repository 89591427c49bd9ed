"""A browser without scripts, for one person: it keeps cookies, follows redirects within the mock, and finds forms."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urldefrag, urljoin, urlsplit

TIMEOUT = 20.0  # seconds for an answer
_TOKEN = re.compile(r'name="csrf_token" type="hidden" value="([^"]+)"')
_HOPS = 8  # redirects in a row
Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Target:
    """What a page leads to: a link, or a form with the fields that it has."""

    method: str
    url: str
    fields: Fields = ()
    enctype: str = ""


@dataclass(frozen=True)
class Answer:
    """What came: status 0 where nothing did, and why."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def is_page(self) -> bool:
        is_redirect = 300 <= self.status < 400  # noqa: PLR2004
        return self.headers.get("content-type", "").startswith("text/html") and bool(self.text) and not is_redirect


@dataclass
class Browser:
    """The browser of somebody. name: who it is."""

    name: str
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    """Of forms, by host and port: the one that the newest page had."""
    _connections: dict[str, HTTPConnection] = field(default_factory=dict)

    def send(
        self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request with the cookies that there are; a connection stays open for the next one."""
        parts = urlsplit(url)
        connection = self._connections.setdefault(parts.netloc, HTTPConnection(parts.netloc, timeout=TIMEOUT))
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        own = {"Accept": "text/html,*/*"} | ({"Cookie": cookie} if cookie else {})
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            answer = _sent(connection, method, path, body, own | dict(headers or {}))
            text = answer.read().decode("utf-8", "replace")
        except (OSError, HTTPException) as error:
            connection.close()
            return Answer(0, {}, f"no answer: {error!r}")
        if "Cookie" not in (headers or {}):
            self._keep_cookies(answer.headers.get_all("Set-Cookie") or ())
            if token := _TOKEN.search(text):
                self.tokens[parts.netloc] = token[1]
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, text)

    def open(self, url: str) -> tuple[str, Answer]:
        """A page, where redirects within this machine have led to; with its address."""
        for _ in range(_HOPS):
            answer = self.send("GET", url)
            to = urljoin(url, answer.headers.get("location", ""))
            if answer.status not in {301, 302, 303} or urlsplit(to).hostname != "localhost":
                break
            url = urldefrag(to).url
        return url, answer

    def _keep_cookies(self, lines: Sequence[str]) -> None:
        for line in lines:
            try:
                for name, morsel in SimpleCookie(line).items():
                    self.cookies[name] = morsel.value
            except CookieError:
                continue

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()


def _sent(
    connection: HTTPConnection, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
) -> HTTPResponse:
    """The answer to a request; where the server has closed the connection meanwhile, by another one."""
    is_fresh = connection.sock is None
    try:
        connection.request(method, path, body, headers)
        return connection.getresponse()
    except (ConnectionError, HTTPException):
        connection.close()
        if is_fresh:
            raise
    return _sent(connection, method, path, body, headers)


class _Page(HTMLParser):
    """Links and forms of a page, as they are found in its source."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._form: tuple[str, str, str, list[tuple[str, str]]] | None = None
        self._select = ""
        self.found: list[Target] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what leads on, and the fields of the form that is open."""
        each = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in each:
            self.found.append(Target("GET", urldefrag(urljoin(self._url, each["href"])).url))
        elif tag == "form":
            url = urldefrag(urljoin(self._url, each.get("action", ""))).url
            self._form = (each.get("method", "get").upper(), url, each.get("enctype", ""), [])
        elif tag == "select":
            self._select = each.get("name", "")
        elif self._form and tag == "option" and self._select:
            self._form[3].append((self._select, each.get("value", "")))
        elif self._form and tag in {"input", "textarea", "button"} and each.get("name"):
            self._form[3].append((each["name"], each.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """A form is complete."""
        if tag == "form" and self._form:
            method, url, enctype, fields = self._form
            self.found.append(Target(method, url, tuple(fields), enctype))
            self._form = None
        elif tag == "select":
            self._select = ""


def targets_of(url: str, page: str) -> Iterator[Target]:
    """What a page leads to on this machine."""
    parser = _Page(url)
    parser.feed(page)
    yield from (each for each in parser.found if urlsplit(each.url).hostname == "localhost")
