"""The link of a mail in every state: what it says, and the way on (guide, G04 and G08)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from mock_idp.account_management import password_links, registration
from mock_idp.accounts.model import Account
from mock_world import Refusal, World
from tests.mock_idp.accounts_pages import EMAIL, LOST, NEW, link_to, the_link, token_of, value
from tests.mock_idp.conftest import Browser, advance, minutes
from tests.mock_idp.signing_in import change, told

PAGE = "/cas/init/initialisePasswordLogin.cgi"


@pytest.fixture
def invited(world: World) -> Account:
    """Somebody who signed up and has a mail with a link."""
    new = registration.SignUp("Ada", "Berg", EMAIL, EMAIL)
    return registration.register(world, new)


def _expire(world: World, browser: Browser, account: Account) -> None:
    advance(world, minutes(5))


def _use(world: World, browser: Browser, account: Account) -> None:
    password_links.set_password(world, token_of(the_link(world)), NEW)


def _supersede(world: World, browser: Browser, account: Account) -> None:
    password_links.send_link(world, account)


def _close(world: World, browser: Browser, account: Account) -> None:
    advance(world, minutes(5))
    browser.open(the_link(world))
    for _ in range(5):
        browser.send(username="nobody@hospital.example")


def _disable(world: World, browser: Browser, account: Account) -> None:
    change(world, account, disabled=True)


Happens = Callable[[World, Browser, Account], None]


@pytest.mark.parametrize(
    ("happens", "code", "words", "got"),
    [
        (_expire, "link.expired", "this link worked until 5 minutes after the mail was sent", "sent 5 min 0 s ago"),
        (_use, "link.used", "this link was used already", "was used before"),
        (_supersede, "link.superseded", "Use the link of the newest mail", "older"),
    ],
)
def test_a_link_that_does_not_work_any_more_says_why_and_gives_a_new_mail(
    world: World, invited: Account, browser: Browser, happens: Happens, code: str, words: str, got: str
) -> None:
    link = the_link(world)
    happens(world, browser, invited)
    sent = len(world.mailbox.mails(to=EMAIL))
    assert browser.open(link).at == ("link-expired", "ready")
    assert words in browser.text
    assert got in told(world, code)["got"]
    assert value(browser, "username") == ""
    assert browser.send(username=EMAIL).at == ("sign-up-sent", "ready")
    assert len(world.mailbox.mails(to=EMAIL)) == sent + 1
    assert Browser(browser.base).open(the_link(world)).at == ("new-password", "ready")


@pytest.mark.parametrize(
    ("happens", "code", "words", "got"),
    [
        (_close, "link.closed", "a wrong user name was entered too often", "5 wrong user names"),
        (_disable, "account.disabled", "this account was disabled by administrators", "a disabled account"),
    ],
)
def test_a_closed_link_opens_nothing_and_says_where_to_go(
    world: World, invited: Account, browser: Browser, happens: Happens, code: str, words: str, got: str
) -> None:
    link = the_link(world)
    old_form = Browser(browser.base).open(f"{PAGE}?mangled")
    old_form.page.url = link
    happens(world, browser, invited)
    assert browser.open(link).at == ("link-expired", "closed")
    assert words in browser.text
    assert got in told(world, code)["got"]
    assert old_form.send(username=EMAIL).at == ("link-expired", "closed")
    assert len(world.mailbox.mails(to=EMAIL)) == 1
    if code == "link.closed":
        browser.open(link_to(browser, "Lost your password?")).send(username=EMAIL)
        assert browser.open(the_link(world)).at == ("new-password", "ready")
    else:
        assert "Lost your password?" not in browser.text
        assert browser.open(link_to(browser, "Go to the sign-in page")).at == ("whoami", "ready")


def test_a_mangled_link_still_leads_to_a_new_mail(world: World, invited: Account, browser: Browser) -> None:
    for mangled in ("", "%00", "x" * 10_000):
        assert browser.open(f"{PAGE}?{mangled}").at == ("link-expired", "ready")
        assert "this link is not known" in browser.text
    assert "copy the whole address" in told(world, "link.unknown")["remedy"]
    assert "we know no user" in browser.send(username="nobody@hospital.example").errors[0]
    assert browser.send(username=EMAIL).at == ("sign-up-sent", "ready")


def test_the_link_of_a_deleted_account_is_not_known(world: World, invited: Account) -> None:
    with world.database.session() as db:
        db.delete(db.get_one(Account, invited.uid))
    with pytest.raises(Refusal, match="not known"):
        password_links.set_password(world, token_of(the_link(world)), NEW)


def test_wrong_user_names_behind_the_link_are_counted(
    world: World, invited: Account, other: Account, browser: Browser
) -> None:
    advance(world, timedelta(minutes=4, seconds=59))
    assert browser.open(the_link(world)).at == ("new-password", "ready")
    advance(world, timedelta(seconds=1))
    browser.open(the_link(world))
    for left, name in zip((4, 3, 2, 1), ("", "<b>x</b>", other.email, "x" * 10_000), strict=True):
        assert browser.send(username=name).at == ("link-expired", "ready")
        assert browser.errors[0].endswith(f"account that this link was sent to. Tries left: {left}.")
        assert "<b>x</b>" not in browser.page.text
    assert told(world, "link.wrong_name")["remedy"] == "enter the address to which the mail came; tries left: 1"
    assert world.mailbox.mails(to=other.email) == []
    assert browser.send(username=invited.uid.upper()).at == ("sign-up-sent", "ready")
    assert EMAIL not in browser.text


@pytest.mark.parametrize("page", [PAGE, LOST])
def test_a_flood_of_mails_ends_after_a_quarter_of_an_hour(
    world: World, invited: Account, browser: Browser, page: str
) -> None:
    for _ in range(4):
        browser.open(page).send(username=EMAIL)
    at = browser.open(page).at
    assert browser.send(username=EMAIL).at == at
    assert browser.page.status_code == 429
    assert "Use the newest of the 5 mails that we sent you, or try again after 17:15." in browser.errors[0]
    assert told(world, "link.too_many")["remedy"] == "use the link of the newest mail, or wait until 17:15"
    assert len(world.mailbox.mails(to=EMAIL)) == 5
    advance(world, timedelta(minutes=14, seconds=59))
    assert browser.send(username=EMAIL).page.status_code == 429
    advance(world, timedelta(seconds=1))
    assert browser.send(username=EMAIL).at == ("sign-up-sent", "ready")


def test_ways_out_of_a_link_keep_what_the_service_asked_for(world: World, account: Account, browser: Browser) -> None:
    password_links.send_link(
        world, account, login_query="service=http%3A%2F%2Fapp.example%2F&authenticationLevel=MEDIUM"
    )
    link = the_link(world)
    advance(world, minutes(5))
    assert browser.open(link).at == ("link-expired", "ready")
    browser.open(link_to(browser, "Go to the sign-in page"))
    assert "to continue to app.example" in browser.text
    browser.open(link)
    world.settings.change({"link.tries": 1})
    browser.send(username="nobody@hospital.example")
    assert browser.open(link).at == ("link-expired", "closed")
    assert "to continue to app.example" in browser.open(link_to(browser, "Lost your password?")).text


def test_of_two_tabs_the_first_sets_the_password(world: World, invited: Account, browser: Browser) -> None:
    first, second = browser.open(the_link(world)), Browser(browser.base).open(the_link(world))
    first.send(newPassword=NEW, newPasswordConfirm=NEW, follow=False)
    assert first.page.status_code == 303
    assert second.send(newPassword="Other-99x", newPasswordConfirm="Other-99x").at == ("link-expired", "ready")
    assert "this link was used already" in second.text
    assert Browser(browser.base).open("/cas/login").send(username=EMAIL).send(password=NEW).at[0] == "successful-login"


@pytest.mark.parametrize(
    ("passwords", "code", "words"),
    [
        (("", ""), "password.too_weak", "Choose a password of at least 8 characters from at least 3 of the four"),
        (("<b>x</b>", "<b>x</b>"), "password.too_weak", "Choose a password of at least 8 characters"),
        ((NEW, NEW + "x"), "password.differs", "Enter the same new password in both fields."),
    ],
)
def test_a_weak_password_or_two_are_told_and_forgotten(
    world: World, invited: Account, browser: Browser, passwords: tuple[str, str], code: str, words: str
) -> None:
    browser.open(the_link(world)).send(newPassword=passwords[0], newPasswordConfirm=passwords[1])
    assert browser.at == ("new-password", "ready")
    assert words in browser.errors[0]
    assert told(world, code)
    assert value(browser, "newPassword") == value(browser, "newPasswordConfirm") == ""
    assert browser.send(newPassword=NEW, newPasswordConfirm=NEW).at == ("password-set", "ready")


def test_other_samples_are_a_button_away(world: World, invited: Account, browser: Browser) -> None:
    before = browser.open(the_link(world)).text
    browser.send(other="samples")
    assert browser.at == ("new-password", "ready")
    assert browser.errors == []
    assert browser.text != before


def test_the_page_of_a_set_password_is_nobodys_who_set_none(browser: Browser) -> None:
    assert browser.open("/cas/init/passwordSet.cgi").at == ("whoami", "ready")
