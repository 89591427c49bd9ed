"""Tickets and their validation in EU Login's dialect."""

from xml.etree import ElementTree as ET

import pytest
import requests
from defusedxml.ElementTree import fromstring

from eulogin_harness.state import dump_state, load_state
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.cas.services import NewService, delete_service, may_use, register_service, services
from mock_idp.cas.tickets import issue_ticket
from mock_idp.factors import PASSWORD_MOBILE_APP
from mock_idp.signin.sessions import SignedIn, start_session
from mock_world import Refusal, World
from tests.mock_idp.conftest import Browser, advance, minutes

SERVICE = "http://cpms.example/signin"
NS = {"cas": "https://ecas.ec.europa.eu/cas/schemas"}


def ticket(world: World, account: Account, strength: str = "PASSWORD") -> str:
    signed_in = SignedIn(start_session(world, account, strength), account)
    return issue_ticket(world, signed_in, SERVICE, sso=False).id


def validate(browser: Browser, path: str = "laxValidate", **query: str) -> ET.Element:
    answer = requests.get(f"{browser.base}/cas/{path}", params=query, timeout=5)
    assert answer.status_code == 200
    assert "<cas:serviceResponse" in answer.text
    root: ET.Element = fromstring(answer.content)
    return root[0]


def code(answer: ET.Element) -> str | None:
    return answer.get("code")


def test_attributes_are_direct_children_in_the_documented_order(
    world: World, account: Account, browser: Browser
) -> None:
    found = validate(browser, service=SERVICE, ticket=ticket(world, account), userDetails="true", groups="*")
    names = [child.tag.partition("}")[2] for child in found]
    assert names == [
        "user", "email", "employeeType", "firstName", "lastName", "domain", "domainUsername", "locale",
        "assuranceLevel", "uid", "groups", "authenticationLevel", "strengths", "loginDate", "sso", "ticketType",
    ]  # fmt: skip
    assert found.findtext("cas:user", namespaces=NS) == account.uid
    assert found.findtext("cas:email", namespaces=NS) == account.email
    assert [group.text for group in found.findall("cas:groups/cas:group", NS)] == ["G1", "G2"]


def test_without_user_details_only_the_user_and_the_session_are_told(
    world: World, account: Account, browser: Browser
) -> None:
    found = validate(browser, service=SERVICE, ticket=ticket(world, account))
    assert found.find("cas:email", NS) is None
    assert found.find("cas:groups", NS) is None
    assert found.findtext("cas:sso", namespaces=NS) == "false"


def test_self_registered_people_are_refused_by_service_validate(
    world: World, account: Account, browser: Browser
) -> None:
    refused = validate(browser, "serviceValidate", service=SERVICE, ticket=ticket(world, account))
    assert code(refused) == "INVALID_USER"
    assert world.journal.events(types=["ticket.invalid_user"])
    assert refused.text == (
        f'Invalid user: "{account.uid}" belongs to "SELF_REGISTERED" users while application accepts only '
        '"INTERNAL" users or users with higher assurance levels'
    )
    accepted = validate(
        browser, "serviceValidate", service=SERVICE, ticket=ticket(world, account), assuranceLevel="LOW"
    )
    assert code(accepted) is None


def test_internal_people_pass_service_validate(world: World, browser: Browser) -> None:
    boss = create_account(world, NewAccount("Io", "Top", "io@hospital.example", assurance_level=40))
    assert code(validate(browser, "serviceValidate", service=SERVICE, ticket=ticket(world, boss))) is None


@pytest.mark.parametrize(
    ("change", "expected", "kind"),
    [
        ({"ticket": ""}, "INVALID_REQUEST", "ticket.invalid_request"),
        ({"service": ""}, "INVALID_REQUEST", "ticket.invalid_request"),
        ({"ticket": "ST-1-unknown"}, "INVALID_TICKET", "ticket.invalid_ticket"),
        ({"service": SERVICE + "/"}, "INVALID_SERVICE", "ticket.invalid_service"),
        ({"authenticationLevel": "MEDIUM"}, "INSUFFICIENT_AUTHENTICATION_LEVEL", "ticket.insufficient_level"),
        ({"acceptStrengths": "PASSWORD_MOBILE_APP,CLIENT_CERT"}, "INVALID_STRENGTH", "ticket.invalid_strength"),
    ],
)
def test_each_failure_has_its_code_and_a_line_in_the_journal(
    world: World, account: Account, browser: Browser, change: dict[str, str], expected: str, kind: str
) -> None:
    query = {"service": SERVICE, "ticket": ticket(world, account)} | change
    assert code(validate(browser, **query)) == expected
    refusal = world.journal.events()[-1]
    assert refusal.type == kind
    assert all(refusal.fields[name] for name in ("expected", "got", "remedy"))
    assert query["ticket"] == "" or query["ticket"] not in str(refusal.fields)


