"""On Mobile: the browser of the phone opens the app, which hands back (facts, the app, 12.4)."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from mock_phone import refusals as no
from mock_phone.pages.deciding import opened, return_url
from mock_phone.pages.screen import go, held_phone
from mock_phone.phone import Phone, phones_with
from mock_world.refusal import Refusal
from mock_world.web import current_world, translate
from mock_world.world import World

pages = Blueprint("opening", __name__)


@pages.get("/open")
def open_app() -> str | Response:
    """Open the app for a `request` of an `account`; `back` is where the browser waits, `phone` which phone it is.

    The phone is the one that this browser held last, else the only one with that account, else the person chooses.
    """
    request_id, account = request.args.get("request", "")[:200], request.args.get("account", "")[:320]
    opened(request_id, request.args.get("back", ""))
    world, phone_id = current_world(), request.args.get("phone") or held_phone()
    phones = phones_with(world, account) or _phones_that_ask(world, account, phone_id)
    chosen = next((phone for phone in phones if phone.id == phone_id), None)
    if chosen is None and len(phones) == 1:
        chosen = phones[0]
    if chosen is None:
        return _page("choose" if phones else "missing", request_id, phones or Phone.all(world))
    return _open(chosen, request_id, account)


def _phones_that_ask(world: World, account: str, phone_id: str) -> list[Phone]:
    """Phones with the account, once that one has asked EU Login: the address of an account may be another by now."""
    for phone in Phone.all(world):
        if phone.id == phone_id and phone.installed:
            phone.visible_requests()
    return phones_with(world, account)


def _open(phone: Phone, request_id: str, account: str) -> str | Response:
    """To the request; where it has ended, back to the page that says how."""
    try:
        if any(one.id == request_id for one in phone.requests()):
            return go("requests.show", phone, request_id=request_id)
    except Refusal as refusal:
        return _page("refused", request_id, [phone], refusal.message(translate))
    phones = phones_with(phone.world, account)
    if all(one.id != phone.id for one in phones):  # its device was deleted at EU Login
        return _page("missing", request_id, Phone.all(phone.world))
    if back := return_url(request_id):
        return redirect(back, 303)
    gone = phone.world.refuse(no.OPENED_TOO_LATE, got="a request that is not open", person=phone.owner or None)
    return _page("refused", request_id, [phone], gone.message(translate))


def _page(state: str, request_id: str, phones: list[Phone], message: str = "") -> str:
    return render_template(
        "phone/opening.html",
        state=state,
        message=message,
        phones=phones,
        account=request.args.get("account", "")[:320],
        asked=request.args.to_dict(),
        back=return_url(request_id),
    )
