"""CPMS signs people in by OpenID Connect (setting `cpms.sign_in`)."""

import base64
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from mock_cpms import create_app
from mock_cpms.people import person_of
from mock_world import World, WorldSpec
from mock_world.server import Site
from tests.mock_cpms.conftest import FRIDAY
from tests.mock_cpms.fake_openid import FakeOpenId
from tests.mock_cpms.visitor import NORA, Page, Visitor


@pytest.fixture(scope="module")
def openid_of_module() -> FakeOpenId:
    return FakeOpenId()


@pytest.fixture(scope="module")
def site(openid_of_module: FakeOpenId) -> Iterator[Site]:
    with Site({"cpms": create_app(), "idp": openid_of_module.app()}) as site:
        yield site


@pytest.fixture
def openid(openid_of_module: FakeOpenId) -> FakeOpenId:
    openid_of_module.clear()
    return openid_of_module


@pytest.fixture
def world(site: Site) -> Iterator[World]:
    world = site.worlds.create(spec=WorldSpec(now=FRIDAY, frozen=True, settings={"cpms.sign_in": "oidc"}))
    yield world
    site.worlds.delete(world.name)


@pytest.fixture
def visitor(world: World, openid: FakeOpenId) -> Iterator[Visitor]:
    with Visitor(world.addresses.public("cpms"), openid) as visitor:  # type: ignore[arg-type]  # names `somebody` alike
        yield visitor


def refusal(world: World) -> tuple[str, str]:
    event = world.journal.events()[-1]
    assert all(event.fields[name] for name in ("expected", "remedy"))
    return event.type, event.fields["got"]


def test_a_code_with_pkce_and_nonce_leads_to_complete_profile(
    visitor: Visitor, world: World, openid: FakeOpenId
) -> None:
    page = visitor.sign_in()
    assert page.name == "complete-profile"
    assert "code" not in page.url
    (asked,) = openid.authorizations
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == world.addresses.public("cpms", "/screen/signin")
    assert asked["acr_values"] == "https://ecas.ec.europa.eu/loa/medium"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) > 20
    assert person_of(world, NORA.uid).full_name == NORA.first_name + " " + NORA.last_name


def test_the_client_proves_itself_by_its_secret_and_begins_each_sign_in_afresh(
    visitor: Visitor, world: World, openid: FakeOpenId
) -> None:
    world.settings.change({"cpms.client_id": "my-cpms", "cpms.client_secret": "s3cret-of-mine"})
    for _ in range(2):
        visitor.sign_in()
    form, authorization = openid.token_requests[0]
    assert authorization == "Basic " + base64.b64encode(b"my-cpms:s3cret-of-mine").decode()
    assert form["grant_type"] == "authorization_code"
    assert "client_secret" not in form
    one, other = openid.authorizations
    assert all(one[name] != other[name] for name in ("state", "nonce", "code_challenge"))


NOW = int(datetime.now(UTC).timestamp())


@pytest.mark.parametrize(
    ("claims", "got"),
    [
        ({"iss": "http://other.example/cas/oauth2"}, "InvalidClaimError iss"),
        ({"iss": None}, "MissingClaimError"),
        ({"aud": "somebody-else"}, "InvalidClaimError aud"),
        ({"nonce": "of-another-sign-in"}, "InvalidClaimError nonce"),
        ({"nonce": None}, "MissingClaimError"),
        ({"exp": NOW - 120}, "ExpiredTokenError"),
        ({"exp": None}, "MissingClaimError"),
        ({"iat": NOW + 3600}, "InvalidClaimError iat"),
        ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "InvalidClaimError at_hash"),
        ({"azp": "somebody-else"}, "InvalidClaimError azp"),
    ],
)
def test_an_id_token_that_is_not_for_this_sign_in_is_refused(
    visitor: Visitor, world: World, openid: FakeOpenId, claims: dict[str, Any], got: str
) -> None:
    openid.claims = claims
    page = visitor.sign_in()
    assert (page.status, page.name, page.state) == (403, "sign-in-refused", "token-refused")
    assert "do not agree on how they are set up" in page.text
    kind, found = refusal(world)
    assert (kind, found.startswith(got)) == ("cpms.token_refused", True), found
    assert visitor.open("/screen/profile").name == "home"


