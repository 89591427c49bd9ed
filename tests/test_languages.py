"""Pages and mails in the language that somebody wishes."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
import requests
from jinja2 import Environment
from jinja2.meta import find_undeclared_variables

from eulogin_harness import MakePersona
from eulogin_harness.client import World
from eulogin_harness.client.events import Mails
from mock_world.i18n import DEFAULT, ZONE, languages, spoken, translations, written_out
from mock_world.mail_templates import write_mail
from mock_world.post_office import OutgoingMail
from tests.english import english_in
from tools.texts import ROOT

TIMEOUT = 30  # seconds
LANGUAGES = sorted(set(languages()) - {DEFAULT})
IN_EACH = pytest.mark.parametrize("language", LANGUAGES)

MAILS = sorted(ROOT.glob("mock_*/**/mails/*.txt"))
MAIL_FRAME = ROOT / "mock_world/web/templates/world/mail.html"
FIRST_PAGES = {"idp": "/cas/login", "cpms": "/screen/home", "phone": "/", "desk": "/"}


def open_page(world: World, actor: str, language: str, path: str = "") -> str:
    address = getattr(world.addresses, actor) + (path or FIRST_PAGES[actor])
    return requests.get(address, headers={"Accept-Language": language}, timeout=TIMEOUT).text


@IN_EACH
@pytest.mark.parametrize("actor", list(FIRST_PAGES))
def test_a_page_speaks_the_language_of_the_browser(world: World, language: str, actor: str) -> None:
    text = open_page(world, actor, f"{language}-BE, en;q=0.5")
    assert f'<html lang="{language}"' in text
    assert translations(language).ugettext("Mock for testing") in text


def test_whoever_wishes_what_is_not_spoken_is_answered_in_english(world: World) -> None:
    assert [spoken(language) for language in ("fr", "eo", "", "../fr")] == ["fr", "en", "en", "en"]
    for wished in ("eo", "*", "", "en-GB, fr;q=0.2", "<b>"):
        text = open_page(world, "idp", wished)
        assert '<html lang="en"' in text
        assert "Mock for testing" in text


@IN_EACH
def test_a_refusal_is_told_in_the_language_of_the_page(world: World, language: str) -> None:
    page = requests.Session()
    page.headers["Accept-Language"] = language
    form = page.get(f"{world.addresses.idp}/cas/login", timeout=TIMEOUT)
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', form.text)[-1]
    sent = page.post(form.url, data={"csrf_token": token, "username": "nobody@hospital.example"}, timeout=TIMEOUT)
    refusal = world.events.list(type="account.unknown")[-1].model_dump()
    told = "Check the spelling, or create an account: we know no user with this address or identifier."
    assert translations(language).ugettext(told) in sent.text
    assert refusal["expected"] == "the e-mail address or unique identifier of an account"


class Filling(str):
    """A value for any place of a template: whatever is asked of it is such a value again."""

    __slots__ = ()

    def __getattr__(self, name: str) -> "Filling":
        if name.startswith("__"):
            raise AttributeError(name)
        return Filling("xyz")


def filled(template: Path, language: str) -> OutgoingMail:
    """A mail whose values say nothing in any language."""
    folder, name = template.parent, template.stem
    sources = [file.read_text(encoding="utf-8") for file in (*folder.glob("*"), MAIL_FRAME)]
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    names = set().union(*(find_undeclared_variables(environment.parse(source)) for source in sources))
    values = dict.fromkeys(names - {"_", "gettext", "language", "subject"}, Filling("xyz"))
    return write_mail(folder, name, to="a@b.example", sender="c@d.example", language=language, **values)


@IN_EACH
def test_a_mail_has_no_english_left(language: str) -> None:
    assert MAILS
    for template in MAILS:
        letter = filled(template, language)
        assert english_in(f"{letter.subject} {letter.text}", language) == [], template
        assert english_in(without_tags(letter.html), language) == [], template
        assert f'<html lang="{language}">' in letter.html


def without_tags(html: str) -> str:
    return unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL))


def test_a_mail_speaks_the_language_of_its_account(persona: MakePersona, mailbox: Mails) -> None:
    for language, subject in (
        ("fr", "Votre compte EU Login\u00a0: créez votre mot de passe"),
        ("de", "Ihr EU-Login-Konto: Erstellen Sie Ihr Passwort"),
        ("eo", "Your EU Login account: create your password"),
    ):
        (mail,) = mailbox.list(to=persona("invited", language=language).email)
        assert mail.subject == subject
        assert f'<html lang="{spoken(language)}">' in (mail.html or "")


def test_english_in_a_text_is_found() -> None:
    assert "Your EU Login account was changed" in english_in("Bonjour Ada. Your EU Login account was changed.", "fr")
    assert english_in("Votre compte EU Login a été modifié", "fr") == []


def test_the_first_of_a_month_has_its_ordinal_in_french() -> None:
    first = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert written_out(first, ZONE, "fr") == "mardi 1er décembre 2026, 10:00"
    assert written_out(first.replace(day=11), ZONE, "fr") == "vendredi 11 décembre 2026, 10:00"


def test_dates_are_written_out_as_the_language_does() -> None:
    moment = datetime(2026, 11, 27, 16, tzinfo=UTC)
    assert {language: written_out(moment, ZONE, language) for language in ("en", "fr", "de", "eo")} == {
        "en": "Friday 27 November 2026, 17:00",
        "fr": "vendredi 27 novembre 2026, 17:00",
        "de": "Freitag, 27. November 2026, 17:00",
        "eo": "Friday 27 November 2026, 17:00",
    }


def test_sentences_of_the_forms_library_are_translated_too(world: World) -> None:
    for language, sentence in (("en", "Not a valid choice."), ("fr", "N'est pas un choix valide.")):
        page = requests.Session()
        page.headers["Accept-Language"] = language
        text = page.get(world.addresses.desk, timeout=TIMEOUT).text
        token = re.findall(r'name="csrf_token"[^>]* value="([^"]+)"', text)[0]
        sent = page.post(f"{world.addresses.desk}/people", data={"csrf_token": token, "stage": "x"}, timeout=TIMEOUT)
        assert sentence in unescape(sent.text)


def switched(world: World, actor: str, path: str, language: str) -> requests.Response:
    """Choose a language on a page, and follow where that leads."""
    browser = requests.Session()
    page = browser.get(getattr(world.addresses, actor) + path, timeout=TIMEOUT)
    (form,) = re.findall(r'<form id="language-form".*?</form>', page.text, re.DOTALL)
    found = re.findall(r'name="(\w+)"(?: type="hidden")? value="([^"]*)"', unescape(form))
    fields = dict(found) | {"language": language}
    return browser.post(f"{getattr(world.addresses, actor)}/language", data=fields, timeout=TIMEOUT)


@pytest.mark.parametrize(
    ("actor", "path"),
    [
        ("idp", "/cas/login?service=http%3A%2F%2Flocalhost%3A1%2F%3Fa%3Db%26c&authenticationLevel=MEDIUM"),
        ("cpms", "/ernsd/screen/public?hospital=st+anna"),
        ("phone", "/"),
        ("desk", "/mailbox?to=ada%40hospital.example"),
    ],
)
def test_a_chosen_language_keeps_the_page_and_its_query(world: World, actor: str, path: str) -> None:
    answer = switched(world, actor, path, "de")
    assert answer.url == getattr(world.addresses, actor) + path
    assert '<html lang="de"' in answer.text


def is_the_first_form_its_own(page: str) -> bool:
    """Whether a program that sends the first form of the source sends one of the page's subject."""
    before, _, main = page.partition("<main")
    return "<form" not in before and "<form" in main.partition("</main>")[0]


