"""The listeners: opened once a process, each serving one actor in all worlds.

cheroot speaks HTTP/1.1 and keeps connections open; what it answers at the same time has a thread each. The prefix
`/w/<name>` chooses the world and becomes SCRIPT_NAME.
"""

import errno
import logging
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from io import BufferedReader, BufferedWriter
from socket import SocketIO
from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast
from urllib.parse import quote

from cheroot import wsgi
from cheroot.server import HTTPConnection, HTTPRequest

from mock_world.addresses import ACTORS, base_of
from mock_world.correlation import correlation_id, follow_none
from mock_world.counting import REQUESTS
from mock_world.database import DATABASE_ERRORS
from mock_world.domains import LOOPBACK
from mock_world.events import EventType
from mock_world.journal import ACTOR, REQUEST_ID
from mock_world.log_lines import printable
from mock_world.messages import is_own_call
from mock_world.plain_answers import database_lost, no_world
from mock_world.refusal import Refusal
from mock_world.settings import parse_all
from mock_world.smtp_sink import Sink
from mock_world.storage import Storage
from mock_world.tls import Authority, handshake_problem, make_authority, names_of
from mock_world.worlds import DEFAULT, Worlds

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from mock_world.settings import Profile
    from mock_world.world import World

WORLD_KEY = "mock_world.world"
SITE_KEY = "mock_world.site"
BACK_CHANNEL_KEY = "mock_world.back_channel"  # there where the listener is for servers alone
_PREFIX = re.compile(r"/w/([^/]+)(/.*)?", re.DOTALL)  # a path may hold any character
_SILENCE = 75  # seconds that a connection may stay silent
_SOON = 1000  # milliseconds
_HANDSHAKE = 10.0  # seconds that a client has for TLS's handshake
_BUFFER = 64 * 1024  # bytes of an answer that are sent at once
_MOST_THREADS = 1000  # of one listener
_TLS_RECORD = b"\x16"  # the first byte of a client that speaks TLS (RFC 8446, 5.1)
_LOOPBACK = "127.0.0.1"
_ANY = frozenset({"0.0.0.0", "::"})  # all addresses of this machine
_LOG = logging.getLogger(__name__)


class AddressTaken(Exception):  # noqa: N818 - the name says it
    """A listener could not be opened; the text says which and what to do."""


class _Incoming(SocketIO):
    """The bytes that arrive at a socket; none while it is at rest."""

    at_rest = False

    def readinto(self, buffer: Any) -> int | None:
        return None if self.at_rest else super().readinto(buffer)


class _Reader(BufferedReader):
    """What a connection reads from, in C where cheroot's own is in Python: half of what it takes to read a request."""

    raw: _Incoming

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(_Incoming(sock, "rb"))

    def has_data(self) -> bool:
        """Whether a part of the next request was read together with the last one."""
        self.raw.at_rest = True
        try:
            return bool(self.peek())
        finally:
            self.raw.at_rest = False


def _file_of(sock: socket.socket, mode: str, _size: int = 0) -> BufferedReader | BufferedWriter:
    """A connection's file for `mode`: one sends head and body of an answer in one packet."""
    return _Reader(sock) if mode == "rb" else BufferedWriter(SocketIO(sock, "wb"), _BUFFER)


class _Request(HTTPRequest):
    def read_request_headers(self) -> bool:
        """Read them, and say `100 Continue` where that is expected before the body is read."""
        read: bool = super().read_request_headers()  # type: ignore[no-untyped-call]
        self.conn.wfile.flush()
        return read


HANDSHAKE_FAILED = EventType(
    "tls.handshake_failed",
    "A client at {client} broke off TLS's handshake with {listener}: {reason}.",
    logged=True,
)


