"""Faults that strike what applications call: keys, discovery, tokens, attributes, errors of EU Login's own."""

from collections import Counter

import pytest
import requests
from defusedxml.ElementTree import fromstring
from joserfc.errors import JoseError

from mock_idp.accounts.model import Account
from mock_world import World
from tests.mock_idp.conftest import Browser
from tests.mock_idp.oidc import claims, client_of, header, token, tokens
from tests.mock_idp.oidc import code as code_of
from tests.mock_idp.validating import SERVICE, code, get, ticket, validate

BASE = "/cas/oauth2"
OF_THE_PERSON = {"email", "email_verified", "given_name", "family_name", "name"}


def fetch(browser: Browser, path: str) -> requests.Response:
    return requests.get(browser.base + BASE + path, timeout=10)


def kids(browser: Browser) -> set[str]:
    return {key["kid"] for key in fetch(browser, "/keys").json()["keys"]}


# Keys and discovery.


@pytest.mark.parametrize(
    ("fault", "path"),
    [
        ("discovery.unreachable", "/.well-known/openid-configuration"),
        ("discovery.unreachable", "/.unsafe/openid-configuration"),
        ("keys.unreachable", "/keys"),
    ],
)
def test_what_clients_look_up_cannot_be_had(world: World, browser: Browser, fault: str, path: str) -> None:
    world.faults.arm(fault)
    world.faults.arm(fault, status=404)
    assert [fetch(browser, path).status_code for _ in range(2)] == [404, 200]
    world.faults.arm(fault)
    assert fetch(browser, path).status_code == 503


def test_foreign_keys_have_signed_no_token(world: World, account: Account, browser: Browser) -> None:
    own = kids(browser)
    world.faults.arm("keys.foreign")
    foreign = kids(browser)
    assert (len(foreign), own & foreign) == (len(own), set())
    assert header(tokens(browser, account, client_of(world))["id_token"])["kid"] in own
    assert kids(browser) == own


def test_keys_change_between_a_look_at_them_and_the_token(world: World, account: Account, browser: Browser) -> None:
    client, before = client_of(world), kids(browser)
    world.faults.arm("keys.rotated", client_id="another")
    assert header(tokens(browser, account, client)["id_token"])["kid"] in before
    world.faults.arm("keys.rotated", client_id=client.client_id)
    id_token = tokens(browser, account, client)["id_token"]
    assert header(id_token)["kid"] not in before
    assert before < kids(browser)
    assert claims(world, id_token)["sub"] == account.uid


# Tokens.


def test_a_token_is_too_large_for_headers_and_cookies_and_good_all_the_same(
    world: World, account: Account, browser: Browser
) -> None:
    client = client_of(world)
    world.faults.arm("token.too_large", person=account.email, client_id=client.client_id)
    large, usual = (tokens(browser, account, client)["id_token"] for _ in range(2))
    assert len(large) > 50_000
    assert len(usual) < 4_000
    assert claims(world, large)["sub"] == account.uid


def test_a_fault_for_one_client_spares_the_others(world: World, account: Account, browser: Browser) -> None:
    portal, shop = client_of(world, client_id="portal"), client_of(world, client_id="shop")
    world.faults.arm("token.wrong_signature", times=None, client_id="portal")
    assert claims(world, tokens(browser, account, shop)["id_token"])
    with pytest.raises(JoseError):
        claims(world, tokens(browser, account, portal)["id_token"])
    (struck,) = world.journal.events(types=["fault.struck"])
    assert (struck.fields["client"], struck.correlation_id is not None) == ("portal", True)


