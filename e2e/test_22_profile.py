"""Complete Profile (G24): messages, hospitals by country, proposed networks, the draft, editing, an own form."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import BOTH_WIDTHS, DESKTOP, DOCTOR, HOSPITAL, Desk, SignIn, fits, tab_to
from eulogin_harness.browser.checks import Watch
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona

OpenPage = Callable[..., Page]
VIENNA = HOSPITAL["hospital"]
LEUVEN = "UZ Leuven"
NARROW = {"width": 320, "height": 700}
PAGE = "complete-profile"

pytestmark = pytest.mark.guide("G24")


@pytest.fixture
def at_profile(desk: Desk, doctor: Persona, sign_in: SignIn) -> Desk:
    """The doctor, signed in for the first time."""
    sign_in(desk.cpms, doctor)
    desk.sees(PAGE)
    return desk


@pytest.fixture
def without_script(at_profile: Desk, open_page: OpenPage, watch: Watch, world: World) -> Desk:
    """The same in a browser that runs no script; the check for barriers is one, so it looks at `at_profile` alone."""
    state = at_profile.page.context.storage_state()
    desk = Desk(open_page(viewport=DESKTOP, java_script_enabled=False, storage_state=state), watch, world)
    desk.cpms.open("/screen/profile")
    return desk


@BOTH_WIDTHS
def test_each_field_says_what_is_wrong_with_it(at_profile: Desk) -> None:
    cpms = at_profile.cpms
    cpms.field("Phone").fill("call me")
    cpms.button("Next").click()
    messages = {
        "phone": "Please enter a phone number of digits, such as +44 20 7946 0123.",
        "country": "Please choose from “Country”.",
        "hospital": "Please fill in “Hospital”.",
        "role": "Please choose from “Role”.",
        "specialty": "Please fill in “Specialty”.",
        "networks": "Please choose at least one network.",
        "terms": "Please tick “I agree to the terms of use of this mock” to go on.",
    }
    for field, message in messages.items():
        expect(cpms.page.locator(f"#{field}-error")).to_have_text(message)
    expect(cpms.page.locator(".error-box li")).to_have_text(list(messages.values()))
    at_profile.sees(PAGE)
    expect(cpms.field("Phone")).to_have_value("call me")
    cpms.link(messages["specialty"]).click()
    expect(cpms.field("Specialty")).to_be_focused()


@pytest.mark.parametrize(
    ("label", "text", "message"),
    [
        ("Specialty", "x" * 10_000, "Please use at most 200 characters for “Specialty”."),
        ("Specialty", "a\u0007b", "Please type “Specialty” anew: it holds a sign that nobody can see."),
        ("Hospital", "\u200b", "Please fill in “Hospital”."),
    ],
)
def test_a_text_that_is_no_answer_is_refused_at_its_field(
    at_profile: Desk, label: str, text: str, message: str
) -> None:
    cpms = at_profile.cpms
    cpms.fill_profile(networks=["PaedCAN"], **HOSPITAL)
    cpms.field(label).fill(text)
    cpms.button("Next").click()
    expect(cpms.page.locator(".error-box li")).to_have_text([message])
    cpms.fill_profile(networks=[], **HOSPITAL)
    cpms.button("Next").click()
    cpms.is_at("access-request")


@BOTH_WIDTHS
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


def test_without_script_a_button_shows_the_hospitals_and_keeps_what_was_typed(without_script: Desk) -> None:
    cpms = without_script.cpms
    everywhere = cpms.hospitals.count()
    cpms.fill_profile(networks=["RITA"], **HOSPITAL)
    cpms.button("Show hospitals").click()
    expect(cpms.hospitals).not_to_have_count(everywhere)
    cpms.is_at(PAGE)
    expect(cpms.about_hospital("found")).to_be_visible()
    expect(cpms.proposed_networks).to_have_count(1)
    expect(cpms.network("RITA")).to_be_checked()
    expect(cpms.field("Specialty")).not_to_be_empty()
    cpms.field("Specialty").press("Enter")
    cpms.is_at("access-request")


def test_a_hospital_that_is_not_listed_can_be_typed(at_profile: Desk) -> None:
    cpms = at_profile.cpms
    cpms.fill_profile(country="FI", hospital="A small hospital", networks=["BOND"])
    expect(cpms.about_hospital("unlisted")).to_contain_text("does not mean that it is in no network")
    with cpms.page.expect_popup() as opened:
        cpms.about_hospital("unlisted").get_by_role("link").click()
    expect(opened.value.locator('body[data-page="search"]')).to_be_attached()
    cpms.button("Next").click()
    cpms.is_at("access-request")
    expect(cpms.page.get_by_text("A small hospital")).to_be_visible()


@BOTH_WIDTHS
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


@BOTH_WIDTHS
def test_what_was_typed_is_there_again_in_another_browser(
    at_profile: Desk, world: World, doctor: Persona, sign_in: SignIn, open_page: OpenPage, watch: Watch
) -> None:
    cpms = at_profile.cpms
    cpms.field("Country").select_option("AT")
    cpms.network("RITA").check()
    cpms.field("Hospital").fill(VIENNA)  # and signs out with the cursor still in the field
    cpms.sign_out()
    cpms.is_at("home")
    elsewhere = Desk(open_page(viewport=at_profile.page.viewport_size), watch, world)
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


def test_the_page_says_that_the_draft_is_kept(at_profile: Desk) -> None:
    cpms = at_profile.cpms
    cpms.field("Specialty").fill("Neurology")
    cpms.field("Specialty").blur()
    expect(cpms.page.get_by_text("What you typed is kept as a draft.")).to_be_visible()
    cpms.open("/screen/home")
    cpms.open("/screen/profile")
    cpms.is_at(PAGE, "draft")


def test_what_was_typed_last_is_kept_when_the_page_is_left(at_profile: Desk, world: World) -> None:
    cpms = at_profile.cpms
    cpms.field("Specialty").press_sequentially("Neurology")
    cpms.open("/screen/home")
    world.events.wait(type="profile.draft_saved")
    cpms.open("/screen/profile")
    expect(cpms.field("Specialty")).to_have_value("Neurology")


def test_without_script_a_button_saves_the_draft(without_script: Desk) -> None:
    cpms = without_script.cpms
    cpms.field("Phone").fill("not a number yet")
    cpms.button("Save for later").click()
    cpms.is_at(PAGE, "draft")
    expect(cpms.page.get_by_text("Saved. You can sign out and go on later")).to_be_visible()
    expect(cpms.field("Phone")).to_have_value("not a number yet")


def test_a_tab_left_open_keeps_no_draft_of_a_profile_that_is_complete(
    at_profile: Desk, watch: Watch, world: World
) -> None:
    cpms = at_profile.cpms
    old = at_profile.another_tab(watch, world)
    old.cpms.open("/screen/profile")
    cpms.fill_profile(networks=["PaedCAN"], **HOSPITAL)
    cpms.button("Next").click()
    cpms.is_at("access-request")
    old.cpms.field("Specialty").fill("From the old tab")
    old.cpms.field("Specialty").blur()
    expect(old.page.get_by_text("What you typed is not kept as a draft: open the profile again.")).to_be_visible()
    cpms.open("/screen/profile")
    cpms.is_at(PAGE, "editing")


@BOTH_WIDTHS
def test_a_tab_left_open_does_not_complete_a_profile_that_is_complete(
    at_profile: Desk, watch: Watch, world: World
) -> None:
    cpms = at_profile.cpms
    old = at_profile.another_tab(watch, world)
    old.cpms.open("/screen/profile")
    for tab, network in ((cpms, "PaedCAN"), (old.cpms, "RITA")):
        tab.fill_profile(networks=[network], **HOSPITAL)
        tab.button("Next").click()
    cpms.is_at("access-request")
    old.sees(PAGE, "outdated")
    expect(old.cpms.network("RITA")).to_be_checked()
    old.cpms.link("Open the profile again").click()
    old.sees(PAGE, "editing")
    expect(old.cpms.network("PaedCAN")).to_be_checked()
    expect(old.cpms.network("RITA")).not_to_be_checked()


@BOTH_WIDTHS
def test_a_profile_is_edited_later_and_the_requests_stay(desk: Desk, world: World, sign_in: SignIn) -> None:
    asked = [{"network": "PaedCAN"}, {"network": "RITA"}]
    sign_in(desk.cpms, world.personas.create("access_requested", **DOCTOR.fields, requests=asked))
    cpms = desk.cpms
    cpms.open("/screen/profile")
    desk.sees(PAGE, "editing")
    expect(cpms.page.get_by_text("You asked for access already: PaedCAN, RITA.")).to_be_visible()
    cpms.network("RITA").uncheck()
    cpms.network("BOND").check()
    cpms.field("I agree to the terms of use of this mock").check()
    cpms.button("Next").click()
    cpms.is_at("access-request")
    expect(cpms.page.get_by_role("status")).to_contain_text("Your request stays with RITA")
    states = {request.network: request.state for request in world.access_requests.list()}
    assert states == {"PaedCAN": "submitted", "RITA": "submitted", "BOND": "draft"}


@pytest.mark.browser_context_args(locale="fr")
def test_an_own_file_makes_another_form_in_the_language_of_the_page(
    doctor: Persona, world: World, sign_in: SignIn, open_page: OpenPage, watch: Watch
) -> None:
    world.settings.change({"cpms.profile": "cpms/profile-two-languages.yaml"})
    cpms = Cpms(open_page(), world.addresses.cpms, "fr")
    sign_in(cpms, doctor)
    cpms.is_at(PAGE)
    watch.look(cpms.page)
    expect(cpms.page.get_by_label("Country")).to_have_count(0)
    cpms.page.get_by_label("Votre hôpital", exact=True).fill("Erasmus MC")
    cpms.page.get_by_label("Votre expertise").fill("Pédiatre.\nOncologie.")
    for group in ("Children", "Adults"):
        cpms.page.get_by_role("group", name="Qui vous traitez").get_by_label(group).check()
    expect(cpms.proposed_networks.first).to_be_visible()
    cpms.network("PaedCAN").check()
    cpms.button("Next").click()
    cpms.is_at("access-request")
    cpms.open("/screen/profile")
    expect(cpms.page.get_by_label("Votre expertise")).to_have_value("Pédiatre.\nOncologie.")
    expect(cpms.page.get_by_label("Children")).to_be_checked()


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


def test_it_fits_320_pixels(open_page: OpenPage, watch: Watch, world: World, sign_in: SignIn) -> None:
    desk = Desk(open_page(viewport=NARROW), watch, world)
    sign_in(desk.cpms, world.personas.create("profile_complete", **DOCTOR.fields))
    desk.cpms.open("/screen/profile")
    for errors in (False, True):
        if errors:
            desk.cpms.field("Hospital").fill("A" * 201)
            desk.cpms.button("Next").click()
            expect(desk.page.locator(".error-box")).to_be_visible()
        assert fits(desk.page)
        desk.sees(PAGE, "editing")
