"""Prepared worlds in the control room: a problem in one click, and the page on which it shows."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from e2e.conftest import Desk
from eulogin_harness.client import World

pytestmark = pytest.mark.slow
_WORLD = re.compile(r"/w/([a-z0-9-]+)/")


@pytest.fixture
def listed(desk: Desk, world: World) -> Iterator[Page]:
    """The list; worlds that its buttons make are gone after the test."""
    desk.page.goto(f"{world.addresses.desk}/worlds")
    desk.sees("prepared-worlds")
    yield desk.page
    if (made := _WORLD.search(desk.page.url)) and made[1] != world.name:
        world.connection.send("DELETE", f"/api/worlds/{made[1]}")


def show(page: Page, title: str) -> None:
    page.get_by_role("button", name=title).click()


def test_a_problem_shows_after_one_click_and_this_world_stays(listed: Page, desk: Desk, world: World) -> None:
    person = world.personas.create()
    show(listed, "Link of the mail has expired")
    desk.sees("link-expired")
    assert re.search(r"/w/link-expired(-\d+)?/", listed.url)
    assert world.personas.list()[-1].email == person.email


def test_a_form_sends_itself_and_works_without_script(desk: Desk, world: World) -> None:
    problem = world.prepared.load("phone-lost").url
    desk.page.goto(problem)
    desk.sees("waiting", "pending")
    desk.page.route("**/form_post.js", _without_script)
    desk.page.goto(problem)
    desk.sees("prepared")
    desk.eu_login.go_on()
    desk.sees("waiting", "pending")


def _without_script(route: Route) -> None:
    route.fulfill(body="", content_type="text/javascript")


def test_a_world_is_replaced_on_the_page_of_its_problem(listed: Page, desk: Desk, world: World) -> None:
    world.personas.create(email="gone@hospital.example")
    listed.get_by_role("link", name="Second account by mistake").click()
    desk.sees("prepared-world")
    expect(listed.get_by_role("main")).to_contain_text("Replacing this world deletes its people, mails and journal.")
    listed.get_by_role("button", name="Replace this world").click()
    desk.sees("complete-profile")
    listed.goto(f"{world.addresses.desk}/worlds/second-account")
    desk.sees("prepared-world", "loaded")
    expect(listed.get_by_role("region", name="Who signs in with what")).to_contain_text("a.berg@home.example")
    assert "gone@hospital.example" not in {one.email for one in world.personas.list()}
    listed.get_by_role("link", name="Open the page where it shows").click()
    desk.sees("complete-profile")
    listed.goto(f"{world.addresses.desk}/worlds")
    desk.sees("prepared-worlds", "loaded")


def test_an_integrators_problem_shows_as_a_journey(listed: Page, desk: Desk) -> None:
    show(listed, "Service differs at the validation")
    desk.sees("journey-sign-in", "refused")
    expect(listed.get_by_role("main")).to_contain_text("a slash at the end at login only")


def test_a_problem_of_tls_has_no_button_where_nothing_speaks_https(listed: Page) -> None:
    line = listed.get_by_role("listitem").filter(has_text="authority-not-trusted")
    expect(line).to_contain_text("only by https")
    expect(line.get_by_role("button")).to_have_count(0)
