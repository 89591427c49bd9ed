"""The ERN search tool beside the guide's way (G28): its states, pages of a result, forgiven spelling, the keyboard."""

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import BOTH_WIDTHS, Desk, fits
from eulogin_harness.browser.cpms import Cpms

NARROW = {"width": 320, "height": 640}
ADDRESS = "/ernsd/screen/public"

pytestmark = pytest.mark.guide("G28")


def shown(page: Page) -> list[str]:
    """Names of the hospitals on the page."""
    return page.locator(".results li > strong").all_inner_texts()


@BOTH_WIDTHS
def test_a_member_is_found_with_centre_types_and_the_way_to_cpms(desk: Desk) -> None:
    desk.cpms.open(ADDRESS)
    desk.sees("search")
    desk.cpms.search(network="ern vascern", country="Spain", hospital="hebron")
    desk.sees("search", "found")
    types = desk.page.get_by_role("listitem").filter(has_text="Vall d'Hebron")
    expect(types.get_by_role("term")).to_have_text(["Full Member", "Associated National Centre"])
    expect(types.get_by_role("definition")).to_contain_text(["ITHACA", "VASCERN"])
    desk.page.get_by_role("link", name="Go to CPMS 2.0").click()
    desk.sees("home")


@BOTH_WIDTHS
def test_who_mistypes_is_led_to_the_hospital(desk: Desk) -> None:
    desk.cpms.open(ADDRESS)
    desk.cpms.search(network="PaedCAN", hospital="tubbingen")
    desk.sees("search", "nothing-found")
    expect(desk.page.get_by_role("main")).to_contain_text("Not listed here does not mean not a member")
    expect(desk.page.get_by_role("main")).to_contain_text("ERN PaedCan Helpdesk")
    desk.page.get_by_role("link", name="Tübingen, PaedCAN").click()
    desk.sees("search", "found")
    expect(desk.page.locator("#hospital")).to_have_value("Tübingen")
    assert shown(desk.page) == ["University Hospital Tübingen"]


def test_a_long_result_is_paged_through_and_back(desk: Desk) -> None:
    desk.cpms.open(ADDRESS)
    desk.cpms.search(network="cranio")
    desk.sees("search", "found")
    first = shown(desk.page)
    assert len(first) == 25
    desk.page.get_by_role("link", name="Next page").click()
    expect(desk.page.get_by_role("main")).to_contain_text("page 2 of 2")
    expect(desk.page.locator("#network")).to_have_value("cranio")
    assert not {*first} & {*shown(desk.page)}
    desk.page.get_by_role("link", name="Previous page").click()
    expect(desk.page.get_by_role("main")).to_contain_text("page 1 of 2")
    assert shown(desk.page) == first


def test_a_search_stays_in_its_address(desk: Desk, cpms: Cpms) -> None:
    desk.cpms.open(ADDRESS)
    desk.cpms.search(country="Norway", hospital="oslo")
    desk.sees("search", "found")
    cpms.page.goto(desk.page.url)
    expect(cpms.page.locator("#country")).to_have_value("NO")
    assert shown(cpms.page) == shown(desk.page) == ["Oslo University Hospital"]


def test_the_search_works_by_keyboard_alone(desk: Desk) -> None:
    desk.cpms.open(ADDRESS)
    desk.page.locator("#network").focus()
    for keys in ("ern-skin", "Tab", "Tab", "wien", "Enter"):
        desk.page.keyboard.press(keys) if keys in {"Tab", "Enter"} else desk.page.keyboard.type(keys)
    desk.sees("search", "nothing-found")
    link = desk.page.get_by_role("link", name="wien, any network")
    link.focus()
    desk.page.keyboard.press("Enter")
    desk.sees("search", "found")
    assert len(shown(desk.page)) == 2


@pytest.mark.parametrize("viewport", [NARROW], ids=["320"])
@pytest.mark.parametrize(
    ("query", "state"),
    [("?hospital=&page=2", "found"), ("?hospital=" + "q" * 200, "nothing-found"), ("?country=XX", "ready")],
)
def test_it_fits_a_narrow_window(desk: Desk, query: str, state: str) -> None:
    desk.cpms.open(ADDRESS + query)
    desk.sees("search", state)
    assert fits(desk.page)
