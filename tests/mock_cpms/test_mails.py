"""The mails of the helpdesks (guide, G27), each as text and HTML."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from mock_cpms.access.deciding import decide
from mock_world import World
from mock_world.mailbox import Mail
from tests.mock_cpms.asking import ANNA, DESK, EMAIL, asks, chooses, know, put_request

END = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
WORDS = "Which ward?\nAnd <since> when?"


def received(world: World) -> None:
    asks(world)


def decided(decision: str, **more: Any) -> Callable[[World], None]:
    def act(world: World) -> None:
        decide(world, asks(world), decision=decision, by=DESK, **more)

    return act


def ended(world: World) -> None:
    chooses(world)
    put_request(world, ANNA, network="PaedCAN", state="approved", since=world.clock.now(), guest_until=END)
    world.move_clock(END)


SEE = ("See my request", "/screen/access-status/1")
OPEN = ("Open CPMS 2.0", "/screen/home")
ALL = {
    "received": (
        received,
        "Your access request to ERN PaedCan has arrived",
        ["has reached us.", "We decide by Monday 30 November 2026, 17:00 at the latest; Saturdays and Sundays are not"],
        [SEE],
    ),
    "approved": (
        decided("approve"),
        "Welcome to CPMS 2.0: your request to ERN PaedCan is approved",
        ["access to CPMS 2.0 for ERN PaedCan is approved."],
        [OPEN, SEE],
    ),
    "approved as a guest": (
        decided("approve", guest_until=END),
        "Welcome to CPMS 2.0: your request to ERN PaedCan is approved",
        ["is approved.", "As a guest you have access to the end of Thursday 31 December 2026."],
        [OPEN, SEE],
    ),
    "rejected": (
        decided("reject", reason=WORDS),
        "Your access request to ERN PaedCan was not approved",
        ["We could not approve", "The reason:", WORDS, "ask again here:"],
        [SEE],
    ),
    "question": (
        decided("ask", reason=WORDS),
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
EACH = pytest.mark.parametrize("kind", ALL)


def sent(world: World, kind: str, *, to: str = EMAIL) -> Mail:
    ALL[kind][0](world)
    return world.mailbox.mails(to=to)[-1]


@EACH
def test_text_and_html_say_the_same(world: World, kind: str) -> None:
    _, subject, sentences, _ = ALL[kind]
    mail = sent(world, kind)
    assert (mail.subject, mail.sender) == (subject, "ERN PaedCan Helpdesk <cpms-helpdesk@paedcan.ern.example>")
    html = unescape(str(mail.html)).replace("<br>", "\n").replace("\n</blockquote>", "</blockquote>")
    for form in (mail.text, html):
        for sentence in ("Dear Anna Ek,", *sentences, "ERN PaedCan Helpdesk", "a mock for testing"):
            assert sentence in form


@EACH
def test_its_links_lead_on_to_the_request(world: World, kind: str) -> None:
    mail = sent(world, kind)
    links = [{"text": text, "url": world.addresses.public("cpms", path)} for text, path in ALL[kind][3]]
    assert mail.links == links
    assert [link["url"] for link in links if link["url"] not in mail.text] == []


@EACH
def test_its_text_reads_well_alone(world: World, kind: str) -> None:
    text = sent(world, kind).text
    assert "\n\n\n" not in text
    assert not text.startswith("\n")
    assert "<" not in text.replace(WORDS, "")


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


@pytest.mark.parametrize(("language", "greeting"), [("fr", "Bonjour"), ("de", "Guten Tag"), ("xx", "Dear")])
def test_it_goes_to_the_address_and_in_the_language_that_cpms_knows_by_then(
    world: World, language: str, greeting: str
) -> None:
    asked = asks(world)
    know(world, email="anna.berg@clinic.example", language=language)
    decide(world, asked, decision="ask", reason=WORDS, by=DESK)
    (mail,) = world.mailbox.mails(to="anna.berg@clinic.example")
    assert greeting in mail.text
    assert f'lang="{language if language != "xx" else "en"}"' in str(mail.html)
    assert len(world.mailbox.mails(to=EMAIL)) == 1


def test_what_others_wrote_is_no_markup_and_no_second_subject(world: World) -> None:
    asked = asks(world)
    decide(world, asked, decision="reject", reason='<img src="x">\r\nSubject: Approved', by=DESK)
    mail = world.mailbox.mails(to=EMAIL)[-1]
    assert "<img" not in str(mail.html)
    assert mail.subject == "Your access request to ERN PaedCan was not approved"
