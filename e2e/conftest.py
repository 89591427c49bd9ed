"""What all scenarios share: two browser contexts, their checks, the guide, and the table of promises."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from e2e.covered import Covered
from e2e.watch import WIDTHS, Watch
from eulogin_harness.browser.chromium import resolving
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.handset import Handset
from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.browser.pages import Pages
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from eulogin_harness.guide.book import Book
from eulogin_harness.guide.recorder import Guide
from mock_world.i18n import DEFAULT, languages

HERE = Path(__file__).parent
NewContext = Callable[..., BrowserContext]
OpenHandset = Callable[[str], Handset]
DESKTOP = {"width": 1200, "height": 800}
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


class Desk(Pages):
    """Somebody's browser, each page looked at."""

    def __init__(self, page: Page, watch: Watch, world: World) -> None:
        super().__init__(page, world)
        self._watch = watch

    def sees(self, name: str, state: str = "ready") -> None:
        self.eu_login.is_at(name, state)
        self._watch.look(self.page)

    def another_tab(self, watch: Watch, world: World) -> "Desk":
        return Desk(self.page.context.new_page(), watch, world)


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
    if (language := config.getoption("eulogin_language")) not in languages():
        raise pytest.UsageError(
            f"--eulogin-language: expected one of {', '.join(languages())}, but got {language!r}; choose one of "
            "these, or add a catalogue as docs/translating.md says"
        )
    if folder := config.getoption("eulogin_guide"):
        _must_be_writable(Path(folder))
        config.option.eulogin_names = True
        config.option.eulogin_port = GUIDE_PORT


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
def _eulogin_browser_args(_eulogin_browser_args: list[str], _eulogin_names: Mapping[str, str]) -> list[str]:
    """From Chromium nothing but this machine can be reached."""
    here = ("MAP * ~NOTFOUND", "EXCLUDE localhost", "EXCLUDE 127.0.0.1")
    return [*_eulogin_browser_args, *resolving(_eulogin_names, here)]


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
def new_context(watch: Watch, world: World, new_context: NewContext) -> NewContext:
    """Opens a browser context that is watched; it is closed before its world ends."""

    def open_watched(**options: Any) -> BrowserContext:
        context = new_context(**{"viewport": DESKTOP, **options})
        context.set_default_timeout(TIMEOUT)
        watch.context(context)
        return context

    return open_watched


@pytest.fixture
def open_page(new_context: NewContext) -> Callable[..., Page]:
    """Opens a page in a browser context of its own."""
    return lambda **options: new_context(**options).new_page()


@pytest.fixture
def guide(request: pytest.FixtureRequest, watch: Watch, book: Book | None) -> Guide:
    """What the scenario tells; with a book open, the scenarios of a chapter leave their pictures in it."""
    mark = request.node.get_closest_marker("chapter")
    chapter = book.chapter(*mark.args) if book is not None and mark is not None else None
    return Guide(watch.look, chapter)


@pytest.fixture
def eu_login(eulogin_pages: Pages) -> EuLogin:
    """EU Login on the person's computer."""
    return eulogin_pages.eu_login


@pytest.fixture
def cpms(eulogin_pages: Pages) -> Cpms:
    """CPMS on the person's computer, in the same browser as EU Login."""
    return eulogin_pages.cpms


@pytest.fixture
def other_cpms(open_page: Callable[..., Page], world: World, language: str) -> Cpms:
    """CPMS on the helpdesk's computer."""
    return Cpms(open_page(), world.addresses.cpms, language)


@pytest.fixture
def handset(eulogin_handset: OpenHandset, world: World) -> Handset:
    """A new phone on which nothing is installed yet."""
    return eulogin_handset(world.phones.create(installed=False).id)


@pytest.fixture
def sign_in(world: World) -> SignIn:
    """Signs somebody in to CPMS where that is not the subject: at EU Login without its pages."""

    def sign_in(cpms: Cpms, person: Account) -> None:
        Pages(cpms.page, world).start_session(person.email)
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
def phone(eulogin_handset: OpenHandset, doctor: Persona) -> Handset:
    """The doctor's phone, its app opened."""
    handset = eulogin_handset(doctor.phone_id)
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
