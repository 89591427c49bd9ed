"""The helpdesk's day: its list, each decision, guests, questions and answers, two colleagues, other networks (G26)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import BOTH_WIDTHS, DOCTOR, HELPDESK, Account, SignIn, fits, tab_to
from eulogin_harness.browser.checks import Watch
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.client import World
from mock_cpms.access.model import OPEN

FRIDAY_17 = "2026-11-27T17:00:00+01:00"
NARROWEST = {"width": 320, "height": 700}
STATES = {
    "submitted": "Submitted",
    "info_requested": "Information requested",
    "approved": "Approved",
    "rejected": "Rejected",
    "withdrawn": "Withdrawn",
    "expired": "Expired",
}
AtDesk = Callable[..., Cpms]

pytestmark = [pytest.mark.guide("G26"), pytest.mark.eulogin_world(now=FRIDAY_17, frozen=True)]


@pytest.fixture
def at_desk(open_page: Callable[..., Page], world: World, sign_in: SignIn) -> AtDesk:
    """Signs a person of a helpdesk in, in a browser of their own, and opens their list."""

    def at_desk(member: Account = HELPDESK, **options: object) -> Cpms:
        cpms = Cpms(open_page(**options), world.addresses.cpms)
        sign_in(cpms, member)
        cpms.open("/screen/helpdesk")
        return cpms

    return at_desk


def colleague(world: World, *networks: str) -> Account:
    return world.personas.create("enrolled", first_name="Bea", last_name="Colleague", helpdesk_for=list(networks))


def ask(world: World, last_name: str, state: str = "submitted", since: str = "PT0S", network: str = "PaedCAN") -> None:
    """Somebody of that name has asked."""
    asked = {"network": network, "state": state, "since": since, "reason": f"About {last_name}."}
    world.personas.create("access_requested", first_name="Ada", last_name=last_name, requests=[asked])


@pytest.mark.parametrize("viewport", [None, NARROWEST], ids=["desktop", "narrow"])
def test_the_list_is_empty_then_filled_filtered_and_paged(
    world: World, watch: Watch, at_desk: AtDesk, viewport: dict[str, int] | None
) -> None:
    desk = at_desk(**({"viewport": viewport} if viewport else {}))
    page = desk.page
    desk.is_at("helpdesk", "empty")
    watch.look(page)
    items = [
        {"last_name": f"Number{n:02}", "requests": [{"network": "PaedCAN", "state": "submitted"}]} for n in range(24)
    ]
    world.personas.create_all([{"stage": "access_requested", **item} for item in items], seed=1)
    ask(world, "Überfällig", since="P4D")
    ask(world, "Rejected", "rejected")
    desk.link("Look again").click()
    desk.is_at("helpdesk")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(25)
    expect(rows.first).to_contain_text("Überfällig")
    expect(rows.first).to_contain_text("Overdue")
    watch.look(page)
    desk.link("Next page").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Rejected")
    desk.link("Previous page").click()
    expect(rows).to_have_count(25)
    page.get_by_role("link", name="Overdue 1").click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="All 26").click()
    desk.field("Person").fill("ueberfallig")
    page.keyboard.press("Enter")
    desk.is_at("helpdesk", "nothing-found")
    watch.look(page)
    assert fits(page)
    desk.field("Person").fill("UBERFALLIG")
    desk.button("Filter").click()
    expect(rows).to_have_count(1)
    desk.link("Show all").click()
    expect(rows).to_have_count(25)
    assert fits(page)


@pytest.mark.parametrize("state", STATES)
def test_a_request_is_read_in_each_state(world: World, watch: Watch, at_desk: AtDesk, state: str) -> None:
    ask(world, "Berg", state)
    desk = at_desk(viewport=NARROWEST)
    desk.page.get_by_role("link", name="Berg").click()
    desk.is_at("helpdesk-request")
    card = desk.page.locator(f'section[data-network="PaedCAN"][data-state="{state}"]')
    expect(card).to_contain_text(STATES[state])
    expect(desk.page.get_by_role("button", name="Approve")).to_have_count(int(state in OPEN))
    watch.look(desk.page)
    assert fits(desk.page)


def test_one_request_after_the_other_is_decided(world: World, watch: Watch, at_desk: AtDesk) -> None:
    for days, name in ((3, "First"), (2, "Second"), (1, "Third")):
        ask(world, name, since=f"P{days}D")
    desk = at_desk()
    desk.decide("First", "Approve")
    expect(desk.page.get_by_role("status")).to_contain_text("Approved: Ada First may use CPMS")
    watch.look(desk.page)
    desk.link("Next request: Ada Second").click()
    desk.page.locator("#reason").fill("Not our field.")
    desk.button("Reject").click()
    expect(desk.page.get_by_role("status")).to_contain_text("Rejected: Ada Second was told why")
    desk.link("Next request: Ada Third").click()
    desk.page.locator("#reason").fill("Which ward?")
    desk.button("Ask for information").click()
    expect(desk.page.get_by_role("status")).to_contain_text("Asked: Ada Third has your question")
    expect(desk.page.get_by_role("link", name="Next request")).to_have_count(0)
    told = {asked.state: asked.history[-1].reason for asked in world.access_requests.list()}
    assert told == {"approved": "", "rejected": "Not our field.", "info_requested": "Which ward?"}


def test_a_question_is_answered_and_the_helpdesk_reads_it(
    world: World, cpms: Cpms, at_desk: AtDesk, sign_in: SignIn
) -> None:
    doctor = world.personas.create("access_requested", **DOCTOR.fields)
    desk = at_desk()
    desk.decide(doctor.last_name, "Ask for information", "Which ward?")
    sign_in(cpms, doctor)
    cpms.is_at("access-status")
    cpms.page.locator("#reply").fill("Ward 7.")
    cpms.button("Reply").click()
    expect(cpms.request("PaedCAN")).to_contain_text("Submitted")
    desk.page.reload()
    desk.page.get_by_role("link", name=doctor.last_name).click()
    facts = desk.request("PaedCAN")
    expect(facts).to_contain_text("Which ward?")
    expect(facts).to_contain_text("Ward 7.")
    expect(facts).to_contain_text("Decision by")


def test_a_guest_is_let_in_until_the_last_day_is_over(world: World, at_desk: AtDesk) -> None:
    doctor = world.personas.create("access_requested", **DOCTOR.fields)
    desk = at_desk()
    desk.page.get_by_role("link", name=doctor.last_name).click()
    expect(desk.page.get_by_text("Usual for guests: until Thursday 25 February 2027.")).to_be_visible()
    last_day = desk.field("Last day of a guest's access")
    last_day.fill("2026-11-26")
    desk.button("Approve").click()
    expect(desk.page.locator("#guestUntil-error")).to_contain_text("Please choose a later day")
    expect(last_day).to_have_value("2026-11-26")
    last_day.fill("2026-11-29")
    desk.button("Approve").click()
    desk.is_at("helpdesk")
    (asked,) = world.access_requests.list()
    assert asked.guest_until == datetime.fromisoformat("2026-11-30T00:00:00+01:00")


def test_two_colleagues_open_the_same_request_and_the_second_is_told(
    world: World, watch: Watch, at_desk: AtDesk
) -> None:
    ask(world, "Berg")
    first, second = at_desk(), at_desk(colleague(world, "PaedCAN"))
    for desk in (first, second):
        desk.page.get_by_role("link", name="Berg").click()
    first.page.locator("#reason").fill("Which ward?")
    first.button("Ask for information").click()
    second.page.locator("#reason").fill("Not our field.")
    second.button("Reject").click()
    second.is_at("helpdesk-request", "changed")
    watch.look(second.page)
    expect(second.page.get_by_role("region", name="Meanwhile")).to_contain_text(HELPDESK.email)
    expect(second.page.locator("#reason")).to_have_value("Not our field.")
    first.page.get_by_role("link", name="Berg").click()
    first.button("Approve").click()
    second.button("Reject").click()
    second.is_at("helpdesk-request", "changed")
    expect(second.page.get_by_role("region", name="Meanwhile")).to_contain_text("Approved")
    expect(second.page.get_by_role("region", name="What you had written")).to_contain_text("Not our field.")
    assert [asked.state for asked in world.access_requests.list()] == ["approved"]


def test_nobody_decides_their_own_request(world: World, watch: Watch, at_desk: AtDesk) -> None:
    own = [{"network": "PaedCAN", "state": "submitted"}]
    desk = at_desk(world.personas.create("access_requested", helpdesk_for=["PaedCAN"], requests=own))
    expect(desk.page.locator("tbody tr")).to_contain_text("Your own")
    desk.page.locator("tbody").get_by_role("link").click()
    desk.is_at("helpdesk-request", "own")
    watch.look(desk.page)
    expect(desk.button("Approve")).to_have_count(0)
    desk.link("Back to all requests").click()
    desk.is_at("helpdesk")


def test_the_helpdesk_of_another_network_neither_reads_nor_decides(world: World, at_desk: AtDesk) -> None:
    ask(world, "Berg")
    ask(world, "Lunge", network="ERN-LUNG")
    of_paedcan, of_lung = at_desk(), at_desk(colleague(world, "ERN-LUNG"))
    expect(of_paedcan.page.locator("tbody tr")).to_contain_text(["Berg"])
    expect(of_lung.page.locator("tbody tr")).to_contain_text(["Lunge"])
    of_paedcan.page.get_by_role("link", name="Berg").click()
    of_paedcan.is_at("helpdesk-request")
    of_lung.page.goto(of_paedcan.page.url)
    of_lung.is_at("error")
    expect(of_lung.page.locator("main")).to_contain_text("Please sign in as somebody of the network's helpdesk")
    expect(of_lung.page.locator("main")).not_to_contain_text("Berg")


def test_who_helps_two_networks_filters_by_one(world: World, at_desk: AtDesk) -> None:
    ask(world, "Berg")
    ask(world, "Lunge", network="ERN-LUNG")
    desk = at_desk(colleague(world, "PaedCAN", "ERN-LUNG"))
    rows = desk.page.locator("tbody tr")
    expect(rows).to_have_count(2)
    desk.field("Network").select_option("ERN-LUNG")
    desk.button("Filter").click()
    expect(rows).to_contain_text(["Lunge"])


@BOTH_WIDTHS
def test_a_helpdesk_works_by_the_keyboard_alone(world: World, at_desk: AtDesk, viewport: dict[str, int]) -> None:
    ask(world, "Berg")
    page = at_desk(viewport=viewport).page
    tab_to(page.get_by_role("link", name="Ada Berg"))
    page.keyboard.press("Enter")
    expect(page.locator('body[data-page="helpdesk-request"]')).to_be_attached()
    page.locator("#reason").focus()
    page.keyboard.type("Not our field.")
    tab_to(page.get_by_role("button", name="Reject"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Rejected: Ada Berg was told why")
