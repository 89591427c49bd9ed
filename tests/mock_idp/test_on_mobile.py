""" "On Mobile": the browser is on the phone itself, so that the app opens, and is enough (facts, "On Mobile")."""

from urllib.parse import parse_qs, urlsplit

import pytest

from mock_idp.accounts.model import Account
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.factors.devices.rules import delete_device, devices_of
from mock_idp.factors.devices.sign_in_requests import open_requests
from mock_idp.signin.strengths import is_mobile
from mock_world import World
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.signing_in import (
    APP,
    SERVICE,
    WANTED,
    answer,
    change,
    login,
    sign_in,
    target,
    ticket,
    told,
)

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Mobile Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
TABLET = "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36"
COMPUTER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36"

pytestmark = pytest.mark.usefixtures("device")


@pytest.fixture
def mobile(browser: Browser) -> Browser:
    """The browser of a phone."""
    browser.http.headers["User-Agent"] = PHONE
    return browser


def back_from_the_app(mobile: Browser) -> Browser:
    """Open the page to which the app leads back, where the sign-in goes on."""
    (back,) = parse_qs(urlsplit(target(mobile)).query)["back"]
    mobile.page = mobile.http.get(back, allow_redirects=False)
    return mobile


def choose(mobile: Browser, account: Account, password: str = "", **query: str) -> Browser:
    """From the first page to the answer to "On Mobile", with the password left empty unless given."""
    login(mobile, **query).send(username=account.email)
    return mobile.send(follow=False, password=password, loginStrength="MOBILE_APP")


def test_a_browser_says_whether_it_is_on_a_phone() -> None:
    phones = [(PHONE, ""), (IPHONE, ""), (TABLET, "?0"), (COMPUTER, "?1"), ("", " ?1 ")]
    computers = [(COMPUTER, "?0"), (COMPUTER, ""), ("", ""), ("<b>" * 5000, "1")]
    assert [is_mobile(*browser) for browser in phones + computers] == [True] * 5 + [False] * 4


def test_it_is_offered_on_a_phone_that_has_the_app(world: World, account: Account, mobile: Browser) -> None:
    login(mobile, **WANTED).send(username=account.email)
    assert 'id="verif-method-dd-MOBILE_APP"' in mobile.page.text
    assert 'Leave it empty if you choose "On Mobile"' in mobile.text
    assert 'aria-describedby="password-hint"' in mobile.page.text
    assert dict(mobile.hidden)["loginStrength"] == APP
    delete_device(world, devices_of(world, account.uid)[0])
    login(mobile).send(username=account.email)
    assert "verif-method-dd-MOBILE_APP" not in mobile.page.text


def test_the_app_opens_and_leads_back(world: World, account: Account, device: Enrolled, mobile: Browser) -> None:
    choose(mobile, account, **WANTED)
    assert mobile.page.status_code == 303
    assert target(mobile).startswith(world.addresses.public("phone", "/open?"))
    (sent,) = open_requests(world, account.uid)
    query = parse_qs(urlsplit(target(mobile)).query)
    assert (query["request"], query["account"]) == ([sent.id], [account.email])
    assert query["back"][0].startswith(world.addresses.public("idp", "/cas/login?"))
    assert (sent.strength, sent.service, sent.address) == ("MOBILE_APP", "cpms.example", SERVICE)
    assert back_from_the_app(mobile).page.status_code == 200
    assert mobile.at == ("waiting", "pending")
    assert "Confirm in the EU Login app on this phone" in mobile.text
    assert "Open the EU Login app" in mobile.text
    answer(world, account, device)
    mobile.page = mobile.http.get(mobile.page.url, allow_redirects=False)
    assert target(mobile).startswith(SERVICE + "?ticket=ST-")
    assert ticket(world, mobile).strengths == ["MOBILE_APP"]
    assert mobile.open("/cas/userdata/mobileApp/addMobileDevice.cgi").at == ("add-device", "ready")


def test_it_is_remembered_on_a_phone(world: World, account: Account, device: Enrolled, mobile: Browser) -> None:
    choose(mobile, account)
    answer(world, account, device)
    back_from_the_app(mobile)
    login(mobile, renew="true").send(username=account.email)
    assert dict(mobile.hidden)["loginStrength"] == "MOBILE_APP"
    mobile.http.headers["User-Agent"] = COMPUTER
    login(mobile, renew="true").send(username=account.email)
    assert dict(mobile.hidden)["loginStrength"] == APP


def test_slow_notifications_do_not_delay_it(world: World, account: Account, mobile: Browser) -> None:
    world.settings.change({"push.delay": "PT30S"})
    login(mobile, **WANTED).send(username=account.email).send(password=PASSWORD, loginStrength=APP)
    assert open_requests(world, account.uid) == []
    choose(mobile, account, **WANTED)
    assert [sent.strength for sent in open_requests(world, account.uid)] == ["MOBILE_APP"]


# The password.


