"""Chapter "Is my hospital part of a network?" (G28)."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import Desk
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.guide.recorder import Guide
from mock_world.i18n import N_


@pytest.mark.chapter(6, N_("Find out whether your hospital belongs to a network"))
@pytest.mark.guide("G28")
def test_a_doctor_looks_up_the_hospital(guide: Guide, cpms: Cpms) -> None:
    cpms.open("/ernsd/screen/public?npage=ern_portal.html")
    cpms.is_at("search")
    cpms.page.locator("#hospital").fill("st anna")
    with guide.step(N_("Not sure whether your hospital is a member? Open the ERN search tool and enter its name."),
                    show=cpms.button("Search")):  # fmt: skip
        cpms.button("Search").click()
    result = cpms.page.get_by_role("listitem").filter(has_text="St. Anna Children's Hospital")
    with guide.step(N_("The networks of the hospital are shown."), show=result.first):
        expect(result.first).to_contain_text("PaedCAN")


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
