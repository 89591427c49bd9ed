"""A failed test leaves its bundle, and another checkout replays it to the same page, in a real browser."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import requests

from eulogin_harness.bundle.archive import opened, packed
from eulogin_harness.bundle.browser import browser_at
from eulogin_harness.bundle.loading import open_bundle
from eulogin_harness.bundle.model import Manifest, Page
from eulogin_harness.bundle.page_seen import page_seen
from eulogin_harness.bundle.visits import Visit, other_visits, visit_of
from eulogin_harness.client import Harness, World
from eulogin_harness.site import open_site
from tests.eulogin_harness.test_command_line import COMMAND
from tests.suites import RunSuite

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
_PARTS = ("mock_world", "mock_idp", "mock_phone", "mock_cpms", "eulogin_harness", "fixtures")
TIMEOUT = 240  # seconds
RED = """
import pytest
from playwright.sync_api import expect
from eulogin_harness.browser.eu_login import EuLogin
from eulogin_harness.browser.journeys import APP_METHOD

@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"locale": "fr"}

@pytest.fixture
def eu_login(page, eulogin):
    expect.set_options(timeout=10_000)
    page.goto(eulogin.login_url)
    return EuLogin(page, eulogin.url, "fr")

def test_wrong_password(eu_login, persona):
    eu_login.sign_in(persona("registered").email, "wrong")
    expect(eu_login.page.get_by_role("alert")).to_be_visible()
    assert False, "red"

def test_waiting(eu_login, persona):
    ada = persona("enrolled")
    eu_login.sign_in(ada.email, ada.password, APP_METHOD)
    eu_login.is_at("waiting", "pending")
    assert False, "red"
"""


def checkout(folder: Path) -> Path:
    for part in _PARTS:
        shutil.copytree(ROOT / part, folder / part)
    return folder


def run(where: Path, *arguments: str, code: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A module of the checkout `code`; left out: of that in which the process stands."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("EULOGIN_P", "PYTEST"))}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=where,
        env=environ | {"PYTHONPATH": str(code or where), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


def manifest(file: Path) -> Manifest:
    with opened(file) as bundle:
        return bundle.manifest


def replayed(where: Path, file: Path) -> tuple[int, str]:
    done = run(where, "eulogin_harness.cli", "replay", str(file), "--headless", "--port", "0")
    return done.returncode, done.stdout + done.stderr


def test_the_bundle_of_a_red_test_replays_in_another_checkout_to_the_same_page(tmp_path: Path) -> None:
    one, other = tmp_path / "one", checkout(tmp_path / "other")
    one.mkdir()
    (one / "test_red.py").write_text(RED, encoding="utf-8")
    plugins = ("-p", "eulogin", "-p", "playwright")
    red = run(one, "pytest", "test_red.py", *plugins, "--tracing", "retain-on-failure", code=ROOT)
    assert "2 failed" in red.stdout, red.stdout + red.stderr
    password, waiting = sorted((one / "test-results").glob("*/world.eulogin.zip"), reverse=True)
    for file, shown in (
        (password, ("password", "ready", "Se connecter")),
        (waiting, ("waiting", "pending", "En attente de votre")),
    ):
        assert f"eulogin-harness replay {file}" in red.stdout
        page = manifest(file).pages[0]
        assert (page.name, page.state, page.heading[: len(shown[2])]) == shown
        code, said = replayed(other, file)
        assert code == 0, said
        assert f'It comes to page {page.name} in state {page.state}, "{page.heading}' in said
    assert "mot de passe" in manifest(password).pages[0].notice
    with ZipFile(password) as archive:
        assert {"browser/page-1.png", "browser/trace.zip"} <= {*archive.namelist()}
    about = manifest(password)
    assert (about.test, about.failure) == (
        "test_red.py::test_wrong_password[chromium]",
        "AssertionError: red\nassert False",
    )
    assert about.versions["browser"].startswith("chromium ")


SUITE = """
import pytest

@pytest.fixture
def broken(world):
    raise ValueError("no way")

def test_call(persona):
    persona("registered")
    assert False

def test_set_up(broken): pass

def test_without_a_world():
    assert False

