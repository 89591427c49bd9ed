import smtplib
from collections.abc import Callable
from datetime import timedelta

import pytest

from mock_world import World, Worlds
from mock_world.post_office import OutgoingMail

from .conftest import NOON, MakeWorld, rolled_back

MakeMail = Callable[..., OutgoingMail]


def test_a_mail_arrives_by_smtp_with_both_forms(world: World, make_mail: MakeMail) -> None:
    world.post_office.send(make_mail(to="jürgen@hospital.example", subject="Grüße an Ärzte", text="Škoda, Ελλάδα ŵ\n"))
    (mail,) = world.mailbox.mails()
    assert (mail.to, mail.subject) == ("jürgen@hospital.example", "Grüße an Ärzte")
    assert (mail.sender, mail.text) == ("Mock <mock@eulogin.example>", "Škoda, Ελλάδα ŵ")
    assert mail.html is not None
    assert "Dear Ada, follow" in mail.html
    assert (mail.sent_at, mail.arrived_at) == (NOON, NOON)
    events = world.journal.events(person="jürgen@hospital.example")
    assert sorted(event.type for event in events) == ["mail.arrived", "mail.sent"]
    assert world.mailbox.wait(after=mail.id, seconds=0.01) == []


def test_links_and_codes_are_found(world: World, make_mail: MakeMail) -> None:
    world.post_office.send(make_mail())
    (mail,) = world.mailbox.mails()
    assert mail.links == [{"text": "this link", "url": "http://idp.test/x?a=1&b=2"}]
    assert mail.codes == ["123456"]


def test_a_delayed_mail_arrives_by_the_worlds_clock(world: World, make_mail: MakeMail) -> None:
    world.settings.change({"mail.delay": "PT10M"})
    world.post_office.send(make_mail())
    world.move_clock(NOON + timedelta(minutes=9, seconds=59))
    assert world.mailbox.mails() == []
    world.move_clock(NOON + timedelta(minutes=20))
    (mail,) = world.mailbox.mails()
    assert (mail.sent_at, mail.arrived_at) == (NOON, NOON + timedelta(minutes=10))


def test_a_mail_goes_with_its_transaction(world: World, make_mail: MakeMail) -> None:
    with rolled_back(world):
        world.post_office.send(make_mail())
    assert world.mailbox.mails() == []


def test_mails_are_found_by_receiver_subject_and_what_came_before(world: World, make_mail: MakeMail) -> None:
    for to, subject in [("ada", "One"), ("bob", "Two"), ("ada", "100% new")]:
        world.post_office.send(make_mail(to=f"{to}@hospital.example", subject=subject))
    first = world.mailbox.mails()[0]
    assert [m.subject for m in world.mailbox.mails(to="ada@hospital.example")] == ["One", "100% new"]
    assert [m.subject for m in world.mailbox.mails(subject="two")] == ["Two"]
    assert [m.subject for m in world.mailbox.mails(subject="0% N")] == ["100% new"]
    assert [m.subject for m in world.mailbox.mails(after=first.id)] == ["Two", "100% new"]


def test_waiting_for_a_mail_ends_when_it_arrives(make_world: MakeWorld, make_mail: MakeMail) -> None:
    world = make_world(frozen=False, settings={"mail.delay": "PT0.05S"})
    world.post_office.send(make_mail())
    assert [m.subject for m in world.mailbox.wait(to="ada@hospital.example", seconds=10)] == ["Your password"]


def test_a_clock_that_was_moved_nearer_still_brings_the_mail(make_world: MakeWorld, make_mail: MakeMail) -> None:
    world = make_world(frozen=False, settings={"mail.delay": "PT1H"})
    world.post_office.send(make_mail())
    world.move_clock(NOON + timedelta(minutes=59, seconds=59.95))
    assert world.mailbox.wait(seconds=10)


def test_a_server_that_does_not_answer_is_told_of_in_the_journal(world: World, make_mail: MakeMail) -> None:
    world.settings.change({"smtp": "localhost:1"})
    world.post_office.send(make_mail())
    (failed,) = world.journal.events(types=["mail.failed"])
    assert failed.fields["server"] == "localhost:1"
    assert failed.fields["reason"]


def test_a_mail_for_an_unknown_world_is_refused_by_the_server(worlds: Worlds, world: World) -> None:
    message = b"X-EULogin-World: green\r\nSubject: Lost\r\n\r\nHello\r\n"
    with smtplib.SMTP(*world.post_office._server()) as smtp, pytest.raises(smtplib.SMTPDataError) as refused:
        smtp.sendmail("a@b.test", ["ada@hospital.example"], message)
    assert refused.value.smtp_error == b"there is no world called green here"
    assert worlds.get("default").mailbox.mails() == []


def test_a_mail_of_somebody_else_lands_in_the_default_world(worlds: Worlds, world: World) -> None:
    message = b"Subject: Report\r\n\r\nSee http://app.test/report?id=1 now.\r\n"
    with smtplib.SMTP(*world.post_office._server()) as smtp:
        smtp.sendmail("app@app.test", ["ada@hospital.example", "bob@hospital.example"], message)
    mails = worlds.get("default").mailbox.mails()
    assert [mail.to for mail in mails] == ["ada@hospital.example", "bob@hospital.example"]
    assert mails[0].links == [{"text": "http://app.test/report?id=1", "url": "http://app.test/report?id=1"}]


def test_nothing_is_sent_to_a_real_address(world: World, make_mail: MakeMail) -> None:
    world.post_office.send(make_mail(to="somebody@clinic.fr"))
    assert world.mailbox.mails() == []
    (failed,) = world.journal.events(types=["mail.failed"])
    assert "real address" in failed.fields["reason"]
