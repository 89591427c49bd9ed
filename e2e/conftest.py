"""What all scenarios share: two browser contexts, their checks, and the table of promises."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from e2e.covered import Covered
from e2e.watch import Watch
from eulogin_harness.browser.chromium import ONLY_HERE, resolving
from eulogin_harness.browser.cpms import Cpms
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.handset import Handset
from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.browser.pages import Pages
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from eulogin_harness.guide.scenarios import scenario_of
from eulogin_harness.guide.walkthrough import Walkthrough
from eulogin_harness.guide_text import story
from tests_clients.browser import Browser as ClientBrowser

HERE = Path(__file__).parent
NewContext = Callable[..., BrowserContext]
OpenHandset = Callable[[str], Handset]
DESKTOP = {"width": 1200, "height": 800}
TIMEOUT = 10_000  # milliseconds: the one time-out of all scenarios
DOCTOR = story.Story()  # the invented person of all scenarios
PASSWORD, PIN = story.PASSWORD, story.PIN
HOSPITAL = {"country": DOCTOR.country, "hospital": DOCTOR.hospital}

expect.set_options(timeout=TIMEOUT)


class Account(Protocol):
    """Somebody who has an account at EU Login."""

    @property
    def email(self) -> str: ...


SignIn = Callable[[Cpms, Account], None]


@dataclass(frozen=True)
class Helpdesk:
    """The person of the helpdesk whom every world begins with (fixtures/worlds/default.yaml)."""

    email: str = "helpdesk@paedcan.ern.example"


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


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "guide(*promises): the promises of the guide that a scenario covers")
    config.pluginmanager.register(Covered(), "eulogin-covered")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Scenarios that tell no promise count as slow."""
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("guide") is None:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def _eulogin_browser_args(_eulogin_browser_args: list[str], _eulogin_names: Mapping[str, str]) -> list[str]:
    """From Chromium nothing but this machine can be reached."""
    return [*_eulogin_browser_args, *resolving(_eulogin_names, ONLY_HERE)]


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "en-GB", "reduced_motion": "reduce", "color_scheme": "light"}


@pytest.fixture(scope="session")
def _pages_seen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run: of its only process, or that of all its workers."""
    own = tmp_path_factory.getbasetemp()
    seen = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "pages-seen"
    seen.mkdir(exist_ok=True)
    return seen


@pytest.fixture
def watch(_pages_seen: Path, request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Fails a scenario on anything that its pages did wrong."""
    watch = Watch(_pages_seen)
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


@dataclass(frozen=True)
class Onlooker:
    """Takes no picture of a step: looks at its pages."""

    watch: Watch

    def record(self, name: str, *, page: Page | None, beside: Page | None, **_: object) -> None:
        assert scenario_of(name), f"no guide can show the step {name}"
        for each in (page, beside):
            if each is not None:
                self.watch.look(each)


@pytest.fixture
def walkthrough(world: World, open_page: Callable[..., Page], watch: Watch) -> Walkthrough:
    """What the scenarios of the guide take."""
    return Walkthrough(world, open_page, Onlooker(watch))


@pytest.fixture
def eu_login(eulogin_pages: Pages) -> EuLogin:
    """EU Login on the person's computer."""
    return eulogin_pages.eu_login


@pytest.fixture
def cpms(eulogin_pages: Pages) -> Cpms:
    """CPMS on the person's computer, in the same browser as EU Login."""
    return eulogin_pages.cpms


@pytest.fixture
def other_cpms(open_page: Callable[..., Page], world: World) -> Cpms:
    """CPMS on the helpdesk's computer."""
    return Cpms(open_page(), world.addresses.cpms)


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


@pytest.fixture
def asks_unseen(world: World, doctor: Persona) -> Callable[[], None]:
    """The doctor's sign-in waits for the phone, for tests that do not look at the computer."""

    def asks_unseen() -> None:
        with ClientBrowser() as computer:
            computer.open(f"{world.addresses.idp}/cas/login").sign_in(doctor, "PASSWORD_MOBILE_APP")
            assert computer.at == "waiting"

    return asks_unseen