def test_green(world): pass
"""


def bundles(folder: Path) -> list[Path]:
    return sorted(folder.glob("test-results/**/*.zip"))


def test_without_playwright_each_failed_test_of_a_worker_leaves_its_world(
    pytester: pytest.Pytester, run_suite: RunSuite
) -> None:
    pytester.makepyfile(SUITE)
    done = run_suite("-n", "1", plugins=("eulogin", "xdist"))
    done.assert_outcomes(passed=1, failed=2, errors=1)
    call, set_up = bundles(pytester.path)
    done.stdout.fnmatch_lines([f"eulogin-harness replay {call}"])
    done.stdout.fnmatch_lines([f"eulogin-harness replay {set_up}"])
    assert [manifest(file).test.partition("::")[2] for file in (call, set_up)] == ["test_call", "test_set_up"]


def test_a_running_mock_gives_it_too_and_trouble_is_a_line(
    pytester: pytest.Pytester, run_suite: RunSuite, world: World
) -> None:
    url = world.addresses.desk.partition("/w/")[0]
    file = pytester.makepyfile("def test_red(world): assert False\ndef test_in_the_way(world): assert False")
    (pytester.path / "test-results").mkdir()
    folder = f"{file.stem}-py-test-in-the-way".replace("_", "-")
    (pytester.path / "test-results" / folder).touch()  # a file where it would be
    done = run_suite("--eulogin-url", url)
    done.assert_outcomes(failed=2)
    (bundle,) = bundles(pytester.path)
    done.stdout.fnmatch_lines([f"eulogin-harness replay {bundle}"])
    done.stdout.fnmatch_lines(["the world could not be written to *world.eulogin.zip: *Error: *"])
    done.stdout.fnmatch_lines(["could not be written: *Error: *"])  # the text of the report neither


def pages_of_a_browser_at(visit: Visit, others: list[Visit]) -> list[Page]:
    with browser_at(visit, others, headed=False) as page:
        assert page.context.browser is not None
        return [page_seen(each, {}) for context in page.context.browser.contexts for each in context.pages]


@pytest.mark.eulogin_world(settings={"bundle.checkpoints": 5})
def test_each_page_that_was_open_is_opened_again_in_a_browser_of_its_own(world: World) -> None:
    ada = world.personas.create("enrolled")
    pages = [
        f"{world.addresses.idp}/cas/login",
        f"{world.addresses.phone}/phones/{ada.phone_id}/home",
        "http://a.example/",
    ]
    content = world.bundle()
    with ZipFile(BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    open_pages = [Page(url=url, title="", language="de", user_agent="Of then") for url in pages]
    with opened(content) as bundle:
        about = bundle.manifest.model_copy(update={"pages": open_pages})
    with open_site() as site, opened(packed(files | {"manifest.json": about.model_dump_json().encode()})) as bundle:
        here = site.worlds.get("default")
        open_bundle(here, bundle)
        visits = visit_of(here, bundle.manifest, None), other_visits(here, bundle.manifest)
        with ThreadPoolExecutor(1) as thread:  # this one may have Playwright's loop of a scenario already
            seen = thread.submit(pages_of_a_browser_at, *visits).result()
    assert [(each.name, each.language, each.user_agent) for each in seen] == [
        ("whoami", "de", "Of then"),
        ("phone-home", "de", "Of then"),
    ]


def test_without_a_screen_the_world_opens_and_says_how_to_go_on(pytester: pytest.Pytester, world: World) -> None:
    file, cookies = pytester.path / "red.eulogin.zip", pytester.path / "cookies.json"
    requests.get(f"{world.addresses.idp}/cas/login", headers={"Accept": "text/html"}, timeout=30)
    file.write_bytes(world.bundle())
    words = [*COMMAND, "replay", str(file), "--headed", "--browser-state", str(cookies), "--port", "0"]
    environ = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    with subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        page = next(line.split()[-1] for line in process.stdout if "Page" in line)
        assert 'data-page="whoami"' in requests.get(page, timeout=30).text
        desk = next(line.split()[-1] for line in process.stdout if "Control room" in line)
        assert Harness(desk).default.clock.frozen
        process.terminate()
        _, said = process.communicate(timeout=30)
    assert "expected a screen for --headed, but got neither DISPLAY nor WAYLAND_DISPLAY" in said
    assert "playwright open --load-storage FILE ADDRESS" in said
    assert process.returncode == 0
    assert json.loads(cookies.read_text(encoding="utf-8")).keys() == {"cookies", "origins"}
