"""A stand-in for EU Login: it signs in whom a test names, and validates each ticket once."""

from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue


@dataclass(frozen=True)
class Somebody:
    uid: str = "n002a0t6"
    email: str = "nora.vasquez@hospital.example"
    first_name: str = "Nora"
    last_name: str = "Vásquez"
    registered_at: datetime | None = None
    language: str = "en"


_SUCCESS = """<?xml version="1.0" encoding="UTF-8"?>
<cas:serviceResponse xmlns:cas="https://ecas.ec.europa.eu/cas/schemas" server="EU Login" version="8.3">
  <cas:authenticationSuccess>
    <cas:user>{uid}</cas:user>
    <cas:email>{email}</cas:email>
    <cas:employeeNumber/>
    <cas:firstName>{first_name}</cas:firstName>
    <cas:lastName>{last_name}</cas:lastName>
    <cas:domain>external</cas:domain>
    <cas:locale>{language}</cas:locale>{extended}
    <cas:strengths number="1"><cas:strength>PASSWORD_MOBILE_APP</cas:strength></cas:strengths>
  </cas:authenticationSuccess>
</cas:serviceResponse>
"""
_EXTENDED = """
    <cas:extendedAttributes>
      <cas:extendedAttribute name="registeredAt"><cas:attributeValue>{}</cas:attributeValue></cas:extendedAttribute>
    </cas:extendedAttributes>"""
_FAILURE = """<?xml version="1.0" encoding="UTF-8"?>
<cas:serviceResponse xmlns:cas="https://ecas.ec.europa.eu/cas/schemas" server="EU Login" version="8.3">
  <cas:authenticationFailure code="{}">No.</cas:authenticationFailure>
</cas:serviceResponse>
"""


@dataclass
class FakeEuLogin:
    """Who signs in next, and what validation is to answer instead of a success."""

    somebody: Somebody = field(default_factory=Somebody)
    failure: str | None = None
    answer: ResponseReturnValue | None = None
    tickets: dict[str, Somebody] = field(default_factory=dict)
    validations: list[dict[str, str]] = field(default_factory=list)
    logins: list[dict[str, str]] = field(default_factory=list)
    logouts: list[dict[str, str]] = field(default_factory=list)

    def clear(self) -> None:
        self.__init__()  # type: ignore[misc]

    def app(self) -> Flask:
        app = Flask(__name__)
        app.add_url_rule("/cas/login", view_func=self.login)
        app.add_url_rule("/cas/laxValidate", view_func=self.validate)
        app.add_url_rule("/cas/logout", view_func=self.logout)
        return app

    def login(self) -> ResponseReturnValue:
        self.logins.append(request.args.to_dict())
        ticket = f"ST-{len(self.logins)}-fake"
        self.tickets[ticket] = self.somebody
        return redirect(f"{request.args['service']}?ticket={ticket}")

    def logout(self) -> ResponseReturnValue:
        self.logouts.append(request.args.to_dict())
        return '<body data-page="logout">'

    def validate(self) -> ResponseReturnValue:
        self.validations.append(request.args.to_dict())
        if self.answer:
            return self.answer
        owner = self.tickets.pop(request.args["ticket"], None)
        if self.failure or owner is None:
            return _FAILURE.format(self.failure or "INVALID_TICKET")
        extended = _EXTENDED.format(owner.registered_at.isoformat()) if owner.registered_at else ""
        texts = {name: escape(getattr(owner, name)) for name in ("uid", "email", "first_name", "last_name", "language")}
        return _SUCCESS.format(**texts, extended=extended)
