"""What all scenarios share: two browser contexts, their checks, the guide, and the table of promises."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Protocol

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from e2e.covered import Covered
from eulogin_harness.browser.checks import WIDTHS, Watch
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.find import BrowserMissing, launch_options
from eulogin_harness.browser.handset import Handset
from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.browser.mailbox import Mailbox
from eulogin_harness.client import World
from eulogin_harness.client.names import Strength
from eulogin_harness.documents.people import Persona
from eulogin_harness.guide.book import Book
from eulogin_harness.guide.recorder import Guide
from mock_world.i18n import DEFAULT, languages

HERE = Path(__file__).parent
NewContext = Callable[..., BrowserContext]
Hold = Callable[[str], Handset]
DESKTOP = {"width": 1200, "height": 800}
HANDSET = "Pixel 7"
TIMEOUT = 10_000  # milliseconds: the one time-out of all scenarios
GUIDE_PORT = 28400  # stands in the QR codes, so it must be the same each time
GUIDE_TIME = "2026-11-27T10:00:00+01:00"
PASSWORD = "Lantern 42!"
PIN = "2580"
HOSPITAL = {"country": "AT", "hospital": "St. Anna Children's Hospital / CCRI"}

expect.set_options(timeout=TIMEOUT)


class Account(Protocol):
    """Somebody who has an account at EU Login."""

    @property
    def email(self) -> str: ...


SignIn = Callable[[Cpms, Account], None]


@dataclass(frozen=True)
class Doctor:
    """The invented person of all scenarios."""

    first_name: str = "Ada"
    last_name: str = "Berg"
    email: str = "ada.berg@hospital.example"

    @property
    def names(self) -> dict[str, Any]:
        """What the sign-up page asks for."""
        return {"first_name": self.first_name, "last_name": self.last_name, "email": self.email}

    @property
    def fields(self) -> dict[str, Any]:
        """What POST /api/personas takes."""
        return {**self.names, "password": PASSWORD, "pin": PIN, "seed": 7}


@dataclass(frozen=True)
class Helpdesk:
    """The person of the helpdesk whom every world begins with (fixtures/worlds/default.yaml)."""

    email: str = "helpdesk@paedcan.ern.example"


DOCTOR = Doctor()
HELPDESK = Helpdesk()


class Mails:
    """The mails of somebody, opened in their browser."""

    def __init__(self, mailbox: Mailbox, world: World) -> None:
        self._mailbox = mailbox
        self._world = world

    def open(self, *, to: str, number: int | None = None) -> Mailbox:
        """Open a mail by its id, or the first that came to `to`."""
        return self._mailbox.open_mail(number or self._world.mails.wait(to=to).id)


class Desk:
    """Somebody's browser: EU Login and CPMS in it, each page looked at."""

    def __init__(self, page: Page, watch: Watch, world: World) -> None:
        self.page = page
        self.eu_login = EuLogin(page, world.addresses.idp + "/cas")
        self.cpms = Cpms(page, world.addresses.cpms)
        self._watch = watch

    def sees(self, name: str, state: str = "ready") -> None:
        self.eu_login.is_at(name, state)
        self._watch.look(self.page)

    def another_tab(self, watch: Watch, world: World) -> "Desk":
        return Desk(self.page.context.new_page(), watch, world)


def enter(world: World, page: Page, person: Account, strength: Strength | None = None) -> None:
    """Sign a browser in at EU Login without its pages."""
    found = next(one for one in world.personas.list() if one.email == person.email)
    session = world.personas.session(found, strength=strength)
    page.context.add_cookies(session.storage_state["cookies"])  # type: ignore[arg-type] # Playwright has two types of it


def change_account(world: World, email: str, **fields: object) -> None:
    """What a person configures at EU Login, where the pages for it are not the subject."""
    state = world.state()
    for row in state["tables"]["idp_account"]:
        if row["email"] == email:
            row.update(fields)
    world.load_state(state)


