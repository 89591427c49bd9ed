"""Sign-up, its mail and the mail's link (guide, G02 to G08)."""

from datetime import timedelta
from typing import Any

import pytest

from mock_idp.accounts import links, registration
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account, find_account, is_name
from mock_idp.accounts.registration import SignUp, register
from mock_world import Refusal, World
from mock_world.i18n import languages
from tests.mock_idp.accounts_pages import EMAIL, LOST, REGISTER, STRANGE, link_to, sign_in, the_link, told, value
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes


def sign_up(**changes: object) -> SignUp:
    fields: dict[str, object] = {"first_name": "Ada", "last_name": "Berg", "email": EMAIL, "email_confirm": EMAIL}
    return SignUp(**(fields | changes))  # type: ignore[arg-type]


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
        ({"first_name": "A\x0bda"}, "name.unseen"),
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


def test_a_page_opened_in_time_and_sent_too_late_says_so_and_gives_a_new_mail(world: World, browser: Browser) -> None:
    register(world, sign_up())
    browser.open(the_link(world))
    advance(world, minutes(5))
    browser.send(newPassword=PASSWORD, newPasswordConfirm=PASSWORD)
    assert browser.at == ("link-expired", "ready")
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


# What is carried from the service to the end, and wrong use of the page.


def fill(**changes: str) -> dict[str, Any]:
    fields = {"firstName": "Ada", "lastName": "Berg", "email": EMAIL, "emailConfirm": EMAIL, "privacy": "y"}
    return {name: text for name, text in (fields | changes).items() if text != "-"}


def test_what_a_service_asked_for_is_carried_to_the_end_in_any_browser(world: World, browser: Browser) -> None:
    query = "service=http%3A%2F%2Fapp.example%2Fcb%3Fa%3D1&loginRequestId=LR-1"
    browser.open(f"{REGISTER}?{query}&email={EMAIL}")
    assert value(browser, "email") == EMAIL
    assert "to continue to app.example" in browser.text
    assert query in link_to(browser, "Sign in with an account you have")
    browser.send(**fill(firstName="")).send(**fill())
    assert browser.at == ("sign-up-sent", "ready")
    assert query in link_to(browser, "Go to the sign-in page")
    other = Browser(browser.base).open(the_link(world)).send(newPassword=PASSWORD, newPasswordConfirm=PASSWORD)
    assert other.at == ("password-set", "ready")
    onward = other.http.get(link_to(other, "Proceed to app.example"), allow_redirects=False)
    assert query in onward.url
    assert onward.headers["Location"].startswith("http://app.example/cb?a=1&ticket=ST-")


def test_what_was_carried_survives_a_late_link_and_a_new_mail(world: World, browser: Browser) -> None:
    browser.open(f"{REGISTER}?service=http%3A%2F%2Fapp.example%2F").send(**fill())
    advance(world, minutes(5))
    browser.open(the_link(world)).send(username=EMAIL)
    browser.open(the_link(world)).send(newPassword=PASSWORD, newPasswordConfirm=PASSWORD)
    assert "Proceed to app.example" in browser.text


def test_a_long_address_of_a_service_is_carried_too(world: World, browser: Browser) -> None:
    browser.open(f"{REGISTER}?service=http%3A%2F%2Fapp.example%2F{'x' * 1_900}").send(**fill())
    browser.open(the_link(world)).send(newPassword=PASSWORD, newPasswordConfirm=PASSWORD)
    assert browser.at == ("password-set", "ready")
    assert "x" * 1_900 in link_to(browser, "Proceed to app.example")


@pytest.mark.parametrize("page", [REGISTER, LOST, "/cas/init/passwordSet.cgi"])
@pytest.mark.parametrize(
    "service", ["https://elsewhere.test.fr/", "javascript:alert(1)", "%3Cb%3E", "http:app.example"]
)
def test_an_invalid_service_is_told_with_the_documented_sentence(
    world: World, account: Account, browser: Browser, page: str, service: str
) -> None:
    sign_in(browser, account).open(f"{page}?service={service}")
    assert (browser.page.status_code, browser.at) == (403, ("invalid-service", "ready"))
    assert "You are using an invalid service to access EU Login: ['" in browser.text
    assert "<b>" not in browser.page.text
    assert told(world, "service.invalid")[0] == "a service on loopback, on a reserved domain, or registered"


@pytest.mark.parametrize("page", [REGISTER, LOST])
def test_looking_at_a_page_breaks_no_rule(world: World, browser: Browser, page: str) -> None:
    assert browser.http.head(browser.base + page).status_code == 200
    assert [event for event in world.journal.events() if "expected" in event.fields] == []


def test_other_refusals_keep_their_own_page(browser: Browser) -> None:
    assert browser.open("/cas/login?request=x").at == ("error", "ready")


def test_a_form_sent_twice_makes_one_account_and_says_how_to_get_on(world: World, browser: Browser) -> None:
    form = browser.open(f"{REGISTER}?service=http%3A%2F%2Fapp.example%2F").page
    browser.send(**fill(), follow=False)
    assert browser.page.status_code == 303
    browser.page = form
    browser.send(**fill())
    assert browser.at == ("register", "ready")
    assert "There is an account with this e-mail address already. Sign in, or ask for a new password." in browser.text
    assert told(world, "account.email_taken") == (
        "an e-mail address that no account has",
        EMAIL,
        "sign in with that account, or use another address",
    )
    browser.open(link_to(browser, "Lost your password?"))
    assert (browser.at, value(browser, "username")) == (("lost-password", "ready"), EMAIL)
    assert "service=http%3A%2F%2Fapp.example%2F" in browser.page.url
    assert len(world.mailbox.mails(to=EMAIL)) == 1


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("name", ["firstName", "lastName", "email", "emailConfirm", "emailLanguage", "privacy"])
def test_whatever_is_typed_gets_an_answer_and_is_kept(world: World, browser: Browser, name: str, strange: str) -> None:
    browser.open(REGISTER).send(**{**fill(), name: strange})
    assert browser.page.status_code == 200
    assert "<b>x</b>" not in browser.page.text
    if browser.at == ("register", "ready"):
        assert all(all(told(world, event.type)) for event in world.journal.events() if "expected" in event.fields)
        assert browser.errors
        if name not in {"emailLanguage", "privacy"}:
            assert value(browser, name) == strange


