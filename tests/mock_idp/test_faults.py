"""Faults that strike EU Login: links of mails, and EU Login that answers nobody."""

import re
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import requests

from mock_idp.account_management import email_change, password_links
from mock_idp.accounts.model import Account
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.pages import outages
from mock_world import World
from mock_world.server import Site
from tests.mock_idp.accounts_pages import the_link, token_of
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.oidc import authorize, client_of, token
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.validating import ticket

NEW_ADDRESS = "ada@clinic.example"
NEW_PASSWORD = "Other-Lantern-42"


def refusals(world: World) -> list[str]:
    return [event.type for event in world.journal.events() if "remedy" in event.fields]


@pytest.fixture
def link(world: World, account: Account) -> str:
    """The address in a mail that is new."""
    password_links.send_link(world, account)
    return the_link(world)


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        ("link.expired", "link.expired", "this link worked until 5 minutes after the mail was sent"),
        ("link.eaten", "link.used", "this link was used already"),
    ],
)
def test_a_spoilt_link_stays_so_and_a_new_message_is_sent(
    world: World, account: Account, browser: Browser, link: str, fault: str, code: str, words: str
) -> None:
    world.faults.arm(fault)
    for _ in range(2):
        assert browser.open(link).at == ("link-expired", "ready")
        assert words in browser.text
    browser.send(username="nobody@hospital.example")
    assert words in browser.text
    assert refusals(world)[0] == code
    assert browser.send(username=account.email).at == ("sign-up-sent", "ready")
    assert browser.open(the_link(world)).at == ("new-password", "ready")
    browser.send(newPassword=NEW_PASSWORD, newPasswordConfirm=NEW_PASSWORD)
    assert len(world.journal.events(types=["fault.struck"])) == 1


def test_a_link_is_spoilt_even_when_its_form_is_open_already(world: World, browser: Browser, link: str) -> None:
    browser.open(link)
    world.faults.arm("link.expired")
    browser.send(newPassword=NEW_PASSWORD, newPasswordConfirm=NEW_PASSWORD)
    assert browser.at == ("link-expired", "ready")
    (expired,) = world.journal.events(types=["link.expired"])
    assert expired.fields["got"] == "a link sent 0 min 0 s ago that fault link.expired let expire"


def _is_over(world: World) -> None:
    advance(world, minutes(5))


def _is_used(world: World) -> None:
    password_links.set_password(world, token_of(the_link(world)), NEW_PASSWORD)


@pytest.mark.parametrize("happens", [_is_over, _is_used])
def test_a_link_that_does_not_work_anyway_uses_up_no_fault(
    world: World, browser: Browser, link: str, happens: Callable[[World], None]
) -> None:
    happens(world)
    world.faults.arm("link.eaten")
    assert browser.open(link).at[0] == "link-expired"
    assert [fault.left for fault in world.faults.armed()] == [1]


def test_only_the_link_that_was_opened_is_spoilt(world: World, other: Account, browser: Browser, link: str) -> None:
    world.faults.arm("link.expired", times=None, person=other.email)
    assert browser.open(link).at == ("new-password", "ready")
    world.faults.disarm("link.expired")
    password_links.send_link(world, other)
    world.faults.arm("link.expired")
    assert browser.open(link).at[0] == "link-expired"
    assert browser.open(the_link(world, other.email)).at == ("new-password", "ready")


def test_both_faults_take_one_link_each(world: World, account: Account, browser: Browser, link: str) -> None:
    for fault in ("link.expired", "link.eaten"):
        world.faults.arm(fault)
    browser.open(link)
    assert [fault.name for fault in world.faults.armed()] == ["link.expired"]
    password_links.send_link(world, account)
    browser.open(the_link(world))
    assert refusals(world) == ["link.used", "link.expired"]


@pytest.mark.parametrize(("fault", "code"), [("link.expired", "email.link_expired"), ("link.eaten", "email.link_used")])
def test_the_link_that_confirms_an_address_is_spoilt(
    world: World, account: Account, browser: Browser, fault: str, code: str
) -> None:
    link = email_change.ask_for_email(world, account, NEW_ADDRESS)
    world.faults.arm(fault, person=account.email)
    state = email_change.look_at(world, link.token)
    assert state.refusal is not None
    assert (state.state, state.refusal.code) == ("refused", code)
    assert email_change.waiting_link(world, account) is None
    browser.open(world.mailbox.mails(to=NEW_ADDRESS)[-1].links[0]["url"])
    assert browser.at == ("confirm-email", "refused")
    assert refusals(world) == [code, code]
    if code == "email.link_expired":
        (expired, _) = world.journal.events(types=[code])
        assert expired.fields["got"] == "a link that fault link.expired let expire"


