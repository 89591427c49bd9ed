"""Home page, the redirect to EU Login, its return URL, sign-out here and there."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from babel.dates import format_timedelta
from flask import Blueprint, flash, jsonify, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from mock_cpms import settings as s
from mock_cpms.pages.onboarding import first_page
from mock_cpms.pages.session import close_session, current_person, open_session
from mock_cpms.signin import eu_login, openid
from mock_cpms.signin.rules import CLOCKS_DIFFER, NOT_RECOGNISED, seconds_until_recognised, sign_in, sign_out
from mock_cpms.signin.validation import (
    ACCOUNT_REFUSED,
    ATTRIBUTES_MISSING,
    LEVEL_TOO_LOW,
    SERVICE_REFUSED,
    TICKET_REFUSED,
    TOO_SLOW,
    UNREACHABLE,
    Attributes,
    validate,
)
from mock_world import Refusal, RefusalKind
from mock_world.i18n import N_
from mock_world.journal import REQUEST_ID
from mock_world.web import current_language, current_world, go_to, translate
from mock_world.web.app import own_redirect

blueprint = Blueprint("signin", __name__)

SIGNED_OUT = N_("You are signed out of CPMS. EU Login may still know you: sign out there too on a shared computer.")
_ANSWERS = ("ticket", "code", "error", "state")  # parameters with which EU Login sends a browser back
STILL_AT_EU_LOGIN = "signed-out"  # kind of message behind which the layout offers to sign out there

_STATES: Mapping[RefusalKind, str] = MappingProxyType(
    {
        TICKET_REFUSED: "ticket-refused",
        SERVICE_REFUSED: "service-refused",
        ACCOUNT_REFUSED: "account-refused",
        LEVEL_TOO_LOW: "level-too-low",
        ATTRIBUTES_MISSING: "attributes-missing",
        UNREACHABLE: "unreachable",
        TOO_SLOW: "too-slow",
        CLOCKS_DIFFER: "clocks-differ",
        openid.DENIED: "denied",
        openid.STATE_LOST: "state-lost",
        openid.TOKEN_REFUSED: "token-refused",
        openid.CLIENT_REFUSED: "client-refused",
    }
)
_KINDS = {kind.code: kind for kind in _STATES}


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
    return render_template("cpms/home.html", onward=onward, unsent=[])


@blueprint.get("/screen/signin")
def signin() -> ResponseReturnValue:
    """Send the browser to EU Login; as its return URL, with an answer of EU Login, sign the person in.

    A browser that comes from EU Login without an answer did not sign in there: sent back at once, it would go round.
    """
    world = current_world()
    if not any(request.args.get(name) for name in _ANSWERS):
        elsewhere = request.headers.get("Sec-Fetch-Site") in {"same-site", "cross-site"}
        return go_to(url_for("signin.home")) if elsewhere else _to_eu_login()
    try:
        attributes, handle = _identity()
        person = sign_in(world, attributes)
    except Refusal as refusal:
        session["refused"] = {"code": refusal.code, "params": refusal.params, "request": REQUEST_ID.get()}
        return go_to(url_for("signin.refused"))
    return_url = open_session(person, handle)
    return own_redirect(return_url or url_for(first_page(world, person.uid)))


def _to_eu_login() -> ResponseReturnValue:
    world = current_world()
    if world.settings[s.CPMS_SIGN_IN] == "cas":
        return go_to(eu_login.login_address(world))
    address, session["begun"] = openid.begin(world)
    return go_to(address)


def _identity() -> tuple[Attributes, str]:
    """What EU Login says about who comes back, and by what it would name the end of that session."""
    world, ticket = current_world(), request.args.get("ticket")
    if ticket:
        return validate(world, ticket), ticket
    attributes = openid.finish(world, request.args, session.pop("begun", None))
    return attributes, attributes.get("sid", "")


@blueprint.get("/screen/signin/refused")
def refused() -> ResponseReturnValue:
    """Why the last sign-in failed; without its ticket, so that it can be reloaded and read in another language."""
    refusal = session.get("refused")
    if not refusal:
        return go_to(url_for("signin.home"))
    if refusal["code"] == NOT_RECOGNISED.code:
        return _not_recognised()
    kind, params = _KINDS[refusal["code"]], refusal["params"]
    page = render_template(
        "cpms/sign-in-refused.html",
        state=_STATES[kind],
        advice=translate(kind.message).format(**params),
        made=datetime.fromisoformat(params["made"]) if kind is CLOCKS_DIFFER else None,
        difference=_in_words(params["seconds"]) if kind is CLOCKS_DIFFER else "",
        codes=[code for code in (kind.code, params.get("code"), refusal["request"]) if code],
    )
    return page, kind.status


def _not_recognised() -> ResponseReturnValue:
    """An expected stop on the guide's way (G09), so the page is no error."""
    seconds = _seconds_left()
    if not seconds:
        return go_to(url_for("signin.signin"))
    return render_template("cpms/not-recognised.html", shown=_minutes(seconds))


def _seconds_left() -> int:
    """World time that a new account waits; 0 where nobody does, or not any more."""
    made = session.get("refused", {}).get("params", {}).get("made")
    return seconds_until_recognised(current_world(), datetime.fromisoformat(made)) if made else 0


def _minutes(seconds: int) -> str:
    """Minutes and seconds: "4:59"."""
    return f"{seconds // 60}:{seconds % 60:02}"


def _in_words(seconds: int) -> str:
    """About how long: "7 days"."""
    return format_timedelta(seconds, threshold=2, locale=current_language())


@blueprint.get("/screen/signin/time-left")
def time_left() -> ResponseReturnValue:
    """For the page that counts down."""
    seconds = _seconds_left()
    return jsonify(seconds=seconds, shown=_minutes(seconds))


@blueprint.post("/screen/signout")
def signout() -> ResponseReturnValue:
    """End CPMS's session alone; a second time it changes nothing."""
    _end_session(everywhere=False)
    flash(translate(SIGNED_OUT), STILL_AT_EU_LOGIN)
    return go_to(url_for("signin.home"))


@blueprint.post("/screen/signout/eu-login")
def signout_everywhere() -> ResponseReturnValue:
    """End CPMS's session and continue to EU Login, which asks and then leads back to the home page."""
    _end_session(everywhere=True)
    return go_to(eu_login.logout_address(current_world()))


def _end_session(*, everywhere: bool) -> None:
    person = current_person()
    if person is not None:
        sign_out(current_world(), person, everywhere=everywhere)
    close_session()
