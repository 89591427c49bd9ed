"""A copy of a world that answers in its place while an application is graded, with answers changed on their way.

The application keeps the addresses that it was configured with; what is in its world stays as it was.
"""

import errno
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl

from werkzeug.datastructures import Headers

from mock_idp.cas.parameters import ENDPOINTS
from mock_world.server import SITE_KEY, WORLD_KEY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from mock_world import World
    from mock_world.tls import Authority
    from mock_world.worlds import Worlds

VALIDATION, AUTHORIZE, TOKEN, KEYS, DISCOVERY, USERINFO = (
    "validation",
    "authorize",
    "token",
    "keys",
    "discovery",
    "userinfo",
)
_BY_PATH = {
    **{f"/cas{path}": VALIDATION for path in ENDPOINTS},
    "/cas/oauth2/authorize": AUTHORIZE,
    "/cas/oauth2/token": TOKEN,
    "/cas/oauth2/keys": KEYS,
    "/cas/oauth2/.well-known/openid-configuration": DISCOVERY,
    "/cas/oauth2/userinfo": USERINFO,
}
_PHONES = "/cas/app/"  # what phones ask; those of the world know nothing of its copy
_FORM = "application/x-www-form-urlencoded"
_LARGEST = 1024 * 1024  # bytes of a body that are read
CLOSED = "EU Login is not asked now"
_CLOSED_PAGE = f"<!doctype html><html lang=en><title>{CLOSED}</title><p>{CLOSED}: this is a mock.</p>".encode()


@dataclass(frozen=True)
class Answer:
    """An answer of EU Login. broken_off: the connection ends in the middle of it."""

    status: int
    headers: Headers
    body: bytes
    broken_off: bool = False

    @property
    def text(self) -> str:
        return self.body.decode()

    def with_text(self, text: str, media: str | None = None) -> "Answer":
        """The same answer with another body; media: its type, where that changes too."""
        headers = Headers(self.headers)
        if media:
            headers["Content-Type"] = media
        return replace(self, headers=headers, body=text.encode())


@dataclass(frozen=True)
class EuLoginCall:
    """A request that came to EU Login: by the application's server, or by a browser that it sent there.

    endpoint: such as `validation`; empty for a page. query: parameters as they came, in order, those of a form behind.
    authorization: of the header. scheme: `https` where it came by TLS. port: of the caller's end of the connection.
    """

    method: str
    path: str
    endpoint: str
    query: tuple[tuple[str, str], ...]
    authorization: str = ""
    scheme: str = "http"
    port: int = 0

    def get(self, name: str) -> str | None:
        """The first parameter of that name."""
        return next((value for each, value in self.query if each == name), None)


Change = Callable[[Answer], Answer]


@dataclass
class StandIn:
    """What answers now. changes: by endpoint. calls: all that came. closed: EU Login shows a plain page to browsers.

    pages: answers at paths that EU Login has not. authority: of EU Login's certificate; None before the first call, and
    where it speaks http.
    """

    world: "World"
    changes: dict[str, Change] = field(default_factory=dict)
    calls: list[EuLoginCall] = field(default_factory=list)
    closed: bool = False
    asked_while_closed: bool = False
    pages: dict[str, Answer] = field(default_factory=dict)
    authority: "Authority | None" = None

    def calls_of(self, endpoint: str) -> list[EuLoginCall]:
        """Those of one endpoint, oldest first."""
        return [call for call in self.calls if call.endpoint == endpoint]

    def answer(
        self, app: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request to the world that this one stands for."""
        endpoint = _BY_PATH.get(environ["PATH_INFO"], "")
        self.calls.append(_call(environ, endpoint))
        self.authority = environ[SITE_KEY].authority
        if page := self.pages.get(environ["PATH_INFO"]):
            start_response(f"{page.status} Added", page.headers.to_wsgi_list())
            return [page.body]
        if self.closed and endpoint in {"", AUTHORIZE}:
            self.asked_while_closed = True
            start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
            return [_CLOSED_PAGE]
        environ[WORLD_KEY] = self.world
        self.world.scheduler.run()
        change = self.changes.get(endpoint)
        try:
            return _changed(app, environ, start_response, change) if change else app(environ, start_response)
        finally:
            self.world.scheduler.run()


def _call(environ: "WSGIEnvironment", endpoint: str) -> EuLoginCall:
    rows = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    if environ.get("CONTENT_TYPE", "").startswith(_FORM):
        length = re.fullmatch(r"\d{1,9}", environ.get("CONTENT_LENGTH") or "0")
        body = environ["wsgi.input"].read(min(int(length[0]) if length else 0, _LARGEST))
        environ["wsgi.input"] = io.BytesIO(body)
        rows += parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    scheme, port = environ["wsgi.url_scheme"], int(environ.get("REMOTE_PORT") or 0)
    return EuLoginCall(method, path, endpoint, tuple(rows), environ.get("HTTP_AUTHORIZATION", ""), scheme, port)


def _changed(
    app: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse", change: Change
) -> Iterable[bytes]:
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def started(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        begun.append((status, headers))
        return lambda _: None

    parts = app(environ, cast("StartResponse", started))
    try:
        body = b"".join(parts)
    finally:
        if close := getattr(parts, "close", None):
            close()
    status, headers = begun[-1]
    answer = change(Answer(int(status.split()[0]), Headers(headers), body))
    answer.headers["Content-Length"] = str(len(answer.body))
    start_response(f"{answer.status} Changed", answer.headers.to_wsgi_list())
    return _half(answer.body) if answer.broken_off else [answer.body]


def _half(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise ConnectionResetError(errno.ECONNRESET, "broken off on purpose")


class StandIns:
    """EU Login's application, with the worlds that others stand in for."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app
        self._now: dict[str, StandIn] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        stand_in = self._now.get(environ[WORLD_KEY].name) if self._now else None
        if stand_in is None or environ["PATH_INFO"].startswith(_PHONES):
            return self._app(environ, start_response)
        return stand_in.answer(self._app, environ, start_response)

    @contextmanager
    def in_place_of(self, world: "World", worlds: "Worlds") -> Iterator[StandIn]:
        """Let a copy of `world` answer at EU Login, in place of the world of that name, for as long as this lasts."""
        copy = worlds.copy(world)
        stand_in = self._now[world.name] = StandIn(copy)
        try:
            yield stand_in
        finally:
            del self._now[world.name]
            copy.close()
