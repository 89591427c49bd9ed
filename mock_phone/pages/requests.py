"""The app's home, and the requests that wait for an answer (guide, G21 and G22)."""

from urllib.parse import urlsplit

from flask import Blueprint, request
from werkzeug.wrappers import Response

from mock_phone.model import OpenRequest
from mock_phone.pages.home import home_screen
from mock_phone.pages.initialising import PinForm
from mock_phone.pages.screen import go, live_address, screen, the_app
from mock_phone.phone import Phone
from mock_world.refusal import Refusal
from mock_world.web.forms import PageForm

pages = Blueprint("requests", __name__)


@pages.app_template_filter("who_asks")
def who_asks(one: OpenRequest) -> str:
    """The host of the service that the person signs in to."""
    return urlsplit(one.service).netloc or one.service or "EU Login"


@pages.get("/phones/<phone_id>/home")
def home(phone_id: str) -> str:
    return home_screen(the_app(phone_id), request.args.get("done"))


@pages.get("/phones/<phone_id>/requests/<request_id>")
def show(phone_id: str, request_id: str) -> str | Response:
    return _request_screen("phone/request.html", the_app(phone_id), request_id)


@pages.get("/phones/<phone_id>/requests/<request_id>/pin")
def pin(phone_id: str, request_id: str) -> str | Response:
    return _request_screen("phone/request_pin.html", the_app(phone_id), request_id, PinForm())


def _request_screen(template: str, phone: Phone, request_id: str, form: PageForm | None = None) -> str | Response:
    """A screen about one request; where that is gone, the home screen."""
    found = phone.requests()
    one = next((one for one in found if one.id == request_id), None)
    if one is None:
        return go("requests.home", phone)
    return screen(template, phone, live=live_address(phone, found), one=one, form=form or PageForm())


@pages.post("/phones/<phone_id>/requests/<request_id>/pin")
def approve(phone_id: str, request_id: str) -> str | Response:
    phone, form = the_app(phone_id), PinForm()
    try:
        phone.approve(form.pin.data or "", request=request_id)
    except Refusal as refusal:
        if refusal.field != "pin":
            raise
        form.refuse(refusal)
        return _request_screen("phone/request_pin.html", phone, request_id, form)
    return go("requests.home", phone, done="approved")


@pages.post("/phones/<phone_id>/requests/<request_id>/biometrics")
def approve_with_biometrics(phone_id: str, request_id: str) -> Response:
    phone = the_app(phone_id)
    phone.approve_with_biometrics(request=request_id)
    return go("requests.home", phone, done="approved")


@pages.post("/phones/<phone_id>/requests/<request_id>/deny")
def deny(phone_id: str, request_id: str) -> Response:
    phone = the_app(phone_id)
    phone.deny(request=request_id)
    return go("requests.home", phone, done="denied")
