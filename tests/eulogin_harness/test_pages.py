"""Control room and mailbox without a browser."""

import re
from datetime import timedelta

import pytest

from eulogin_harness.client import ProblemError, World
from eulogin_harness.client.names import RequestState
from mock_world.i18n import ZONE
from tests.eulogin_harness.room import Room
from tests.mock_idp.conftest import Browser

frozen = pytest.mark.eulogin_world(now="2026-11-27T17:00:00+01:00", frozen=True)


def test_an_empty_control_room_says_what_to_do_first(room: Room) -> None:
    page = room.page()
    assert 'data-page="control-room"' in page
    assert "Nobody waits for a phone or a helpdesk." in page
    assert "Nothing was refused yet." in page
    assert "Nothing happened yet." in page
    assert "Nobody asked yet. Make a person at the stage access requested" in room.page("/access-requests")
    assert "ca.pem" not in page  # which there is with TLS alone
    assert "start it with --tls" in room.page("/ca.pem")


@frozen
@pytest.mark.parametrize(
    ("fields", "now", "call"),
    [
        ({"action": "PT5M"}, "2026-11-27T17:05", '{"advance": "PT5M"}'),
        ({"action": "set", "moment": "2026-11-27T18:30"}, "2026-11-27T18:30", "18:30:00+01:00"),
        ({"action": "run"}, "2026-11-27T17:00", '{"freeze": false}'),
    ],
)
def test_time_is_moved_and_the_call_is_shown(
    room: Room, world: World, fields: dict[str, str], now: str, call: str
) -> None:
    page = room.send("/clock", page="/mailbox", **fields)
    assert "No mail yet. Create an account" in page  # the page from which it was sent
    assert call in page
    assert f"{world.addresses.desk}/api/clock" in page
    assert world.clock.frozen is (fields["action"] != "run")
    assert _local(world).startswith(now)


def _local(world: World) -> str:
    return world.clock.now().astimezone(ZONE).isoformat()


def test_a_person_is_made_and_listed(room: Room, world: World) -> None:
    page = room.send("/people", stage="enrolled", email="anna@hospital.example")
    assert "A person was made" in page
    anna = world.personas.list()[-1]
    assert {anna.email, str(anna.password), str(anna.pin)} <= set(re.findall(r"[^<>\s]+", page))


def test_an_address_that_is_real_or_none_is_refused_in_the_form(room: Room) -> None:
    assert "This is a mock: use an address such as" in room.send("/people", stage="enrolled", email="a@b.com")
    assert "Check the address" in room.send("/people", stage="enrolled", email="anna at hospital")


def test_a_new_phone_needs_the_app(room: Room, world: World) -> None:
    page = room.send("/phones")
    assert "phone-2 is new" in page
    assert f"""'{{"installed": false}}' {world.addresses.desk}/api/phones""" in page
    assert not world.phones.get("phone-2").screen.installed


def test_news_are_told_at_once_and_a_reset_is_news_too(room: Room, world: World) -> None:
    world.personas.create("registered")
    last = world.events.list()[-1].id
    assert room.news("0") == room.news(str(last - 1)) == room.mark()
    assert room.mark().startswith(f"{last}.")
    for _ in range(2):
        seen = room.mark()
        world.reset()
        assert room.news(seen) == room.mark() != seen


@frozen
def test_time_goes_forward_alone_and_ends_with_the_year_2199(room: Room, world: World) -> None:
    assert "World time ends with the year 2199." in room.send(
        "/clock", page="/", action="set", moment="9999-12-31T23:59"
    )
    assert "World time only goes forward" in room.send("/clock", page="/", action="set", moment="2026-11-27T16:00")
    assert _local(world) == "2026-11-27T17:00:00+01:00"
    page = room.page()
    assert "clock.back" in page
    assert "reset the world or make a new one" in page


def test_the_mailbox_filters_by_receiver(room: Room, world: World) -> None:
    assert "No mail yet" in room.page("/mailbox")
    anna, ben = world.personas.create("invited"), world.personas.create("invited")
    listed = room.page(f"/mailbox?to={anna.email}")
    assert f"to {anna.email}" in re.sub(r"<[^>]+>", "", listed)
    assert f"to {ben.email}" not in re.sub(r"<[^>]+>", "", listed)
    none = room.page("/mailbox?to=a%2Bb%40x.example")
    assert "No mail to this receiver" in none
    assert "/api/mails?to=a%2Bb%40x.example" in none


@pytest.mark.threat("A mail runs a script, loads something from outside, or leads the reader away by itself")
def test_the_html_of_a_mail_runs_no_script_and_opens_links_in_the_window(room: Room, world: World) -> None:
    mail = world.mails.wait(to=world.personas.create("invited").email)
    assert "sandbox=" in room.page(f"/mailbox/{mail.id}")
    frame = room.session.get(f"{room.base}/mailbox/{mail.id}/html", timeout=30)
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]
    assert "script-src" not in frame.headers["Content-Security-Policy"]
    _, _, sandbox = frame.headers["Content-Security-Policy"].partition("; sandbox ")
    assert sandbox.split() == ["allow-same-origin", "allow-top-navigation-by-user-activation"]
    assert '<base target="_top">' in frame.text
    for number in (999, 10**20):
        assert room.session.get(f"{room.base}/mailbox/{number}", timeout=30).status_code == 404


