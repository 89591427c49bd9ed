"""Guide, G01, G09, G23: who gets in, and what those read who do not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mock_world import World
from mock_world import settings as s
from tests.mock_cpms.fake_eulogin import FakeEuLogin
from tests.mock_cpms.visitor import NORA, Visitor

PROTECTED = ["profile", "access-request", "access-status", "dashboard", "helpdesk", "helpdesk/1"]


def test_the_first_address_leads_to_the_home_page(visitor: Visitor) -> None:
    page = visitor.open("/")
    assert page.name == "home"
    assert "Sign in with EU Login" in page.text


def test_the_sign_in_asks_eu_login_for_two_factors(visitor: Visitor, world: World, eulogin: FakeEuLogin) -> None:
    visitor.sign_in()
    service = world.addresses.public("cpms", "/screen/signin")
    assert eulogin.logins == [{"service": service, "authenticationLevel": "MEDIUM"}]
    assert eulogin.validations[0] | {"ticket": ""} == {
        "service": service,
        "ticket": "",
        "userDetails": "true",
        "authenticationLevel": "MEDIUM",
    }


def test_a_first_sign_in_leads_to_complete_profile_and_drops_the_ticket(visitor: Visitor) -> None:
    page = visitor.sign_in()
    assert page.name == "complete-profile"
    assert "ticket" not in page.url
    assert "Nora Vásquez" in page.text


@pytest.mark.parametrize("path", PROTECTED)
def test_without_a_sign_in_every_page_leads_to_the_home_page(visitor: Visitor, path: str) -> None:
    page = visitor.open(f"/screen/{path}")
    assert page.name == "home"
    assert "Please sign in first." in page.text


def test_the_page_that_was_wanted_comes_after_the_sign_in(visitor: Visitor) -> None:
    visitor.ask_for_access()
    visitor.sign_out()
    visitor.open("/screen/access-status?from=mail")
    assert visitor.sign_in().url.endswith("/screen/access-status?from=mail")


def test_a_ticket_counts_once(visitor: Visitor) -> None:
    page = visitor.open("/screen/signin?ticket=ST-0-stolen")
    assert (page.status, page.name) == (403, "sign-in-refused")
    assert "Please sign in again" in page.text
    assert "INVALID_TICKET" in page.text
    assert "Try again" in page.text


def test_a_sign_in_with_one_factor_is_told_to_add_a_phone(visitor: Visitor, world: World, eulogin: FakeEuLogin) -> None:
    eulogin.failure = "INSUFFICIENT_AUTHENTICATION_LEVEL"
    page = visitor.sign_in()
    assert "add a phone" in page.text
    assert world.addresses.public("idp", "/cas/mobile") in page.html
    assert visitor.open("/screen/profile").name == "home"


@pytest.mark.parametrize("answer", [("<html>Proxy</html", 200), ("<a/>", 200), ("down", 503), ("", 302)])
def test_an_eu_login_that_does_not_answer_well_is_said(
    visitor: Visitor, eulogin: FakeEuLogin, answer: tuple[str, int]
) -> None:
    eulogin.answer = answer
    page = visitor.sign_in()
    assert page.status == 502
    assert "CPMS cannot reach EU Login" in page.text
    assert "Try again" in page.text


def test_an_eu_login_that_is_off_is_said(visitor: Visitor, world: World) -> None:
    world.settings.change({"idp.internal_url": "http://localhost:1"})
    page = visitor.open("/screen/signin?ticket=ST-1")
    assert "CPMS cannot reach EU Login" in page.text


def test_entities_in_an_answer_are_not_expanded(visitor: Visitor, eulogin: FakeEuLogin) -> None:
    eulogin.answer = ('<!DOCTYPE a [<!ENTITY b "c">]><a><user>&b;</user></a>', 200)
    assert "CPMS cannot reach EU Login" in visitor.sign_in().text


def test_a_new_account_waits_until_it_is_recognised(visitor: Visitor, world: World) -> None:
    world.settings.change({s.RECOGNITION_DELAY.name: "PT5M"})
    newcomer = replace(NORA, registered_at=world.clock.now())
    page = visitor.sign_in(newcomer)
    assert (page.status, page.name) == (200, "not-recognised")
    assert "Please try again in 5 minutes ." in page.text
    world.move_clock(world.clock.now() + timedelta(minutes=4, seconds=59))
    assert "Please try again in 1 second ." in visitor.sign_in(newcomer).text
    assert visitor.open("/screen/profile").name == "home"
    world.move_clock(world.clock.now() + timedelta(seconds=1))
    assert visitor.sign_in(newcomer).name == "complete-profile"


def test_somebody_who_was_here_before_is_recognised(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    world.settings.change({s.RECOGNITION_DELAY.name: "PT5M"})
    assert visitor.sign_in(replace(NORA, registered_at=world.clock.now())).name == "complete-profile"


def test_an_account_without_a_date_is_recognised(visitor: Visitor, world: World) -> None:
    world.settings.change({s.RECOGNITION_DELAY.name: "PT5M"})
    assert visitor.sign_in().name == "complete-profile"


def test_signing_out_ends_the_session_here_and_says_so(visitor: Visitor) -> None:
    visitor.sign_in()
    page = visitor.sign_out()
    assert page.name == "home"
    assert "You are signed out of CPMS." in page.text
    assert visitor.open("/screen/profile").name == "home"


def test_the_journal_knows_no_tickets(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    visitor.open("/screen/signin?ticket=ST-0-stolen")
    types = [event.type for event in world.journal.events()]
    assert types == ["cpms.signed_in", "cpms.ticket_refused"]
    assert "ST-" not in str([event.fields for event in world.journal.events()])
