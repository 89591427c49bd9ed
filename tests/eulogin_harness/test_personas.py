"""People at each stage, as if they had walked all pages before it."""

import re
from itertools import product
from typing import Any, get_args

import pytest
import requests

from eulogin_harness.client import World
from eulogin_harness.client.names import EmployeeType, PersonaChanges, PersonaFields, RequestState, Stage
from eulogin_harness.documents.people import STAGES, Persona
from tests.eulogin_harness.conftest import Api
from tests.mock_idp.conftest import Browser


def test_an_invited_person_has_a_mail_and_no_password(world: World) -> None:
    anna = world.personas.create("invited", first_name="Anna", last_name="Ek")
    assert (anna.email, anna.password, anna.pin) == ("anna.ek@hospital.example", None, None)
    assert requests.get(world.mails.wait(to=anna.email).links[0].url, timeout=30).ok


def test_a_registered_person_has_a_password_that_obeys_the_rules(world: World) -> None:
    world.settings.change({"password.min_length": 20, "password.groups": 4})
    anna = world.personas.create("registered")
    assert anna.password is not None
    assert len(anna.password) >= 20
    assert world.mails.list(to=anna.email) == []


def test_an_enrolled_person_has_a_phone_that_is_ready(world: World) -> None:
    anna = world.personas.create("enrolled")
    screen = world.phones.get(anna.phone_id).screen
    assert screen.owner == anna.email
    assert [account.account for account in screen.accounts] == [anna.email]
    assert screen.trouble is None


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        ("profile_complete", "draft"),
        ("access_requested", "submitted"),
        ("access_approved", "approved"),
        ("access_rejected", "rejected"),
    ],
)
def test_a_person_has_a_request_as_its_stage_says(world: World, stage: Stage, state: RequestState) -> None:
    anna = world.personas.create(stage)
    assert [(asked.network, asked.state) for asked in anna.requests] == [("PaedCAN", state)]
    assert all((anna.hospital, anna.country, anna.role))
    assert world.access_requests.list(state=state)[0].person == anna.email


def test_the_same_seed_invents_the_same_person(world: World) -> None:
    anna = world.personas.create("enrolled", seed=0)
    world.reset()
    again = world.personas.create("enrolled", seed=0)
    invented = {"seed", "first_name", "last_name", "email", "password", "pin"}
    assert again.model_dump(include=invented) == anna.model_dump(include=invented)
    assert len(anna.uid) >= 7  # as a real one


def test_what_is_said_is_kept(world: World) -> None:
    said: dict[str, Any] = {
        "uid": "n00anna1",
        "first_name": "Anna",
        "last_name": "Ek",
        "email": "anna@clinic.test",
        "password": "Secret-2026",
        "pin": "0007",
        "language": "fr",
        "domain": "eu.europa.ec",
        "employee_type": "f",
        "groups": ["STAFF"],
        "country": "SE",
        "hospital": "Clinic",
        "networks": ["BOND", "RITA"],
        "role": "Nurse",
        "helpdesk_for": ["BOND"],
        "seed": 3,
    }
    anna = world.personas.create("profile_complete", assurance_level=40, **said)
    assert anna.model_dump(include=set(said)) == said
    assert anna.assurance_level == "TOP"
    assert world.personas.get(anna.id) == anna


STAFF: dict[str, Any] = {
    "department_number": "DIGIT.B.1",
    "employee_number": "90123456",
    "domain_username": "berganna",
    "telephone_number": "+32 2 12345",
    "user_manager": "uid=boss,ou=Person,o=cec.eu.int",
    "time_zone": "GMT+01:00",
    "org_id": "4711",
    "teleworking_priority": "P1",
    "registration_level_versions": [{"level": "LOW", "value": "1"}, {"level": "HIGH", "value": "3"}],
    "extended_attributes": {"building": ["MO15", "LACC"]},
}


def details(world: World, person: Persona) -> dict[str, Any]:
    """What EU Login knows of somebody's job."""
    (row,) = (row for row in world.state()["tables"]["idp_account"] if row["uid"] == person.uid)
    found: dict[str, Any] = row["details"]
    return found


def test_details_of_staff_are_known_to_eu_login_by_the_names_of_its_answer(world: World) -> None:
    anna, *batch = [world.personas.create("registered", **STAFF), *world.personas.create_many(2, "registered", **STAFF)]
    assert anna.model_dump(include=set(STAFF)) == STAFF
    told = {re.sub(r"_(\w)", lambda letter: letter[1].upper(), name): value for name, value in STAFF.items()}
    assert [details(world, one) for one in (anna, *batch)] == [told] * 3  # (facts, validation answer)


