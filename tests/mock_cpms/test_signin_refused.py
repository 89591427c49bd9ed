"""What those read whom CPMS does not let in, and how they go on (guide, G09)."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from urllib.parse import urlsplit

import pytest
import requests

from mock_cpms import settings as s
from mock_world import World
from mock_world import settings as shared
from tests.mock_cpms.fake_eulogin import FakeEuLogin, Somebody
from tests.mock_cpms.visitor import HELGA, NORA, Page, Visitor

STATES = {
    "cpms.ticket_refused": "ticket-refused",
    "cpms.service_refused": "service-refused",
    "cpms.account_refused": "account-refused",
    "cpms.level_too_low": "level-too-low",
    "cpms.eulogin_unreachable": "unreachable",
}


def refusal(world: World) -> tuple[str, dict[str, str]]:
    """The last event: its type and what the journal says to the tester."""
    event = world.journal.events()[-1]
    return event.type, {name: event.fields[name] for name in ("expected", "got", "remedy")}


def goes_on(page: Page, visitor: Visitor) -> bool:
    """Whether the page offers to try again, and that works; nobody was signed in meanwhile."""
    assert 'action="' in page.html
    assert "Try again" in page.text
    return visitor.open("/screen/profile").name == "home"


@pytest.mark.parametrize(
    ("code", "state", "words", "told"),
    [
        ("INVALID_TICKET", "ticket-refused", "Please sign in again", "counts once, and for some minutes only"),
        ("SOMETHING_NEW", "ticket-refused", "Please sign in again", "counts once"),
        ("INVALID_SERVICE", "service-refused", "Please sign in again from here", "under another name"),
        ("INVALID_USER", "account-refused", "an account of your organisation", "Sign out at EU Login"),
        ("INVALID_STRENGTH", "level-too-low", "Please add a phone", "the password alone"),
        ("INVALID_TICKET_SPEC", "level-too-low", "Please add a phone", "the password alone"),
        ("INTERNAL_ERROR", "unreachable", "CPMS cannot reach EU Login", "nothing is wrong with your account"),
    ],
)
def test_each_failure_of_eu_login_says_what_happened_and_how_to_go_on(
    visitor: Visitor, world: World, eulogin: FakeEuLogin, code: str, state: str, words: str, told: str
) -> None:
    eulogin.failure = code
    page = visitor.sign_in()
    assert (page.name, page.state) == ("sign-in-refused", state)
    assert words in page.text
    assert told in page.text
    kind, journal = refusal(world)
    assert STATES[kind] == state
    assert f"{kind} {code}" in page.text
    assert journal["got"] == code
    if code == "INVALID_SERVICE":
        assert journal["expected"] == f"a ticket made for {world.addresses.public('cpms', '/screen/signin')}"
    assert goes_on(page, visitor)
    eulogin.failure = None
    assert visitor.sign_in().name == "complete-profile"


@pytest.mark.parametrize("ticket", ["ST-0-stolen", "x" * 10_000, "<b>Ωμέγα</b>", "a%26service=b"])
def test_whatever_ticket_comes_is_refused_and_stays_unsaid(
    visitor: Visitor, world: World, eulogin: FakeEuLogin, ticket: str
) -> None:
    visitor.sign_in()
    page = visitor.open(f"/screen/signin?ticket={ticket}")
    assert (page.status, page.state) == (403, "ticket-refused")
    assert refusal(world)[1]["remedy"].endswith("EU Login answered INVALID_TICKET")
    assert ticket not in page.html + page.url
    eulogin.failure = "invalid ticket ST-1-secret"  # no code, and not repeated
    page = visitor.open("/screen/signin?ticket=ST-1-fake")
    assert (page.state, "ST-1" in page.text, refusal(world)[1]["got"]) == ("ticket-refused", False, "UNKNOWN")
    assert visitor.open("/screen/profile").name == "complete-profile"  # the session goes on


def test_a_refusal_can_be_reloaded_and_read_in_another_language_until_somebody_got_in(
    visitor: Visitor, eulogin: FakeEuLogin
) -> None:
    refused = "/screen/signin/refused"
    assert visitor.open(refused).name == "home"  # nobody tried
    eulogin.failure = "INSUFFICIENT_AUTHENTICATION_LEVEL"
    page = visitor.sign_in()
    assert visitor.open(refused).state == "level-too-low"
    page = visitor.post("/language", language="de", next=urlsplit(page.url).path, csrf_token=page.csrf_token)
    assert (page.state, 'lang="de"' in page.html) == ("level-too-low", True)
    assert len(eulogin.validations) == 1
    eulogin.failure = None
    visitor.sign_in()
    assert visitor.open(refused).name == "home"


def test_one_factor_leads_step_by_step_to_a_phone(visitor: Visitor, world: World, eulogin: FakeEuLogin) -> None:
    eulogin.failure = "INSUFFICIENT_AUTHENTICATION_LEVEL"
    page = visitor.sign_in()
    assert page.status == 403
    steps = ["Install the EU Login app", "Add a phone in EU Login", "Scan the QR code", "Come back to this page"]
    places = [page.text.index(step) for step in steps]
    assert places == sorted(places)
    assert f'href="{world.addresses.public("idp", "/cas/mobile")}"' in page.html
    assert f'href="{world.addresses.public("idp", "/cas/userdata/myAccount.cgi")}"' in page.html
    assert refusal(world)[1]["expected"] == "a sign-in with two factors (authentication level MEDIUM)"


@pytest.mark.parametrize(
    ("somebody", "told"),
    [(replace(NORA, email=""), "email"), (replace(NORA, first_name=" ", last_name=""), "firstName, lastName")],
)
def test_without_name_or_address_nobody_gets_in(visitor: Visitor, world: World, somebody: Somebody, told: str) -> None:
    page = visitor.sign_in(somebody)
    assert (page.status, page.state) == (403, "attributes-missing")
    assert "Please check your name and e-mail address at EU Login" in page.text
    kind, journal = refusal(world)
    assert (kind, journal["got"]) == ("cpms.attributes_missing", f"no {told}")
    assert goes_on(page, visitor)


# EU Login does not answer, or not as it should.


@pytest.mark.parametrize(
    "answer",
    [
        ("<html>Proxy</html", 200),
        ("", 200),
        ("<a><b><user>n1</user></b>", 200),
        ("<a><authenticationSuccess/></a>", 200),
        ("<a><authenticationFailure/></a>", 200),
        ("down", 503),
        ("", 302),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a><b><user>&b;</user></b></a>', 200),
    ],
)
def test_an_answer_that_cannot_be_read_is_said(visitor: Visitor, eulogin: FakeEuLogin, answer: tuple[str, int]) -> None:
    eulogin.answer = answer
    page = visitor.sign_in()
    assert (page.status, page.state) == (502, "unreachable")
    assert "CPMS cannot reach EU Login" in page.text
    assert goes_on(page, visitor)


def test_an_eu_login_that_is_off_is_said(visitor: Visitor, world: World) -> None:
    world.settings.change({"idp.internal_url": "http://localhost:1"})
    page = visitor.open("/screen/signin?ticket=ST-1")
    assert page.state == "unreachable"
    kind, journal = refusal(world)
    assert (kind, journal["got"]) == ("cpms.eulogin_unreachable", "ConnectionError")
    assert "idp.internal_url" in journal["remedy"]


def test_nobody_sends_cpms_elsewhere(visitor: Visitor, world: World, eulogin: FakeEuLogin) -> None:
    eulogin.answer = "", 302, {"Location": world.addresses.public("idp", "/cas/laxValidate?ticket=ST-1")}
    assert visitor.sign_in().state == "unreachable"
    assert len(eulogin.validations) == 1


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes calls and never answers."""
    with socket.create_server(("localhost", 0)) as server:
        yield f"http://localhost:{server.getsockname()[1]}"


