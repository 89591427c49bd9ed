"""A bundle cut to one person: nothing of another is in it, and it opens."""

from io import BytesIO
from zipfile import ZipFile

import pytest
import requests

from eulogin_harness.bundle.cutting import DECLARED, Cut
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from mock_world.database import Base
from tests.mock_idp.conftest import Browser

NAMES = {"ada": ("Adalgisa", "Quillfeather"), "ben": ("Benvolio", "Nightingale")}


def lived(world: World, who: str, password: str, pin: str) -> Persona:
    """Somebody in whose name there is a row of most tables, sign-ins in a browser among them."""
    first, last = NAMES[who]
    email = f"{who}.{last.lower()}@hospital.example"
    one = world.personas.create(
        "access_approved", first_name=first, last_name=last, email=email, password=password, pin=pin
    )
    world.personas.session(one, service=f"http://{application_of(one)}/")
    visitor = Browser(world.addresses.idp)
    visitor.http.headers["Accept"] = "text/html"
    visitor.open(f"/cas/login?service=http://{application_of(one)}/").send(username=one.email)
    visitor.send(password="wrong", loginStrength="PASSWORD")
    visitor.open("/cas/init/passwordResetRequest.cgi").send(username=one.email)
    visitor.open("/cas/login").send(username=one.email)
    visitor.send(password=password, loginStrength="PASSWORD_MOBILE_APP")
    world.mails.wait(to=one.email)
    world.faults.arm("mail.lost", person=one.email)
    return one


def application_of(person: Persona) -> str:
    return f"{person.email.partition('.')[0]}.application.example"


def words_of(world: World, person: Persona) -> set[str]:
    """All that names this person, or is a secret of this person."""
    first, last = person.first_name, person.last_name
    named = {
        person.uid,
        person.email,
        first,
        last,
        person.phone_id,
        str(person.password),
        f"//{application_of(person)}",
    }
    tables = world.state()["tables"]
    devices = {row["secret"] for row in tables["idp_device"] if row["uid"] == person.uid}
    sessions = {row["id"] for row in tables["idp_session"] if row["uid"] == person.uid}
    tickets = {row["id"] for row in tables["idp_ticket"] if row["uid"] == person.uid}
    assert all((devices, sessions, tickets))
    return named | devices | sessions | tickets


def content(bundle: bytes) -> str:
    with ZipFile(BytesIO(bundle)) as found:
        return "\n".join(f"{name}\n{found.read(name).decode()}" for name in found.namelist())


@pytest.mark.eulogin_world(settings={"bundle.checkpoints": 50})
def test_a_bundle_cut_to_one_person_holds_no_word_of_another(world: World, elsewhere: World) -> None:
    ada, ben = lived(world, "ada", "Lantern 42!", "2580"), lived(world, "ben", "Umbrella 17?", "8642")
    whole, cut = content(world.bundle()), content(world.bundle(person=ada.email))
    helpdesk = next(one for one in world.personas.list() if one.stage == "enrolled")  # decided on both
    of_ben = words_of(world, ben) | {helpdesk.email, helpdesk.uid, helpdesk.last_name}
    assert {word for word in of_ben if word not in whole} == set()
    assert {word for word in of_ben if word in cut} == set()
    assert {word for word in words_of(world, ada) if word not in cut} == set()
    elsewhere.load_bundle(world.bundle(person=ada.email))
    assert [one.model_dump(exclude={"qr_payload"}) for one in elsewhere.personas.list()] == [
        world.personas.get(ada.id).model_dump(exclude={"qr_payload"})
    ]
    assert elsewhere.phones.get(ada.phone_id).screen.accounts
    assert elsewhere.personas.session(elsewhere.personas.get(ada.id)).storage_state["cookies"]
    assert requests.get(f"{elsewhere.addresses.cpms}/screen/home", timeout=30).ok


def test_a_cut_bundle_says_so_and_has_no_steps(world: World) -> None:
    ada = world.personas.create("registered")
    cut = content(world.bundle(person=ada.email.upper()))
    assert f'"person": "{ada.email}"' in cut
    assert f"It was cut to {ada.email}" in cut
    assert "steps/0" not in cut


def test_a_phone_that_two_use_forgets_the_other(world: World) -> None:
    ada, ben = world.personas.create("enrolled"), world.personas.create("enrolled")
    state = world.state()
    of_ben = next(row for row in state["tables"]["phone_account"] if row["account"] == ben.email)
    shared = next(row for row in state["tables"]["phone_phone"] if row["name"] == ada.phone_id)
    of_ben["phone"], shared["active"] = shared["number"], of_ben["id"]
    tables = Cut(state, ada.email).state(state)["tables"]
    assert [(row["name"], row["active"]) for row in tables["phone_phone"]] == [(ada.phone_id, None)]
    assert [row["account"] for row in tables["phone_account"]] == [ada.email]


def test_a_former_address_is_the_same_person(world: World) -> None:
    ada = world.personas.create("registered")
    state = world.state()
    event = dict(state["tables"]["world_event"][0]) | {"id": 900, "type": "email.changed", "person": ada.email}
    state["tables"]["world_event"].append(event | {"fields": {"former": "before@hospital.example"}})
    state["tables"]["world_mail"] += world_mail("before@hospital.example"), world_mail("other@hospital.example")
    mails = Cut(state, ada.email).state(state)["tables"]["world_mail"]
    assert "before@hospital.example" in [mail["to"] for mail in mails]
    assert "other@hospital.example" not in [mail["to"] for mail in mails]


def test_who_else_is_named_in_what_stays_is_replaced(world: World) -> None:
    ada = world.personas.create("access_approved")
    state, helpdesk = world.state(), "helpdesk@paedcan.ern.example"
    for request in state["tables"]["cpms_access_request"]:
        request["history"][-1] |= {"by": helpdesk, "reason": f"ask {helpdesk}, not x{helpdesk}"}
    (request,) = Cut(state, ada.email).state(state)["tables"]["cpms_access_request"]
    step = request["history"][-1]
    assert (step["by"], step["reason"]) == (
        "left-out@people.example",
        f"ask left-out@people.example, not x{helpdesk}",
    )


def world_mail(to: str) -> dict[str, object]:
    return {"id": len(to), "to": to, "sender": "", "subject": "", "text": "", "html": None, "links": [], "codes": []}


def test_whose_each_table_is_has_been_decided(world: World) -> None:
    assert set(Base.metadata.tables) == set(DECLARED)
