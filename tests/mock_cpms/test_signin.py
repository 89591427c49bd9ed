"""Guide, G01, G23: the way in, and coming back."""

from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest

from mock_cpms.people import Person, person_of
from mock_cpms.signin import validation
from mock_world import World
from tests.mock_cpms.fake_eulogin import FakeEuLogin, Somebody
from tests.mock_cpms.visitor import ANSWERS, HELGA, NORA, Visitor

GOLDEN = Path(__file__).parent.parent / "mock_idp" / "golden"  # answers of EU Login, as its tests hold them
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


def test_the_home_page_says_beforehand_what_is_needed(visitor: Visitor, world: World) -> None:
    page = visitor.open("/screen/home")
    assert "The password alone does not open CPMS." in page.text
    for address in ("/cas/eim/external/register.cgi", "/cas/mobile"):
        assert f'href="{world.addresses.public("idp", address)}"' in page.html


# Coming back.


def test_the_page_that_was_wanted_comes_after_the_sign_in(visitor: Visitor) -> None:
    visitor.ask_for_access()
    visitor.sign_out()
    visitor.open("/screen/access-status?from=mail")
    assert visitor.sign_in().url.endswith("/screen/access-status?from=mail")


def test_a_form_sent_after_signing_out_leads_back_to_its_page(visitor: Visitor) -> None:
    visitor.ask_for_access()
    token = visitor.open("/screen/profile").csrf_token
    visitor.sign_out()
    page = visitor.post("/screen/profile", **ANSWERS | {"specialty": "Other", "csrf_token": token})
    assert page.name == "home"
    assert "Please sign in first, then send the page again" in page.text
    page = visitor.sign_in()
    assert page.name == "complete-profile"
    assert page.value_of("specialty") == ANSWERS["specialty"]


WRITTEN = "\n Ward <b>3</b>,\nsince May.\n" + "Ωμέγα " * 300


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/screen/access-status/1", "reply"),
        ("/screen/access-request", "comment"),
        ("/screen/helpdesk/1", "reason"),
        ("/screen/profile", "somebodys_own_text_area"),
    ],
)
def test_what_was_written_at_length_is_given_back_after_signing_out(visitor: Visitor, path: str, field: str) -> None:
    token = visitor.sign_in().csrf_token
    visitor.sign_out()
    page = visitor.post(path, **{field: WRITTEN, "country": "AT", "csrf_token": token})
    assert (page.status, page.name, page.state) == (403, "home", "not-sent")
    assert "This text was not sent. Copy it where you still need it." in page.text
    assert f"readonly>\n{escape(WRITTEN)}</textarea>" in page.html
    assert page.html.count("<textarea") == 1
    assert len(page.headers["Set-Cookie"]) < 1000
    assert "Please sign in first, then send the page again" in page.text
    assert visitor.open("/screen/home").state == "ready"


@pytest.mark.parametrize("written", ["", " \n "])
def test_nothing_written_is_not_given_back(visitor: Visitor, written: str) -> None:
    token = visitor.sign_in().csrf_token
    visitor.sign_out()
    page = visitor.post("/screen/access-request", comment=written, country="AT", csrf_token=token)
    assert (page.status, page.state, page.came_by) == (200, "ready", [303])


@pytest.mark.parametrize("path", ["/screen/profile/draft", "/screen/profile/discard"])
def test_an_address_that_only_forms_know_is_no_page_to_come_back_to(visitor: Visitor, path: str) -> None:
    token = visitor.sign_in().csrf_token
    visitor.sign_out()
    assert visitor.post(path, csrf_token=token).name == "home"
    assert visitor.sign_in().url.endswith("/screen/profile")


def test_what_a_script_asks_for_is_no_page_to_come_back_to_and_says_nothing(visitor: Visitor) -> None:
    visitor.open("/screen/profile/hospitals?country=AT", headers={"Sec-Fetch-Dest": "empty"})
    assert "Please sign in first." not in visitor.open("/screen/home").text
    assert visitor.sign_in().name == "complete-profile"


def test_a_page_wanted_before_signing_out_is_forgotten(visitor: Visitor, world: World) -> None:
    visitor.open("/screen/access-status/1")
    visitor.sign_out()
    assert visitor.sign_in().name == "complete-profile"


