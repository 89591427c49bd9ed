"""An account at EU Login and its password."""

from playwright.sync_api import expect

from eulogin_harness.guide.walkthrough import Walkthrough
from eulogin_harness.guide_text.story import PASSWORD


def sign_up(walk: Walkthrough) -> None:
    """From no account to one with a password (guide, G02 to G07)."""
    eu_login, mails = walk.pages.eu_login, walk.mails
    eu_login.open("/eim/external/register.cgi")
    eu_login.is_at("register")
    walk.step("sign-up.open", on=eu_login)
    eu_login.fill_sign_up(**walk.story.names)
    walk.step("sign-up.create", show=eu_login.button("Create an account"))
    eu_login.button("Create an account").click()
    eu_login.is_at("sign-up-sent")
    walk.step("sign-up.sent", on=eu_login)
    mails.open(to=walk.story.email)
    walk.step("sign-up.link", show=mails.link("this link"), crop="page")
    mails.link("this link").click()
    eu_login.is_at("new-password")
    expect(eu_login.page.get_by_text(f"({eu_login.text('External')})")).to_be_visible()
    expect(eu_login.samples).to_have_count(3)
    walk.step("sign-up.rules", show=eu_login.field("New password"))
    eu_login.fill_new_password(PASSWORD)
    walk.step("sign-up.password", show=eu_login.button("Submit"))
    eu_login.button("Submit").click()
    eu_login.is_at("password-set")
    walk.step("sign-up.ready", on=eu_login)


def late_link(walk: Walkthrough) -> None:
    """The link of the mail after its five minutes (guide, G08)."""
    eu_login, mails = walk.pages.eu_login, walk.mails
    walk.person("invited")
    first = mails.open(to=walk.story.email)
    walk.world.clock.advance("PT6M")
    mails.link("this link").click()
    eu_login.is_at("link-expired")
    expect(eu_login.field("Username or e-mail address")).to_be_empty()
    eu_login.field("Username or e-mail address").fill(walk.story.email)
    walk.step("late-link.ask", show=eu_login.button("Submit"))
    eu_login.button("Submit").click()
    eu_login.is_at("sign-up-sent")
    mails.open(to=walk.story.email, after=first.id)
    walk.step("late-link.mail", show=mails.link("this link"), crop="page")
    mails.link("this link").click()
    eu_login.is_at("new-password")
