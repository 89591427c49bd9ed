"""Authlib as client: it signs in with PKCE, checks the ID token by discovery and keys, refreshes, and signs out."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT
from joserfc.jwk import ECKey

from mock_idp.accounts.model import Account
from mock_idp.oidc.clients import register_client
from mock_idp.oidc.metadata import NewClient
from mock_world import World
from mock_world.journal import TOPIC
from tests.clients.portal import Portal
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.oidc import ALGS, BACK, SECRET, authorize, give_password
from tests.mock_idp.oidc_listener import TIMEOUT
from tests.mock_idp.signing_in import target, told
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
    portal = Portal(world.addresses.public("idp", "/cas/oauth2"))
    with serving(portal.app, name="127.0.0.1") as base:
        registered(world, base, client_secret=SECRET)
        portal.register("portal", SECRET, base)
        yield portal


def sign_in(browser: Browser, portal: Portal, person: Account, **query: str) -> Browser:
    """By the application's own link, through all pages, back to it."""
    browser.page = browser.http.get(f"{portal.base}/login", params=query)
    return browser.send(username=person.email).send(password=PASSWORD)


def test_the_flask_client_signs_in_and_knows_who(
    world: World,
    account: Account,
    browser: Browser,
    portal: Portal,
) -> None:
    browser.page = browser.http.get(f"{portal.base}/login")
    assert "Portal" in browser.text
    browser.send(username=account.email).send(password=PASSWORD)
    assert (browser.page.url, browser.page.text) == (f"{portal.base}/", f"user: {account.uid}")
    (token,) = portal.sessions.values()
    assert token["userinfo"]["email"] == account.email
    assert token["userinfo"]["email_verified"] is True


@pytest.mark.parametrize("alg", ALGS)
def test_it_checks_each_signature(
    world: World,
    account: Account,
    browser: Browser,
    portal: Portal,
    alg: str,
) -> None:
    world.settings.change({"oidc.signing_alg": alg})
    assert sign_in(browser, portal, account).page.text == f"user: {account.uid}"


def test_the_answer_by_form_needs_a_cookie_that_the_application_may_have_lost(
    world: World,
    account: Account,
    browser: Browser,
    portal: Portal,
) -> None:
    sign_in(browser, portal, account, response_mode="form_post")
    assert browser.at == ("form-post", "ready")
    browser.page = browser.http.post(f"{portal.base}/cb", data=dict(browser.hidden))
    assert browser.page.text == f"user: {account.uid}"


def test_it_refreshes_in_time_and_is_refused_later(
    world: World,
    account: Account,
    browser: Browser,
    portal: Portal,
) -> None:
    sign_in(browser, portal, account)
    assert browser.open(f"{portal.base}/refresh").page.text == "refreshed: True"
    assert browser.open(f"{portal.base}/refresh").page.text == "refreshed: True"
    advance(world, minutes(1))
    assert browser.open(f"{portal.base}/refresh").page.text == "refused: invalid_grant"
    told(world, "token.refresh_expired")


def test_both_sign_out_by_the_applications_link(
    world: World,
    account: Account,
    browser: Browser,
    portal: Portal,
) -> None:
    sign_in(browser, portal, account).open(f"{portal.base}/logout")
    assert browser.at == ("logout", "ready")
    (action,) = [part for part in browser.page.text.split('"') if "/logout/confirmed" in part]
    host = browser.base.partition("/w/")[0]
    browser.page = browser.http.post(host + action.replace("&amp;", "&"), data=dict(browser.hidden))
    assert browser.page.text == f"left: {portal.base}/left"
    assert browser.open("/cas/login").at[0] == "whoami"