@pytest.mark.parametrize("token", ["", "a.b.c", 7])
def test_what_is_no_token_is_refused(visitor: Visitor, world: World, openid: FakeOpenId, token: object) -> None:
    openid.answer = {"access_token": "a", "token_type": "Bearer", "id_token": token}
    assert visitor.sign_in().state == "token-refused"
    assert refusal(world)[0] == "cpms.token_refused"


@pytest.mark.filterwarnings('ignore:JWS algorithm "none"')
@pytest.mark.parametrize(("by", "alg"), [("nobody's", "PS512"), ("published", "PS256"), ("published", "none")])
def test_a_signature_by_another_key_or_of_another_kind_or_none_is_refused(
    visitor: Visitor, world: World, openid: FakeOpenId, by: str, alg: str
) -> None:
    openid.by, openid.alg = by, alg
    assert visitor.sign_in().state == "token-refused"
    assert refusal(world)[0] == "cpms.token_refused"


@pytest.mark.parametrize(
    ("error", "kind", "state"),
    [
        ("access_denied", "cpms.sign_in_denied", "denied"),
        ("unauthorized_client", "cpms.client_refused", "client-refused"),
    ],
)
def test_an_error_on_the_way_back_is_explained(
    visitor: Visitor, world: World, openid: FakeOpenId, error: str, kind: str, state: str
) -> None:
    openid.sent_back = {"error": error}
    page = visitor.sign_in()
    assert page.state == state
    assert refusal(world) == (kind, error)
    openid.sent_back = None
    assert visitor.open("/screen/signin").name == "complete-profile"


@pytest.mark.parametrize(
    ("answer", "kind", "state"),
    [
        (({"error": "invalid_grant"}, 400), "cpms.ticket_refused", "ticket-refused"),
        (({"error": "invalid_client"}, 401), "cpms.client_refused", "client-refused"),
        (("<html>", 200), "cpms.eulogin_unreachable", "unreachable"),
        (("busy", 503), "cpms.eulogin_unreachable", "unreachable"),
    ],
)
def test_a_no_of_the_token_endpoint_is_explained(
    visitor: Visitor, world: World, openid: FakeOpenId, answer: tuple[Any, int], kind: str, state: str
) -> None:
    openid.answer = answer
    page = visitor.sign_in()
    assert page.state == state
    assert refusal(world)[0] == kind
    assert visitor.open("/screen/profile").name == "home"


def test_keys_or_an_eu_login_that_are_not_there_are_told(visitor: Visitor, world: World, openid: FakeOpenId) -> None:
    openid.published = ({"keys": []}, 503)
    assert visitor.sign_in().state == "unreachable"
    assert refusal(world) == ("cpms.eulogin_unreachable", "HTTPError")
    world.settings.change({"idp.internal_url": "http://localhost:1"})
    assert visitor.sign_in().state == "unreachable"


def test_an_error_is_told_as_far_as_it_is_of_use(visitor: Visitor, world: World, openid: FakeOpenId) -> None:
    openid.sent_back = {"error": "x" * 1000}
    visitor.sign_in()
    assert refusal(world) == ("cpms.sign_in_denied", "x" * 60)
    openid.sent_back, openid.answer = None, ({"error": "y" * 1000}, 400)
    visitor.sign_in()
    assert refusal(world) == ("cpms.ticket_refused", "y" * 60)


@pytest.mark.parametrize(("claim", "sign"), [("iat", 1), ("exp", -1)])
def test_clocks_may_differ_by_a_minute(visitor: Visitor, openid: FakeOpenId, claim: str, sign: int) -> None:
    for seconds, name in ((70, "sign-in-refused"), (40, "complete-profile")):
        openid.claims = {claim: int(time.time()) + sign * seconds}
        assert visitor.sign_in().name == name


