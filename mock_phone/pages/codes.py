"""The one-time code that the app shows: for a scanned sign-in (facts, the app, 12.3), or of an authenticator."""

from dataclasses import dataclass

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from mock_phone.codes import EnrolmentCode, SignInCode
from mock_phone.pages.screen import go, screen, the_app
from mock_phone.phone import Phone
from mock_world import settings as s
from mock_world.web import LONG_POLL
from mock_world.world import CLOCK_TOPIC

pages = Blueprint("codes", __name__)

_STEP = 30  # seconds that six digits are shown (RFC 6238)


@dataclass(frozen=True)
class Shown:
    """Six digits, for how many seconds of the phone's clock, and the number of the step that they belong to."""

    code: str
    seconds: int
    step: int


@pages.get("/phones/<phone_id>/code")
def show(phone_id: str) -> str | Response:
    phone = the_app(phone_id)
    code = phone.scanned
    if isinstance(code, SignInCode):
        return screen("phone/code.html", phone, account=code.account, code=phone.one_time_code())
    active = phone.active_account
    if phone.world.settings[s.ONE_TIME_CODE] == "totp" and active is not None:
        return screen("phone/code_totp.html", phone, account=active.account, shown=_six_digits(phone))
    return go("initialising.pin" if isinstance(code, EnrolmentCode) else "initialising.scan", phone)


@pages.get("/phones/<phone_id>/code/next")
def following(phone_id: str) -> Response:
    """Hold the answer until the step is another than `seen`, at most 25 seconds; logs know addresses, so no code."""
    phone, seen = the_app(phone_id), request.args.get("seen", "")

    def another() -> Shown | None:
        shown = _six_digits(phone)
        return shown if str(shown.step) != seen else None

    left = LONG_POLL if phone.world.clock.frozen else min(LONG_POLL, _six_digits(phone).seconds)
    shown = phone.world.signals.wait(another, CLOCK_TOPIC, seconds=left) or _six_digits(phone)
    return jsonify(code=shown.code, seconds=shown.seconds, step=shown.step, frozen=phone.world.clock.frozen)


def _six_digits(phone: Phone) -> Shown:
    step, past = divmod(int(phone.now.timestamp()), _STEP)
    return Shown(phone.one_time_code(), _STEP - past, step)
