"""On Mobile: the browser opens the app, and the app leads back (facts, the app, 12.4)."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import requests

from mock_phone import Phone, return_urls
from mock_world import World
from tests.mock_phone.browser import Browser
from tests.mock_phone.conftest import ANNA, NOW, link
from tests.mock_phone.fake_eu_login import FakeEuLogin

BEN = "ben@hospital.example"
BACK = "https://eu-login.example/cas/login?request=1&service=https%3A%2F%2Fcpms.example%2F"


def open_app(at: Browser, request: str, *, account: str = ANNA, back: str = BACK, phone: str = "") -> str:
    """Follow the browser into the app; returns the screen's path."""
    query = f"request={quote(request)}&account={quote(account)}&back={quote(back, safe='')}&phone={quote(phone)}"
    return at.get(f"/open?{query}").url.removeprefix(at._base)


def answer(at: Browser, path: str, **data: str) -> str:
    """Send a form of the screen at hand; returns where it leads, without going there."""
    token = at.page.text.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
    sent = at._session.post(at._base + path, data={"csrf_token": token, **data}, timeout=10, allow_redirects=False)
    assert sent.status_code == 303
    return sent.headers["Location"]


def test_the_app_opens_with_the_request_and_leads_back_also_after_wrong_pins(
    at: Browser, ready: Phone, eu_login: FakeEuLogin
) -> None:
    number = eu_login.ask(ready.world, ANNA)
    screen = f"/phones/{ready.id}/requests/{number}"
    assert open_app(at, number, account=ANNA.upper()) == screen
    assert "Back to the browser" in at.page.text
    at.get(f"{screen}/pin")
    at.post(f"{screen}/pin", pin="9999")
    assert "Tries left: 4." in at.page.text
    at.get(screen)
    at.get(f"{screen}/pin")
    assert answer(at, f"{screen}/pin", pin="1234") == BACK
    assert eu_login.open[number].state == "approved"
    gone = at._session.get(at._base + screen, timeout=10, allow_redirects=False)
    assert (gone.status_code, gone.headers["Location"]) == (303, BACK)  # to the page that knows why


@pytest.mark.parametrize(("how", "state"), [("pin", "approved"), ("deny", "denied"), ("biometrics", "approved")])
def test_an_answer_leads_back_and_one_that_is_sent_twice_leads_back_twice(
    at: Browser, ready: Phone, eu_login: FakeEuLogin, how: str, state: str
) -> None:
    ready.change_settings(biometrics="face")
    number = eu_login.ask(ready.world, ANNA)
    open_app(at, number)
    assert [answer(at, f"/phones/{ready.id}/requests/{number}/{how}", pin="1234") for _ in range(2)] == [BACK, BACK]
    assert eu_login.open[number].state == state


def test_the_app_switches_to_the_account_by_itself(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    link(ready, eu_login, BEN)
    number = eu_login.ask(ready.world, ANNA, strength="MOBILE_APP")
    open_app(at, number)
    assert at.where == ("phone-request", "ready")
    assert ready.active_account
    assert ready.active_account.account == BEN
    at.get(f"/phones/{ready.id}/requests/{number}/pin")
    assert answer(at, f"/phones/{ready.id}/requests/{number}/pin", pin="1234") == BACK
    assert ready.active_account.account == ANNA


@pytest.mark.threat("The way back from the phone leads elsewhere")
@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "javascript:alert(1)",
        "ftp://eu-login.example/",
        "https://localhost@evil.com/",
        "https://evil.com\\.example/",
        "/w/elsewhere",
        "https://eu-login.example/" + "x" * 10_000,
        "\u0391\u03b8\u03ae\u03bd\u03b1",
    ],
)
def test_a_way_back_that_leads_elsewhere_is_left_out(
    at: Browser, ready: Phone, eu_login: FakeEuLogin, back: str
) -> None:
    number = eu_login.ask(ready.world, ANNA)
    open_app(at, number, back=back)
    assert "Back to the browser" not in at.page.text
    assert answer(at, f"/phones/{ready.id}/requests/{number}/deny").endswith(f"/phones/{ready.id}/home?done=denied")


def test_eu_logins_own_address_is_a_way_back_whatever_it_is_called(
    at: Browser, ready: Phone, eu_login: FakeEuLogin
) -> None:
    world = ready.world
    there = world.addresses.internal("idp").removesuffix(world.prefix)
    world.settings.change({"idp.public_url": "https://mock.hospital.net", "idp.internal_url": there})
    number = eu_login.ask(ready.world, ANNA)
    open_app(at, number, back="https://mock.hospital.net/cas/login?request=1")
    assert answer(at, f"/phones/{ready.id}/requests/{number}/deny").startswith("https://mock.hospital.net/cas/")


