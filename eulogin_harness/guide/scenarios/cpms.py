"""CPMS 2.0 and the ERN search tool."""

from playwright.sync_api import expect

from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.browser.pages import Pages
from eulogin_harness.guide.walkthrough import Walkthrough
from eulogin_harness.guide_text.story import PASSWORD, PIN
from mock_world.i18n import N_

ANSWER = N_("Yes, on 20 November.")
QUESTION = N_("Has the representative of your hospital agreed?")


def recognition(walk: Walkthrough) -> None:
    """CPMS does not know an account yet that is newer than five minutes (guide, G09)."""
    walk.world.settings.change({"recognition.delay": "PT5M"})
    walk.person("enrolled")
    walk.world.clock.advance("PT1M")
    _open_cpms(walk)
    walk.pages.cpms.is_at("not-recognised")
    walk.step("recognition.wait", on=walk.pages.cpms)


def sign_in(walk: Walkthrough) -> None:
    """Into CPMS with the app (guide, G20 to G23)."""
    eu_login, cpms, doctor = walk.pages.eu_login, walk.pages.cpms, walk.person("enrolled")
    handset = walk.phone(doctor.phone_id)
    cpms.open()
    cpms.is_at("home")
    title, needs = cpms.page.get_by_role("heading", level=1), cpms.page.locator(".hero__needs")
    walk.step("sign-in.home", show=cpms.button("Sign in with EU Login"), crop=(title, needs))
    cpms.start_sign_in()
    eu_login.is_at("whoami")
    eu_login.field("Enter your e-mail address or unique identifier").fill(doctor.email)
    walk.step("sign-in.email", show=eu_login.button("Next"))
    eu_login.button("Next").click()
    eu_login.is_at("password")
    eu_login.field("Password").fill(PASSWORD)
    walk.step("sign-in.password", show=eu_login.field("Password"))
    walk.step("sign-in.method", show=eu_login.method)
    eu_login.choose_method(APP_METHOD)
    walk.step("sign-in.submit", show=eu_login.button("Sign in"))
    eu_login.button("Sign in").click()
    eu_login.is_at("waiting", "pending")
    handset.open()
    handset.is_at("phone-request")
    walk.step("sign-in.waiting", show=handset.go_on, beside=eu_login)
    handset.go_on.click()
    handset.is_at("phone-request", "pin")
    handset.pin.fill(PIN)
    walk.step("sign-in.pin", show=handset.button("Authenticate"))
    handset.authenticate(PIN)
    handset.is_at("phone-home", "approved")
    cpms.is_at("complete-profile")
    walk.step("sign-in.done", on=handset)
    walk.world.phones.get(doctor.phone_id).change(biometrics="fingerprint")
    eu_login.log_out()
    cpms.open()
    cpms.sign_out()
    cpms.start_sign_in()
    eu_login.sign_in(doctor.email, PASSWORD, APP_METHOD)
    eu_login.is_at("waiting", "pending")
    handset.is_at("phone-request")
    walk.step("sign-in.fingerprint", show=handset.button("Use fingerprint"))
    handset.button("Use fingerprint").click()
    handset.is_at("phone-home", "approved")


def access(walk: Walkthrough) -> None:
    """From the first sign-in to a request that waits for the helpdesk (guide, G24, G25 and G27)."""
    cpms, story, doctor = walk.pages.cpms, walk.story, walk.person("enrolled")
    _open_cpms(walk)
    cpms.is_at("complete-profile")
    cpms.field("Country").select_option(story.country)
    cpms.field("Hospital").fill(story.hospital)
    cpms.field("Hospital").blur()
    expect(cpms.about_hospital("found")).to_be_visible()  # and its networks have moved, before a picture is taken
    cpms.fill_profile(country=story.country, hospital=story.hospital, networks=[story.network])
    cpms.field("Specialty").fill(story.specialty)
    fields = cpms.field("First name"), cpms.field("Specialty")
    walk.step("access.profile", show=cpms.field("Hospital"), crop=fields)
    network = cpms.page.get_by_role("listitem").filter(has=cpms.network(story.network))
    walk.step("access.network", show=network, crop=(cpms.page.locator("#proposed-networks"), network))
    terms = cpms.field("I agree to the terms of use of this mock"), cpms.button("Save for later")
    walk.step("access.next", show=cpms.button("Next"), crop=(*terms, cpms.button("Next")))
    cpms.button("Next").click()
    cpms.is_at("access-request")
    walk.step("access.submit", show=cpms.button("Submit Access Request"), crop="page")
    cpms.button("Submit Access Request").click()
    cpms.is_at("access-status")
    expect(cpms.request(story.network)).to_be_visible()
    walk.step("access.status", on=cpms, crop="page")
    walk.mails.open(to=doctor.email, subject=story.network)
    walk.step("access.mail", on=cpms, crop="page")