def test_who_is_no_staff_has_no_details_but_the_unique_identifier_as_user_name(world: World) -> None:
    anna = world.personas.create("registered", telephone_number="", extended_attributes={})
    assert details(world, anna) == {}
    assert (anna.domain_username, anna.telephone_number, anna.extended_attributes) == (anna.uid, None, None)


def test_details_are_changed_one_by_one_and_taken_away_by_empty_ones(world: World) -> None:
    anna = world.personas.create("registered", **STAFF)
    changed = world.personas.change(anna.id, telephone_number="", org_id="42", extended_attributes={})
    assert changed.model_dump(include=set(STAFF)) == STAFF | {
        "telephone_number": None, "org_id": "42", "extended_attributes": None,
    }  # fmt: skip
    assert details(world, anna)["departmentNumber"] == "DIGIT.B.1"
    assert "telephoneNumber" not in details(world, anna)


def test_details_that_no_answer_could_hold_are_refused(world: World, api: Api) -> None:
    for name, wrong in product(STAFF, ("a\nb", "a\ufffe", "a" * 10_000, 7)):
        said = {
            "registration_level_versions": [{"level": "LOW", "value": wrong}],
            "extended_attributes": {"a": [wrong]},
        }
        status, problem = api.refused("POST", "/api/personas", {name: said.get(name, wrong)})
        assert (status, problem["type"]) == (422, "wrong-field"), name
    odd: list[Any] = [{"": ["x"]}, {"a": []}, ["a"]]
    for attributes in odd:
        assert api.refused("POST", "/api/personas", {"extended_attributes": attributes})[0] == 422
    assert len(world.personas.list()) == 1


@pytest.mark.parametrize(
    ("uid", "status"),
    [
        ("jb07", 422),
        ("jb007", 201),
        ("j" * 64, 201),
        ("j" * 65, 422),
        ("JB0071", 422),
        ("jb-0071", 422),
        ("jäger7", 422),
    ],
)
def test_a_unique_identifier_has_5_to_64_small_letters_and_digits(api: Api, uid: str, status: int) -> None:
    assert api.send("POST", "/api/personas", {"uid": uid}).status_code == status


def test_an_employee_type_is_one_that_eu_login_knows(world: World, api: Api) -> None:
    for code in get_args(EmployeeType):
        anna = world.personas.create("invited", employee_type=code)
        assert anna.employee_type == code
    path = f"/api/personas/{anna.id}"
    for wrong in ("z", "F", "", 1):
        _, problem = api.refused("POST", "/api/personas", {"employee_type": wrong})
        assert "'f', 'x', 'e', 'n', 'r', 'd', 'i', 's', 'c', 'g', 'j', 'v' or 'q'" in problem["expected"]
        assert api.refused("POST", "/api/personas/batch", {"template": {"employee_type": wrong}})[0] == 422
        assert api.refused("PATCH", path, {"employee_type": wrong})[0] == 422
    assert world.personas.get(anna.id).employee_type == "q"
    assert world.personas.change(anna.id, employee_type="f").employee_type == "f"


@pytest.mark.parametrize("said", [{"country": "AT"}, {"hospital": "Clinic"}, {"role": "Nurse"}, {"networks": ["BOND"]}])
def test_what_cpms_would_not_be_told_is_refused(world: World, api: Api, said: dict[str, object]) -> None:
    (name,), before = said, world.personas.list()
    for stage in ({"stage": "enrolled"}, {}):
        status, problem = api.refused("POST", "/api/personas", said | stage)
        assert (status, problem["type"]) == (422, "wrong-field")
        assert f"take stage profile_complete or a later one, or leave out {name}" in problem["detail"]
    assert world.personas.list() == before


def test_a_batch_makes_many_after_one_template(world: World) -> None:
    people = world.personas.create_many(8, "enrolled", seed=1, language="de")
    assert len({one.email for one in people}) == 8
    assert {one.language for one in people} == {"de"}
    assert all("Mein Telefon" in event.sentence for event in world.events.list(type="device.initialised"))
    assert world.personas.create("registered", helpdesk_for="BOND").helpdesk_for == ["BOND"]
    every = world.personas.create_all([{"stage": stage} for stage in STAGES])
    assert [one.stage for one in every] == list(STAGES)


def test_people_are_listed_by_stage_and_network(world: World) -> None:
    anna = world.personas.create("access_approved", networks=["BOND"])
    world.personas.create("registered")
    assert [one.id for one in world.personas.list(stage="access_approved")] == [anna.id]
    assert [one.id for one in world.personas.list(network="BOND")] == [anna.id]


