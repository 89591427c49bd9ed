"""First start: what the app asks the phone's owner for, and what it lacks (facts, the app, 12.1)."""

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from mock_phone.pages.screen import go, screen, the_app
from mock_phone.phone import Phone

pages = Blueprint("permissions", __name__)


@pages.get("/phones/<phone_id>/permissions/<any(notifications, camera):name>")
def ask(phone_id: str, name: str) -> str | Response:
    """The sheet that asks; what was answered already is not asked again. `for=code`: to scan, not to initialise."""
    phone = the_app(phone_id)
    return screen("phone/permission.html", phone, asked=name) if name in phone.to_ask else _continue(phone, name)


@pages.post("/phones/<phone_id>/permissions/<any(notifications, camera):name>")
def answer(phone_id: str, name: str) -> Response:
    """`answer` is `allow` or `refuse`."""
    phone, said = the_app(phone_id), request.form.get("answer")
    if said not in {"allow", "refuse"}:
        abort(400)
    if name in phone.to_ask:
        phone.answer_permission(name, said == "allow")
    return _continue(phone, name)


def _continue(phone: Phone, name: str) -> Response:
    if name == "notifications":
        return go("phones.open_phone", phone)
    return go("initialising.scan" if request.args.get("for") == "code" else "permissions.initialise", phone)


@pages.get("/phones/<phone_id>/initialise")
def initialise(phone_id: str) -> str | Response:
    """To the camera, by way of what is to be asked first; or what is missing."""
    phone = the_app(phone_id)
    if phone.to_ask:
        return go("permissions.ask", phone, name=phone.to_ask[0])
    missing = phone.missing()
    return screen("phone/missing.html", phone, missing=missing) if missing else go("initialising.scan", phone)
