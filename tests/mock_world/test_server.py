import socket
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from http.client import HTTPConnection
from threading import Event, Semaphore
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests
from werkzeug.wrappers import Request, Response

from mock_world import World, WorldSpec, server
from mock_world.events import EventType
from mock_world.journal import REQUEST_ID
from mock_world.server import WORLD_KEY, AddressTaken, Site
from mock_world.world import HANDLERS

from .conftest import NOON

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TIMEOUT = 10  # seconds
NOTED = EventType("test.due", "Something that was due was done.")


class Actor:
    """A small actor: tells its world and path; `/wait` answers when news come."""

    def __init__(self) -> None:
        self.waiting = Semaphore(0)
        self.news: list[str] = []

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        world: World = request.environ[WORLD_KEY]
        if request.path == "/wait":
            return Response(world.signals.wait(self._look, "news", seconds=TIMEOUT) or "nothing")
        return Response(f"{world.name} {request.script_root} {request.path} {world.mailbox.mails() != []}")

    def _look(self) -> str | None:
        self.waiting.release()
        return self.news[0] if self.news else None


@pytest.fixture
def actor() -> Actor:
    return Actor()


@pytest.fixture
def site(actor: Actor) -> Iterator[Site]:
    with Site({"idp": actor}) as site:
        yield site


def get(site: Site, path: str) -> requests.Response:
    return requests.get(site.listeners["idp"] + path, timeout=TIMEOUT)


def test_listeners_take_free_ports_and_are_called_by_name(site: Site) -> None:
    assert site.listeners["idp"].startswith("http://localhost:")
    assert get(site, "/x").text == "default  /x False"


def test_the_prefix_chooses_the_world_and_becomes_the_script_name(site: Site) -> None:
    site.worlds.create("blue")
    assert get(site, "/w/blue/cas/login").text == "blue /w/blue /cas/login False"
    assert get(site, "/w/blue").text == "blue /w/blue / False"


def test_an_unknown_world_is_told_of_with_a_way_out(site: Site) -> None:
    answer = get(site, "/w/green/cas")
    assert answer.status_code == 404
    assert answer.text.startswith("There is no world called green here.\nGET /api/worlds lists them")


def test_what_is_due_is_done_before_a_request_is_answered(site: Site) -> None:
    world = site.worlds.create("blue", WorldSpec(now=NOON, frozen=True, settings={"mail.delay": "PT1M"}))
    message = "Subject: Hello\r\nX-EULogin-World: blue\r\n\r\nHello\r\n"
    world.scheduler.add(NOON.replace(minute=1), "mail.send", {"to": "a@b.example", "message": message, "id": "1"})
    world.clock.move_to(NOON.replace(minute=2))
    assert get(site, "/w/blue/x").text.endswith("True")


def test_one_client_may_ask_again_and_again(site: Site) -> None:
    with requests.Session() as client:
        answers = [client.post(site.listeners["idp"] + "/x", data={"a": "b"}, timeout=TIMEOUT) for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}


def test_many_pages_that_wait_slow_nobody_and_end_at_the_news(site: Site, actor: Actor) -> None:
    with ThreadPoolExecutor(30) as pool:
        waiting = [pool.submit(get, site, "/wait") for _ in range(30)]
        for _ in waiting:
            actor.waiting.acquire()
        assert get(site, "/x").ok
        assert not any(page.done() for page in waiting)
        actor.news.append("it came")
        site.worlds.get("default").signals.notify("news")
        assert {page.result().text for page in waiting} == {"it came"}


def test_stopping_sends_waiting_pages_home(actor: Actor) -> None:
    site = Site({"idp": actor}).start()
    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(get, site, "/wait")
        actor.waiting.acquire()
        site.stop()
        assert page.result().text == "nothing"