def test_a_person_is_changed(world: World) -> None:
    anna = world.personas.create("registered")
    changed = world.personas.change(anna.id, last_name="Berg", password="Changed-2026", assurance_level="HIGH")
    assert (changed.last_name, changed.password, changed.assurance_level) == ("Berg", "Changed-2026", "HIGH")
    assert changed.first_name == anna.first_name


@pytest.mark.eulogin_world(now="2026-11-27T17:00:00+01:00", frozen=True)
def test_a_changed_password_counts_like_one_that_the_person_set(world: World) -> None:
    anna = world.personas.create("registered")
    world.clock.advance("PT30S")
    world.personas.change(anna.id, password="x")
    (row,) = (row for row in world.state()["tables"]["idp_account"] if row["uid"] == anna.uid)
    assert len(row["former_passwords"]) == 1
    assert row["password_set_at"].startswith("2026-11-27T16:00:30")
    assert world.events.list(person=anna.email, type="password.set")
    assert "The password of your account was changed." in world.mails.wait(to=anna.email).text


def test_a_deleted_person_leaves_nothing(world: World, api: Api) -> None:
    before = {name: len(rows) for name, rows in world.state()["tables"].items()}
    anna = world.personas.create("access_approved")
    world.personas.delete(anna.id)
    after = {name: len(rows) for name, rows in world.state()["tables"].items()}
    assert {name for name in before if before[name] != after[name]} == {"world_event"}
    assert api.refused("GET", f"/api/personas/{anna.id}")[0] == 404


def test_a_new_world_holds_one_person_of_the_helpdesk(world: World) -> None:
    (petra,) = world.personas.list()
    assert (petra.email, petra.phone_id, petra.helpdesk_for) == (
        "helpdesk@paedcan.ern.example",
        "phone-helpdesk",
        ["PaedCAN"],
    )
    assert world.events.list() == []


def test_the_switches_of_an_account_are_set_from_the_start_and_changed(world: World, api: Api) -> None:
    plain = world.personas.create("enrolled")
    said: PersonaFields = {"notifications": False, "always_two_factors": True, "disabled": True}
    back: PersonaChanges = {"notifications": True, "always_two_factors": False, "disabled": False}
    assert plain.model_dump(include=set(said)) == back
    anna = world.personas.create("enrolled", **said)
    assert anna.model_dump(include=set(said)) == said
    assert world.mails.list() == []
    assert world.personas.change(anna.id, **back).model_dump(include=set(said)) == back
    for name in said:
        assert api.refused("POST", "/api/personas", json={name: "perhaps"})[0] == 422


def test_only_the_support_helps_somebody_who_lost_the_factor_that_is_always_required(world: World) -> None:
    anna = world.personas.create("enrolled", always_two_factors=True)

    def entries() -> str:
        return Browser(world.addresses.idp).open("/cas/login").send(username=anna.email).page.text

    assert 'id="verif-method-dd-PASSWORD"' not in entries()
    world.personas.change(anna.id, always_two_factors=False)
    assert 'id="verif-method-dd-PASSWORD"' in entries()


@pytest.mark.parametrize("stage", ["invited", "device_added"])
def test_who_has_no_phone_that_is_ready_cannot_always_require_two_factors(world: World, api: Api, stage: Stage) -> None:
    said = {"stage": stage, "always_two_factors": True}
    status, problem = api.refused("POST", "/api/personas", json=said)
    assert (status, problem["type"]) == (422, "factor.none_yet")
    assert problem["expected"] == "an active mobile device or a security key"
    assert "stage enrolled" in problem["instructions"]
    assert api.refused("POST", "/api/personas/batch", json={"count": 2, "template": said})[0] == 422
    assert len(world.personas.list()) == 1
    anna = world.personas.create(stage)
    assert api.refused("PATCH", f"/api/personas/{anna.id}", json={"always_two_factors": True})[0] == 422
    assert not world.personas.get(anna.id).always_two_factors


def test_an_address_is_free_again_when_its_account_was_deleted(world: World) -> None:
    anna = world.personas.create("enrolled")
    browser = Browser(world.addresses.idp).open("/cas/userdata/deleteMyAccount.cgi").send(username=anna.email)
    browser.send(password=str(anna.password), loginStrength="PASSWORD").send(currentPassword=str(anna.password))
    assert world.phones.get(anna.phone_id).screen.accounts[0].known is False
    assert world.personas.create("registered", email=anna.email).uid != anna.uid