def test_of_several_phones_the_one_in_the_hand_is_taken(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    at.get(f"/phones/{Phone.create(ready.world, installed=True).id}/settings")  # without the account
    assert open_app(at, number).startswith(f"/phones/{ready.id}/")
    other = link(Phone.create(ready.world, installed=True), eu_login, ANNA)
    at.get(f"/phones/{Phone.create(ready.world, installed=True).id}/settings")
    open_app(at, number)
    assert at.where == ("phone-opening", "choose")
    assert {ready.id, other.id} <= set(at.page.text.replace("<", ">").split(">"))
    open_app(at, number, phone=other.id)
    assert at.where == ("phone-request", "ready")
    assert open_app(at, number).startswith(f"/phones/{other.id}/")
    at.get(f"/phones/{ready.id}/settings")
    assert open_app(at, number).startswith(f"/phones/{ready.id}/")


@pytest.mark.parametrize("account", ["", "<b>", "x" * 10_000, "%"])
def test_without_a_phone_of_the_account_the_page_says_what_to_do(
    at: Browser, ready: Phone, world: World, account: str
) -> None:
    Phone.create(world)
    open_app(at, "request-1", account=account)
    assert at.where == ("phone-opening", "missing")
    for words in (ready.id, "No EU Login app yet", "Back to the browser", "All phones"):
        assert words in at.page.text
    assert "<b>" not in at.page.text


@pytest.mark.parametrize("lost", ["removed", "unlinked", "deleted there"])
def test_an_app_that_lost_the_account_is_none_with_it(
    at: Browser, ready: Phone, eu_login: FakeEuLogin, lost: str
) -> None:
    {"removed": ready.uninstall, "unlinked": ready.unlink, "deleted there": eu_login.devices.clear}[lost]()
    open_app(at, "request-1")
    assert at.where == ("phone-opening", "missing")


@pytest.mark.parametrize("request_id", ["", "<b>", "../../etc", "approved"])
def test_a_request_that_is_not_open_leads_back_to_the_page_that_knows_why(
    at: Browser, ready: Phone, eu_login: FakeEuLogin, request_id: str
) -> None:
    if request_id == "approved":  # as by `auto_approve`, or the API, before the browser has come here
        request_id = eu_login.ask(ready.world, ANNA)
        ready.approve("1234")
    asked = {"request": request_id, "account": ANNA, "back": BACK}
    led = at._session.get(f"{at._base}/open", params=asked, timeout=10, allow_redirects=False)
    assert (led.status_code, led.headers["Location"]) == (303, BACK)
    assert not [event for event in ready.world.journal.events() if "remedy" in event.fields]
    open_app(at, request_id, back="")
    assert at.where == ("phone-opening", "refused")
    assert "Start signing in again: this request is no longer open." in at.page.text
    (event,) = ready.world.journal.events(types=["phone.opened_too_late"])
    assert event.fields["remedy"]
    assert "computer" not in at.page.text
    assert "All phones" in at.page.text


@pytest.mark.parametrize("held", [True, False])
def test_only_the_phone_in_the_hand_learns_the_new_address_of_its_account(
    at: Browser, world: World, ready: Phone, eu_login: FakeEuLogin, *, held: bool
) -> None:
    at.get(f"/phones/{ready.id if held else Phone.create(world, installed=True).id}/home")
    eu_login.rename(ANNA, "anna.new@hospital.example")
    open_app(at, eu_login.ask(world, "anna.new@hospital.example"), account="anna.new@hospital.example")
    assert at.where == (("phone-request", "ready") if held else ("phone-opening", "missing"))


def test_a_phone_that_cannot_look_says_why(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    ready.change_settings(online=False)
    open_app(at, number)
    assert at.where == ("phone-opening", "refused")
    assert "Go online first" in at.page.text


def test_each_request_keeps_its_way_back_however_long_in_its_browser(
    at: Browser, base: str, ready: Phone, eu_login: FakeEuLogin
) -> None:
    numbers = [eu_login.ask(ready.world, ANNA) for _ in range(3)]
    ways = {number: f"{BACK}&number={number}{ready.world.random.token(4000)}" for number in numbers}
    for number, back in ways.items():
        open_app(at, number, back=back)
    first = f"/phones/{ready.id}/requests/{numbers.pop(0)}"
    with requests.Session() as session:
        other = Browser(session, base)
        assert "Back to the browser" not in other.get(first).text
        assert answer(other, f"{first}/deny").endswith("done=denied")
    for number in numbers:
        at.get(f"/phones/{ready.id}/requests/{number}")
        assert answer(at, f"/phones/{ready.id}/requests/{number}/deny") == ways[number]


@pytest.mark.parametrize(("later", "known"), [(timedelta(days=1), True), (timedelta(days=1, seconds=1), False)])
def test_a_way_back_is_forgotten_after_a_day(world: World, later: timedelta, known: bool) -> None:
    return_urls.keep(world, "browser", "request-1", BACK)
    world.move_clock(NOW + later)
    return_urls.keep(world, "browser", "request-2", BACK)
    assert return_urls.find(world, "browser", "request-1") == (BACK if known else "")
