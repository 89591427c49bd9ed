"""Listeners that speak https, and whom calls to other servers trust."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests

from mock_world import World, WorldSpec, server
from mock_world import settings as s
from mock_world.calls import call
from mock_world.server import Site
from mock_world.tls import Authority, make_authority
from mock_world.web import create_actor_app
from mock_world.web.cookies import drop_cookie, set_cookie, sso_cookie_name

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TIMEOUT = 10  # seconds
pytestmark = pytest.mark.slow


def small_app() -> "WSGIApplication":
    """EU Login as small as can be: a page session, and a sign-in that is a name."""
    from flask import Flask, Response, request, session

    from mock_world.web import current_world

    app: Flask = create_actor_app("idp", __name__, home="hello")

    @app.get("/hello")
    def hello() -> str:
        world = current_world()
        session["seen"] = f"{session.get('seen', '')}{world.name} "
        return f"{request.url} {session['seen']}{request.cookies.get(sso_cookie_name(world))}"

    @app.get("/in")
    def sign_in() -> Response:
        response = Response("in")
        set_cookie(response, "idp", current_world(), "sso", request.args["as"])
        return response

    @app.get("/out")
    def sign_out() -> Response:
        response = Response("out")
        drop_cookie(response, "idp", current_world(), "sso")
        return response

    return app


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site({"idp": small_app()}, tls=True) as site:
        yield site


@pytest.fixture(scope="module")
def ca(site: Site, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of the site's authority."""
    assert site.authority is not None
    file = tmp_path_factory.mktemp("tls") / "ca.pem"
    file.write_text(site.authority.pem, encoding="ascii")
    return str(file)


@pytest.fixture
def world(site: Site) -> Iterator[World]:
    world = site.worlds.create()
    yield world
    site.worlds.delete(world.name)


def port_of(site: Site) -> int:
    return urlsplit(site.listeners["idp"]).port or 0


# Listeners.


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_who_has_the_authority_is_answered_and_who_has_not_refuses(site: Site, ca: str, host: str) -> None:
    url = f"https://{host}:{port_of(site)}/hello"
    assert requests.get(url, verify=ca, timeout=TIMEOUT).text.startswith(url)
    with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        requests.get(url, timeout=TIMEOUT)


def test_each_site_has_an_authority_of_its_own(site: Site) -> None:
    other = Site({"idp": small_app()}, tls=True)
    assert site.authority is not None
    assert other.authority is not None
    assert other.authority.pem != site.authority.pem
    assert "PRIVATE" not in site.authority.pem
    assert "context" not in repr(site.authority)


def test_without_tls_nothing_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "trustme", None)
    assert Site({"idp": small_app()}).authority is None


def test_clients_that_say_nothing_stop_nobody(site: Site, ca: str) -> None:
    silent = [socket.create_connection(("127.0.0.1", port_of(site))) for _ in range(20)]
    try:
        answer = requests.get(f"{site.listeners['idp']}/hello", verify=ca, timeout=TIMEOUT)
        assert answer.elapsed.total_seconds() < 2
    finally:
        for one in silent:
            one.close()


