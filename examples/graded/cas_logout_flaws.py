"""The application with CAS and one flaw each in what it makes of EU Login's sign-out messages."""

from collections.abc import Callable

from defusedxml.ElementTree import fromstring
from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from examples.graded.cas_application import CasApplication

LOGOUT_FLAWS: dict[str, type[CasApplication]] = {}


def flaw(name: str) -> Callable[[type[CasApplication]], type[CasApplication]]:
    """Declare an application to have a flaw; the name is that of the check that finds it."""

    def declare(kind: type[CasApplication]) -> type[CasApplication]:
        LOGOUT_FLAWS[name] = kind
        return kind

    return declare


@flaw("cas.sign-out-message-ignored")
class HeedsNoMessage(CasApplication):
    """It takes the message and does nothing."""

    def logged_out(self) -> AnyResponse:
        return Response(status=204)


@flaw("cas.sign-out-of-unknown-ticket")
class EndsByName(CasApplication):
    """It ends the sessions of the user whom a message names, whatever its ticket."""

    def logged_out(self) -> AnyResponse:
        message = request.form.get("logoutRequest", "")
        if self.ended_ticket(message):
            uid = fromstring(message).findtext("{urn:oasis:names:tc:SAML:2.0:assertion}NameID")
            self.sessions = {key: one for key, one in self.sessions.items() if not one.user or one.user.uid != uid}
        return Response(status=204)


@flaw("cas.sign-out-by-get")
class TakesItByGet(CasApplication):
    """It takes the message from the address too."""

    def signed_in(self) -> AnyResponse:
        ended = self.ended_ticket(request.args.get("logoutRequest", ""))
        if ended:
            self.end(ended)
            return Response(status=204)
        return super().signed_in()


@flaw("cas.sign-out-in-wrong-field")
class SearchesForIt(CasApplication):
    """It looks for a message in every field."""

    def logged_out(self) -> AnyResponse:
        for value in request.form.values():
            self.end(self.ended_ticket(value))
        return Response(status=204)


@flaw("cas.sign-out-of-another-session")
class EndsEverySession(CasApplication):
    """It ends all sessions when the one of a message is among them."""

    def end(self, sign_in: str) -> None:
        if sign_in and any(one.sign_in == sign_in for one in self.sessions.values()):
            self.sessions = {}
