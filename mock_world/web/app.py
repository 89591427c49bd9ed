"""The frame of an actor's Flask app: made once a process, finds its world by the request."""

import re
import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, current_app, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as WerkzeugResponse

from mock_world import fonts
from mock_world.correlation import HEADER, correlation_id, follow, follow_none
from mock_world.database import DATABASE_ERRORS, DatabaseGoneError
from mock_world.domains import LOOPBACK, is_harmless_url
from mock_world.i18n import N_, ZONE, clock_time, languages, translations, written_out
from mock_world.journal import ACTOR, REQUEST_ID
from mock_world.log_lines import log_crash
from mock_world.plain_answers import database_lost
from mock_world.refusal import Refusal
from mock_world.server import BACK_CHANNEL_KEY
from mock_world.settings import FRAMES
from mock_world.web.amounts import MOST_BYTES, MOST_FIELDS, check_amount
from mock_world.web.context import (
    current_language,
    current_world,
    go_to,
    page_url,
    shows_page,
    translate,
    translate_number,
)
from mock_world.web.cookies import WorldSessions
from mock_world.web.csrf import CsrfCheck
from mock_world.web.files import serve_file
from mock_world.web.hosts import ForeignHost, check_host
from mock_world.web.http_messages import begin_message, current_checkpoint, keep_checkpoint, keep_message, record_page
from mock_world.web.token import CHALLENGE, TOKEN_NEEDED, TokenNeeded

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; "
)

_ORIGIN = re.compile(r"https?://[\w.:\[\]-]+", re.ASCII)
_ID = re.compile(r"\w[\w.-]{0,63}", re.ASCII)
_ERRORS: Mapping[int, tuple[str, str]] = {
    400: (N_("This request cannot be read"), N_("Go back, reload the page and try again.")),
    403: (N_("This page is not for you"), N_("Sign in as somebody who may see it.")),
    404: (N_("This page does not exist"), N_("Check the address, or start again from the first page.")),
    405: (N_("This page cannot be sent like that"), N_("Open it from the page that leads to it.")),
    413: (N_("That is too much"), N_("Send less than 16 megabytes, and at most 1000 fields.")),
}
_OTHER = (
    N_("Something went wrong in the mock"),
    N_("Try again; if it stays, the log on standard error says more."),
)
_STALE = (
    N_("This page is from another session"),
    N_("Nothing was changed. Go back, reload the page and send it again."),
)
FOREIGN_HOST = (
    N_("This host is not known here"),
    N_("Use the address with localhost, or add this host name to setting allowed_hosts."),
)