def tab_to(wanted: Locator) -> None:
    """Go on by the tab key alone until this has the focus."""
    for _ in range(60):
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
        wanted.page.keyboard.press("Tab")
    raise AssertionError(f"the tab key does not reach {wanted}")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("eulogin")
    group.addoption("--eulogin-guide", metavar="FOLDER", help="write the illustrated guide into this folder")
    group.addoption("--eulogin-language", metavar="CODE", default=DEFAULT, help="the language of the guide")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "guide(*promises): the promises of the guide that a scenario covers")
    config.addinivalue_line("markers", "chapter(number, title): the scenario tells this chapter of the guide")
    config.pluginmanager.register(Covered(), "eulogin-covered")
    for name in {*config.getoption("browser")} - {"chromium"}:
        _check_installed(name)
    if (language := config.getoption("eulogin_language")) not in languages():
        raise pytest.UsageError(
            f"--eulogin-language: expected one of {', '.join(languages())}, but got {language!r}; choose one of "
            "these, or add a catalogue as docs/translating.md says"
        )
    if folder := config.getoption("eulogin_guide"):
        _must_be_writable(Path(folder))
        config.option.eulogin_names = True
        config.option.eulogin_port = GUIDE_PORT


def _check_installed(name: str) -> None:
    """Raises UsageError where a browser that was asked for is missing: before the scenarios, not in each of them."""
    try:
        with sync_playwright() as playwright:
            launch_options(getattr(playwright, name))
    except BrowserMissing as missing:
        raise pytest.UsageError(f"--browser {name}: {missing}") from None


def _must_be_writable(folder: Path) -> None:
    """Better told before the scenarios than after them."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise pytest.UsageError(
            f"--eulogin-guide: expected a folder that can be written, but {folder} cannot ({error.strerror}); "
            "choose another one, or make it yours"
        ) from None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Scenarios that tell no promise count as slow. Chapters are told in a world that is the same each time."""
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("guide") is None:
            item.add_marker(pytest.mark.slow)
    if config.getoption("eulogin_guide"):
        for item in items:
            item.add_marker(pytest.mark.eulogin_world(name="guide", now=GUIDE_TIME, frozen=True, seed=2026))


@pytest.fixture(scope="session")
def book(request: pytest.FixtureRequest) -> Iterator[Book | None]:
    """The guide in the making; None in ordinary runs."""
    folder = request.config.getoption("eulogin_guide")
    if folder is None:
        yield None
        return
    browser: Browser = request.getfixturevalue("browser")
    book, build = Book(request.config.getoption("eulogin_language")), f"{browser.browser_type.name} {browser.version}"
    yield book
    if not request.session.testsfailed:
        book.write(Path(folder), build)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], browser_type: BrowserType, _eulogin_names: Mapping[str, str]
) -> dict[str, Any]:
    """The browser of this machine; from Chromium nothing but this machine can be reached."""
    headed = browser_type_launch_args.get("headless") is False
    options = launch_options(browser_type, headed=headed)
    if browser_type.name != "chromium":
        return browser_type_launch_args | options
    names = [f"MAP {name}:80 {address}" for name, address in _eulogin_names.items()]
    rules = ", ".join([*names, "MAP * ~NOTFOUND", "EXCLUDE localhost", "EXCLUDE 127.0.0.1"])
    return browser_type_launch_args | options | {"args": [*options["args"], f"--host-resolver-rules={rules}"]}


@pytest.fixture(scope="session")
def language(request: pytest.FixtureRequest) -> str:
    """The language of browsers and people where a scenario says nothing else."""
    return str(request.config.getoption("eulogin_language"))


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], language: str) -> dict[str, Any]:
    return browser_context_args | {
        "locale": "en-GB" if language == DEFAULT else language,
        "reduced_motion": "reduce",
        "color_scheme": "light",
    }


