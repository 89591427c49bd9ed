"""The helpdesk (G26): two colleagues at one request, and its pages by the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import DOCTOR, HELPDESK, Account, SignIn, tab_to
from e2e.watch import Watch
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.client import World

FRIDAY_17 = "2026-11-27T17:00:00+01:00"
AtDesk = Callable[..., Cpms]

pytestmark = [pytest.mark.guide("G26"), pytest.mark.eulogin_world(now=FRIDAY_17, frozen=True)]


@pytest.fixture
def at_desk(open_page: Callable[..., Page], world: World, sign_in: SignIn) -> AtDesk:
    """Signs a person of a helpdesk in, in a browser of their own, and opens their list."""

    def at_desk(member: Account = HELPDESK) -> Cpms:
        cpms = Cpms(open_page(), world.addresses.cpms)
        sign_in(cpms, member)
        cpms.open("/screen/helpdesk")
        return cpms

    return at_desk


@pytest.fixture(autouse=True)
def _account_of(world: World) -> None:
    """Ada Berg has asked."""
    world.personas.create("access_requested", **DOCTOR.fields)


@pytest.mark.slow  # what it promises is shown by shorter scenarios too
def test_two_colleagues_open_the_same_request_and_the_second_is_told(
    world: World, watch: Watch, at_desk: AtDesk
) -> None:
    first, second = at_desk(), at_desk(world.personas.create("enrolled", helpdesk_for=["PaedCAN"]))
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


def test_a_helpdesk_works_by_the_keyboard_alone(world: World, at_desk: AtDesk) -> None:
    page = at_desk().page
    tab_to(page.get_by_role("link", name="Ada Berg"))
    page.keyboard.press("Enter")
    expect(page.locator('body[data-page="helpdesk-request"]')).to_be_attached()
    page.locator("#reason").focus()
    page.keyboard.type("Not our field.")
    tab_to(page.get_by_role("button", name="Reject"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Rejected: Ada Berg was told why")
