"""The plugin beside pytest-playwright, in a suite of its user's."""

import pytest

from eulogin_harness.client import World
from tests.suites import RunSuite

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.slow

BOTH = ("eulogin", "playwright")
LAUNCHES = """
import pytest

def test_the_browser_is_that_of_the_setting(browser_type_launch_args):
    assert browser_type_launch_args["executable_path"] == "/bin/true"
    assert "--disable-sync" in browser_type_launch_args["args"]

@pytest.mark.parametrize("browser_type_launch_args", [{"executable_path": "/bin/false"}], indirect=True)
def test_one_that_a_test_names_stays(browser_type_launch_args):
    assert browser_type_launch_args == {"executable_path": "/bin/false"}
"""
OVERRIDDEN = """
import pytest

pytest_plugins = ["of_the_team"]

@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "slow_mo": 1}
"""
OF_THE_TEAM = """
import pytest

@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {"executable_path": browser_type_launch_args["executable_path"]}
"""
REMOTE = """
import pytest

@pytest.fixture(scope="session")
def connect_options():
    return {"ws_endpoint": "ws://browsers.test"}

@pytest.fixture
def browser(connect_options):
    return connect_options["ws_endpoint"]
"""
TRUSTED = """
import pytest
from playwright.sync_api import expect

def test_pages_and_phone_open_and_no_error_is_overlooked(eulogin_pages, eulogin_handset, persona, browser_context_args):
    assert "ignore_https_errors" not in browser_context_args
    eulogin_pages.eu_login.open("/login")
    eulogin_pages.eu_login.is_at("whoami")
    handset = eulogin_handset(persona("enrolled").phone_id)
    handset.open()
    handset.is_at("phone-home")
    assert handset.page.viewport_size["width"] < 500
    assert {page.page.url.partition(":")[0] for page in (handset, eulogin_pages.eu_login)} == {"https"}

@pytest.mark.browser_context_args(locale="fr-FR", viewport={"width": 900, "height": 700})
def test_what_a_test_says_of_its_contexts_counts(eulogin_pages, eulogin_handset, phone):
    eulogin_pages.eu_login.open("/login")
    eulogin_pages.eu_login.is_at("whoami", heading="Sign in")
    handset = eulogin_handset(phone.id)
    assert handset.page.viewport_size["width"] == 900

def test_somebody_is_signed_in_without_pages_and_written_to(eulogin_pages, persona):
    ada = persona("invited")
    eulogin_pages.open_mail(to=ada.email)
    expect(eulogin_pages.mailbox.mail_link("this link")).to_be_visible()
    bea = persona("access_approved")
    eulogin_pages.start_session(bea.email)
    eulogin_pages.cpms.open("/screen/signin")
    eulogin_pages.cpms.is_at("dashboard")
    with pytest.raises(LookupError, match="nobody has nobody@hospital.example"):
        eulogin_pages.start_session("nobody@hospital.example")
"""
OVERLOOKED = """
def test_errors_are_overlooked_where_one_authority_cannot_be_trusted(browser_context_args, browser_name):
    assert browser_context_args.get("ignore_https_errors", False) == (browser_name != "chromium")
"""


@pytest.mark.parametrize("first", [True, False])
def test_the_browser_of_the_setting_is_launched_whichever_plugin_is_loaded_first(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    monkeypatch.setenv("EULOGIN_BROWSER", "/bin/true")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    plugins = ["pytest_playwright.pytest_playwright", "eulogin_harness.pytest_plugin"]
    arguments = [part for name in (plugins if first else reversed(plugins)) for part in ("-p", name)]
    pytester.makepyfile(LAUNCHES)
    pytester.runpytest_subprocess(*arguments).assert_outcomes(passed=2)


def test_what_a_suite_says_goes_before_ours(
    pytester: pytest.Pytester, run_suite: RunSuite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Be it said in a conftest.py or in a plugin that it loads."""
    monkeypatch.setenv("EULOGIN_BROWSER", "/bin/true")
    pytester.makeconftest(OVERRIDDEN)
    pytester.makepyfile(of_the_team=OF_THE_TEAM)
    pytester.makepyfile(
        "def test_launch(browser_type_launch_args):\n"
        "    assert browser_type_launch_args == {'slow_mo': 1, 'executable_path': '/bin/true'}"
    )
    run_suite("-p", "no:cacheprovider", plugins=BOTH).assert_outcomes(passed=1)


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_a_browser_that_is_missing_is_said_once_before_the_tests(
    pytester: pytest.Pytester, run_suite: RunSuite, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    monkeypatch.setenv("EULOGIN_BROWSER", "/gone")
    pytester.makepyfile("def test_one(page): ...\ndef test_two(page): ...\ndef test_three(): ...")
    result = run_suite(*workers, plugins=(*BOTH, "xdist"))
    assert (result.ret, "test_three" in result.stdout.str()) == (2 if workers else 4, False)
    lines = [line for line in (*result.outlines, *result.errlines) if "EULOGIN_BROWSER names /gone" in line]
    assert len(lines) == 1


def test_no_browser_is_missing_where_none_is_launched(
    pytester: pytest.Pytester, run_suite: RunSuite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EULOGIN_BROWSER", "/gone")
    pytester.makeconftest(REMOTE)
    pytester.makepyfile("def test_remote(browser): ...\ndef test_light(): ...")
    run_suite(plugins=BOTH).assert_outcomes(passed=2)


def test_with_https_the_browser_trusts_the_mocks_authority(pytester: pytest.Pytester, run_suite: RunSuite) -> None:
    pytester.makepyfile(TRUSTED)
    run_suite("--eulogin-tls", plugins=BOTH).assert_outcomes(passed=3)


def test_with_https_other_browsers_overlook_errors(pytester: pytest.Pytester, run_suite: RunSuite) -> None:
    pytester.makepyfile(OVERLOOKED)
    browsers = (part for name in ("chromium", "firefox", "webkit") for part in ("--browser", name))
    run_suite("--eulogin-tls", *browsers, plugins=BOTH).assert_outcomes(passed=3)


def test_without_pytest_playwright_nothing_of_it_is_needed(
    pytester: pytest.Pytester, run_suite: RunSuite, world: World
) -> None:
    url = world.addresses.desk.partition("/w/")[0]
    pytester.makepyfile("def test_phone(phone): assert phone.url")
    run_suite("--eulogin-url", url).assert_outcomes(passed=1)
