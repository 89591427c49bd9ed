"""The control room in a browser: its lists renew themselves, and nothing moves under a pointer."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import DOCTOR, tab_to
from e2e.watch import Watch, fits
from eulogin_harness.browser.screen import Screen
from eulogin_harness.client import World
from eulogin_harness.client.names import RequestFields


def test_the_control_room_decides_requests_and_its_list_renews_itself(
    open_page: Callable[..., Page], watch: Watch, world: World
) -> None:
    room = Screen(open_page(), world.addresses.desk)
    room.open("/access-requests")
    section = room.page.get_by_role("region", name="Requests")
    expect(section).to_contain_text("Nobody asked yet.")
    reason = section.get_by_label("Reason")
    expect(reason).to_be_hidden()
    asked: list[RequestFields] = [{"network": network, "state": "submitted"} for network in ("PaedCAN", "RITA", "BOND")]
    world.personas.create("access_requested", **DOCTOR.fields, requests=asked)
    rows = section.locator("tbody tr")
    expect(rows).to_have_count(3)
    reason.fill("Which ward?")
    late: list[RequestFields] = [{"network": "ERKNet", "state": "submitted"}]
    world.personas.create("access_requested", last_name="Late", requests=late)
    expect(rows).to_have_count(4)
    expect(reason).to_have_value("Which ward?")
    watch.look(room.page)
    for network, button, state in (
        ("PaedCAN", "Ask", "info_requested"),
        ("RITA", "Reject", "rejected"),
        ("BOND", "Approve", "approved"),
    ):
        row = rows.filter(has_text=network)
        row.get_by_role("button", name=f"{button} Ada Berg").click()
        if button == "Reject":
            expect(section.locator("#reason-error")).to_contain_text("Please write what the person should know")
            reason.fill("Not our field.")
            row.get_by_role("button", name=f"{button} Ada Berg").click()
        expect(room.page.get_by_role("status")).to_contain_text("Decided: Ada Berg was told by e-mail.")
        expect(row).to_have_attribute("data-state", state)
    told = {one.network: one.history[-1].reason for one in world.access_requests.list()}
    assert told == {"PaedCAN": "Which ward?", "RITA": "Not our field.", "BOND": "", "ERKNet": ""}


def test_nothing_moves_under_a_pointer_that_is_pressed(open_page: Callable[..., Page], world: World) -> None:
    room = Screen(open_page(), world.addresses.desk)
    room.open("/people")
    people = room.page.get_by_role("region", name="All people").locator("tbody tr")
    expect(people).to_have_count(1)  # of the helpdesk
    room.page.get_by_role("button", name="Make a person").hover()
    room.page.mouse.down()
    with room.page.expect_response(world.addresses.desk + "/people") as fetched:
        world.personas.create("registered")
    fetched.value.finished()
    room.page.evaluate("path => fetch(path).then(answer => answer.text())", world.addresses.desk + "/api/clock")
    expect(people).to_have_count(1)
    room.page.mouse.up()
    expect(people).to_have_count(3)


def test_people_are_reached_changed_and_left_by_the_keyboard_alone(
    open_page: Callable[..., Page], watch: Watch, world: World
) -> None:
    doctor = world.personas.create("enrolled", **DOCTOR.fields)
    room = Screen(open_page(viewport={"width": 390, "height": 844}), world.addresses.desk)
    room.open("/")
    for label in ("Menu", "People", "Ada Berg"):
        wanted = room.page.locator("summary, a").filter(has_text=label).filter(visible=True).first
        tab_to(wanted)
        wanted.press("Enter")
    room.is_at("person")
    watch.look(room.page)
    button = room.page.get_by_role("button", name="Disable the account")
    tab_to(button)
    button.press("Enter")
    expect(room.page.get_by_role("status")).to_contain_text("Ada Berg was changed.")
    expect(room.page.locator("#live-tags")).to_contain_text("disabled")
    world.personas.change(doctor.id, disabled=False)
    expect(room.page.locator("#live-tags")).not_to_contain_text("disabled")  # by itself
    button = room.page.get_by_role("button", name="+1 hour")
    tab_to(button)
    button.press("Enter")
    expect(room.page.get_by_role("status")).to_contain_text("World time was changed.")
    room.is_at("person")


@pytest.mark.parametrize("spoken", ["fr", "de"])
def test_pages_of_the_desk_fit_in_every_language(open_page: Callable[..., Page], world: World, spoken: str) -> None:
    """The longest words, at the width of a phone and at 400 %."""
    world.personas.create("access_requested", **DOCTOR.fields)
    world.faults.arm("mail.lost", person=DOCTOR.email)
    world.clients.create(redirect_uris=["http://localhost:8080/callback"])
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(world.addresses.desk)
    page.get_by_label("Language of this page").select_option(spoken)
    expect(page.locator("html")).to_have_attribute("lang", spoken)
    paths = ["", *("people", "people/2", "mailbox", "applications", "access-requests", "faults", "world", "settings")]
    for path in [*paths, "journey", "settings?q=password"]:
        page.goto(f"{world.addresses.desk}/{path}")
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            assert fits(page), f"{path} at {width}"


def test_the_desk_works_without_script(open_page: Callable[..., Page], world: World) -> None:
    room = Screen(open_page(java_script_enabled=False), world.addresses.desk)
    room.open("/people")
    room.page.get_by_role("button", name="Make a person").click()
    expect(room.page.get_by_role("status")).to_contain_text("A person was made")
    room.open("/settings?q=min_length")
    room.page.get_by_label("password.min_length").fill("12")
    room.page.get_by_role("button", name="Change settings").click()
    expect(room.page.get_by_role("status")).to_contain_text('"password.min_length": 12')
