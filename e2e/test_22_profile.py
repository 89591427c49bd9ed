"""Complete Profile (G24): what its script does, the draft, a tab left open, the keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import HOSPITAL, Desk, SignIn, tab_to
from e2e.watch import Watch, barriers, fits
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona

OpenPage = Callable[..., Page]
VIENNA = HOSPITAL["hospital"]
LEUVEN = "UZ Leuven"
PAGE = "complete-profile"

pytestmark = pytest.mark.guide("G24")


@pytest.fixture
def at_profile(desk: Desk, doctor: Persona, sign_in: SignIn) -> Desk:
    """The doctor, signed in for the first time."""
    sign_in(desk.cpms, doctor)
    desk.sees(PAGE)
    return desk


def test_what_is_wrong_leads_to_its_field(at_profile: Desk) -> None:
    cpms = at_profile.cpms
    cpms.field("Hospital").fill("A" * 201)
    cpms.button("Next").click()
    cpms.link("Please fill in “Specialty”.").click()
    expect(cpms.field("Specialty")).to_be_focused()
    assert barriers(cpms.page) == []
    cpms.page.set_viewport_size({"width": 320, "height": 700})
    assert fits(cpms.page)


def test_fields_are_equally_high_and_the_full_name_of_a_network_ticks_its_box(at_profile: Desk) -> None:
    fields = at_profile.page.locator("form.profile :is(select, input:not([type=checkbox], [type=hidden]))")
    assert set(fields.evaluate_all("(fields) => fields.map((field) => field.offsetHeight)")) == {48}
    network = at_profile.cpms.network("PaedCAN")
    expect(network).to_have_accessible_description("European Reference Network on paediatric cancer (haemato-oncology)")
    name = at_profile.page.get_by_text("paediatric cancer")
    name.scroll_into_view_if_needed()
    box = name.bounding_box()
    assert box is not None
    at_profile.page.mouse.click(box["x"] + 40, box["y"] + 4)
    expect(network).to_be_checked()


def test_the_country_narrows_the_hospitals_at_once(at_profile: Desk) -> None:
    cpms = at_profile.cpms
    expect(cpms.button("Show hospitals")).to_have_count(0)
    everywhere = cpms.hospitals.count()
    cpms.field("Country").select_option("AT")
    expect(cpms.hospitals).not_to_have_count(everywhere)
    expect(cpms.page.locator(f'#known-hospitals option[value="{LEUVEN}"]')).to_have_count(0)
    cpms.field("Hospital").fill("st anna childrens hospital")
    cpms.field("Hospital").blur()
    expect(cpms.about_hospital("found")).to_be_visible()
    cpms.field("Country").select_option("DE")
    expect(cpms.about_hospital("elsewhere")).to_contain_text("is listed in another country: Austria")
    expect(cpms.field("Hospital")).to_have_value("st anna childrens hospital")


def test_the_networks_of_the_hospital_are_proposed_first(at_profile: Desk) -> None:
    cpms = at_profile.cpms
    cpms.network("BOND").check()
    expect(cpms.proposed_networks).to_have_count(0)
    cpms.fill_profile(country="NL", hospital="Erasmus MC", networks=["RITA"])
    expect(cpms.page.get_by_text("Your hospital was found in these networks")).to_be_visible()
    proposed = [box.get_attribute("value") for box in cpms.proposed_networks.all()]
    assert len(proposed) > 5
    shown = [box.get_attribute("value") for box in cpms.networks.all()]
    assert shown[: len(proposed)] == proposed
    assert len(set(shown)) == 24
    for code in ("BOND", "RITA"):
        expect(cpms.network(code)).to_be_checked()
    cpms.field("Hospital").fill("")
    cpms.field("Hospital").blur()
    expect(cpms.proposed_networks).to_have_count(0)
    for code in ("BOND", "RITA"):
        expect(cpms.network(code)).to_be_checked()


@pytest.mark.slow  # what it promises is shown by shorter scenarios too
def test_what_was_typed_is_there_again_in_another_browser(
    at_profile: Desk, world: World, doctor: Persona, sign_in: SignIn, open_page: OpenPage, watch: Watch
) -> None:
    cpms = at_profile.cpms
    cpms.field("Country").select_option("AT")
    cpms.network("RITA").check()
    cpms.field("Hospital").fill(VIENNA)  # and signs out with the cursor still in the field
    cpms.sign_out()
    cpms.is_at("home")
    elsewhere = Desk(open_page(), watch, world)
    sign_in(elsewhere.cpms, doctor)
    elsewhere.sees(PAGE, "draft")
    other = elsewhere.cpms
    expect(other.page.locator(".draft-note")).to_contain_text("This is your draft of")
    expect(other.field("Hospital")).to_have_value(VIENNA)
    expect(other.network("RITA")).to_be_checked()
    other.button("Discard the draft").click()
    other.is_at(PAGE)
    expect(other.field("Hospital")).to_have_value("")
    expect(other.network("RITA")).not_to_be_checked()


def test_what_was_typed_last_is_kept_when_the_page_is_left(at_profile: Desk, world: World) -> None:
    cpms = at_profile.cpms
    cpms.field("Hospital").fill(VIENNA)
    cpms.field("Hospital").blur()
    expect(cpms.page.get_by_text("What you typed is kept as a draft.")).to_be_visible()
    cpms.field("Specialty").press_sequentially("Neurology")
    cpms.open("/screen/home")
    world.events.wait(type="profile.draft_saved")
    cpms.open("/screen/profile")
    expect(cpms.field("Specialty")).to_have_value("Neurology")


@pytest.mark.slow  # what it promises is shown by shorter scenarios too
def test_a_tab_left_open_keeps_no_draft_and_completes_no_profile_that_is_complete(
    at_profile: Desk, watch: Watch, world: World
) -> None:
    cpms = at_profile.cpms
    old = at_profile.another_tab(watch, world)
    old.cpms.open("/screen/profile")
    cpms.fill_profile(networks=["PaedCAN"], **HOSPITAL)
    cpms.button("Next").click()
    cpms.is_at("access-request")
    old.cpms.fill_profile(networks=["RITA"], **HOSPITAL)
    expect(old.page.get_by_text("What you typed is not kept as a draft: open the profile again.")).to_be_visible()
    old.cpms.button("Next").click()
    old.sees(PAGE, "outdated")
    expect(old.cpms.network("RITA")).to_be_checked()
    old.cpms.link("Open the profile again").click()
    old.sees(PAGE, "editing")
    expect(old.cpms.network("PaedCAN")).to_be_checked()
    expect(old.cpms.network("RITA")).not_to_be_checked()


def test_an_own_form_without_a_country_proposes_networks_too(
    desk: Desk, doctor: Persona, sign_in: SignIn, world: World
) -> None:
    world.settings.change({"cpms.profile": "cpms/profile-two-languages.yaml"})
    sign_in(desk.cpms, doctor)
    expect(desk.page.get_by_label("Country")).to_have_count(0)
    hospital = desk.page.get_by_label("Your hospital", exact=True)
    hospital.fill("Erasmus MC")
    hospital.blur()
    expect(desk.cpms.proposed_networks.first).to_be_visible()


@pytest.mark.slow  # what it promises is shown by shorter scenarios too
def test_the_form_is_filled_in_by_keyboard_alone(at_profile: Desk) -> None:
    page, keys = at_profile.page, at_profile.page.keyboard
    texts = {"country": "Austria", "hospital": VIENNA, "role": "Phys", "specialty": "Paediatrics"}
    for field, text in texts.items():
        tab_to(page.locator(f"#{field}"))
        keys.type(text)
    for box in ("networks-PaedCAN", "terms"):
        tab_to(page.locator(f"#{box}"))
        keys.press("Space")
    expect(at_profile.cpms.network("PaedCAN")).to_be_checked()
    keys.press("Enter")
    at_profile.sees("access-request")
