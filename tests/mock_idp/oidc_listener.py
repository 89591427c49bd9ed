"""A client's server that notes the forms it is sent."""

import queue

from flask import Flask, request

TIMEOUT = 10  # seconds that a test waits for a call


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
