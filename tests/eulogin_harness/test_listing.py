"""Everybody who has an account is listed, and the list says what became of whom."""

import pytest

from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from tests.eulogin_harness.conftest import Api
from tests.eulogin_harness.room import Room
from tests.mock_idp.conftest import Browser

ADA, PASSWORD = "ada@hospital.example", "Harbour 77?"
MOVED = ("password_changed", "pin_changed", "panic", "phone_lost", "deleted")


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world.addresses.idp)


def sign_up(browser: Browser) -> None:
    browser.open("/cas/eim/external/register.cgi")
    browser.send(firstName="Ada", lastName="Berg", email=ADA, emailConfirm=ADA, privacy="y")


def sign_in(browser: Browser, person: Persona) -> Browser:
    browser.open("/cas/login?renew=true").send(username=person.email)
    return browser.send(password=str(person.password), loginStrength="PASSWORD")


def what_moved(world: World, person: Persona) -> list[str]:
    now = world.personas.get(person.id)
    assert [now] == [one for one in world.personas.list() if one.id == person.id]
    return [name for name in MOVED if getattr(now, name)]


def test_who_signed_up_by_pages_is_listed_with_an_id_that_stays(world: World, room: Room, browser: Browser) -> None:
    sign_up(browser)
    made = world.personas.create("registered")
    (ada,) = (one for one in world.personas.list() if one.origin == "signed_up")
    assert (ada.email, ada.stage, ada.password, ada.pin, ada.phone_id, ada.seed) == (
        ADA,
        "invited",
        None,
        None,
        "",
        None,
    )
    browser.open(world.mails.wait(to=ADA).links[0].url).send(newPassword=PASSWORD, newPasswordConfirm=PASSWORD)
    assert world.personas.get(ada.id) == ada.model_copy(update={"stage": "registered"})
    assert [one.id for one in world.personas.list(stage="registered")] == [made.id, ada.id]
    assert "signed up by pages" in room.text("/people?q=ada%40")
    assert world.personas.change(ada.id, password="Lantern 42!").password == "Lantern 42!"
    assert what_moved(world, ada) == []


def test_a_stage_is_where_the_person_stands_now(world: World) -> None:
    anna = world.personas.create("device_added")
    phone = world.phones.create()
    phone.scan(payload=anna.qr_payload)
    phone.initialise(str(anna.pin))
    assert world.personas.get(anna.id).stage == "enrolled"
    assert world.personas.get(anna.id).qr_payload is None
    asked = world.personas.create("access_requested")
    world.access_requests.decide(asked.requests[0].id, "approve")
    assert [one.id for one in world.personas.list(stage="access_approved")] == [asked.id]


def test_a_password_that_the_person_changed_is_marked(world: World, room: Room, browser: Browser) -> None:
    anna = world.personas.create("registered")
    world.clock.advance("PT2M")
    sign_in(browser, anna).open("/cas/change/changePassword.cgi")
    browser.send(currentPassword=str(anna.password), newPassword=PASSWORD, newPasswordConfirm=PASSWORD)
    assert what_moved(world, anna) == ["password_changed"]
    assert f"{anna.password} changed" in room.text(f"/people/{anna.id}")
    world.personas.change(anna.id, password="Lantern 42!")
    assert what_moved(world, anna) == []


def test_a_pin_that_the_person_changed_is_marked(world: World) -> None:
    anna = world.personas.create("enrolled")
    world.phones.get(anna.phone_id).change_pin(str(anna.password), "9753")
    assert what_moved(world, anna) == ["pin_changed"]


def test_panic_is_marked_until_a_device_is_added(world: World, room: Room, browser: Browser) -> None:
    anna = world.personas.create("enrolled")
    world.clock.advance("PT1S")
    sign_in(browser, anna).open("/cas/userdata/deleteAllMyDevices.cgi").send()
    assert what_moved(world, anna) == ["panic"]
    assert world.personas.get(anna.id).stage == "registered"
    assert "PANIC: devices and keys deleted" in room.text("/people")
    world.clock.advance("PT1S")
    browser.open("/cas/mobile").send(deviceName="New", pin="1234", pinConfirm="1234")
    assert what_moved(world, anna) == []


def test_a_lost_phone_and_a_disabled_account_are_marked(world: World, room: Room) -> None:
    anna = world.personas.create("enrolled")
    world.phones.get(anna.phone_id).uninstall()
    assert what_moved(world, anna) == ["phone_lost"]
    world.personas.change(anna.id, disabled=True)
    assert {"disabled", "phone lost"} <= {tag for tag in ("disabled", "phone lost") if tag in room.text("/people")}


def test_who_deleted_the_account_stays_on_the_list_until_taken_off(
    world: World, api: Api, room: Room, browser: Browser
) -> None:
    anna = world.personas.create("registered", first_name="Anna", last_name="Ek")
    sign_up(browser)  # and is never listed before the end
    browser.open(world.mails.wait(to=ADA).links[0].url).send(newPassword=PASSWORD, newPasswordConfirm=PASSWORD)
    for email, password in ((anna.email, str(anna.password)), (ADA, PASSWORD)):
        browser.http.cookies.clear()
        browser.open("/cas/userdata/deleteMyAccount.cgi").send(username=email)
        browser.send(password=password, loginStrength="PASSWORD").send(currentPassword=password)
        assert browser.at == ("account-deleted", "ready")
    gone = [one for one in world.personas.list() if one.deleted]
    assert [(one.id == anna.id, one.email) for one in gone] == [(True, anna.email), (False, ADA)]
    assert api.refused("PATCH", f"/api/personas/{anna.id}", json={"disabled": True})[0] == 404
    page = room.text(f"/people/{anna.id}")
    assert ("account deleted" in page, "Disable the account" in page) == (True, False)
    for one in gone:
        world.personas.delete(one.id)
    assert [one for one in world.personas.list() if one.deleted] == []
    assert api.refused("GET", f"/api/personas/{anna.id}")[0] == 404


def test_what_somebody_told_cpms_by_pages_is_listed(world: World) -> None:
    anna = world.personas.create("profile_complete", networks=["BOND"], country="SE", hospital="Clinic")
    assert [one.id for one in world.personas.list(network="BOND")] == [anna.id]
    state = world.state()
    (profile,) = state["tables"]["cpms_profile"]
    profile["networks"], profile["answers"]["hospital"] = ["RITA"], "Other clinic"
    world.load_state(state)
    now = world.personas.get(anna.id)
    assert (now.networks, now.hospital, now.country) == (["RITA"], "Other clinic", "SE")
