"""A client's server in a thread: any WSGI app, or one that notes the forms it is sent."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, request
from werkzeug.serving import WSGIRequestHandler, make_server

TIMEOUT = 10  # seconds that a test waits for a call


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Tests look at what came."""


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve a WSGI app; its address. The name has a cookie jar of its own, since cookies do not see ports."""
    with make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class Listener:
    """Notes the forms that are sent to `/back-channel`, and answers with `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.url = ""
        self.forms: queue.Queue[dict[str, str]] = queue.Queue()
        self.app = Flask(__name__)
        self.app.post("/back-channel")(self._called)

    def _called(self) -> tuple[str, int]:
        self.forms.put(request.form.to_dict())
        return "", self.status

    def next(self) -> dict[str, str]:
        """The next form; fails where none comes."""
        return self.forms.get(timeout=TIMEOUT)