def create_actor_app(
    actor: str,
    import_name: str,
    *,
    home: str,
    framed_by: str | None = None,
    callers: Mapping[str, str] = MappingProxyType({}),
) -> Flask:
    """A Flask app with everything that all actors share.

    actor: `desk`, `idp`, `cpms` or `phone`. home: endpoint that leads on from an error. framed_by: the actor, beside
    this one itself, whose pages may show this one's in a frame. callers: who calls a blueprint instead of a browser, by
    the blueprint's name.
    """
    app = Flask(import_name, static_folder=None)
    app.config.update(
        SECRET_KEY=secrets.token_hex(),  # CSRF tokens; pages' cookies are signed by world
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        WTF_I18N_ENABLED=False,  # by flask-babel; PageForm has its own
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=MOST_FIELDS,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.before_request(lambda: _begin(actor, callers))  # first, also where the check against forged forms says no
    app.session_interface = WorldSessions(actor)
    app.extensions["csrf_protection"] = CsrfCheck(app, actor)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.install_gettext_callables(translate, translate_number, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters["when"] = when
    app.jinja_env.filters["clock_time"] = clock_time
    own = Path(app.root_path) / "static"
    app.add_url_rule(f"/static/{actor}/<name>", "static", lambda name: serve_file(own, name))
    app.register_blueprint(_shared(actor))
    app.context_processor(lambda: _names(actor, home))
    app.after_request(lambda response: _headers(response, framed_by))
    app.after_request(lambda response: keep_message(actor, callers, response))
    app.after_request(lambda response: record_page(actor, response))
    _handle_errors(app)
    return app


def csrf_protection(app: Flask) -> CsrfCheck:
    """For blueprints that machines call: `csrf_protection(app).exempt(blueprint)`."""
    check: CsrfCheck = app.extensions["csrf_protection"]
    return check


def when(moment: datetime, zone: str | None = None) -> str:
    """A moment written out: "Friday 27 November 2026, 17:00"."""
    return written_out(moment, ZoneInfo(zone) if zone else ZONE, current_language())


def _names(actor: str, home: str) -> dict[str, object]:
    world, language = current_world(), current_language()
    return {
        "_": _texts(language),
        "world": world,
        "actor": actor,
        "home_endpoint": home,
        "language": language,
        "languages": languages(),
        "page_url": _again(home),
        "armed_faults": world.faults.armed(),  # looked at once a page, so that no part of it knows another state
        "checkpoint": current_checkpoint(),
    }


@cache
def _texts(language: str) -> Callable[..., Markup]:
    """What `_` is on a page of this language: Jinja's own, which asks for the language again at each text."""
    find = translations(language).ugettext

    def text(words: str, /, **values: object) -> Markup:
        translated = Markup(find(words))  # noqa: S704 - texts of our own catalogues
        return translated % values if "%" in translated else translated

    return text


def _again(home: str) -> str:
    """Where this page is shown again; what only a form leads to is not, so that is the first page."""
    if request.method == "GET" or (request.url_rule and "GET" in (request.url_rule.methods or ())):
        return page_url()
    opens = current_app.create_url_adapter(request)
    return page_url() if opens is not None and opens.test(method="GET") else url_for(home)


def _shared(actor: str) -> Blueprint:
    here = Path(__file__).parent
    shared = Blueprint("world", __name__, template_folder="templates")

    @shared.get("/static/world/<path:name>")
    def static(name: str) -> Response:
        return serve_file(here / "static", name)

    @shared.get("/static/font/<name>")
    def font(name: str) -> Response:
        return serve_file(fonts.FOLDER, name)

    @shared.post("/language")
    def language() -> Response:
        chosen = request.form.get("language", "")
        if chosen in languages():
            session["language"] = chosen
        return own_redirect(request.form.get("next", "/"))

    @shared.get("/favicon.ico")
    def icon() -> Response:
        return serve_file(here / "static", f"{actor}.svg")

    return shared


def own_redirect(path: str) -> Response:
    """Redirect within this actor; anything that could lead elsewhere leads to its first page."""
    safe = path.startswith("/") and not path.startswith("//") and not any(c in path for c in "\\\r\n\t")
    return go_to(path if safe else request.script_root + "/")


def _begin(actor: str, callers: Mapping[str, str]) -> Response | None:
    ACTOR.set(actor)
    world = current_world()
    beginning = begin_message()
    given = request.headers.get("X-Request-ID", "")
    made = f"request-{beginning.number}" if world.random.seed is not None else secrets.token_hex(8)
    REQUEST_ID.set(given if _ID.fullmatch(given) else made)
    follow_none()
    joined = request.headers.get(HEADER, "")
    follow(joined if _ID.fullmatch(joined) else None)
    check_host()
    check_amount()
    keep_checkpoint(actor, callers)
    if request.method == "HEAD":  # is GET without a body, for views and for the check against forged forms
        request.method = "GET"
    return _by_name(actor)


def _by_name(actor: str) -> Response | None:
    """Send a browser that came by number to the name, since WebAuthn and cookies need it, and one that came to the
    back channel to the front.
    """
    if request.method != "GET" or not shows_page():
        return None
    public = current_world().addresses.public(actor)
    by_number = re.sub(r":\d+$", "", request.host) in {"127.0.0.1", "[::1]"}
    has_name = is_harmless_url(public) and urlsplit(public).hostname not in LOOPBACK - {"localhost"}
    if BACK_CHANNEL_KEY in request.environ or (by_number and has_name):
        return go_to(public.removesuffix(request.script_root) + page_url())
    return None


def content_policy(*, frames: Collection[str] = (), framed_by: str | None = None) -> str:
    """What a page may load. `frames`: the other actors whose pages it shows; `framed_by`: the one that may show it.

    Of another actor's address just the origin counts, and it is that of this world: a policy knows no more.
    """
    return f"{_POLICY}frame-src 'self'{''.join(map(_origin, frames))}; frame-ancestors 'self'{_origin(framed_by)}"


def _origin(actor: str | None) -> str:
    match = _ORIGIN.match(current_world().addresses.public(actor)) if actor else None
    return f" {match[0]}" if match else ""


def _headers(response: Response, framed_by: str | None) -> Response:
    if "Content-Security-Policy" not in response.headers:
        by_desk = "desk" if current_world().settings[FRAMES] else None
        response.headers["Content-Security-Policy"] = content_policy(framed_by=framed_by or by_desk)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["X-Request-ID"] = REQUEST_ID.get() or ""
    if joined := correlation_id():
        response.headers.add(HEADER, joined)
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


@cache
def _error_texts(status: int) -> tuple[str, str]:
    return _ERRORS.get(status, _OTHER)


def _error_page(status: int, texts: tuple[str, str]) -> tuple[str, int]:
    title, advice = texts
    return render_template("world/error.html", title=translate(title), advice=translate(advice)), status


def refusal_page(refusal: Refusal, template: str = "world/error.html") -> tuple[str, int]:
    """The page for a refusal that no form shows itself. template: one that adds a way on of its own."""
    page = render_template(template, title=translate(N_("This did not work")), advice=refusal.message(translate))
    return page, refusal.kind.status


def _handle_errors(app: Flask) -> None:
    app.register_error_handler(Refusal, refusal_page)
    app.register_error_handler(ForeignHost, lambda _: _error_page(403, FOREIGN_HOST))
    app.register_error_handler(TokenNeeded, lambda _: (*_error_page(401, TOKEN_NEEDED), CHALLENGE))
    app.register_error_handler(CSRFError, lambda _: _error_page(400, _STALE))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, lambda error: _crash(app, error))


def _http_error(error: HTTPException) -> tuple[str, int, dict[str, str]] | HTTPException:
    if error.code is None or error.code < 400:  # noqa: PLR2004
        return error
    methods = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    return *_error_page(error.code, _error_texts(error.code)), {"Allow": ", ".join(sorted(methods))} if methods else {}


def _crash(app: Flask, error: Exception) -> tuple[str, int] | WerkzeugResponse:
    if current_world().closed or isinstance(error, DatabaseGoneError):
        return Response("This world has ended.\n", 410, mimetype="text/plain")
    if isinstance(error, DATABASE_ERRORS):
        return database_lost(request.path, error)
    log_crash(app.logger, f"{request.method} {request.path}", error)
    return _error_page(500, _OTHER)
