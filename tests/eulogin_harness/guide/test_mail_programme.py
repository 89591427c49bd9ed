"""Mails in pictures: as their receiver has them, without what says that a mock sent them."""

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from eulogin_harness.documents.events import Mail
from eulogin_harness.guide.mail_programme import document_of
from mock_idp.accounts.mails import SENDER
from mock_world.i18n import languages
from mock_world.mail_templates import write_mail
from tests.reference.page import ROOT

FOLDERS = sorted(ROOT.glob("mock_*/*/mails"))
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
MARKED = re.compile(r'<span class="mock">.*?</span>')


def mail(language: str) -> Mail:
    """The mail with the link of a new account."""
    sent = write_mail(
        ROOT / "mock_idp" / "accounts" / "mails",
        "password_link",
        to="ada.berg@hospital.example",
        sender=SENDER,
        language=language,
        account=SimpleNamespace(full_name="Ada Berg", email="ada.berg@hospital.example"),
        address="http://eulogin.localhost/link",
        minutes=5,
        recognition=5,
    )
    return Mail(id=1, to=sent.to, sender=sent.sender, subject=sent.subject, sent_at=NOW, arrived_at=NOW,
                text=sent.text, html=sent.html, links=[], codes=[])  # fmt: skip


@pytest.mark.parametrize("language", languages())
def test_what_says_that_a_mock_sent_a_mail_is_marked_and_hidden(language: str) -> None:
    shown = mail(language)
    notice = shown.text.strip().splitlines()[-1]
    (marked,) = MARKED.findall(str(shown.html))
    assert notice in marked, "expected the last line of a mail's text to be what its HTML marks with the class mock"
    assert notice not in MARKED.sub("", str(shown.html))
    assert ".mock { display: none !important; }" in document_of(shown, language)


@pytest.mark.parametrize("language", languages())
def test_nothing_else_of_a_mail_speaks_of_a_mock(language: str) -> None:
    shown = mail(language)
    body = re.sub(r"<style>.*?</style>|<[^>]*>", " ", MARKED.sub("", str(shown.html)), flags=re.DOTALL)
    head = document_of(shown, language).partition("<iframe")[0].partition("</style>")[2]
    assert "Ada Berg" in body
    assert "<dd>EU Login &lt;automated-notifications@nomail.eulogin.example&gt;</dd>" in head
    assert "mock" not in (body + head).lower()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parts[-3]}.{folder.parts[-2]}")
def test_every_mail_has_the_frame_that_marks_it(folder: Path) -> None:
    for file in folder.glob("*.html"):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert first in {'{% extends "world/mail.html" %}', '{% extends "frame.html" %}'}, file.name


def test_a_mail_of_text_alone_is_shown() -> None:
    plain = mail("en").model_copy(update={"html": None, "text": "1 < 2"})
    assert "1 &amp;lt; 2" in document_of(plain, "en")
