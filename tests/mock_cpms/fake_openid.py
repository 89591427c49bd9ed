"""A stand-in for EU Login's OpenID Connect: it signs in whom a test names, and says what a test wants it to say."""

import base64
import hashlib
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.mock_cpms.fake_eulogin import Somebody

MEDIUM = "https://ecas.ec.europa.eu/loa/medium"


@cache
def key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name})


def signed(claims: dict[str, Any], by: str = "published", alg: str = "PS512") -> str:
    return jwt.encode({"alg": alg, "kid": "published"}, claims, key(by), algorithms=[alg])


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass
class FakeOpenId:
    """claims: changed in, or (None) taken out of the ID token. by, alg: how it is signed. answer: of the token
    endpoint instead of tokens. published: in place of the keys. sent_back: parameters of the way back instead of a
    code."""

    somebody: Somebody = field(default_factory=Somebody)
    claims: dict[str, Any] = field(default_factory=dict)
    by: str = "published"
    alg: str = "PS512"
    answer: ResponseReturnValue | None = None
    published: ResponseReturnValue | None = None
    sent_back: dict[str, str] | None = None
    authorizations: list[dict[str, str]] = field(default_factory=list)
    token_requests: list[tuple[dict[str, str], str]] = field(default_factory=list)

    def clear(self) -> None:
        self.__init__()  # type: ignore[misc]

    def app(self) -> Flask:
        app = Flask(__name__)
        app.add_url_rule("/cas/oauth2/authorize", view_func=self.authorize)
        app.add_url_rule("/cas/oauth2/token", view_func=self.token, methods=["POST"])
        app.add_url_rule("/cas/oauth2/keys", view_func=self.keys)
        return app

    def authorize(self) -> ResponseReturnValue:
        asked = request.args.to_dict()
        self.authorizations.append(asked)
        back = self.sent_back if self.sent_back is not None else {"code": "a-code"}
        return redirect(f"{asked['redirect_uri']}?{urlencode({'state': asked['state']} | back)}")

    def token(self) -> ResponseReturnValue:
        self.token_requests.append((request.form.to_dict(), request.headers.get("Authorization", "")))
        if self.answer is not None:
            return self.answer
        asked = self.authorizations[-1]
        assert challenge_of(request.form["code_verifier"]) == asked["code_challenge"]
        tokens = {"access_token": "an-access-token", "token_type": "Bearer", "expires_in": 300}
        return jsonify(tokens | {"id_token": signed(self._claims(asked), self.by, self.alg)})

    def _claims(self, asked: dict[str, str]) -> dict[str, Any]:
        now, one = int(time.time()), self.somebody
        claims = {
            "iss": request.base_url.removesuffix("/token"),
            "sub": one.uid,
            "aud": asked["client_id"],
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "acr": MEDIUM,
            "email": one.email,
            "given_name": one.first_name,
            "family_name": one.last_name,
            "sid": f"session-of-{one.uid}",
        }
        return {name: value for name, value in (claims | self.claims).items() if value is not None}

    def keys(self) -> ResponseReturnValue:
        return self.published or {"keys": [key("published").as_dict(private=False)]}
