"""The link of a mail in every state: what it says, and the way on (guide, G04 and G08)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from mock_idp.accounts import links, registration
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_world import Refusal, World, WorldSpec
from mock_world.server import Site
from tests.mock_idp.accounts_pages import EMAIL, NEW, STRANGE, link_to, the_link, token_of, told, value
from tests.mock_idp.conftest import Browser, advance, minutes

PAGE = "/cas/init/initialisePasswordLogin.cgi"


@pytest.fixture
def invited(world: World) -> Account:
    """Somebody who signed up and has a mail with a link."""
    new = registration.SignUp("Ada", "Berg", EMAIL, EMAIL)
    return registration.register(world, new)


def disable(world: World, account: Account) -> None:
    with world.database.session() as db:
        db.get_one(Account, account.uid).disabled = True


def _expire(world: World, account: Account, browser: Browser) -> None:
    advance(world, minutes(5))


def _use(world: World, account: Account, browser: Browser) -> None:
    links.set_password(world, token_of(the_link(world)), NEW)


def _supersede(world: World, account: Account, browser: Browser) -> None:
    links.send_link(world, account)


def _close(world: World, account: Account, browser: Browser) -> None:
    advance(world, minutes(5))
    browser.open(the_link(world))
    for _ in range(5):
        browser.send(username="nobody@hospital.example")


def _disable(world: World, account: Account, browser: Browser) -> None:
    disable(world, account)


@pytest.mark.parametrize(
    ("happens", "code", "words", "journal"),
    [
        (
            _expire,
            "link.expired",
            "this link worked until 5 minutes after the mail was sent",
            ("a link used less than 5 minutes after its sending", "a link sent 5 min 0 s ago", "enter the user name"),
        ),
        (
            _use,
            "link.used",
            "this link was used already",
            ("was not used yet", "was used before", "enter the user name"),
        ),
        (_supersede, "link.superseded", "Use the link of the newest mail", ("the newest link", "older", "newest mail")),
    ],
)
def test_a_link_that_does_not_work_any_more_says_why_and_gives_a_new_mail(
    world: World,
    invited: Account,
    browser: Browser,
    happens: Callable[[World, Account, Browser], None],
    code: str,
    words: str,
    journal: tuple[str, str, str],
) -> None:
    link = the_link(world)
    happens(world, invited, browser)
    sent = len(world.mailbox.mails(to=EMAIL))
    assert browser.open(link).at == ("link-expired", "ready")
    assert words in browser.text
    assert all(part in sentence for part, sentence in zip(journal, told(world, code), strict=True))
    assert value(browser, "username") == ""
    assert browser.send(username=EMAIL).at == ("sign-up-sent", "ready")
    assert len(world.mailbox.mails(to=EMAIL)) == sent + 1
    assert Browser(browser.base).open(the_link(world)).at == ("new-password", "ready")


@pytest.mark.parametrize(
    ("happens", "code", "words", "journal"),
    [
        (
            _close,
            "link.closed",
            "a wrong user name was entered too often",
            ("fewer than 5 wrong user names", "5 wrong user names", "Lost your password?"),
        ),
        (
            _disable,
            "account.disabled",
            "this account was disabled by administrators",
            ("did not disable", "a disabled account", "enable it again"),
        ),
    ],
)
def test_a_closed_link_opens_nothing_and_says_where_to_go(
    world: World,
    invited: Account,
    browser: Browser,
    happens: Callable[[World, Account, Browser], None],
    code: str,
    words: str,
    journal: tuple[str, str, str],
) -> None:
    link = the_link(world)
    old_form = Browser(browser.base).open(f"{PAGE}?mangled")
    old_form.page.url = link
    happens(world, invited, browser)
    assert browser.open(link).at == ("link-expired", "closed")
    assert words in browser.text
    assert all(part in sentence for part, sentence in zip(journal, told(world, code), strict=True))
    assert old_form.send(username=EMAIL).at == ("link-expired", "closed")
    assert len(world.mailbox.mails(to=EMAIL)) == 1
    if code == "link.closed":
        browser.open(link_to(browser, "Lost your password?")).send(username=EMAIL)
        assert browser.open(the_link(world)).at == ("new-password", "ready")
    else:
        assert "Lost your password?" not in browser.text
        assert browser.open(link_to(browser, "Go to the sign-in page")).at == ("whoami", "ready")


@pytest.mark.parametrize("mangled", ["", "nonsense", "%00", "%3Cb%3E", "x" * 10_000, "service=http://a.example"])
def test_a_mangled_link_is_not_known_and_still_leads_to_a_new_mail(
    world: World, invited: Account, browser: Browser, mangled: str
) -> None:
    browser.open(f"{PAGE}?{mangled}")
    assert browser.at == ("link-expired", "ready")
    assert "this link is not known" in browser.text
    expected, got, remedy = told(world, "link.unknown")
    assert (expected, got) == ("a link of this world, copied whole", "a link that was never sent")
    assert "copy the whole address" in remedy
    assert browser.send(username=EMAIL).at == ("sign-up-sent", "ready")


def test_the_link_of_another_world_is_not_known(site: Site, world: World, browser: Browser) -> None:
    other = site.worlds.create(spec=WorldSpec())
    registration.register(other, registration.SignUp("Ada", "Berg", EMAIL, EMAIL))
    token = token_of(the_link(other))
    site.worlds.delete(other.name)
    assert "this link is not known" in browser.open(f"{PAGE}?{token}").text


def test_the_link_of_a_deleted_account_is_not_known(world: World, invited: Account) -> None:
    with world.database.session() as db:
        db.delete(db.get_one(Account, invited.uid))
    refusal = links.look_at(world, token_of(the_link(world))).refusal
    assert refusal is not None
    assert refusal.kind is links.UNKNOWN
    with pytest.raises(Refusal, match="not known"):
        links.set_password(world, token_of(the_link(world)), NEW)


@pytest.mark.parametrize("name", [*STRANGE, "other@hospital.example"])
def test_a_wrong_user_name_behind_the_link_is_counted_and_kept(
    world: World, invited: Account, browser: Browser, name: str
) -> None:
    create_account(world, NewAccount("Bo", "Lind", "other@hospital.example"))
    advance(world, minutes(5))
    browser.open(the_link(world)).send(username=name)
    assert browser.at == ("link-expired", "ready")
    assert "Enter the user name of the account that this link was sent to. Tries left: 4." in browser.errors[0]
    assert told(world, "link.wrong_name") == (
        "the e-mail address or unique identifier of the link's account",
        "another user name",
        "enter the address to which the mail came; tries left: 4",
    )
    assert "<b>x</b>" not in browser.page.text
    assert browser.send(username=invited.uid.upper()).at == ("sign-up-sent", "ready")
    assert EMAIL not in browser.text


def test_the_last_try_but_one_still_gives_a_mail(world: World, invited: Account, browser: Browser) -> None:
    advance(world, minutes(5))
    browser.open(the_link(world))
    for left in (4, 3, 2, 1):
        assert f"Tries left: {left}." in browser.send(username="x").errors[0]
    assert browser.send(username=EMAIL).at == ("sign-up-sent", "ready")


def test_no_mail_is_sent_for_the_account_of_somebody_else(world: World, invited: Account, browser: Browser) -> None:
    create_account(world, NewAccount("Bo", "Lind", "other@hospital.example"))
    advance(world, minutes(5))
    browser.open(the_link(world)).send(username="other@hospital.example")
    assert world.mailbox.mails(to="other@hospital.example") == []


def test_a_flood_of_mails_is_damped_and_ends_after_a_quarter_of_an_hour(
    world: World, invited: Account, browser: Browser
) -> None:
    link = the_link(world)
    for _ in range(4):
        browser.open(link).send(username=EMAIL)
    browser.open(link).send(username=EMAIL)
    assert browser.page.status_code == 429
    assert browser.at == ("link-expired", "ready")
    assert "Use the newest of the 5 mails that we sent you, or try again after 17:15." in browser.errors[0]
    assert told(world, "link.too_many") == (
        "fewer than 5 mails with a link to one account within 15 minutes",
        "another request",
        "use the link of the newest mail, or wait until 17:15",
    )
    assert len(world.mailbox.mails(to=EMAIL)) == 5
    advance(world, timedelta(minutes=14, seconds=59))
    assert browser.send(username=EMAIL).page.status_code == 429
    advance(world, timedelta(seconds=1))
    assert browser.send(username=EMAIL).at == ("sign-up-sent", "ready")


def test_ways_out_of_a_link_keep_what_the_service_asked_for(world: World, account: Account, browser: Browser) -> None:
    links.send_link(world, account, login_query="service=http%3A%2F%2Fapp.example%2F&authenticationLevel=MEDIUM")
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
    assert first.send(newPassword=NEW, newPasswordConfirm=NEW).at == ("password-set", "ready")
    assert second.send(newPassword="Other-99x", newPasswordConfirm="Other-99x").at == ("link-expired", "ready")
    assert "this link was used already" in second.text
    assert Browser(browser.base).open("/cas/login").send(username=EMAIL).send(password=NEW).at[0] == "successful-login"


def test_a_form_sent_twice_sets_the_password_once(world: World, invited: Account, browser: Browser) -> None:
    form = browser.open(the_link(world)).page
    browser.send(newPassword=NEW, newPasswordConfirm=NEW, follow=False)
    assert browser.page.status_code == 303
    browser.page = form
    assert browser.send(newPassword=NEW, newPasswordConfirm=NEW).at == ("link-expired", "ready")
    assert len(world.journal.events(types=["password.set"])) == 1


@pytest.mark.parametrize("password", [*STRANGE, "Abcdef1"])
def test_a_weak_password_is_told_and_forgotten(world: World, invited: Account, browser: Browser, password: str) -> None:
    browser.open(the_link(world)).send(newPassword=password, newPasswordConfirm=password)
    assert browser.at == ("new-password", "ready")
    assert "Choose a password of at least 8 characters from at least 3 of the four groups below." in browser.errors[0]
    expected, got, remedy = told(world, "password.too_weak")
    assert expected == "at least 8 characters from at least 3 of the four groups"
    assert got.endswith("groups")
    assert "one of the samples" in remedy
    assert value(browser, "newPassword") == value(browser, "newPasswordConfirm") == ""


def test_passwords_that_differ_are_told(world: World, invited: Account, browser: Browser) -> None:
    browser.open(the_link(world)).send(newPassword=NEW, newPasswordConfirm=NEW + "x")
    assert "Enter the same new password in both fields." in browser.errors[0]
    assert told(world, "password.differs") == (
        "the same password twice",
        "two different passwords",
        "enter the same password in both fields",
    )
    assert browser.send(newPassword=NEW, newPasswordConfirm=NEW).at == ("password-set", "ready")


def test_other_samples_are_a_button_away(world: World, invited: Account, browser: Browser) -> None:
    before = browser.open(the_link(world)).text
    browser.send(other="samples")
    assert browser.at == ("new-password", "ready")
    assert browser.errors == []
    assert browser.text != before


def test_who_always_wants_two_factors_is_sent_to_sign_in(world: World, account: Account, browser: Browser) -> None:
    with world.database.session() as db:
        db.get_one(Account, account.uid).always_two_factors = True
    advance(world, minutes(1))
    links.send_link(world, account)
    browser.open(the_link(world)).send(newPassword=NEW, newPasswordConfirm=NEW)
    assert browser.at == ("password-set", "ready")
    assert f"Sign in as {EMAIL} now, with the new password." in browser.text.replace(" .", ".")
    assert "Log out" not in browser.text
    assert browser.open(link_to(browser, "Sign in")).at == ("whoami", "ready")


def test_the_page_of_a_set_password_is_nobodys_who_set_none(browser: Browser) -> None:
    assert browser.open("/cas/init/passwordSet.cgi").at == ("whoami", "ready")
