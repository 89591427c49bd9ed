"""The debugger: a sign-in of its own in a real browser, and every message of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.conftest import BOTH_WIDTHS, DESKTOP, PASSWORD, PHONE_WIDTH, Desk, fits, tab_to
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona

NARROWEST = {"width": 320, "height": 700}
ALL_WIDTHS = pytest.mark.parametrize(
    "viewport", [DESKTOP, PHONE_WIDTH, NARROWEST], ids=["desktop", "phone", "narrowest"]
)
PAGE = "debugger-messages"


def form(desk: Desk, name: str) -> Locator:
    return desk.page.get_by_role("region", name=name)


def opened(desk: Desk, world: World) -> None:
    desk.page.goto(f"{world.addresses.desk}/debugger")
    desk.sees("debugger")
    assert fits(desk.page)


def message(desk: Desk, number: int) -> Locator:
    return desk.page.locator(f"#message-{number}")


@ALL_WIDTHS
def test_a_sign_in_by_cas_is_seen_refused_and_tried_again(desk: Desk, world: World, doctor: Persona) -> None:
    desk.page.goto(world.addresses.desk)
    desk.page.get_by_role("link", name="See a sign-in").click()
    desk.sees("debugger")
    assert fits(desk.page)
    form(desk, "CAS").get_by_label("Address").select_option("serviceValidate")
    button = form(desk, "CAS").get_by_role("button", name="Sign in by CAS")
    tab_to(button)
    button.press("Enter")
    desk.eu_login.sign_in(doctor.email, PASSWORD)
    desk.sees(PAGE, "refused")
    assert fits(desk.page)
    desk.page.get_by_role("link", name="EU Login names nobody for this ticket.").click()
    expect(message(desk, 4)).to_be_in_viewport()
    expect(message(desk, 4)).to_contain_text("call /laxValidate or send assuranceLevel=LOW")
    desk.page.get_by_role("link", name="Try again with other parameters").click()
    expect(form(desk, "CAS").get_by_label("Address")).to_have_value("serviceValidate")
    form(desk, "CAS").get_by_label("assuranceLevel").select_option("LOW")
    form(desk, "CAS").get_by_role("button", name="Sign in by CAS").click()
    desk.sees(PAGE, "signed-in")
    assert fits(desk.page)
    expect(message(desk, 4)).to_contain_text(doctor.uid)
    desk.page.reload()
    desk.sees(PAGE, "signed-in")
    desk.page.get_by_role("link", name="Sign out at EU Login").click()
    desk.sees("logout")


@BOTH_WIDTHS
def test_a_sign_in_by_openid_connect_is_seen(desk: Desk, world: World, doctor: Persona) -> None:
    opened(desk, world)
    form(desk, "OpenID Connect").get_by_role("button", name="Sign in by OpenID Connect").click()
    desk.eu_login.sign_in(doctor.email, PASSWORD)
    desk.sees(PAGE, "signed-in")
    assert fits(desk.page)
    expect(message(desk, 7)).to_contain_text("It is signed by a published key")
    message(desk, 3).get_by_text("The same by curl").click()
    expect(message(desk, 3)).to_contain_text("curl --data-urlencode grant_type=authorization_code")
    desk.page.goto(world.addresses.desk)
    expect(desk.page.get_by_role("region", name="Applications")).to_contain_text("Debugger")
    desk.sees("control-room")


@BOTH_WIDTHS
def test_who_has_not_come_back_and_who_is_nobody(desk: Desk, world: World, doctor: Persona) -> None:
    opened(desk, world)
    form(desk, "CAS").get_by_role("button", name="Sign in by CAS").click()
    desk.sees("whoami")
    trial = world.state()["tables"]["desk_trial"][-1]["id"]
    desk.page.goto(f"{world.addresses.desk}/debugger/{trial}")
    desk.sees(PAGE, "begun")
    assert fits(desk.page)
    desk.page.get_by_role("link", name="Go on at EU Login").click()
    desk.sees("whoami")
    opened(desk, world)
    form(desk, "CAS").get_by_label("gateway").select_option("true")
    form(desk, "CAS").get_by_role("button", name="Sign in by CAS").click()
    desk.sees(PAGE, "nobody")
    assert fits(desk.page)


def test_it_works_without_script_and_by_a_login_transaction(
    open_page: Callable[..., Page], desk: Desk, world: World
) -> None:
    doctor = world.personas.create("registered", password=PASSWORD)
    desk.page = open_page(java_script_enabled=False)
    desk.page.goto(f"{world.addresses.desk}/debugger")
    form(desk, "CAS").get_by_label("Begin by a login transaction").check()
    form(desk, "CAS").get_by_role("button", name="Sign in by CAS").click()
    desk.page.get_by_label("Enter your e-mail address").fill(doctor.email)
    desk.page.get_by_role("button", name="Next").click()
    desk.page.locator("#password").fill(PASSWORD)
    desk.page.get_by_role("button", name="Sign in", exact=True).click()
    expect(desk.page.get_by_text("Signed in: a client would be content.")).to_be_visible()
    expect(message(desk, 2)).to_contain_text("loginRequestSuccess / loginRequestId")
