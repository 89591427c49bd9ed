"""An application with Authlib's Flask client: signs in with PKCE, refreshes, signs out, hears of the session's end."""

from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask, redirect, request, session
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class Portal:
    """One application; `sessions` are its own, by the `sid` of EU Login.

    Client and address are set once they are known; metadata is read from EU Login when somebody signs in first.
    """

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.sessions: dict[str, dict[str, Any]] = {}
        self.app = Flask(__name__)
        self.app.secret_key = "of a test"
        self.app.add_url_rule("/", view_func=self._who)
        self.app.add_url_rule("/login", view_func=self._login)
        self.app.add_url_rule("/cb", view_func=self._back, methods=["GET", "POST"])
        self.app.add_url_rule("/refresh", view_func=self._refresh)
        self.app.add_url_rule("/logout", view_func=self._logout)
        self.app.add_url_rule("/left", view_func=self._left)
        self.app.add_url_rule("/back-channel", view_func=self._hear, methods=["POST"])

    def register(self, client_id: str, secret: str, base: str) -> None:
        self.base, self.client_id, self.secret = base, client_id, secret
        oauth = OAuth(self.app)
        oauth.register(
            "eulogin",
            client_id=client_id,
            client_secret=secret,
            server_metadata_url=f"{self.issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256"},
        )
        self.eulogin: Any = oauth.create_client("eulogin")

    def _mine(self) -> dict[str, Any] | None:
        return self.sessions.get(session.get("sid", ""))

    def _who(self) -> str:
        mine = self._mine()
        return f"user: {mine['userinfo']['sub'] if mine else 'nobody'}"

    def _login(self) -> ResponseReturnValue:
        answer: ResponseReturnValue = self.eulogin.authorize_redirect(f"{self.base}/cb", **request.args.to_dict())
        return answer

    def _back(self) -> ResponseReturnValue:
        try:
            token = self.eulogin.authorize_access_token()
        except (OAuthError, JoseError) as error:
            return f"refused: {error.error}", 403
        session["sid"] = token["userinfo"]["sid"]
        self.sessions[session["sid"]] = token
        return redirect("/")

    def _refresh(self) -> ResponseReturnValue:
        mine, metadata = self._mine(), self.eulogin.load_server_metadata()
        assert mine is not None
        try:
            with OAuth2Session(self.client_id, self.secret) as client:
                fresh = client.refresh_token(metadata["token_endpoint"], refresh_token=mine["refresh_token"])
        except OAuthError as error:
            return f"refused: {error.error}", 403
        changed = fresh["access_token"] != mine["access_token"]
        mine.update(fresh)
        return f"refreshed: {changed}"

    def _logout(self) -> ResponseReturnValue:
        mine = self._mine()
        hint = mine["id_token"] if mine else None
        answer: ResponseReturnValue = self.eulogin.logout_redirect(f"{self.base}/left", id_token_hint=hint)
        return answer

    def _left(self) -> str:
        return f"left: {self.eulogin.validate_logout_response()['post_logout_redirect_uri']}"

    def _hear(self) -> ResponseReturnValue:
        keys = KeySet.import_key_set(self.eulogin.fetch_jwk_set())
        token = jwt.decode(request.form["logout_token"], keys, algorithms=["PS512"])
        good = token.header["typ"] == "logout+jwt" and _EVENT in token.claims["events"]
        good = good and token.claims["aud"] == self.client_id and token.claims["iss"] == self.issuer
        if not good or "nonce" in token.claims:
            return "no logout token", 400
        self.sessions.pop(token.claims["sid"], None)
        return "", 200
