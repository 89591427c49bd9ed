"""Whether a hospital is part of a network (G28)."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import Desk
from eulogin_harness.guide.scenarios.cpms import search
from eulogin_harness.guide.walkthrough import Walkthrough


@pytest.mark.guide("G28")
def test_a_doctor_looks_up_the_hospital(walkthrough: Walkthrough) -> None:
    search(walkthrough)


@pytest.mark.guide("G28")
def test_the_search_works_by_keyboard_alone(desk: Desk) -> None:
    desk.cpms.open("/ernsd/screen/public")
    desk.page.locator("#network").focus()
    for keys in ("ern-skin", "Tab", "Tab", "wien", "Enter"):
        desk.page.keyboard.press(keys) if keys in {"Tab", "Enter"} else desk.page.keyboard.type(keys)
    desk.sees("search", "nothing-found")
    link = desk.page.get_by_role("link", name="wien, any network")
    link.focus()
    desk.page.keyboard.press("Enter")
    desk.sees("search", "found")
    expect(desk.page.locator(".results li > strong")).to_have_count(2)
