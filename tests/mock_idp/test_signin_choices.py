"""What the browser remembers, what people and services ask for, and signing out."""

from datetime import timedelta

import pytest

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.factors.devices.enrolment import DeviceDescription, Enrolled, enrol
from mock_idp.factors.devices.rules import devices_of
from mock_idp.signin.services import NewService, register_service
from mock_world import World, WorldSpec
from mock_world.server import Site
from tests.mock_idp.conftest import PASSWORD, START, Browser, advance
from tests.mock_idp.signing_in import APP, SERVICE, WANTED, answer, change, login, opened, sign_in, tab, target, told
from tests.mock_idp.test_keys import add_key

KNOWN, SSO = "eulogin_idp_{}_known", "eulogin_idp_{}_sso"


# What the browser remembers.


def test_the_last_account_is_filled_in_and_can_be_put_aside(account: Account, browser: Browser) -> None:
    sign_in(browser, account)
    browser.open("/cas/logout").send()
    assert login(browser, service=SERVICE).at == ("whoami", "known")
    assert f'value="{account.email}"' in browser.page.text
    assert 'type="text"' in browser.page.text
    assert 'id="anonymize"' in browser.page.text
    assert "service=http" in browser.page.text.partition('id="anonymize"')[2].partition("</a>")[0]
    assert login(browser, service=SERVICE, anonymize="true").at == ("whoami", "ready")
    assert account.email not in browser.page.text
    assert login(browser).at == ("whoami", "ready")


@pytest.mark.parametrize("last", ["PASSWORD", APP])
def test_the_last_method_is_preselected(
    world: World, account: Account, device: Enrolled, browser: Browser, last: str
) -> None:
    sign_in(browser, account, last)
    if last == APP:
        answer(world, account, device)
        browser.open(browser.page.url)
    browser.open("/cas/logout").send()
    login(browser).send(username=account.email)
    assert dict(browser.hidden)["loginStrength"] == last
    login(browser, **WANTED).send(username=account.email)
    assert dict(browser.hidden)["loginStrength"] == APP


def test_only_the_remembering_cookie_outlives_the_browser(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, account)
    cookies = {cookie.name: cookie for cookie in browser.http.cookies}
    kept = cookies[KNOWN.format(world.name)]
    assert [cookie.name for cookie in cookies.values() if cookie.expires] == [kept.name]
    assert kept.path == world.prefix
    assert kept.has_nonstandard_attr("HttpOnly")
    assert kept.get_nonstandard_attr("SameSite") == "Lax"
    assert account.email not in (kept.value or "")


@pytest.mark.parametrize("value", ["x", "eyJ1aWQiOiJ4In0.x"])
def test_a_forged_memory_is_none(world: World, account: Account, browser: Browser, value: str) -> None:
    assert account
    browser.http.cookies.set(KNOWN.format(world.name), value)
    assert login(browser).at == ("whoami", "ready")


def test_cookies_of_another_world_count_for_nothing(
    site: Site, world: World, account: Account, browser: Browser
) -> None:
    sign_in(browser, account)
    elsewhere = site.worlds.create(spec=WorldSpec(now=START, frozen=True))
    create_account(elsewhere, NewAccount("Ada", "Berg", account.email, uid=account.uid, password=PASSWORD))
    stranger = Browser(site.listeners["idp"] + elsewhere.prefix)
    for name in (KNOWN, SSO, "eulogin_idp_{}"):
        value = browser.http.cookies.get(name.format(world.name))
        assert value
        stranger.http.cookies.set(name.format(elsewhere.name), value)
    assert login(stranger).at == ("whoami", "ready")
    site.worlds.delete(elsewhere.name)


def test_the_cookie_of_a_page_is_not_that_of_a_remembered_account_whatever_the_world_is_called(site: Site) -> None:
    world = site.worlds.create("known", WorldSpec(now=START, frozen=True))
    browser = Browser(site.listeners["idp"] + world.prefix)
    login(browser)
    browser.http.cookies.set(KNOWN.format("known"), browser.http.cookies["eulogin_idp_known"])
    assert login(browser).at == ("whoami", "ready")
    site.worlds.delete("known")