class _Connection(HTTPConnection):
    """A connection that does TLS's handshake in the thread that answers it, so that a silent client stops nobody."""

    server: "_Server"
    RequestHandlerClass = _Request

    def __init__(self, server: "_Server", sock: socket.socket, _makefile: Any = None) -> None:
        super().__init__(server, sock, _file_of)

    def communicate(self) -> bool:
        """Answer one request. Returns whether the connection stays open for another."""
        if self.server.tls is not None and not self.ssl_env and not self._secure(self.server.tls):
            return False
        kept: bool = super().communicate()  # type: ignore[no-untyped-call]
        self.wfile.flush()
        return kept

    def has_more(self) -> bool:
        """Whether the next request comes soon; to wait for it here spares a change of threads."""
        poll = select.poll()
        poll.register(self.socket, select.POLLIN)
        return bool(self.rfile.has_data() or poll.poll(_SOON))

    def _secure(self, tls: ssl.SSLContext) -> bool:
        first = self.socket.recv(1, socket.MSG_PEEK)
        if first != _TLS_RECORD:
            if first:
                self._answer_http()
            return False
        self.socket.settimeout(_HANDSHAKE)
        self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.socket.settimeout(self.server.timeout)
        self.rfile, self.wfile = (_file_of(self.socket, mode) for mode in ("rb", "wb"))
        self.ssl_env = {"wsgi.url_scheme": "https", "HTTPS": "on"}
        return True

    def _answer_http(self) -> None:
        """Answer a client that speaks http to a port that speaks https."""
        request = HTTPRequest(self.server, self)
        request.parse_request()
        if request.ready:
            host = request.inheaders.get(b"Host", b"localhost").decode("latin-1")
            address = f"https://{host}{request.uri.decode('latin-1')}"
            request.simple_response("400 Bad Request", f"This port speaks https, not http: take {address}\n")
            self.wfile.flush()

    def close(self) -> None:
        if isinstance(self.socket, ssl.SSLSocket):
            with suppress(OSError, ValueError):  # tell that nothing was cut off, without waiting for the same
                self.socket.settimeout(0)
                self.socket.unwrap()
        with suppress(OSError):
            super().close()


class _Workers:
    """Threads that answer the connections of one listener: as many as are answered at the same time.

    Pages that wait for the phone cost a sleeping thread each and slow nobody; cheroot's own pool has a fixed size.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_MOST_THREADS, "answer")
        self._busy: set[_Connection] = set()
        self._ends = False

    def start(self) -> None:
        """Start nothing: threads start with the connections."""

    def put(self, connection: _Connection) -> None:
        self._threads.submit(self._answer, connection)

    def _answer(self, connection: _Connection) -> None:
        self._busy.add(connection)
        if self._ends:  # this thread began when the others had been told already
            _read_no_more(connection)
        stays = False
        try:
            while (stays := connection.communicate()) and connection.has_more():
                pass
        except OSError as error:
            client = f"{connection.remote_addr}:{connection.remote_port}"
            connection.server.error_log(f"connection of {client} broken: {error}")
            if isinstance(error, ssl.SSLError) and "alert" in str(error.reason).lower() and not connection.ssl_env:
                connection.server.dispatcher.handshake_failed(client, error)
        finally:
            self._busy.discard(connection)
            if stays:
                connection.server.put_conn(connection)
            else:
                connection.close()

    def stop(self, _timeout: float) -> None:
        """Read nothing more; what is being answered may end."""
        self._ends = True
        for connection in list(self._busy):
            _read_no_more(connection)
        self._threads.shutdown(wait=False)


def _read_no_more(connection: _Connection) -> None:
    with suppress(OSError):
        connection.socket.shutdown(socket.SHUT_RD)


class _Server(wsgi.Server):
    """What answers at one listener, of this process and perhaps of others. tls: what it speaks https by."""

    ConnectionClass = _Connection
    keep_alive_conn_limit = None  # type: ignore[assignment]  # cheroot: no limit
    expiration_interval = 0.05  # seconds until it notices that it is to stop
    max_request_header_size = 256 * 1024  # bytes

    def __init__(self, listener: socket.socket, app: "_Dispatcher", tls: ssl.SSLContext | None = None) -> None:
        self.dispatcher = app
        self._listener = listener
        bound = listener.getsockname()[:2]
        super().__init__(bound, app, server_name="localhost", request_queue_size=128, timeout=_SILENCE)
        self.requests = _Workers()
        self.tls = tls
        self.prepare()
        listener.setblocking(False)  # another process may have taken the connection that is announced

    def bind(self, *_: object) -> socket.socket:
        """Take the socket that is open already: an error of cheroot's own does not say which it was."""
        self.socket = self._listener
        return self._listener

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """A client that goes away in the middle, or does not trust our authority, is a line at most."""
        if level < logging.ERROR:
            _LOG.info("%s", printable(msg.partition("\n")[0]))
        else:
            _LOG.error("%s", printable(msg), exc_info=traceback)


