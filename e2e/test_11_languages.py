"""The way of the guide in French and in German, and the choice of a language."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import DOCTOR, PASSWORD, PIN
from e2e.watch import Watch, fits
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.handset import Handset
from eulogin_harness.browser.journeys import link_phone, sign_in_with_app, sign_up
from eulogin_harness.browser.pages import Pages
from eulogin_harness.browser.screen import Screen
from eulogin_harness.client import World
from mock_world.i18n import DEFAULT, languages
from tests.english import english_in

OpenPage = Callable[..., Page]
OTHERS = sorted(set(languages()) - {DEFAULT})
IN_EACH = pytest.mark.parametrize(
    "spoken", [pytest.param(code, marks=pytest.mark.browser_context_args(locale=code)) for code in OTHERS]
)
IN_GERMAN = pytest.mark.parametrize(  # whose words are the longest; each page in each language is looked at below
    "spoken", [pytest.param("de", marks=pytest.mark.browser_context_args(locale="de"))]
)
PHONE_WIDTH = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}  # as in 400 % zoom
PAGES = ("/login", "/eim/external/register.cgi", "/logout", "/about.html", "/login?service=gopher:x")
OWN_PAGES = (
    "/login",
    "/userdata/myAccount.cgi",
    "/userdata/myAccountDetails.cgi",
    "/userdata/configureMyAccount.cgi",
    "/userdata/mobileApp/manageMyMobileDevices.cgi",
    "/userdata/manageMySecurityKeys.cgi",
    "/userdata/deleteAllMyDevices.cgi",
    "/userdata/deleteMyAccount.cgi",
    "/change/changePassword.cgi",
    "/mobile",
    "/logout",
)


class Places:
    """The actors in browsers of one language."""

    def __init__(self, open_page: OpenPage, world: World, spoken: str) -> None:
        computer, phone = (open_page(), open_page(viewport=PHONE_WIDTH))
        self.pages = Pages(computer, world, spoken)
        self.eu_login, self.cpms = self.pages.eu_login, self.pages.cpms
        number = world.phones.create(installed=False).id
        self.handset = Handset(phone, f"{world.addresses.phone}/phones/{number}", spoken)


@pytest.fixture
def places(open_page: OpenPage, world: World, spoken: str) -> Places:
    return Places(open_page, world, spoken)


def speaks(screen: Screen, watch: Watch) -> None:
    """The page that is shown has no English left and no barrier."""
    assert english_in(f"{screen.page.title()} {screen.page.locator('body').inner_text()}", screen.language) == []
    assert screen.page.locator("html").get_attribute("lang") == screen.language
    watch.look(screen.page)


@pytest.mark.slow
@IN_GERMAN
def test_from_no_account_to_signed_in_by_the_app(places: Places, watch: Watch, spoken: str) -> None:
    eu_login, handset = places.eu_login, places.handset
    eu_login.open("/eim/external/register.cgi")
    speaks(eu_login, watch)
    sign_up(eu_login, **DOCTOR.names)
    speaks(eu_login, watch)
    opened = places.pages.open_mail(to=DOCTOR.email)
    assert english_in(opened.mail_body.inner_text(), spoken) == []
    opened.mail_link("this link").click()
    eu_login.is_at("new-password")
    speaks(eu_login, watch)
    eu_login.fill_new_password(PASSWORD)
    eu_login.button("Submit").click()
    eu_login.is_at("password-set")
    speaks(eu_login, watch)
    handset.open()
    speaks(handset, watch)
    handset.install_app()
    handset.is_at("phone-home", "welcome")
    speaks(handset, watch)
    for link in ("My Account", "Manage my mobile devices", "Add a mobile device"):
        eu_login.link(link).last.click()
        speaks(eu_login, watch)
    link_phone(eu_login, handset, PIN, name="Ada")
    eu_login.is_at("device-qr", "initialised")
    speaks(eu_login, watch)
    eu_login.open("/logout")
    speaks(eu_login, watch)
    eu_login.button("Log me out").click()
    eu_login.is_at("logged-out")
    places.cpms.open()
    speaks(places.cpms, watch)
    places.cpms.start_sign_in()
    sign_in_with_app(eu_login, handset, DOCTOR.email, PASSWORD, PIN)
    speaks(handset, watch)
    places.cpms.is_at("complete-profile")
    speaks(places.cpms, watch)


def choose(screen: Screen, code: str) -> Screen:
    """Choose the language of the page; the screen goes on in it."""
    screen.page.locator("#page-language").select_option(code)
    expect(screen.page.locator(f'html[lang="{code}"]')).to_be_attached()
    return type(screen)(screen.page, screen.url, code)


def test_another_language_keeps_query_and_typed_address(eu_login: EuLogin, cpms: Cpms) -> None:
    cpms.open()
    cpms.start_sign_in()
    address = eu_login.page.url
    eu_login.field("Enter your e-mail address or unique identifier").fill(DOCTOR.email)
    french = choose(eu_login, "fr")
    assert french.page.url == address
    expect(french.field("Enter your e-mail address or unique identifier")).to_have_value(DOCTOR.email)
    german = choose(french, "de")
    expect(german.field("Enter your e-mail address or unique identifier")).to_have_value(DOCTOR.email)
    english = choose(german, "en")
    expect(english.button("Next")).to_be_visible()


def test_who_passes_through_the_languages_by_keyboard_says_when_to_change(eu_login: EuLogin) -> None:
    eu_login.open()
    picker = eu_login.page.locator("#page-language")
    expect(eu_login.button("Change")).to_have_css("clip-path", "inset(50%)")
    picker.press("ArrowDown")
    expect(picker).not_to_have_value("en")
    expect(eu_login.page.locator("html")).to_have_attribute("lang", "en")
    picker.press("Tab")
    expect(eu_login.button("Change")).to_be_focused()
    expect(eu_login.button("Change")).to_have_css("clip-path", "none")
    eu_login.page.keyboard.press("Enter")
    expect(eu_login.page.locator('html:not([lang="en"])')).to_be_attached()


def test_another_language_on_the_password_page_begins_anew_with_the_name_filled_in(
    world: World, eu_login: EuLogin
) -> None:
    world.personas.create("registered", **DOCTOR.fields)
    eu_login.open("/login?renew=true")
    eu_login.enter_username(DOCTOR.email)
    eu_login.field("Password").fill(PASSWORD)
    german = choose(eu_login, "de")
    german.is_at("whoami")
    expect(german.field("Enter your e-mail address or unique identifier")).to_have_value(DOCTOR.email)
    german.button("Next").click()
    expect(german.field("Password")).to_be_empty()
    assert german.page.url.endswith("/login?renew=true")


def test_another_language_keeps_the_sign_up_and_no_secret(eu_login: EuLogin) -> None:
    eu_login.open("/eim/external/register.cgi?email=ada%40hospital.example")
    eu_login.fill_sign_up(**DOCTOR.names)
    eu_login.field("E-mail language").select_option("fr")
    german = choose(eu_login, "de")
    expect(german.field("First name")).to_have_value(DOCTOR.first_name)
    expect(german.field("E-mail language")).to_have_value("fr")
    expect(german.field("I have read and understood the privacy statement")).to_be_checked()
    assert german.page.evaluate("() => sessionStorage.length") == 0


@IN_EACH
def test_long_words_fit_the_narrowest_window(open_page: OpenPage, world: World, watch: Watch, spoken: str) -> None:
    page = open_page(viewport=NARROW)
    eu_login = EuLogin(page, world.addresses.idp + "/cas", spoken)

    def opens(path: str) -> None:
        eu_login.open(path)
        assert fits(page), path
        speaks(eu_login, watch)

    for path in PAGES:
        opens(path)
    Pages(page, world).start_session(world.personas.create("registered", **DOCTOR.fields).email)
    for path in OWN_PAGES:
        opens(path)
