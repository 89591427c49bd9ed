"""A sign-in of the protocol - two pages, the ticket, its validation - against as many bare answers of Flask.

Both stand in one process and are asked in turn, so that what else the machine does meets both. A bare answer reads one
row of a database and says what it holds, behind Flask's own threaded server, which closes each connection after its
answer: the yardstick stays what it is when the mock's own server changes. What counts is the ratio of the two rounds,
the median over all.
"""

import re
import statistics
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from http.client import HTTPConnection
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from benchmarks.results import Results
from eulogin_harness.client import Harness, World
from eulogin_harness.documents.people import Persona
from mock_world.server import Site

ROUNDS = 300
WARM = 10  # rounds that go before, uncounted
STEPS = ("first page", "page of the password", "ticket", "validation")
MOST = 1.5  # times as long
SERVICE = "https://app.example/in"
_TIMEOUT = 60  # seconds
_HIDDEN = re.compile(r'name="(\w+)" type="hidden" value="([^"]*)"')


class Wire:
    """Asks one server, as a browser does. steps: milliseconds from each request to the end of its answer."""

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self._connection = HTTPConnection(parts.netloc, timeout=_TIMEOUT)
        self.prefix = parts.path
        self.cookies: dict[str, str] = {}
        self.steps: list[float] = []

    def ask(self, method: str, path: str, fields: Mapping[str, str] | None = None) -> tuple[str, str]:
        """Where the answer sends the browser (empty: nowhere), and its text."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(fields).encode() if fields is not None else None
        start = time.perf_counter()
        self._connection.request(method, self.prefix + path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        self.steps.append((time.perf_counter() - start) * 1000)
        for cookie in answer.headers.get_all("Set-Cookie", ()):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.headers.get("Location", ""), content.decode()

    def close(self) -> None:
        self._connection.close()


class _Base(DeclarativeBase):
    pass


class _Word(_Base):
    __tablename__ = "word"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


def bare_app() -> Flask:
    """Answers with what one row holds."""
    app = Flask(__name__)
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    _Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(_Word(id=1, text="bare"))
        db.commit()

    @app.get("/")
    def word() -> str:
        with Session(engine) as db:
            return db.get_one(_Word, 1).text

    return app


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, *_: object) -> None:
        """Requests are not logged."""


@contextmanager
def bare_server() -> Iterator[str]:
    """Address of the bare answers."""
    server = ThreadedWSGIServer("localhost", 0, bare_app(), handler=_Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sign_in(wire: Wire, person: Persona) -> list[float]:
    """Milliseconds of each step, by a browser that was never here."""
    wire.cookies, wire.steps = {}, []
    login = f"/cas/login?service={quote(SERVICE, safe='')}"
    _, page = wire.ask("GET", login)
    _, page = wire.ask("POST", login, _form(page) | {"username": person.email})
    there, _ = wire.ask("POST", login, _form(page) | {"password": person.password or "", "loginStrength": "PASSWORD"})
    ticket = there.partition("ticket=")[2]
    _, told = wire.ask("GET", f"/cas/laxValidate?service={quote(SERVICE, safe='')}&ticket={ticket}&userDetails=true")
    if f"<cas:user>{person.uid}</cas:user>" not in told:
        raise RuntimeError(f"expected {person.uid} to be signed in, but the validation says {told[:200]}")
    return wire.steps


def _form(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _HIDDEN.findall(page)}


def answers(wire: Wire) -> list[float]:
    """Milliseconds of as many bare answers."""
    wire.steps = []
    for _ in STEPS:
        wire.ask("GET", "/")
    return wire.steps


def report(site: Site, results: Results) -> None:
    """Measure, and tell medians."""
    world = Harness(site.listeners["desk"]).worlds.create()
    with bare_server() as bare:
        rounds = list(_rounds(world, bare))
    milliseconds = statistics.median(sum(ours) for _, ours in rounds)
    times = statistics.median(sum(ours) / sum(bare) for bare, ours in rounds)
    for number, step in enumerate(STEPS):
        results.tell(f"a sign-in: {step}", statistics.median(ours[number] for _, ours in rounds))
    results.compare("a sign-in: all of it", milliseconds, times, MOST, f"{len(STEPS)} bare answers")


def _rounds(world: World, bare: str) -> Iterator[tuple[list[float], list[float]]]:
    """Milliseconds of bare answers and of a sign-in, in turn."""
    person = world.personas.create("registered")
    one, other = Wire(bare), Wire(world.addresses.idp)
    for number in range(WARM + ROUNDS):
        pair = answers(one), sign_in(other, person)
        if number >= WARM:
            yield pair
    one.close()
    other.close()