def test_nobody_is_led_to_a_page_that_somebody_else_wanted(visitor: Visitor) -> None:
    visitor.ask_for_access()
    visitor.sign_out()
    visitor.open("/screen/access-status/1")
    assert visitor.sign_in(HELGA).name == "complete-profile"


@pytest.mark.parametrize(
    ("came_from", "page"),
    [
        ("none", "complete-profile"),
        ("same-origin", "complete-profile"),
        ("same-site", "home"),
        ("cross-site", "home"),
    ],
)
def test_who_comes_back_from_eu_login_without_a_ticket_is_not_sent_there_again(
    visitor: Visitor, came_from: str, page: str
) -> None:
    assert visitor.open("/screen/signin", headers={"Sec-Fetch-Site": came_from}).name == page


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        (replace(NORA, first_name="Norah", last_name="Βασιλείου"), "Norah Βασιλείου"),
        (replace(NORA, last_name="<b>Bold</b>"), "Nora <b>Bold</b>"),
        (replace(NORA, last_name="x" * 10_000), "x" * 10_000),
    ],
)
def test_a_name_changed_at_eu_login_is_taken_over(visitor: Visitor, world: World, changed: Somebody, kept: str) -> None:
    visitor.sign_in()
    page = visitor.sign_in(changed)
    assert kept in page.text.replace("&lt;", "<").replace("&gt;", ">")
    assert "<b>" not in page.html
    assert kept in person_of(world, NORA.uid).full_name


def test_address_and_language_of_mails_follow_eu_login(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    visitor.sign_in(replace(NORA, email="nora@clinic.example", language="fr"))
    person = person_of(world, NORA.uid)
    assert (person.email, person.language) == ("nora@clinic.example", "fr")
    assert visitor.sign_in(replace(NORA, language="")).name == "complete-profile"
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


def test_two_browsers_have_two_sessions(visitor: Visitor, world: World, eulogin: FakeEuLogin) -> None:
    visitor.sign_in()
    with Visitor(world.addresses.public("cpms"), eulogin) as other:
        other.sign_in(HELGA)
        other.sign_out()
    assert "Nora Vásquez" in visitor.open("/screen/profile").text


# Two tabs.


def test_signing_in_as_somebody_else_ends_the_first_session(visitor: Visitor) -> None:
    visitor.ask_for_access()
    token = visitor.open("/screen/profile").csrf_token
    page = visitor.sign_in(HELGA)
    assert "Helga Desk" in page.text
    assert "Nora" not in page.text
    page = visitor.post("/screen/profile", **ANSWERS | {"csrf_token": token})
    assert (page.status, page.name) == (400, "error")
    assert "Nothing was changed." in page.text


def test_a_form_stays_good_when_the_same_person_signs_in_again_in_another_tab(visitor: Visitor) -> None:
    token = visitor.sign_in().csrf_token
    visitor.sign_in()
    assert visitor.post("/screen/profile", **ANSWERS | {"csrf_token": token}).name == "access-request"


def test_a_form_stays_good_when_the_same_person_signs_out_and_in_again_in_another_tab(visitor: Visitor) -> None:
    token = visitor.sign_in().csrf_token
    visitor.sign_out()
    visitor.sign_in()
    assert visitor.post("/screen/profile", **ANSWERS | {"csrf_token": token}).name == "access-request"


def test_the_journal_knows_no_tickets(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    visitor.open("/screen/signin?ticket=ST-0-stolen")
    types = [event.type for event in world.journal.events()]
    assert types == ["cpms.signed_in", "cpms.ticket_refused"]
    assert "ST-" not in str([event.fields for event in world.journal.events()])


@pytest.mark.parametrize("dialect", ["eulogin", "cas"])
def test_the_answer_is_understood_in_either_dialect(dialect: str) -> None:
    answer = (GOLDEN / dialect / "success-self-registered.xml").read_bytes()
    user, told, _ = validation._EuLogin.verify_response(answer)
    assert (user, told["email"], told["firstName"]) == ("n002a0t6", "zoe@hospital.example", "Zo\u00eb")
    assert validation.registered_at(told) == datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
