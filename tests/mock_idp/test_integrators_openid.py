"""What integrators get wrong with OpenID Connect: what the person reads, what the journal says, and the fix."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_world import World, WorldSpec
from mock_world.clock import real_now
from mock_world.server import Site
from tests.mock_idp import validating as validation
from tests.mock_idp.conftest import Browser, advance, minutes
from tests.mock_idp.oidc import authorize, client_of, code, refresh, refused, token, tokens
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.signing_in import target, told
from tests.mock_idp.small_portal import SmallPortal, portal_of
from tests.mock_idp.validating import ticket

Row = dict[str, Any]
# The application's mistake, its fix, what the person reads, the refusal, and its remedy.
REFUSED: dict[str, tuple[Row, Row, str, str, str]] = {
    "redirect address differs": (
        {"address": "/cb/"},
        {"address": "/cb"},
        "not registered for it",
        "authorize.redirect_differs",
        "the slash at the end differs; send a registered one letter by letter",
    ),
    "redirect address differs at the token endpoint": (
        {"kept": {"redirect_uri": "http://127.0.0.1/other"}},
        {"kept": {}},
        "refused: invalid_grant",
        "token.redirect_differs",
        "send the same redirect_uri, letter by letter, to /authorize and to /token",
    ),
    "code verifier of another sign-in": (
        {"kept": {"code_verifier": "w" * 43}},
        {"kept": {}},
        "refused: invalid_grant",
        "token.verifier_wrong",
        "send the verifier of this very sign-in",
    ),
    "client secret differs": (
        {"secret": "of another world"},
        {},
        "refused: invalid_client",
        "client.secret_wrong",
        "take client_secret of GET /api/clients",
    ),
    "PKCE left out": (
        {"client": {"code_challenge_method": None}},
        {"client": {"code_challenge_method": "S256"}},
        "refused: invalid_request",
        "authorize.pkce_missing",
        "turn PKCE with S256 on in the client library",
    ),
    "client secret in the body": (
        {"client": {"token_endpoint_auth_method": "client_secret_post"}},
        {"client": {"token_endpoint_auth_method": "client_secret_basic"}},
        "refused: invalid_client",
        "client.secret_in_body",
        "set the library's method to client_secret_basic",
    ),
    "UserInfo asked": (
        {"asks_userinfo": True},
        {"asks_userinfo": False},
        "refused: invalid_request",
        "userinfo.off",
        "read the claims of the ID token",
    ),
}
# What EU Login sees nothing wrong in: mistake, fix, what the person reads, event, its field and value.
NOTHING_REFUSED: dict[str, tuple[Row, Row, str, str, str, object]] = {
    "nonce lost": (
        {"kept": {"nonce": "of another sign-in"}},
        {"kept": {}},
        "refused: invalid_claim",
        "token.issued",
        "ahead",
        0,
    ),
    "algorithm differs": (
        {"algorithms": ["RS256"]},
        {"algorithms": ["ES256"]},
        "refused: unsupported_algorithm",
        "token.issued",
        "alg",
        "ES256",
    ),
    "state lost": (
        {"secure": True},
        {"secure": False},
        "refused: mismatching_state",
        "code.issued",
        "not_sent",
        "",
    ),
}


@pytest.fixture
def portal(world: World, account: Account, browser: Browser) -> Iterator[SmallPortal]:
    sign_in(browser, world, account)
    with portal_of(world, browser) as portal:
        yield portal


def change_portal(portal: SmallPortal, row: Row) -> None:
    for name, value in row.items():
        if name == "secret":
            portal.eulogin.client_secret = value
        else:
            setattr(portal, name, value)


@pytest.mark.parametrize("name", REFUSED)
def test_a_mistake_is_explained_and_its_fix_works(
    world: World, account: Account, browser: Browser, portal: SmallPortal, name: str
) -> None:
    mistake, fix, read, kind, remedy = REFUSED[name]
    right = {"secret": portal.secret}
    change_portal(portal, mistake)
    assert read in browser.open(portal.base).text
    assert remedy in told(world, kind)["remedy"]
    change_portal(portal, right | fix)
    assert browser.open(portal.base).text == f"user: {account.uid}"


@pytest.mark.parametrize("name", NOTHING_REFUSED)
def test_what_is_not_refused_is_told_by_events(
    world: World, account: Account, browser: Browser, portal: SmallPortal, name: str
) -> None:
    mistake, fix, read, kind, field, value = NOTHING_REFUSED[name]
    change_portal(portal, mistake)
    assert browser.open(portal.base).text == read
    assert world.journal.events(types=[kind])[-1].fields[field] == value
    assert [event for event in world.journal.events() if "remedy" in event.fields] == []
    change_portal(portal, fix)
    assert browser.open(portal.base).text == f"user: {account.uid}"


def test_a_code_says_which_of_state_and_nonce_were_not_sent(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"loop.tickets": 0})
    client = client_of(world)
    sign_in(browser, world, account)
    cases: list[tuple[dict[str, str | None], str]] = [({}, ""), ({"nonce": None}, "nonce"), ({"state": None}, "state")]
    cases.append(({"nonce": "", "state": ""}, "state, nonce"))
    for left_out, named in cases:
        assert target(authorize(browser, client, **left_out))
        assert world.journal.events(types=["code.issued"])[-1].fields["not_sent"] == named


def test_events_name_the_application_and_tell_how_it_got_what_was_issued(
    world: World, account: Account, browser: Browser
) -> None:
    client = client_of(world)
    found = tokens(browser, account, client)
    assert refresh(browser, client, found["refresh_token"]).status_code == 200
    code(browser, account, client)
    codes, issued = (world.journal.events(types=[kind]) for kind in ("code.issued", "token.issued"))
    assert [(event.fields["client"], event.fields["sso"]) for event in codes] == [
        ("Rare Disease Portal", False),
        ("Rare Disease Portal", True),
    ]
    assert [(event.fields["client"], event.fields["by"]) for event in issued] == [
        ("Rare Disease Portal", "authorization_code"),
        ("Rare Disease Portal", "refresh_token"),
    ]
    assert {event.person for event in [*codes, *issued]} == {account.email}


@pytest.mark.parametrize(
    ("time", "hours", "read"),
    [
        ("world", 1, "refused: invalid_claim"),
        ("world", -1, "refused: expired_token"),
        ("real", 1, "user: "),
        ("real", -1, "user: "),
    ],
)
def test_clocks_that_differ_are_told_in_seconds(site: Site, time: str, hours: int, read: str) -> None:
    """A client in real time, EU Login's world an hour ahead or behind."""
    spec = WorldSpec(now=real_now() + timedelta(hours=hours), frozen=True, settings={"protocol_time": time})
    world = site.worlds.create(spec=spec)
    somebody = create_account(world, NewAccount("Ada", "Berg", "ada.berg@hospital.example"))
    browser = sign_in(Browser(site.listeners["idp"] + world.prefix), world, somebody)
    with portal_of(world, browser) as portal:
        assert browser.open(portal.base).text.startswith(read)
    issued = world.journal.events(types=["token.issued"])[-1].fields["ahead"]
    assert abs(issued - (hours * 3600 if time == "world" else 0)) <= 60
    site.worlds.delete(world.name)


