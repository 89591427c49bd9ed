"""Chapter "Is my hospital part of a network?" (G28)."""

import pytest
from playwright.sync_api import expect

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
@pytest.mark.parametrize(
    ("network", "hospital", "found"),
    [
        ("", "charite", "Charité - Universitätsmedizin Berlin"),
        ("ern paedcan", "motol", "Motol University Hospital"),
        ("ERN-SKIN", "TARTU", None),
        ("", "Hospital of Nowhere", None),
    ],
)
def test_the_search_forgives_spelling_and_never_says_not_a_member(
    guide: Guide, cpms: Cpms, network: str, hospital: str, found: str | None
) -> None:
    cpms.open("/ernsd/screen/public")
    with guide.step("Search as people type.", on=cpms.page):
        cpms.search(network=network, hospital=hospital)
    main = cpms.page.get_by_role("main")
    expect(main).to_contain_text("Not listed here does not mean not a member")
    if found:
        expect(main.get_by_role("listitem").filter(has_text=found).first).to_be_visible()
    else:
        expect(main.get_by_role("heading", name="No hospital found")).to_be_visible()
