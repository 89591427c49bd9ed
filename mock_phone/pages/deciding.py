"""What follows a decision about a request: the app's home, or back to the browser that opened the app (On Mobile)."""

from collections.abc import Callable

from flask import redirect, session
from werkzeug.wrappers import Response

from mock_phone import refusals as no
from mock_phone import return_urls
from mock_phone.pages.screen import go
from mock_phone.phone import Phone
from mock_world.refusal import Refusal
from mock_world.web import current_world

_ENDED = {no.REQUEST_GONE: "closed", no.REQUEST_ANSWERED: "closed", no.REQUEST_LAPSED: "lapsed"}


def opened(request_id: str, back: str) -> None:
    """The browser of this phone opened the app for a request; `back` leads back, unless it leads anywhere else."""
    world = current_world()
    browser = session.setdefault("browser", world.random.token(16))
    return_urls.keep(world, browser, request_id, back)


def return_url(request_id: str) -> str:
    """Where the browser waits for an answer to this request; empty where it does not, or nobody knows."""
    browser = session.get("browser")
    return return_urls.find(current_world(), browser, request_id) if browser else ""


def answered(phone: Phone, request_id: str, done: str, answer: Callable[[], object]) -> Response:
    """Answer a request; where it has ended, as by the same form sent before, on as if it were answered now."""
    try:
        answer()
    except Refusal as refusal:
        if refusal.kind not in _ENDED:
            raise
        done = _ENDED[refusal.kind]
    return decided(phone, request_id, done)


def decided(phone: Phone, request_id: str, done: str) -> Response:
    """On, after a decision or after the end of a request; `done` is what the home screen tells of it."""
    back = return_url(request_id)
    return redirect(back, 303) if back else go("requests.home", phone, done=done)
