"""What was changed is told from the next request on, though much is kept in memory of what requests read."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from tests.eulogin_harness.test_session import SERVICE, validated
from tests.mock_idp.conftest import Browser

APP = 'id="verif-method-dd-PASSWORD_MOBILE_APP"'


def ticket_of(world: World, person: Persona) -> str | None:
    return world.personas.session(person, service=SERVICE).ticket


def password_page(world: World, person: Persona) -> Browser:
    browser = Browser(world.addresses.idp)
    browser.open("/cas/login").send(username=person.email)
    return browser


@pytest.fixture
def person(world: World) -> Persona:
    """Somebody of whom all is in memory: signed in by the app, and a ticket was validated."""
    anna = world.personas.create("enrolled")
    assert validated(world, ticket_of(world, anna))["user"] == anna.uid
    assert APP in password_page(world, anna).page.text
    return anna


def test_a_ticket_tells_what_was_changed_after_it_was_issued(world: World, person: Persona) -> None:
    changes: dict[str, Any] = {"first_name": "Eve", "department_number": "A.1", "groups": ["A"]}
    changes |= {"domain": "eu.europa.ec", "assurance_level": "TOP"}
    ticket = ticket_of(world, person)
    world.personas.change(person.id, **changes)
    query = {"service": SERVICE, "ticket": str(ticket), "userDetails": "true", "groups": "*"}
    document = requests.get(world.addresses.idp + "/cas/laxValidate", query, timeout=30).text
    for line in (
        "<cas:firstName>Eve</cas:firstName>",
        "<cas:departmentNumber>A.1</cas:departmentNumber>",
        "<cas:domain>eu.europa.ec</cas:domain>",
        "<cas:assuranceLevel>40</cas:assuranceLevel>",
        "<cas:group>A</cas:group>",
    ):
        assert line in document


@pytest.mark.parametrize(
    ("end", "refusal"),
    [
        (lambda world, person: world.personas.change(person.id, disabled=True), "account.disabled"),
        (lambda world, person: world.personas.delete(person.id), "account.unknown"),
    ],
    ids=["disabled", "deleted"],
)
def test_who_is_gone_is_not_named_and_does_not_sign_in(
    world: World, person: Persona, end: Callable[[World, Persona], object], refusal: str
) -> None:
    ticket = ticket_of(world, person)
    browser = password_page(world, person)
    end(world, person)
    assert "user" not in validated(world, ticket)
    browser.send(password=str(person.password), loginStrength="PASSWORD")
    assert world.events.refusals()[-1].type == refusal


def test_a_service_counts_from_its_registration_until_it_is_taken_off(world: World, person: Persona) -> None:
    tickets = [ticket_of(world, person) for _ in range(2)]
    service = world.services.create(SERVICE.partition("?")[0], least_assurance_level="TOP")
    assert "user" not in validated(world, tickets[0])
    world.services.delete(service.id)
    assert validated(world, tickets[1])["user"] == person.uid


def test_the_world_is_as_a_document_says_and_after_a_reset_as_new(world: World, person: Persona) -> None:
    state = world.state()
    devices, state["tables"]["idp_device"] = state["tables"]["idp_device"], []
    world.load_state(state)
    assert APP not in password_page(world, person).page.text
    world.load_state(state | {"tables": state["tables"] | {"idp_device": devices}})
    assert APP in password_page(world, person).page.text
    world.reset()
    assert password_page(world, person).at[0] == "whoami"
