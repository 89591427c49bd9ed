"""Frames of the phone's camera: each is looked at, until one shows a code that the app can use."""

import hmac

from flask import Blueprint, jsonify, request, url_for
from werkzeug.wrappers import Response

from mock_phone.pages.screen import the_app
from mock_phone.qr_codes import EnrolmentCode, SignInCode
from mock_world.refusal import Refusal
from mock_world.web import translate
from mock_world.world import World

pages = Blueprint("camera", __name__)


def after_scanning(code: EnrolmentCode | SignInCode) -> str:
    """The screen that a scanned code leads to."""
    return "initialising.pin" if isinstance(code, EnrolmentCode) else "codes.show"


@pages.post("/phones/<phone_id>/camera")
def frame(phone_id: str) -> Response:
    """Look at a frame, the file `image`: `next` is where its code leads, `message` why it leads nowhere.

    refused: the `mark` that came with the last message. The code that it stands for is not refused again while it is
    held before the camera.
    """
    phone, picture = the_app(phone_id), request.files["image"].read() if "image" in request.files else b""
    mark = ""
    try:
        address = phone.look(picture) or ""
        mark = _mark(phone.world, address)
        if mark in {"", request.form.get("refused")}:
            return jsonify(mark=mark)
        code = phone.scan(payload=address)
    except Refusal as refusal:
        return jsonify(mark=mark, message=refusal.message(translate))
    return jsonify(next=url_for(after_scanning(code), phone_id=phone.id))


def _mark(world: World, address: str) -> str:
    """Tells one code from another without telling what is in it."""
    return hmac.new(world.secret.encode(), address.encode(), "sha256").hexdigest()[:16] if address else ""
