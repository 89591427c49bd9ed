"""A small web application whose staff sign in with EU Login, by OpenID Connect, and which checks all that it is told.

`eulogin-harness grade` gives it an A. openid_flaws.py has the same application with one flaw each. Where things are is
read from the environment:

    EULOGIN_URL    EU Login; http://localhost:8401 by default
    APP_URL        this application as browsers reach it; http://localhost:5000 by default
    EULOGIN_CA     PEM file of the authority that EU Login's certificate is of, where that is not a public one
    CLIENT_ID      as it is registered at EU Login, with the addresses APP_URL/signed-in (redirect), APP_URL/signed-out
                   (post-logout redirect) and APP_URL/logged-out (back-channel logout); graded-example by default
    CLIENT_SECRET  graded-example-secret by default
    FLAW           name of a flaw (openid_flaws.py), such as openid.nonce-wrong; none by default

Run it from the repository: python -m examples.graded.openid_application
"""

import base64
import hashlib
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from flask import Response, make_response, render_template_string, request
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from werkzeug.wrappers import Response as AnyResponse

from examples.graded.web_application import PAGE, NotConfirmed, Session, User, WebApplication

LEVELS = tuple(f"https://ecas.ec.europa.eu/loa/{level}" for level in ("basic", "medium", "high"))
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LEEWAY = 60  # seconds by which clocks may differ
Claims = dict[str, Any]


@dataclass
class OpenIdSession(Session):
    """A session with what renews it. renew_at: seconds since 1970, when EU Login is asked whether it still holds."""

    refresh_token: str = ""
    renew_at: float = 0.0


