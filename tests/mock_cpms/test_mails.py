"""The mails of the helpdesks (guide, G27), each as text and HTML."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from html import unescape
from typing import Any

import pytest

from mock_cpms.access.deciding import decide
from mock_world import World
from mock_world.mailbox import Mail
from tests.mock_cpms.asking import DESK, EMAIL, asks, know

END = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
WORDS = "Which ward?\nAnd <since> when?"


def asked(world: World, decision: str = "", **more: Any) -> None:
    request = asks(world)
    if decision:
        decide(world, request, decision=decision, by=DESK, **more)


def ended(world: World) -> None:
    asked(world, "approve", guest_until=END)
    world.move_clock(END)


SEE = ("See my request", "/screen/access-status/1")
OPEN = ("Open CPMS 2.0", "/screen/home")
Kind = tuple[Callable[[World], None], str, list[str], list[tuple[str, str]]]  # act, subject, sentences, links
ALL: dict[str, Kind] = {
    "received": (
        asked,
        "Your access request to ERN PaedCan has arrived",
        ["has reached us.", "We decide by Monday 30 November 2026, 17:00 at the latest; Saturdays and Sundays are not"],
        [SEE],
    ),
    "approved": (
        partial(asked, decision="approve"),
        "Welcome to CPMS 2.0: your request to ERN PaedCan is approved",
        ["access to CPMS 2.0 for ERN PaedCan is approved."],
        [OPEN, SEE],
    ),
    "approved as a guest": (
        partial(asked, decision="approve", guest_until=END),
        "Welcome to CPMS 2.0: your request to ERN PaedCan is approved",
        ["is approved.", "As a guest you have access to the end of Thursday 31 December 2026."],
        [OPEN, SEE],
    ),
    "rejected": (
        partial(asked, decision="reject", reason=WORDS),
        "Your access request to ERN PaedCan was not approved",
        ["We could not approve", "The reason:", WORDS, "ask again here:"],
        [SEE],
    ),
    "question": (
        partial(asked, decision="ask", reason=WORDS),
        "A question about your access request to ERN PaedCan",
        ["we have a question:", WORDS, "Your request stays open until you answer"],
        [("Answer the question", SEE[1])],
    ),
    "expired": (
        ended,
        "Your guest access to ERN PaedCan has ended",
        [
            "As a guest you had access to CPMS 2.0 for ERN PaedCan to the end of Thursday 31 December 2026.",
            "ask again here:",
        ],
        [SEE],
    ),
}


def sent(world: World, kind: str) -> Mail:
    ALL[kind][0](world)
    return world.mailbox.mails(to=EMAIL)[-1]


@pytest.mark.parametrize("kind", ALL)
def test_text_and_html_say_the_same_and_their_links_lead_on(world: World, kind: str) -> None:
    _, subject, sentences, leads = ALL[kind]
    mail = sent(world, kind)
    assert (mail.subject, mail.sender) == (subject, "ERN PaedCan Helpdesk <cpms-helpdesk@paedcan.ern.example>")
    html = unescape(str(mail.html)).replace("<br>", "\n").replace("\n</blockquote>", "</blockquote>")
    for form in (mail.text, html):
        for sentence in ("Dear Anna Ek,", *sentences, "ERN PaedCan Helpdesk", "a mock for testing"):
            assert sentence in form
    assert mail.links == [{"text": text, "url": world.addresses.public("cpms", path)} for text, path in leads]
    assert [link["url"] for link in mail.links if link["url"] not in mail.text] == []
    assert "\n\n\n" not in mail.text
    assert not mail.text.startswith("\n")
    assert "<" not in mail.text.replace(WORDS, "")


def test_the_text_of_a_guests_approval_to_the_letter(world: World) -> None:
    paragraphs = [
        "Dear Anna Ek,",
        "Your request for access to CPMS 2.0 for ERN PaedCan is approved.",
        "As a guest you have access to the end of Thursday 31 December 2026.",
        "You can sign in and start now:",
        world.addresses.public("cpms", "/screen/home"),
        "How your request went, you can read here:",
        world.addresses.public("cpms", "/screen/access-status/1"),
        "ERN PaedCan Helpdesk\nThis mail comes from a mock for testing. It is not from the European Commission.",
    ]
    assert sent(world, "approved as a guest").text.strip().split("\n\n") == paragraphs


@pytest.mark.parametrize(("language", "greeting"), [("fr", "Bonjour"), ("xx", "Dear")])
def test_it_goes_to_the_address_and_in_the_language_that_cpms_knows_by_then(
    world: World, language: str, greeting: str
) -> None:
    request = asks(world)
    know(world, email="anna.berg@clinic.example", language=language)
    decide(world, request, decision="ask", reason=WORDS, by=DESK)
    (mail,) = world.mailbox.mails(to="anna.berg@clinic.example")
    assert greeting in mail.text
    assert f'lang="{language if language != "xx" else "en"}"' in str(mail.html)
    assert len(world.mailbox.mails(to=EMAIL)) == 1


def test_what_others_wrote_is_no_markup_and_no_second_subject(world: World) -> None:
    asked(world, "reject", reason='<img src="x">\r\nSubject: Approved')
    mail = world.mailbox.mails(to=EMAIL)[-1]
    assert "<img" not in str(mail.html)
    assert mail.subject == "Your access request to ERN PaedCan was not approved"
