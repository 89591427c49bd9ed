"""Plain CAS 3.0 for ordinary clients (setting `dialect`)."""

import pytest

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.cas.parameters import ENDPOINTS
from mock_idp.cas.tickets import ServiceTicket
from mock_idp.signin.services import NewService, register_service
from mock_world import World
from tests.mock_idp.conftest import Browser
from tests.mock_idp.validating import (
    get,
    names,
    proxy_ticket,
    text,
    ticket,
    validate,
    validate_json,
)  # fmt: skip

XML = [path[1:] for path in ENDPOINTS if path not in {"/validate", "/ws/TicketValidationService/http/post"}]


@pytest.fixture(autouse=True)
def plain(world: World) -> None:
    world.settings.change({"dialect": "cas"})


def test_every_assurance_is_accepted_at_every_address_with_attributes_in_an_element_of_their_own(
    world: World, browser: Browser
) -> None:
    register_service(world, NewService("http://app.example", least_assurance_level=30))
    for level in (0, 10):
        new = NewAccount("Io", "Lind", f"io{level}@hospital.example", assurance_level=level, groups=["G1", "G2"])
        person = create_account(world, new)
        for path in XML:
            answer = validate(browser, path, ticket=ticket(world, person), assuranceLevel="TOP")
            assert answer.tag == "{http://www.yale.edu/tp/cas}authenticationSuccess"
            assert (names(answer), text(answer, "user")) == (["user", "attributes"], person.uid)
            assert [each.text for each in answer.findall("{*}attributes/{*}memberOf")] == ["G1", "G2"]


def test_attributes_stand_behind_what_cas_2_has(world: World, account: Account, browser: Browser) -> None:
    """Clients of CAS 2.0 look for proxies in the second place."""
    orders = {"proxyValidate": ["user", "proxies", "attributes"], "p3/proxyValidate": ["user", "attributes", "proxies"]}
    for path, children in orders.items():
        answer = validate(browser, path, ticket=proxy_ticket(world, account, "https://a.example/"))
        assert names(answer) == children


def test_the_first_version_accepts_everybody_and_every_service_is_told_of_the_sessions_end(
    world: World, account: Account, browser: Browser
) -> None:
    number = ticket(world, account)
    assert get(browser, "validate", ticket=number).text == f"yes\n{account.uid}\n"
    with world.database.session() as db:
        assert db.get_one(ServiceTicket, number).single_logout is True


def test_extended_attributes_that_can_be_no_element_or_another_one_are_left_out(world: World, browser: Browser) -> None:
    details = {
        "extendedAttributes": {
            "costCentre": ["A", "B"],
            "email": ["boss@a.example"],
            "cost-centre": ["C"],
            "1st <name>": ["x"],
            "a b": ["y"],
            "\N{SNOWMAN}": ["z"],
        },
        "departmentNumber": "SANTE.B.2",
        "orgId": "",
    }
    person = create_account(world, NewAccount("Io", "Lind", "io@hospital.example", details=details))
    told = validate_json(browser, ticket=ticket(world, person))["authenticationSuccess"]["attributes"]
    assert (told["costCentre"], told["departmentNumber"]) == (["A", "B"], "SANTE.B.2")
    assert (told["email"], told["cost-centre"]) == (person.email, "C")
    assert {"orgId", "a b", "1st <name>", "\N{SNOWMAN}"} & told.keys() == set()
    assert (told.get("memberOf", []), told["strength"]) == ([], ["PASSWORD"])
    assert told["longTermAuthenticationRequestTokenUsed"] is False
