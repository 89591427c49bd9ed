"""A guide that is played: its steps beside a computer and a phone in frames, ticked off as they are really done."""

import re
from collections.abc import Callable, Iterator
from typing import cast

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from e2e.conftest import DOCTOR, HOSPITAL, PASSWORD, PIN
from e2e.watch import Watch
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.handset import Handset
from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.browser.screen import Screen
from eulogin_harness.client import Harness, World
from eulogin_harness.play.progress import DETOURS
from mock_idp.accounts.passwords import TOO_WEAK
from mock_phone.refusals import PIN_WRONG

Start = Callable[..., "Played"]


class Played(Screen):
    """The page of a visitor: a guide's steps, and the frames of computer and phone."""

    def __init__(self, page: Page, world: World, language: str = "en") -> None:
        super().__init__(page, world.addresses.desk, language)
        self.world = world
        computer, phone = (self._frame(name) for name in ("computer", "phone"))
        self.eu_login = EuLogin(computer, f"{world.addresses.idp}/cas", language)
        self.cpms = Cpms(computer, world.addresses.cpms, language)
        self.handset = Handset(phone, world.addresses.phone, language)

    def _frame(self, name: str) -> Page:
        """A frame, which has of a page what page objects use."""
        return cast("Page", self.page.locator(f'iframe[name="{name}"]').element_handle().content_frame())

    def step(self, name: str) -> Locator:
        return self.page.locator(f'[data-step="{name}"]')

    @property
    def mail(self) -> FrameLocator:
        """What the mail says that the computer shows."""
        return self.page.frame_locator('iframe[name="computer"]').frame_locator('iframe[name="mail-html"]')

    @property
    def mailbox(self) -> Locator:
        return self.page.get_by_role("link", name=re.compile("^" + self.text("Mailbox")))

    def is_told(self, name: str) -> None:
        """Wait until this is the step that is to be done, and until a screen reader was told so."""
        expect(self.step(name)).to_have_attribute("aria-current", "step")

    def is_done(self, *names: str, state: str = "done") -> None:
        """Wait until these steps have that state."""
        for name in names:
            expect(self.step(name)).to_have_attribute("data-state", state)

    def follow(self) -> None:
        """Press the link of the step that is to be done."""
        self.page.locator('[aria-current="step"] a[target="computer"]').click()

    def press(self, button: str) -> None:
        """A button of the step that is to be done."""
        self.page.locator('[aria-current="step"]').get_by_role("button", name=self.text(button)).click()

    def tick(self, *names: str, button: str = "I have done this") -> None:
        """Say of these steps, one after the other, that they are done."""
        for name in names:
            self.is_told(name)
            self.press(button)
            self.is_done(name, state="ticked")

    def open_steps(self) -> list[str]:
        """The steps that are still to be done."""
        steps = self.page.locator('[data-step]:is([data-state="current"], [data-state="open"])')
        return steps.evaluate_all("(steps) => steps.map((step) => step.dataset.step)")  # type: ignore[no-any-return]

    def open_mail(self, number: int = 0) -> None:
        """A mail on the computer, by its place in the mailbox: 0 is the newest, -1 the oldest."""
        self.mailbox.click()
        self.eu_login.is_at("play-mailbox")
        self.eu_login.page.get_by_role("listitem").nth(number).get_by_role("link").click()
        self.eu_login.is_at("play-mail")

    def sign_up(self) -> None:
        """The chapter "Create your EU Login account", to the page that asks for a password."""
        self.follow()
        self.eu_login.fill_sign_up(**DOCTOR.names)
        self.is_told("sign-up.create")
        self.eu_login.button("Create an account").click()
        self.is_told("sign-up.sent")
        self.open_mail()
        self.is_told("sign-up.link")
        self.mail.get_by_role("link", name=self.text("this link"), exact=True).click()
        self.eu_login.is_at("new-password")

    def choose_password(self) -> None:
        self.eu_login.fill_new_password(PASSWORD)
        self.eu_login.button("Submit").click()
        self.eu_login.is_at("password-set")

    def add_device(self) -> None:
        """The chapter "Set up your phone as second factor", to the QR code on the computer and the phone's camera."""
        self.handset.install_app()
        self.is_told("phone.sign-in")
        self.follow()
        self.eu_login.is_at("successful-login")
        for label in ("My Account", "Manage my mobile devices", "Add a mobile device"):
            self.eu_login.link(label).last.click()
        self.eu_login.fill_device(name="Mobile", pin=PIN)
        self.is_told("phone.details")
        self.eu_login.button("Submit").click()
        self.eu_login.is_at("device-qr", "waiting")
        self.is_told("phone.initialise")
        self.handset.initialise()
        self.is_told("phone.scan")

    def finish_device(self) -> None:
        self.handset.authenticate(PIN)
        self.handset.is_at("phone-pin", "configured")
        self.handset.link("Continue").click()
        self.is_done("phone.ready")
        self.eu_login.is_at("device-qr", "initialised")

    def begin_sign_in(self) -> None:
        """The chapter "Sign in to CPMS 2.0", to the request that waits on the phone."""
        self.page.get_by_role("link", name="CPMS 2.0", exact=True).click()
        self.cpms.is_at("home")
        self.cpms.start_sign_in()
        self.ask_phone()

    def ask_phone(self) -> None:
        self.eu_login.is_at("password")
        self.eu_login.choose_method(APP_METHOD)
        self.eu_login.enter_password(PASSWORD)
        self.eu_login.is_at("waiting", "pending")
        self.handset.is_at("phone-request")

    def fill_profile(self) -> None:
        """On "Complete Profile"; the hospital's networks move to the head of the list, and are ticked there."""
        self.cpms.field("Country").select_option(HOSPITAL["country"])
        self.cpms.field("Hospital").fill(HOSPITAL["hospital"])
        self.cpms.field("Hospital").blur()
        expect(self.cpms.about_hospital("found")).to_be_visible()
        self.cpms.fill_profile(networks=["PaedCAN"], **HOSPITAL)

    def has_help(self, english: str, **values: int) -> None:
        """Wait until the step that is to be done says this, to a screen reader too."""
        text = self.text(english).format(**values)
        expect(self.page.locator('[aria-current="step"] .play__help').filter(has_text=text)).to_be_visible()
        expect(self.page.locator("#play-said")).to_contain_text(text)

    def has_no_help(self) -> None:
        expect(self.page.locator(".play__help")).to_have_count(0)


