"""Mail that an application under test sends: it reaches the world of its receiver."""

import smtplib
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest

from eulogin_harness.client import Harness, World
from mock_world.post_office import ENVELOPE_SENDER

Send = Callable[..., None]


@pytest.fixture
def send(harness: Harness) -> Iterator[Send]:
    """Sends a mail as applications do: `send("ada@hospital.example", world="w1")`; world: for the header."""
    with smtplib.SMTP(*harness.smtp, timeout=30) as server:

        def send(*to: str, world: str | None = None, sender: str = "app@hospital.example") -> None:
            mail = EmailMessage()
            mail["From"], mail["To"], mail["Subject"] = sender, ", ".join(to), "Your appointment"
            if world:
                mail["X-EULogin-World"] = world
            mail.set_content("Tomorrow at ten.")
            server.send_message(mail)

        yield send


@pytest.fixture
def subjects() -> Callable[[World, str], list[str]]:
    return lambda world, to: [mail.subject for mail in world.mails.list(to=to)]


Subjects = Callable[[World, str], list[str]]


def test_a_mail_reaches_the_one_world_that_knows_its_receiver(
    send: Send, world: World, elsewhere: World, subjects: Subjects
) -> None:
    ada, bob = world.personas.create(), elsewhere.personas.create()
    send(ada.email.upper(), bob.email)
    assert subjects(world, ada.email) == ["Your appointment"]
    assert subjects(elsewhere, bob.email) == ["Your appointment"]
    assert subjects(elsewhere, ada.email) == []


def test_the_receiver_goes_before_the_header_of_the_application(
    send: Send, world: World, elsewhere: World, subjects: Subjects
) -> None:
    ada = world.personas.create()
    send(ada.email, world=elsewhere.name)
    assert subjects(world, ada.email) == ["Your appointment"]


def test_of_worlds_that_know_the_receiver_the_header_names_one(
    send: Send, world: World, elsewhere: World, subjects: Subjects
) -> None:
    ada = world.personas.create()
    elsewhere.personas.create(email=ada.email)
    send(ada.email, world=elsewhere.name)
    assert subjects(world, ada.email) == []
    assert subjects(elsewhere, ada.email) == ["Your appointment"]


def test_a_receiver_whom_nobody_knows_is_in_the_world_of_the_header(
    send: Send, world: World, subjects: Subjects
) -> None:
    send("office@hospital.example", world=world.name)
    assert subjects(world, "office@hospital.example") == ["Your appointment"]


@pytest.mark.parametrize("known", ["no world knows this address", "several worlds know this address"])
def test_otherwise_it_is_in_the_default_world_with_a_warning(
    send: Send, harness: Harness, world: World, elsewhere: World, subjects: Subjects, known: str
) -> None:
    somebody = f"{world.name}-{known[:2]}@hospital.example"
    if known.startswith("several"):
        world.personas.create(email=somebody)
        elsewhere.personas.create(email=somebody)
    send(somebody)
    assert subjects(harness.default, somebody) == ["Your appointment"]
    (warning,) = harness.default.events.list(person=somebody, type="mail.unassigned")
    assert known in warning.sentence


def test_a_world_that_there_is_not_is_refused(send: Send) -> None:
    with pytest.raises(smtplib.SMTPDataError, match="there is no world called nowhere here"):
        send("office@hospital.example", world="nowhere")


def test_mails_of_the_mock_stay_in_their_world(send: Send, world: World, elsewhere: World, subjects: Subjects) -> None:
    ada = elsewhere.personas.create()
    send(ada.email, world=world.name, sender=ENVELOPE_SENDER)  # as to somebody who has no account yet
    assert subjects(world, ada.email) == ["Your appointment"]
    assert subjects(elsewhere, ada.email) == []


def test_somebody_whom_cpms_alone_knows_has_their_mail(send: Send, world: World, subjects: Subjects) -> None:
    ada = world.personas.create("profile_complete")
    state = world.state()
    for row in state["tables"]["cpms_person"]:
        row["email"] = f"elsewhere-{row['email']}"
    world.load_state(state)
    send(f"elsewhere-{ada.email}")
    assert subjects(world, f"elsewhere-{ada.email}") == ["Your appointment"]
