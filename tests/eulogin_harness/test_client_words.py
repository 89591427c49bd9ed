"""What the client's objects and errors say of themselves."""

from collections.abc import Callable

import pytest
import requests

from eulogin_harness.client import Harness, Phone, ProblemError, World
from eulogin_harness.client.connection import Connection
from tests.mock_idp.conftest import Browser

frozen = pytest.mark.eulogin_world(now="2026-11-27T17:00:00+01:00", frozen=True)
ADA = "ada@hospital.example"


@frozen
def test_a_world_says_where_and_when_it_is(world: World, harness: Harness) -> None:
    assert repr(world) == f"<World {world.name} at {world.addresses.desk}, <Clock, 2026-11-27 16:00:00 UTC, frozen>>"
    assert repr(harness) == f"<Harness {harness.url}>"


def test_a_person_says_who_it_is_and_no_secret(world: World) -> None:
    ada = world.personas.create(first_name="Ada", last_name="Berg", email=ADA, password="Lantern 42!", pin="2580")
    assert repr(ada) == (
        f"Persona(stage='enrolled', name='Ada Berg', email='{ADA}', uid='{ada.uid}', phone_id='{ada.phone_id}')"
    )
    assert "disabled=True" in repr(world.personas.change(ada.id, disabled=True))


def test_a_phone_says_what_it_shows(world: World) -> None:
    ada = world.personas.create(email=ADA)
    phone = world.phones.get(ada.phone_id)
    assert repr(phone) == f"<Phone {phone.id}, ready at {phone.url}; {ADA}; 0 open requests>"
    phone.change(notifications=False)
    assert repr(phone).endswith("; notifications off>")


def test_journal_and_mailbox_say_how_much_there_is_and_what_came_last(world: World) -> None:
    assert (repr(world.events), repr(world.mails)) == ("<Journal, 0 events>", "<Mails, 0 mails>")
    world.personas.create("invited", email=ADA)
    assert repr(world.mails) == f"<Mails, 1 mails, last: 'Your EU Login account: create your password' to {ADA}>"
    with pytest.raises(ProblemError):
        world.phones.get("phone-99").approve("1234")
    assert "events, refused last: phone.unknown, Refused: got 'phone-99'" in repr(world.events)
    world.personas.create("registered")
    assert "refused last: phone.unknown" in repr(world.events)


def test_what_cannot_be_asked_any_more_still_has_a_repr() -> None:
    phone = Phone(Connection("http://localhost:9", requests.Session()), "phone-1")
    assert repr(phone) == "<Phone phone-1, which does not answer>"


def wrong_password(world: World) -> None:
    ada = world.personas.create(email=ADA)
    Browser(world.addresses.idp).open("/cas/login").send(username=ADA).send(password="Wrong-123")
    world.phones.get(ada.phone_id).approve("1234", seconds=0)


def late_mail(world: World) -> None:
    world.settings.change({"mail.delay": "PT10M"})
    world.personas.create("invited", email=ADA)
    world.mails.wait(to=ADA, seconds=0)


def no_event(world: World) -> None:
    with pytest.raises(ProblemError):
        world.personas.session(world.personas.create("registered"), strength="PASSWORD_MOBILE_APP")
    world.events.wait(type="ticket.validated", seconds=0)


@pytest.mark.parametrize(
    ("wait", "instead"),
    [
        (wrong_password, rf"got no request on phone-\d+, for {ADA}; refused last: signin.wrong_password, got another"),
        (late_mail, rf"got an empty mailbox; '.*' to {ADA} under way, due in 600 seconds of world time"),
        (no_event, r"got nothing after event \d+, session.not_reached; refused last: session.not_reached"),
    ],
)
@frozen
def test_who_waits_in_vain_reads_what_was_there(world: World, wait: Callable[[World], None], instead: str) -> None:
    with pytest.raises(ProblemError, match=instead):
        wait(world)
