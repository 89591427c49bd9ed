"""What the screens of a phone share."""

from typing import Any

from flask import Response as FlaskResponse
from flask import abort, after_this_request, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mock_phone.model import OpenRequest
from mock_phone.phone import Phone
from mock_world.refusal import Refusal
from mock_world.web import current_world, translate
from mock_world.web.app import refusal_page
from mock_world.web.cookies import cookie_name, cookie_path
from mock_world.web.forms import PageForm


def the_phone(phone_id: str) -> Phone:
    """The phone that the address names. Raises Refusal (phone.unknown)."""
    return Phone.find(current_world(), phone_id)


def the_app(phone_id: str) -> Phone:
    """The phone with the app opened; without the app it leads to the store."""
    phone = the_phone(phone_id)
    if not phone.installed:
        abort(go("store.search", phone))
    return phone


def go(endpoint: str, phone: Phone, **values: Any) -> Response:
    """On to another screen."""
    return redirect(url_for(endpoint, phone_id=phone.id, **values), 303)


def held_phone() -> str:
    """The id of the phone that this browser held last; a cookie of its own, since several are held side by side."""
    return request.cookies.get(cookie_name("phone", current_world(), "held"), "")


def _hold(phone: Phone) -> None:
    if held_phone() == phone.id:
        return

    @after_this_request
    def remember(response: FlaskResponse) -> FlaskResponse:
        name, path = cookie_name("phone", phone.world, "held"), cookie_path(phone.world)
        response.set_cookie(name, phone.id, path=path, httponly=True, samesite="Lax")
        return response


def screen(template: str, phone: Phone, *, live: str | None = None, **values: object) -> str:
    """A screen. `live`: address that answers when the screen is out of date."""
    _hold(phone)
    given: dict[str, object] = {"form": PageForm(), "settings": phone.settings, **values}
    return render_template(template, phone=phone, live=live, **given)


def live_address(phone: Phone, seen: list[OpenRequest], *, about: str | None = None) -> str | None:
    """Where to wait for news; None where nothing reaches the app by itself. `about`: the one request of a screen."""
    settings = phone.settings
    linked = any(account.known for account in phone.accounts())
    if not (linked and settings.online and settings.notifications):
        return None
    return url_for("requests.live", phone_id=phone.id, seen=",".join(one.id for one in seen), about=about)


def refused(refusal: Refusal) -> tuple[str, int]:
    """A refusal that no form shows itself: on the phone's screen, where there is one."""
    try:
        phone = the_phone((request.view_args or {}).get("phone_id", ""))
    except Refusal:
        return refusal_page(refusal)
    return screen("phone/refused.html", phone, message=refusal.message(translate)), refusal.kind.status