def test_a_clock_that_moved_meanwhile_makes_what_was_issued_too_old(
    world: World, account: Account, browser: Browser
) -> None:
    client = client_of(world)
    issued, number = code(browser, account, client), ticket(world, account)
    advance(world, minutes(5))
    assert validation.code(validation.validate(browser, ticket=number)) == "INVALID_TICKET"
    assert told(world, "ticket.invalid_ticket")["got"] == "a ticket that is too old"
    assert refused(token(browser, client, code=issued)) == (400, "invalid_grant")
    assert "by the world's clock" in told(world, "token.code_expired")["expected"]


@pytest.mark.parametrize(
    ("path", "sent", "code", "meant"),
    [
        ("/cas/oauth2/authorise", {"redirect_uri": "http://app.example/cb"}, "authorize.address_unknown", "/authorize"),
        ("/cas/oauth2/tokens", {"grant_type": "authorization_code"}, "token.address_unknown", "/token"),
    ],
)
def test_an_endpoint_at_no_address_is_told_with_the_right_one(
    world: World, browser: Browser, path: str, sent: dict[str, str], code: str, meant: str
) -> None:
    method = "POST" if "grant_type" in sent else "GET"
    name = "data" if method == "POST" else "params"
    assert requests.request(method, browser.base + path, timeout=5, **{name: sent}).status_code == 404  # type: ignore[arg-type]
    fields = told(world, code)
    assert (fields["got"], fields["expected"].endswith(f"/cas/oauth2{meant}")) == (world.prefix + path, True)


def test_a_level_of_an_unknown_name_is_told_with_those_that_are_known(
    world: World, account: Account, browser: Browser
) -> None:
    client = client_of(world)
    tokens(browser, account, client, acr_values="urn:loa:medium")
    (ignored,) = world.journal.events(types=["signin.parameter_ignored"])
    assert ignored.sentence.startswith(
        "Rare Disease Portal sent acr_values=urn:loa:medium to /cas/oauth2/authorize, which EU Login does not know; it "
        "knows https://ecas.ec.europa.eu/loa/basic, "
    )
    assert world.journal.events(types=["token.issued"])[-1].fields["acr_asked"] == "none that is known"


def test_what_a_client_compares_its_id_token_with_is_told(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    found = tokens(browser, account, client, scope="openid email", nonce=None)
    refresh(browser, client, found["refresh_token"])
    first, second = world.journal.events(types=["token.issued"])
    assert f"iss {browser.base}/cas/oauth2, aud {client.client_id}, acr " in first.sentence
    assert "scope openid email with claims sub, email, email_verified, no nonce, since" in first.sentence
    assert "signed by ES256; all claims are in it, since UserInfo is off." in first.sentence
    assert second.fields["nonce"] == "no nonce, as in each that is refreshed"


@pytest.mark.parametrize(
    ("headers", "got"),
    [
        ({}, "no grant_type; the body is text/plain, which is not read"),
        ({"Authorization": ""}, "nothing of these; the body is text/plain, which is not read"),
    ],
)
def test_a_body_that_is_not_read_is_told(world: World, browser: Browser, headers: dict[str, str], got: str) -> None:
    client = client_of(world)
    auth = None if headers else (client.client_id, client.secret)
    answer = requests.post(
        f"{browser.base}/cas/oauth2/token", "grant_type=x", headers={"Content-Type": "text/plain"}, auth=auth, timeout=5
    )
    assert answer.status_code == (401 if headers else 400)
    assert told(world, "client.not_authenticated" if headers else "token.missing")["got"] == got


def test_discovery_at_no_address_is_told_with_the_issuer(world: World, browser: Browser) -> None:
    for place in ("", "/cas"):
        path = f"{place}/.well-known/openid-configuration"
        assert requests.get(browser.base + path, timeout=5).status_code == 404
        fields = told(world, "discovery.address_unknown")
        assert fields["got"] == world.prefix + path
    path = "/.well-known/oauth-authorization-server/cas/oauth2"
    assert requests.get(browser.base + path, timeout=5).status_code == 404
    fields = told(world, "discovery.address_unknown")
    assert requests.get(fields["expected"], timeout=5).json()["issuer"] in fields["remedy"]
