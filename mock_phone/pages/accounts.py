"""The accounts of the app: which is shown, and how one leaves the phone (facts, the app, 12.5)."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from mock_phone.pages.screen import devices_address, go, screen, the_app

pages = Blueprint("accounts", __name__)


@pages.get("/phones/<phone_id>/accounts")
def show(phone_id: str) -> str:
    phone = the_app(phone_id)
    return screen("phone/accounts.html", phone, accounts=phone.accounts(), lost=phone.lost)


@pages.post("/phones/<phone_id>/accounts/switch")
def switch(phone_id: str) -> Response:
    """Show another account; what it is asked for comes first."""
    phone = the_app(phone_id)
    phone.switch_account(request.form.get("account", ""))
    return go("phones.open_phone", phone)


@pages.get("/phones/<phone_id>/unlink")
def confirm(phone_id: str) -> str | Response:
    phone = the_app(phone_id)
    active = phone.active_account
    if active is None:
        return go("requests.home", phone)
    return screen("phone/unlink.html", phone, account=active, address=devices_address(phone, active.server))


@pages.post("/phones/<phone_id>/unlink")
def unlink(phone_id: str) -> Response:
    """Unlink the account that was shown when it was asked for, whichever is active by now."""
    phone = the_app(phone_id)
    phone.unlink(request.form.get("account", ""))
    return go("requests.home", phone, done="unlinked")
