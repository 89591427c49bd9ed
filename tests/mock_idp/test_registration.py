"""Sign-up, its mail and the mail's link (guide, G02 to G08)."""

from datetime import timedelta

import pytest

from mock_idp.accounts import links, registration
from mock_idp.accounts.people import NewAccount, create_account, find_account
from mock_idp.accounts.registration import SignUp, register
from mock_world import Refusal, World
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes

EMAIL = "ada.berg@hospital.example"


def sign_up(**changes: object) -> SignUp:
    fields: dict[str, object] = {"first_name": "Ada", "last_name": "Berg", "email": EMAIL, "email_confirm": EMAIL}
    return SignUp(**(fields | changes))  # type: ignore[arg-type]


def the_link(world: World) -> str:
    return world.mailbox.mails(to=EMAIL)[-1].links[0]["url"]


def token(world: World) -> str:
    return the_link(world).partition("?")[2]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"first_name": " "}, "signup.first_name_wrong"),
        ({"last_name": "x" * 101}, "signup.last_name_wrong"),
        ({"email": "", "email_confirm": ""}, "account.email_wrong"),
        ({"email": "ada", "email_confirm": "ada"}, "account.email_wrong"),
        ({"email": "a b@c.example", "email_confirm": "a b@c.example"}, "account.email_wrong"),
        ({"email": "a@b.example\nBcc: x@y.example"}, "account.email_wrong"),
        ({"email": "a\x00b@c.example"}, "account.email_wrong"),
        ({"email": "a[b]@c.example"}, "account.email_wrong"),
        ({"email": "=?utf-8?q?x?=@c.example"}, "account.email_wrong"),
        ({"email": "a@c..example"}, "account.email_wrong"),
        ({"email": "a@" + "c" * 10_000 + ".example"}, "account.email_wrong"),
        ({"first_name": "A\x0bda"}, "signup.first_name_wrong"),
        ({"email_confirm": "other@hospital.example"}, "signup.emails_differ"),
        ({"email": "a@ec.europa.eu", "email_confirm": "a@ec.europa.eu"}, "signup.institution_address"),
        ({"email": "a@x.institution.example"}, "signup.institution_address"),
        ({"email": "ada@clinic.fr", "email_confirm": "ada@clinic.fr"}, "account.real_address"),
        ({"privacy": False}, "signup.privacy_missing"),
    ],
)
def test_each_rule_of_the_sign_up_page_refuses_with_its_own_words(
    world: World, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        register(world, sign_up(**changes))
    assert refused.value.code == code
    event = world.journal.events(types=[code])[-1]
    assert all(event.fields[name] for name in ("expected", "got", "remedy"))
    assert find_account(world, EMAIL) is None


def test_all_broken_rules_are_told_at_once(world: World) -> None:
    broken = registration.problems(world, SignUp("", "", "", "", privacy=False))
    assert [problem.field for problem in broken] == ["firstName", "lastName", "email", "privacy"]


def test_one_address_cannot_serve_two_accounts(world: World) -> None:
    register(world, sign_up())
    with pytest.raises(Refusal, match=r"account\.email_taken|already"):
        register(world, sign_up(email=EMAIL.upper(), email_confirm=EMAIL))


@pytest.mark.parametrize("name", ["Ζωή", "Łukasz", "محمد", "李", "O'Brien <b>", "Jean-Luc d'Arc"])
def test_names_of_any_alphabet_arrive_in_the_mail_unharmed(world: World, name: str) -> None:
    register(world, sign_up(first_name=name))
    mail = world.mailbox.mails(to=EMAIL)[0]
    assert f"Dear {name} Berg," in mail.text
    assert mail.html is not None
    assert "<b>" not in mail.html


def test_the_mail_has_the_link_twice_in_both_forms(world: World) -> None:
    register(world, sign_up())
    mail = world.mailbox.mails(to=EMAIL)[0]
    address = the_link(world)
    assert [link["text"] for link in mail.links] == ["this link"]
    assert address in mail.text
    assert mail.html is not None
    assert mail.html.count(address) == 2
    assert address.startswith(world.addresses.public("idp", "/cas/init/initialisePasswordLogin.cgi?"))


@pytest.mark.parametrize(("age", "works"), [(timedelta(minutes=4, seconds=59), True), (minutes(5), False)])
def test_the_link_works_until_five_minutes_after_the_mail(world: World, age: timedelta, *, works: bool) -> None:
    register(world, sign_up())
    advance(world, age)
    assert (links.look_at(world, token(world)).refusal is None) is works


def test_a_page_opened_in_time_and_sent_too_late_says_so_with_one_click_to_a_new_mail(
    world: World, browser: Browser
) -> None:
    register(world, sign_up())
    browser.open(the_link(world))
    advance(world, minutes(5))
    browser.send(newPassword=PASSWORD, newPasswordConfirm=PASSWORD)
    assert browser.at == ("link-expired", "ready")
    assert f'value="{EMAIL}"' in browser.page.text
    browser.send(username=EMAIL)
    assert browser.at == ("sign-up-sent", "ready")
    assert len(world.mailbox.mails(to=EMAIL)) == 2


def test_the_new_link_works_and_the_old_one_says_why_not(world: World) -> None:
    register(world, sign_up())
    old = token(world)
    registration.ask_for_password(world, EMAIL)
    refusal = links.look_at(world, old).refusal
    assert refusal is not None
    assert refusal.code == "link.superseded"
    assert links.set_password(world, token(world), PASSWORD).used_at == world.clock.now()


def test_a_link_is_good_for_one_password(world: World) -> None:
    register(world, sign_up())
    links.set_password(world, token(world), PASSWORD)
    with pytest.raises(Refusal, match="used"):
        links.set_password(world, token(world), "Another-1")


@pytest.mark.parametrize("mangled", ["", "nonsense", "%00", "x" * 10_000])
def test_a_mangled_link_leads_to_a_new_mail(world: World, browser: Browser, mangled: str) -> None:
    register(world, sign_up())
    browser.open(f"/cas/init/initialisePasswordLogin.cgi?{mangled}")
    assert browser.at == ("link-expired", "ready")
    browser.send(username=EMAIL)
    assert browser.at == ("sign-up-sent", "ready")


def test_an_unknown_user_name_behind_the_link_is_told(world: World, browser: Browser) -> None:
    browser.open("/cas/init/initialisePasswordLogin.cgi?x").send(username="nobody@hospital.example")
    assert browser.at == ("link-expired", "ready")
    assert "we know no user" in browser.errors[0]


def test_the_form_keeps_what_was_typed_and_ties_errors_to_fields(browser: Browser) -> None:
    browser.open("/cas/eim/external/register.cgi").send(firstName="Ada", email="wrong", emailLanguage="en")
    assert browser.at == ("register", "ready")
    assert 'value="Ada"' in browser.page.text
    assert 'aria-describedby="email-error"' in browser.page.text
    assert any("Enter an e-mail address such as" in error for error in browser.errors)


def test_after_the_password_one_is_signed_in(world: World, browser: Browser) -> None:
    register(world, sign_up())
    browser.open(the_link(world)).send(newPassword=PASSWORD, newPasswordConfirm=PASSWORD)
    assert browser.at == ("password-set", "ready")
    assert browser.open("/cas/userdata/myAccount.cgi").at == ("account", "ready")


def test_passwords_that_differ_are_refused_and_not_shown_again(world: World, browser: Browser) -> None:
    register(world, sign_up())
    browser.open(the_link(world)).send(newPassword=PASSWORD, newPasswordConfirm=PASSWORD + "x")
    assert browser.at == ("new-password", "ready")
    assert any("same new password" in error for error in browser.errors)
    assert PASSWORD not in browser.page.text


def test_no_password_and_no_link_stand_in_the_journal(world: World, browser: Browser) -> None:
    register(world, sign_up(email="b@hospital.example", email_confirm="b@hospital.example"))
    link = world.mailbox.mails(to="b@hospital.example")[0].links[0]["url"]
    browser.open(link).send(newPassword="Secret-77", newPasswordConfirm="Secret-77")
    journal = str([(event.type, event.fields) for event in world.journal.events()])
    assert "password.set" in journal
    assert "Secret-77" not in journal
    assert link.partition("?")[2] not in journal


@pytest.mark.parametrize(
    "email", ["hospital.example", "@x.example", "a b@x.example", "a@b@x.example", "x" * 300 + "@y.example"]
)
def test_people_of_the_control_api_need_an_address_too(world: World, email: str) -> None:
    with pytest.raises(Refusal, match="e-mail address"):
        create_account(world, NewAccount("Ada", "Berg", email))


def test_letters_of_all_alphabets_may_stand_in_an_address(world: World) -> None:
    assert create_account(
        world, NewAccount("Zo\u00eb", "Berg", "zo\u00eb.m\u00fcller@hospital.example")
    ).email.startswith("zo")


def test_somebody_is_found_by_the_identifier_they_were_made_with(world: World) -> None:
    create_account(world, NewAccount("Jo", "Smith", "jo@hospital.example", uid="JSmith01"))
    assert find_account(world, "JSmith01") is not None