class OpenIdApplication(WebApplication):
    """The application with OpenID Connect. level: what it demands (`acr`). max_age: seconds that a sign-in at EU Login
    may be old.
    """

    level = LEVELS[1]
    max_age = 3600
    alg = "PS512"

    def __init__(
        self,
        eu_login: str,
        own: str,
        ca: str | None = None,
        client_id: str = "graded-example",
        client_secret: str = "graded-example-secret",  # noqa: S107 - of a mock
    ) -> None:
        super().__init__(eu_login, own, ca)
        self.issuer = f"{self.eu_login}/cas/oauth2"
        self.client_id, self.client_secret = client_id, client_secret
        self.keys = KeySet([])
        self.used_logout_tokens: set[str] = set()
        self.renewing = threading.Lock()

    def add_pages(self) -> None:
        super().add_pages()
        self.flask.add_url_rule("/signed-in", "signed_in", self.signed_in)
        self.flask.add_url_rule("/signed-out", "signed_out", self.signed_out)
        self.flask.add_url_rule("/logged-out", "logged_out", self.logged_out, methods=["POST"])

    # The way to EU Login.

    def eu_login_address(self, session: Session) -> str:
        session.state = self.new_state()
        session.nonce, session.verifier = self.new_nonce(), self.new_verifier()
        return f"{self.issuer}/authorize?{urlencode(self.requested(session))}"

    def requested(self, session: Session) -> dict[str, str]:
        """What it asks EU Login for."""
        return {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": f"{self.own}/signed-in",
            "scope": "openid email",
            "state": session.state,
            "nonce": session.nonce,
            "code_challenge": base64url(hashlib.sha256(session.verifier.encode()).digest()),
            "code_challenge_method": "S256",
            "acr_values": self.level,
            "max_age": str(self.max_age),
        }

    def new_state(self) -> str:
        return secrets.token_urlsafe(16)

    def new_nonce(self) -> str:
        return secrets.token_urlsafe(16)

    def new_verifier(self) -> str:
        """The secret of PKCE (RFC 7636)."""
        return secrets.token_urlsafe(48)

    def sign_out_address(self, session: Session) -> str:
        query = {"post_logout_redirect_uri": f"{self.own}/signed-out", "client_id": self.client_id}
        if session.id_token:
            query["id_token_hint"] = session.id_token
        return f"{self.issuer}/logout?{urlencode(query)}"

    # Pages.

    def private(self) -> AnyResponse:
        session = self.session()
        if isinstance(session, OpenIdSession):
            self.renew(session)
        return super().private()

    def signed_in(self) -> AnyResponse:
        """EU Login sends the browser here with a code, or an error."""
        session = self.session()
        try:
            self.check_state(session)
            self.check_answer()
            tokens = self.redeem(request.args.get("code", ""), session)
            claims = self.confirmed(tokens, session)
        except NotConfirmed as error:
            return self.refused(str(error))
        return self.begin(session, self.new_session(tokens, claims))

    def signed_out(self) -> AnyResponse:
        return make_response(render_template_string(PAGE, message="You are signed out."))

    def logged_out(self) -> AnyResponse:
        """EU Login says that a session there has ended (back-channel logout)."""
        try:
            self.end_session_of(self.checked_logout(request.form.get("logout_token", "")))
        except NotConfirmed as error:
            return Response(str(error), status=400, mimetype="text/plain")
        return Response(status=200)

    # What came with the browser.

    def check_answer(self) -> None:
        """Whether it is EU Login's answer, and none of refusal. Raises NotConfirmed."""
        self.check_answering_issuer()
        if request.args.get("error"):
            raise NotConfirmed(f"EU Login says {request.args['error'][:40]}")

    def check_answering_issuer(self) -> None:
        """Who answers (RFC 9207): EU Login says in its discovery document that it sends `iss`. Raises NotConfirmed."""
        announced = self.discovery().get("authorization_response_iss_parameter_supported") is True
        if request.args.get("iss", None if announced else self.issuer) != self.issuer:
            raise NotConfirmed("the answer is of somebody else")

    # What EU Login says, asked directly.

    def call(self, method: str, address: str, **options: Any) -> Claims:
        """The JSON object that EU Login answers. Raises NotConfirmed."""
        try:
            answer = self.ask(method, address, **options)
            read = answer.json() if answer.status_code == 200 else None  # noqa: PLR2004
        except (requests.RequestException, ValueError) as error:
            raise NotConfirmed(type(error).__name__) from error
        if not isinstance(read, dict):
            raise NotConfirmed(f"status {answer.status_code}")
        return read

    def ask(self, method: str, address: str, **options: Any) -> requests.Response:
        """An answer of EU Login, whose certificate is verified. Raises requests.RequestException."""
        verified = {"verify": self.ca or True} | options
        return requests.request(method, address, timeout=self.patience, allow_redirects=False, **verified)

    def discovery(self) -> Claims:
        """EU Login's discovery document. Raises NotConfirmed."""
        document = self.call("GET", f"{self.issuer}/.well-known/openid-configuration")
        if document.get("issuer") != self.issuer:
            raise NotConfirmed("a discovery document of another issuer")
        return document

    def redeem(self, code: str, session: Session) -> Claims:
        """The tokens for a code. Raises NotConfirmed."""
        verifier, session.verifier = session.verifier, ""
        proof = {"code_verifier": verifier} if verifier else {}
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": f"{self.own}/signed-in"}
        return self.tokens(form | proof)

    def tokens(self, form: Mapping[str, str]) -> Claims:
        """An answer of the token endpoint. Raises NotConfirmed."""
        proof = (self.client_id, self.client_secret)
        tokens = self.call("POST", self.discovery()["token_endpoint"], data=dict(form), auth=proof)
        if str(tokens.get("token_type", "")).casefold() != "bearer" or not tokens.get("access_token"):
            raise NotConfirmed("no tokens")
        return tokens

    def userinfo(self, tokens: Claims, claims: Claims) -> Claims:
        """What UserInfo adds, where there is any, of the same person. Raises NotConfirmed."""
        address = self.discovery().get("userinfo_endpoint")
        if not address:
            return {}
        userinfo = self.call("GET", address, headers={"Authorization": f"Bearer {tokens['access_token']}"})
        self.check_subject(userinfo, claims)
        return userinfo

    def check_subject(self, userinfo: Claims, claims: Claims) -> None:
        """Whether UserInfo is about who signed in (OpenID Connect Core, 5.3.2). Raises NotConfirmed."""
        _expect(userinfo.get("sub") == claims["sub"], "UserInfo of somebody else")

    # ID tokens.

    def confirmed(self, tokens: Claims, session: Session) -> Claims:
        """The claims about who signed in. Raises NotConfirmed."""
        nonce, session.nonce = session.nonce, ""
        claims = self.read_id_token(tokens)
        self.check_nonce(claims, nonce)
        self.check_level(claims)
        self.check_age(claims)
        return claims | self.userinfo(tokens, claims)

    def read_id_token(self, tokens: Claims) -> Claims:
        """The claims of an ID token, as far as they can be checked by themselves. Raises NotConfirmed."""
        claims = self.signed_claims(str(tokens.get("id_token", "")))
        self.check_claims(claims, tokens)
        return claims

    def check_claims(self, claims: Claims, tokens: Claims) -> None:
        """Raises NotConfirmed."""
        self.check_issuer(claims)
        self.check_audience(claims)
        self.check_party(claims)
        self.check_expiry(claims)
        self.check_issued(claims)
        self.check_access_token(claims, str(tokens["access_token"]))
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise NotConfirmed("no sub")

    def signed_claims(self, token: str) -> Claims:
        """The claims of a JWT that EU Login signed. Raises NotConfirmed."""
        header, payload = parts(token)
        self.check_header(header)
        self.check_signature(token, header)
        return payload

    def check_header(self, header: Claims) -> None:
        check_agreed(header, self.alg)

    def check_signature(self, token: str, header: Claims) -> None:
        """By the published key of that `kid`. Raises NotConfirmed."""
        verify(token, self.key(str(header.get("kid", ""))), self.alg)

    def key(self, kid: str) -> RSAKey:
        """A published key; all of them are read again where it is not known. Raises NotConfirmed."""
        if not any(key.kid == kid for key in self.keys):
            self.read_keys()
        try:
            return next(key for key in self.keys if key.kid == kid and isinstance(key, RSAKey))
        except StopIteration:
            raise NotConfirmed("signed by an unknown key") from None

    def read_keys(self) -> None:
        self.keys = KeySet.import_key_set(self.call("GET", self.discovery()["jwks_uri"]))  # type: ignore[arg-type]

    def check_issuer(self, claims: Claims) -> None:
        _expect(claims.get("iss") == self.issuer, "a token of another issuer")

    def check_audience(self, claims: Claims) -> None:
        _expect(claims.get("aud") in (self.client_id, [self.client_id]), "a token for others")

    def check_party(self, claims: Claims) -> None:
        """To whom it was issued, where that is said."""
        _expect(claims.get("azp", self.client_id) == self.client_id, "a token issued to others")

    def check_expiry(self, claims: Claims) -> None:
        _expect(_number(claims, "exp") > time.time() - LEEWAY, "an expired token")

    def check_issued(self, claims: Claims) -> None:
        _expect(0 < _number(claims, "iat") <= time.time() + LEEWAY, "a token of the future")

    def check_access_token(self, claims: Claims, access: str) -> None:
        """Whether the access token belongs to it (OpenID Connect Core, 3.1.3.8); PS512 goes with SHA-512."""
        half = hashlib.sha512(access.encode()).digest()[:32]
        _expect(claims.get("at_hash", base64url(half)) == base64url(half), "the access token of another ID token")

    def check_nonce(self, claims: Claims, nonce: str) -> None:
        _expect(bool(nonce) and claims.get("nonce") == nonce, "a token of another sign-in")

    def check_level(self, claims: Claims) -> None:
        acr = claims.get("acr")
        _expect(acr in LEVELS and LEVELS.index(acr) >= LEVELS.index(self.level), "the sign-in is too weak")

    def check_age(self, claims: Claims) -> None:
        _expect(_number(claims, "auth_time") >= time.time() - self.max_age - LEEWAY, "the sign-in is too old")

    # Sessions.

    def new_session(self, tokens: Claims, claims: Claims) -> OpenIdSession:
        return OpenIdSession(
            user=self.account(claims["sub"], str(claims.get("email", ""))),
            sign_in=str(claims.get("sid", "")),
            id_token=str(tokens["id_token"]),
            refresh_token=str(tokens.get("refresh_token", "")),
            renew_at=_renew_at(tokens),
        )

    def renew(self, session: OpenIdSession) -> None:
        """Ask EU Login whether the sign-in still holds, when it is time; the session ends where it does not."""
        with self.renewing:  # a refresh token works once
            if not session.refresh_token or time.time() < session.renew_at:
                return
            try:
                tokens = self.renewed(session)
            except NotConfirmed:
                self.sessions = {key: one for key, one in self.sessions.items() if one is not session}
                session.user, session.refresh_token = None, ""
                return
            session.refresh_token = self.next_refresh_token(session, tokens)
            session.renew_at = _renew_at(tokens)

    def renewed(self, session: OpenIdSession) -> Claims:
        """New tokens of the same person. Raises NotConfirmed."""
        tokens = self.tokens({"grant_type": "refresh_token", "refresh_token": session.refresh_token})
        claims = self.read_id_token(tokens)
        _expect(session.user is not None and claims["sub"] == session.user.uid, "tokens of somebody else")
        return tokens

    def next_refresh_token(self, session: OpenIdSession, tokens: Claims) -> str:  # noqa: ARG002 - for a flaw
        """The one that came, as the one that was used is worth nothing any more."""
        return str(tokens.get("refresh_token", ""))

    # Back-channel logout.

    def checked_logout(self, token: str) -> Claims:
        """The claims of a logout token (Back-Channel Logout, 2.6). Raises NotConfirmed."""
        claims = self.signed_logout(token)
        self.check_logout_issuer(claims)
        self.check_logout_audience(claims)
        self.check_expiry(claims)
        self.check_issued(claims)
        self.check_logout_event(claims)
        self.check_no_nonce(claims)
        _expect(bool(claims.get("sid") or claims.get("sub")), "nobody to sign out")
        self.check_logout_unused(claims)
        return claims

    def signed_logout(self, token: str) -> Claims:
        """The claims, signed like those of ID tokens. Raises NotConfirmed."""
        header, claims = parts(token)
        check_agreed(header, self.alg)
        verify(token, self.key(str(header.get("kid", ""))), self.alg)
        return claims

    def check_logout_issuer(self, claims: Claims) -> None:
        _expect(claims.get("iss") == self.issuer, "a logout token of another issuer")

    def check_logout_audience(self, claims: Claims) -> None:
        _expect(claims.get("aud") in (self.client_id, [self.client_id]), "a logout token for others")

    def check_logout_event(self, claims: Claims) -> None:
        events = claims.get("events")
        _expect(isinstance(events, dict) and isinstance(events.get(LOGOUT_EVENT), dict), "no logout token")

    def check_no_nonce(self, claims: Claims) -> None:
        """An ID token is no logout token."""
        _expect("nonce" not in claims, "no logout token")

    def check_logout_unused(self, claims: Claims) -> None:
        jti = str(claims.get("jti", ""))
        _expect(bool(jti) and jti not in self.used_logout_tokens, "a logout token that was used")
        self.used_logout_tokens.add(jti)

    def end_session_of(self, claims: Claims) -> None:
        """End the session that is named, or all of a user where none is."""
        if claims.get("sid"):
            self.end(str(claims["sid"]))
            return
        self.sessions = {key: one for key, one in self.sessions.items() if _uid(one.user) != claims["sub"]}


