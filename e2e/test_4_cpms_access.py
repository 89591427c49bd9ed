"""Chapter "Ask for access to CPMS 2.0" (G01, G09, G23 to G27)."""

import re

import pytest
from playwright.sync_api import expect

from e2e.conftest import DOCTOR, HELPDESK, HOSPITAL, PASSWORD, Mails, SignIn
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.client import World
from eulogin_harness.guide.recorder import Guide
from mock_world.i18n import N_

INVENTED = N_("The real form is not public: the fields of this page but the list of networks are invented.")
WEEKENDS = N_("Saturdays and Sundays are not counted: what is asked on Friday at 17:00 is decided by Monday at 17:00.")
LAYOUT = N_("The layout of this page is invented.")
FRIDAY_17 = "2026-11-27T17:00:00+01:00"
MONDAY_17 = "Monday 30 November 2026, 17:00"


@pytest.mark.chapter(4, N_("Ask for access to CPMS 2.0"))
@pytest.mark.guide("G24", "G25", "G27")
def test_a_doctor_asks_for_access(
    guide: Guide, world: World, cpms: Cpms, mails: Mails, sign_in: SignIn, language: str
) -> None:
    doctor = world.personas.create("enrolled", **DOCTOR.fields, language=language)
    sign_in(cpms, doctor)
    with guide.step(N_("The first sign-in leads to your profile. Fill it in."), on=cpms.page, note=INVENTED):
        cpms.is_at("complete-profile")
    expect(cpms.networks).to_have_count(24)
    cpms.fill_profile(networks=["PaedCAN"], **HOSPITAL)
    with guide.step(N_("Tick the networks that you want to work with."), show=cpms.network("PaedCAN")):
        expect(cpms.network("PaedCAN")).to_be_checked()
    with guide.step(N_("Go on."), show=cpms.button("Next")):
        cpms.button("Next").click()
    with guide.step(N_("Check what you ask for, and submit the access request."),
                    show=cpms.button("Submit Access Request"), note=LAYOUT):  # fmt: skip
        cpms.button("Submit Access Request").click()
    with guide.step(N_("Your request is with the helpdesk of the network, which decides within 24 hours."),
                    on=cpms.page, note=WEEKENDS):  # fmt: skip
        cpms.is_at("access-status")
    expect(cpms.request("PaedCAN")).to_contain_text("ERN PaedCan Helpdesk")
    world.mails.wait(to=doctor.email, subject="ERN PaedCan")
    opened = mails.open(to=doctor.email)
    with guide.step(N_("A message tells you that it arrived, and another one what was decided."), on=opened.page):
        expect(opened.mail_body).to_contain_text("ERN PaedCan")


@pytest.mark.chapter(5, N_("The helpdesk decides"))
@pytest.mark.guide("G01", "G26", "G27")
def test_the_helpdesk_approves_and_the_doctor_gets_in(
    guide: Guide, world: World, cpms: Cpms, other_cpms: Cpms, mails: Mails, sign_in: SignIn, language: str
) -> None:
    doctor = world.personas.create("access_requested", **DOCTOR.fields, language=language)
    sign_in(other_cpms, HELPDESK)
    other_cpms.open("/screen/helpdesk")
    person = other_cpms.page.get_by_role("link", name=doctor.last_name)
    with guide.step(
        N_("The helpdesk of the network sees your request, with the time by which it decides."), show=person
    ):
        person.click()
    with guide.step(N_("It approves, rejects, or asks you for information."), show=other_cpms.button("Approve")):
        other_cpms.button("Approve").click()
    mail = world.mails.wait(to=doctor.email, subject="CPMS 2.0")
    opened = mails.open(to=doctor.email, number=mail.id)
    with guide.step(N_("A message tells you the decision."), on=opened.page):
        expect(opened.mail_body).to_contain_text(doctor.last_name)
    sign_in(cpms, doctor)
    with guide.step(N_("Sign in again: CPMS 2.0 is open for you."), on=cpms.page):
        cpms.is_at("dashboard")
    expect(cpms.page.get_by_role("heading", level=1)).to_contain_text(doctor.last_name)


