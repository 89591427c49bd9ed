"""The phone in a browser window, without script."""

from mock_phone import Phone
from mock_world import World
from tests.mock_phone.browser import Browser
from tests.mock_phone.conftest import ANNA
from tests.mock_phone.fake_eu_login import FakeEuLogin, base64url
from tests.qr_codes import screenshot


def test_the_first_page_lists_phones_and_makes_new_ones(at: Browser, world: World) -> None:
    at.get("/")
    assert at.where == ("phone-list", "ready")
    assert "There is no phone yet" in at.page.text
    at.post("/phones")
    assert at.where == ("phone-store", "ready")
    assert Phone.all(world)[0].id in at.get("/").text


def test_the_store_finds_the_app_and_installs_it(at: Browser, world: World) -> None:
    phone = Phone.create(world)
    for words in ("EU Login", "eulogin", "Login"):
        assert "Install" in at.get(f"/phones/{phone.id}/store?q={words}").text
    at.get(f"/phones/{phone.id}/store?q=chess")
    assert "Search for “EU Login”" in at.page.text
    assert "Install" not in at.page.text
    at.get(f"/phones/{phone.id}/store/eu-login")
    at.post(f"/phones/{phone.id}/store/eu-login")
    assert at.where == ("phone-store", "installed")
    at.get(f"/phones/{phone.id}")
    assert at.where == ("phone-permission", "notifications")


def test_a_screenshot_and_the_pin_initialise_the_app(at: Browser, phone: Phone, eu_login: FakeEuLogin) -> None:
    at.get(f"/phones/{phone.id}/scan")
    at.post(f"/phones/{phone.id}/scan", payload=eu_login.add_device(phone.world, ANNA))
    at.post(f"/phones/{phone.id}/scan/forget")
    assert at.where == ("phone-home", "welcome")
    picture = screenshot(eu_login.add_device(phone.world, ANNA))
    at.get(f"/phones/{phone.id}/scan")
    at.post(f"/phones/{phone.id}/scan", files={"image": ("screen.png", picture)})
    assert at.where == ("phone-pin", "ready")
    at.post(f"/phones/{phone.id}/pin", pin="9999")
    assert "Tries left: 4." in at.page.text
    at.post(f"/phones/{phone.id}/pin", pin="1234")
    assert at.where == ("phone-pin", "configured")
    assert [account.account for account in phone.accounts()] == [ANNA]


def test_an_expired_code_is_told_on_the_phone(at: Browser, phone: Phone, eu_login: FakeEuLogin) -> None:
    phone.scan(payload=eu_login.add_device(phone.world, ANNA, state="expired"))
    at.get(f"/phones/{phone.id}")
    at.post(f"/phones/{phone.id}/pin", pin="1234")
    assert (at.where[0], at.page.status_code) == ("error", 410)
    assert "Ask for a new QR code" in at.page.text


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
    assert at.where == ("phone-home", "waiting")
    assert all(number in at.page.text for number in numbers)


def test_an_unknown_switch_or_phone_is_answered(at: Browser, phone: Phone) -> None:
    at.get(f"/phones/{phone.id}/settings")
    assert at.post(f"/phones/{phone.id}/settings", switch="torch", to="on").status_code == 400
    assert at.get("/phones/phone-99").status_code == 404
    assert "Choose a phone of the list" in at.page.text


def test_no_page_holds_a_secret(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    secret = "AAECAwQFBgc"  # the secret's beginning
    assert base64url(eu_login.devices["enrolment-1"].secret).startswith(secret)
    for path in ("", "/home", "/settings", "/scan", "/configured"):
        assert secret not in at.get(f"/phones/{ready.id}{path}").text
