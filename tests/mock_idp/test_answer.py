"""The answer of a validation element by element (facts, validation answer), as XML and as JSON."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.cas import proxying
from mock_idp.cas.documents import add, as_json, as_xml
from mock_idp.common.strength_names import PASSWORD_MOBILE_APP, PASSWORD_SOFTWARE_TOKEN, PASSWORD_WEBAUTHN
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.factors.devices.rules import add_device
from mock_idp.factors.keys.model import SecurityKey
from mock_world import World
from mock_world.clock import real_now
from tests.mock_idp import signing_in
from tests.mock_idp.conftest import PASSWORD, PIN, Browser
from tests.mock_idp.validating import (
    SERVICE,
    alter,
    get,
    names,
    proxy_ticket,
    text,
    ticket,
    validate,
    validate_json,
)  # fmt: skip

# The schema's order, rows 1 to 29 of the facts.
SCHEMA = [
    "user", "registrationLevelVersion", "departmentNumber", "email", "employeeNumber", "employeeType", "firstName",
    "lastName", "domain", "domainUsername", "telephoneNumber", "userManager", "timeZone", "locale", "assuranceLevel",
    "uid", "orgId", "teleworkingPriority", "extendedAttributes", "groups", "authenticationLevel", "strengths",
    "authenticationFactors", "loginDate", "sso", "ticketType", "proxyGrantingProtocol", "proxyGrantingTicket",
    "proxies",
]  # fmt: skip
DETAILS: Mapping[str, Any] = {
    "departmentNumber": "SANTE.B.2",
    "employeeNumber": "90012345",
    "domainUsername": "maxtest",
    "telephoneNumber": "+32 2 555 01 23",
    "userManager": "uid=bossima,ou=Person,o=cec.eu.int",
    "timeZone": "Europe/Brussels",
    "orgId": "216457",
    "teleworkingPriority": "1",
    "registrationLevelVersions": [{"level": "1", "value": "2"}, {"level": "3", "value": "4"}],
    "extendedAttributes": {"costCentre": ["A", "B"], "none": []},
}
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


@pytest.fixture
def staff(world: World) -> Account:
    new = NewAccount(
        "Max", "Test", "max@ec.example", uid="testmax", domain="eu.europa.ec", employee_type="f", assurance_level=40,
        groups=["A", "B"], details=DETAILS,
    )  # fmt: skip
    return create_account(world, new)


@pytest.fixture
def granting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxying, "grant", lambda *_: "PGTIOU-1")


@pytest.mark.usefixtures("granting")
def test_all_elements_come_in_the_order_of_the_schema_in_xml_and_json(
    world: World, staff: Account, browser: Browser
) -> None:
    query = {"userDetails": "true", "groups": "*", "pgtUrl": "https://b.example/"}
    number = proxy_ticket(world, staff, "https://a.example/")
    found = names(validate(browser, "proxyValidate", ticket=number, **query))
    assert [*dict.fromkeys(found)] == SCHEMA
    number = proxy_ticket(world, staff, "https://a.example/")
    told = validate_json(browser, "proxyValidate", ticket=number, **query)["authenticationSuccess"]
    assert [*told] == SCHEMA


def test_what_is_empty_is_not_told_and_null_is_told_as_nil(world: World, browser: Browser) -> None:
    details: dict[str, Any] = {
        "employeeNumber": None,
        "userManager": None,
        "orgId": None,
        "timeZone": "",
        "extendedAttributes": {},
    }
    person = create_account(world, NewAccount("Io", "Lind", "io@hospital.example", details=details))
    found = validate(browser, ticket=ticket(world, person), userDetails="true")
    assert [name for name in names(found) if name in DETAILS] == ["employeeNumber", "domainUsername", "userManager"]
    assert [each.get(NIL) for each in found if each.text is None and not len(each)] == ["true", "true"]
    empty = NewAccount("Jo", "Lind", "jo@hospital.example", details={"employeeNumber": "", "userManager": ""})
    found = validate(browser, ticket=ticket(world, create_account(world, empty)), userDetails="true")
    assert [name for name in names(found) if name in DETAILS] == ["domainUsername"]
    told = validate_json(browser, ticket=ticket(world, person), userDetails="true")["authenticationSuccess"]
    assert (told["employeeNumber"], told["userManager"], "orgId" in told) == (None, None, False)


def test_registration_time_is_told_while_recognition_takes_time(
    world: World, account: Account, browser: Browser
) -> None:
    path = "{*}extendedAttributes/{*}extendedAttribute[@name='registeredAt']/{*}attributeValue"
    untold = validate(browser, ticket=ticket(world, account), userDetails="true")
    world.settings.change({"recognition.delay": "PT5M"})
    told = validate(browser, ticket=ticket(world, account), userDetails="true")
    assert (untold.findtext(path), told.findtext(path)) == (None, account.registered_at.isoformat())


def test_times_are_real_ones_where_clients_have_an_unmoved_clock(
    world: World, account: Account, browser: Browser
) -> None:
    root = fromstring(get(browser, ticket=ticket(world, account)).content)
    for told in (root.attrib["date"], text(root[0], "loginDate") or ""):
        assert abs(datetime.fromisoformat(told) - real_now()) < timedelta(minutes=1)


ODD = "Zo\u00eb <&\">' \x00\x0b\x1f\ufffe\uffff\U0001f600]]>"


@pytest.mark.parametrize("dialect", ["eulogin", "cas"])
def test_names_of_odd_characters_break_no_document(
    world: World, account: Account, browser: Browser, dialect: str
) -> None:
    world.settings.change({"dialect": dialect})
    with world.database.session() as db:
        person = db.get_one(Account, account.uid)
        person.first_name, person.groups = ODD, [ODD]
        person.details = {"extendedAttributes": {ODD: [ODD]}}
    found = validate(browser, ticket=ticket(world, account), userDetails="true", groups="*")
    path = "attributes/firstName" if dialect == "cas" else "firstName"
    assert text(found, path) == "Zo\u00eb <&\">' \U0001f600]]>"
    told = validate_json(browser, ticket=ticket(world, account), userDetails="true")["authenticationSuccess"]
    assert (told if dialect == "eulogin" else told["attributes"])["firstName"].startswith("Zo\u00eb <&\">' ")


@settings(deadline=None, database=None, derandomize=True, max_examples=30)
@given(st.text())
def test_no_text_breaks_xml_or_json(text: str) -> None:
    root = ET.Element("cas:serviceResponse", {"xmlns:cas": "x"})
    failure = add(root, "authenticationFailure", text, code=text)
    read = fromstring(as_xml(root))[0]
    assert (read.text or "") == (failure.text or "").replace("\r\n", "\n").replace("\r", "\n")
    assert json.loads(as_json(root))["serviceResponse"]["authenticationFailure"]["description"] == failure.text


def test_markup_in_a_service_stays_out_of_the_document(world: World, account: Account, browser: Browser) -> None:
    service = "http://app.example/?x=]]><a b='&"
    assert text(validate(browser, ticket=ticket(world, account, service=service), service=service), "user")
    assert validate(browser, ticket=ticket(world, account), service=service + "\x00").get("code") == "INVALID_SERVICE"


def test_factors_are_those_that_were_used(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
    for name, used in (("Old key", None), ("My key", world.clock.now())):
        key = SecurityKey(uid=account.uid, name=name, credential_id=name, public_key="", sign_count=0, transports=[])
        key.added_at, key.used_at = world.clock.now(), used
        with world.database.session() as db:
            db.add(key)
    phone, factors = {"mobileDevice": "My phone"}, dict[str, dict[str, str]]()
    for strength in ("PASSWORD", PASSWORD_MOBILE_APP, PASSWORD_SOFTWARE_TOKEN, PASSWORD_WEBAUTHN):
        told = validate_json(browser, ticket=ticket(world, account, strength))["authenticationSuccess"]
        factors[strength] = told["authenticationFactors"]
        assert factors[strength].pop("moniker") == account.email
    assert [*factors.values()] == [{}, phone, phone, {"webAuthnDevice": "My key"}]


@pytest.mark.parametrize("typed", ["ada.berg@hospital.example", " Ada.Berg@Hospital.Example ", "{uid}"])
def test_the_moniker_is_what_was_typed_as_user_name(
    world: World, account: Account, browser: Browser, typed: str
) -> None:
    typed = typed.format(uid=account.uid)
    signing_in.login(browser, service=SERVICE).send(username=typed)
    browser.send(follow=False, password=PASSWORD, loginStrength="PASSWORD")
    first = signing_in.ticket(world, signing_in.go_on(browser)).id
    again = signing_in.ticket(world, signing_in.opened(browser, service=SERVICE)).id
    for number, sso in ((first, "false"), (again, "true")):
        found = validate(browser, ticket=number)
        assert (text(found, "authenticationFactors/moniker"), text(found, "sso")) == (typed.strip(), sso)


def test_what_was_typed_counts_for_one_sign_in_of_that_person_alone(
    world: World, account: Account, browser: Browser
) -> None:
    other = create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))
    for typed in (other.uid, account.uid):
        signing_in.login(browser, service=SERVICE).send(username=typed)
    browser.send(follow=False, password=PASSWORD, loginStrength="PASSWORD")
    assert signing_in.ticket(world, signing_in.go_on(browser)).moniker == account.uid
    signing_in.login(browser, service=SERVICE, renew="true")
    assert _moniker_by_password_alone(world, browser, account) == account.email
    signing_in.login(browser, service=SERVICE, renew="true").send(username=other.uid)
    assert _moniker_by_password_alone(world, browser, account) == account.email


def _moniker_by_password_alone(world: World, browser: Browser, account: Account) -> str | None:
    """What is told of a sign-in whose page of the user name was left out."""
    browser.send(follow=False, username=account.email, password=PASSWORD, loginStrength="PASSWORD")
    found = validate(browser, ticket=signing_in.ticket(world, signing_in.go_on(browser)).id)
    return text(found, "authenticationFactors/moniker")


def test_identifiers_that_are_made_up_have_the_length_of_the_schema(world: World) -> None:
    made = [create_account(world, NewAccount("Io", "Lind", f"io{n}@hospital.example")).uid for n in range(20)]
    assert min(map(len, made)) >= 7


def test_a_ticket_without_a_moniker_tells_none_nor_a_phone_that_cannot_have_been_used(
    world: World, account: Account, browser: Browser
) -> None:
    add_device(world, account.uid, name="Never scanned", pin=PIN)
    number = alter(world, ticket(world, account, PASSWORD_MOBILE_APP), moniker="")
    assert "authenticationFactors" not in names(validate(browser, ticket=number))


def test_a_lost_ticket_leaves_the_browser_at_the_service_and_a_found_one_names_who_has_another_address_by_now(
    world: World, account: Account, browser: Browser
) -> None:
    world.faults.arm("ticket.lost", person=account.email)
    assert signing_in.target(signing_in.sign_in(browser, account, service=SERVICE)) == SERVICE
    number = signing_in.ticket(world, signing_in.opened(browser, service=SERVICE)).id
    signing_in.change(world, account, email="ada@clinic.example")
    found = validate(browser, ticket=number, userDetails="true")
    assert (text(found, "user"), text(found, "email")) == (account.uid, "ada@clinic.example")