@pytest.fixture
def start(open_page: Callable[..., Page], watch: Watch, world: World, eulogin_harness: Harness) -> Iterator[Start]:
    """Begins to play on the page for it, which makes a world for the visitor."""
    begun: list[World] = []

    def start(nickname: str, *, title: str, language: str = "en", **options: object) -> Played:
        desk = Screen(open_page(viewport={"width": 1280, "height": 860}, **options), world.addresses.desk)
        desk.open("/play")
        watch.look(desk.page)
        desk.field("Guide").select_option(label=title)
        desk.field("Language of the guide").select_option(language)
        desk.field("Nickname (optional)").fill(nickname)
        desk.button("Start").click()
        desk.is_at("play")
        name = re.search(r"/w/(play-\w+)/", desk.page.url)
        assert name is not None
        begun.append(eulogin_harness.worlds.get(name[1]))
        return Played(desk.page, begun[-1], language)

    yield start
    for one in begun:
        one.delete()


def test_a_guide_is_played_from_its_first_step_to_its_last(  # noqa: PLR0915 - the steps in their order
    start: Start, watch: Watch
) -> None:
    play = start("Zebra", title="Your access to CPMS 2.0")
    play.eu_login.is_at("play-mailbox", "empty")
    watch.look(play.page)
    play.sign_up()
    play.is_done("sign-up.open", "sign-up.create", "sign-up.sent", "sign-up.link")
    play.tick("sign-up.rules")
    play.choose_password()
    play.is_done("sign-up.password", "sign-up.ready")
    play.add_device()
    play.handset.scan(play.page.screenshot())  # of the whole page, as somebody who holds a phone before it sees it
    play.is_told("phone.pin")
    play.finish_device()
    play.tick("using-the-app.method", "using-the-app.open", "using-the-app.pin")
    play.begin_sign_in()
    play.is_told("sign-in.waiting")
    play.handset.go_on.click()
    play.is_told("sign-in.pin")
    play.handset.authenticate(PIN)
    play.cpms.is_at("complete-profile")
    play.is_done("sign-in.home", "sign-in.email", "sign-in.submit", "sign-in.waiting", "sign-in.pin", "sign-in.done")
    play.is_done("sign-in.password", "sign-in.method", state="passed")
    play.tick("recognition.wait", "sign-in.fingerprint")
    play.fill_profile()
    play.cpms.button("Next").click()
    play.is_told("access.submit")
    play.cpms.button("Submit Access Request").click()
    play.is_told("access.mail")
    play.open_mail()
    play.is_told("approval.questions")
    play.world.clock.advance("PT1M")  # the helpdesk of a mock answers by itself
    play.open_mail()
    play.is_told("decision.dashboard")
    play.mail.get_by_role("link", name="Open CPMS 2.0").click()
    play.cpms.link("Go on").click()
    play.cpms.is_at("dashboard")
    play.is_told("search.open")
    play.follow()
    play.cpms.search(hospital=HOSPITAL["hospital"])
    play.is_told("late-link.ask")
    play.open_mail(-1)
    play.mail.get_by_role("link", name="this link", exact=True).click()
    play.eu_login.is_at("link-expired")
    play.eu_login.field("Username or e-mail address").fill(DOCTOR.email)
    play.eu_login.button("Submit").click()
    play.is_told("late-link.mail")
    play.open_mail()
    play.mail.get_by_role("link", name="this link", exact=True).click()
    play.is_told("phone-again.delete")
    play.eu_login.open("/userdata/mobileApp/manageMyMobileDevices.cgi")
    play.eu_login.page.get_by_role("link", name="Delete").click()
    play.is_told("phone-again.confirm")
    play.eu_login.button("Delete").click()
    play.is_told("phone-again.add")
    play.eu_login.link("Add a mobile device").click()
    play.is_done("phone-again.add", "app.welcome", "app.home", "app.request")
    rest = [name for name in play.open_steps() if name.startswith("app.")]
    assert rest == play.open_steps()
    play.tick(*rest, button="Leave this step out")
    play.is_at("play", "finished")
    watch.look(play.page)


