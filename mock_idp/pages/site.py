"""The frame of EU Login's pages: layout, scripts, and the pages of the foot."""

from flask import Blueprint, Response, render_template, request
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import NotFound

from mock_idp.pages.browser import signed_in, sso_cookie, to_login
from mock_idp.pages.unknown_endpoints import report_unknown_endpoint
from mock_idp.signin.redirect_loops import LOOP
from mock_idp.signin.services import INVALID_SERVICE
from mock_idp.signin.sessions import find_session
from mock_idp.signin.strengths import BASIC
from mock_world import Refusal
from mock_world.addresses import with_query
from mock_world.i18n import N_
from mock_world.web import current_world, go_to, page_url, translate
from mock_world.web.app import refusal_page

site_pages = Blueprint("site_pages", __name__)

_TEXTS = {
    "about": (
        N_("About this mock"),
        N_("This is a mock of EU Login for end-to-end tests: accounts, mails, phone and sign-in, all harmless."),
    ),
    "help": (
        N_("Help"),
        N_("Sign in with an account of this world. Mails arrive in the mailbox of the desk, not anywhere else."),
    ),
    "contact": (
        N_("Contact"),
        N_("Nobody reads messages here. The real EU Login has its own help pages; this mock has its documentation."),
    ),
    "privacy": (
        N_("Privacy statement"),
        N_("This mock keeps what you type until its world ends, and sends nothing away. Use invented data only."),
    ),
}


@site_pages.get("/cas/<any(about, help, contact, privacy):name>.html")
def text(name: str) -> str:
    title, words = _TEXTS[name]
    return render_template("idp/text.html", name=name, title=translate(title), words=translate(words))


@site_pages.get("/")
@site_pages.get("/cas")
@site_pages.get("/cas/")
def start() -> Response:
    return go_to(with_query(f"{request.script_root}/cas/login", request.args.to_dict()))


def refused(refusal: Refusal) -> tuple[str, int]:
    """Pages of their own for a service that may not use EU Login, and for one that loops, wherever that is noticed."""
    if refusal.kind is LOOP:
        message, again = refusal.message(translate), page_url()
        page = render_template("signin/loop.html", message=message, refusal=refusal, once_more=again)
        return page, refusal.kind.status
    if refusal.kind is INVALID_SERVICE:
        return render_template("signin/invalid_service.html", message=refusal.message(translate)), refusal.kind.status
    return refusal_page(refusal)


def note_unknown_endpoint(response: Response) -> Response:
    """Clients that call an address that is not there cannot read the page that they get: the journal says why."""
    if isinstance(request.routing_exception, NotFound):
        path = request.script_root + request.path
        report_unknown_endpoint(current_world(), path, {name for name, value in request.values.items() if value})
    return response


def account_gone(error: NoResultFound) -> Response:
    """The account was deleted by another tab while this one sent something: sign in again."""
    if signed_in() is None or find_session(current_world(), sso_cookie()) is not None:
        raise error
    return to_login(page_url(), BASIC)
