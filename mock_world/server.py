"""The listeners: opened once a process, each serving one actor in all worlds.

A thread a connection (werkzeug, which closes it after the answer): pages that wait for the phone cost a
sleeping thread and slow nobody. The prefix `/w/<name>` chooses the world and becomes SCRIPT_NAME.
"""

import errno
import json
import re
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Response

from mock_world.addresses import ACTORS, base_of
from mock_world.post_office import Sink
from mock_world.refusal import Refusal
from mock_world.settings import parse_all
from mock_world.tls import Authority, make_authority, names_of
from mock_world.worlds import DEFAULT, Worlds

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from mock_world.settings import Profile
    from mock_world.world import World

WORLD_KEY = "mock_world.world"
SITE_KEY = "mock_world.site"
BACK_CHANNEL_KEY = "mock_world.back_channel"  # there where the listener is for servers alone
_PREFIX = re.compile(r"/w/([^/]+)(/.*)?")
_POLL = 0.05  # seconds until a listener notices that it is to stop
_HANDSHAKE = 10.0  # seconds that a client has for TLS's handshake
_OF_TLS = b"\x16"  # the first byte of a client that speaks TLS (RFC 8446, 5.1)


class AddressTaken(Exception):  # noqa: N818 - the name says it
    """A listener could not be opened; the text says which and what to do."""


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 75  # seconds that a connection may stay silent

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's own name
        """The journal says what happened; requests are not logged."""


class _PlainHandler(_Handler):
    """Answers who speaks http to a port that speaks https."""

    def run_wsgi(self) -> None:
        host = self.headers.get("Host", f"localhost:{self.server.port}")
        text = f"This port speaks https, not http: take https://{host}{self.path}\n".encode("ascii", "replace")
        self.send_response(400)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(text)
        self.close_connection = True


