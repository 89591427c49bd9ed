"""The one-time code that the app shows: for a scanned sign-in (facts, the app, 12.3), or of an authenticator."""

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from mock_phone.one_time_codes import OneTimeCode
from mock_phone.pages.screen import go, screen, the_app
from mock_world.web import LONG_POLL
from mock_world.world import CLOCK_TOPIC

pages = Blueprint("codes", __name__)


@pages.get("/phones/<phone_id>/code")
def show(phone_id: str) -> str | Response:
    phone = the_app(phone_id)
    shown = phone.code_shown()
    if shown is None:
        return go("initialising.pin" if phone.scanned else "initialising.scan", phone)
    return screen("phone/code.html" if shown.step is None else "phone/code_totp.html", phone, shown=shown)


@pages.get("/phones/<phone_id>/code/next")
def following(phone_id: str) -> Response:
    """Hold the answer until the step is another than `seen`, at most 25 seconds; logs know addresses, so no code."""
    phone, seen = the_app(phone_id), request.args.get("seen", "")

    def another() -> OneTimeCode | None:
        shown = phone.six_digits()
        return shown if str(shown.step) != seen else None

    left = LONG_POLL if phone.world.clock.frozen else min(LONG_POLL, phone.six_digits().seconds or 0)
    shown = phone.world.signals.wait(another, CLOCK_TOPIC, seconds=left) or phone.six_digits()
    return jsonify(code=shown.code, seconds=shown.seconds, step=shown.step, frozen=phone.world.clock.frozen)
