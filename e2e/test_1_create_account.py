"""Chapter "Create your EU Login account" (G02 to G09)."""

import re

import pytest
from playwright.sync_api import expect

from e2e.conftest import DOCTOR, PASSWORD, Mails
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.client import World
from eulogin_harness.guide.recorder import Guide
from mock_world.i18n import N_

LATER = N_("After 5 minutes the same link leads to a page where you confirm your user name and get a new message.")
UPPER, LOWER, DIGIT, SPECIAL = r"[A-Z]", r"[a-z]", r"[0-9]", r"[^A-Za-z0-9\s]"


@pytest.mark.chapter(1, N_("Create your EU Login account"))
@pytest.mark.guide("G02", "G03", "G04", "G05", "G07")
def test_a_doctor_creates_an_eu_login_account(guide: Guide, eu_login: EuLogin, mails: Mails) -> None:
    eu_login.open("/eim/external/register.cgi")
    with guide.step(N_("Go to the sign-up page of EU Login."), on=eu_login.page):
        eu_login.is_at("register")
    eu_login.fill_sign_up(**DOCTOR.names)
    with guide.step(N_("Enter your details and create the account."), show=eu_login.button("Create an account")):
        eu_login.button("Create an account").click()
    with guide.step(N_("A confirmation message is on its way to your mailbox."), on=eu_login.page):
        eu_login.is_at("sign-up-sent")
    link = mails.open(to=DOCTOR.email).mail_link("this link")
    with guide.step(
        N_("Click on the link in the message to set your password, within 5 minutes."), show=link, note=LATER
    ):
        link.click()
    eu_login.is_at("new-password")
    expect(eu_login.page.get_by_text(f"({eu_login.text('External')})")).to_be_visible()
    expect(eu_login.samples).to_have_count(3)
    eu_login.fill_new_password(PASSWORD)
    with guide.step(N_("Choose a password that obeys the rules below, enter it twice and submit it."),
                    show=eu_login.button("Submit")):  # fmt: skip
        eu_login.button("Submit").click()
    with guide.step(N_("The account is ready, and you are signed in."), on=eu_login.page):
        eu_login.is_at("password-set")


@pytest.mark.guide("G02")
def test_every_slip_on_the_sign_up_page_is_told_at_its_field(guide: Guide, eu_login: EuLogin) -> None:
    eu_login.open("/eim/external/register.cgi")
    with guide.step("Send the sign-up page with an address that differs.", show=eu_login.button("Create an account")):
        eu_login.fill_sign_up(**DOCTOR.names)
        eu_login.field("Confirm e-mail").fill("other@hospital.example")
        eu_login.button("Create an account").click()
    with guide.step("The field says what to do; what was typed is kept.", show=eu_login.errors):
        expect(eu_login.field("Confirm e-mail")).to_have_accessible_description(re.compile("same e-mail address"))
        expect(eu_login.field("First name")).to_have_value(DOCTOR.first_name)


@pytest.mark.guide("G03", "G04")
def test_the_mail_says_what_the_guide_promises_in_its_order(guide: Guide, world: World, mails: Mails) -> None:
    world.personas.create("invited", **DOCTOR.fields)
    mail = world.mails.wait(to=DOCTOR.email)
    opened = mails.open(to=DOCTOR.email)
    with guide.step("Read the confirmation message.", on=opened.page):
        expect(opened.mail_body).to_contain_text(f"Dear {DOCTOR.first_name}")
    in_order = (
        rf"Dear {DOCTOR.first_name} {DOCTOR.last_name},.*now have an account in EU Login.*{DOCTOR.email}"
        r".*create your password.*5 minutes, counted from the moment this message was sent.*right away"
        r".*the same link still helps: enter your user name there.*copy.*do not reply.*help or contact page of the site"
        r".*up to 5 minutes before it recognises your registration.*Sent to you by EU Login"
    )
    assert re.search(in_order, mail.text, re.DOTALL)
    assert mail.links[0].url in mail.text
    assert "/cas/init/initialisePasswordLogin.cgi?" in mail.links[0].url
    shown = opened.mail_body.inner_text()
    assert re.search(in_order, shown, re.DOTALL)
    assert shown.count(mail.links[0].url) == 1