def test_somebody_who_goes_wrong_in_three_places_is_helped_on(
    start: Start, watch: Watch, world: World, open_page: Callable[..., Page]
) -> None:
    play = start("Okapi", title="Your access to CPMS 2.0", language="fr")
    play.sign_up()
    play.eu_login.fill_new_password("password")
    play.eu_login.button("Submit").click()
    play.has_help(TOO_WEAK.message, length=8, groups=3)
    play.choose_password()
    play.is_told("phone.store")
    play.has_no_help()
    play.add_device()
    play.page.get_by_role("button", name=play.text("Point the camera at the computer")).click()
    play.is_told("phone.pin")
    play.handset.authenticate("0000")
    play.has_help(PIN_WRONG.message, tries_left=4)
    play.press("I am stuck")
    play.has_help("The helpdesk sees that you need help here.")
    watch.look(play.page)
    helpdesk = Screen(open_page(), world.addresses.desk)
    helpdesk.open("/play/people")
    player = helpdesk.page.get_by_role("row").filter(has_text="Okapi")
    expect(player).to_contain_text("stuck")
    expect(player).to_contain_text(PIN_WRONG.message.format(tries_left=4))
    watch.look(helpdesk.page)
    play.finish_device()
    play.has_no_help()
    play.begin_sign_in()
    play.handset.button("Deny").click()
    play.has_help(DETOURS["phone.denied"])
    play.eu_login.use_another_method()
    play.ask_phone()
    play.handset.approve(PIN)
    play.is_done("sign-in.done")
    play.has_no_help()
