"""What the tests of OpenID Connect share: clients, PKCE, the way to `/authorize` and back, the token endpoint."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlencode

import requests
from joserfc import jws, jwt
from joserfc.jwk import KeySet

from mock_idp.accounts.model import Account
from mock_idp.oidc.client_metadata import NewClient
from mock_idp.oidc.clients import register_client
from mock_idp.oidc.keys import public_jwks
from mock_idp.oidc.model import Client
from mock_world import World
from tests.mock_idp.conftest import PASSWORD, Browser
from tests.mock_idp.signing_in import go_on, target

BACK = "http://client.example/cb"
SECRET = "s" * 40
VERIFIER = "v" * 43
ALGS = ["PS512", "RS256", "ES256"]


def challenge(verifier: str = VERIFIER) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def client_of(world: World, **fields: Any) -> Client:
    """A confidential client with a name; `fields` by their names in the registration.

    Its tokens are signed by ES256 unless told otherwise: keys of this kind are made at once.
    """
    known = {"client_name": "Rare Disease Portal", "redirect_uris": [BACK], "client_secret": SECRET}
    usual = {"grant_types": ["authorization_code", "refresh_token"], "id_token_signed_response_alg": "ES256"}
    return register_client(world, NewClient.model_validate(usual | known | fields))


def query(client: Client, **more: str | None) -> dict[str, str]:
    """A good authorization request; None leaves a parameter out."""
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": BACK,
        "scope": "openid email profile",
        "state": "st/ate +1",
        "nonce": "n-1",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
    } | more
    return {name: value for name, value in asked.items() if value is not None}


def authorize(browser: Browser, client: Client, **more: str | None) -> Browser:
    """Open `/authorize`, and go on as far as EU Login itself."""
    return open_there(browser, "/cas/oauth2/authorize?" + urlencode(query(client, **more)))


def open_there(browser: Browser, path: str) -> Browser:
    """Open an address, and go on as far as EU Login itself."""
    browser.page = browser.http.get(path if path.startswith("http") else browser.base + path, allow_redirects=False)
    return go_on(browser)


def give_password(browser: Browser, account: Account, strength: str = "PASSWORD") -> Browser:
    """From the first page to what comes after the password."""
    if browser.at[0] == "whoami":
        browser.send(username=account.email)
    return go_on(browser.send(follow=False, password=PASSWORD, loginStrength=strength))


def answered(browser: Browser, back: str = BACK) -> dict[str, str]:
    """What the client is told in the query of its address."""
    address, _, told = target(browser).partition("?")
    assert address == back
    assert len(parse_qsl(told)) == len(dict(parse_qsl(told)))
    return dict(parse_qsl(told))


def code(browser: Browser, account: Account, client: Client, **more: str | None) -> str:
    """Sign in for a client; its code."""
    authorize(browser, client, **more)
    if not target(browser):
        give_password(browser, account)
    return answered(browser)["code"]


def token(browser: Browser, client: Client, **form: str | None) -> requests.Response:
    """Ask the token endpoint by client_secret_basic; None leaves a parameter out."""
    sent = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER} | form
    data = {name: value for name, value in sent.items() if value is not None}
    url, auth = f"{browser.base}/cas/oauth2/token", (client.client_id, client.secret)
    return requests.post(url, data=data, auth=auth, timeout=10)


def refresh(browser: Browser, client: Client, value: str, **form: str | None) -> requests.Response:
    only = {"redirect_uri": None, "code_verifier": None, "grant_type": "refresh_token"}
    return token(browser, client, refresh_token=value, **only | form)


def tokens(browser: Browser, account: Account, client: Client, **more: str | None) -> dict[str, Any]:
    """Sign in and redeem the code."""
    answer = token(browser, client, code=code(browser, account, client, **more))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def claims(world: World, id_token: str) -> dict[str, Any]:
    """The claims of a JWT that this world signed."""
    keys = KeySet.import_key_set(public_jwks(world))  # type: ignore[arg-type] # its own form
    return dict(jwt.decode(id_token, keys, algorithms=ALGS).claims)


def header(value: str) -> dict[str, Any]:
    return dict(jws.extract_compact(value.encode()).headers())


def refused(answer: requests.Response) -> tuple[int, str]:
    """Status and OAuth error; each has a description."""
    body = answer.json()
    assert set(body) == {"error", "error_description"}
    return answer.status_code, body["error"]
