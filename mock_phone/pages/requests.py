"""The app's home, and the requests that wait for an answer (guide, G21 and G22)."""

from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, request
from werkzeug.wrappers import Response

from mock_phone.model import OpenRequest
from mock_phone.pages import sensor as sensor_pages
from mock_phone.pages.deciding import answered, decided, return_url
from mock_phone.pages.initialising import PinForm
from mock_phone.pages.screen import devices_address, go, live_address, screen, the_app
from mock_phone.phone import Phone
from mock_phone.screen_updates import receives_requests
from mock_world.refusal import Refusal
from mock_world.web import translate
from mock_world.web.forms import PageForm

pages = Blueprint("requests", __name__)

_DONE = ("approved", "denied", "unlinked", "lapsed", "closed")  # what was done, or came to an end, just now


@pages.app_template_filter("who_asks")
def who_asks(one: OpenRequest) -> str:
    """The host of the service that the person signs in to."""
    return urlsplit(one.service).netloc or one.service or "EU Login"


@pages.get("/phones/<phone_id>/home")
def home(phone_id: str) -> str:
    phone, done = the_app(phone_id), request.args.get("done")
    requests, trouble = phone.visible_requests()
    account = phone.active_account
    return screen(
        "phone/home.html",
        phone,
        live=live_address(phone, requests, trouble),
        hears=receives_requests(phone),
        state=done if done in _DONE else phone.state_with(requests, trouble),
        account=account,
        lost=phone.lost,
        shows_codes=phone.shows_digits,
        requests=requests,
        trouble=trouble.message(translate) if trouble else None,
        missing={need.switch for need in phone.missing()} - set(phone.to_ask),
        address=devices_address(phone, account.server if account else ""),
    )


@pages.get("/phones/<phone_id>/requests/<request_id>")
def show(phone_id: str, request_id: str) -> str | Response:
    return _request_screen("phone/request.html", the_app(phone_id), request_id)


@pages.get("/phones/<phone_id>/requests/<request_id>/pin")
def pin(phone_id: str, request_id: str) -> str | Response:
    return _request_screen("phone/request_pin.html", the_app(phone_id), request_id, PinForm())


def _request_screen(template: str, phone: Phone, request_id: str, form: PageForm | None = None) -> str | Response:
    """A screen about one request; where that is no longer open, on from it."""
    requests = phone.requests()
    one = next((one for one in requests if one.id == request_id), None)
    if one is None:
        return decided(phone, request_id, _how_it_ended(phone))
    other = phone.asks_other_account(one)
    if other and template != "phone/request.html":
        return go("requests.show", phone, request_id=request_id)
    return screen(
        "phone/request_other.html" if other else template,
        phone,
        live=live_address(phone, requests),
        one=one,
        active=phone.active_account,
        back=return_url(request_id),
        form=form,
    )


def _how_it_ended(phone: Phone) -> str:
    """`lapsed` or `closed`, by when the screen of the request said that it ends."""
    try:
        until = datetime.fromisoformat(request.args.get("until", ""))
        return "lapsed" if phone.world.clock.now() >= until else "closed"
    except (ValueError, TypeError):  # not a moment, or one without a zone
        return "closed"


@pages.post("/phones/<phone_id>/requests/<request_id>/account")
def switch(phone_id: str, request_id: str) -> Response:
    """Switch to the account under which a request waits (facts, the app, 12.2)."""
    phone = the_app(phone_id)
    one = next((one for one in phone.requests() if one.id == request_id), None)
    if one is not None:
        phone.switch_account(one.account)
    return go("requests.show", phone, request_id=request_id)


@pages.post("/phones/<phone_id>/requests/<request_id>/pin")
def approve(phone_id: str, request_id: str) -> str | Response:
    phone, form = the_app(phone_id), PinForm()
    try:
        return answered(phone, request_id, "approved", lambda: phone.approve(form.pin.data or "", request=request_id))
    except Refusal as refusal:
        if refusal.field != "pin":
            raise
        form.refuse(refusal)
        return _request_screen("phone/request_pin.html", phone, request_id, form)


@pages.post("/phones/<phone_id>/requests/<request_id>/biometrics")
def approve_with_biometrics(phone_id: str, request_id: str) -> Response:
    """Where a sensor was enrolled, it is asked first."""
    phone = the_app(phone_id)
    if phone.sensor:
        return sensor_pages.ask(phone, phone.settings.biometrics, request_id=request_id)
    return answered(phone, request_id, "approved", lambda: phone.approve_with_biometrics(request=request_id))


@pages.post("/phones/<phone_id>/requests/<request_id>/deny")
def deny(phone_id: str, request_id: str) -> Response:
    phone = the_app(phone_id)
    return answered(phone, request_id, "denied", lambda: phone.deny(request=request_id))