@pytest.mark.guide("G06")
@pytest.mark.parametrize(
    ("password", "accepted"),
    [("Abcdef1", False), ("abcdefg1", False), ("Abcdefg1", True), ("abc def1!", True), ("Äbcdéfg-1", True)],
)
def test_the_password_rules_of_the_guide_hold(
    guide: Guide, world: World, eu_login: EuLogin, password: str, *, accepted: bool
) -> None:
    world.personas.create("invited", **DOCTOR.fields)
    eu_login.page.goto(world.mails.wait(to=DOCTOR.email).links[0].url)
    for group in ("Upper Case: A to Z", "Lower Case: a to z", "Numeric: 0 to 9"):
        expect(eu_login.page.get_by_text(group)).to_be_visible()
    eu_login.fill_new_password(password)
    with guide.step("Submit a password; one that is too weak is refused.", show=eu_login.button("Submit")):
        eu_login.button("Submit").click()
    eu_login.is_at("password-set" if accepted else "new-password")
    if not accepted:
        expect(eu_login.errors).to_contain_text("at least 8 characters from at least 3 of the four groups")


@pytest.mark.guide("G07")
def test_other_sample_passwords_are_made_and_every_one_obeys_the_rules(
    guide: Guide, world: World, eu_login: EuLogin
) -> None:
    world.personas.create("invited", **DOCTOR.fields)
    eu_login.page.goto(world.mails.wait(to=DOCTOR.email).links[0].url)
    before = eu_login.samples.all_inner_texts()
    other = eu_login.button("Generate other sample passwords")
    with guide.step("Let the page make other sample passwords.", show=other):
        other.click()
        expect(eu_login.samples).not_to_have_text(before)
    samples = before + eu_login.samples.all_inner_texts()
    assert len(set(samples)) == 6
    for sample in samples:
        groups = sum(bool(re.search(group, sample)) for group in (UPPER, LOWER, DIGIT, SPECIAL))
        assert len(sample) >= 8
        assert groups >= 3


@pytest.mark.guide("G08")
def test_after_five_minutes_the_same_link_leads_to_a_new_mail(
    guide: Guide, world: World, eu_login: EuLogin, mails: Mails
) -> None:
    world.clock.freeze()
    world.personas.create("invited", **DOCTOR.fields)
    first = world.mails.wait(to=DOCTOR.email)
    world.clock.advance("PT4M59S")
    eu_login.page.goto(first.links[0].url)
    eu_login.is_at("new-password")
    eu_login.fill_new_password(PASSWORD)
    world.clock.advance("PT1S")
    with guide.step("Submit the password after the 5 minutes are over.", show=eu_login.button("Submit")):
        eu_login.button("Submit").click()
    eu_login.is_at("link-expired")
    expect(eu_login.field("Username or e-mail address")).to_have_value("")
    eu_login.field("Username or e-mail address").fill(DOCTOR.email)
    with guide.step("Enter your user name: a new message is sent to you.", show=eu_login.button("Submit")):
        eu_login.button("Submit").click()
    eu_login.is_at("sign-up-sent")
    second = world.mails.wait(to=DOCTOR.email, after=first.id)
    link = mails.open(to=DOCTOR.email, number=second.id).mail_link("this link")
    with guide.step("Click on the link in the new message.", show=link):
        link.click()
    eu_login.fill_new_password(PASSWORD)
    eu_login.button("Submit").click()
    eu_login.is_at("password-set")


@pytest.mark.guide("G08")
def test_the_password_can_be_created_in_the_last_second(guide: Guide, world: World, eu_login: EuLogin) -> None:
    world.clock.freeze()
    world.personas.create("invited", **DOCTOR.fields)
    eu_login.page.goto(world.mails.wait(to=DOCTOR.email).links[0].url)
    eu_login.fill_new_password(PASSWORD)
    world.clock.advance("PT4M59S")
    with guide.step("Submit the password in the last second.", show=eu_login.button("Submit")):
        eu_login.button("Submit").click()
    eu_login.is_at("password-set")
