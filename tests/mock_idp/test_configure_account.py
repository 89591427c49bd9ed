"""The account page, the details and the configuration (facts, account pages)."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from mock_idp.account_management.account_deletion import delete_account
from mock_idp.account_management.configuration import Configuration, configure
from mock_idp.account_management.device_deletion import remove_device
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.common.strength_names import PASSWORD_MOBILE_APP
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.factors.devices.rules import devices_of
from mock_idp.signin.sessions import end_sessions
from mock_world import Refusal, World
from tests.mock_idp.accounts_pages import value
from tests.mock_idp.conftest import PASSWORD, Browser, advance
from tests.mock_idp.signed_in import journal_explains, sign_in, subjects
from tests.mock_idp.test_keys import add_key

PAGE = "/cas/userdata/configureMyAccount.cgi"
ENTRIES = [
    "My account details",
    "Configure my account",
    "Manage my mobile devices",
    "Manage my security keys",
    "Change my password",
    "Delete all my devices and eID (PANIC)",
    "Delete my account",
]
FORM = {
    "firstName": "Ada",
    "lastName": "Berg",
    "email": "ada.berg@hospital.example",
    "emailLanguage": "en",
    "notifications": "y",
}


def submit(browser: Browser, **changes: str) -> None:
    """Send the open page with what it holds, but for what is changed."""
    browser.send(follow=True, **(FORM | changes))


def now(account: Account) -> Configuration:
    return Configuration.of(account)


def again(world: World, account: Account) -> Account:
    with world.database.session() as db:
        return db.get_one(Account, account.uid)


@pytest.fixture
def at_page(world: World, account: Account, browser: Browser) -> Browser:
    """At the configuration, signed in by the password."""
    return sign_in(browser, world, account).open(PAGE)


def test_the_account_page_has_its_entries_in_their_order(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, world, account).open("/cas/userdata/myAccount.cgi")
    menu = browser.page.text.partition("menu-list")[2].partition("</ul>")[0]
    assert re.findall(r"<a href=\"[^\"]+\">(.+?)</a>", menu) == ENTRIES


def test_the_details_say_who_one_is_and_since_when(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, world, account).open("/cas/userdata/myAccountDetails.cgi")
    assert browser.at == ("account-details", "ready")
    told = (f"{account.uid} (external)", "Ada", "Berg", account.email, "Domain external", "LOW (10)")
    assert [word for word in told if word not in browser.text] == []
    assert "Password expires Monday 24 November 2036, 17:00" in browser.text
    assert "Last sign-in Friday 27 November 2026, 17:00 Password" in browser.text


def test_everything_that_is_configured_is_kept(world: World, account: Account, at_page: Browser) -> None:
    submit(at_page, firstName=" Zoë ", lastName="李", warns="y", showsDetails="y")
    assert at_page.at == ("configure-account", "updated")
    assert "Your account has been successfully updated." in at_page.text
    kept = again(world, account)
    assert (kept.full_name, kept.warns, kept.shows_details, kept.notifications) == ("Zoë 李", True, True, True)
    assert at_page.open(PAGE).at == ("configure-account", "ready")


def test_a_change_is_reported_once_while_notifications_are_on(world: World, account: Account) -> None:
    configure(world, account, replace(now(account), warns=True))
    configure(world, again(world, account), now(again(world, account)))
    assert subjects(world, account.email) == ["Your EU Login account was changed"]
    assert [event.fields["fields"] for event in world.journal.events(types=["account.configured"])] == ["warns"]
    configure(world, again(world, account), replace(now(again(world, account)), notifications=False))
    configure(world, again(world, account), replace(now(again(world, account)), warns=False))
    with pytest.raises(Refusal, match="Add a mobile device or a security key first"):
        configure(world, again(world, account), replace(now(again(world, account)), always_two_factors=True))
    assert len(subjects(world, account.email)) == 2


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"firstName": ""}, "signup.first_name_wrong", "Enter a first name of 1 to 100 characters."),
        ({"lastName": " \t"}, "signup.last_name_wrong", "Enter a last name of 1 to 100 characters."),
        ({"email": "ada"}, "account.email_wrong", "Enter an e-mail address such as name@hospital.example."),
        ({"email": "ada@clinic.fr"}, "account.real_address", "This is a mock: use an address such as"),
        ({"email": "a@ec.europa.eu"}, "signup.institution_address", "You cannot create an account with an e-mail that"),
        ({"email": "bo@hospital.example"}, "account.email_taken", "There is an account with this e-mail address"),
        ({"emailLanguage": "tlh"}, "account.language_unknown", "Choose a language from the list."),
        ({"alwaysTwoFactors": "y"}, "factor.none_yet", "Add a mobile device or a security key first"),
    ],
)
def test_each_rule_of_the_configuration_refuses_at_its_field(
    world: World, account: Account, other: Account, at_page: Browser, changes: dict[str, str], code: str, message: str
) -> None:
    submit(at_page, **{"warns": "y"} | changes)
    assert at_page.at == ("configure-account", "ready")
    assert any(message in error for error in at_page.errors)
    assert f'aria-describedby="{next(iter(changes))}' in at_page.page.text
    assert journal_explains(world, code)
    assert now(again(world, account)) == now(account)
    assert world.mailbox.mails() == []


def test_all_broken_rules_are_told_at_once_and_nothing_typed_is_lost(at_page: Browser) -> None:
    submit(at_page, firstName="", lastName="<b>Berg</b>", email="wrong")
    assert at_page.errors[0].count("Enter ") == 2
    assert 'value="&lt;b&gt;Berg&lt;/b&gt;"' in at_page.page.text
    assert 'value="wrong"' in at_page.page.text


def test_staff_cannot_edit_their_name_address_and_language(world: World, staff: Account, browser: Browser) -> None:
    sign_in(browser, world, staff).open(PAGE)
    assert len(re.findall(r"<input[^>]*readonly[^>]*>", browser.page.text)) == 3
    assert re.search(r"<select[^>]*disabled", browser.page.text)
    browser.send(firstName="Eva", lastName="Staff", email=staff.email, warns="y")
    assert browser.at == ("configure-account", "updated")
    assert again(world, staff).warns
    browser.send(firstName="Eve", lastName="Staff", email="eve@hospital.example")
    read_only = "Ask the service desk of your institution: it manages your name, e-mail address and language."
    assert browser.errors[1:] == [read_only] * 2
    assert journal_explains(world, "account.staff_read_only")
    assert again(world, staff).full_name == "Eva Staff"


def test_a_persons_language_without_a_catalogue_stays(world: World, browser: Browser) -> None:
    other = create_account(world, NewAccount("Eve", "Nil", "eve@hospital.example", language="eo"))
    sign_in(browser, world, other).open(PAGE)
    browser.send(firstName="Eve", lastName="Nil", email=other.email, emailLanguage="eo", warns="y")
    assert (browser.at, again(world, other).language) == (("configure-account", "updated"), "eo")


# Always require multi-factor authentication.


def test_switching_it_on_asks_for_the_factor_and_what_was_typed_waits(
    world: World, account: Account, device: Enrolled, at_page: Browser
) -> None:
    submit(at_page, firstName="Zoë", alwaysTwoFactors="y")
    assert at_page.at == ("password", "ready")
    assert not again(world, account).always_two_factors
    sign_in(at_page, world, account, PASSWORD_MOBILE_APP)
    assert at_page.open(PAGE).at == ("configure-account", "submit-again")
    assert 'value="Zoë"' in at_page.page.text
    assert re.search(r"<input[^>]*checked[^>]*name=\"alwaysTwoFactors\"", at_page.page.text)
    submit(at_page, firstName="Zoë", alwaysTwoFactors="y")
    assert at_page.at == ("configure-account", "updated")
    assert again(world, account).always_two_factors
    assert again(world, account).first_name == "Zoë"


def test_what_waits_is_not_shown_to_the_next_person_at_the_computer(
    world: World, account: Account, device: Enrolled, other: Account, at_page: Browser
) -> None:
    submit(at_page, firstName="Zoë", alwaysTwoFactors="y")
    assert sign_in(at_page, world, other).open(PAGE).at == ("configure-account", "ready")
    assert "Zoë" not in at_page.page.text


def test_it_is_switched_off_with_the_factor(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
    configure(world, account, replace(now(account), always_two_factors=True))
    submit(sign_in(browser, world, account, PASSWORD_MOBILE_APP).open(PAGE))
    assert browser.at == ("configure-account", "updated")
    assert not again(world, account).always_two_factors


def test_with_it_on_the_last_factor_stays_until_another_is_there_or_it_is_off(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    configure(world, account, replace(now(account), always_two_factors=True))
    (last,) = devices_of(world, account.uid)
    sign_in(browser, world, account, PASSWORD_MOBILE_APP)
    browser.open(f"/cas/userdata/mobileApp/deleteDevice.cgi?device={last.id}").send()
    assert browser.at == ("confirm", "ready")
    assert "Add another factor first: this is the last one" in browser.errors[0]
    assert PAGE in browser.page.text
    assert journal_explains(world, "factor.last")
    configure(world, again(world, account), replace(now(again(world, account)), always_two_factors=False))
    browser.send()
    assert browser.at == ("devices", "ready")
    assert devices_of(world, account.uid) == []


def test_with_it_on_one_of_two_factors_may_go(world: World, account: Account, device: Enrolled) -> None:
    add_key(world, account)
    configure(world, account, replace(now(account), always_two_factors=True))
    remove_device(world, devices_of(world, account.uid)[0])
    assert devices_of(world, account.uid) == []


def test_what_was_typed_waits_while_the_session_had_ended(world: World, account: Account, at_page: Browser) -> None:
    end_sessions(world, account.uid)
    submit(at_page, lastName="Lind")
    assert at_page.at == ("whoami", "ready")
    at_page.send(username=account.email).send(password=PASSWORD)
    assert at_page.at == ("configure-account", "submit-again")
    assert value(at_page, "lastName") == "Lind"


def test_what_was_typed_waits_for_an_hour(world: World, device: Enrolled, at_page: Browser) -> None:
    submit(at_page, lastName="Lind", alwaysTwoFactors="y")
    assert at_page.at[0] == "password"
    late = Browser(at_page.base)
    late.http.cookies.update(at_page.http.cookies)
    advance(world, timedelta(minutes=59, seconds=59))
    assert at_page.open(PAGE).at == ("configure-account", "submit-again")
    advance(world, timedelta(seconds=1))
    assert late.open(PAGE).at == ("configure-account", "ready")


def test_an_account_that_another_tab_deletes_meanwhile_leads_to_the_sign_in_page(
    world: World, account: Account, at_page: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deletes_it(*_: object) -> list[Refusal]:
        delete_account(world, account, PASSWORD)
        return []

    monkeypatch.setattr("mock_idp.account_management.configuration.problems", deletes_it)
    submit(at_page, lastName="Lind")
    assert at_page.at == ("whoami", "ready")


def test_a_page_that_somebody_else_opened_changes_nothing(world: World, other: Account, at_page: Browser) -> None:
    opened = at_page.page
    sign_in(at_page, world, other)
    at_page.page = opened
    submit(at_page, lastName="Berger")
    assert "Nothing was changed: this page was opened by somebody else." in at_page.errors[0]
    assert (value(at_page, "lastName"), again(world, other).last_name) == ("Lind", "Lind")
