"""An application's server as EU Login calls it: it notes each request, and answers as it is told."""

import ssl
import threading
from dataclasses import dataclass, field
from typing import Self

from werkzeug.wrappers import Request, Response

from tests.serving import serving

SUCCESS = b'<?xml version="1.0"?><c:proxySuccess xmlns:c="http://www.yale.edu/tp/casClient"/>'
TIMEOUT = 5  # seconds that a test waits for a call


@dataclass
class Call:
    """A request: method, path without query, query and form."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    content_type: str


@dataclass
class Application:
    """A context manager. status, document: what it answers. tls: speaks https where given."""

    status: int = 200
    document: bytes = SUCCESS
    headers: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    calls: list[Call] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.called = threading.Semaphore(0)
        self._serving = serving(Request.application(self._answer), tls=self.tls)
        self.url = self._serving.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._serving.__exit__(None, None, None)

    def wait(self) -> Call:
        """The next call; fails where none comes."""
        assert self.called.acquire(timeout=TIMEOUT), "the application was not called"
        return self.calls[-1]

    def _answer(self, request: Request) -> Response:
        call = Call(request.method, request.path, request.args.to_dict(), request.form.to_dict(), request.mimetype)
        self.calls.append(call)
        answer = Response(self.document, self.status, self.headers)
        answer.call_on_close(self.called.release)
        return answer
