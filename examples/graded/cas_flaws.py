"""The application with CAS and one flaw each: the name is that of the check that finds it (`eulogin-harness grade`)."""

from collections.abc import Callable

from flask import request

from examples.graded.cas_answer_flaws import ANSWER_FLAWS
from examples.graded.cas_application import CasApplication
from examples.graded.cas_logout_flaws import LOGOUT_FLAWS
from examples.graded.session_flaws import SESSION_FLAWS
from examples.graded.web_application import Session

FLAWS: dict[str, type[CasApplication]] = {
    **{name: type(mixin.__name__, (mixin, CasApplication), {}) for name, mixin in SESSION_FLAWS.items()},
    **ANSWER_FLAWS,
    **LOGOUT_FLAWS,
}


def flaw(name: str) -> Callable[[type[CasApplication]], type[CasApplication]]:
    """Declare an application to have a flaw."""

    def declare(kind: type[CasApplication]) -> type[CasApplication]:
        FLAWS[name] = kind
        return kind

    return declare


@flaw("cas.ticket-replayed")
class CachesAnswers(CasApplication):
    """It caches what EU Login said of a ticket."""

    def __init__(self, eu_login: str, own: str, ca: str | None = None) -> None:
        super().__init__(eu_login, own, ca)
        self.answers: dict[str, dict[str, str]] = {}

    def confirm(self, ticket: str, service: str) -> dict[str, str]:
        if ticket not in self.answers:
            self.answers[ticket] = super().confirm(ticket, service)
        return self.answers[ticket]


@flaw("cas.ticket-of-another-browser")
class BindsNothing(CasApplication):
    """It does not know which browser began a sign-in."""

    def check_state(self, session: Session) -> None:
        session.state = ""


@flaw("cas.ticket-forged")
class KnowsTicketsOfTests(CasApplication):
    """Its tests sign people in by tickets with a user in them, and that was left in it."""

    def confirm(self, ticket: str, service: str) -> dict[str, str]:
        kind, _, rest = ticket.partition("-")
        uid = rest.partition("-")[2]
        if kind == "ST" and len(uid) <= 20 and uid.isalnum():  # noqa: PLR2004 - those of EU Login are longer
            return {"uid": uid, "email": ""}
        return super().confirm(ticket, service)


@flaw("cas.ticket-of-another-service")
class AsksForAnyService(CasApplication):
    """It asks EU Login about the service that stands in the request."""

    def confirm(self, ticket: str, service: str) -> dict[str, str]:
        return super().confirm(ticket, request.args.get("service", service))


@flaw("cas.ticket-not-encoded")
class JoinsTexts(CasApplication):
    """It puts the ticket into the question as it comes."""

    def question(self, ticket: str, service: str) -> str:
        return super().question("TICKET", service).replace("TICKET", ticket)
