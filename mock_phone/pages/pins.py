"""Forgot PIN code: a new one, by the credentials of EU Login (facts, the app, 12.5)."""

from flask import Blueprint
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from mock_phone import refusals as no
from mock_phone.model import LinkedAccount
from mock_phone.pages.initialising import PIN_FIELD
from mock_phone.pages.screen import go, screen, the_app
from mock_phone.phone import Phone
from mock_world.i18n import N_
from mock_world.refusal import Refusal
from mock_world.web.forms import PageForm

pages = Blueprint("pins", __name__)


class NewPinForm(PageForm):
    """The credentials and the new PIN, twice. The address is the account's: it is shown, not asked for."""

    username = StringField(N_("E-mail"), render_kw={"readonly": True, "autocomplete": "username"})
    password = PasswordField(N_("EU Login password"), render_kw={"autocomplete": "current-password"})
    pin = PasswordField(N_("New 4 digit PIN code"), render_kw=PIN_FIELD)
    pinConfirm = PasswordField(N_("Confirm your new PIN code"), render_kw=PIN_FIELD)  # noqa: N815 - as in EU Login


@pages.get("/phones/<phone_id>/forgot-pin")
def forgot(phone_id: str) -> str | Response:
    phone = the_app(phone_id)
    active = phone.active_account
    return _form_screen(phone, active, NewPinForm(username=active.account)) if active else go("requests.home", phone)


@pages.post("/phones/<phone_id>/forgot-pin")
def change(phone_id: str) -> str | Response:
    phone, form = the_app(phone_id), NewPinForm()
    account = next((one for one in phone.accounts() if one.account == form.username.data), None)
    if account is None:
        return go("requests.home", phone)
    try:
        _change(phone, form, account)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form_screen(phone, account, form)
    return go("pins.changed", phone)


def _change(phone: Phone, form: NewPinForm, account: LinkedAccount) -> None:
    if form.pin.data != form.pinConfirm.data:
        raise phone.world.refuse(no.PIN_CONFIRM, got="two others", person=account.account, field="pinConfirm")
    phone.change_pin(form.password.data or "", form.pin.data or "", account=account.account)


def _form_screen(phone: Phone, account: LinkedAccount, form: NewPinForm) -> str:
    return screen("phone/forgot_pin.html", phone, account=account, form=form)


@pages.get("/phones/<phone_id>/forgot-pin/changed")
def changed(phone_id: str) -> str:
    return screen("phone/pin_changed.html", the_app(phone_id))
