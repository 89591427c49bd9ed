"""CPMS's own session in the browser, the guard of pages that need one, and what all pages show of it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import Blueprint, flash, g, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from mock_cpms.countries import country_name
from mock_cpms.helpdesk.rules import networks_helped_by
from mock_cpms.people import Person, find_person
from mock_cpms.signin.single_logout import begin_session, has_ended
from mock_world.i18n import N_
from mock_world.web import current_language, current_world, go_to, page_url, translate
from mock_world.web.cookies import TOKEN

blueprint = Blueprint("session", __name__)

P = ParamSpec("P")

PLEASE_SIGN_IN = N_("Please sign in first.")
SIGN_IN_AND_SEND_AGAIN = N_("Please sign in first, then send the page again.")
_TEXTS = {"comment", "reply", "reason"}  # fields in which people write at length


def open_session(person: Person, handle: str = "") -> str | None:
    """Begin a new session for `person`. Returns the URL of the page that they opened before signing in.

    handle: by which EU Login would name the end of its own session.

    Forms that the same person has open in another tab stay good, those of anybody else do not; nor is anybody led to
    a page that somebody else opened.
    """
    former = session.get("uid", session.get("former"))
    kept = {"language", TOKEN} if former == person.uid else {"language"}
    return_url = session.get("wanted") if former in {None, person.uid} else None
    stays = {name: value for name, value in session.items() if name in kept}
    session.clear()
    session.update(stays, uid=person.uid)
    if visit := begin_session(current_world(), person.uid, handle):
        session["visit"] = visit
    return return_url


def close_session() -> None:
    """End CPMS's session; EU Login's own continues."""
    if "uid" in session:
        session["former"] = session.pop("uid")
    for name in ("wanted", "visit"):
        session.pop(name, None)
    g.pop("person", None)


def current_person() -> Person | None:
    """The person who is signed in; looked up once a request."""
    if "person" not in g:
        uid = None if has_ended(current_world(), session.get("visit")) else session.get("uid")
        g.person = find_person(current_world(), uid) if uid else None
    person: Person | None = g.person
    return person


def for_signed_in(
    page: Callable[Concatenate[Person, P], ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """A page that is given the person who is signed in; anybody else is sent to the home page (G01)."""

    @wraps(page)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        person = current_person()
        if person is not None:
            return page(person, *args, **kwargs)
        return _send_to_sign_in()

    return guarded


def _send_to_sign_in() -> ResponseReturnValue:
    """Say so once, and come back after it; what a page's script asks for in between is no page to come back to."""
    home = url_for("signin.home")
    if request.headers.get("Sec-Fetch-Dest") == "empty":
        return go_to(home)
    if request.url_rule is not None and "GET" in (request.url_rule.methods or ()):
        session["wanted"] = page_url()
    flash(translate(PLEASE_SIGN_IN if request.method == "GET" else SIGN_IN_AND_SEND_AGAIN))
    if unsent := _texts_sent():
        return render_template("cpms/home.html", onward=None, unsent=unsent), 403
    return go_to(home)


def _texts_sent() -> list[str]:
    """What was written at length into the form that was sent: too much to write it once more, and for a cookie."""
    return [text for name, text in request.form.items() if text.strip() and (name in _TEXTS or "\n" in text.strip())]


@blueprint.app_context_processor
def signed_in() -> dict[str, object]:
    person = current_person()
    helps = bool(person and networks_helped_by(current_world(), person.uid))
    return {"person": person, "helps": helps}


@blueprint.app_template_filter("country")
def country(code: str) -> str:
    """A country's name in the page's language."""
    return country_name(code, current_language())