def test_a_client_that_breaks_off_its_handshake_leaves_no_trace(
    site: Site, ca: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for sent in (b"", b"\x16", b"\x16\x03\x01\x00\x05hello", b"\x16\x03\x01\xff\xff" + b"\0" * 10_000):
        with socket.create_connection(("127.0.0.1", port_of(site)), timeout=TIMEOUT) as connection:
            with suppress(OSError):  # the other end may have gone already
                connection.sendall(sent)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(1000):
                    pass
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{site.listeners['idp']}/hello", timeout=TIMEOUT)
    assert requests.get(f"{site.listeners['idp']}/hello", verify=ca, timeout=TIMEOUT).ok
    assert capfd.readouterr() == ("", "")


def test_a_broken_connection_is_one_line_for_who_wants_it(
    site: Site, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    told: SimpleQueue[str] = SimpleQueue()
    monkeypatch.setattr(server._LOG, "info", lambda text, *values: told.put(text % values))
    with socket.create_connection(("127.0.0.1", port_of(site)), timeout=TIMEOUT) as connection:
        name = "{}:{}".format(*connection.getsockname())
        connection.sendall(b"\x16\x03\x01\x00\x05hello")
        connection.recv(1000)
        assert connection.recv(1000) == b""
    while name not in (line := told.get(timeout=TIMEOUT)):  # others may have broken off before
        pass
    assert line.startswith(f"connection of {name} broken: ")
    assert "\n" not in line
    assert not any(name in told.get() for _ in range(told.qsize()))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_who_speaks_http_to_it_is_told_the_right_address(site: Site, method: str) -> None:
    answer = requests.request(method, f"http://localhost:{port_of(site)}/hello?a=1", data={"a": "b"}, timeout=TIMEOUT)
    assert answer.status_code == 400
    assert answer.text == f"This port speaks https, not http: take https://localhost:{port_of(site)}/hello?a=1\n"


def test_an_answer_ends_in_order(site: Site, ca: str) -> None:
    """OpenSSL takes an end without goodbye for an answer that was cut off."""
    with (
        socket.create_connection(("127.0.0.1", port_of(site)), timeout=TIMEOUT) as plain,
        ssl.create_default_context(cafile=ca).wrap_socket(
            plain, server_hostname="localhost", suppress_ragged_eofs=False
        ) as secured,
    ):
        secured.sendall(b"GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        read = b"".join(iter(lambda: secured.recv(4096), b""))
    assert read.startswith(b"HTTP/1.1 200")


def test_a_further_name_is_in_the_certificate() -> None:
    """Asked by its name (SNI) the listener shows that it is meant."""
    with Site({"idp": small_app()}, tls=True, defaults={"idp.public_url": "https://login.example"}) as site:
        assert site.authority is not None
        context = ssl.create_default_context(cadata=site.authority.pem)
        for name, fits in (("login.example", True), ("other.example", False)):
            with socket.create_connection(("127.0.0.1", port_of(site)), timeout=TIMEOUT) as plain:
                assert shakes_hands(context, plain, name) == fits


def shakes_hands(context: ssl.SSLContext, plain: socket.socket, name: str) -> bool:
    try:
        context.wrap_socket(plain, server_hostname=name).close()
    except ssl.SSLCertVerificationError:
        return False
    return True


# Cookies.


def test_cookies_have_the_real_names_and_are_secure(site: Site, ca: str) -> None:
    with requests.Session() as browser:
        browser.verify, browser.trust_env = ca, False
        set_by = [browser.get(f"{site.listeners['idp']}/{path}", timeout=TIMEOUT) for path in ("hello", "in?as=ada")]
        cookies = [answer.headers["Set-Cookie"] for answer in set_by]
        assert [cookie.partition("=")[0] for cookie in cookies] == ["__Secure-ECAS_SESSIONID", "__Secure-CASTGC"]
        assert all({"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")) for cookie in cookies)
        assert browser.get(f"{site.listeners['idp']}/hello", timeout=TIMEOUT).text.endswith("default default ada")
        gone = browser.get(f"{site.listeners['idp']}/out", timeout=TIMEOUT).headers["Set-Cookie"]
        assert "Secure" in gone.split("; ")
        assert "__Secure-CASTGC" not in browser.cookies


def test_worlds_of_one_browser_do_not_mix(site: Site, ca: str) -> None:
    """Their cookies have one name; the path tells them apart, whichever came first, and of one seed too."""
    blue, green = (site.worlds.create(name, WorldSpec(seed=7)) for name in ("blue", "green"))
    base = site.listeners["idp"]
    with requests.Session() as browser:
        browser.verify, browser.trust_env = ca, False

        def get(prefix: str, path: str) -> str:
            return browser.get(f"{base}{prefix}/{path}", timeout=TIMEOUT).text

        get("", "in?as=ada")
        get("/w/blue", "in?as=bob")
        for prefix, page, signed_in in (("", "default", "ada"), ("/w/blue", "blue", "bob")):
            for _ in range(2):
                text = get(prefix, "hello")
            assert text.split()[1:] == [page, page, signed_in]
        assert get("/w/green", "hello").split()[1:] == ["green", "ada"]  # which no session of that world is called
        value = browser.cookies.get("__Secure-ECAS_SESSIONID", path="/w/blue")
    forged = {"Cookie": f"__Secure-ECAS_SESSIONID={value}"}
    answer = requests.get(f"{base}/w/green/hello", headers=forged, verify=ca, timeout=TIMEOUT)
    assert answer.text.split()[1:] == ["green", "None"]
    for one in (blue, green):
        site.worlds.delete(one.name)


# Calls to other servers.


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass

    def handle(self) -> None:
        with suppress(ssl.SSLError, ConnectionError):
            super().handle()


class _Outsider(HTTPServer):
    """Another server; who does not trust it breaks off."""

    context: ssl.SSLContext | None = None

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def outsider(authority: Authority | None) -> Iterator[str]:
    """Address of a server that has nothing to do with ours; without `authority` it speaks http."""
    server = _Outsider(("127.0.0.1", 0), _Answering)
    server.context = authority.context if authority else None
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"https://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def told(world: World) -> tuple[str, dict[str, object]]:
    event = world.journal.events(newest=1)[0]
    return event.type, event.fields


def test_our_own_authority_is_trusted(site: Site, world: World) -> None:
    assert call(world, "GET", f"{site.listeners['idp']}{world.prefix}/hello").ok


def test_an_authority_that_is_not_trusted_is_explained(world: World) -> None:
    with outsider(make_authority(["localhost"])) as url, pytest.raises(requests.exceptions.SSLError):
        call(world, "GET", f"{url}/callback?pgtId=secret")
    what, fields = told(world)
    assert what == "call.authority_not_trusted"
    host = urlsplit(url).netloc
    assert fields["remedy"] == f"name the PEM file of the authority behind {host} in setting back_channel.ca"
    assert "certificate" in str(fields["got"])
    assert "secret" not in str(fields)


def test_a_further_authority_is_trusted_by_setting(world: World, tmp_path: Path) -> None:
    file, authority = tmp_path / "theirs.pem", make_authority(["localhost"])
    file.write_text(make_authority(["localhost"]).pem, encoding="ascii")
    world.settings.change({"back_channel.ca": str(file)})
    with outsider(authority) as url:
        with pytest.raises(requests.exceptions.SSLError):
            call(world, "GET", url)
        file.write_text(authority.pem, encoding="ascii")  # which is read again
        assert call(world, "GET", url).text == "ok"
        world.settings.change({"back_channel.ca": ""})
        with pytest.raises(requests.exceptions.SSLError):
            call(world, "GET", url)


def test_a_certificate_of_another_name_is_explained(world: World, tmp_path: Path) -> None:
    authority = make_authority(["other.example"])
    (tmp_path / "ca.pem").write_text(authority.pem, encoding="ascii")
    world.settings.change({"back_channel.ca": str(tmp_path / "ca.pem")})
    with outsider(authority) as url:
        for host in ("localhost", "127.0.0.1"):
            with pytest.raises(requests.exceptions.SSLError):
                call(world, "GET", url.replace("localhost", host))
            assert told(world)[0] == "call.certificate_of_another"


def test_http_behind_https_is_explained(world: World) -> None:
    with outsider(None) as url, pytest.raises(requests.exceptions.SSLError):
        call(world, "GET", url)
    what, fields = told(world)
    assert what == "call.tls_failed"
    assert "speaks https at all" in str(fields["remedy"])


def test_a_server_that_is_not_there_is_no_matter_of_trust(world: World) -> None:
    before = len(world.journal.events())
    with pytest.raises(requests.ConnectionError):
        call(world, "GET", "https://localhost:1/")
    assert len(world.journal.events()) == before
    assert world.settings[s.BACK_CHANNEL_CA] == ""


def test_a_browser_that_goes_away_is_the_end_of_its_connection_and_no_other_error() -> None:
    authority = make_authority(["localhost"])
    trusting = ssl.create_default_context(cadata=authority.pem)
    here, there = socket.socketpair()
    with here, there:
        joined: list[ssl.SSLSocket] = []
        other = threading.Thread(target=lambda: joined.append(trusting.wrap_socket(there, server_hostname="localhost")))
        other.start()
        listener = authority.context.wrap_socket(here, server_side=True)
        other.join(TIMEOUT)
        joined[0].shutdown(socket.SHUT_RDWR)
        joined[0].close()
        with pytest.raises(ConnectionError), listener:
            _send_for_ever(listener)


def _send_for_ever(connection: ssl.SSLSocket) -> None:
    while True:
        connection.sendall(b"x" * 65536)
