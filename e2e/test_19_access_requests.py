"""One's access requests in every state, and what one can do about them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import BOTH_WIDTHS, DOCTOR, HOSPITAL, SignIn, fits, tab_to
from eulogin_harness.browser.checks import Watch, barriers
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona

NARROW = {"width": 320, "height": 640}
FRIDAY_17 = "2026-11-27T17:00:00+01:00"
QUESTION = "Which ward do you work in?"
REQUESTS = {
    "CRANIO": ("submitted", "Submitted", "Withdraw"),
    "ITHACA": ("info_requested", "Information requested", "Reply"),
    "RITA": ("approved", "Approved", None),
    "ERNICA": ("rejected", "Rejected", "Ask again"),
    "EURACAN": ("withdrawn", "Withdrawn", "Ask again"),
    "VASCERN": ("expired", "Expired", "Ask again"),
}


def asks(world: World, *requests: tuple[str, str], **more: str) -> Persona:
    """The doctor with requests, each as network and state."""
    asked = [{"network": network, "state": state, "reason": QUESTION, **more} for network, state in requests]
    return world.personas.create("access_requested", **DOCTOR.fields, requests=asked)


def state(world: World) -> str:
    (asked,) = world.access_requests.list()
    return asked.state


@pytest.mark.parametrize("viewport", [{"width": 1200, "height": 900}, NARROW], ids=["desktop", "narrow"])
def test_every_state_is_told_on_its_page(
    open_page: Callable[..., Page], world: World, sign_in: SignIn, watch: Watch, viewport: dict[str, int]
) -> None:
    doctor = asks(world, *((network, found[0]) for network, found in REQUESTS.items()))
    cpms = Cpms(open_page(viewport=viewport), world.addresses.cpms)
    sign_in(cpms, doctor)
    for network, (name, word, button) in REQUESTS.items():
        cpms.open("/screen/access-status")
        cpms.is_at("access-status")
        watch.look(cpms.page)
        expect(cpms.request(network)).to_contain_text(word)
        cpms.open_request(network)
        card = cpms.request(network)
        expect(card).to_have_attribute("data-state", name)
        expect(card.get_by_role("listitem").first).to_contain_text("Submitted")
        expect(card.get_by_role("button", name=button) if button else cpms.link("Open the dashboard")).to_be_visible()
        assert barriers(cpms.page) == [], name
        assert fits(cpms.page), name
        cpms.link("Back to all my requests").click()
    cpms.open("/screen/dashboard")
    cpms.is_at("dashboard")
    watch.look(cpms.page)
    assert fits(cpms.page)


@pytest.mark.guide("G27")
def test_a_question_is_answered_and_the_answer_lets_in(world: World, cpms: Cpms, sign_in: SignIn, watch: Watch) -> None:
    doctor = asks(world, ("PaedCAN", "submitted"))
    sign_in(cpms, doctor)
    (asked,) = world.access_requests.list()
    world.access_requests.decide(asked.id, "ask", reason=QUESTION)
    cpms.page.reload()
    expect(cpms.request("PaedCAN")).to_contain_text(QUESTION)
    cpms.reply("")
    expect(cpms.page.locator("#reply-error")).to_be_visible()
    watch.look(cpms.page)
    cpms.reply("Ward 7,\nsince March.")
    expect(cpms.page.get_by_role("status")).to_have_text("ERN PaedCan Helpdesk has your answer.")
    expect(cpms.request("PaedCAN").get_by_text("Ward 7,")).to_have_text("Ward 7,\nsince March.")
    assert state(world) == "submitted"
    world.access_requests.decide(asked.id, "approve")
    cpms.page.reload()
    cpms.link("Open the dashboard").click()
    cpms.is_at("dashboard")


def test_an_answer_that_comes_too_late_stays_on_the_page(
    world: World, cpms: Cpms, sign_in: SignIn, watch: Watch
) -> None:
    sign_in(cpms, asks(world, ("PaedCAN", "info_requested")))
    (asked,) = world.access_requests.list()
    cpms.field("Your answer").fill("Ward 7")
    world.access_requests.decide(asked.id, "reject", reason="Ask the other network.")
    cpms.button("Reply").click()
    expect(cpms.page.get_by_role("alert")).to_contain_text("the helpdesk does not wait for an answer")
    expect(cpms.field("Your answer")).to_have_value("Ward 7")
    expect(cpms.request("PaedCAN")).to_contain_text("Ask the other network.")
    assert barriers(cpms.page) == []
    watch.look(cpms.page)


@pytest.mark.parametrize("viewport", [NARROW], ids=["narrow"])
def test_withdrawing_and_asking_again_go_by_keyboard_alone(
    open_page: Callable[..., Page], world: World, sign_in: SignIn, viewport: dict[str, int]
) -> None:
    cpms = Cpms(open_page(viewport=viewport), world.addresses.cpms)
    sign_in(cpms, asks(world, ("PaedCAN", "submitted")))
    tab_to(cpms.button("Withdraw"))
    cpms.page.keyboard.press("Enter")
    expect(cpms.page.get_by_role("status")).to_contain_text("You withdrew your request")
    assert state(world) == "withdrawn"
    tab_to(cpms.field("Comment"))
    cpms.page.keyboard.type("With the right hospital.")
    tab_to(cpms.button("Ask again"))
    cpms.page.keyboard.press("Enter")
    expect(cpms.page.get_by_role("status")).to_contain_text("ERN PaedCan Helpdesk has your request again")
    expect(cpms.request("PaedCAN")).to_contain_text("With the right hospital.")
    assert state(world) == "submitted"


def test_after_a_refusal_the_profile_is_mended_and_the_network_asked_again(
    world: World, cpms: Cpms, sign_in: SignIn
) -> None:
    sign_in(cpms, asks(world, ("PaedCAN", "rejected")))
    expect(cpms.request("PaedCAN")).to_contain_text(QUESTION)
    cpms.request("PaedCAN").get_by_role("link", name="Change my profile").click()
    cpms.is_at("complete-profile", "editing")
    cpms.fill_profile(networks=[], **HOSPITAL)
    cpms.button("Next").click()
    cpms.is_at("access-status")
    cpms.ask_again("I corrected the hospital.")
    expect(cpms.request("PaedCAN")).to_have_attribute("data-state", "submitted")
    (asked,) = world.access_requests.list()
    assert [step.state for step in asked.history] == ["submitted", "rejected", "submitted"]


@BOTH_WIDTHS
@pytest.mark.eulogin_world(now=FRIDAY_17, frozen=True)
def test_a_guest_is_out_when_the_time_has_come_and_asks_again(
    open_page: Callable[..., Page], world: World, sign_in: SignIn, watch: Watch, viewport: dict[str, int]
) -> None:
    cpms = Cpms(open_page(viewport=viewport), world.addresses.cpms)
    sign_in(cpms, asks(world, ("PaedCAN", "approved"), guest_until="2026-12-01T17:00:00+01:00"))
    cpms.is_at("dashboard")
    watch.look(cpms.page)
    expect(cpms.request("PaedCAN")).to_contain_text("Guest")
    expect(cpms.request("PaedCAN")).to_contain_text("Access: until Tuesday 1 December 2026, 17:00")
    world.clock.set("2026-12-01T16:59:59+01:00")
    cpms.page.reload()
    cpms.is_at("dashboard")
    world.clock.advance("PT1S")
    cpms.page.reload()
    cpms.is_at("access-status")
    watch.look(cpms.page)
    expect(cpms.request("PaedCAN")).to_contain_text("Your access as a guest has ended.")
    world.mails.wait(to=DOCTOR.email)
    cpms.ask_again("I need it one month more.")
    expect(cpms.request("PaedCAN")).to_contain_text("Decision by Wednesday 2 December 2026, 17:00")


@BOTH_WIDTHS
def test_two_windows_make_one_request_and_lose_no_comment(
    open_page: Callable[..., Page], world: World, sign_in: SignIn, watch: Watch, viewport: dict[str, int]
) -> None:
    cpms = Cpms(open_page(viewport=viewport), world.addresses.cpms)
    doctor = world.personas.create("profile_complete", **DOCTOR.fields)
    sign_in(cpms, doctor)
    cpms.is_at("access-request")
    watch.look(cpms.page)
    other = Cpms(cpms.page.context.new_page(), world.addresses.cpms)
    other.open("/screen/access-request")
    other.field("Comment").fill("I am new here.")
    cpms.button("Submit Access Request").click()
    cpms.is_at("access-status")
    other.button("Submit Access Request").click()
    other.is_at("access-request", "sent")
    watch.look(other.page)
    expect(other.field("Comment")).to_have_value("I am new here.")
    other.link("See my requests").click()
    other.is_at("access-status")
    assert state(world) == "submitted"
    assert len(world.mails.list(to=DOCTOR.email, subject="has arrived")) == 1


def test_somebody_elses_request_is_not_there(world: World, cpms: Cpms, sign_in: SignIn, watch: Watch) -> None:
    world.personas.create("access_requested", seed=8)
    (foreign,) = world.access_requests.list()
    sign_in(cpms, asks(world, ("RITA", "withdrawn")))
    cpms.open(f"/screen/access-status/{foreign.id}")
    cpms.is_at("error")
    watch.look(cpms.page)
    cpms.link("See my requests").click()
    cpms.is_at("access-status")
    expect(cpms.request("RITA")).to_contain_text("Withdrawn")