def test_the_application_hears_that_the_person_signed_out_of_eu_login(
    world: World,
    account: Account,
    browser: Browser,
    portal: Portal,
) -> None:
    sign_in(browser, portal, account).open("/cas/logout").send()
    world.signals.wait(lambda: world.journal.events(types=["back_channel_logout.sent"]) or None, TOPIC, seconds=TIMEOUT)
    assert browser.open(f"{portal.base}/").page.text == "user: nobody"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("token.wrong_issuer", "invalid_claim"),
        ("token.wrong_audience", "missing_claim"),  # azp, as it would need then
        ("token.wrong_nonce", "invalid_claim"),
        ("token.expired", "expired_token"),
        ("token.wrong_signature", "bad_signature"),
    ],
)
def test_it_notices_each_fault_and_signs_in_the_next_time(
    world: World,
    account: Account,
    browser: Browser,
    portal: Portal,
    fault: str,
    error: str,
) -> None:
    world.faults.arm(fault)
    assert sign_in(browser, portal, account).page.text == f"refused: {error}"
    assert browser.open(f"{portal.base}/login").page.text == f"user: {account.uid}"


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"prompt": "none"}, "login_required"),
        ({"scope": "email"}, "invalid_scope"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
    ],
)
def test_it_hears_why_it_is_refused(
    world: World,
    browser: Browser,
    portal: Portal,
    query: dict[str, str],
    error: str,
) -> None:
    browser.page = browser.http.get(f"{portal.base}/login", params=query)
    assert browser.page.text == f"refused: {error}"


def test_a_code_that_came_twice_ends_the_session_of_the_first(
    world: World,
    account: Account,
    browser: Browser,
    portal: Portal,
) -> None:
    """As a reloaded redirect page does it in an application that keeps state badly."""
    with OAuth2Session("portal", SECRET, redirect_uri=f"{portal.base}/cb", code_challenge_method="S256") as client:
        url, _ = client.create_authorization_url(
            f"{portal.issuer}/authorize", code_verifier="v" * 43, scope="openid", nonce="n"
        )
        browser.page = browser.http.get(url)
        browser.send(username=account.email)
        browser.send(follow=False, password=PASSWORD)
        while not browser.page.headers["Location"].startswith(portal.base):
            browser.page = browser.http.get(_absolute(browser), allow_redirects=False)
        back = browser.page.headers["Location"]
        token = client.fetch_token(f"{portal.issuer}/token", authorization_response=back, code_verifier="v" * 43)
        with pytest.raises(Exception, match="invalid_grant"):
            client.fetch_token(f"{portal.issuer}/token", authorization_response=back, code_verifier="v" * 43)
        with pytest.raises(Exception, match="invalid_grant"):
            client.refresh_token(f"{portal.issuer}/token", refresh_token=token["refresh_token"])


def _absolute(browser: Browser) -> str:
    location = browser.page.headers["Location"]
    parts = urlsplit(browser.page.url)
    return location if location.startswith("http") else f"{parts.scheme}://{parts.netloc}{location}"


KEY = ECKey.generate_key("P-256", {"kid": "mine"})


@pytest.mark.parametrize("method", ["client_secret_jwt", "private_key_jwt", "none"])
def test_it_proves_itself_by_each_method(
    world: World,
    account: Account,
    browser: Browser,
    method: str,
) -> None:
    issuer = world.addresses.public("idp", "/cas/oauth2")
    fields: dict[str, Any] = {"client_secret": SECRET} if method == "client_secret_jwt" else {}
    if method == "private_key_jwt":
        fields["jwks"] = {"keys": [KEY.as_dict(private=False)]}
    fields |= {"token_endpoint_auth_method": method}
    new = NewClient(client_id="app", redirect_uris=[BACK], **fields)
    client = register_client(world, new)
    secret: Any = KEY if method == "private_key_jwt" else SECRET
    with OAuth2Session("app", secret, token_endpoint_auth_method=method, redirect_uri=BACK) as session:
        session.register_client_auth_method(ClientSecretJWT(f"{issuer}/token"))
        session.register_client_auth_method(PrivateKeyJWT(f"{issuer}/token", alg="ES256"))
        give_password(authorize(browser, client), account)
        (code,) = parse_qs(urlsplit(target(browser)).query)["code"]
        assert session.fetch_token(f"{issuer}/token", code=code, code_verifier="v" * 43)["id_token"]