def test_a_password_that_is_given_must_be_right_and_counts(world: World, account: Account, mobile: Browser) -> None:
    choose(mobile, account, "another")
    assert mobile.at == ("password", "ready")
    assert "Tries left: 4" in mobile.errors[0]
    assert open_requests(world, account.uid) == []
    choose(mobile, account, PASSWORD)
    assert len(open_requests(world, account.uid)) == 1


def test_locked_or_expired_passwords_do_not_stop_the_app_alone(
    world: World, account: Account, device: Enrolled, mobile: Browser
) -> None:
    world.settings.change({"password.max_age": "P10D"})
    advance(world, minutes(10 * 24 * 60))
    assert choose(mobile, account, PASSWORD).at == ("password-expires", "expired")
    assert open_requests(world, account.uid) == []
    for _ in range(5):
        choose(mobile, account, "another")
    choose(mobile, account, PASSWORD, **WANTED)
    assert told(world, "signin.locked")
    assert choose(mobile, account, **WANTED).page.status_code == 303
    answer(world, account, device)
    assert target(back_from_the_app(mobile)).startswith(SERVICE + "?ticket=ST-")


# Who may not.


def test_a_computer_that_asks_for_it_gets_the_list(world: World, account: Account, browser: Browser) -> None:
    for password in ("", PASSWORD):
        choose(browser, account, password, **WANTED)
        assert browser.at == ("password", "ready")
        assert "Choose one of the verification methods in the list." in browser.errors[0]
        assert 'id="verif-method-dd-MOBILE_APP"' not in browser.page.text
        assert "Leave it empty" not in browser.text
    assert told(world, "signin.method_not_offered")["got"] == "MOBILE_APP"
    assert open_requests(world, account.uid) == []


@pytest.mark.parametrize("query", [{"authenticationLevel": "HIGH"}, {"acceptStrengths": "PASSWORD_WEBAUTHN"}])
def test_a_service_that_wants_something_else_does_not_get_it(
    world: World, account: Account, mobile: Browser, query: dict[str, str]
) -> None:
    choose(mobile, account, service=SERVICE, **query)
    assert mobile.at == ("password", "ready")
    assert told(world, "signin.method_not_offered")["methods"] == "none"
    assert (open_requests(world, account.uid), world.journal.events(types=["session.signed_in"])) == ([], [])


def test_a_disabled_account_is_told_so(world: World, account: Account, mobile: Browser) -> None:
    change(world, account, disabled=True)
    choose(mobile, account, **WANTED)
    assert "disabled by administrators" in mobile.errors[0]
    assert open_requests(world, account.uid) == []


def test_somebody_else_signed_in_keeps_the_browser(
    world: World, account: Account, other: Account, mobile: Browser
) -> None:
    login(mobile).send(username=other.email).send(password=PASSWORD)
    choose(mobile, account, renew="true")
    assert "cannot use an authentication factor" in mobile.errors[0]
    assert open_requests(world, account.uid) == []


def test_strangers_make_the_phone_ring_five_times_at_most(world: World, account: Account, mobile: Browser) -> None:
    for _ in range(6):
        choose(mobile, account)
    assert "your phone got too many requests" in mobile.errors[0]
    assert told(world, "request.too_many")
    assert sign_in(Browser(mobile.base), account, APP).at == ("waiting", "pending")


# Waiting.


def test_send_again_leads_to_the_app_again(world: World, account: Account, device: Enrolled, mobile: Browser) -> None:
    choose(mobile, account, **WANTED)
    first = target(mobile)
    answer(world, account, device, approve=False)
    assert back_from_the_app(mobile).at == ("waiting", "denied")
    mobile.send(follow=False, requestAction="again")
    assert target(mobile).startswith(world.addresses.public("phone", "/open?"))
    assert target(mobile) != first
    assert back_from_the_app(mobile).at == ("waiting", "sent-again")


def test_a_service_that_accepts_it_alone_says_how_to_get_on(world: World, account: Account, browser: Browser) -> None:
    login(browser, service=SERVICE, acceptStrengths="MOBILE_APP").send(username=account.email)
    browser.send(password=PASSWORD)
    assert browser.at == ("second-factor-needed", "no-way")
    assert "Sign in with the browser of your phone" in browser.errors[0]
    browser.http.headers["User-Agent"] = PHONE
    login(browser, service=SERVICE, acceptStrengths="MOBILE_APP").send(username=account.email)
    assert dict(browser.hidden)["loginStrength"] == "MOBILE_APP"
    delete_device(world, devices_of(world, account.uid)[0])
    assert browser.send(password=PASSWORD).at == ("second-factor-needed", "ready")
    assert "Add a mobile device" in browser.text


def test_a_long_service_comes_back_whole(world: World, account: Account, device: Enrolled, mobile: Browser) -> None:
    longest = f"{SERVICE}?next=%25&{world.random.token(3000)}"[:2000]
    choose(mobile, account, service=longest)
    answer(world, account, device)
    assert target(back_from_the_app(mobile)).startswith(longest + "&ticket=ST-")