def test_browsers_are_sent_to_the_public_address_and_cpms_calls_the_internal_one(
    site: Site, visitor: Visitor, world: World, openid: FakeOpenId
) -> None:
    outside = "https://login.example"
    world.settings.change({"idp.public_url": outside, "idp.internal_url": site.listeners["idp"]})
    begin = visitor._session.get(world.addresses.public("cpms", "/screen/signin"), allow_redirects=False, timeout=10)
    address, _, query = begin.headers["Location"].partition("?")
    assert address == f"{outside}{world.prefix}/cas/oauth2/authorize"
    openid.authorizations.append(dict(parse_qsl(query)))
    openid.claims = {"iss": f"{outside}{world.prefix}/cas/oauth2"}
    state = openid.authorizations[-1]["state"]
    assert visitor.open(f"/screen/signin?code=a-code&state={state}").name == "complete-profile"


@pytest.mark.parametrize("acr", [None, "https://ecas.ec.europa.eu/loa/basic"])
def test_a_password_alone_is_not_enough(visitor: Visitor, world: World, openid: FakeOpenId, acr: str | None) -> None:
    openid.claims = {"acr": acr}
    assert visitor.sign_in().state == "level-too-low"
    assert refusal(world)[0] == "cpms.level_too_low"


def test_claims_are_taken_for_attributes(visitor: Visitor, world: World, openid: FakeOpenId) -> None:
    for wrong in ({"email": None}, {"given_name": ""}, {"family_name": None}):
        openid.claims = wrong
        assert visitor.sign_in().state == "attributes-missing"
    assert refusal(world)[0] == "cpms.attributes_missing"
    world.settings.change({"recognition.delay": "PT5M"})
    openid.claims = {"registered_at": FRIDAY.isoformat(), "locale": "fr", "acr": "https://ecas.ec.europa.eu/loa/high"}
    assert visitor.sign_in().name == "not-recognised"
    world.move_clock(FRIDAY + timedelta(minutes=5))
    assert visitor.sign_in().name == "complete-profile"
    assert person_of(world, NORA.uid).language == "fr"


# The state.


def lost(page: Page, world: World) -> bool:
    assert "begun" in page.text
    return (page.state, refusal(world)[0]) == ("state-lost", "cpms.state_lost")


@pytest.mark.parametrize("query", ["code=a-code", "code=a&state=forged", "state=Ω"])
def test_an_answer_that_was_not_asked_for_is_refused(
    visitor: Visitor, world: World, openid: FakeOpenId, query: str
) -> None:
    assert lost(visitor.open(f"/screen/signin?{query}"), world)
    assert refusal(world)[1] == "no sign-in under way"
    assert "SameSite" in world.journal.events()[-1].fields["remedy"]  # as of a cookie that was lost
    openid.sent_back = {"state": ""} | dict(parse_qsl(query))
    assert lost(visitor.sign_in(), world)
    assert refusal(world)[1] == "another state"


def test_an_answer_counts_once_and_in_its_own_browser(visitor: Visitor, world: World, openid: FakeOpenId) -> None:
    visitor.sign_in()
    answer = f"/screen/signin?code=a-code&state={openid.authorizations[-1]['state']}"
    assert lost(visitor.open(answer), world)
    with Visitor(world.addresses.public("cpms"), openid) as other:  # type: ignore[arg-type]
        assert lost(other.open(answer), world)
    assert visitor.open("/screen/profile").name == "complete-profile"


def test_neither_code_nor_tokens_stand_in_the_journal(visitor: Visitor, world: World, openid: FakeOpenId) -> None:
    openid.claims = {"nonce": "of-another-sign-in"}
    visitor.sign_in()
    told = str([event.fields for event in world.journal.events()])
    assert not any(secret in told for secret in ("a-code", "an-access-token", "of-another-sign-in", "eyJ"))
