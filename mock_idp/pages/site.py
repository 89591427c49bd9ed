"""The frame of EU Login's pages: layout, scripts, and the pages of the foot."""

from flask import Blueprint, Response, render_template, request
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import NotFound

from mock_idp.factors.devices.rules import owner_of
from mock_idp.pages.browser import signed_in, signed_in_account, sso_cookie, to_login
from mock_idp.pages.unknown_endpoints import report_unknown_endpoint
from mock_idp.signin.redirect_loops import LOOP
from mock_idp.signin.services import INVALID_SERVICE
from mock_idp.signin.sessions import find_session
from mock_idp.signin.strengths import BASIC
from mock_world import Refusal, RefusalKind
from mock_world.addresses import with_query
from mock_world.faults import EU_LOGIN_UNAVAILABLE
from mock_world.i18n import N_
from mock_world.web import current_world, go_to, page_url, translate
from mock_world.web.app import refusal_page
from mock_world.web.problems import refusal_problem

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

UNAVAILABLE = RefusalKind(
    "eulogin.unavailable",
    message=N_("Try again in a moment: EU Login is not available."),
    expected="a request while fault eulogin.unavailable is not armed",
    remedy="disarm the fault, in the control room or by DELETE /api/faults/eulogin.unavailable",
    status=503,
)
_RETRY_AFTER = "30"  # seconds of real time
_OF_THE_MOCK = ("/static/", "/favicon.ico", "/language")  # what our own page that says so needs


@site_pages.before_app_request
def unavailable() -> Response | None:
    """Fault eulogin.unavailable: pages get a page, the app a problem document, other machines one line of text."""
    world = current_world()
    if not world.faults.is_armed(EU_LOGIN_UNAVAILABLE) or request.path.startswith(_OF_THE_MOCK):
        return None
    person = _known_person()
    if not world.faults.inject(EU_LOGIN_UNAVAILABLE, person):
        return None
    refusal = world.refuse(UNAVAILABLE, got=f"{request.method} {request.path}", person=person)
    response = _unavailable_answer(refusal)
    response.status_code = refusal.kind.status
    response.headers["Retry-After"] = _RETRY_AFTER
    return response


def _known_person() -> str | None:
    """E-mail address of the user who is signed in in this browser, or whose phone calls."""
    identifier = request.headers.get("Authorization", "").removeprefix("Device ").partition(" ")[0]
    account = signed_in_account() or owner_of(current_world(), identifier)
    return account.email if account else None


def _unavailable_answer(refusal: Refusal) -> Response:
    if request.blueprint == "app_interface":
        return refusal_problem(refusal)
    if "text/html" in request.accept_mimetypes.values():
        return Response(render_template("idp/unavailable.html", message=refusal.message(translate)))
    return Response(f"{refusal.message()}\n", mimetype="text/plain")


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
