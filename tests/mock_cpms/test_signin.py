"""Guide, G01, G23: the way in, and coming back."""

from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from mock_cpms.people import Person, person_of
from mock_cpms.signin import validation
from mock_world import World
from tests.mock_cpms.fake_eulogin import FakeEuLogin, Somebody
from tests.mock_cpms.visitor import ANSWERS, HELGA, NORA, Visitor

PROFILE = "/screen/profile"
GOLDEN = Path(__file__).parent.parent / "mock_idp" / "golden"  # answers of EU Login, as its tests hold them


def test_the_sign_in_asks_eu_login_for_two_factors_and_drops_the_ticket(
    visitor: Visitor, world: World, eulogin: FakeEuLogin
) -> None:
    page = visitor.sign_in()
    assert page.name == "complete-profile"
    assert "ticket" not in page.url
    assert "Nora Vásquez" in page.text
    service = world.addresses.public("cpms", "/screen/signin")
    assert eulogin.logins == [{"service": service, "authenticationLevel": "MEDIUM"}]
    ticket = eulogin.validations[0]["ticket"]
    validation = {"service": service, "ticket": ticket, "userDetails": "true", "authenticationLevel": "MEDIUM"}
    assert eulogin.validations == [validation]
    visitor.open("/screen/signin?ticket=ST-0-stolen")
    events = world.journal.events()
    assert [event.type for event in events] == ["cpms.signed_in", "cpms.ticket_refused"]
    assert "ST-" not in str([event.fields for event in events])


def test_the_home_page_says_beforehand_what_is_needed(visitor: Visitor, world: World) -> None:
    page = visitor.open("/screen/home")
    assert "The password alone does not open CPMS." in page.text
    for address in ("/cas/eim/external/register.cgi", "/cas/mobile"):
        assert f'href="{world.addresses.public("idp", address)}"' in page.html


# Coming back.


def test_the_page_that_was_wanted_comes_after_the_sign_in_and_for_nobody_else(visitor: Visitor) -> None:
    wanted = "/screen/access-status/1?from=mail"
    visitor.ask_for_access()
    visitor.sign_out()
    page = visitor.open(wanted)
    assert (page.name, "Please sign in first." in page.text) == ("home", True)
    assert visitor.sign_in().url.endswith(wanted)
    visitor.sign_out()
    visitor.open(wanted)
    assert visitor.sign_in(HELGA).name == "complete-profile"
    visitor.sign_out()
    visitor.open(wanted)
    visitor.sign_out()  # which forgets it
    assert visitor.sign_in(HELGA).name == "complete-profile"


@pytest.mark.parametrize(
    ("path", "back"),
    [
        (PROFILE, PROFILE),
        (f"{PROFILE}/draft", "/screen/access-status"),
        (f"{PROFILE}/discard", "/screen/access-status"),
    ],
)
def test_a_form_sent_after_signing_out_leads_back_to_its_page_if_it_has_one(
    visitor: Visitor, path: str, back: str
) -> None:
    visitor.ask_for_access()
    token = visitor.open(PROFILE).csrf_token
    visitor.sign_out()
    page = visitor.post(path, **ANSWERS | {"specialty": "Other", "csrf_token": token})
    assert page.name == "home"
    assert "Please sign in first, then send the page again" in page.text
    assert visitor.sign_in().url.endswith(back)
    assert visitor.open(PROFILE).value_of("specialty") == ANSWERS["specialty"]


WRITTEN = "\n Ward <b>3</b>,\nsince May.\n" + "Ωμέγα " * 300


