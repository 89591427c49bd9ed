"""Access requests of a person: asked again by the keyboard alone, and sent from two windows (G25)."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.conftest import DOCTOR, SignIn, tab_to
from e2e.watch import Watch
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.client import World

NARROW = {"width": 320, "height": 640}


def state(world: World) -> str:
    (asked,) = world.access_requests.list()
    return asked.state


def test_withdrawing_and_asking_again_go_by_keyboard_alone(
    open_page: Callable[..., Page], world: World, sign_in: SignIn
) -> None:
    cpms = Cpms(open_page(viewport=NARROW), world.addresses.cpms)
    sign_in(cpms, world.personas.create("access_requested", **DOCTOR.fields))
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


def test_two_windows_make_one_request_and_lose_no_comment(
    cpms: Cpms, world: World, sign_in: SignIn, watch: Watch
) -> None:
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
