"""Home page, the way to EU Login and back, sign-out."""

from math import ceil

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mock_cpms.people import Person
from mock_cpms.signin.rules import NOT_RECOGNISED, sign_in, sign_out
from mock_cpms.signin.session import close_session, current_person, for_signed_in, open_session
from mock_cpms.signin.validation import LEVEL_TOO_LOW, TICKET_REFUSED, login_address
from mock_cpms.way import first_page
from mock_world import Refusal
from mock_world.i18n import N_
from mock_world.web import current_world, go_to, translate
from mock_world.web.app import own_redirect

blueprint = Blueprint("signin", __name__, template_folder="templates")

SIGNED_OUT = N_("You are signed out of CPMS. EU Login may still know you: sign out there too on a shared computer.")


@blueprint.get("/")
@blueprint.get("/index.jsp")
def start() -> ResponseReturnValue:
    return go_to(url_for("signin.home"))


@blueprint.get("/screen/home")
def home() -> ResponseReturnValue:
    """The public page (guide, G23)."""
    person = current_person()
    onward = first_page(current_world(), person.uid) if person else None
    return render_template("cpms/home.html", onward=onward)


@blueprint.get("/screen/signin")
def signin() -> ResponseReturnValue:
    """Without a ticket the way to EU Login, with one the way back."""
    world = current_world()
    ticket = request.args.get("ticket")
    if not ticket:
        return go_to(login_address(world))
    try:
        person = sign_in(world, ticket)
    except Refusal as refusal:
        return _refused(refusal)
    wanted = open_session(person)
    return own_redirect(wanted or url_for(first_page(world, person.uid)))


def _refused(refusal: Refusal) -> ResponseReturnValue:
    if refusal.kind is NOT_RECOGNISED:
        # An expected stop on the guide's way (G09), so the page is no error.
        seconds = int(refusal.params["seconds"])
        return render_template("cpms/not-recognised.html", seconds=seconds, minutes=ceil(seconds / 60))
    devices = current_world().addresses.public("idp", "/cas/mobile")
    page = render_template(
        "cpms/sign-in-refused.html",
        advice=refusal.message(translate),
        devices=devices if refusal.kind is LEVEL_TOO_LOW else None,
        ticket_refused=refusal.kind is TICKET_REFUSED,
    )
    return page, refusal.kind.status


@blueprint.post("/screen/signout")
@for_signed_in
def signout(person: Person) -> ResponseReturnValue:
    sign_out(current_world(), person)
    close_session()
    flash(translate(SIGNED_OUT))
    return go_to(url_for("signin.home"))