# Two factors always, and services that ask for more than there is.


def test_who_always_wants_two_factors_is_not_offered_the_password_alone(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    sign_in(browser, account)
    change(world, account, always_two_factors=True)
    assert login(browser).at == ("password", "ready")
    assert 'id="verif-method-dd-PASSWORD"' not in browser.page.text
    assert target(opened(browser, service=SERVICE)) == ""
    assert browser.open("/cas/userdata/myAccount.cgi").at == ("password", "ready")
    browser.send(password=PASSWORD)
    assert browser.at == ("waiting", "pending")
    answer(world, account, device)
    assert browser.open(browser.page.url).at == ("account", "ready")


def test_who_lost_the_factors_always_wanted_needs_support(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, account)
    change(world, account, always_two_factors=True)
    assert sign_in(browser, account, renew="true").at == ("second-factor-needed", "no-way")
    assert "Ask the support of EU Login for help" in browser.errors[0]
    assert browser.open("/cas/userdata/mobileApp/addMobileDevice.cgi").at == ("password", "ready")


@pytest.mark.parametrize(
    ("has_key", "accepted", "words", "way"),
    [
        (True, APP, "no phone is linked to this account yet", "Add a mobile device"),
        (False, APP, "this account has none yet", "Add a mobile device"),
        (False, "PASSWORD_WEBAUTHN", "Add a security key first", "Add a security key"),
    ],
)
def test_what_is_missing_is_named(
    world: World, account: Account, browser: Browser, *, has_key: bool, accepted: str, words: str, way: str
) -> None:
    if has_key:
        add_key(world, account)
    sign_in(browser, account, service=SERVICE, acceptStrengths=accepted)
    assert browser.at == ("second-factor-needed", "ready")
    assert words in browser.text
    ways = ("Add a mobile device", "Add a security key")
    assert [each for each in ways if each in browser.text] == [way]


@pytest.mark.parametrize("query", [{"authenticationLevel": "HIGH"}, {"acceptStrengths": "PASSWORD_SMS"}])
def test_a_service_that_asks_for_what_nobody_has_leads_back(
    world: World, account: Account, device: Enrolled, browser: Browser, query: dict[str, str]
) -> None:
    for always in (False, True):  # who has a second factor is not sent to the support either
        change(world, account, always_two_factors=always)
        assert sign_in(browser, account, service=SERVICE, **query).at == ("second-factor-needed", "no-way")
        assert "Go back to the application: cpms.example asks for more" in browser.errors[0]
        assert f'href="{SERVICE}"' in browser.page.text
    assert world.journal.events(types=["session.signed_in"]) == []


def test_the_interrupted_sign_in_goes_on_as_it_began(world: World, account: Account, browser: Browser) -> None:
    login(browser, **WANTED, anonymize="true").send(username=account.email).send(password=PASSWORD)
    assert browser.at == ("second-factor-needed", "ready")
    browser.open("/cas/mobile").send(deviceName="Phone", pin="1234", pinConfirm="1234")
    (waiting,) = devices_of(world, account.uid)
    enrol(world, waiting.enrolment, pin="1234", description=DeviceDescription("Phone"))
    browser.open(browser.page.url)
    assert "Go on to cpms.example" in browser.text
    query = "service=http%3A%2F%2Fcpms.example%2Fsignin&amp;authenticationLevel=MEDIUM"
    assert f'/cas/login?{query}"' in browser.page.text


def test_the_interrupted_sign_in_of_somebody_else_is_not_offered(
    world: World, account: Account, other: Account, browser: Browser
) -> None:
    assert sign_in(browser, account, **WANTED).at == ("second-factor-needed", "ready")
    sign_in(browser, other, renew="true")
    browser.open("/cas/mobile").send(deviceName="Phone", pin="1234", pinConfirm="1234")
    (waiting,) = devices_of(world, other.uid)
    enrol(world, waiting.enrolment, pin="1234", description=DeviceDescription("Phone"))
    assert browser.open(browser.page.url).at == ("device-qr", "initialised")
    assert "Go on to" not in browser.text


# What a service may ask for.


@pytest.mark.parametrize(("level", "needs_two"), [("medium", True), ("Basic", False), ("strong", True), (None, True)])
def test_a_level_is_read_in_any_case_and_an_unknown_one_counts_as_none(
    world: World, account: Account, browser: Browser, level: str | None, *, needs_two: bool
) -> None:
    world.settings.change({"cas.default_level": "MEDIUM"})
    sign_in(browser, account, service=SERVICE, **({} if level is None else {"authenticationLevel": level}))
    assert (browser.at == ("second-factor-needed", "ready")) is needs_two
    assert bool(target(browser)) is not needs_two


def test_a_service_has_at_most_two_thousand_characters(world: World, account: Account, browser: Browser) -> None:
    """What the browser keeps for the way on must find room in its cookie, of 4 kB."""
    longest = f"{SERVICE}?next={world.random.token(3000)}"[:2000]
    world.settings.change({"password.max_age": "P10D"})
    sign_in(browser, account, service=longest, authenticationLevel="MEDIUM")
    advance(world, timedelta(days=10))
    sign_in(browser, account, service=longest, authenticationLevel="MEDIUM")
    assert browser.at == ("password-expires", "expired")
    assert len(browser.http.cookies[f"eulogin_idp_{world.name}"]) < 4000
    for too_long in (longest + "x", SERVICE + "?" + "\u05d0" * 350):
        assert (login(browser, service=too_long).at, browser.page.status_code) == (("error", "ready"), 414)
        assert "its address must not have more than 2000 characters" in browser.errors[0]
        assert "Go to the first page" in browser.text
    assert told(world, "service.too_long")["got"] == "2127 characters"


def test_gateway_comes_back_without_a_ticket_and_asks_nothing(account: Account, browser: Browser) -> None:
    assert target(opened(browser, service=SERVICE, gateway="true")) == SERVICE
    sign_in(browser, account)
    assert target(opened(browser, service=SERVICE, gateway="true")).startswith(SERVICE + "?ticket=ST-")
    assert target(opened(browser, gateway="true", **WANTED)) == SERVICE


def test_renew_goes_before_gateway_and_eu_login_itself_has_no_gateway(world: World, browser: Browser) -> None:
    assert opened(browser, service=SERVICE, gateway="true", renew="true").at == ("whoami", "ready")
    own = world.addresses.public("idp", "/cas/userdata/myAccount.cgi")
    assert opened(browser, service=own, gateway="true").at == ("whoami", "ready")


def test_a_registered_service_may_wish_the_language_where_the_person_chose_none(world: World, browser: Browser) -> None:
    def shows(language: str, locale: str) -> bool:
        return f'<html lang="{language}"' in login(browser, service=SERVICE, locale=locale).page.text

    assert shows("en", "fr")
    register_service(world, NewService(SERVICE))
    assert all(shows("fr", locale) for locale in ("fr", "fr_BE", "FR"))
    assert shows("en", "xx")
    assert '<html lang="en"' in login(browser).page.text
    token = dict(browser.hidden)["csrf_token"]
    browser.http.post(browser.base + "/language", data={"csrf_token": token, "language": "en"})
    assert shows("en", "fr")


def test_sign_up_and_a_lost_password_carry_what_the_service_asked_for(account: Account, browser: Browser) -> None:
    carried = "?service=http%3A%2F%2Fcpms.example%2Fsignin&amp;authenticationLevel=MEDIUM"
    login(browser, **WANTED, renew="true")
    assert f"/cas/eim/external/register.cgi{carried}" in browser.page.text
    browser.send(username=account.email)
    assert f"/cas/init/passwordResetRequest.cgi{carried}" in browser.page.text


# Signing out.


def test_signing_out_needs_its_confirmation_and_twice_says_that_one_is_out(account: Account, browser: Browser) -> None:
    sign_in(browser, account)
    first, second = tab(browser.open("/cas/logout")), tab(browser)
    browser.page = browser.http.post(browser.base + "/cas/logout")
    assert browser.at == ("error", "ready")
    assert login(browser).at == ("successful-login", "ready")
    assert [each.send().at for each in (first, second)] == [("logged-out", "ready")] * 2
    assert browser.open("/cas/logout").at == ("logged-out", "ready")