@pytest.fixture(scope="session")
def _pages_seen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run: of its only process, or that of all its workers."""
    own = tmp_path_factory.getbasetemp()
    seen = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "pages-seen"
    seen.mkdir(exist_ok=True)
    return seen


@pytest.fixture
def watch(_pages_seen: Path, request: pytest.FixtureRequest, book: Book | None) -> Iterator[Watch]:
    """Fails a scenario on anything that its pages did wrong; while pictures are taken no window changes its width."""
    watch = Watch(_pages_seen, WIDTHS if book is None else ())
    yield watch
    request.node.user_properties += [("page", " ".join(passed)) for passed in sorted(watch.passed)]
    request.node.user_properties += [("request", " ".join(passed)) for passed in sorted(watch.requests)]
    request.node.user_properties += [("mail", subject) for subject in sorted(watch.mails)]
    assert watch.problems == []


@pytest.fixture
def open_page(new_context: NewContext, watch: Watch, world: World) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser context of its own; all are closed before their world ends."""
    contexts: list[BrowserContext] = []

    def open_page(**options: Any) -> Page:
        context = new_context(**(options or {"viewport": DESKTOP}))
        contexts.append(context)
        context.set_default_timeout(TIMEOUT)
        watch.context(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def guide(request: pytest.FixtureRequest, watch: Watch, book: Book | None) -> Guide:
    """What the scenario tells; with a book open, the scenarios of a chapter leave their pictures in it."""
    mark = request.node.get_closest_marker("chapter")
    chapter = book.chapter(*mark.args) if book is not None and mark is not None else None
    return Guide(watch.look, chapter)


@pytest.fixture
def computer(open_page: Callable[..., Page]) -> Page:
    return open_page()


@pytest.fixture
def eu_login(computer: Page, world: World, language: str) -> EuLogin:
    """EU Login on the person's computer."""
    return EuLogin(computer, world.addresses.idp + "/cas", language)


@pytest.fixture
def cpms(computer: Page, world: World, language: str) -> Cpms:
    """CPMS on the person's computer, in the same browser as EU Login."""
    return Cpms(computer, world.addresses.cpms, language)


@pytest.fixture
def other_cpms(open_page: Callable[..., Page], world: World, language: str) -> Cpms:
    """CPMS on the helpdesk's computer."""
    return Cpms(open_page(), world.addresses.cpms, language)


@pytest.fixture
def mails(computer: Page, world: World, language: str) -> Mails:
    """The person's mails, in the person's browser."""
    return Mails(Mailbox(computer, world.addresses.desk, language), world)


@pytest.fixture
def hold(open_page: Callable[..., Page], world: World, playwright: Playwright, language: str) -> Hold:
    """Takes a phone into the hand, by its id."""
    device = {name: value for name, value in playwright.devices[HANDSET].items() if name != "default_browser_type"}

    def hold(phone_id: str) -> Handset:
        return Handset(open_page(**device), f"{world.addresses.phone}/phones/{phone_id}", language)

    return hold


@pytest.fixture
def handset(hold: Hold, world: World) -> Handset:
    """A new phone on which nothing is installed yet."""
    return hold(world.phones.create(installed=False).id)


@pytest.fixture
def sign_in(world: World) -> SignIn:
    """Signs somebody in to CPMS where that is not the subject: at EU Login without its pages."""

    def sign_in(cpms: Cpms, person: Account) -> None:
        enter(world, cpms.page, person)
        cpms.open("/screen/signin")
        expect(cpms.page.locator('html[data-actor="cpms"]')).to_be_attached()

    return sign_in


@pytest.fixture
def desk(open_page: Callable[..., Page], watch: Watch, world: World) -> Desk:
    return Desk(open_page(), watch, world)


@pytest.fixture
def doctor(world: World) -> Persona:
    made: Persona = world.personas.create("enrolled", **DOCTOR.fields)
    return made


@pytest.fixture
def phone(hold: Hold, doctor: Persona) -> Handset:
    """The doctor's phone, its app opened."""
    handset = hold(doctor.phone_id)
    handset.open()
    handset.is_at("phone-home")
    return handset


@pytest.fixture
def asks(eu_login: EuLogin, doctor: Persona) -> Callable[[], None]:
    """The doctor signs in on a computer, which waits for the phone."""

    def asks() -> None:
        eu_login.open("/login")
        eu_login.sign_in(doctor.email, PASSWORD, APP_METHOD)
        eu_login.is_at("waiting", "pending")

    return asks
