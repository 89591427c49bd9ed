"""What a world says of itself when a test has failed."""

import logging

import pytest
import requests

from eulogin_harness.client import ProblemError, World
from tests.mock_idp.conftest import Browser

ADA = "ada@hospital.example"
SERVICE = "http://localhost:5000/in"
frozen = pytest.mark.eulogin_world(now="2026-11-27T17:00:00+01:00", frozen=True)


@pytest.fixture
def script(world: World) -> Browser:
    return Browser(world.addresses.idp)


def states(world: World) -> list[str]:
    return [link.state for mail in world.report().mails for link in mail.links if link.state]


@frozen
def test_links_of_mails_are_dead_or_alive(world: World, script: Browser) -> None:
    world.personas.create("invited", email=ADA)
    assert states(world) == ["works"]
    script.open("/cas/init/passwordResetRequest.cgi").send(username=ADA)
    assert states(world) == ["superseded", "works"]
    script.open(world.mails.list()[-1].links[0].url)
    script.send(newPassword="Lantern 42!", newPasswordConfirm="Lantern 42!")
    assert states(world)[1] == "used"


@frozen
def test_a_link_dies_with_time(world: World) -> None:
    world.personas.create("invited", email=ADA)
    world.clock.advance(minutes=5)
    assert states(world) == ["expired"]


@frozen
def test_pending_mails_are_reported_and_none_is_brought(world: World) -> None:
    world.settings.change({"mail.delay": "PT10M"})
    world.personas.create("invited", email=ADA)
    report = world.report()
    assert [(mail.to, (mail.due_at - report.now).seconds) for mail in report.pending_mails] == [(ADA, 600)]
    assert report.mails == []


def test_a_request_to_the_phone_is_reported_with_the_phone(world: World, script: Browser) -> None:
    ada = world.personas.create(email=ADA)
    world.phones.get(ada.phone_id).change(online=False)
    script.open(f"/cas/login?service={SERVICE}").send(username=ADA)
    script.send(follow=False, password=str(ada.password), loginStrength="PASSWORD_MOBILE_APP")
    report = world.report()
    assert [(one.person, one.service, one.strength) for one in report.requests] == [
        (ADA, "localhost:5000", "PASSWORD_MOBILE_APP")
    ]
    assert [(one.online, one.accounts) for one in report.phones if one.owner == ADA] == [(False, [ADA])]
    assert "browser asked EU Login: " in str(report.last_request)


def test_a_ticket_that_nobody_validated_is_reported_at_once(world: World) -> None:
    session = world.personas.session(world.personas.create(email=ADA), service=SERVICE)
    (item,) = world.report().unredeemed
    assert (item.kind, item.person, item.application) == ("ticket", ADA, SERVICE)
    assert "no call came at all" in item.causes[0]
    url = f"{world.addresses.idp}/cas/laxValidate"
    requests.get(url, params={"ticket": str(session.ticket), "service": SERVICE}, timeout=10)
    assert world.report().unredeemed == []


def test_its_log_is_that_of_the_mock(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "mock_world.journal"), pytest.raises(ProblemError):
        world.phones.get("phone-99").approve("1234")
    assert [line.text for line in world.report().log] == [record.message for record in caplog.records] != []


def test_it_changes_nothing_and_can_begin_later(world: World) -> None:
    world.faults.arm("mail.lost", person="nobody@hospital.example", times=None)
    world.personas.create("invited", email=ADA)
    before = world.state()
    report = world.report()
    assert world.state() == before
    assert [(fault.name, fault.known) for fault in report.faults] == [("mail.lost", False)]
    newest = report.events[-1].id
    assert world.report(after=newest).events == []
    assert (world.report(after=newest - 1).events[0].id, report.seed) == (newest, None)
