"""The debugger: a sign-in of its own in a real browser, and every message of it."""

from playwright.sync_api import Locator, expect

from e2e.conftest import PASSWORD, Desk, tab_to
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona

PAGE = "debugger-messages"


def form(desk: Desk, name: str) -> Locator:
    return desk.page.get_by_role("region", name=name)


def opened(desk: Desk, world: World) -> None:
    desk.page.goto(f"{world.addresses.desk}/debugger")
    desk.sees("debugger")


def message(desk: Desk, number: int) -> Locator:
    return desk.page.locator(f"#message-{number}")


def test_a_sign_in_by_cas_is_seen_refused_and_tried_again(desk: Desk, world: World, doctor: Persona) -> None:
    desk.page.goto(world.addresses.desk)
    desk.page.get_by_role("link", name="See a sign-in").click()
    desk.sees("debugger")
    form(desk, "CAS").get_by_label("Address").select_option("serviceValidate")
    button = form(desk, "CAS").get_by_role("button", name="Sign in by CAS")
    tab_to(button)
    button.press("Enter")
    desk.eu_login.sign_in(doctor.email, PASSWORD)
    desk.sees(PAGE, "refused")
    desk.page.get_by_role("link", name="EU Login names nobody for this ticket.").click()
    expect(message(desk, 4)).to_be_in_viewport()
    expect(message(desk, 4)).to_contain_text("call /laxValidate or send assuranceLevel=LOW")
    desk.page.get_by_role("link", name="Try again with other parameters").click()
    expect(form(desk, "CAS").get_by_label("Address")).to_have_value("serviceValidate")
    form(desk, "CAS").get_by_label("assuranceLevel").select_option("LOW")
    form(desk, "CAS").get_by_role("button", name="Sign in by CAS").click()
    desk.sees(PAGE, "signed-in")
    expect(message(desk, 4)).to_contain_text(doctor.uid)
    desk.page.reload()
    desk.sees(PAGE, "signed-in")
    desk.page.get_by_role("link", name="Sign out at EU Login").click()
    desk.sees("logout")


def test_who_has_not_come_back_and_who_is_nobody(desk: Desk, world: World, doctor: Persona) -> None:
    opened(desk, world)
    form(desk, "CAS").get_by_role("button", name="Sign in by CAS").click()
    desk.sees("whoami")
    trial = world.state()["tables"]["desk_trial"][-1]["id"]
    desk.page.goto(f"{world.addresses.desk}/debugger/{trial}")
    desk.sees(PAGE, "begun")
    desk.page.get_by_role("link", name="Go on at EU Login").click()
    desk.sees("whoami")
    opened(desk, world)
    form(desk, "CAS").get_by_label("gateway").select_option("true")
    form(desk, "CAS").get_by_role("button", name="Sign in by CAS").click()
    desk.sees(PAGE, "nobody")
