"""A small web application with pages, sessions and accounts: what its two kinds of sign-in with EU Login share."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, make_response, redirect, render_template_string, request
from werkzeug.wrappers import Response as AnyResponse

PATIENCE = 3  # seconds that EU Login has to answer
COOKIE = "graded_session"

PAGE = """<!doctype html><html lang="en"><title>Example</title><h1>Example</h1>
{% if user %}<p>Hello {{ user.email }} ({{ user.uid }})</p>
<form method="post" action="/sign-out"><button>Sign out</button></form>
{% else %}<p>{{ message or "You are not signed in." }} <a href="/private">Sign in</a></p>{% endif %}"""


class NotConfirmed(Exception):  # noqa: N818 - the name says it
    """EU Login did not confirm a sign-in."""


@dataclass(frozen=True)
class User:
    """An account of this application: it belongs to a unique identifier of EU Login, not to an e-mail address."""

    uid: str
    email: str


@dataclass
class Session:
    """A browser. state, nonce, verifier: of the sign-in under way. come_back_to: path to go to then.
    user: who is signed in. sign_in: what EU Login calls the sign-in (ticket, or `sid`). id_token: of OpenID Connect.
    """

    state: str = ""
    nonce: str = ""
    verifier: str = ""
    come_back_to: str = "/private"
    user: User | None = None
    sign_in: str = ""
    id_token: str = ""


class WebApplication:
    """The application. eu_login: base address. own: address of this application. ca: PEM file to trust, or None.

    patience: seconds that EU Login has to answer; None for any number.
    """

    cookie_flags: dict[str, object] = {"httponly": True, "samesite": "Lax"}  # noqa: RUF012 - each flaw has its own
    patience: float | None = PATIENCE

    def __init__(self, eu_login: str, own: str, ca: str | None = None) -> None:
        self.eu_login = eu_login.rstrip("/")
        self.own = own.rstrip("/")
        self.ca = ca
        self.sessions: dict[str, Session] = {}
        self.accounts: dict[str, User] = {}
        self.flask = Flask(__name__)
        self.add_pages()
        self.flask.after_request(self.secure)

    def add_pages(self) -> None:
        """Let Flask know the pages."""
        self.flask.add_url_rule("/", "home", self.home)
        self.flask.add_url_rule("/private", "private", self.private)
        self.flask.add_url_rule("/sign-out", "sign_out", self.sign_out, methods=["POST"])

    # What each kind of sign-in does its own way.

    def eu_login_address(self, session: Session) -> str:
        """Where the browser is sent for a sign-in that begins."""
        raise NotImplementedError

    def sign_out_address(self, session: Session) -> str:
        """Where the browser is sent to sign out at EU Login too."""
        raise NotImplementedError

    # Pages.

    def home(self) -> AnyResponse:
        return make_response(render_template_string(PAGE, user=self.session().user))

    def private(self) -> AnyResponse:
        """The page that asks for sign-in."""
        session = self.session()
        if session.user:
            return make_response(render_template_string(PAGE, user=session.user))
        return self.send_to_eu_login(session)

    def send_to_eu_login(self, session: Session) -> AnyResponse:
        session.state = secrets.token_urlsafe(16)
        session.come_back_to = self.checked_return(request.args.get("next", ""))
        return self.with_cookie(redirect(self.eu_login_address(session)), self.key_of(session))

    def refused(self, message: str) -> AnyResponse:
        """Not signed in: a page with a link, and no way back to EU Login by itself."""
        return make_response(render_template_string(PAGE, message=f"EU Login did not sign you in ({message})."), 403)

    def sign_out(self) -> AnyResponse:
        session = self.sessions.pop(request.cookies.get(COOKIE, ""), Session())
        answer = redirect(self.sign_out_address(session))
        answer.delete_cookie(COOKIE)
        return answer

    # What it checks.

    def check_state(self, session: Session) -> None:
        """Whether this browser began this sign-in. Raises NotConfirmed."""
        state, session.state = session.state, ""
        if not state or not secrets.compare_digest(state, request.args.get("state", "")):
            raise NotConfirmed("this browser did not begin it")

    def checked_return(self, path: str) -> str:
        """A page of this application to come back to."""
        is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and not urlsplit(path).netloc
        return path if is_own else "/private"

    def account(self, uid: str, email: str) -> User:
        """The account of a user: found by the unique identifier, made where there is none yet."""
        self.accounts[uid] = User(uid, email)
        return self.accounts[uid]

    # Sessions.

    def session(self) -> Session:
        """The browser's session; a new one, of which nobody knows yet, where it has none."""
        return self.sessions.get(request.cookies.get(COOKIE, "")) or Session()

    def key_of(self, session: Session) -> str:
        """The value of the cookie of a session, which is kept from now on."""
        key = next((key for key, one in self.sessions.items() if one is session), None)
        if key is None:
            key = secrets.token_urlsafe(32)
            self.sessions[key] = session
        return key

    def begin(self, before: Session, session: Session) -> AnyResponse:
        """Sign a browser in: by a new session in place of the one before, so that nobody knows its cookie yet."""
        self.sessions = {key: one for key, one in self.sessions.items() if one is not before}
        return self.with_cookie(redirect(before.come_back_to), self.key_of(session))

    def end(self, sign_in: str) -> None:
        """End the session of a sign-in, since EU Login says that it is over there."""
        self.sessions = {key: one for key, one in self.sessions.items() if not sign_in or one.sign_in != sign_in}

    def with_cookie(self, answer: AnyResponse, value: str) -> AnyResponse:
        secure = urlsplit(self.own).scheme == "https"
        answer.set_cookie(COOKIE, value, secure=secure, **self.cookie_flags)  # type: ignore[arg-type]
        return answer

    def secure(self, answer: Response) -> Response:
        """No address of this application, which may hold a ticket, is told to others; no answer is kept."""
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cache-Control"] = "no-store"
        return answer
