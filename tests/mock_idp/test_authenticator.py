"""Setting `one_time_code` = `totp`: any authenticator app that scanned the QR code is a factor (RFC 6238)."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest

from mock_idp.accounts.model import Account
from mock_idp.factors.devices import enrolment, pins, rules
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.factors.devices.model import Device
from mock_idp.factors.devices.rules import devices_of
from mock_idp.factors.otp import activating, challenges, codes
from mock_idp.factors.second_factors import second_factors
from mock_world import Refusal, World
from tests.mock_idp.conftest import PIN, Browser, advance, minutes
from tests.mock_idp.one_time_codes import TOKEN, app_code, authenticator, digits, scanned
from tests.mock_idp.signed_in import sign_in as signed_in
from tests.mock_idp.signing_in import APP, SERVICE, WANTED, go_on, login, sign_in, target, ticket, told


@pytest.fixture(autouse=True)
def by_authenticator(world: World) -> None:
    world.settings.change({"one_time_code": "totp"})


@pytest.fixture
def at_home(world: World, account: Account, browser: Browser) -> Browser:
    """Signed in by the password."""
    return signed_in(browser, world, account)


def add(browser: Browser) -> pyotp.TOTP:
    """From "Add a mobile device" to an authenticator that scanned the code."""
    browser.open("/cas/mobile").send(deviceName="Phone", pin=PIN, pinConfirm=PIN)
    assert browser.at == ("device-qr", "waiting")
    return authenticator(scanned(browser))


def the_device(world: World, account: Account) -> Device:
    (device,) = devices_of(world, account.uid)
    return device


def confirm(browser: Browser, code: str) -> Browser:
    """Send the page's second form, which has a field for the digits."""
    return browser.send(otp=code)


def linked(world: World, account: Account, browser: Browser) -> pyotp.TOTP:
    totp = add(signed_in(browser, world, account))
    code = digits(world, totp)
    assert confirm(browser, f" {code[:3]} {code[3:]}").at == ("device-qr", "initialised")
    return totp


def test_an_authenticator_alone_is_linked_and_signs_in(world: World, account: Account, browser: Browser) -> None:
    totp = linked(world, account, browser)
    assert "Phone is linked to your account." in browser.text
    assert "its one-time passwords can now confirm your sign-ins" in world.mailbox.mails(to=account.email)[-1].text
    journal = repr([(event.type, event.fields) for event in world.journal.events()])
    assert [secret for secret in (digits(world, totp), totp.secret) if secret in journal] == []
    advance(world, timedelta(seconds=30))
    other = Browser(browser.base)
    assert sign_in(other, account, TOKEN, **WANTED).at == ("one-time-code", "ready")
    assert 'id="qr"' not in other.page.text
    assert "The 6 digits that your authenticator app shows" in other.text
    go_on(other.send(follow=False, otp=digits(world, totp)))
    assert ticket(world, other).strengths == [TOKEN]
    assert target(other).startswith(SERVICE)


def test_such_a_device_has_no_app_to_ask(world: World, account: Account, browser: Browser) -> None:
    linked(world, account, browser)
    assert (the_device(world, account).identifier, second_factors(world, account.uid)) == (None, {TOKEN})
    browser.http.headers["User-Agent"] = "Mobile"
    login(browser, **WANTED).send(username=account.email)
    assert f'id="verif-method-dd-{TOKEN}"' in browser.page.text
    assert APP not in browser.page.text
    assert "MOBILE_APP" not in browser.page.text


def test_it_gives_nothing_where_the_apps_codes_count(world: World, account: Account, browser: Browser) -> None:
    linked(world, account, browser)
    world.settings.change({"one_time_code": "eulogin"})
    assert second_factors(world, account.uid) == set()
    browser.open("/cas/userdata/mobileApp/manageMyMobileDevices.cgi")
    assert "the digits of its authenticator do not count now" in browser.text
    assert sign_in(Browser(browser.base), account, TOKEN, **WANTED).at == ("second-factor-needed", "ready")


# When digits count.