def test_a_slow_eu_login_is_waited_for_as_long_as_the_setting_says(visitor: Visitor, world: World, silent: str) -> None:
    world.settings.change({"idp.internal_url": silent, s.CPMS_PATIENCE.name: "PT0.1S"})
    page = visitor.open("/screen/signin?ticket=ST-1")
    assert (page.status, page.state) == (504, "too-slow")
    assert page.seconds < 5  # the ordinary time-out of calls is longer
    assert "Please try again in a moment" in page.text
    kind, journal = refusal(world)
    assert kind == "cpms.eulogin_too_slow"
    assert journal["expected"] == "an answer of EU Login's ticket validation within 0.1 seconds"
    assert goes_on(page, visitor)


# New accounts, and clocks that differ.


def test_an_account_waits_as_long_as_a_fault_says_however_old_it_is(visitor: Visitor, world: World) -> None:
    world.faults.arm("recognition.late", seconds=90, person=NORA.email, times=2)
    for _ in range(2):
        page = visitor.sign_in(NORA)
        assert page.name == "not-recognised"
        assert "Time left in minutes and seconds: 1:30" in page.text
    kind, journal = refusal(world)
    assert (kind, journal["got"]) == ("cpms.not_recognised", "an account that the fault recognition.late keeps waiting")
    world.move_clock(world.clock.now() + timedelta(seconds=90))
    assert visitor.open("/screen/signin/refused").name == "complete-profile"
    visitor.open("/screen/home")
    world.faults.arm("recognition.late", person=NORA.email)
    assert visitor.sign_in(NORA).name == "complete-profile"
    assert world.faults.armed() != []


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_cpms_that_is_not_available_says_so_to_pages_and_machines(world: World, accept: str) -> None:
    home, headers = f"{world.addresses.public('cpms')}/screen/home", {"Accept": accept}
    world.faults.arm("cpms.unavailable", status=502)
    down, up = (requests.get(home, headers=headers, timeout=30) for _ in range(2))
    assert (down.status_code, down.headers["Retry-After"], up.status_code) == (502, "30", 200)
    assert "Try again in a moment: CPMS is not available." in down.text
    assert ('data-page="unavailable"' in down.text) == (accept == "text/html")
    kind, journal = refusal(world)
    assert (kind, journal["got"]) == ("cpms.unavailable", "GET /screen/home")


