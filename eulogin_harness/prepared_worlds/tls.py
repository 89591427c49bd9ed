"""Problems of TLS: a server of an authority that nobody trusts, and a client that trusts nobody."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mock_world.addresses import port_of
from mock_world.journal import TOPIC
from mock_world.server import HANDSHAKE_FAILED
from mock_world.tls import make_authority

if TYPE_CHECKING:
    from eulogin_harness.prepared_worlds.steps import Loading

_SECONDS = 5.0
_NEAR = 26  # behind the port of the desk, one behind the mail server


def handshake(loading: "Loading", _: bool) -> None:
    """Begin TLS with EU Login as a client that trusts only what the system does; wait until the journal has it."""
    world = loading.world
    url = world.addresses.internal("idp")
    address = urlsplit(url).hostname or "", port_of(url) or 0
    with contextlib.suppress(ssl.SSLError), socket.create_connection(address, _SECONDS) as plain:
        ssl.create_default_context().wrap_socket(plain, server_hostname=address[0]).close()
    world.signals.wait(lambda: world.journal.events(types=[HANDSHAKE_FAILED.name]) or None, TOPIC, seconds=_SECONDS)


@contextmanager
def untrusted_server(near: str) -> Iterator[str]:
    """Its address, by https. It only speaks TLS: who trusts it would find nobody behind.

    near: address of the desk. Its port is next to that, where it is free, so that a journal names it alike each time.
    """
    with _listening((port_of(near) or 0) + _NEAR) as server:
        server.settimeout(_SECONDS)
        thread = threading.Thread(target=_serve, args=(server,), name="untrusted", daemon=True)
        thread.start()
        yield f"https://localhost:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)  # wakes accept, which close alone does not
        thread.join()


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except (OSError, OverflowError):
        return socket.create_server(("127.0.0.1", 0))


@cache
def _context() -> ssl.SSLContext:
    return make_authority(["localhost"]).context


def _serve(server: socket.socket) -> None:
    """One handshake after the other, until the server is closed."""
    with contextlib.suppress(OSError):
        while True:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.settimeout(_SECONDS)
                _context().wrap_socket(connection, server_side=True).close()
