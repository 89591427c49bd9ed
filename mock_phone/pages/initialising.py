"""Initialise: scan the QR code, confirm it with the PIN, done (guide, G17 to G19)."""

from flask import Blueprint
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from mock_phone.pages.camera import after_scanning
from mock_phone.pages.screen import go, screen, the_app
from mock_phone.phone import Phone
from mock_phone.qr_codes import EnrolmentCode
from mock_world.i18n import N_
from mock_world.refusal import Refusal
from mock_world.web.forms import PageForm

pages = Blueprint("initialising", __name__)

PIN_FIELD = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 4, "pattern": "[0-9]{4}"}


class PinForm(PageForm):
    """A PIN, typed or put in by the pad."""

    pin = PasswordField(N_("Your 4 digit PIN code"), render_kw=PIN_FIELD)


class ScanForm(PageForm):
    """A picture of the QR code or, in its place, its address."""

    image = FileField(N_("Picture of the QR code"), render_kw={"accept": "image/*"})
    payload = StringField(N_("Address of the QR code"), render_kw={"autocomplete": "off", "spellcheck": "false"})


@pages.get("/phones/<phone_id>/scan")
def scan(phone_id: str) -> str | Response:
    phone = the_app(phone_id)
    if "camera" in phone.to_ask:
        return go("permissions.ask", phone, name="camera", **{"for": "code"})
    return _scan_screen(phone, ScanForm())


@pages.post("/phones/<phone_id>/scan")
def scanned(phone_id: str) -> str | Response:
    phone, form = the_app(phone_id), ScanForm()
    picture = form.image.data.read() if form.image.data else b""
    try:
        if picture or not form.payload.data:
            code = phone.scan(image=picture)
        else:
            code = phone.scan(payload=form.payload.data.strip())
    except Refusal as refusal:
        form.refuse(refusal)
        typed, form.payload.data = bool(form.payload.data), ""  # it may hold a secret, so it is not shown again
        return _scan_screen(phone, form, typed=typed)
    return go(after_scanning(code), phone)


def _scan_screen(phone: Phone, form: ScanForm, *, typed: bool = False) -> str:
    return screen("phone/scan.html", phone, form=form, typed=typed)


@pages.get("/phones/<phone_id>/pin")
def pin(phone_id: str) -> str | Response:
    phone = the_app(phone_id)
    code = phone.scanned
    if not isinstance(code, EnrolmentCode):
        return go("initialising.scan" if code is None else after_scanning(code), phone)
    return screen("phone/pin.html", phone, form=PinForm(), code=code)


@pages.post("/phones/<phone_id>/pin")
def confirm(phone_id: str) -> str | Response:
    phone, form = the_app(phone_id), PinForm()
    code = phone.scanned
    try:
        phone.initialise(form.pin.data or "")
    except Refusal as refusal:
        if refusal.field != "pin" or phone.scanned is None:
            raise
        form.refuse(refusal)
        return screen("phone/pin.html", phone, form=form, code=code)
    return go("initialising.configured", phone)


@pages.get("/phones/<phone_id>/configured")
def configured(phone_id: str) -> str | Response:
    phone = the_app(phone_id)
    accounts = phone.accounts()
    return screen("phone/configured.html", phone, account=accounts[-1]) if accounts else go("requests.home", phone)


@pages.post("/phones/<phone_id>/scan/forget")
def forget(phone_id: str) -> Response:
    phone = the_app(phone_id)
    phone.forget_scan()
    return go("requests.home", phone)
