"""Faults by control API, Python client, control room and banner, and what the other actors make of them."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from eulogin_harness.client import ProblemError, World
from eulogin_harness.client.faults import Faults
from mock_world.fault_types import FAULTS
from tests.eulogin_harness.conftest import Api
from tests.eulogin_harness.room import Room
from tests.eulogin_harness.test_session import APP
from tests.mock_idp.conftest import Browser

TESTS = Path(__file__).parent.parent
ADA = "ada@hospital.example"
PORTAL = "http://portal.example/app"
NOTHING_SAID: dict[str, Any] = {"name": "mail.lost"} | dict.fromkeys(("service", "client_id", "seconds", "status"))


def armed(world: World) -> list[tuple[str, int | None, str | None]]:
    return [(one.name, one.left, one.person) for fault in world.faults.list() for one in fault.armed]


def test_every_fault_is_named_by_a_test() -> None:
    texts = [file.read_text(encoding="utf-8") for file in TESTS.rglob("test_*.py")]
    assert {name for name in FAULTS if not any(f'"{name}"' in text for text in texts)} == set()


def test_the_catalogue_says_what_happens_and_what_is_armed(api: Api) -> None:
    api.send("POST", "/api/faults/mail.lost", {"times": 2, "for": "Ada@Hospital.example"})
    items = api.send("GET", "/api/faults").json()["items"]
    assert [item["name"] for item in items] == list(FAULTS)
    (lost,) = (item for item in items if item["armed"])
    assert lost == {
        "name": "mail.lost",
        "sentence": "A mail is sent and never arrives.",
        "takes": ["for"],
        "seconds": None,
        "status": None,
        "armed": [NOTHING_SAID | {"left": 2, "person": ADA, "known": False}],
    }
    late = next(item for item in items if item["name"] == "mail.late")
    assert late["takes"] == ["for", "seconds"]
    assert late["seconds"] == {"default": 600, "least": 1, "most": 2_592_000, "what": "world time"}


@pytest.mark.parametrize(
    ("body", "left", "person"),
    [
        (None, 1, None),
        ({"times": None}, None, None),
        ({"times": 1_000_000, "for": ADA}, 1_000_000, ADA),
        ({"for": None}, 1, None),
    ],
)
def test_arming_answers_what_is_armed_and_disarming_nothing(
    api: Api, world: World, body: dict[str, Any] | None, left: int | None, person: str | None
) -> None:
    answer = api.send("POST", "/api/faults/mail.lost", body)
    told = NOTHING_SAID | {"left": left, "person": person, "known": person is None}
    assert (answer.status_code, answer.json()) == (201, told)
    assert armed(world) == [("mail.lost", left, person)]
    for _ in range(2):
        answer = api.send("DELETE", "/api/faults/mail.lost")
        assert (answer.status_code, answer.content) == (204, b"")
    assert armed(world) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"times": 0}, "wrong-field"),
        ({"times": 1_000_001}, "wrong-field"),
        ({"for": "everybody"}, "wrong-field"),
        ({"for": "a\x00@b.example"}, "wrong-field"),
        ({"person": ADA}, "unknown-field"),
    ],
)
def test_what_cannot_be_armed_is_refused(api: Api, world: World, body: dict[str, Any], kind: str) -> None:
    status, document = api.refused("POST", "/api/faults/mail.lost", body)
    assert (status, document["type"]) == (422, kind)
    assert armed(world) == []


@pytest.mark.parametrize(
    ("fault", "body", "kind", "said"),
    [
        ("mail.lost", {"seconds": 5}, "fault.not_taken", "for mail.lost, beside times: for; got seconds"),
        ("mail.lost", {"service": PORTAL}, "fault.not_taken", "got service"),
        ("keys.foreign", {"for": ADA}, "fault.not_taken", "for keys.foreign, beside times: nothing; got for"),
        ("token.slow", {"service": PORTAL}, "fault.not_taken", "for, client_id, seconds; got service"),
        ("token.slow", {"seconds": 301}, "fault.out_of_range", "seconds from 0 to 300 (real time); got 301"),
        ("mail.late", {"seconds": 0.5}, "fault.out_of_range", "from 1 to 2592000 (world time); got 0.5"),
        ("eulogin.unavailable", {"status": 200}, "fault.out_of_range", "status from 500 to 599"),
        ("ticket.lost", {"service": "portal.example"}, "fault.wrong_service", "got portal.example"),
    ],
)
def test_what_a_fault_does_not_take_is_refused(
    api: Api, world: World, fault: str, body: dict[str, Any], kind: str, said: str
) -> None:
    status, document = api.refused("POST", f"/api/faults/{fault}", body)
    assert (status, document["type"]) == (422, kind)
    assert said in document["detail"]
    assert armed(world) == []


def test_a_refused_parameter_comes_with_the_faults_that_take_it(api: Api) -> None:
    _, document = api.refused("POST", "/api/faults/mail.lost", {"status": 500})
    assert "leave status out, or take a fault that takes it: discovery.unreachable" in document["instructions"]


def test_a_fault_is_armed_for_an_application_with_its_numbers(world: World, api: Api) -> None:
    one = world.faults.arm("eulogin.slow", person=ADA, service=PORTAL, client_id="portal", seconds=0.5)
    assert (one.person, one.service, one.client_id, one.seconds, one.status) == (ADA, PORTAL, "portal", 0.5, None)
    with world.faults.armed("validation.slow", service=PORTAL) as other:
        assert other.seconds == 0.5
    events = [event["sentence"] for event in api.send("GET", "/api/events?type=fault.armed").json()["items"]]
    assert f"armed for {ADA}, for service {PORTAL}, for client portal, 1 times, 0.5 seconds." in events[0]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_an_unknown_fault_is_refused_with_one_like_it(api: Api, method: str) -> None:
    status, document = api.refused(method, "/api/faults/mail.lots", {} if method == "POST" else None)
    assert (status, document["type"]) == (404, "fault.unknown")
    assert "perhaps mail.lost" in document["instructions"]


def test_the_client_arms_for_the_time_of_a_block_even_if_it_fails(world: World) -> None:
    with suppress(ZeroDivisionError), world.faults.armed("mail.lost", person=ADA) as fault:
        assert (fault.name, fault.left, fault.person) == ("mail.lost", None, ADA)
        assert armed(world) == [("mail.lost", None, ADA)]
        raise ZeroDivisionError
    assert armed(world) == []
    with world.faults.armed("mail.lost"):
        assert armed(world) == [("mail.lost", None, None)]
    assert armed(world) == []


def test_the_fixture_is_that_of_the_world(faults: Faults, world: World) -> None:
    faults.arm("mail.twice", times=2)
    assert armed(world) == [("mail.twice", 2, None)]
    with pytest.raises(ProblemError, match=r"perhaps mail\.twice"):
        faults.disarm("mail.twise")  # type: ignore[arg-type]
    faults.disarm("mail.twice")
    assert armed(world) == []


def test_faults_are_part_of_the_state_and_end_with_a_reset(world: World) -> None:
    world.faults.arm("mail.lost", times=2, person=ADA)
    state = world.state()
    world.reset()
    assert armed(world) == []
    world.load_state(state)
    assert armed(world) == [("mail.lost", 2, ADA)]
    world.personas.create("invited", email=ADA)
    assert world.mails.list(to=ADA) == []
    (fault,) = (one for fault in world.faults.list() for one in fault.armed)
    assert (fault.left, fault.known) == (1, True)  # somebody has the address now


def test_who_waits_for_a_lost_mail_is_told(world: World) -> None:
    world.faults.arm("mail.lost")
    world.faults.arm("mail.late")
    for email in (ADA, "bob@hospital.example"):
        world.personas.create("invited", email=email)
    with pytest.raises(ProblemError) as refused:
        world.mails.wait(to=ADA, seconds=0)
    assert refused.value.got == (
        "an empty mailbox; 'Your EU Login account: create your password' to bob@hospital.example under way, due in "
        "600 seconds of world time; lost by fault mail.lost: 1"
    )


def test_who_waits_for_a_bounced_mail_is_told(world: World) -> None:
    world.faults.arm("mail.bounced")
    world.personas.create("invited", email=ADA)
    with pytest.raises(ProblemError) as refused:
        world.mails.wait(to=ADA, seconds=0)
    assert refused.value.got == "an empty mailbox; bounced by fault mail.bounced: 1"


def test_a_mail_in_spam_is_found_unless_the_inbox_alone_is_meant(world: World, room: Room) -> None:
    world.faults.arm("mail.spam")
    world.personas.create("invited", email=ADA)
    mail = world.mails.wait(to=ADA, seconds=0)
    assert mail.folder == "spam"
    with pytest.raises(ProblemError) as refused:
        world.mails.wait(to=ADA, folder="inbox", seconds=0)
    assert refused.value.got.endswith(f"to {ADA} (id {mail.id}, in the folder spam)")
    for path in ("/mailbox", f"/mailbox/{mail.id}"):
        assert '<span class="tag tag--warn">spam</span>' in room.page(path)


def test_a_state_with_a_mail_in_a_strange_folder_is_refused(world: World) -> None:
    world.personas.create("invited", email=ADA)
    state = world.state()
    state["tables"]["world_mail"][0]["folder"] = "attic"
    with pytest.raises(ProblemError, match="a folder that is not known"):
        world.load_state(state)


@pytest.mark.parametrize("wrong", [{"name": "mail.lots"}, {"left": 0}])
def test_a_state_with_a_strange_fault_is_refused(world: World, wrong: dict[str, Any]) -> None:
    world.faults.arm("mail.lost")
    state = world.state()
    state["tables"]["world_fault"][0] |= wrong
    with pytest.raises(ProblemError, match="not known, or strikes less than once"):
        world.load_state(state)
    assert armed(world) == [("mail.lost", 1, None)]


@pytest.mark.parametrize("wrong", [{"status": 500}, {"seconds": 301}, {"seconds": None}, {"service": PORTAL}])
def test_a_state_with_a_fault_that_takes_something_else_is_refused(world: World, wrong: dict[str, Any]) -> None:
    world.faults.arm("token.slow", client_id="portal", seconds=20)
    state = world.state()
    state["tables"]["world_fault"][0] |= wrong
    with pytest.raises(ProblemError, match="does not take, or out of its range"):
        world.load_state(state)
    assert armed(world) == [("token.slow", 1, None)]


# Pages.


def banner(url: str) -> str:
    """What a page says at its top of faults; empty where it says nothing."""
    page = requests.get(url, headers={"Accept": "text/html"}, timeout=30).text
    found = re.search(r'<span class="mock-banner__faults">(.*?)</span>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


@pytest.mark.parametrize("actor", ["desk", "idp", "cpms", "phone"])
def test_every_page_says_at_its_top_what_is_armed(world: World, actor: str) -> None:
    url = getattr(world.addresses, actor) + ("/cas/login" if actor == "idp" else "/")
    assert banner(url) == ""
    world.faults.arm("mail.lost")
    world.faults.arm("link.eaten", times=None)
    world.faults.arm("mail.lost", times=2, person=ADA)
    world.faults.arm("ticket.lost", person=ADA, service=PORTAL)
    armed = f"mail.lost (1), link.eaten (until disarmed), mail.lost (2, {ADA}), ticket.lost (1, {ADA}, {PORTAL})"
    assert banner(url) == f"Faults armed: {armed}"


def test_the_worlds_time_and_what_is_armed_are_told_apart(world: World) -> None:
    world.clock.advance(days=1)
    world.faults.arm("mail.lost")
    page = requests.get(world.addresses.idp + "/cas/login", headers={"Accept": "text/html"}, timeout=30).text
    assert re.search(r"</time>\S* *(\(frozen\))?</span>\s*·\s*<span class=\"mock-banner__faults\">", page)


def test_the_control_room_arms_and_disarms_and_shows_the_calls(room: Room, world: World) -> None:
    assert "Nothing is armed" in room.page("/faults")
    page = room.send("/faults", fault="mail.lost", times="2", person=f" {ADA} ")
    assert "Armed: mail.lost." in page
    assert f'\'{{"times": 2, "for": "{ADA}"}}\' {world.addresses.desk}/api/faults/mail.lost' in page
    assert armed(world) == [("mail.lost", 2, ADA)]
    assert re.search(r'data-fault="mail.lost".*2 times.*ada@hospital.example', page, re.DOTALL)
    assert f"The fault mail.lost was armed for {ADA}, 2 times." in room.text()
    page = room.send("/faults", disarm="mail.lost")
    assert "Disarmed: mail.lost." in page
    call = f"curl -X DELETE {world.addresses.desk}/api/faults/mail.lost"
    assert re.findall(r'class="call-line".*<code>(.*)</code>', page) == [call]
    page = room.send("/faults", fault="link.eaten", times="", person="")
    assert armed(world) == [("link.eaten", None, None)]
    assert re.search(r'data-fault="link.eaten".*until disarmed.*everybody', page, re.DOTALL)


def test_the_control_room_arms_for_an_application_with_numbers(room: Room, world: World) -> None:
    said = {"service": f" {PORTAL} ", "client_id": "portal", "seconds": "0.5", "status": ""}
    page = room.send("/faults", fault="eulogin.slow", times="1", **said)
    body = f'{{"times": 1, "service": "{PORTAL}", "client_id": "portal", "seconds": 0.5}}'
    assert f"'{body}' {world.addresses.desk}/api/faults/eulogin.slow" in page
    assert re.search(rf'data-fault="eulogin.slow".* 0.5 s.*{PORTAL}, portal', page, re.DOTALL)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"fault": "mail.lost", "times": "0"}, "Number must be between 1 and 1000000."),
        ({"fault": "mail.lost", "times": "often"}, "Not a valid integer value."),
        ({"fault": "mail.lost", "times": "1", "person": "everybody"}, "Check the address"),
        ({"fault": "mail.lost", "times": "1", "seconds": "5"}, "Leave out seconds: mail.lost does not take it."),
        ({"fault": "mail.late", "times": "1", "seconds": "soon"}, "Not a valid float value."),
        ({"fault": "mail.late", "times": "1", "seconds": "0"}, "Take a number from 1 to 2592000: seconds of mail.late"),
        ({"fault": "ticket.lost", "times": "1", "service": "portal"}, "starts with http:// or https://"),
        ({"disarm": "mail.lots"}, "There is no fault called mail.lots."),
        ({}, "Not a valid choice."),
    ],
)
def test_the_control_room_says_what_cannot_be_armed(
    room: Room, world: World, fields: dict[str, str], words: str
) -> None:
    page = room.send("/faults", **fields)
    assert (words in page, 'id="error-summary"' in page) == (True, True)
    assert armed(world) == []


# What the others make of it.


def test_the_phone_says_that_eu_login_does_not_answer(world: World) -> None:
    doctor = world.personas.create("enrolled", email=ADA)
    phone = world.phones.get(doctor.phone_id)
    world.faults.arm("eulogin.unavailable", person=ADA, times=None)
    with pytest.raises(ProblemError) as refused:
        phone.approve(doctor.pin or "", seconds=0)
    assert refused.value.type == "phone.eu_login_unreachable"
    world.faults.disarm("eulogin.unavailable")
    with pytest.raises(ProblemError) as refused:
        phone.approve(doctor.pin or "", seconds=0)
    assert refused.value.type == "nothing-yet"


def test_the_phone_shows_a_request_twice_and_either_answers_it(world: World) -> None:
    doctor = world.personas.create("enrolled", email=ADA)
    phone = world.phones.get(doctor.phone_id)
    world.faults.arm("push.twice", person=ADA)
    browser = Browser(world.addresses.idp).open("/cas/login").send(username=ADA)
    browser.send(password=str(doctor.password), loginStrength=APP)
    with pytest.raises(ProblemError, match="several"):
        phone.approve(str(doctor.pin), seconds=0)
    first, second = phone.screen.requests
    assert (first.service, second.id) == (second.service, f"{first.id}-2")
    phone.approve(str(doctor.pin), request=second.id)
    assert phone.screen.requests == []
    assert browser.open(browser.page.url).at[0] == "successful-login"


def test_desk_and_control_api_answer_while_eu_login_does_not(world: World) -> None:
    world.faults.arm("eulogin.unavailable", times=None)
    for url in (world.addresses.desk, f"{world.addresses.desk}/api/personas", f"{world.addresses.cpms}/screen/home"):
        assert requests.get(url, timeout=30).status_code == 200
    world.personas.create("enrolled")
    assert requests.get(f"{world.addresses.idp}/cas/login", timeout=30).status_code == 503