@pytest.mark.parametrize(("seconds", "counts"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_the_half_minutes_around_now_count(
    world: World, account: Account, browser: Browser, seconds: int, *, counts: bool
) -> None:
    totp = linked(world, account, browser)
    advance(world, minutes(10))
    other = sign_in(Browser(browser.base), account, TOKEN, **WANTED)
    go_on(other.send(follow=False, otp=digits(world, totp, seconds)))
    assert target(other).startswith(SERVICE) is counts


def test_digits_are_accepted_once_and_older_ones_no_more(world: World, account: Account, browser: Browser) -> None:
    totp = linked(world, account, browser)
    for seconds in (0, -30):
        other = sign_in(Browser(browser.base), account, TOKEN, **WANTED)
        assert other.send(otp=digits(world, totp, seconds)).at == ("one-time-code", "ready")
        assert "Wait until your authenticator app shows other digits" in other.errors[0]
    assert told(world, "otp.used_before")["remedy"].startswith("wait half a minute")
    go_on(other.send(follow=False, otp=digits(world, totp, 30)))
    assert target(other).startswith(SERVICE)


def test_used_digits_stay_used_whatever_counts_meanwhile(world: World, account: Account, device: Enrolled) -> None:
    totp = pyotp.TOTP(enrolment.authenticator_secret(*devices_of(world, account.uid)))

    def enter(code: str = "") -> None:
        page = challenges.ask_code(world, account, browser="b", address="")
        code = code or app_code(device.secret, codes.payload(world, account.email, page.challenge))
        challenges.use_code(world, account, page, code)

    used = digits(world, totp)
    enter(used)
    world.settings.change({"one_time_code": "eulogin"})
    enter()
    world.settings.change({"one_time_code": "totp"})
    with pytest.raises(Refusal) as refused:
        enter(used)
    assert refused.value.code == "otp.used_before"


@pytest.mark.parametrize("typed", ["", "12345", "12345a", "\u0661" * 6])
def test_what_is_no_digits_is_told_and_costs_no_try(
    world: World, account: Account, at_home: Browser, typed: str
) -> None:
    add(at_home)
    for _ in range(6):
        assert confirm(at_home, typed).at == ("device-qr", "waiting")
    assert "Enter the 6 digits that your authenticator app shows." in at_home.errors[0]
    assert told(world, "otp.digits")
    assert the_device(world, account).pin_failures == 0


# Activating.


def test_wrong_digits_count_like_wrong_pins_and_block(world: World, account: Account, at_home: Browser) -> None:
    totp = add(at_home)
    wrong = digits(world, totp, 3600)
    with pytest.raises(Refusal):  # a wrong PIN is one of the five
        enrolment.enrol(
            world, the_device(world, account).enrolment, pin="0000", description=enrolment.DeviceDescription()
        )
    for left in (3, 2, 1):
        assert confirm(at_home, wrong).at == ("device-qr", "waiting")
        assert f"Tries left: {left}" in at_home.errors[0]
    assert wrong in at_home.page.text
    assert confirm(at_home, wrong).at == ("device-qr", "blocked")
    assert "A wrong code was entered too often." in at_home.text
    assert "a wrong code was entered too often" in world.mailbox.mails(to=account.email)[-1].text
    assert told(world, "device.blocked")
    assert at_home.send(otp=digits(world, totp)).at == ("device-qr", "blocked")
    assert second_factors(world, account.uid) == set()


@pytest.mark.parametrize(("seconds", "state"), [(-1, "initialised"), (0, "expired")])
def test_the_qr_code_works_for_ten_minutes_here_too(world: World, at_home: Browser, seconds: int, state: str) -> None:
    totp = add(at_home)
    advance(world, timedelta(minutes=10, seconds=seconds))
    assert confirm(at_home, digits(world, totp)).at == ("device-qr", state)


def test_without_the_setting_digits_do_nothing(world: World, account: Account, at_home: Browser) -> None:
    totp = add(at_home)
    world.settings.change({"one_time_code": "eulogin"})
    at_home.open(at_home.page.url)
    assert 'name="otp"' not in at_home.page.text
    assert confirm(at_home, digits(world, totp)).at == ("device-qr", "waiting")
    assert the_device(world, account).state == "waiting"


def test_sent_twice_it_activates_once(world: World, at_home: Browser) -> None:
    code = digits(world, add(at_home))
    fields, page = dict(at_home.hidden) | {"otp": code}, at_home.page.url
    for _ in range(2):
        at_home.page = at_home.http.post(page, data=fields)
        assert at_home.at == ("device-qr", "initialised")
    assert len(world.journal.events(types=["device.initialised"])) == 1


def test_a_device_that_the_app_initialised_meanwhile_stays_the_apps(
    world: World, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = rules.add_device(world, account.uid, name="Phone", pin=PIN)
    count_attempt = pins.count_attempt

    def slowly(*given: Any, **more: Any) -> None:
        count_attempt(*given, **more)
        enrolment.enrol(world, waiting.enrolment, pin=PIN, description=enrolment.DeviceDescription("Phone"))

    monkeypatch.setattr(activating, "count_attempt", slowly)
    activating.activate(world, waiting, digits(world, pyotp.TOTP(enrolment.authenticator_secret(waiting))))
    device = the_device(world, account)
    assert (device.state, bool(device.identifier), device.code_step) == ("active", True, 0)
    assert len(world.journal.events(types=["device.initialised"])) == 1


def test_who_has_a_factor_activates_by_it(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
    """Else the password and a second tab would be enough."""
    totp = add(signed_in(browser, world, account, APP))
    page, code = browser.page.url, digits(world, totp)
    weak = signed_in(Browser(browser.base), world, account)
    token = dict(weak.open("/cas/logout").hidden)["csrf_token"]
    weak.page = weak.http.post(page, data={"csrf_token": token, "otp": code})
    assert weak.at == ("password", "ready")
    assert [one.state for one in devices_of(world, account.uid)] == ["active", "waiting"]


def test_a_device_of_somebody_else_is_not_activated(world: World, account: Account, at_home: Browser) -> None:
    code = digits(world, add(at_home))
    number = the_device(world, account).id
    at_home.page.url = at_home.page.url.replace(f"device={number}", "device=999")
    assert confirm(at_home, code).page.status_code == 404
    assert the_device(world, account).state == "waiting"
