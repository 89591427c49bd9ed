"""The application with CAS and one flaw each: the name is that of the check that finds it (`eulogin-harness grade`)."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree.ElementTree import Element

import requests
from flask import request

from examples.graded.cas_answer_flaws import ANSWER_FLAWS
from examples.graded.cas_application import CasApplication
from examples.graded.cas_logout_flaws import LOGOUT_FLAWS
from examples.graded.certificate_codes import EXPIRED, OTHER_HOST, UNKNOWN_AUTHORITY, code_of
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


@flaw("cas.ticket-unknown")
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


@flaw("cas.service-from-host")
class BelievesHost(CasApplication):
    """It takes its own host from the request."""

    def service(self, state: str) -> str:
        return urlsplit(super().service(state))._replace(netloc=request.host).geturl()


@flaw("cas.service-from-forwarded-host")
class BelievesForwardedHost(CasApplication):
    """It takes its own host from what anybody says a proxy was asked for."""

    def service(self, state: str) -> str:
        own = urlsplit(super().service(state))
        return own._replace(netloc=request.headers.get("X-Forwarded-Host", own.netloc)).geturl()


@flaw("cas.service-from-forwarded-proto")
class BelievesForwardedProto(CasApplication):
    """It takes its own scheme from what anybody says a proxy was asked by."""

    def service(self, state: str) -> str:
        own = urlsplit(super().service(state))
        return own._replace(scheme=request.headers.get("X-Forwarded-Proto", own.scheme)).geturl()


class ForgivesCertificates(CasApplication):
    """It asks again without verifying, where a certificate is wrong in some way. forgives: OpenSSL's codes of it."""

    forgives: tuple[int, ...] = ()

    def ask(self, address: str) -> requests.Response:
        try:
            return super().ask(address)
        except requests.exceptions.SSLError as error:
            if code_of(error) not in self.forgives:
                raise
        return requests.get(address, timeout=self.patience, verify=False, allow_redirects=False)  # noqa: S501 - the flaw


@flaw("cas.certificate-unknown-authority")
class TrustsAnyAuthority(ForgivesCertificates):
    """It trusts certificates of whatever authority."""

    forgives = UNKNOWN_AUTHORITY


@flaw("cas.certificate-other-host")
class TrustsAnyHost(ForgivesCertificates):
    """It trusts certificates of whatever host."""

    forgives = OTHER_HOST


@flaw("cas.certificate-expired")
class TrustsExpired(ForgivesCertificates):
    """It trusts certificates that have expired."""

    forgives = EXPIRED


class DemandsNothing(CasApplication):
    """It demands no level at the validation."""

    def question(self, ticket: str, service: str) -> str:
        rows = parse_qsl(super().question(ticket, service))
        return urlencode([row for row in rows if row[0] != "authenticationLevel"])


@flaw("cas.level-not-repeated")
class ReadsTheLevelOnly(DemandsNothing):
    """It reads the level in the answer, and does not demand it."""


@flaw("cas.level-in-answer")
class DemandsTheLevelOnly(CasApplication):
    """It demands the level, and does not read it in the answer."""

    def check_level(self, success: Element) -> None:
        """Nothing is checked."""


@flaw("cas.level-not-demanded")
class LeavesTheLevelToBrowsers(DemandsNothing):
    """It demands the level where browsers pass, and nowhere else."""

    def check_level(self, success: Element) -> None:
        """Nothing is checked."""


@flaw("cas.self-registered")
class TakesEverybody(CasApplication):
    """It validates where EU Login confirms people who registered by themselves, too."""

    validation = "/cas/laxValidate"


@flaw("cas.proxy-ticket")
class TrustsEachProxy(CasApplication):
    """It validates where EU Login confirms tickets of proxies, and does not look whose they are."""

    validation = "/cas/proxyValidate"

    def check_proxies(self, success: Element) -> None:
        """Nothing is checked."""
