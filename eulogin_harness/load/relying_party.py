"""An application by OpenID Connect, as far as EU Login sees it: authorization code with PKCE, tokens, userinfo."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from eulogin_harness.client import World
from eulogin_harness.load.steps import StepFailed
from eulogin_harness.readiness import TIMEOUT

REDIRECT_URI = "https://load.example/callback"  # nothing listens there: browsers are stopped on their way
_NAME = "Load test"


@dataclass(frozen=True)
class Transaction:
    """One sign-in, as the application keeps it until the browser is back."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class RelyingParty:
    """A client that was registered for a run. session: for calls of the back channel."""

    def __init__(self, world: World, session: requests.Session) -> None:
        self._client = world.clients.create(
            REDIRECT_URI, client_name=_NAME, grant_types=["authorization_code", "refresh_token"]
        )
        self._world = world
        self._session = session
        issuer = f"{world.addresses.idp}/cas/oauth2"
        answer = session.get(f"{issuer}/.well-known/openid-configuration", timeout=TIMEOUT)
        self._endpoints: dict[str, str] = answer.json()

    @property
    def has_userinfo(self) -> bool:
        """Whether EU Login has the endpoint, by setting `oidc.userinfo`."""
        return "userinfo_endpoint" in self._endpoints

    def authorization_url(self, transaction: Transaction) -> str:
        """Where the application sends the browser."""
        query = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": REDIRECT_URI,
            "scope": "openid email profile",
            "state": transaction.state,
            "nonce": transaction.nonce,
            "code_challenge": transaction.challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._endpoints['authorization_endpoint']}?{urlencode(query)}"

    def code_of(self, address: str, transaction: Transaction) -> str:
        """The code with which the browser came back. Raises StepFailed."""
        query = parse_qs(urlsplit(address).query)
        if query.get("state") != [transaction.state] or "code" not in query:
            raise StepFailed(f"expected a code with the state of the request, got {', '.join(query)}")
        return query["code"][0]

    def redeem(self, code: str, transaction: Transaction) -> dict[str, Any]:
        """Tokens for a code; the ID token is for this transaction. Raises StepFailed."""
        tokens = self._token(
            grant_type="authorization_code", code=code, redirect_uri=REDIRECT_URI, code_verifier=transaction.verifier
        )
        if _claims(tokens).get("nonce") != transaction.nonce:
            raise StepFailed("expected an ID token with the nonce of the request, got another one")
        return tokens

    def refresh(self, refresh_token: str) -> dict[str, Any]:
        """New tokens. Raises StepFailed."""
        return self._token(grant_type="refresh_token", refresh_token=refresh_token)

    def userinfo(self, access_token: str) -> dict[str, Any]:
        """What EU Login says of the person. Raises StepFailed."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return _document(self._session.get(self._endpoints["userinfo_endpoint"], headers=headers, timeout=TIMEOUT))

    def _token(self, **form: str) -> dict[str, Any]:
        auth = (self._client.client_id, self._client.client_secret)
        return _document(self._session.post(self._endpoints["token_endpoint"], data=form, auth=auth, timeout=TIMEOUT))

    def close(self) -> None:
        """Take the client away, with all that was issued to it."""
        self._world.clients.delete(self._client.client_id)


def subject_of(tokens: dict[str, Any]) -> str:
    """For whom an ID token is; its signature is not looked at. Raises StepFailed."""
    return str(_claims(tokens).get("sub", ""))


def _claims(tokens: dict[str, Any]) -> dict[str, Any]:
    """Of the ID token."""
    try:
        _header, payload, _signature = tokens["id_token"].split(".")
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (KeyError, ValueError) as error:
        raise StepFailed(f"expected an ID token, got one that cannot be read ({type(error).__name__})") from None
    return claims


def _document(answer: requests.Response) -> dict[str, Any]:
    document: dict[str, Any] = answer.json()
    if answer.status_code != HTTPStatus.OK:
        raise StepFailed(f"expected status 200, got {answer.status_code}: {document.get('error', '')}")
    return document
