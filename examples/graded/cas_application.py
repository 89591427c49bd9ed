"""A small web application whose staff sign in with EU Login, by CAS, and which checks all that it is told.

`eulogin-harness grade` gives it an A. cas_flaws.py has the same application with one flaw each. Where things are is
read from the environment:

    EULOGIN_URL  EU Login; http://localhost:8401 by default
    APP_URL      this application as browsers reach it; http://localhost:5000 by default
    EULOGIN_CA   PEM file of the authority that EU Login's certificate is of, where that is not a public one
    FLAW         name of a flaw (cas_flaws.py), such as cas.ticket-replayed; none by default

Run it from the repository: python -m examples.graded.cas_application
"""

import os
from urllib.parse import quote, urlencode, urlsplit
from xml.etree.ElementTree import Element, ParseError

import requests
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from examples.graded.web_application import NotConfirmed, Session, WebApplication

NAMESPACE = "{https://ecas.ec.europa.eu/cas/schemas}"
SAML = "{urn:oasis:names:tc:SAML:2.0:protocol}"
LEVELS = ("BASIC", "MEDIUM", "HIGH")


class CasApplication(WebApplication):
    """The application with CAS. level: the authentication level that it demands. single_sign_out: whether EU Login
    is to send it a message when the session there ends. longest: characters of a user.
    """

    level = "MEDIUM"
    validation = "/cas/serviceValidate"
    single_sign_out = "true"
    longest = 64

    def add_pages(self) -> None:
        super().add_pages()
        self.flask.add_url_rule("/signed-in", "signed_in", self.signed_in)
        self.flask.add_url_rule("/signed-in", "logged_out", self.logged_out, methods=["POST"])

    def eu_login_address(self, session: Session) -> str:
        query = urlencode({"service": self.service(session.state), "authenticationLevel": self.level})
        return f"{self.eu_login}/cas/login?{query}"

    def sign_out_address(self, session: Session) -> str:  # noqa: ARG002 - with CAS the browser says who it is
        return f"{self.eu_login}/cas/logout?service={quote(self.own + '/', safe='')}"

    def signed_in(self) -> AnyResponse:
        """EU Login sends the browser here with a ticket."""
        session, ticket = self.session(), request.args.get("ticket", "")
        try:
            self.check_state(session)
            answer = self.confirm(ticket, self.service(request.args.get("state", "")))
        except NotConfirmed as error:
            return self.refused(str(error))
        return self.begin(session, Session(user=self.account(answer["uid"], answer["email"]), sign_in=ticket))

    def logged_out(self) -> AnyResponse:
        """EU Login says that a session there has ended."""
        self.end(self.ended_ticket(request.form.get("logoutRequest", "")))
        return Response(status=204)

    def service(self, state: str) -> str:
        """The address for which tickets are good: a setting, never taken from the request."""
        return f"{self.own}/signed-in?{urlencode({'state': state})}"

    def confirm(self, ticket: str, service: str) -> dict[str, str]:
        """What EU Login says of a ticket. Raises NotConfirmed."""
        return self.read(self.validate(ticket, service))

    def validate(self, ticket: str, service: str) -> bytes:
        """Ask EU Login. Raises NotConfirmed."""
        try:
            answer = self.ask(f"{self.eu_login}{self.validation}?{self.question(ticket, service)}")
        except requests.RequestException as error:
            raise NotConfirmed(type(error).__name__) from error
        self.check_status(answer)
        return answer.content

    def question(self, ticket: str, service: str) -> str:
        """What EU Login is asked, encoded."""
        query = {"service": service, "ticket": ticket, "authenticationLevel": self.level}
        return urlencode(query | {"userDetails": "true", "singleSignOut": self.single_sign_out})

    def ask(self, address: str) -> requests.Response:
        """The answer of EU Login alone: redirects are not followed, certificates are verified."""
        return requests.get(address, timeout=self.patience, verify=self.ca or True, allow_redirects=False)

    def check_status(self, answer: requests.Response) -> None:
        """Whether it is an answer at all. Raises NotConfirmed."""
        if answer.status_code != 200:  # noqa: PLR2004
            raise NotConfirmed(f"status {answer.status_code}")

    def read(self, content: bytes) -> dict[str, str]:
        """The elements of a success, each once, without comments or blanks. Raises NotConfirmed."""
        try:
            root = self.parse(content)
        except (ParseError, DefusedXmlException, ValueError) as error:
            raise NotConfirmed(type(error).__name__) from error
        success = list(root)
        if root.tag != f"{NAMESPACE}serviceResponse" or len(success) != 1:
            raise NotConfirmed("no answer of EU Login")
        if success[0].tag != f"{NAMESPACE}authenticationSuccess":
            raise NotConfirmed(success[0].get("code") or "no success")
        return self.checked(success[0])

    def parse(self, content: bytes) -> Element:
        """XML without entities or document type; comments count as what does not belong there."""
        if b"<!" in content:
            raise ValueError("a comment, an entity or a document type")
        root: Element = fromstring(content, forbid_dtd=True)
        return root

    def checked(self, success: Element) -> dict[str, str]:
        """The user, the address and the level. Raises NotConfirmed."""
        users = success.findall(f"{NAMESPACE}user")
        uid = (users[0].text or "") if len(users) == 1 else ""
        if not (uid.isascii() and uid.isalnum() and len(uid) <= self.longest):
            raise NotConfirmed("no user")
        self.check_proxies(success)
        self.check_level(success)
        return {"uid": uid, "email": success.findtext(f"{NAMESPACE}email", "")}

    def check_proxies(self, success: Element) -> None:
        """No other application acts for the user. Raises NotConfirmed."""
        if success.find(f"{NAMESPACE}proxies") is not None:
            raise NotConfirmed("by a proxy")

    def check_level(self, success: Element) -> None:
        """The sign-in was as strong as demanded. Raises NotConfirmed."""
        level = success.findtext(f"{NAMESPACE}authenticationLevel", "")
        if level not in LEVELS or LEVELS.index(level) < LEVELS.index(self.level):
            raise NotConfirmed("the sign-in is too weak")

    def ended_ticket(self, message: str) -> str:
        """The ticket that a message of single logout names; empty where it is none."""
        try:
            root = fromstring(message, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError):
            return ""
        index = root.findtext(f"{SAML}SessionIndex", "") if root.tag == f"{SAML}LogoutRequest" else ""
        return index.strip()


def main() -> None:
    """Run it at the port of its address."""
    from examples.graded.cas_flaws import FLAWS

    own = os.environ.get("APP_URL", "http://localhost:5000")
    kind = FLAWS[os.environ["FLAW"]] if os.environ.get("FLAW") else CasApplication
    application = kind(os.environ.get("EULOGIN_URL", "http://localhost:8401"), own, os.environ.get("EULOGIN_CA"))
    application.flask.run(port=urlsplit(own).port or 80)


if __name__ == "__main__":
    main()