@pytest.mark.parametrize(
    ("path", "field"),
    [("/screen/access-status/1", "reply"), ("/screen/helpdesk/1", "reason"), ("/screen/profile", "an_own_text_area")],
)
def test_what_was_written_at_length_is_given_back_after_signing_out(visitor: Visitor, path: str, field: str) -> None:
    token = visitor.sign_in().csrf_token
    visitor.sign_out()
    page = visitor.post(path, **{field: " \n ", "country": "AT", "csrf_token": token})
    assert (page.status, page.state, page.came_by) == (200, "ready", [303])
    page = visitor.post(path, **{field: WRITTEN, "country": "AT", "csrf_token": token})
    assert (page.status, page.name, page.state) == (403, "home", "not-sent")
    assert "This text was not sent. Copy it where you still need it." in page.text
    assert f"readonly>\n{escape(WRITTEN)}</textarea>" in page.html
    assert page.html.count("<textarea") == 1
    assert len(page.headers["Set-Cookie"]) < 1000
    assert "Please sign in first, then send the page again" in page.text
    assert visitor.open("/screen/home").state == "ready"


def test_what_a_script_asks_for_is_no_page_to_come_back_to_and_says_nothing(visitor: Visitor) -> None:
    visitor.open("/screen/profile/hospitals?country=AT", headers={"Sec-Fetch-Dest": "empty"})
    assert "Please sign in first." not in visitor.open("/screen/home").text
    assert visitor.sign_in().name == "complete-profile"


@pytest.mark.parametrize(
    ("came_from", "page"),
    [("none", "complete-profile"), ("same-site", "home"), ("cross-site", "home")],
)
def test_who_comes_back_from_eu_login_without_a_ticket_is_not_sent_there_again(
    visitor: Visitor, came_from: str, page: str
) -> None:
    assert visitor.open("/screen/signin?ticket=", headers={"Sec-Fetch-Site": came_from}).name == page


def test_what_changed_at_eu_login_is_taken_over(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    changed = Somebody(NORA.uid, "nora@clinic.example", "<b>Norah</b>", "Βασιλείου", language="fr")
    page = visitor.sign_in(changed)
    assert "<b>Norah</b> Βασιλείου" in page.text
    assert "<b>" not in page.html
    person = person_of(world, NORA.uid)
    assert (person.full_name, person.email, person.language) == ("<b>Norah</b> Βασιλείου", "nora@clinic.example", "fr")
    assert visitor.sign_in(replace(NORA, last_name="x" * 10_000, language="")).name == "complete-profile"
    assert person_of(world, NORA.uid).language == "fr"


def test_a_session_whose_person_is_gone_is_none(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    with world.database.session() as db:
        db.delete(db.get_one(Person, NORA.uid))
    page = visitor.open("/screen/profile")
    assert page.name == "home"
    assert "Please sign in first." in page.text
    assert NORA.last_name not in page.text
    assert visitor.sign_in().name == "complete-profile"


# Two tabs.


def test_signing_in_as_somebody_else_ends_the_first_session(
    visitor: Visitor, world: World, eulogin: FakeEuLogin
) -> None:
    visitor.ask_for_access()
    token = visitor.open(PROFILE).csrf_token
    with Visitor(world.addresses.public("cpms"), eulogin) as other:
        other.sign_in(HELGA)
        other.sign_out()
    assert "Nora Vásquez" in visitor.open(PROFILE).text  # that was another browser
    page = visitor.sign_in(HELGA)
    assert "Helga Desk" in page.text
    assert "Nora" not in page.text
    page = visitor.post(PROFILE, **ANSWERS | {"csrf_token": token})
    assert (page.status, page.name) == (400, "error")
    assert "Nothing was changed." in page.text


@pytest.mark.parametrize("out", [False, True])
def test_a_form_stays_good_when_the_same_person_signs_in_again_in_another_tab(visitor: Visitor, *, out: bool) -> None:
    token = visitor.sign_in().csrf_token
    if out:
        visitor.sign_out()
    visitor.sign_in()
    assert visitor.post(PROFILE, **ANSWERS | {"csrf_token": token}).name == "access-request"


@pytest.mark.parametrize("dialect", ["eulogin", "cas"])
def test_the_answer_is_understood_in_either_dialect(dialect: str) -> None:
    answer = fromstring((GOLDEN / dialect / "success-self-registered.xml").read_bytes())
    told = validation.attributes_of(answer[0])
    assert (told["user"], told["email"], told["firstName"]) == ("n002a0t6", "zoe@hospital.example", "Zo\u00eb")
    assert validation.registered_at(told) == datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