def check_agreed(header: Claims, alg: str) -> None:
    """The one algorithm that was agreed on, and no key brought along. Raises NotConfirmed."""
    brought = {"jwk", "jku", "x5c", "x5u", "crit"} & header.keys()
    _expect(header.get("alg") == alg and not brought, "a token that is not signed as agreed")


def verify(token: str, key: RSAKey, alg: str) -> None:
    """Raises NotConfirmed where a token is not signed by a key."""
    try:
        jws.deserialize_compact(token, key, algorithms=[alg])
    except (JoseError, ValueError) as error:
        raise NotConfirmed("a token with a wrong signature") from error


def _expect(fits: bool, problem: str) -> None:
    """Raises NotConfirmed where something does not fit."""
    if not fits:
        raise NotConfirmed(problem)


def _uid(user: User | None) -> str | None:
    return user.uid if user else None


def _number(claims: Claims, name: str) -> float:
    """A time of a token, in seconds since 1970. Raises NotConfirmed."""
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise NotConfirmed(f"no {name}")
    return value


def _renew_at(tokens: Claims) -> float:
    seconds = tokens.get("expires_in")
    return time.time() - LEEWAY + (seconds if isinstance(seconds, int | float) else 0)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def parts(token: str) -> tuple[Claims, Claims]:
    """Header and claims of a JWT, not believed yet. Raises NotConfirmed."""
    try:
        header, payload = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]
    except ValueError as error:
        raise NotConfirmed("no token") from error
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise NotConfirmed("no token")
    return header, payload


def main() -> None:
    """Run it at the port of its address."""
    from examples.graded.openid_flaws import FLAWS

    own = os.environ.get("APP_URL", "http://localhost:5000")
    kind: Callable[..., OpenIdApplication] = FLAWS[os.environ["FLAW"]] if os.environ.get("FLAW") else OpenIdApplication
    application = kind(
        os.environ.get("EULOGIN_URL", "http://localhost:8401"),
        own,
        os.environ.get("EULOGIN_CA"),
        os.environ.get("CLIENT_ID", "graded-example"),
        os.environ.get("CLIENT_SECRET", "graded-example-secret"),
    )
    application.flask.run(port=urlsplit(own).port or 80)


if __name__ == "__main__":
    main()
