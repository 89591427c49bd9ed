"""A small application that signs people in by EU Login, with the mistakes that integrators make."""

import base64
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Self, cast
from urllib.parse import urlencode

import requests
from defusedxml.ElementTree import fromstring
from flask import Flask, Response, redirect, request, session

from mock_world.tls import Authority
from tests.serving import serving

NS = {"cas": "https://ecas.ec.europa.eu/cas/schemas"}


def fingerprint(secret: bytes) -> str:
    """What a client sends to begin a transaction, for the secret that it keeps (facts, login transactions)."""
    digest = sha1(secret, usedforsecurity=False).digest()
    return base64.b64encode(sha1(digest, usedforsecurity=False).digest()).decode()


@dataclass
class SmallApplication:
    """A context manager; its only page tells who is signed in, and sends everybody else to EU Login.

    cas: base address below which EU Login's addresses are. validation: at which of them, with which parameters more.
    login: parameters more at the sign-in. other: added to its own address at the validation. secure: its cookie is
    for https only. secret: begins a login transaction with its digest as fingerprint. proves: sends the secret at the
    validation. call_back: what it answers to EU Login as proxy.
    namespace: of the answers that it reads. named_by: the element by which it knows its people. people: all whom it
    knows; everybody where it is empty. group: in which they must be; none where it is empty.
    """

    cas: str
    validation: str = "laxValidate"
    login: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    other: str = ""
    secure: bool = False
    secret: str = ""
    proves: bool = True
    call_back: bytes = b""
    namespace: str = NS["cas"]
    named_by: str = "user"
    people: tuple[str, ...] = ()
    group: str = ""

    def __enter__(self) -> Self:
        self.app = Flask(__name__)
        self.app.secret_key = "of a test"
        self.app.add_url_rule("/", view_func=self.page)
        self.app.add_url_rule("/pgt", view_func=self.called_back, methods=["POST"])
        self.app.before_request(lambda: self.app.config.update(SESSION_COOKIE_SECURE=self.secure))
        self._serving = serving(self.app)
        self.url = self._serving.__enter__() + "/"
        return self

    def __exit__(self, *_: object) -> None:
        self._serving.__exit__(None, None, None)

    def page(self) -> str | Response:
        if "user" in session:
            return f"signed in: {session['user']}"
        ticket = request.args.get("ticket")
        if ticket and (user := self._validate(ticket)):
            if self.people and user not in self.people:
                return f"not known here: {user}"
            if self.group and self.group not in self.groups:
                return f"not in group {self.group}"
            session["user"] = user
            return self._go(self.url)
        return self._go(f"{self.cas}login?" + urlencode(self._begin() if self.secret else self._wanted))

    def called_back(self) -> bytes:
        return self.call_back

    @property
    def _wanted(self) -> dict[str, str]:
        return {"service": self.url} | self.login

    def _begin(self) -> dict[str, str]:
        form = self._wanted | {"clientFingerprint": fingerprint(self.secret.encode())}
        root = fromstring(requests.post(self.cas + "login/init", data=form, timeout=5).content)
        return {"loginRequestId": root.findtext("cas:loginRequestSuccess/cas:loginRequestId", "", NS)}

    def _validate(self, ticket: str) -> str | None:
        query = {"service": self.url + self.other, "ticket": ticket} | self.parameters
        if self.secret and self.proves:
            query["clientFingerprint"] = self.secret
        root = fromstring(requests.get(self.cas + self.validation, params=query, timeout=5).content)
        names = {"cas": self.namespace}
        user: str | None = root.findtext(f"cas:authenticationSuccess/cas:{self.named_by}", namespaces=names)
        self.groups = [group.text for group in root.iterfind(".//cas:group", names)]
        return user

    def _go(self, address: str) -> Response:
        return cast("Response", redirect(address))


def secure(application: SmallApplication, authority: Authority) -> AbstractContextManager[str]:
    """The same application by https too, with a certificate of that authority; its address."""
    return serving(application.app, tls=authority.context)