def test_who_comes_just_before_the_end_holds_nobody_up(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that is to answer may begin after the others were told to read no more."""
    came, ended = Event(), Event()
    answer = server._Workers._answer

    def late(workers: server._Workers, connection: server._Connection) -> None:
        came.set()
        ended.wait(TIMEOUT)
        answer(workers, connection)

    monkeypatch.setattr(server._Workers, "_answer", late)
    site = Site({"idp": actor}).start()
    with socket.create_connection(("127.0.0.1", urlsplit(site.listeners["idp"]).port), timeout=TIMEOUT) as client:
        assert came.wait(TIMEOUT)
        site.stop()
        ended.set()
        assert client.recv(1) == b""


def test_a_taken_port_is_told_of_in_one_sentence(actor: Actor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(AddressTaken) as taken:
            Site({"desk": actor}, port=port).start()
    assert f"expected port {port} to be free for desk" in str(taken.value)
    assert "choose another with --port" in str(taken.value)


@pytest.mark.parametrize("host", ["nonsense.invalid", "192.0.2.1"])
def test_a_host_that_is_not_this_machine_is_told_of(actor: Actor, host: str) -> None:
    with pytest.raises(AddressTaken, match=f"name or address of this machine .* got {host}"):
        Site({"desk": actor}, host=host).start()


@pytest.mark.parametrize(("host", "name"), [("::1", "[::1]"), ("::", "localhost"), ("FD00::1", "[fd00::1]")])
def test_an_address_of_version_six_is_written_so_that_it_can_be_opened(
    actor: Actor, monkeypatch: pytest.MonkeyPatch, host: str, name: str
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [(2, 1, 6, "", ("127.0.0.1", 0))])
    assert Site({"desk": actor}, host=host, port=8400).listeners["desk"] == f"http://{name}:8400"


def test_the_loopback_of_version_six_is_localhost_where_that_leads_there(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [(10, 1, 6, "", ("::1", 0, 0, 0))])
    assert Site({"desk": actor}, host="::1", port=8400).listeners["desk"] == "http://localhost:8400"


def test_nothing_stays_open_where_a_port_is_taken(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    open_listener = server._open_socket
    opened: list[socket.socket] = []

    def open_once(address: str, port: int) -> socket.socket:
        if opened:
            raise OSError("taken")
        opened.append(open_listener(address, port))
        return opened[0]

    monkeypatch.setattr(server, "_open_socket", open_once)
    site = Site({"desk": actor, "idp": actor})
    with pytest.raises(AddressTaken):
        site.start()
    assert opened[0].fileno() == -1


def test_wrong_defaults_open_nothing(actor: Actor) -> None:
    with pytest.raises(ValueError, match="no setting 'colour'"):
        Site({"idp": actor}, defaults={"colour": "blue"}).start()


def test_what_is_due_belongs_to_no_request_that_its_thread_answered_before(
    site: Site, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, "test.note", lambda world, _: world.journal.record(NOTED))
    monkeypatch.setattr(actor, "_look", lambda: REQUEST_ID.set("before") and "news")
    world = site.worlds.create("blue", WorldSpec(now=NOON, frozen=True))
    with requests.Session() as session:
        session.get(f"{site.listeners['idp']}/w/blue/wait", timeout=TIMEOUT)
        world.scheduler.add(NOON.replace(minute=1), "test.note", {})
        world.clock.move_to(NOON.replace(minute=2))
        session.get(f"{site.listeners['idp']}/w/blue/x", timeout=TIMEOUT)
    assert [event.request_id for event in world.journal.events(types=[NOTED.name])] == [None]


def test_actors_have_their_fixed_distance_from_the_first_port(actor: Actor) -> None:
    site = Site({"idp": actor}, port=8400)
    assert [site.listeners[name] for name in ("desk", "idp", "cpms", "phone")] == [
        f"http://localhost:{port}" for port in range(8400, 8404)
    ]


@pytest.mark.parametrize(
    ("first", "tls", "address"), [(79, False, "http://localhost"), (442, True, "https://localhost")]
)
def test_the_port_that_a_scheme_has_anyway_is_not_named(actor: Actor, first: int, tls: bool, address: str) -> None:
    assert Site({"idp": actor}, port=first, tls=tls).listeners["idp"] == address


def test_a_connection_stays_open_for_further_requests(site: Site) -> None:
    with closing(HTTPConnection(site.listeners["idp"].removeprefix("http://"), timeout=TIMEOUT)) as connection:
        for _ in range(3):
            connection.request("POST", "/x", "a=b", {"Expect": "100-continue"})
            socket_before = connection.sock
            assert connection.getresponse().read() == b"default  /x False"
            assert connection.sock is socket_before


def test_clients_that_send_slowly_slow_nobody_and_end_with_the_listener(actor: Actor) -> None:
    with Site({"idp": actor}) as site:
        address = ("127.0.0.1", int(site.listeners["idp"].rpartition(":")[2]))
        slow = [socket.create_connection(address) for _ in range(50)]
        for one in slow:
            one.sendall(b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nsl")
        assert get(site, "/x").ok
    for one in slow:
        with one, suppress(ConnectionResetError):
            one.settimeout(TIMEOUT)
            assert b"".join(iter(lambda: one.recv(1000), b"")).startswith(b"HTTP/1.1 ")  # noqa: B023
