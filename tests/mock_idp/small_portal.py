"""A small application that signs people in by OpenID Connect with Authlib, with the mistakes that integrators make."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import redirect, request, session
from flask.typing import ResponseReturnValue

from mock_idp.oidc.client_metadata import NewClient
from mock_idp.oidc.clients import register_client
from mock_world import World
from tests.clients.portal import Portal
from tests.mock_idp.conftest import Browser
from tests.mock_idp.oidc import SECRET
from tests.serving import serving


class SmallPortal(Portal):
    """Its first page sends everybody to EU Login who is not signed in.

    secure: its cookie is for https only. retries: a sign-in that failed begins anew at once. query: parameters more.
    kept: changes what it kept of a sign-in, before it looks at it. address: where it asks to be sent back to. client:
    options of the library. algorithms: those of ID tokens that it takes. asks_userinfo: whether it looks for the person
    there.
    """

    def __init__(self, issuer: str) -> None:
        super().__init__(issuer)
        self.secure, self.retries = False, False
        self.query: dict[str, str] = {}
        self.kept: dict[str, str] = {}
        self.address = "/cb"
        self.client: dict[str, str | None] = {}
        self.algorithms: list[str] = []
        self.asks_userinfo = False
        self.app.before_request(lambda: self.app.config.update(SESSION_COOKIE_SECURE=self.secure))

    def _who(self) -> str | ResponseReturnValue:  # type: ignore[override]
        if self._mine():
            return super()._who()
        self.eulogin.client_kwargs |= self.client
        answer: ResponseReturnValue = self.eulogin.authorize_redirect(self.base + self.address, **self.query)
        return answer

    def _back(self) -> ResponseReturnValue:
        begun: dict[str, Any] = session.get(f"_state_eulogin_{request.args.get('state')}", {})
        begun.get("data", {}).update(self.kept)
        if self.algorithms:
            self.eulogin.load_server_metadata()["id_token_signing_alg_values_supported"] = self.algorithms
        answer = super()._back()
        if self.asks_userinfo:
            answer = self._by_userinfo()
        return redirect("/") if self.retries and isinstance(answer, tuple) else answer

    def _by_userinfo(self) -> ResponseReturnValue:
        answer = self.eulogin.get(f"{self.issuer}/userinfo", token=self.sessions.pop(session["sid"]))
        return f"refused: {answer.json()['error']}", 403


Change = Callable[[SmallPortal], None]


@contextmanager
def portal_of(world: World, browser: Browser) -> Iterator[SmallPortal]:
    """The application, registered and served. Keys of its algorithm are made at once."""
    browser.http.max_redirects = 60
    portal = SmallPortal(f"{browser.base}/cas/oauth2")
    with serving(portal.app, name="127.0.0.1") as base:
        client = register_client(
            world,
            NewClient(redirect_uris=[f"{base}/cb"], client_secret=SECRET, id_token_signed_response_alg="ES256"),
        )
        portal.register(client.client_id, SECRET, base)
        yield portal
