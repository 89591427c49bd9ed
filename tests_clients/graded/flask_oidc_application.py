"""flask-oidc, as its documentation shows it, with PKCE, which EU Login demands."""

# mypy: ignore-errors

import os
from urllib.parse import urlsplit

from flask import Flask, session
from flask_oidc import OpenIDConnect

EULOGIN = f"{os.environ['EULOGIN']}/cas/oauth2"
app = Flask(__name__)
app.config.update(
    SECRET_KEY="of a trial",
    OIDC_CLIENT_SECRETS={
        "web": {
            "client_id": os.environ["CLIENT_ID"],
            "client_secret": os.environ["CLIENT_SECRET"],
            "auth_uri": f"{EULOGIN}/authorize",
            "token_uri": f"{EULOGIN}/token",
            "issuer": EULOGIN,
        }
    },
    OIDC_SERVER_METADATA_URL=f"{EULOGIN}/.well-known/openid-configuration",
    OIDC_INTROSPECTION_AUTH_METHOD="client_secret_basic",
    OIDC_USER_INFO_ENABLED=False,
    OIDC_SCOPES="openid email profile",
)
oidc = OpenIDConnect(app)
oidc.oauth.oidc.client_kwargs["code_challenge_method"] = "S256"


@app.get("/")
def home() -> str:
    """Whoever is signed in, if somebody is."""
    if not oidc.user_loggedin:
        return '<a href="/private">Sign in</a>'
    return f'Hello {session["oidc_auth_token"]["userinfo"]["sub"]} <a href="/logout">Sign out</a>'


@app.get("/private")
@oidc.require_login
def private() -> str:
    """A page for people who are signed in."""
    return home()


app.run("localhost", urlsplit(os.environ["APP"]).port)