@pytest.mark.parametrize("is_over", [True, False])
def test_a_link_that_is_over_or_used_uses_up_no_fault(world: World, account: Account, *, is_over: bool) -> None:
    link = email_change.ask_for_email(world, account, NEW_ADDRESS)
    if is_over:
        advance(world, minutes(5))
    else:
        email_change.confirm_email(world, link.token)
    world.faults.arm("link.eaten")
    assert email_change.look_at(world, link.token).state == ("refused" if is_over else "confirmed")
    assert refusals(world) == ["email.link_expired"] * is_over
    assert world.faults.armed() != []


# EU Login that answers nobody.


HTML = {"Accept": "text/html"}


@pytest.mark.parametrize("path", ["/cas/login", "/cas/laxValidate?ticket=x&service=y", "/nowhere"])
def test_a_browser_gets_a_page_that_says_why(world: World, browser: Browser, path: str) -> None:
    browser.http.headers.update(HTML)
    world.faults.arm("eulogin.unavailable")
    browser.open(path)
    assert (browser.page.status_code, browser.page.headers["Retry-After"]) == (503, "30")
    assert browser.at == ("unavailable", "ready")
    assert "Try again in a moment: EU Login is not available." in browser.text
    assert world.addresses.public("desk", "/faults") in browser.page.text
    assert browser.open("/cas/login").at[0] == "whoami"
    (refused,) = world.journal.events(types=["eulogin.unavailable"])
    assert refused.fields["got"] == f"GET {path.partition('?')[0]}"
    assert "DELETE /api/faults/eulogin.unavailable" in refused.fields["remedy"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_a_machine_gets_one_line(world: World, browser: Browser, accept: str) -> None:
    world.faults.arm("eulogin.unavailable", times=None)
    for path in ("/cas/laxValidate?ticket=ST-secret&service=y", "/nowhere"):
        page = browser.http.get(browser.base + path, headers={"Accept": accept})
        assert (page.status_code, page.headers["Retry-After"]) == (503, "30")
        assert page.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert page.text == "Try again in a moment: EU Login is not available.\n"
    assert "secret" not in str([event.fields for event in world.journal.events()])


def test_the_app_gets_a_problem_document(world: World, browser: Browser) -> None:
    for method, path in (("POST", "enrolments/x"), ("PUT", "pin"), ("POST", "requests/x")):
        world.faults.arm("eulogin.unavailable")
        answer = browser.http.request(method, f"{browser.base}/cas/app/{path}")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert world.faults.armed() == []
    assert answer.json()["type"] == "eulogin.unavailable"


def test_what_a_phone_asks_again_and_again_uses_up_no_fault_that_is_armed_once(world: World, browser: Browser) -> None:
    world.faults.arm("eulogin.unavailable")
    assert browser.http.get(f"{browser.base}/cas/app/requests").status_code == 401
    assert browser.open("/cas/login").page.status_code == 503


def test_an_outage_names_no_secret_of_the_path(world: World, browser: Browser) -> None:
    world.faults.arm("eulogin.error")
    browser.http.post(f"{browser.base}/cas/app/enrolments/a-secret")
    assert [event.fields["got"] for event in world.journal.events(types={"eulogin.error"})] == [
        "POST /cas/app/enrolments/<enrolment>"
    ]


def test_a_body_that_is_too_large_is_told_so_while_a_fault_of_the_answer_is_armed(
    world: World, browser: Browser
) -> None:
    world.faults.arm("eulogin.slow", seconds=0)
    assert browser.http.post(f"{browser.base}/cas/login", data=b"x" * (17 << 20)).status_code == 413


def test_the_page_that_says_so_is_drawn_and_speaks_other_languages(world: World, browser: Browser) -> None:
    world.faults.arm("eulogin.unavailable", times=None)
    browser.http.headers.update(HTML)
    browser.open("/cas/login")
    for file in re.findall(r'(?:href|src)="(?:/w/[^/"]+)?(/static/[^"]+|/favicon.ico)"', browser.page.text):
        assert browser.http.get(browser.base + file).status_code == 200
    browser.page = browser.http.post(f"{browser.base}/language", data=dict(browser.hidden) | {"language": "fr"})
    assert '<html lang="fr"' in browser.page.text
    assert browser.at[0] == "unavailable"


def test_it_hits_browser_and_phone_of_one(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
    def phone(identifier: str) -> int:
        headers = {"Authorization": f"Device {identifier} 00"}
        return requests.get(f"{browser.base}/cas/app/requests", headers=headers, timeout=30).status_code

    sign_in(browser, world, account)
    world.faults.arm("eulogin.unavailable", times=None, person=account.email)
    assert browser.open("/cas/userdata/myAccount.cgi").page.status_code == 503
    assert Browser(browser.base).open("/cas/login").page.status_code == 200
    assert (phone(device.device_identifier), phone("other")) == (503, 401)
    world.faults.arm("eulogin.unavailable", times=None, person="bob@hospital.example")
    world.faults.disarm("eulogin.unavailable")
    assert browser.open("/cas/userdata/myAccount.cgi").page.status_code == 200


def test_who_calls_is_not_asked_while_nothing_is_armed(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages, "_known_person", None)
    assert browser.open("/cas/login").page.status_code == 200


@pytest.mark.parametrize("name", ["eulogin.error", "eulogin.unavailable"])
def test_an_outage_has_the_status_that_it_was_armed_with(world: World, browser: Browser, name: str) -> None:
    world.faults.arm(name, status=502)
    answer = browser.http.put(f"{browser.base}/cas/app/pin")
    assert (answer.status_code, answer.json()["status"], answer.json()["type"]) == (502, 502, name)


def test_an_error_of_eu_login_is_one_page_and_says_whose_it_is(world: World, browser: Browser) -> None:
    world.faults.arm("eulogin.error")
    assert browser.http.get(browser.base + "/cas/login", headers={"Accept": "*/*"}).text.startswith("Try again later")
    browser.http.headers.update(HTML)
    world.faults.arm("eulogin.error")
    assert browser.open("/cas/login").at == ("unavailable", "error")
    assert (browser.page.status_code, "Retry-After" in browser.page.headers) == (500, False)
    assert "Of this mock: the fault eulogin.error made this page." in browser.text
    assert refusals(world) == ["eulogin.error", "eulogin.error"]


def test_a_slow_eu_login_answers_after_its_time(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(world.signals, "wait", lambda _, seconds: waited.append(seconds))
    world.faults.arm("eulogin.slow", seconds=0.5)
    assert browser.open("/cas/login").open("/cas/login").at[0] == "whoami"
    assert waited == [0.5]


def test_a_cut_connection_ends_in_the_middle_of_the_page(world: World, browser: Browser) -> None:
    whole = browser.open("/cas/about.html").page.content
    world.faults.arm("eulogin.cut")
    with socket.create_connection(("localhost", urlsplit(browser.base).port or 0)) as line:
        line.sendall(f"GET {urlsplit(browser.base).path}/cas/about.html HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))  # to its end, though the connection was to stay open
    head, _, body = answer.partition(b"\r\n\r\n")
    (length,) = re.findall(rb"Content-Length: (\d+)", head)
    assert len(whole) // 3 < len(body) < int(length)
    again = browser.open("/cas/about.html").page.content  # but for the second in which its form's token was made
    assert (len(again), again[-8:]) == (len(whole), whole[-8:])


def test_what_is_cut_off_was_done_all_the_same(world: World, account: Account, browser: Browser) -> None:
    browser.open("/cas/login").send(username=account.email)
    world.faults.arm("eulogin.cut")
    with pytest.raises(requests.RequestException, match="IncompleteRead"):
        browser.send(password=PASSWORD, follow=False)
    assert len(world.journal.events(types=["session.signed_in"])) == 1


def test_an_outage_hits_the_pages_and_calls_of_one_application(
    world: World, account: Account, browser: Browser
) -> None:
    query = "service=http://app.example/signin"
    world.faults.arm("eulogin.error", times=None, service="http://app.example/")
    pages = {
        "/cas/login": 200,
        f"/cas/login?{query}": 500,
        f"/cas/laxValidate?ticket=x&{query}": 500,
    }
    pages["/cas/login?service=http://other.example/"] = 200
    assert {path: browser.open(path).page.status_code for path in pages} == pages
    (first, *_) = world.journal.events(types=["fault.struck"])
    assert first.fields == {"fault": "eulogin.error", "service": "http://app.example/", "status": 500}


def test_an_outage_hits_the_pages_and_calls_of_one_client(world: World, account: Account, browser: Browser) -> None:
    client, other = client_of(world, client_id="portal"), client_of(world, client_id="shop")
    page = authorize(browser, client).page.url
    world.faults.arm("eulogin.error", times=None, client_id="portal")
    assert browser.open(page).page.status_code == 500
    assert token(browser, client, code="x").status_code == 500
    assert token(browser, other, code="x").status_code == 400
    assert authorize(browser, other).at[0] == "whoami"


def test_an_outage_belongs_to_the_sign_in_that_it_hits(world: World, account: Account, browser: Browser) -> None:
    browser.open("/cas/login").send(username="nobody@hospital.example")
    (refused,) = world.journal.events(types=["account.unknown"])
    world.faults.arm("eulogin.error", times=2)
    browser.open("/cas/login")
    world.begin_sign_in()
    number = ticket(world, account)
    (issued,) = world.journal.events(types=["ticket.issued"])
    browser.open(f"/cas/laxValidate?ticket={number}&service=http://app.example/signin")
    struck = [event.correlation_id for event in world.journal.events(types=["fault.struck"])]
    assert None not in struck
    assert struck == [refused.correlation_id, issued.correlation_id]


def test_other_worlds_are_served(site: Site, world: World, browser: Browser) -> None:
    world.faults.arm("eulogin.unavailable", times=None)
    assert Browser(site.listeners["idp"]).open("/cas/login").page.status_code == 200