class _Server(ThreadedWSGIServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In the connection's own thread, so that who says nothing keeps nobody waiting: first the handshake."""
        if self.ssl_context is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(_HANDSHAKE)
        if request.recv(1, socket.MSG_PEEK) not in {_OF_TLS, b""}:
            _PlainHandler(request, client_address, self)
            return
        secured = self.ssl_context.wrap_socket(request, server_side=True)
        try:
            super().finish_request(secured, client_address)
        finally:
            _say_goodbye(secured)
            self.shutdown_request(secured)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle is no error, nor one that does not trust our authority.

        Other errors than those of the connection do not come here: the actors' apps answer them.
        """
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _say_goodbye(connection: ssl.SSLSocket) -> None:
    """Tell that nothing was cut off; without waiting for the same of the other side."""
    with suppress(OSError, ValueError):
        connection.settimeout(0)
        connection.unwrap()


class _Dispatcher:
    """Finds the world of a request and hands it to the actor's app."""

    def __init__(self, app: "WSGIApplication", site: "Site", more: Mapping[str, bool]) -> None:
        self._app = app
        self._site = site
        self._more = more

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        found = _PREFIX.fullmatch(environ["PATH_INFO"])
        name = found[1] if found else DEFAULT
        try:
            world = self._site.worlds.get(name)
        except Refusal as refusal:
            return _no_world(refusal, found[2] if found else None)(environ, start_response)
        if found:
            environ["SCRIPT_NAME"] = f"/w/{name}"
            environ["PATH_INFO"] = found[2] or "/"
        environ[WORLD_KEY] = world
        environ[SITE_KEY] = self._site
        environ.update(self._more)
        world.due.run()
        return self._app(environ, start_response)


def _no_world(refusal: Refusal, path: str | None) -> Response:
    """The answer where a prefix names no world: a problem document for a call, text for a browser."""
    if not (path or "").startswith("/api/"):
        return Response(f"{refusal.message()}\n{refusal.remedy}\n", 404)
    document = {
        "type": refusal.code,
        "title": refusal.message(),
        "status": 404,
        "detail": f"expected {refusal.expected}; got {refusal.got}",
        "instructions": refusal.remedy,
        "expected": refusal.expected,
        "got": refusal.got,
    }
    return Response(json.dumps(document), 404, mimetype="application/problem+json")


class Site:
    """All listeners of a process with the worlds behind them; a context manager.

    apps: actor -> WSGI app. port: first port; each actor has its fixed distance from it; 0 takes free ones.
    tls: all listeners speak https. mockup: ports at which EU Login is found in place of its usual one, as the
    official mock-up has them: https for browsers, http for the back channel. `authority` is there from the beginning;
    raises ValueError for host names that no certificate can hold.
    """

    def __init__(
        self,
        apps: Mapping[str, "WSGIApplication"],
        *,
        host: str = "localhost",
        port: int = 0,
        profile: "Profile" = "guide",
        defaults: Mapping[str, object] | None = None,
        seed: Callable[["World"], None] = lambda _: None,
        tls: bool = False,
        mockup: tuple[int, int] | None = None,
    ) -> None:
        self.host = host.lower()
        self.port = port
        self._apps = apps
        self._profile = profile
        self._defaults = dict(defaults or {})
        self._seed = seed
        self._tls = tls
        self._mockup = mockup
        self._servers: list[tuple[_Server, threading.Thread]] = []
        self.authority: Authority | None = None
        if tls or mockup:
            parse_all(self._defaults)
            self.authority = make_authority(names_of(self.host, self._defaults))
        self.listeners = {actor: self._address(self._port(actor), tls=tls) for actor in ACTORS}

    @property
    def _name(self) -> str:
        if self.host in {"localhost", "127.0.0.1", "0.0.0.0", "::"} or _is_localhost(self.host):
            return "localhost"
        return f"[{self.host}]" if ":" in self.host else self.host

    def _port(self, actor: str) -> int:
        return self.port + ACTORS.index(actor) if self.port else 0

    def start(self) -> Self:
        """Open everything. Raises AddressTaken, or ValueError for wrong defaults; then nothing stays open."""
        parse_all(self._defaults)
        self._sink = Sink(self._find_world)
        self.smtp = self._sink.start()
        try:
            self._open_listeners()
        except AddressTaken:
            self._close_listeners()
            self._sink.stop()
            raise
        self.worlds = Worlds(
            self.listeners,
            lambda: self.smtp,
            profile=self._profile,
            defaults=self._defaults,
            seed=self._seed,
            authority=self.authority.pem if self.authority else "",
        )
        for _, thread in self._servers:
            thread.start()
        return self

    def _find_world(self, name: str | None) -> "World | None":
        return self.worlds.find(name)

    def _open_listeners(self) -> None:
        for actor, app in self._apps.items():
            if actor == "idp" and self._mockup:
                public, internal = self._mockup
                self.listeners[actor] = self._listen(actor, app, public, tls=True)
                more = {BACK_CHANNEL_KEY: True}
                self._defaults.setdefault("idp.internal_url", self._listen(actor, app, internal, tls=False, more=more))
            else:
                self.listeners[actor] = self._listen(actor, app, self._port(actor), tls=self._tls)

    def _address(self, port: int, *, tls: bool) -> str:
        return base_of("https" if tls else "http", self._name, port)

    def _listen(
        self, actor: str, app: "WSGIApplication", port: int, *, tls: bool, more: Mapping[str, bool] | None = None
    ) -> str:
        """Open a listener; its address. more: what its requests' environment holds besides."""
        address = "127.0.0.1" if self.host == "localhost" else self.host
        try:
            server = _open(address, port, _Dispatcher(app, self, more or {}))
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise _wrong_host(address, error) from None
            way = "leave --compat out" if port in (self._mockup or ()) else "choose another with --port"
            raise AddressTaken(
                f"expected port {port} to be free for {actor}, but {address}:{port} cannot be opened "
                f"({error.strerror or error}); stop what listens there, or {way}"
            ) from None
        if tls and self.authority is not None:
            server.ssl_context = self.authority.context
        thread = threading.Thread(target=server.serve_forever, args=(_POLL,), name=f"listener-{actor}", daemon=True)
        self._servers.append((server, thread))
        return self._address(server.port, tls=tls)

    def _close_listeners(self) -> None:
        for server, thread in self._servers:
            if thread.is_alive():
                server.shutdown()
                thread.join()
            server.server_close()

    def stop(self) -> None:
        """Close everything; waiting pages are sent home."""
        self._close_listeners()
        self.worlds.close()
        self._sink.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _wrong_host(address: str, error: OSError) -> AddressTaken:
    return AddressTaken(
        f"expected a name or address of this machine to listen on, but got {address} "
        f"({error.strerror or error}); mend --host, or leave it out"
    )


def _is_localhost(host: str) -> bool:
    """Whether the name localhost leads to `host`: to ::1 it does on some machines only."""
    try:
        return host in {found[4][0] for found in socket.getaddrinfo("localhost", None)}
    except socket.gaierror:
        return False


def _open(address: str, port: int, app: "WSGIApplication") -> _Server:
    """A listener. werkzeug ends the process where a port is taken, so the socket is opened here."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(128)
        return _Server(address, listener.getsockname()[1], app, _Handler, fd=listener.fileno())
