"""How EU Login fails: changes of its answers for checks of what an application does then."""

import errno
import re
import threading
from dataclasses import replace
from typing import NoReturn

from eulogin_harness.grade.stand_in import Answer, Change

_PAGE = "<!doctype html><html lang=en><title>{title}</title><h1>{title}</h1><p>Try again later.</p>"
_HTML = "text/html; charset=utf-8"
_PREFIX = re.compile(r'xmlns:cas="([^"]+)"')
_REFUSAL = (
    '<cas:serviceResponse xmlns:cas="{namespace}"><cas:authenticationFailure code="INVALID_TICKET">'
    "ticket not recognized</cas:authenticationFailure></cas:serviceResponse>"
)


def unavailable(answer: Answer) -> Answer:
    """Status 503 with a page of a proxy in front."""
    return replace(answer.with_text(_PAGE.format(title="Service unavailable"), _HTML), status=503)


def error_page(answer: Answer) -> Answer:
    """Status 502 with a page. What is made of a right answer with such a status is another matter."""
    return replace(answer.with_text(_PAGE.format(title="Bad gateway"), _HTML), status=502)


def broken_off(answer: Answer) -> Answer:
    """The right answer, whose second half never comes."""
    return replace(answer, broken_off=True)


def unreachable(_: Answer) -> NoReturn:
    """No answer: the connection is closed."""
    raise ConnectionResetError(errno.ECONNRESET, "closed on purpose")


def refused(answer: Answer) -> Answer:
    """EU Login refuses the ticket or the code."""
    namespace = _PREFIX.search(answer.text)
    if namespace:
        return answer.with_text(_REFUSAL.format(namespace=namespace[1]))
    return replace(answer.with_text('{"error": "invalid_grant"}'), status=400)


OUTAGES: dict[str, Change] = {
    "status 503": unavailable,
    "status 502 and a page": error_page,
    "an answer that broke off": broken_off,
    "no answer": unreachable,
}


class Held:
    """Holds an answer for some seconds, or until it is released. was_awaited: nobody released it before."""

    def __init__(self, seconds: float) -> None:
        self.was_awaited = False
        self._seconds = seconds
        self._released = threading.Event()

    def __call__(self, answer: Answer) -> Answer:
        """Wait with this answer."""
        self.was_awaited = not self._released.wait(self._seconds)
        return answer

    def release(self) -> None:
        """Let the answer go."""
        self._released.set()
