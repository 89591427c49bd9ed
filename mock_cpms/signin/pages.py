"""Home page, the way to EU Login and back, sign-out here and there."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from babel.dates import format_timedelta
from flask import Blueprint, flash, jsonify, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from mock_cpms.signin import eu_login
from mock_cpms.signin.rules import CLOCKS_DIFFER, NOT_RECOGNISED, seconds_until_recognised, sign_in, sign_out
from mock_cpms.signin.session import close_session, current_person, open_session
from mock_cpms.signin.validation import (
    ACCOUNT_REFUSED,
    ATTRIBUTES_MISSING,
    LEVEL_TOO_LOW,
    SERVICE_REFUSED,
    TICKET_REFUSED,
    TOO_SLOW,
    UNREACHABLE,
)
from mock_cpms.way import first_page
from mock_world import Refusal
from mock_world.i18n import N_
from mock_world.journal import REQUEST_ID
from mock_world.web import current_language, current_world, go_to, translate
from mock_world.web.app import own_redirect

blueprint = Blueprint("signin", __name__, template_folder="templates")

SIGNED_OUT = N_("You are signed out of CPMS. EU Login may still know you: sign out there too on a shared computer.")
STILL_AT_EU_LOGIN = "signed-out"  # kind of message behind which the layout offers to sign out there

_STATES: Mapping[str, str] = MappingProxyType(
    {
        TICKET_REFUSED.code: "ticket-refused",
        SERVICE_REFUSED.code: "service-refused",
        ACCOUNT_REFUSED.code: "account-refused",
        LEVEL_TOO_LOW.code: "level-too-low",
        ATTRIBUTES_MISSING.code: "attributes-missing",
        UNREACHABLE.code: "unreachable",
        TOO_SLOW.code: "too-slow",
        CLOCKS_DIFFER.code: "clocks-differ",
    }
)


@blueprint.app_context_processor
def eu_login_addresses() -> dict[str, object]:
    """Templates name what they link to at EU Login: `eu_login.add_phone_address(world)`."""
    return {"eu_login": eu_login}


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
        return go_to(eu_login.login_address(world))
    try:
        person = sign_in(world, ticket)
    except Refusal as refusal:
        return _refused(refusal)
    wanted = open_session(person)
    return own_redirect(wanted or url_for(first_page(world, person.uid)))


def _refused(refusal: Refusal) -> ResponseReturnValue:
    made = datetime.fromisoformat(str(refusal.params["made"])) if "made" in refusal.params else None
    if refusal.kind is NOT_RECOGNISED and made is not None:
        # An expected stop on the guide's way (G09), so the page is no error.
        session["new_since"] = made.isoformat()
        return render_template(
            "cpms/not-recognised.html", shown=_minutes(seconds_until_recognised(current_world(), made))
        )
    codes = [refusal.code, refusal.params.get("code"), REQUEST_ID.get()]
    page = render_template(
        "cpms/sign-in-refused.html",
        state=_STATES[refusal.code],
        advice=refusal.message(translate),
        made=made,
        difference=_in_words(int(refusal.params["seconds"])) if made else "",
        codes=[code for code in codes if code],
    )
    return page, refusal.kind.status


def _minutes(seconds: int) -> str:
    """Minutes and seconds: "4:59"."""
    return f"{seconds // 60}:{seconds % 60:02}"


def _in_words(seconds: int) -> str:
    """About how long: "7 days"."""
    return format_timedelta(seconds, threshold=2, locale=current_language())


@blueprint.get("/screen/signin/time-left")
def time_left() -> ResponseReturnValue:
    """For the page that counts down; nothing is left where nobody waits any more."""
    made = session.get("new_since")
    seconds = seconds_until_recognised(current_world(), datetime.fromisoformat(made)) if made else 0
    return jsonify(seconds=seconds, shown=_minutes(seconds))


@blueprint.post("/screen/signout")
def signout() -> ResponseReturnValue:
    """End CPMS's session alone; a second time it changes nothing."""
    _end_session(everywhere=False)
    flash(translate(SIGNED_OUT), STILL_AT_EU_LOGIN)
    return go_to(url_for("signin.home"))


@blueprint.post("/screen/signout/eu-login")
def signout_everywhere() -> ResponseReturnValue:
    """End CPMS's session and go on to EU Login, which asks and then leads back to the home page."""
    _end_session(everywhere=True)
    return go_to(eu_login.logout_address(current_world()))


def _end_session(*, everywhere: bool) -> None:
    person = current_person()
    if person is not None:
        sign_out(current_world(), person, everywhere=everywhere)
    close_session()
