"""An application's server as EU Login calls it: it notes each request, and answers as it is told."""

import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

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
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign] # a client that hangs up
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"{'https' if self.tls else 'http'}://localhost:{self._server.server_port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self) -> Call:
        """The next call; fails where none comes."""
        assert self.called.acquire(timeout=TIMEOUT), "the application was not called"
        return self.calls[-1]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        application = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                length, kind = int(self.headers.get("Content-Length", 0)), self.headers.get("Content-Type", "")
                form = dict(parse_qsl(self.rfile.read(length).decode()))
                call = Call(self.command, parts.path, dict(parse_qsl(parts.query)), form, kind)
                application.calls.append(call)
                self.send_response(application.status)
                for name, value in application.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(application.document)
                application.called.release()

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Tests look at the calls."""

        return Handler
