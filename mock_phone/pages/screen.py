"""What the screens of a phone share."""

from datetime import timedelta
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, after_this_request, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mock_phone.model import OpenRequest
from mock_phone.phone import Phone
from mock_phone.screen_updates import ScreenState, screen_state
from mock_world.i18n import N_
from mock_world.refusal import Refusal
from mock_world.web import current_language, current_world, translate
from mock_world.web.app import refusal_page
from mock_world.web.cookies import cookie_name, set_cookie


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
        set_cookie(response, "phone", phone.world, "held", phone.id)
        return response


def screen(template: str, phone: Phone, *, live: str | None = None, **values: object) -> str:
    """A screen. `live`: address that answers when the screen is out of date, if not the one of a screen like any."""
    _hold(phone)
    given: dict[str, object] = {
        "settings": phone.settings,
        "live": live or live_address(phone),
        "clock_wrong": clock_wrong(phone.settings.clock_offset),
        **values,
    }
    return render_template(template, phone=phone, **given)


def live_address(phone: Phone, seen: list[OpenRequest] | None = None, trouble: Refusal | None = None) -> str:
    """Where a screen waits for news. `seen`: the requests that it shows. `trouble`: why it shows none."""
    state = screen_state(phone, frozenset(one.id for one in seen or ()), trouble.code if trouble else "")
    return news_address(phone, state)


def news_address(phone: Phone, seen: ScreenState) -> str:
    """Where to wait until there is something else to be seen than `seen`."""
    requests = ",".join(sorted(seen.requests))
    return url_for("live.news", phone_id=phone.id, seen=requests, mark=seen.mark, trouble=seen.trouble, time=seen.time)


def clock_wrong(offset: timedelta) -> str:
    """By how much a clock is wrong, in words; empty where it is right."""
    if not offset:
        return ""
    from babel.dates import format_timedelta

    how_much = format_timedelta(abs(offset), locale=current_language())
    return translate(N_("{time} fast") if offset > timedelta(0) else N_("{time} slow")).format(time=how_much)


def devices_address(phone: Phone, server: str = "") -> str:
    """EU Login's page where devices are deleted and added. `server`: as the account keeps it, empty is this world's."""
    path = "/cas/userdata/mobileApp/manageMyMobileDevices.cgi"
    return server + path if server else phone.world.addresses.public("idp", path)


def refused(refusal: Refusal) -> tuple[str, int]:
    """A refusal that no form shows itself: on the phone's screen, where there is one."""
    try:
        phone = the_phone((request.view_args or {}).get("phone_id", ""))
    except Refusal:
        return refusal_page(refusal)
    return screen("phone/refused.html", phone, message=refusal.message(translate)), refusal.kind.status
