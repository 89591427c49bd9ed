"""What people do by raw actions is recorded, and the scenario that is written does it again, unchanged."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

from e2e.conftest import DOCTOR, HOSPITAL, PASSWORD, PIN, NewContext
from eulogin_harness.client import Harness, World
from eulogin_harness.recording.command import wait_until_closed
from eulogin_harness.recording.recorder import Recorder
from eulogin_harness.recording.scenario import scenario

ROOT = Path(__file__).parents[1]
LINKS_ARE_DEAD = """
import datetime, pytest
from playwright.sync_api import expect

@pytest.fixture(autouse=True)
def links_are_dead(monkeypatch):
    monkeypatch.setattr("mock_idp.accounts.mail_links.life_of", lambda *_: datetime.timedelta(0))
    expect.set_options(timeout=1_000)  # what does not come now never does
    yield
    expect.set_options(timeout=10_000)
"""


class Person:
    """Somebody with the windows that the recorder opens, who knows no page object."""

    def __init__(self, context: BrowserContext, world: World, recorder: Recorder) -> None:
        self.world = world
        self.desk = recorder.open_window(context, world.addresses.desk)
        self.computer = recorder.open_window(context, f"{world.addresses.idp}/cas/login")
        self.cpms = recorder.open_window(context, f"{world.addresses.cpms}/screen/home")
        phone_id = world.phones.create(installed=False).id
        self.phone = recorder.open_window(context, f"{world.addresses.phone}/phones/{phone_id}")

    def signs_up(self) -> None:
        page = self.computer
        page.get_by_role("link", name="Create an account").click()
        fill(page, "First name", DOCTOR.first_name)
        fill(page, "Last name", DOCTOR.last_name)
        fill(page, "E-mail", DOCTOR.email)
        fill(page, "Confirm e-mail", DOCTOR.email)
        page.get_by_label("I have read and understood").check()
        button(page, "Create an account").click()
        at(page, "sign-up-sent")
        self.world.mails.wait(to=DOCTOR.email)
        self.desk.goto(f"{self.world.addresses.desk}/mailbox")
        self.desk.get_by_role("link", name="EU Login").first.click()
        self.desk.frame_locator("iframe").get_by_role("link", name="this link").click()
        fill(self.desk, "New password", PASSWORD)
        fill(self.desk, "Confirm new password", PASSWORD)
        button(self.desk, "Submit").click()
        at(self.desk, "password-set")

    def links_the_phone(self) -> None:
        page, phone = self.desk, self.phone
        fill(phone, "Search for an app", "EU Login")
        phone.keyboard.press("Enter")
        button(phone, "Install").click()
        phone.get_by_role("link", name="Open").click()
        button(phone, "Allow").click()
        page.get_by_role("link", name="My Account").last.click()
        page.get_by_role("link", name="Manage my mobile devices").click()
        page.get_by_role("link", name="Add a mobile device").click()
        fill(page, "Your device name", "My phone")
        fill(page, "Your 4 digit PIN code", PIN)
        fill(page, "Confirm your PIN code", PIN)
        page.keyboard.press("Enter")
        at(page, "device-qr")
        phone.get_by_role("link", name="Initialise").click()
        button(phone, "Allow").click()
        picture = page.screenshot()
        phone.locator("input[type=file]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture})
        button(phone, "Scan").click()
        for digit in PIN:
            button(phone, digit).click()
        button(phone, "Authenticate").click()
        phone.get_by_role("link", name="Continue").click()
        at(phone, "phone-home")
        expect(page.locator("body")).to_have_attribute("data-state", "initialised")
        page.goto(f"{self.world.addresses.idp}/cas/logout")
        button(page, "Log me out").click()
        at(page, "logged-out")

    def signs_in_by_the_app(self) -> None:
        page, phone = self.cpms, self.phone
        button(page, "Sign in with EU Login").click()
        fill(page, "Enter your e-mail address or unique identifier", DOCTOR.email)
        button(page, "Next").click()
        page.get_by_role("button", name="Choose your verification method").click()
        page.get_by_role("option", name="EU Login Mobile App PIN Code").click()
        page.get_by_role("textbox", name="Password").fill(PASSWORD)
        button(page, "Sign in").click()
        phone.get_by_role("link", name="Continue").click()
        phone.get_by_label("Your 4 digit PIN code").fill(PIN)
        button(phone, "Authenticate").click()
        at(page, "complete-profile")

    def requests_access(self) -> None:
        page = self.cpms
        page.get_by_label("Country", exact=True).select_option(HOSPITAL["country"])
        fill(page, "Hospital", HOSPITAL["hospital"])
        page.get_by_label("Role", exact=True).select_option("Nurse")
        fill(page, "Specialty", "Cardiology")
        page.get_by_role("checkbox", name="PaedCAN").check()
        page.get_by_label("I agree to the terms").check()
        button(page, "Next").click()
        button(page, "Submit Access Request").click()
        at(page, "access-status")


def fill(page: Page, label: str, value: str) -> None:
    page.get_by_label(label, exact=True).fill(value)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def at(page: Page, name: str) -> None:
    expect(page.locator("body")).to_have_attribute("data-page", name)


def run(*files: Path) -> str:
    """What pytest says of these files, each test on a line."""
    words = [sys.executable, "-m", "pytest", "-rA", "-p", "eulogin", "-p", "playwright", *map(str, files)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        words, cwd=files[0].parent, env=environment, capture_output=True, text=True, check=False
    ).stdout


def test_what_was_recorded_runs_green_as_it_was_written_and_red_where_the_product_is_broken(
    new_context: NewContext, world: World, tmp_path: Path
) -> None:
    wrong, guide = tmp_path / "test_wrong.py", tmp_path / "test_guide.py"
    wrong.write_text(recorded(new_context(), world, in_trouble, "what goes wrong"), encoding="utf-8")
    guide.write_text(recorded(new_context(), world, through_the_guide, "the whole guide"), encoding="utf-8")
    broken = tmp_path / "broken" / "test_broken.py"
    broken.parent.mkdir()
    broken.write_text(guide.read_text(encoding="utf-8"), encoding="utf-8")
    (broken.parent / "conftest.py").write_text(LINKS_ARE_DEAD, encoding="utf-8")
    said = run(guide, wrong, broken)
    assert "PASSED test_guide.py::test_the_whole_guide" in said, said
    assert "PASSED test_wrong.py::test_what_goes_wrong" in said, said
    assert "FAILED broken/test_broken.py::test_the_whole_guide" in said
    assert "expected page 'new-password'" in said


def recorded(context: BrowserContext, world: World, deed: Callable[[Person], None], name: str) -> str:
    recorder = Recorder(world, context)
    deed(Person(context, world, recorder))
    text = scenario(recorder.end(), name)
    context.close()
    return text


def through_the_guide(person: Person) -> None:
    person.signs_up()
    person.links_the_phone()
    person.signs_in_by_the_app()
    person.requests_access()


def in_trouble(person: Person) -> None:
    """A wrong password, a code of the phone that stands beside others, and a link that came too late."""
    world, page, phones = person.world, person.computer, person.phone
    doctor = world.personas.create("enrolled")
    fill(page, "Enter your e-mail address or unique identifier", doctor.uid)
    button(page, "Next").click()
    page.get_by_role("textbox", name="Password").fill("wrong")
    button(page, "Sign in").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.get_by_role("textbox", name="Password").fill(doctor.password or "")
    page.get_by_role("button", name="Choose your verification method").click()
    page.get_by_role("option", name="EU Login Mobile App QR Code").click()
    button(page, "Sign in").click()
    at(page, "one-time-code")
    phones.goto(f"{world.addresses.desk}/phones?phone={doctor.phone_id}")
    phone = phones.frame_locator("iframe")
    phone.get_by_role("link", name="Scan a QR code").click()
    picture = page.screenshot(full_page=True)
    phone.locator("input[type=file]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture})
    phone.get_by_role("button", name="Scan", exact=True).click()
    fill(page, "One-time password", phone.locator("#one-time-code").inner_text())
    button(page, "Sign in").click()
    at(page, "successful-login")
    page.goto(f"{world.addresses.idp}/cas/init/passwordResetRequest.cgi")
    fill(page, "Username or e-mail address", doctor.email)
    button(page, "Get a password").click()
    at(page, "sign-up-sent")
    first = world.mails.wait(to=doctor.email)
    world.clock.advance(minutes=5)
    page.goto(first.links[0].url)
    at(page, "link-expired")
    fill(page, "Username or e-mail address", doctor.email)
    button(page, "Submit").click()
    at(page, "sign-up-sent")
    page.goto(world.mails.wait(to=doctor.email, after=first.id).links[0].url)
    at(page, "new-password")


def test_the_recording_ends_with_the_last_window(new_context: NewContext) -> None:
    context = new_context()
    opener = context.new_page()
    with context.expect_page():
        opener.evaluate("window.open()")
    with context.expect_page() as last:
        opener.evaluate("window.open()")
    opener.close()
    last.value.evaluate("setTimeout(close, 100)")
    context.pages[0].evaluate("setTimeout(close)")
    wait_until_closed(context)
    assert context.pages == []


def test_the_recording_ends_with_a_browser_that_breaks_down(launch_browser: Callable[[], Browser]) -> None:
    browser = launch_browser()
    context = browser.new_context()
    context.new_page()
    with suppress(Error):
        browser.new_browser_cdp_session().send("Browser.crash")
    wait_until_closed(context)
    assert not browser.is_connected()


def test_ctrl_c_writes_what_was_done(tmp_path: Path) -> None:
    file = tmp_path / "test_mine.py"
    words = [sys.executable, "-m", "eulogin_harness.cli", "record", "--headless", "--name", "my way", str(file)]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    ) as process:
        assert process.stdout is not None
        desk, _, name = (re.search(r"http\S+", next(process.stdout)) or [""])[0].rstrip("/").partition("/w/")
        next(process.stdout)
        Harness(desk).worlds.get(name).clock.advance(minutes=5)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate()
    assert (process.returncode, said) == (0, f"Written: {file}. Run it with `pytest {file}`.\n")
    assert "def test_my_way(world: World, clock: Clock) -> None:\n    clock.advance(minutes=5)\n" in file.read_text()