@pytest.mark.guide("G01")
def test_without_an_approved_request_nobody_gets_past_profile_request_and_status(
    guide: Guide, world: World, cpms: Cpms, sign_in: SignIn
) -> None:
    cpms.open("/screen/dashboard")
    cpms.is_at("home")
    doctor = world.personas.create("access_requested", **DOCTOR.fields)
    sign_in(cpms, doctor)
    with guide.step("While the request is open, every way leads to its status.", on=cpms.page):
        cpms.is_at("access-status")
    cpms.open("/screen/dashboard")
    cpms.is_at("access-status")
    cpms.open("/screen/helpdesk")
    with guide.step("The helpdesk's pages are closed.", on=cpms.page):
        cpms.is_at("error")
    (request,) = world.access_requests.list(network="PaedCAN", state="submitted")
    world.access_requests.decide(request.id, "approve")
    cpms.open("/screen/dashboard")
    cpms.is_at("dashboard")


@pytest.mark.guide("G01")
def test_without_a_second_factor_cpms_lets_nobody_in(guide: Guide, world: World, eu_login: EuLogin, cpms: Cpms) -> None:
    doctor = world.personas.create("registered", **DOCTOR.fields)
    cpms.open()
    cpms.start_sign_in()
    eu_login.enter_username(doctor.email)
    with guide.step("Sign in with the password alone.", show=eu_login.button("Sign in")):
        eu_login.enter_password(PASSWORD)
    eu_login.is_at("second-factor-needed")
    cpms.open("/screen/profile")
    cpms.is_at("home")


@pytest.mark.guide("G09")
def test_a_new_account_is_recognised_after_five_minutes(
    guide: Guide, world: World, cpms: Cpms, sign_in: SignIn
) -> None:
    world.settings.change({"recognition.delay": "PT5M"})
    world.clock.freeze()
    doctor = world.personas.create("enrolled", **DOCTOR.fields)
    world.clock.advance("PT4M59S")
    sign_in(cpms, doctor)
    with guide.step("Sign in at once: the site does not know the account yet.", show=cpms.button("Try again")):
        cpms.is_at("not-recognised")
    world.clock.advance("PT1S")
    cpms.button("Try again").click()
    with guide.step("After five minutes it does.", on=cpms.page):
        cpms.is_at("complete-profile")


@pytest.mark.guide("G23")
def test_cpms_opens_at_its_address_and_offers_eu_login(guide: Guide, eu_login: EuLogin, cpms: Cpms) -> None:
    cpms.open("/screen/home")
    with guide.step("Open CPMS.", show=cpms.button("Sign in with EU Login")):
        cpms.start_sign_in()
    eu_login.is_at("whoami")
    assert "authenticationLevel=MEDIUM" in eu_login.page.url


@pytest.mark.guide("G24")
def test_the_profile_says_at_each_field_what_is_missing_and_keeps_the_rest(
    guide: Guide, world: World, cpms: Cpms, sign_in: SignIn
) -> None:
    sign_in(cpms, world.personas.create("enrolled", **DOCTOR.fields))
    cpms.field("Specialty").fill("Paediatric oncology")
    with guide.step("Go on without ticking a network.", show=cpms.button("Next")):
        cpms.button("Next").click()
    cpms.is_at("complete-profile")
    expect(cpms.page.locator("#networks-error")).to_be_visible()
    expect(cpms.field("Specialty")).to_have_value("Paediatric oncology")


