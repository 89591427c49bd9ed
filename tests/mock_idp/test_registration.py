"""Sign-up, its mail and the mail's link (guide, G02 to G08)."""

from typing import Any

import pytest

from mock_idp.account_management.registration import SignUp, register
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account, find_account, is_name
from mock_world import Refusal, World
from mock_world.i18n import languages
from tests.mock_idp.accounts_pages import EMAIL, LOST, REGISTER, STRANGE, link_to, sign_in, the_link, value
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.signing_in import told

INSTITUTION = "You cannot create an account with an e-mail that belongs to an institution"
NO_ADDRESSES = [
    "",
    "hospital.example",
    "a b@c.example",
    "a@b@x.example",
    "a@b.example\nBcc: x@y.example",
    "a\x00b@c.example",
    "a[b]@c.example",
    "=?utf-8?q?x?=@c.example",
    "a@c..example",
    "x" * 300 + "@y.example",
    "a@" + "c" * 10_000 + ".example",
]


def sign_up(**changes: object) -> SignUp:
    fields: dict[str, object] = {"first_name": "Ada", "last_name": "Berg", "email": EMAIL, "email_confirm": EMAIL}
    return SignUp(**(fields | changes))  # type: ignore[arg-type]


def test_what_is_no_address_is_refused_to_people_and_to_the_control_api(world: World) -> None:
    for email in NO_ADDRESSES:
        with pytest.raises(Refusal) as refused:
            register(world, sign_up(email=email, email_confirm=email))
        assert refused.value.code == "account.email_wrong"
        with pytest.raises(Refusal, match="e-mail address"):
            create_account(world, NewAccount("Ada", "Berg", email))


def test_names_of_any_alphabet_arrive_unharmed_in_a_mail_with_its_link(world: World) -> None:
    for number, name in enumerate(("Ζωή", "محمد", "李", "O'Brien <b>", "{seconds}")):
        email = f"n{number}@hospital.example"
        register(world, sign_up(first_name=name, email=email, email_confirm=email))
        (mail,) = world.mailbox.mails(to=email)
        assert f"Dear {name} Berg," in mail.text
        address = the_link(world, email)
        assert address.startswith(world.addresses.public("idp", "/cas/init/initialisePasswordLogin.cgi?"))
        assert [link["text"] for link in mail.links] == ["this link"]
        assert mail.html is not None
        assert (address in mail.text, mail.html.count(address), "<b>" in mail.html) == (True, 2, False)


def test_no_password_and_no_link_stand_in_the_journal(world: World, browser: Browser) -> None:
    register(world, sign_up())
    link = the_link(world)
    browser.open(link).send(newPassword="Secret-77", newPasswordConfirm="Secret-77")
    journal = str([(event.type, event.fields) for event in world.journal.events()])
    held = [word for word in ("password.set", "Secret-77", link.partition("?")[2]) if word in journal]
    assert held == ["password.set"]


def test_an_address_has_letters_of_all_alphabets_and_an_identifier_finds_its_account(world: World) -> None:
    made = create_account(world, NewAccount("Jo", "Smith", "zo\u00eb.m\u00fcller@hospital.example", uid="JSmith01"))
    found = find_account(world, "JSmith01")
    assert found is not None
    assert (found.email, made.email) == ("zo\u00eb.m\u00fcller@hospital.example",) * 2


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
    browser.open(f"{REGISTER}?service=http%3A%2F%2Fapp.example%2F{'x' * 1_900}").send(**fill())
    advance(world, minutes(5))
    browser.open(the_link(world)).send(username=EMAIL)
    browser.open(the_link(world)).send(newPassword=PASSWORD, newPasswordConfirm=PASSWORD)
    assert "x" * 1_900 in link_to(browser, "Proceed to app.example")


@pytest.mark.parametrize("page", [REGISTER, LOST, "/cas/init/passwordSet.cgi"])
def test_an_invalid_service_is_told_with_the_documented_sentence(
    world: World, account: Account, browser: Browser, page: str
) -> None:
    sign_in(browser, account).open(f"{page}?service=%3Cb%3E")
    assert (browser.page.status_code, browser.at) == (403, ("invalid-service", "ready"))
    assert "You are using an invalid service to access EU Login: ['" in browser.text
    assert "<b>" not in browser.page.text
    assert "on a reserved domain" in told(world, "service.invalid")["expected"]


def test_looking_at_a_page_breaks_no_rule(world: World, browser: Browser) -> None:
    assert [browser.http.head(browser.base + page).status_code for page in (REGISTER, LOST)] == [200, 200]
    assert [event for event in world.journal.events() if "expected" in event.fields] == []


