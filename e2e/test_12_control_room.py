"""The control room in a browser: its lists renew themselves, and nothing moves under a pointer."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.conftest import DOCTOR
from eulogin_harness.browser.checks import Watch
from eulogin_harness.browser.screen import Screen
from eulogin_harness.client import World


def test_the_control_room_decides_requests_and_its_list_renews_itself(
    open_page: Callable[..., Page], watch: Watch, world: World
) -> None:
    room = Screen(open_page(), world.addresses.desk)
    room.open("/")
    section = room.page.get_by_role("region", name="Access requests")
    expect(section).to_contain_text("Nobody asked yet.")
    reason = section.get_by_label("Reason")
    expect(reason).to_be_hidden()
    asked = [{"network": network, "state": "submitted"} for network in ("PaedCAN", "RITA", "BOND")]
    world.personas.create("access_requested", **DOCTOR.fields, requests=asked)
    rows = section.locator("tbody tr")
    expect(rows).to_have_count(3)
    reason.fill("Which ward?")
    late = [{"network": "ERKNet", "state": "submitted"}]
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
    room.open("/")
    people = room.page.get_by_role("region", name="People").locator("tbody tr")
    expect(people).to_have_count(1)  # of the helpdesk
    room.page.get_by_role("button", name="Make a person").hover()
    room.page.mouse.down()
    with room.page.expect_response(world.addresses.desk + "/") as fetched:
        world.personas.create("registered")
    fetched.value.finished()
    room.page.evaluate("path => fetch(path).then(answer => answer.text())", world.addresses.desk + "/api/clock")
    expect(people).to_have_count(1)
    room.page.mouse.up()
    expect(people).to_have_count(3)
