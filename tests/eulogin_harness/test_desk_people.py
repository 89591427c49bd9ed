"""People in the control room: found, opened, changed; each action shows the API call that does the same."""

import json
import re

import pytest

from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from tests.eulogin_harness.room import Room


@pytest.fixture
def anna(world: World) -> Persona:
    return world.personas.create(
        "access_requested", first_name="Anna", last_name="Ek", email="anna@hospital.example", networks=["BOND"]
    )


def called(page: str) -> tuple[str, dict[str, object]]:
    """Method and body of the call that the note shows."""
    (line,) = re.findall(r'class="call-line".*<code>(.*)</code>', page)
    body = re.search(r"--json '(.*)'", line)
    method = re.search(r"-X (\w+)", line)
    return method[1] if method else "POST", json.loads(body[1]) if body else {}


def test_people_are_found_by_name_address_identifier_stage_and_network(room: Room, world: World, anna: Persona) -> None:
    for query in ("q=anna+ek", "q=ANNA%40", f"q={anna.uid}", "stage=access_requested", "network=BOND&q=Ek"):
        page = room.text(f"/people?{query}")
        assert (anna.email in page, "helpdesk@paedcan" in page) == (True, False), query
    assert "Nobody fits the filter." in room.page("/people?q=nobody")
    for person in world.personas.list():
        world.personas.delete(person.id)
    assert "Nobody yet. Make a person at a stage" in room.page("/people")


def test_many_people_come_in_pages_which_keep_the_filter(room: Room, world: World) -> None:
    world.personas.create_many(26, "invited")
    assert "1 to 25 of 26" in room.text("/people?stage=invited")
    page = room.page("/people?stage=invited&page=2")
    assert (page.count("people__email"), "page=1&stage=invited" in page) == (1, True)


def test_a_person_has_a_page_with_everything_of_that_person(room: Room, world: World, anna: Persona) -> None:
    world.access_requests.decide(anna.requests[0].id, "ask", reason="Which ward?")
    mail = world.mails.wait(to=anna.email)
    world.faults.arm("mail.lost", person=anna.email)
    world.faults.arm("mail.late")
    world.personas.session(anna, service="https://app.example/")
    page = room.text(f"/people/{anna.id}")
    shown = {anna.uid, str(anna.password), str(anna.pin), str(anna.hospital), anna.phone_id, "My phone active"}
    shown |= {"Which ward?", mail.subject, "app.example", "mail.lost", "session until", "BOND info requested"}
    assert [one for one in shown if one not in page] == []
    assert "A mail arrives ten minutes late." not in page
    assert room.session.get(f"{room.base}/people/999", timeout=30).status_code == 404


@pytest.mark.parametrize(
    ("language", "shown"), [("fr", ("équipée", "envoyée")), ("de", ("eingerichtet", "eingereicht"))]
)
def test_stages_and_states_are_named_in_the_language_of_the_page(
    room: Room, world: World, anna: Persona, language: str, shown: tuple[str, str]
) -> None:
    world.personas.create("enrolled")
    room.session.headers["Accept-Language"] = language
    stage, state = shown
    assert f'<span class="tag">{stage}</span>' in room.page("/people")
    assert f'<span class="tag">{state}</span>' in room.page("/access-requests")


def test_an_account_is_disabled_and_enabled(room: Room, world: World, anna: Persona) -> None:
    for action, disabled in (("disable", True), ("enable", False)):
        page = room.send(f"/people/{anna.id}", action=action)
        assert called(page) == ("PATCH", {"disabled": disabled})
        assert "Anna Ek was changed." in page
        assert 'data-page="person"' in page
        assert world.personas.get(anna.id).disabled is disabled


def fields(one: Persona, **changes: str) -> dict[str, str]:
    """The form of a person as it stands, with changes."""
    names = ("first_name", "last_name", "language", "domain", "employee_type", "assurance_level", "domain_username")
    plain = {name: str(getattr(one, name)) for name in names}
    return plain | {"notifications": "true", "always_two_factors": "false", "action": "change"} | changes


def test_what_eu_login_says_of_a_person_is_changed_only_where_it_differs(
    room: Room, world: World, anna: Persona
) -> None:
    changes = {
        "groups": "STAFF, DOCTORS",
        "department_number": "DIGIT.B.1",
        "assurance_level": "TOP",
        "org_id": "",
        "password": "",
    }
    page = room.send(f"/people/{anna.id}", **fields(anna, **changes))
    body = {"groups": ["STAFF", "DOCTORS"], "department_number": "DIGIT.B.1", "assurance_level": "TOP"}
    assert called(page) == ("PATCH", body)
    assert world.personas.get(anna.id).model_dump(include=set(body)) == body
    page = room.send(
        f"/people/{anna.id}", **fields(anna, **changes | {"telephone_number": "1", "department_number": ""})
    )
    assert called(page)[1] == {"department_number": "", "telephone_number": "1"}


def test_what_cannot_be_is_said_at_its_field(room: Room, world: World, anna: Persona) -> None:
    page = room.send(f"/people/{anna.id}", **fields(anna, org_id="x" * 200))
    assert re.search(r'href="#org_id">Check org_id: String should have at most 100 characters', page)
    person = world.personas.create("registered")
    page = room.send(f"/people/{person.id}", **fields(person, always_two_factors="true"))
    assert "Add a mobile device or a security key first" in page
    assert 'id="error-summary"' in page


def test_this_browser_is_signed_in_at_eu_login_as_a_person(room: Room, world: World, anna: Persona) -> None:
    page = room.send(f"/people/{anna.id}", action="session")
    assert 'data-page="successful-login"' in page
    assert called(room.page(f"/people/{anna.id}")) == ("POST", {})
    room.send(f"/people/{anna.id}", action="disable")
    assert "this account was disabled" in room.send(f"/people/{anna.id}", action="session")


def test_a_person_is_deleted_with_everything(room: Room, world: World, anna: Persona) -> None:
    page = room.send(f"/people/{anna.id}", action="delete")
    assert ("Anna Ek was deleted." in page, 'data-page="people"' in page) == (True, True)
    assert called(page)[0] == "DELETE"
    assert anna.id not in [one.id for one in world.personas.list()]


def test_a_fault_is_armed_for_a_person(room: Room, anna: Persona) -> None:
    path = re.search(r'href="[^"]*(/faults\?person=[^"]+)"', room.page(f"/people/{anna.id}"))
    assert path is not None
    assert f'value="{anna.email}"' in room.page(path[1])