def test_a_ticket_is_good_once_and_for_five_minutes(world: World, account: Account, browser: Browser) -> None:
    first, second = ticket(world, account), ticket(world, account)
    assert code(validate(browser, service=SERVICE, ticket=first)) is None
    assert code(validate(browser, service=SERVICE, ticket=first)) == "INVALID_TICKET"
    advance(world, minutes(5))
    assert code(validate(browser, service=SERVICE, ticket=second)) == "INVALID_TICKET"


def test_the_level_of_the_phone_is_told(world: World, account: Account, browser: Browser) -> None:
    strong = ticket(world, account, PASSWORD_MOBILE_APP)
    found = validate(browser, service=SERVICE, ticket=strong, authenticationLevel="MEDIUM")
    assert found.findtext("cas:authenticationLevel", namespaces=NS) == "MEDIUM"
    assert [s.text for s in found.findall("cas:strengths/cas:strength", NS)] == [PASSWORD_MOBILE_APP]


def test_registration_time_is_told_while_recognition_takes_time(
    world: World, account: Account, browser: Browser
) -> None:
    path = "cas:extendedAttributes/cas:extendedAttribute[@name='registeredAt']/cas:attributeValue"
    untold = validate(browser, service=SERVICE, ticket=ticket(world, account), userDetails="true")
    world.settings.change({"recognition.delay": "PT5M"})
    told = validate(browser, service=SERVICE, ticket=ticket(world, account), userDetails="true")
    assert untold.findtext(path, namespaces=NS) is None
    assert told.findtext(path, namespaces=NS) == account.registered_at.isoformat()


@pytest.mark.parametrize(
    ("registered", "address", "covered"),
    [
        ("https://clinic.org/app", "https://clinic.org/app", True),
        ("https://clinic.org/app", "https://clinic.org/app/in?x=1", True),
        ("https://clinic.org/app", "https://clinic.org/apple", False),
        ("https://clinic.org/app", "https://clinic.org/app/../evil", False),
        ("https://clinic.org/app", "https://clinic.org/app/%2e%2e/evil", False),
        ("https://clinic.org/app", "https://clinic.org.evil.net/app", False),
        ("https://clinic.org/app", "http://clinic.org/app", False),
        ("https://clinic.org/", "https://clinic.org:444/", False),
        ("https://clinic.org", "https://clinic.org@evil.net/", False),
    ],
)
def test_registered_services_match_by_host_and_path_segment(
    world: World, registered: str, address: str, *, covered: bool
) -> None:
    register_service(world, NewService(registered))
    assert may_use(world, address) is covered


def test_only_registered_services_where_the_setting_says_so(world: World) -> None:
    world.settings.change({"cas.services": "registered"})
    assert not may_use(world, SERVICE)
    service = register_service(world, NewService("http://cpms.example", authentication_level="MEDIUM"))
    assert may_use(world, SERVICE)
    delete_service(world, service.id)
    assert services(world) == []


def test_a_state_that_is_taken_up_brings_its_registered_services(world: World) -> None:
    service = register_service(world, NewService("https://clinic.org"))
    before = dump_state(world)
    delete_service(world, service.id)
    assert not may_use(world, "https://clinic.org")
    load_state(world, before)
    assert may_use(world, "https://clinic.org")


@pytest.mark.parametrize("url", ["", "cpms.example", "ftp://x.example", "http://", "http://a b.example"])
def test_a_service_needs_a_proper_address(world: World, url: str) -> None:
    with pytest.raises(Refusal, match="http"):
        register_service(world, NewService(url))


def test_a_registered_service_may_demand_a_higher_assurance(world: World, account: Account, browser: Browser) -> None:
    register_service(world, NewService("http://cpms.example", least_assurance_level=30))
    assert code(validate(browser, service=SERVICE, ticket=ticket(world, account))) == "INVALID_USER"


def test_an_assurance_level_that_is_none_counts_as_the_highest(
    world: World, account: Account, browser: Browser
) -> None:
    refused = validate(browser, service=SERVICE, ticket=ticket(world, account), assuranceLevel="9" * 5_000)
    assert code(refused) == "INVALID_USER"