@pytest.mark.parametrize(
    ("actor", "path"),
    [
        ("idp", "/cas/login"),
        ("idp", "/cas/eim/external/register.cgi"),
        ("cpms", "/screen/home"),
        ("cpms", "/ernsd/screen/public"),
        ("phone", "/"),
        ("phone", "/phones/phone-helpdesk/settings"),
        ("desk", "/"),
        ("desk", "/debugger"),
    ],
)
def test_the_first_form_of_a_page_is_its_own(world: World, actor: str, path: str) -> None:
    assert is_the_first_form_its_own(open_page(world, actor, "en", path))


def test_the_first_form_of_who_is_signed_in_at_cpms_is_the_pages_own(world: World, persona: MakePersona) -> None:
    session = world.personas.session(persona("enrolled"), service=f"{world.addresses.cpms}/screen/signin")
    page = requests.get(session.url, timeout=TIMEOUT).text
    assert 'data-page="complete-profile"' in page
    assert is_the_first_form_its_own(page)


def test_a_language_that_is_not_spoken_cannot_be_chosen(world: World) -> None:
    for language in ("xx", "", "../de", "x" * 10_000, "\u202ede"):
        answer = switched(world, "idp", "/cas/login", language)
        assert answer.status_code == 200
        assert '<html lang="en"' in answer.text


def test_from_a_page_that_only_a_form_leads_to_another_language_leads_to_the_first_page(world: World) -> None:
    browser = requests.Session()
    page = browser.get(world.addresses.desk, timeout=TIMEOUT)
    token = re.findall(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)[0]
    sent = browser.post(f"{world.addresses.desk}/clock", data={"csrf_token": token, "action": "x"}, timeout=TIMEOUT)
    (leads,) = set(re.findall(r'name="next" value="([^"]*)"', sent.text))
    assert sent.url.endswith("/clock")
    assert world.addresses.desk.endswith(leads.rstrip("/"))
