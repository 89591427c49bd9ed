"""CPMS signs people in by OpenID Connect (setting `cpms.sign_in`)."""

import base64
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from mock_cpms.people import person_of
from mock_world import World
from mock_world.server import Site
from tests.mock_cpms.conftest import FRIDAY
from tests.mock_cpms.fake_openid import FakeOpenId
from tests.mock_cpms.visitor import NORA, Page, Visitor


@pytest.fixture
def world(by_openid: World) -> World:
    return by_openid


@pytest.fixture
def visitor(openid_visitor: Visitor) -> Visitor:
    return openid_visitor


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
    told = str([event.fields for event in world.journal.events()])
    assert not any(secret in told for secret in ("a-code", "an-access-token", "of-another-sign-in", "eyJ"))
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
    ("place", "says", "kind", "state"),
    [
        ("sent_back", {"error": "access_denied"}, "cpms.sign_in_denied", "denied"),
        ("sent_back", {"error": "unauthorized_client"}, "cpms.client_refused", "client-refused"),
        ("answer", ({"error": "invalid_grant"}, 400), "cpms.ticket_refused", "ticket-refused"),
        ("answer", ({"error": "invalid_client"}, 401), "cpms.client_refused", "client-refused"),
        ("answer", ("<html>", 200), "cpms.eulogin_unreachable", "unreachable"),
        ("answer", ("busy", 503), "cpms.eulogin_unreachable", "unreachable"),
        ("published", ({"keys": []}, 503), "cpms.eulogin_unreachable", "unreachable"),
    ],
)
def test_a_no_of_eu_login_is_explained_and_the_next_sign_in_works(
    visitor: Visitor, world: World, openid: FakeOpenId, place: str, says: object, kind: str, state: str
) -> None:
    setattr(openid, place, says)
    assert visitor.sign_in().state == state
    assert refusal(world)[0] == kind
    assert visitor.open("/screen/profile").name == "home"
    setattr(openid, place, None)
    assert visitor.sign_in().name == "complete-profile"


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
    openid_site: Site, visitor: Visitor, world: World, openid: FakeOpenId
) -> None:
    outside = "https://login.example"
    world.settings.change({"idp.public_url": outside, "idp.internal_url": openid_site.listeners["idp"]})
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
    with Visitor(world.addresses.public("cpms"), openid) as other:
        assert lost(other.open(answer), world)
    assert visitor.open("/screen/profile").name == "complete-profile"