def test_cpms_may_be_unavailable_for_one_person(visitor: Visitor, world: World) -> None:
    world.faults.arm("cpms.unavailable", times=None, person=NORA.email)
    assert visitor.open("/screen/home").status == 200
    assert visitor.sign_in(NORA).status == 503
    assert requests.get(f"{world.addresses.public('cpms')}/static/cpms/cpms.css", timeout=30).status_code == 200


def test_a_new_account_waits_until_it_is_recognised(visitor: Visitor, world: World) -> None:
    world.settings.change({shared.RECOGNITION_DELAY.name: "PT5M"})
    newcomer = replace(NORA, registered_at=world.clock.now().astimezone(UTC).replace(tzinfo=None))  # taken for UTC
    visitor.open("/screen/profile?from=mail")
    page = visitor.sign_in(newcomer)
    assert (page.status, page.name) == (200, "not-recognised")
    assert "Time left in minutes and seconds: 5:00" in page.text
    world.move_clock(world.clock.now() + timedelta(minutes=4, seconds=59))
    assert "seconds: 0:01" in visitor.sign_in(newcomer).text
    assert refusal(world)[0] == "cpms.not_recognised"
    assert visitor.open("/screen/profile?from=mail").name == "home"
    world.move_clock(world.clock.now() + timedelta(seconds=1))
    assert visitor.sign_in(newcomer).url.endswith("/screen/profile?from=mail")
    world.settings.change({shared.RECOGNITION_DELAY.name: "PT2H"})
    assert visitor.sign_in(newcomer).name == "complete-profile"  # who was here before is recognised
    assert visitor.sign_in(HELGA).name == "complete-profile"  # and an account without a date


def test_the_countdown_follows_clock_and_setting(visitor: Visitor, world: World) -> None:
    assert visitor.time_left() == {"seconds": 0, "shown": "0:00"}
    world.settings.change({shared.RECOGNITION_DELAY.name: "PT5M"})
    visitor.sign_in(replace(NORA, registered_at=world.clock.now()))
    assert visitor.time_left() == {"seconds": 300, "shown": "5:00"}
    world.move_clock(world.clock.now() + timedelta(minutes=4, milliseconds=500))
    assert visitor.time_left() == {"seconds": 60, "shown": "1:00"}
    world.settings.change({shared.RECOGNITION_DELAY.name: "PT2H"})
    assert visitor.time_left()["shown"] == "116:00"
    world.settings.change({shared.RECOGNITION_DELAY.name: "PT0S"})
    assert visitor.time_left()["seconds"] == 0
    assert visitor.open("/screen/signin/refused").name == "complete-profile"


@pytest.mark.parametrize(
    ("ahead", "name"),
    [
        (timedelta(minutes=-5), "complete-profile"),
        (timedelta(minutes=1), "not-recognised"),
        (timedelta(minutes=1, seconds=1), "sign-in-refused"),
    ],
)
def test_an_account_made_more_than_a_minute_ahead_shows_that_the_clocks_differ(
    visitor: Visitor, world: World, ahead: timedelta, name: str
) -> None:
    world.settings.change({shared.RECOGNITION_DELAY.name: "PT5M"})
    assert visitor.sign_in(replace(NORA, registered_at=world.clock.now() + ahead)).name == name


def test_clocks_that_differ_are_told_with_how_much_and_what_to_do(visitor: Visitor, world: World) -> None:
    later = replace(NORA, registered_at=world.clock.now() + timedelta(days=7))
    world.settings.change({shared.RECOGNITION_DELAY.name: "PT5M"})
    page = visitor.sign_in(later)
    assert (page.status, page.state) == (409, "clocks-differ")
    assert "Please ask those who run CPMS to set its clock right" in page.text
    assert "made your account on Friday 4 December 2026, 17:00, which lies about 7 days ahead" in page.text
    kind, journal = refusal(world)
    assert kind == "cpms.clocks_differ"
    assert "604800 seconds or more ahead" in journal["remedy"]
    assert goes_on(page, visitor)
    world.settings.change({shared.RECOGNITION_DELAY.name: "PT0S"})
    assert visitor.sign_in(later).name == "complete-profile"  # where accounts are known at once, no clock counts
