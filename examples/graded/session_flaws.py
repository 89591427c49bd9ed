"""Flaws of sessions, pages and accounts, whatever protocol signs people in: each is mixed into both applications."""

import secrets
import traceback
from collections.abc import Callable
from dataclasses import replace
from html import escape
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, render_template_string, request
from werkzeug.wrappers import Response as AnyResponse

from examples.graded.web_application import COOKIE, PAGE, Session, User, WebApplication

SESSION_FLAWS: dict[str, type[WebApplication]] = {}


def flaw(name: str) -> Callable[[type[WebApplication]], type[WebApplication]]:
    """Declare a mixin to be a flaw; the name is that of the check that finds it."""

    def declare(mixin: type[WebApplication]) -> type[WebApplication]:
        SESSION_FLAWS[name] = mixin
        return mixin

    return declare


@flaw("session.fixed")
class KeepsItsSession(WebApplication):
    """It keeps the session's key over the sign-in."""

    def begin(self, before: Session, session: Session) -> AnyResponse:
        before.user, before.sign_in, before.id_token = session.user, session.sign_in, session.id_token
        return self.with_cookie(redirect(before.come_back_to), self.key_of(before))


@flaw("session.ticket-in-address")
class StaysAtTheAddress(WebApplication):
    """It shows the page at the address to which EU Login sent the browser."""

    def begin(self, before: Session, session: Session) -> AnyResponse:
        super().begin(before, session)
        return self.with_cookie(make_response(render_template_string(PAGE, user=session.user)), self.key_of(session))


@flaw("session.ticket-in-referer")
class SaysWhenceItComes(WebApplication):
    """It goes on by a page with a script, whose policy lets other sites know the whole address."""

    def begin(self, before: Session, session: Session) -> AnyResponse:
        super().begin(before, session)
        page = f"<!doctype html><title>Signed in</title><script>location.replace({before.come_back_to!r})</script>"
        return self.with_cookie(make_response(page), self.key_of(session))

    def secure(self, answer: Response) -> Response:
        answer = super().secure(answer)
        answer.headers["Referrer-Policy"] = "unsafe-url"
        return answer


@flaw("session.open-redirect")
class ComesBackToAnyAddress(WebApplication):
    """It comes back to whatever address it was given."""

    def checked_return(self, path: str) -> str:
        return path or "/private"


@flaw("session.cookie-http-only")
class LetsScriptsRead(WebApplication):
    """Its cookie can be read by scripts."""

    cookie_flags = {"samesite": "Lax"}  # noqa: RUF012


@flaw("session.cookie-same-site")
class SaysNothingOfSites(WebApplication):
    """Its cookie has no `SameSite`."""

    cookie_flags = {"httponly": True}  # noqa: RUF012


@flaw("session.cookie-secure")
class SendsItByHttp(WebApplication):
    """Its cookie has no `Secure`."""

    def with_cookie(self, answer: AnyResponse, value: str) -> AnyResponse:
        answer.set_cookie(COOKIE, value, **self.cookie_flags)  # type: ignore[arg-type]
        return answer


@flaw("session.outlives-sign-out")
class ForgetsTheCookieOnly(WebApplication):
    """It takes the cookie away at the sign-out, and keeps the session."""

    def sign_out(self) -> AnyResponse:
        session = self.session()
        answer = super().sign_out()
        self.key_of(session)
        self.sessions[request.cookies.get(COOKIE, "")] = session
        return answer


@flaw("session.comes-back")
class RemembersItsUsers(WebApplication):
    """It remembers its users by a second cookie, also after the sign-out."""

    def add_pages(self) -> None:
        super().add_pages()
        self.remembered: dict[str, Session] = {}

    def begin(self, before: Session, session: Session) -> AnyResponse:
        answer = super().begin(before, session)
        key = secrets.token_urlsafe(32)
        self.remembered[key] = replace(session)
        secure = urlsplit(self.own).scheme == "https"
        answer.set_cookie("remembered", key, 3600, secure=secure, **self.cookie_flags)  # type: ignore[arg-type]
        return answer

    def session(self) -> Session:
        remembered = self.remembered.get(request.cookies.get("remembered", ""))
        session = super().session()
        return session if session.user or not remembered else remembered

    def end(self, sign_in: str) -> None:
        super().end(sign_in)
        self.remembered = {key: one for key, one in self.remembered.items() if one.sign_in != sign_in}


@flaw("session.page-after-sign-out")
class LetsBrowsersKeepPages(WebApplication):
    """It lets browsers cache the pages of its users."""

    def secure(self, answer: Response) -> Response:
        answer = super().secure(answer)
        if answer.status_code == 200:  # noqa: PLR2004
            answer.headers["Cache-Control"] = "private"
        return answer


@flaw("session.email-as-key")
class KnowsAddresses(WebApplication):
    """It finds an account by the e-mail address."""

    def account(self, uid: str, email: str) -> User:
        known = next((user for user in self.accounts.values() if email and user.email == email), None)
        return known or super().account(uid, email)


@flaw("session.email-case")
class MendsAddresses(WebApplication):
    """It takes an address in other capitals for a slip of the account that has it."""

    def account(self, uid: str, email: str) -> User:
        alike = [user for user in self.accounts.values() if user.email.casefold() == email.casefold() != ""]
        known = next((user for user in alike if user.email != email), None)
        return known or super().account(uid, email)


class LetsInWhen(WebApplication):
    """It lets people in when EU Login fails in one way. failure: what it says of it."""

    failure = ""

    def refused(self, message: str) -> AnyResponse:
        if message != self.failure:
            return super().refused(message)
        return self.begin(self.session(), Session(user=User("guest", "")))


@flaw("session.unavailable-believed")
class LetsInAt503(LetsInWhen):
    """It lets people in while EU Login is not available."""

    failure = "status 503"


@flaw("session.error-page-believed")
class LetsInAt502(LetsInWhen):
    """It lets people in while EU Login shows error pages."""

    failure = "status 502"


@flaw("session.broken-answer-believed")
class LetsInAtHalf(LetsInWhen):
    """It lets people in by half an answer."""

    failure = "ChunkedEncodingError"


@flaw("session.unreachable-believed")
class LetsInWithoutAnswer(LetsInWhen):
    """It lets people in while EU Login cannot be reached."""

    failure = "ConnectionError"


@flaw("session.waits-for-ever")
class HasPatience(WebApplication):
    """It waits for EU Login for as long as that takes."""

    patience = None


@flaw("session.stack-trace")
class ShowsItsInsides(WebApplication):
    """It shows a stack trace where EU Login cannot be reached."""

    def refused(self, message: str) -> AnyResponse:
        if message != "ConnectionError":
            return super().refused(message)
        return Response(f"<!doctype html><title>Error</title><pre>{escape(traceback.format_exc())}</pre>", 500)


@flaw("session.loop-on-refusal")
class AsksAgain(WebApplication):
    """It sends the browser back to EU Login when a ticket or a code is refused."""

    def refused(self, message: str) -> AnyResponse:
        again = message in {"INVALID_TICKET", "status 400"}
        return redirect("/private") if again else super().refused(message)
