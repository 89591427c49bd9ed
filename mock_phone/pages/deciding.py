"""What follows a decision about a request: the app's home, or back to the browser that opened the app (On Mobile)."""

from collections.abc import Callable

from flask import redirect, session
from werkzeug.wrappers import Response

from mock_phone import refusals as no
from mock_phone import ways_back
from mock_phone.pages.screen import go
from mock_phone.phone import Phone
from mock_world.refusal import Refusal
from mock_world.web import current_world

_ENDED = {no.REQUEST_GONE: "closed", no.REQUEST_ANSWERED: "closed", no.REQUEST_LAPSED: "lapsed"}


def opened(request_id: str, back: str) -> None:
    """The browser of this phone opened the app for a request; `back` leads back, unless it leads anywhere else."""
    world = current_world()
    browser = session.setdefault("browser", world.random.token(16))
    ways_back.keep(world, browser, request_id, back)


def was_opened(request_id: str) -> bool:
    """Whether the browser of this phone opened the app for this request."""
    return _way(request_id) is not None


def way_back(request_id: str) -> str:
    """Where the browser waits for an answer to this request; empty where it does not, or nobody knows."""
    return _way(request_id) or ""


def _way(request_id: str) -> str | None:
    browser = session.get("browser")
    return ways_back.find(current_world(), browser, request_id) if browser else None


def prepared(phone: Phone, request_id: str) -> None:
    """The app switches to the account of a request for which the browser opened it (facts, the app, 12.4)."""
    if not was_opened(request_id):
        return
    one, active = next((one for one in phone.requests() if one.id == request_id), None), phone.active_account
    if one is not None and active is not None and one.device != active.device_identifier:
        phone.switch_account(one.account)


def answered(phone: Phone, request_id: str, done: str, answer: Callable[[], object]) -> Response:
    """Answer a request; where it has ended, as by the same form sent before, on as if it were answered now."""
    try:
        prepared(phone, request_id)
        answer()
    except Refusal as refusal:
        if refusal.kind not in _ENDED:
            raise
        done = _ENDED[refusal.kind]
    return decided(phone, request_id, done)


def decided(phone: Phone, request_id: str, done: str) -> Response:
    """On, after a decision or after the end of a request; `done` is what the home screen tells of it."""
    back = way_back(request_id)
    return redirect(back, 303) if back else go("requests.home", phone, done=done)
