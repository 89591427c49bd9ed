"""Authlib as client: it signs in with PKCE, checks the ID token by discovery and keys, refreshes, and signs out."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT
from joserfc.jwk import ECKey

from mock_idp.accounts.model import Account
from mock_idp.oidc.client_metadata import NewClient
from mock_idp.oidc.clients import register_client
from mock_world import World
from mock_world.journal import TOPIC
from tests.clients.portal import Portal
from tests.mock_idp.application import TIMEOUT
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.oidc import ALGS, BACK, SECRET, authorize, give_password
from tests.mock_idp.signing_in import target
from tests.serving import serving


def registered(world: World, base: str, **fields: Any) -> NewClient:
    new = NewClient(
        client_name="Portal",
        client_id="portal",
        redirect_uris=[f"{base}/cb"],
        post_logout_redirect_uris=[f"{base}/left"],
        backchannel_logout_uri=f"{base}/back-channel",
        grant_types=["authorization_code", "refresh_token"],
        **fields,
    )
    register_client(world, new)
    return new


@pytest.fixture
def portal(world: World) -> Iterator[Portal]:
    world.settings.change({"oidc.signing_alg": "ES256"})  # whose keys are made at once
    portal = Portal(world.addresses.public("idp", "/cas/oauth2"))
    with serving(portal.app, name="127.0.0.1") as base:
        registered(world, base, client_secret=SECRET)
        portal.register("portal", SECRET, base)
        yield portal


def sign_in(browser: Browser, portal: Portal, person: Account, **query: str) -> Browser:
    """By the application's own link, through all pages, back to it."""
    browser.page = browser.http.get(f"{portal.base}/login", params=query)
    return browser.send(username=person.email).send(password=PASSWORD)


@pytest.mark.parametrize("alg", ALGS)
def test_the_flask_client_signs_in_knows_who_and_checks_each_signature(
    world: World, account: Account, browser: Browser, portal: Portal, alg: str
) -> None:
    world.settings.change({"oidc.signing_alg": alg})
    browser.page = browser.http.get(f"{portal.base}/login")
    assert "Portal" in browser.text
    browser.send(username=account.email).send(password=PASSWORD)
    assert (browser.page.url, browser.page.text) == (f"{portal.base}/", f"user: {account.uid}")
    (token,) = portal.sessions.values()
    assert (token["userinfo"]["email"], token["userinfo"]["email_verified"]) == (account.email, True)


def test_it_refreshes_in_time_and_both_sign_out_by_its_link(
    world: World, account: Account, browser: Browser, portal: Portal
) -> None:
    sign_in(browser, portal, account)
    for _ in range(2):
        assert browser.open(f"{portal.base}/refresh").page.text == "refreshed: True"
    advance(world, minutes(1))
    assert browser.open(f"{portal.base}/refresh").page.text == "refused: invalid_grant"
    assert browser.open(f"{portal.base}/logout").at == ("logout", "ready")
    (action,) = [part for part in browser.page.text.split('"') if "/logout/confirmed" in part]
    host = browser.base.partition("/w/")[0]
    browser.page = browser.http.post(host + action.replace("&amp;", "&"), data=dict(browser.hidden))
    assert browser.page.text == f"left: {portal.base}/left"
    assert browser.open("/cas/login").at[0] == "whoami"


def test_the_application_hears_that_the_person_signed_out_of_eu_login(
    world: World, account: Account, browser: Browser, portal: Portal
) -> None:
    world.settings.change({"oidc.signing_alg": "PS512"})  # by which it checks the logout token
    sign_in(browser, portal, account).open("/cas/logout").send()
    world.signals.wait(lambda: world.journal.events(types=["back_channel_logout.sent"]) or None, TOPIC, seconds=TIMEOUT)
    assert browser.open(f"{portal.base}/").page.text == "user: nobody"


FAULTS = {
    "token.wrong_issuer": "invalid_claim",
    "token.wrong_audience": "missing_claim",  # azp, as it would need then
    "token.wrong_nonce": "invalid_claim",
    "token.expired": "expired_token",
    "token.wrong_signature": "bad_signature",
}


def test_it_notices_each_fault_and_signs_in_the_next_time(
    world: World, account: Account, browser: Browser, portal: Portal
) -> None:
    world.settings.change({"loop.tickets": 0})
    sign_in(browser, portal, account)
    for fault, error in FAULTS.items():
        world.faults.arm(fault)
        assert browser.open(f"{portal.base}/login").page.text == f"refused: {error}"
        assert browser.open(f"{portal.base}/login").page.text == f"user: {account.uid}"


def test_it_hears_why_it_is_refused(browser: Browser, portal: Portal) -> None:
    refused = {"prompt=none": "login_required", "scope=email": "invalid_scope"}
    for query, error in (refused | {"response_type=id_token": "unsupported_response_type"}).items():
        assert browser.open(f"{portal.base}/login?{query}").page.text == f"refused: {error}"


KEY = ECKey.generate_key("P-256", {"kid": "mine"})


@pytest.mark.parametrize("method", ["client_secret_jwt", "private_key_jwt", "none"])
def test_it_proves_itself_by_each_method(world: World, account: Account, browser: Browser, method: str) -> None:
    issuer = world.addresses.public("idp", "/cas/oauth2")
    fields: dict[str, Any] = {"token_endpoint_auth_method": method}
    if method == "client_secret_jwt":
        fields["client_secret"] = SECRET
    if method == "private_key_jwt":
        fields["jwks"] = {"keys": [KEY.as_dict(private=False)]}
    new = NewClient(client_id="app", redirect_uris=[BACK], **fields)
    client = register_client(world, new)
    secret: Any = KEY if method == "private_key_jwt" else SECRET
    with OAuth2Session("app", secret, token_endpoint_auth_method=method, redirect_uri=BACK) as session:
        session.register_client_auth_method(ClientSecretJWT(f"{issuer}/token"))
        session.register_client_auth_method(PrivateKeyJWT(f"{issuer}/token", alg="ES256"))
        give_password(authorize(browser, client), account)
        (code,) = parse_qs(urlsplit(target(browser)).query)["code"]
        assert session.fetch_token(f"{issuer}/token", code=code, code_verifier="v" * 43)["id_token"]
