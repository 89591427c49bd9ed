"""The phone in a browser window, without script."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from mock_phone import Phone
from mock_world import World
from tests.mock_phone.conftest import ANNA
from tests.mock_phone.fake_eu_login import FakeEuLogin
from tests.mock_phone.test_initialise import screenshot


class Browser:
    """Follows links and sends forms of one world's phones."""

    def __init__(self, session: requests.Session, base: str) -> None:
        self._session = session
        self._base = base

    def get(self, path: str) -> requests.Response:
        self.page = self._session.get(self._base + path, timeout=10)
        return self.page

    def post(self, path: str, files: dict[str, tuple[str, bytes]] | None = None, **data: str) -> requests.Response:
        token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', self.page.text)
        assert token
        sent = {"csrf_token": token[1], **data}
        self.page = self._session.post(self._base + path, data=sent, files=files, timeout=10)
        return self.page

    @property
    def where(self) -> tuple[str, str]:
        """`data-page` and `data-state` of the page at hand."""
        found = re.search(r'<body data-page="([^"]*)" data-state="([^"]*)"', self.page.text)
        assert found
        return found[1], found[2]


@pytest.fixture
def at(session: requests.Session, base: str) -> Browser:
    return Browser(session, base)


def test_the_first_page_lists_phones_and_makes_new_ones(at: Browser, world: World) -> None:
    at.get("/")
    assert at.where == ("phone-list", "ready")
    assert "There is no phone yet" in at.page.text
    at.post("/phones")
    assert at.where == ("phone-store", "ready")
    assert Phone.all(world)[0].id in at.get("/").text


@pytest.mark.parametrize("words", ["EU Login", "eu login", "eulogin", "Login"])
def test_the_store_finds_the_app(at: Browser, world: World, words: str) -> None:
    phone = Phone.create(world)
    at.get(f"/phones/{phone.id}/store?q={words}")
    assert "Install" in at.page.text


def test_the_store_says_what_to_search_for(at: Browser, world: World) -> None:
    at.get(f"/phones/{Phone.create(world).id}/store?q=chess")
    assert "Search for “EU Login”" in at.page.text
    assert "Install" not in at.page.text


def test_a_link_leads_to_the_app_which_is_installed(at: Browser, world: World) -> None:
    phone = Phone.create(world)
    at.get(f"/phones/{phone.id}/store/eu-login")
    at.post(f"/phones/{phone.id}/store/eu-login")
    assert at.where == ("phone-store", "installed")
    assert at.get(f"/phones/{phone.id}").url.endswith(f"/phones/{phone.id}/home")
    assert "Initialise" in at.page.text


def test_a_screenshot_and_the_pin_initialise_the_app(at: Browser, phone: Phone, eu_login: FakeEuLogin) -> None:
    picture = screenshot(eu_login.add_device(phone.world, ANNA))
    at.get(f"/phones/{phone.id}/scan")
    at.post(f"/phones/{phone.id}/scan", files={"image": ("screen.png", picture)})
    assert at.where == ("phone-pin", "ready")
    at.post(f"/phones/{phone.id}/pin", pin="9999")
    assert "Tries left: 4." in at.page.text
    at.post(f"/phones/{phone.id}/pin", pin="1234")
    assert at.where == ("phone-pin", "configured")
    assert [account.account for account in phone.accounts()] == [ANNA]


def test_the_address_can_be_typed(at: Browser, phone: Phone, eu_login: FakeEuLogin) -> None:
    at.get(f"/phones/{phone.id}/scan")
    at.post(f"/phones/{phone.id}/scan", payload=eu_login.add_device(phone.world, ANNA))
    assert at.where == ("phone-pin", "ready")
    at.post(f"/phones/{phone.id}/scan/forget")
    assert at.where == ("phone-home", "ready")


def test_a_wrong_code_is_told_on_the_scan_screen(at: Browser, phone: Phone) -> None:
    at.get(f"/phones/{phone.id}/scan")
    at.post(f"/phones/{phone.id}/scan", payload="https://shop.example/")
    assert at.where == ("phone-scan", "ready")
    assert "this is another one" in at.page.text


def test_an_expired_code_is_told_on_the_phone(at: Browser, phone: Phone, eu_login: FakeEuLogin) -> None:
    phone.scan(payload=eu_login.add_device(phone.world, ANNA, state="expired"))
    at.get(f"/phones/{phone.id}")
    at.post(f"/phones/{phone.id}/pin", pin="1234")
    assert (at.where[0], at.page.status_code) == ("error", 410)
    assert "Ask for a new QR code" in at.page.text