@pytest.mark.guide("G25")
def test_one_request_goes_to_each_chosen_network(guide: Guide, world: World, cpms: Cpms, sign_in: SignIn) -> None:
    sign_in(cpms, world.personas.create("enrolled", **DOCTOR.fields))
    cpms.fill_profile(networks=["PaedCAN", "GENTURIS"], **HOSPITAL)
    cpms.button("Next").click()
    with guide.step("Submit the access request for two networks.", show=cpms.button("Submit Access Request")):
        cpms.button("Submit Access Request").click()
    cpms.is_at("access-status")
    expect(cpms.request("PaedCAN")).to_contain_text("Submitted")
    expect(cpms.request("GENTURIS")).to_contain_text("Submitted")
    states = {request.network: request.state for request in world.access_requests.list()}
    assert states == {"PaedCAN": "submitted", "GENTURIS": "submitted"}


@pytest.mark.guide("G26")
@pytest.mark.eulogin_world(now=FRIDAY_17, frozen=True)
def test_a_request_of_friday_afternoon_is_due_on_monday(
    guide: Guide, world: World, cpms: Cpms, other_cpms: Cpms, sign_in: SignIn
) -> None:
    doctor = world.personas.create("access_requested", **DOCTOR.fields)
    sign_in(cpms, doctor)
    with guide.step("Ask on Friday at 17:00: the decision is due on Monday at 17:00.", on=cpms.page):
        expect(cpms.request("PaedCAN")).to_contain_text(MONDAY_17)
    world.clock.set("2026-11-30T17:00:01+01:00")
    for name, since in (("In time", "PT1S"), ("Very late", "P4D")):  # not in the order in which they are to stand
        asked = {"network": "PaedCAN", "since": since}
        world.personas.create("access_requested", last_name=name, requests=[asked])
    sign_in(other_cpms, HELPDESK)
    other_cpms.open("/screen/helpdesk")
    rows = other_cpms.page.locator("tbody").get_by_role("row")
    with guide.step("What is late stands first, and says so.", on=other_cpms.page):
        expect(rows).to_contain_text(["Very late", "Berg", "In time"])
        expect(rows.nth(1)).to_contain_text("Overdue")
        expect(rows.nth(2)).not_to_contain_text("Overdue")


@pytest.mark.guide("G27")
@pytest.mark.parametrize(
    ("button", "state", "subject"),
    [("Reject", "Rejected", "not"), ("Ask for information", "Information requested", "")],
)
def test_problems_and_questions_reach_the_doctor_by_mail(
    guide: Guide, world: World, cpms: Cpms, other_cpms: Cpms, mails: Mails, sign_in: SignIn, button: str, state: str,
    subject: str,
) -> None:  # fmt: skip
    reason = "Which department of your hospital do you work in?"
    doctor = world.personas.create("access_requested", **DOCTOR.fields)
    before = max((mail.id for mail in world.mails.list(to=doctor.email)), default=0)
    sign_in(other_cpms, HELPDESK)
    other_cpms.open("/screen/helpdesk")
    with guide.step("The helpdesk has a question or a reason to say no.", on=other_cpms.page):
        other_cpms.decide(doctor.last_name, button, reason)
    mail = world.mails.wait(to=doctor.email, subject=subject, after=before)
    opened = mails.open(to=doctor.email, number=mail.id)
    with guide.step("It reaches you by mail.", on=opened.page):
        expect(opened.mail_body).to_contain_text(reason)
    sign_in(cpms, doctor)
    expect(cpms.request("PaedCAN")).to_contain_text(state)
    expect(cpms.request("PaedCAN")).to_contain_text(reason)


@pytest.mark.guide("G26")
def test_the_helpdesk_must_give_a_reason_for_a_no(
    guide: Guide, world: World, other_cpms: Cpms, sign_in: SignIn
) -> None:
    doctor = world.personas.create("access_requested", **DOCTOR.fields)
    sign_in(other_cpms, HELPDESK)
    other_cpms.open("/screen/helpdesk")
    with guide.step("Reject without a reason.", on=other_cpms.page):
        other_cpms.decide(doctor.last_name, "Reject")
    expect(other_cpms.page.locator(".error-box")).to_be_visible()
    assert [request.state for request in world.access_requests.list()] == ["submitted"]
    assert re.search(r"/screen/helpdesk/\S+$", other_cpms.page.url)
