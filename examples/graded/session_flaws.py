"""Flaws of sessions, pages and accounts, whatever protocol signs people in: each is mixed into both applications."""

from collections.abc import Callable

from flask import redirect
from werkzeug.wrappers import Response as AnyResponse

from examples.graded.web_application import Session, WebApplication

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