def test_opening_the_phone_shows_the_request(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    at.get(f"/phones/{ready.id}")
    assert at.where == ("phone-request", "ready")
    assert "Sign in to cpms.example?" in at.page.text
    at.get(f"/phones/{ready.id}/requests/{number}/pin")
    assert at.where == ("phone-request", "pin")
    at.post(f"/phones/{ready.id}/requests/{number}/pin", pin="9999")
    assert "Tries left: 4." in at.page.text
    at.post(f"/phones/{ready.id}/requests/{number}/pin", pin="1234")
    assert at.where == ("phone-home", "approved")


def test_a_request_is_denied(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    at.get(f"/phones/{ready.id}")
    at.post(f"/phones/{ready.id}/requests/{number}/deny")
    assert at.where == ("phone-home", "denied")
    assert eu_login.open[number].state == "denied"


def test_the_fingerprint_is_offered_once_it_is_on(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    assert "Use fingerprint" not in at.get(f"/phones/{ready.id}").text
    ready.change_settings(biometrics="fingerprint")
    assert "Use fingerprint" in at.get(f"/phones/{ready.id}").text
    at.post(f"/phones/{ready.id}/requests/{number}/biometrics")
    assert at.where == ("phone-home", "approved")


def test_several_requests_are_listed(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    numbers = [eu_login.ask(ready.world, ANNA) for _ in range(2)]
    at.get(f"/phones/{ready.id}")
    assert at.where == ("phone-home", "ready")
    assert all(number in at.page.text for number in numbers)


def test_a_request_that_is_gone_leads_home_and_is_told(at: Browser, ready: Phone) -> None:
    at.get(f"/phones/{ready.id}/requests/request-0")
    assert at.where == ("phone-home", "closed")
    assert "This request is no longer open." in at.page.text


def test_an_open_page_hears_of_a_request(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    with ThreadPoolExecutor() as pool:
        news = pool.submit(at.get, f"/phones/{ready.id}/live?seen=")
        eu_login.ask(ready.world, ANNA)
        assert news.result().json() == {"changed": True, "time": "17:00"}


def test_an_open_request_page_hears_of_its_end(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    number = eu_login.ask(ready.world, ANNA)
    with ThreadPoolExecutor() as pool:
        news = pool.submit(at.get, f"/phones/{ready.id}/live?seen={number}")
        ready.approve("1234")
        assert news.result().json()["changed"] is True


def test_an_open_page_hears_of_trouble(at: Browser, ready: Phone) -> None:
    ready.change_settings(online=False)
    assert "Go online" in at.get(f"/phones/{ready.id}/live?seen=").json()["trouble"]


def test_an_open_request_page_is_left_where_requests_cannot_be_seen(
    at: Browser, ready: Phone, eu_login: FakeEuLogin
) -> None:
    number = eu_login.ask(ready.world, ANNA)
    eu_login.garbled = True
    assert at.get(f"/phones/{ready.id}/live?seen={number}").json()["changed"] is True
    assert at.get(f"/phones/{ready.id}/home").status_code == 200
    assert "does not understand" in at.page.text


@pytest.mark.parametrize("switch", ["online", "notifications"])
def test_without_network_or_notifications_nothing_comes_by_itself(at: Browser, ready: Phone, switch: str) -> None:
    at.get(f"/phones/{ready.id}/settings")
    at.post(f"/phones/{ready.id}/settings", switch=switch, to="off")
    at.get(f"/phones/{ready.id}")
    assert "live.js" not in at.page.text
    assert "Refresh" in at.page.text


def test_an_unknown_switch_or_phone_is_answered(at: Browser, phone: Phone) -> None:
    at.get(f"/phones/{phone.id}/settings")
    assert at.post(f"/phones/{phone.id}/settings", switch="torch", to="on").status_code == 400
    assert at.get("/phones/phone-99").status_code == 404
    assert "Choose a phone of the list" in at.page.text


def test_no_page_holds_a_secret(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    secret = "AAECAwQFBgc"  # the secret's beginning
    assert eu_login.devices
    for path in ("", "/home", "/settings", "/scan", "/configured"):
        assert secret not in at.get(f"/phones/{ready.id}{path}").text