def test_the_token_endpoint_has_an_error_of_its_own(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    number = code_of(browser, account, client)
    world.faults.arm("validation.failed", person=account.email, client_id=client.client_id)
    failed = token(browser, client, code=number)
    assert (failed.status_code, failed.json()["error"]) == (500, "server_error")
    (refused,) = world.journal.events(types=["token.internal_error"])
    assert (refused.person, refused.fields["got"]) == (account.email, "the fault validation.failed")
    assert token(browser, client, code=number).status_code == 200


def test_claims_of_the_person_are_missing_in_token_and_userinfo(
    world: World, account: Account, browser: Browser
) -> None:
    world.settings.change({"oidc.userinfo": True})
    client = client_of(world)
    world.faults.arm("attributes.missing", times=2, client_id=client.client_id)
    body = tokens(browser, account, client)
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    asked = [requests.get(browser.base + BASE + "/userinfo", headers=headers, timeout=10).json() for _ in range(2)]
    assert not OF_THE_PERSON & claims(world, body["id_token"]).keys()
    assert [OF_THE_PERSON & each.keys() for each in asked] == [set(), OF_THE_PERSON]
    assert asked[0]["sub"] == account.uid


# CAS.


def attributes(browser: Browser, number: str, **query: str) -> Counter[str]:
    """How often each element stands in the answer."""
    root = fromstring(get(browser, ticket=number, userDetails="true", **query).content)
    return Counter(element.tag.partition("}")[2] for element in root.iter())


@pytest.mark.parametrize("dialect", ["eulogin", "cas"])
@pytest.mark.parametrize(("fault", "times"), [("attributes.missing", 0), ("attributes.duplicate", 2)])
def test_attributes_of_the_person_are_missing_or_come_twice(
    world: World, account: Account, browser: Browser, dialect: str, fault: str, times: int
) -> None:
    world.settings.change({"dialect": dialect})
    world.faults.arm(fault, service="http://other.example/")
    world.faults.arm(fault, service=SERVICE)
    wrong, right = (attributes(browser, ticket(world, account)) for _ in range(2))
    names = ("email", "firstName", "lastName")
    assert [wrong[name] for name in names] == [times] * 3
    assert wrong - Counter(names) - Counter(names) == right - Counter(names)
    assert [fault.service for fault in world.faults.armed()] == ["http://other.example/"]


def test_a_duplicate_attribute_is_an_array_in_json(world: World, account: Account, browser: Browser) -> None:
    world.faults.arm("attributes.duplicate")
    answer = get(browser, ticket=ticket(world, account), userDetails="true", format="JSON").json()
    assert answer["serviceResponse"]["authenticationSuccess"]["email"] == [account.email] * 2


def test_an_answer_without_attributes_uses_up_no_fault(world: World, account: Account, browser: Browser) -> None:
    world.faults.arm("attributes.missing")
    assert code(validate(browser, ticket=ticket(world, account))) is None
    assert world.faults.armed() != []


def test_a_login_transaction_fails_too(world: World, account: Account, browser: Browser) -> None:
    def begin() -> str | None:
        answer = requests.post(f"{browser.base}/cas/login/init", data={"service": SERVICE}, timeout=5)
        found: str | None = fromstring(answer.content)[0].get("code")
        return found

    world.faults.arm("validation.failed", service=SERVICE)
    assert (begin(), begin()) == ("INTERNAL_ERROR", None)
    (refused,) = world.journal.events(types=["ticket.internal_error"])
    assert refused.fields["got"] == "the fault validation.failed"


@pytest.mark.parametrize("fault", ["ticket.expired", "ticket.eaten", "ticket.wrong_service", "validation.failed"])
def test_a_fault_of_a_ticket_for_one_service_spares_the_others(
    world: World, account: Account, browser: Browser, fault: str
) -> None:
    world.faults.arm(fault, times=None, service="http://app.example/signin")
    other = "http://app.example/other"
    assert code(validate(browser, ticket=ticket(world, account, service=other), service=other)) is None
    assert code(validate(browser, ticket=ticket(world, account))) is not None
    (struck,) = world.journal.events(types=["fault.struck"])
    assert (struck.fields["service"], struck.correlation_id) == ("http://app.example/signin", struck.correlation_id)
