"""Chapter "Ask for access to CPMS 2.0" (G01, G24 to G27)."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import DOCTOR, HELPDESK, HOSPITAL, SignIn
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.pages import Pages
from eulogin_harness.client import World
from eulogin_harness.guide.recorder import Guide
from mock_world.i18n import N_

INVENTED = N_("The real form is not public: the fields of this page but the list of networks are invented.")
WEEKENDS = N_("Saturdays and Sundays are not counted: what is asked on Friday at 17:00 is decided by Monday at 17:00.")
LAYOUT = N_("The layout of this page is invented.")


@pytest.mark.chapter(4, N_("Ask for access to CPMS 2.0"))
@pytest.mark.guide("G24", "G25", "G27")
def test_a_doctor_asks_for_access(
    guide: Guide, world: World, cpms: Cpms, eulogin_pages: Pages, sign_in: SignIn, language: str
) -> None:
    doctor = world.personas.create("enrolled", **DOCTOR.fields, language=language)
    sign_in(cpms, doctor)
    with guide.step(N_("The first sign-in leads to your profile. Fill it in."), on=cpms.page, note=INVENTED):
        cpms.is_at("complete-profile")
    expect(cpms.networks).to_have_count(24)
    cpms.field("Hospital").fill(HOSPITAL["hospital"])
    cpms.field("Hospital").blur()
    expect(cpms.about_hospital("found")).to_be_visible()  # and its networks have moved, before anything is scrolled to
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
    opened = eulogin_pages.open_mail(to=doctor.email)
    with guide.step(N_("A message tells you that it arrived, and another one what was decided."), on=opened.page):
        expect(opened.mail_body).to_contain_text("ERN PaedCan")


@pytest.mark.chapter(5, N_("The helpdesk decides"))
@pytest.mark.guide("G01", "G26", "G27")
def test_the_helpdesk_approves_and_the_doctor_gets_in(
    guide: Guide, world: World, cpms: Cpms, other_cpms: Cpms, eulogin_pages: Pages, sign_in: SignIn, language: str
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
    opened = eulogin_pages.mailbox.open_mail(mail.id)
    with guide.step(N_("A message tells you the decision."), on=opened.page):
        expect(opened.mail_body).to_contain_text(doctor.last_name)
    sign_in(cpms, doctor)
    with guide.step(N_("Sign in again: CPMS 2.0 is open for you."), on=cpms.page):
        cpms.is_at("dashboard")
    expect(cpms.page.get_by_role("heading", level=1)).to_contain_text(doctor.last_name)
