"""Calls to other servers: how long and how large an answer may be."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import requests

from mock_world import World
from mock_world.calls import HOSTS, LARGEST, AnswerTooLarge, call
from mock_world.correlation import correlation_id, follow, follow_none

Say = Callable[[bytes], None]
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


class Server:
    """Answers one call after the other as `tells` does, for as long as the other side listens."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self.received = ""
        self.url = f"http://localhost:{self._socket.getsockname()[1]}/"
        self.tells: Callable[[Say], None] = lambda say: say(OK + b"\r\n")
        self.hung_up = threading.Event()
        self.ended = threading.Event()
        self._thread.start()

    def _serve(self) -> None:
        while not self.ended.is_set():
            connection, _ = self._socket.accept()
            with connection:
                self.received = connection.recv(65536).decode()
                if not self.ended.is_set() and self.received:
                    self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        try:
            self.tells(connection.sendall)
        except OSError:
            self.hung_up.set()

    def close(self) -> None:
        self.ended.set()
        socket.create_connection(self._socket.getsockname()).close()
        self._thread.join()
        self._socket.close()


@pytest.fixture
def server() -> Iterator[Server]:
    with closing(Server()) as served:
        yield served


def of_length(length: int) -> bytes:
    return OK + f"Content-Length: {length}\r\n\r\n".encode()


def test_an_answer_is_there_as_a_whole(world: World, server: Server) -> None:
    body = bytes(range(256)) * 300
    server.tells = lambda say: say(of_length(len(body)) + body)
    answer = call(world, "GET", server.url)
    assert (answer.status_code, answer.content, answer.content) == (200, body, body)


def test_an_application_does_not_name_the_sign_in(world: World, server: Server) -> None:
    server.tells = lambda say: say(OK + b"X-Correlation-ID: of-the-application\r\n\r\n")
    follow("signin-1")
    call(world, "GET", server.url)
    assert correlation_id() == "signin-1"
    follow_none()


def test_an_answer_in_chunks_or_packed_is_there_too(world: World, server: Server) -> None:
    server.tells = lambda say: say(OK + b'Transfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n')
    assert call(world, "GET", server.url).json() == {"a": 1}
    packed = gzip.compress(b'{"b": 2}')
    server.tells = lambda say: say(OK + b"Content-Encoding: gzip\r\n\r\n" + packed)
    assert call(world, "GET", server.url).json() == {"b": 2}
    server.tells = lambda say: say(OK.replace(b"200 OK", b"204 No Content") + b"\r\n")
    assert call(world, "DELETE", server.url).content == b""


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_has_as_many_bytes_as_it_may(world: World, server: Server, packed: bool) -> None:
    for length, fits in ((1000, True), (1001, False)):
        body = gzip.compress(b"x" * length) if packed else b"x" * length
        head = OK + (b"Content-Encoding: gzip\r\n\r\n" if packed else b"\r\n")
        server.tells = lambda say, told=head + body: say(told)  # type: ignore[misc] # as of now
        if fits:
            assert call(world, "GET", server.url, largest=1000).text == "x" * length
        else:
            with pytest.raises(AnswerTooLarge):
                call(world, "GET", server.url, largest=1000)


def _without_end(say: Say) -> None:
    say(OK + b"\r\n")
    while True:
        say(b"x" * 10_000)


def test_an_answer_without_end_is_given_up(world: World, server: Server) -> None:
    server.tells = _without_end
    with pytest.raises(AnswerTooLarge, match=str(LARGEST)):
        call(world, "GET", server.url)
    assert server.hung_up.wait(10)


def test_an_answer_byte_by_byte_is_given_up_in_time(world: World, server: Server) -> None:
    def drip(say: Say) -> None:
        say(of_length(100))
        while not server.ended.wait(0.05):
            say(b"x")

    server.tells = drip
    began = time.monotonic()
    with pytest.raises(requests.Timeout):
        call(world, "GET", server.url, seconds=0.3)
    assert time.monotonic() - began < 5
    assert server.hung_up.wait(10)


def test_an_answer_that_stops_or_breaks_off_is_none(world: World, server: Server) -> None:
    server.tells = lambda say: say(of_length(10) + b"x")
    with pytest.raises(requests.ConnectionError):
        call(world, "GET", server.url)

    def stop(say: Say) -> None:
        say(of_length(10) + b"x")
        server.ended.wait(10)

    server.tells = stop
    with pytest.raises(requests.Timeout):
        call(world, "GET", server.url, seconds=0.2)


def test_a_host_name_of_this_process_is_found_at_its_port(
    world: World, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HOSTS, "eulogin.localhost", server.url.removeprefix("http://").rstrip("/"))
    server.tells = lambda say: say(of_length(2) + b"ok")
    assert call(world, "GET", "http://eulogin.localhost/cas").text == "ok"
    assert "\r\nHost: eulogin.localhost\r\n" in server.received