def test_an_empty_form_tells_every_field(browser: Browser) -> None:
    browser.open(REGISTER).send()
    assert browser.page.text.count('aria-invalid="true"') == 4
    assert browser.errors[0].startswith("Please check Enter a first name")


@pytest.mark.parametrize(
    "name", ["\u0645\u06cc\u200c\u0631\u0648\u0645", "\u5c71\u7530\u3000\u592a\u90ce", "e\u0301lan"]
)
def test_names_may_hold_what_their_script_needs(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["\u200d", "\u202eadA", "A\u2028da", "A\x07da", "\ufeffAda", "\ud800"])
def test_names_hold_nothing_that_cannot_be_seen(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize(("length", "good"), [(100, True), (101, False)])
def test_a_name_has_a_hundred_characters_at_most(length: int, *, good: bool) -> None:
    assert is_name("\u03a9" * length) is good


@pytest.mark.parametrize("language", ["xx", "", "<b>", "EN"])
def test_mails_of_an_unknown_language_are_english(world: World, language: str) -> None:
    assert register(world, sign_up(language=language)).language == "en"


def test_the_mails_have_the_chosen_language_whatever_the_page_has(world: World) -> None:
    for language in languages():
        email = f"{language}@hospital.example"
        assert register(world, sign_up(email=email, email_confirm=email, language=language)).language == language


def test_the_institution_is_told_before_anything_else_about_the_address(world: World, browser: Browser) -> None:
    browser.open(REGISTER).send(**fill(email="A@EC.Europa.EU", emailConfirm=""))
    assert "You cannot create an account with an e-mail that belongs to an institution" in browser.errors[0]
    expected, got, remedy = told(world, "signup.institution_address")
    assert (expected, got) == ("an address that belongs to no institution", "a@ec.europa.eu")
    assert "use another address" in remedy
    assert not [event for event in world.journal.events() if event.type.startswith("account.")]


@pytest.mark.parametrize(
    ("fields", "code", "words", "journal"),
    [
        (
            {"firstName": ""},
            "signup.first_name_wrong",
            "Enter a first name of 1 to 100 characters.",
            (
                "a first name of 1 to 100 printable characters",
                "0 characters",
                "enter the name, or a shorter form of it",
            ),
        ),
        (
            {"lastName": "x" * 101},
            "signup.last_name_wrong",
            "Enter a last name of 1 to 100 characters.",
            (
                "a last name of 1 to 100 printable characters",
                "101 characters",
                "enter the name, or a shorter form of it",
            ),
        ),
        (
            {"email": "ada"},
            "account.email_wrong",
            "Enter an e-mail address such as name@hospital.example.",
            ("an e-mail address", "ada", "enter an address such as name@hospital.example"),
        ),
        (
            {"email": "ada@hospital.zz"},
            "account.real_address",
            "This is a mock: use an address such as ...@hospital.example",
            (
                "an e-mail address on a reserved domain (.example, .test, ...) or of setting allowed_domains",
                "ada@hospital.zz",
                "use an address such as name@hospital.example",
            ),
        ),
        (
            {"emailConfirm": "ada@hospital.example"},
            "signup.emails_differ",
            "Enter the same e-mail address in both fields.",
            ("the same e-mail address twice", "two different addresses", "enter the same address in both fields"),
        ),
        (
            {"privacy": "-"},
            "signup.privacy_missing",
            "Tick the box to say that you have read the privacy statement.",
            ("the privacy statement's box ticked", "an empty box", "tick the box"),
        ),
    ],
)
def test_each_slip_is_told_at_its_field_and_mended_there(
    world: World, browser: Browser, fields: dict[str, str], code: str, words: str, journal: tuple[str, str, str]
) -> None:
    browser.open(REGISTER).send(**fill(**fields))
    assert browser.at == ("register", "ready")
    assert words in browser.errors[0]
    assert f'id="{next(iter(fields))}-error"' in browser.page.text
    assert told(world, code) == journal
    assert browser.send(**fill()).at == ("sign-up-sent", "ready")


def test_an_address_of_allowed_domains_is_taken(world: World, browser: Browser) -> None:
    world.settings.change({"allowed_domains": ["hospital.zz"]})
    browser.open(REGISTER).send(**fill(email="ada@hospital.zz", emailConfirm="ADA@hospital.zz"))
    assert browser.at == ("sign-up-sent", "ready")


@pytest.mark.parametrize("name", ["Ada\u200b", "A\x00da", "\u202eadA", "\u200d"])
def test_a_name_with_characters_that_cannot_be_seen_is_told_so(world: World, browser: Browser, name: str) -> None:
    browser.open(REGISTER).send(**fill(firstName=name))
    assert "Type this name anew: it holds characters that cannot be seen." in browser.errors[0]
    assert told(world, "name.unseen") == (
        "a name of printable characters",
        "characters that cannot be seen",
        "type the name instead of copying it, without control characters",
    )
