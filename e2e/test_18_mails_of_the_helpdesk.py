"""Mails of the helpdesks (G27): each kind is opened in the mailbox, says the same as text, and leads on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import BOTH_WIDTHS, DOCTOR, Mails, SignIn
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.mailbox import Mailbox
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from eulogin_harness.guide.recorder import Guide

FRIDAY_17 = "2026-11-27T17:00:00+01:00"
GUEST_UNTIL = "2027-01-01T00:00:00+01:00"
WORDS = "Which department do you work in?"
pytestmark = pytest.mark.eulogin_world(now=FRIDAY_17, frozen=True)


@dataclass(frozen=True)
class Kind:
    """A mail: what it says, its link, and the state of the request that the link shows."""

    says: str
    link: str
    shows: str


KINDS = {
    "received": Kind("We decide by Monday 30 November 2026, 17:00 at the latest", "See my request", "submitted"),
    "approved": Kind(
        "As a guest you have access to the end of Thursday 31 December 2026.", "See my request", "approved"
    ),
    "rejected": Kind(WORDS, "See my request", "rejected"),
    "question": Kind(WORDS, "Answer the question", "info_requested"),
    "expired": Kind("for ERN PaedCan to the end of Thursday 31 December 2026.", "See my request", "expired"),
}


def happens(world: World, doctor: Persona, kind: str) -> None:
    """What the mail tells of, to a request that the helpdesk has."""
    (asked,) = doctor.requests
    if kind in {"rejected", "question"}:
        world.access_requests.decide(asked.id, "reject" if kind == "rejected" else "ask", reason=WORDS)
    if kind == "approved":
        world.access_requests.decide(asked.id, "approve", guest_until=datetime.fromisoformat(GUEST_UNTIL))
    if kind == "expired":
        world.clock.set(GUEST_UNTIL)


@pytest.fixture
def wanted(kind: str) -> list[dict[str, str]]:
    """The request before the mail."""
    if kind == "received":
        return [{"network": "PaedCAN", "state": "draft"}]
    if kind == "expired":
        return [{"network": "PaedCAN", "state": "approved", "guest_until": GUEST_UNTIL}]
    return [{"network": "PaedCAN"}]


@pytest.mark.guide("G27")
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_of_the_helpdesk_tells_what_happened_and_leads_to_the_request(
    guide: Guide, world: World, cpms: Cpms, mails: Mails, sign_in: SignIn, kind: str, wanted: list[dict[str, str]]
) -> None:
    doctor, told = world.personas.create(**DOCTOR.fields, requests=wanted), KINDS[kind]
    sign_in(cpms, doctor)
    if kind == "received":
        cpms.button("Submit Access Request").click()
        cpms.is_at("access-status")
    happens(world, doctor, kind)
    opened = mails.open(to=doctor.email)
    with guide.step("Open the mail.", on=opened.page):
        expect(opened.mail_body).to_contain_text(told.says)
        expect(opened.page.locator(".mail__text")).to_contain_text(told.says)
    opened.mail_link(told.link).click()
    with guide.step("Its link leads to the request.", on=cpms.page):
        cpms.is_at("access-status")
        expect(cpms.request("PaedCAN")).to_have_attribute("data-state", told.shows)


@pytest.mark.guide("G27")
def test_the_mail_of_an_approval_opens_cpms(
    guide: Guide, world: World, cpms: Cpms, mails: Mails, sign_in: SignIn
) -> None:
    doctor = world.personas.create("access_requested", **DOCTOR.fields)
    world.access_requests.decide(doctor.requests[0].id, "approve")
    sign_in(cpms, doctor)
    opened = mails.open(to=doctor.email)
    with guide.step("Open CPMS from the mail.", on=opened.page):
        opened.mail_link("Open CPMS 2.0").click()
    cpms.is_at("home")


@pytest.mark.guide("G27")
@BOTH_WIDTHS
@pytest.mark.parametrize("spoken", ["en", "fr", "de"])
def test_a_mail_fits_its_window_in_every_language(
    guide: Guide, world: World, open_page: Callable[..., Page], viewport: dict[str, int], spoken: str
) -> None:
    doctor = world.personas.create("access_requested", **DOCTOR.fields, language=spoken)
    world.access_requests.decide(doctor.requests[0].id, "reject", reason="Donaudampfschifffahrtsgesellschaft " * 5)
    page = open_page(viewport=viewport)
    Mailbox(page, world.addresses.desk, "en").open_mail(world.mails.wait(to=doctor.email).id)
    with guide.step("Read it on a small screen.", on=page):
        expect(page.frame_locator("iframe").locator("html")).to_have_attribute("lang", spoken)
    widths = page.frames[1].evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1]