class _Dispatcher:
    """Finds the world of a request and hands it to the actor's app."""

    def __init__(self, actor: str, app: "WSGIApplication", site: "Site", more: Mapping[str, bool]) -> None:
        self._actor = actor
        self._app = app
        self._site = site
        self._more = more

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request, counted and, at level INFO, logged."""
        begun, status = time.perf_counter(), "500"
        path = environ["PATH_INFO"]  # that of the app lacks the prefix

        def started(given: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            nonlocal status
            status = given.partition(" ")[0]
            return start_response(given, headers, *more)

        try:
            return self._answer(environ, cast("StartResponse", started))
        finally:
            seconds = time.perf_counter() - begun
            REQUESTS.add(self._actor, status, seconds)
            if _LOG.isEnabledFor(logging.INFO):
                self._log(environ["REQUEST_METHOD"], path, status, seconds)

    def _log(self, method: str, path: str, status: str, seconds: float) -> None:
        """Log an answer in a line: no query, which may hold a ticket, and no raw control characters."""
        match = _PREFIX.fullmatch(path)
        world = match[1] if match else DEFAULT
        of_sign_in = {"world": world, "sign_in": correlation_id() or None}
        known = of_sign_in | {"actor": self._actor, "status": int(status), "seconds": round(seconds, 6)}
        _LOG.info("%s", f"{printable(method)} {quote(path)} {status}", extra={"known": known})

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        match = _PREFIX.fullmatch(environ["PATH_INFO"])
        name = match[1] if match else DEFAULT
        path = match[2] if match else environ["PATH_INFO"]
        _begin_anew()
        try:
            world = self._site.worlds.get(name)
            world.scheduler.run()
        except Refusal as refusal:
            return no_world(refusal, path or "")(environ, start_response)
        except DATABASE_ERRORS as error:
            return database_lost(path or "", error)(environ, start_response)
        if match:
            environ["SCRIPT_NAME"] = f"/w/{name}"
            environ["PATH_INFO"] = match[2] or "/"
        environ[WORLD_KEY] = world
        environ[SITE_KEY] = self._site
        environ.update(self._more)
        is_use = not is_own_call(environ.get("HTTP_USER_AGENT", ""))  # a phone's would keep its world for ever
        if is_use:
            self._site.worlds.note_use(world)
        try:
            return self._app(environ, start_response)
        finally:
            if is_use:
                self._site.worlds.note_use(world)

    def handshake_failed(self, client: str, error: OSError) -> None:
        """Tell every world, since nobody knows to which one the client wanted."""
        _begin_anew()
        reason = handshake_problem(error)
        for name in self._site.worlds.names():
            with suppress(Refusal):  # it ended meanwhile
                world = self._site.worlds.get(name)
                world.journal.record(HANDSHAKE_FAILED, client=client, listener=self._actor, reason=reason)


def _begin_anew() -> None:
    """Threads answer one request after the other: what the one before belonged to is over."""
    follow_none()
    REQUEST_ID.set(None)
    ACTOR.set("world")


class _Listener(NamedTuple):
    """A socket, open before the processes that answer at it. more: what its requests' environment holds besides."""

    actor: str
    socket: socket.socket
    tls: ssl.SSLContext | None
    more: Mapping[str, bool]


