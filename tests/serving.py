"""A server of a test: any WSGI app, in a thread; and ports for others."""

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def free_ports(count: int) -> list[int]:
    """Ports beside each other that nobody listens at, below those that a system gives out itself meanwhile."""
    first = 20_000 + os.getpid() % 1000 * 8  # other ones in each worker
    starts = range(first, 30_000, count)
    return next([*range(start, start + count)] for start in starts if all(map(is_free, range(start, start + count))))


def is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Tests look at what came."""


@contextmanager
def serving(
    app: "WSGIApplication", *, name: str = "localhost", port: int = 0, tls: ssl.SSLContext | None = None
) -> Iterator[str]:
    """Its address, under that name of this machine: cookies do not see ports, so each name has a jar of its own."""
    with make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet, ssl_context=tls) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"{'https' if tls else 'http'}://{name}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