def question(walk: Walkthrough) -> None:
    """The helpdesk asks, and the person answers (guide, G27)."""
    cpms, doctor = walk.pages.cpms, walk.person("access_requested", **walk.story.workplace)
    _open_helpdesk(walk)
    walk.helpdesk.decide(doctor.last_name, "Ask for information", cpms.text(QUESTION))
    walk.mails.open(to=doctor.email)
    walk.step("question.mail", show=walk.mails.link("Answer the question"), crop="page")
    _open_cpms(walk)
    cpms.is_at("access-status")
    cpms.field("Your answer").fill(cpms.text(ANSWER))
    title, answer = cpms.page.get_by_role("heading", level=1), cpms.button("Reply")
    walk.step("question.answer", show=answer, crop=(title, answer))
    cpms.button("Reply").click()
    expect(cpms.page.get_by_role("status")).to_be_visible()


def decision(walk: Walkthrough) -> None:
    """The helpdesk approves, and CPMS is open (guide, G26 and G27)."""
    helpdesk, cpms, doctor, story = walk.helpdesk, walk.pages.cpms, walk.person("enrolled"), walk.story
    _open_cpms(walk)
    cpms.is_at("complete-profile")
    cpms.fill_profile(country=story.country, hospital=story.hospital, networks=[story.network])
    cpms.field("Specialty").fill(story.specialty)  # the helpdesk reads it
    cpms.button("Next").click()
    cpms.button("Submit Access Request").click()
    cpms.is_at("access-status")
    _open_helpdesk(walk)
    person = helpdesk.page.get_by_role("link", name=doctor.last_name)
    walk.step("decision.list", show=person, crop=(helpdesk.page.locator(".requests"),))
    person.click()
    helpdesk.is_at("helpdesk-request")
    cards = helpdesk.page.locator("section.card").first, helpdesk.page.locator("form.card")
    walk.step("decision.approve", show=helpdesk.button("Approve"), crop=cards)
    helpdesk.button("Approve").click()
    walk.mails.open(to=doctor.email, subject="CPMS 2.0")
    expect(walk.mails.body).to_contain_text(doctor.last_name)
    walk.step("decision.mail", show=walk.mails.link("Open CPMS 2.0"), crop="page")
    _open_cpms(walk)
    cpms.is_at("dashboard")
    expect(cpms.page.get_by_role("heading", level=1)).to_contain_text(doctor.last_name)
    head, networks = cpms.page.locator(".inside__head"), cpms.page.locator('[aria-labelledby="networks"]')
    walk.step("decision.dashboard", on=cpms, crop=(head, networks))


def search(walk: Walkthrough) -> None:
    """Whether a hospital belongs to a network (guide, G28)."""
    cpms, hospital = walk.pages.cpms, walk.story.hospital
    cpms.open("/ernsd/screen/public?npage=ern_portal.html")
    cpms.is_at("search")
    cpms.page.locator("#hospital").fill(hospital)
    walk.step("search.open", show=cpms.button("Search"), crop="page")
    cpms.button("Search").click()
    result = cpms.page.get_by_role("listitem").filter(has_text=hospital).first
    expect(result).to_contain_text(walk.story.network)
    walk.step("search.result", show=result, crop=(cpms.page.locator(".results").get_by_role("heading").first, result))


def _open_cpms(walk: Walkthrough) -> None:
    """Sign the person in without EU Login's pages, which are not the subject."""
    _signed_in(walk.pages.cpms, walk, walk.story.email)
    walk.pages.cpms.open("/screen/signin")


def _open_helpdesk(walk: Walkthrough) -> None:
    """The list of requests, for somebody of the network's helpdesk."""
    member = walk.world.personas.create("enrolled", helpdesk_for=[walk.story.network], language=walk.language)
    _signed_in(walk.helpdesk, walk, member.email)
    walk.helpdesk.open("/screen/signin")
    expect(walk.helpdesk.page.locator('html[data-actor="cpms"]')).to_be_attached()
    walk.helpdesk.open("/screen/helpdesk")
    walk.helpdesk.is_at("helpdesk")


def _signed_in(cpms: Cpms, walk: Walkthrough, email: str) -> None:
    Pages(cpms.page, walk.world).start_session(email)