def test_a_form_sent_twice_makes_one_account_and_says_how_to_get_on(world: World, browser: Browser) -> None:
    form = browser.open(f"{REGISTER}?service=http%3A%2F%2Fapp.example%2F").page
    browser.send(**fill(), follow=False)
    assert browser.page.status_code == 303
    browser.page = form
    browser.send(**fill(email=EMAIL.upper()))
    assert browser.at == ("register", "ready")
    assert "There is an account with this e-mail address already. Sign in, or ask for a new password." in browser.text
    assert told(world, "account.email_taken")["got"] == EMAIL
    browser.open(link_to(browser, "Lost your password?"))
    assert (browser.at, value(browser, "username").lower()) == (("lost-password", "ready"), EMAIL)
    assert "service=http%3A%2F%2Fapp.example%2F" in browser.page.url
    assert len(world.mailbox.mails(to=EMAIL)) == 1


@pytest.mark.parametrize("strange", STRANGE)
def test_whatever_is_typed_gets_an_answer_and_is_kept(world: World, browser: Browser, strange: str) -> None:
    names = ["firstName", "lastName", "email", "emailConfirm"]
    typed: dict[str, Any] = dict.fromkeys([*names, "emailLanguage", "privacy"], strange)
    browser.open(REGISTER).send(**typed)
    assert (browser.page.status_code, browser.at) == (200, ("register", "ready"))
    assert [value(browser, name) for name in names] == [strange] * 4
    assert "<b>x</b>" not in browser.page.text
    assert browser.errors


def test_an_empty_form_tells_every_field(browser: Browser) -> None:
    browser.open(REGISTER).send()
    assert browser.page.text.count('aria-invalid="true"') == 4
    assert browser.errors[0].startswith("Please check Enter a first name")
    assert "<title>Please check: Create an account - EU Login mock</title>" in browser.page.text


def test_names_hold_what_their_script_needs_and_nothing_that_cannot_be_seen() -> None:
    good = ("\u0645\u06cc\u200c\u0631\u0648\u0645", "\u5c71\u7530\u3000\u592a\u90ce", "e\u0301lan", "\u03a9" * 100)
    bad = ("\u200d", "\u202eadA", "A\u2028da", "A\x07da", "\ufeffAda", "\ud800", "\u03a9" * 101)
    assert [name for name in good if not is_name(name)] == [name for name in bad if is_name(name)] == []


def test_mails_have_the_chosen_language_and_are_english_where_it_is_unknown(world: World) -> None:
    for number, language in enumerate([*languages(), "xx", "", "EN"]):
        email = f"n{number}@hospital.example"
        registered = register(world, sign_up(email=email, email_confirm=email, language=language))
        assert registered.language == (language if language in languages() else "en")


@pytest.mark.parametrize(
    ("fields", "code", "words", "got"),
    [
        ({"firstName": ""}, "signup.first_name_wrong", "Enter a first name of 1 to 100 characters.", "0 characters"),
        ({"firstName": "Ada\u200b"}, "name.unseen", "Type this name anew: it holds", "characters that cannot be seen"),
        ({"lastName": "x" * 101}, "signup.last_name_wrong", "Enter a last name of 1 to 100", "101 characters"),
        ({"email": "ada"}, "account.email_wrong", "Enter an e-mail address such as name@hospital.example.", "ada"),
        ({"email": "A@hospital.zz"}, "account.real_address", "This is a mock: use an address such", "a@hospital.zz"),
        ({"email": "a@x.institution.example"}, "signup.institution_address", INSTITUTION, "a@x.institution.example"),
        ({"email": "A@EC.Europa.EU", "emailConfirm": ""}, "signup.institution_address", INSTITUTION, "a@ec.europa.eu"),
        ({"emailConfirm": "b@x.example"}, "signup.emails_differ", "Enter the same e-mail", "two different addresses"),
        ({"privacy": "-"}, "signup.privacy_missing", "Tick the box to say that you have read", "an empty box"),
    ],
)
def test_each_slip_is_told_at_its_field_and_mended_there(
    world: World, browser: Browser, fields: dict[str, str], code: str, words: str, got: str
) -> None:
    browser.open(REGISTER).send(**fill(**fields))
    assert browser.at == ("register", "ready")
    assert words in browser.errors[0]
    assert f'id="{next(iter(fields))}-error"' in browser.page.text
    assert told(world, code)["got"] == got
    assert browser.send(**fill()).at == ("sign-up-sent", "ready")


def test_an_address_of_allowed_domains_is_taken(world: World, browser: Browser) -> None:
    world.settings.change({"allowed_domains": ["hospital.zz"]})
    browser.open(REGISTER).send(**fill(email="ada@hospital.zz", emailConfirm="ADA@hospital.zz"))
    assert browser.at == ("sign-up-sent", "ready")