@frozen
def test_requests_are_listed_open_ones_first_with_their_way_to_the_helpdesk(room: Room, world: World) -> None:
    states: list[RequestState] = ["submitted", "approved", "draft", "info_requested", "rejected"]
    for number, state in enumerate(states):
        world.personas.create(requests=[{"network": "BOND", "state": state, "since": f"PT{number}H"}])
    page = room.page("/access-requests")
    assert re.findall(r'<tr data-state="(\w+)"', page) == ["submitted", "info_requested", "approved", "rejected"]
    assert page.count('name="approve"') == 2
    assert f'href="{world.addresses.cpms}/screen/helpdesk/1"' in page


@frozen
@pytest.mark.parametrize(
    ("decision", "state"), [("approve", "approved"), ("reject", "rejected"), ("ask", "info_requested")]
)
def test_a_request_is_decided_and_the_call_is_shown(room: Room, world: World, decision: str, state: str) -> None:
    anna = world.personas.create("access_requested")
    page = room.send("/access-requests", reason="Which ward?", **{decision: str(anna.requests[0].id)})
    assert f"Decided: {anna.first_name} {anna.last_name} was told by e-mail." in page
    call = f'{{"decision": "{decision}", "reason": "Which ward?"}}'
    assert f"{call}' {world.addresses.desk}/api/access-requests/1/decide" in page
    assert world.access_requests.get(1).state == state


@frozen
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"ask": "1", "reason": " "}, "Please write what the person should know"),
        ({"reason": "Kept."}, "Please choose to approve, to reject, or to ask"),
        ({"approve": str(10**30), "reason": "Kept."}, "there is no such request"),
        ({"approve": "x", "reason": "Kept."}, "there is no such request"),
        ({"approve": "1", "reason": "Kept." * 2000}, "Please write at most 2000 characters: this is 10000 long."),
    ],
)
def test_a_decision_that_cannot_be_is_told_and_keeps_what_was_written(
    room: Room, world: World, fields: dict[str, str], told: str
) -> None:
    world.personas.create("access_requested")
    page = room.send("/access-requests", **fields)
    assert told in page
    assert ("Kept." in page) is ("Kept." in fields.get("reason", ""))
    assert world.access_requests.get(1).state == "submitted"


@frozen
def test_what_is_late_says_so(room: Room, world: World) -> None:
    world.personas.create("access_requested")
    world.clock.set("2026-11-30T17:00:00+01:00")
    pages = ("/", "/access-requests")
    assert not any("overdue" in room.page(path) for path in pages)
    world.clock.advance("PT1S")
    assert all("overdue" in room.page(path) for path in pages)


def test_a_page_that_renews_itself_meanwhile_takes_no_message_away(world: World) -> None:
    room = Room(world.addresses.desk)
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', room.page())
    assert token is not None
    data = {"csrf_token": token[1], "action": "PT5M"}  # no page is named: back to the first one
    room.session.post(f"{room.base}/clock", data=data, timeout=30, allow_redirects=False)
    renewed = room.session.get(f"{room.base}/", headers={"Sec-Fetch-Dest": "empty"}, timeout=30).text
    assert "World time was changed." not in renewed
    assert "World time was changed." in room.page()
    assert "World time was changed." not in room.page()


def test_every_page_leads_to_the_others_and_says_which_it_is(room: Room) -> None:
    paths = re.findall(
        r'<a href="[^"]*?(/[a-z/-]+)"', room.page().partition('class="desk-nav')[2].partition("</nav>")[0]
    )
    assert {"/journey", "/people", "/mailbox", "/phones", "/applications", "/access-requests", "/faults"} <= set(paths)
    assert {"/world", "/settings", "/api/docs", "/debugger"} <= set(paths)
    for path in paths:
        page = room.page(path)
        assert f'{path}" aria-current="page"' in page, path
        assert 'id="live-time"' in page, path


@frozen
def test_a_mail_has_three_versions_and_says_when_it_arrived(room: Room, world: World) -> None:
    world.faults.arm("mail.late")
    anna = world.personas.create("invited")
    world.clock.advance("PT10M")
    mail = world.mails.wait(to=anna.email)
    assert mail.arrived_at - mail.sent_at == timedelta(minutes=10)
    listed = room.text("/mailbox")
    assert "27 November 2026, 17:00" in listed
    assert "arrived Friday 27 November 2026, 17:10" in listed
    source, text = room.page(f"/mailbox/{mail.id}/source"), room.page(f"/mailbox/{mail.id}/text")
    assert f"X-EULogin-World: {world.name}\nFrom: EU Login mock" in source
    assert ("multipart/alternative" in source, "iframe" in source) == (True, False)
    assert ("multipart/alternative" in text, mail.links[0].url in text) == (False, True)
    assert all("Friday 27 November 2026, 17:10" in page for page in (source, text))


def test_what_waits_for_a_phone_and_what_was_refused_stand_on_the_first_page(room: Room, world: World) -> None:
    anna = world.personas.create("enrolled")
    browser = Browser(world.addresses.idp).open("/cas/login").send(username=anna.email)
    browser.send(password=str(anna.password), loginStrength="PASSWORD_MOBILE_APP")
    page = room.text()
    assert f"{anna.email} is to answer on the phone: EU Login" in page
    with pytest.raises(ProblemError):
        world.phones.get(anna.phone_id).approve("0000")
    refused = room.text().partition("What was refused last")[2].partition("Journal")[0]
    assert "device.wrong_pin" in refused
    assert "enter the PIN that was chosen on the EU Login page" in refused