class Site:
    """All listeners of a process with the worlds behind them; a context manager.

    apps: actor -> WSGI app. port: first port; each actor has its fixed distance from it; 0 takes free ones.
    tls: all listeners speak https. mockup: ports at which EU Login is found in place of its usual one, as the
    official mock-up has them: https for browsers, http for the back channel. `authority` is there from the beginning;
    raises ValueError for host names that no certificate can hold. storage: where the worlds are kept; None keeps none.
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
        smtp_port: int = 0,
        storage: Storage | None = None,
    ) -> None:
        self._storage = storage
        self.smtp_port = smtp_port
        self.host = host.lower()
        self.port = port
        self.apps = apps
        self._profile = profile
        self._defaults = dict(defaults or {})
        self._seed = seed
        self._tls = tls
        self._mockup = mockup
        self._sockets: list[_Listener] = []
        self._mail_socket: socket.socket | None = None
        self._servers: list[tuple[_Server, threading.Thread]] = []
        self.authority: Authority | None = None
        if tls or mockup:
            parse_all(self._defaults)
            self.authority = make_authority(names_of(self.host, self._defaults))
        self.listeners = {actor: self._address(self._port(actor), tls=tls) for actor in ACTORS}

    @property
    def _name(self) -> str:
        if self.host in {"localhost", _LOOPBACK, *_ANY} or _is_localhost(self.host):
            return "localhost"
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def _listening(self) -> str:
        return _LOOPBACK if self.host == "localhost" else self.host

    def _port(self, actor: str) -> int:
        return self.port + ACTORS.index(actor) if self.port else 0

    def start(self) -> Self:
        """Open everything. Raises AddressTaken, StorageError, or ValueError for wrong defaults.

        Then nothing stays open.
        """
        self.bind()
        opened: Future[Worlds] = Future()  # what is due in a world that goes on may be a mail
        self._sink = Sink(opened.result)
        self._sink.start(self._mail_socket)
        try:
            self.worlds = self._open_worlds()
        except BaseException:
            self._sink.stop()
            self.unbind()
            raise
        opened.set_result(self.worlds)
        for each in self._sockets:
            server = _Server(each.socket, _Dispatcher(each.actor, self.apps[each.actor], self, each.more), each.tls)
            thread = threading.Thread(target=server.serve, name=f"listener-{each.actor}", daemon=True)
            self._servers.append((server, thread))
            thread.start()
        return self

    def bind(self) -> None:
        """Open the sockets, where they are not open: processes that are forked from here on answer at them.

        Raises AddressTaken, or ValueError for wrong defaults; then nothing stays open.
        """
        if self._sockets:
            return
        parse_all(self._defaults)
        try:
            self._open_listeners()
        except AddressTaken:
            self.unbind()
            raise
        self._mail_socket = self._open_mail_socket()
        host, port = self._mail_socket.getsockname()[:2]
        self.smtp = _LOOPBACK if host in _ANY else host, port

    def change_defaults(self, defaults: Mapping[str, object], gone: Collection[str] = ()) -> None:
        """Let worlds start with these settings, but without those of `gone`; running ones too (see Worlds).

        Raises ValueError; then nothing was changed.
        """
        parse_all(defaults)
        kept = {name: value for name, value in self._defaults.items() if name not in gone}
        self._defaults = {**kept, **defaults}
        if self._servers:
            self.worlds.change_defaults(self._defaults)

    def unbind(self) -> None:
        """Close the sockets; a process that was forked has them still."""
        for each in self._sockets:
            each.socket.close()
        self._sockets.clear()
        if self._mail_socket:
            self._mail_socket.close()

    def _open_worlds(self) -> Worlds:
        return Worlds(
            self.listeners,
            lambda: self.smtp,
            profile=self._profile,
            defaults=self._defaults,
            seed=self._seed,
            authority=self.authority.pem if self.authority else "",
            exposed=self.host not in LOOPBACK,
            storage=self._storage,
        )

    def _open_mail_socket(self) -> socket.socket:
        """For mails: at the port that was asked for, or at a free one where that is taken."""
        try:
            return _open_socket(self._listening, self.smtp_port)
        except OSError:
            return _open_socket(self._listening, 0)

    def _open_listeners(self) -> None:
        for actor in self.apps:
            if actor == "idp" and self._mockup:
                public, internal = self._mockup
                self.listeners[actor] = self._listen(actor, public, tls=True)
                more = {BACK_CHANNEL_KEY: True}
                self._defaults.setdefault("idp.internal_url", self._listen(actor, internal, tls=False, more=more))
            else:
                self.listeners[actor] = self._listen(actor, self._port(actor), tls=self._tls)

    def _address(self, port: int, *, tls: bool) -> str:
        return base_of("https" if tls else "http", self._name, port)

    def _listen(self, actor: str, port: int, *, tls: bool, more: Mapping[str, bool] | None = None) -> str:
        """Open a listener's socket; its address. more: what its requests' environment holds besides."""
        address = self._listening
        try:
            opened = _open_socket(address, port)
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise _wrong_host(address, error) from None
            way = "leave --compat out" if port in (self._mockup or ()) else "choose another with --port"
            raise AddressTaken(
                f"expected port {port} to be free for {actor}, but {address}:{port} cannot be opened "
                f"({error.strerror or error}); stop what listens there, or {way}"
            ) from None
        context = self.authority.context if tls and self.authority is not None else None
        self._sockets.append(_Listener(actor, opened, context, more or {}))
        return self._address(opened.getsockname()[1], tls=tls)

    def stop(self) -> None:
        """Close everything; waiting pages are sent home."""
        for server, thread in self._servers:
            server.stop()
            thread.join()
        self.worlds.close()
        self._sink.stop()
        self.unbind()

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
        return host in {address[4][0] for address in socket.getaddrinfo("localhost", None)}
    except socket.gaierror:
        return False


def _open_socket(address: str, port: int) -> socket.socket:
    """A socket at which nobody answers yet. Raises OSError with the reason that the system gives."""
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections inherit it
        listener.bind((address, port))
    except OSError:
        listener.close()
        raise
    return listener
