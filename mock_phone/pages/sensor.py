"""The prompt of the fingerprint sensor or face recognition: enrolling, and approving a request (guide, G22)."""

from typing import cast

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from mock_phone import sensor
from mock_phone.model import Biometrics
from mock_phone.pages import deciding
from mock_phone.pages.screen import go, live_address, screen, the_app
from mock_phone.phone import Phone
from mock_world.refusal import Refusal
from mock_world.web import translate

pages = Blueprint("sensor", __name__)

_KINDS = ("fingerprint", "face")


@pages.post("/phones/<phone_id>/sensor")
def enrol(phone_id: str) -> Response:
    """Ask to enrol: `kind` is `fingerprint` or `face`."""
    phone, kind = the_app(phone_id), request.form.get("kind")
    if kind not in _KINDS:
        abort(400)
    return ask(phone, cast("Biometrics", kind))


def ask(phone: Phone, kind: Biometrics, *, request_id: str = "") -> Response:
    question = sensor.ask(phone, kind, request=request_id)
    return go("sensor.show", phone, question_id=question.id)


@pages.get("/phones/<phone_id>/sensor/<question_id>")
def show(phone_id: str, question_id: str) -> str:
    phone = the_app(phone_id)
    return _prompt(phone, _question(phone, question_id))


def _question(phone: Phone, question_id: str) -> sensor.SensorQuestion:
    """The question of a prompt; one that was answered already leads on to the phone's first screen."""
    if not sensor.is_unanswered(phone, question_id):
        abort(go("phones.open_phone", phone))
    return sensor.question_of(phone, question_id)


def _prompt(phone: Phone, question: sensor.SensorQuestion, refusal: Refusal | None = None) -> str:
    """The prompt, or with a refusal why there was no answer to it."""
    requests = phone.visible_requests()[0] if question.request else []
    one = next((one for one in requests if one.id == question.request), None)
    return screen(
        "phone/sensor.html",
        phone,
        live=live_address(phone, requests),
        one=one,
        question=question,
        options="" if refusal else sensor.options(phone, question),
        message=refusal.message(translate) if refusal else None,
        missing=refusal is not None and refusal.kind is sensor.MISSING,
    )


@pages.post("/phones/<phone_id>/sensor/<question_id>")
def answered(phone_id: str, question_id: str) -> str | Response:
    """The browser's answer in `credential`, or in `problem` why there is none."""
    phone = the_app(phone_id)
    question = _question(phone, question_id)
    try:
        if problem := request.form.get("problem"):
            raise sensor.give_up(phone, question, problem)
        return _taken(phone, question, request.form.get("credential", ""))
    except Refusal as refusal:
        if refusal.kind is sensor.OVER:  # another answer was quicker, or its time has ended just now
            _question(phone, question_id)
        if refusal.kind not in {sensor.NOT_RECOGNISED, sensor.SENSOR_WRONG, sensor.MISSING, sensor.NOT_USABLE}:
            raise
        return _prompt(phone, question, refusal)


def _taken(phone: Phone, question: sensor.SensorQuestion, answer: str) -> Response:
    if not question.request:
        sensor.enrol(phone, question, answer)
        return go("settings.show", phone)
    return deciding.answered(phone, question.request, "approved", lambda: sensor.approve(phone, question, answer))
