"""CPMS in another process, with `mock_cpms` and `mock_world` alone, at a real EU Login of ours in this one."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from click.testing import CliRunner

from eulogin_harness.client import Harness, World
from eulogin_harness.documents.people import Persona
from mock_cpms.__main__ import main
from tests.alone import Alone, running
from tests.mock_cpms.visitor import ANSWERS
from tests.mock_idp.conftest import Browser

APP = "PASSWORD_MOBILE_APP"
Start = Callable[..., AbstractContextManager[str]]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Alone:
    return Alone(tmp_path_factory.mktemp("alone"), "mock_cpms")


@pytest.fixture
def world(eulogin_harness: Harness) -> Iterator[World]:
    """EU Login with its phones; its own CPMS is not used."""
    world = eulogin_harness.worlds.create()
    yield world
    world.delete()


@pytest.fixture
def start(alone: Alone, world: World) -> Start:
    """Starts CPMS and gives its address; settings by their names in the environment."""

    @contextmanager
    def start(*arguments: str, **environ: str) -> Iterator[str]:
        environ = {"EULOGIN_IDP_PUBLIC_URL": world.addresses.idp} | environ
        with running(alone.module("mock_cpms", "--port", "0", *arguments, **environ)) as process:
            assert process.stdout
            yield process.stdout.readline().split()[-1].removesuffix("/screen/home")

    return start


@pytest.fixture
def person(world: World) -> Persona:
    return world.personas.create("enrolled")


def sign_in(cpms: str, person: Persona, world: World, browser: Browser) -> Browser:
    """From CPMS to EU Login, with the phone, and back with a real ticket."""
    browser.open(f"{cpms}/screen/signin").send(username=person.email)
    browser.send(password=person.password or "", loginStrength=APP)
    assert browser.at == ("waiting", "pending")
    world.phones.get(person.phone_id).approve(person.pin or "")
    return browser.open(browser.page.url)


def send(browser: Browser, address: str, **fields: str | list[str]) -> Browser:
    """Open a page of CPMS and send a form with these fields to `address`, or to the page itself."""
    token = dict(browser.hidden)["csrf_token"]
    browser.page = browser.http.post(address, data=fields | {"csrf_token": token})
    return browser


@pytest.fixture
def browser() -> Browser:
    return Browser("")


@pytest.mark.slow
def test_the_whole_way_with_a_real_ticket_and_an_automatic_helpdesk(
    start: Start,
    person: Persona,
    world: World,
    browser: Browser,
    eulogin_harness: Harness,
) -> None:
    elsewhere = eulogin_harness.worlds.get("default")  # mails of another process name no world of this one
    smtp = eulogin_harness.wait_until_ready().smtp
    with start(EULOGIN_HELPDESK_AUTOMATIC="approve", EULOGIN_SMTP=smtp) as cpms:
        assert sign_in(cpms, person, world, browser).at == ("complete-profile", "ready")
        assert person.last_name in browser.text
        assert send(browser, f"{cpms}/screen/profile", **ANSWERS).at == ("access-request", "ready")
        send(browser, f"{cpms}/screen/access-request", comment="Please.")
        assert browser.open(f"{cpms}/screen/dashboard").at == ("dashboard", "ready")
        assert elsewhere.mails.wait(to=person.email, subject="approved")

        assert send(browser, f"{cpms}/screen/signout").at == ("home", "ready")
        assert browser.open(f"{cpms}/screen/signin").at == ("dashboard", "ready")  # EU Login still knows them
        assert send(browser, f"{cpms}/screen/signout/eu-login").at == ("logout", "ready")
        assert browser.send().at == ("logged-out", "ready")
        back = re.search(r'href="([^"]+)">Return to the application', browser.page.text)
        assert back
        assert back[1] == f"{cpms}/screen/home"
        assert browser.open(f"{cpms}/screen/signin").at == ("whoami", "known")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("now", "page"),
    [
        ("2031-01-01T00:00:00+01:00", ("helpdesk", "empty")),
        ("2020-01-01", ("sign-in-refused", "clocks-differ")),
    ],
    ids=["later", "earlier"],
)
def test_its_own_clock_lets_people_of_its_helpdesk_in_or_says_that_it_is_wrong(
    start: Start, world: World, browser: Browser, now: str, page: tuple[str, str]
) -> None:
    world.settings.change({"recognition.delay": "PT5M"})
    person = world.personas.create("enrolled")
    members = ("--helpdesk", f"{person.uid}:PaedCAN", "--helpdesk", f"{person.uid}:ERN-LUNG")
    with start("--now", now, *members, EULOGIN_RECOGNITION_DELAY="PT5M") as cpms:
        assert sign_in(cpms, person, world, browser).at == page


@pytest.mark.slow
def test_without_a_word_it_takes_eu_login_at_its_usual_address(alone: Alone) -> None:
    with running(alone.module("mock_cpms", "--port", "0")) as process:
        assert process.stdout
        told = [process.stdout.readline().split()[-1] for _ in range(2)]
        assert told[1] == "http://localhost:8401/cas"
        assert "http://localhost:8401/cas/mobile" in Browser(told[0]).open("").page.text


@pytest.mark.parametrize(
    ("arguments", "environ", "words"),
    [
        (["--port", "1"], {}, "write 0 or a port from 3 on"),
        (["--now", "tomorrow"], {}, "write a time such as 2026-11-27T17:00:00+01:00, not 'tomorrow'"),
        (["--helpdesk", "n00abcd"], {}, "write an account and a network, such as n00abcd:PaedCAN"),
        (["--helpdesk", "n00abcd:Paedcan"], {}, "PaedCAN, RARE-LIVER"),
        (["--port", "0"], {"EULOGIN_CPMS_PATIENCE": "PT0S"}, "cpms.patience"),
        (["--port", "0"], {"EULOGIN_IDP_PUBLIC_URL": "eulogin"}, "write an address such as"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(arguments: list[str], environ: dict[str, str], words: str) -> None:
    done = CliRunner(env=environ).invoke(main, arguments)
    assert (done.exit_code, isinstance(done.exception, SystemExit)) == (2, True)
    assert words in done.output


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("localhost", 0)) as taken:
        done = CliRunner().invoke(main, ["--port", str(taken.getsockname()[1])])
    assert done.exit_code == 1
    assert "choose another with --port" in done.output
