"""The browser of pytest-playwright: one of this machine that trusts the mock, and page objects in it."""

from collections.abc import Callable, Mapping
from importlib import import_module
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

import pytest

from eulogin_harness.api_token import credentials
from eulogin_harness.pytest_plugin.sources import mock_of

if TYPE_CHECKING:
    from playwright.sync_api import BrowserType, Page, Playwright

    from eulogin_harness.browser.handset import Handset
    from eulogin_harness.browser.pages import Pages
    from eulogin_harness.client import World

_OURS = "eulogin_harness.pytest_plugin"
# Fixtures of pytest-playwright that say which browser is started, and whether.
_CHOOSING = ("browser", "launch_browser", "browser_type_launch_args", "connect_options")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Say once, before the tests, that the browser of some of them is missing."""
    config, names = session.config, _browsers_of(session.items)
    if not names or config.option.collectonly or _is_chosen_by_suite(config):
        return None
    from eulogin_harness.browser.find import BrowserMissing, check_browser

    try:
        for name in sorted(names):
            check_browser(name, headed=config.getoption("--headed", default=False))
    except BrowserMissing as missing:
        if not hasattr(config, "workerinput"):
            raise pytest.UsageError(str(missing)) from None
        session.shouldstop = str(missing)  # a worker of pytest-xdist has no other way to say it
        return True
    return None


def _browsers_of(items: list[pytest.Item]) -> set[str]:
    """Playwright's names of the browsers that tests take, by the parameter that pytest-playwright gives them."""
    params = (getattr(item, "callspec", None) for item in items if "browser" in getattr(item, "fixturenames", ()))
    return {spec.params["browser_name"] for spec in params if spec is not None and "browser_name" in spec.params}


def _is_chosen_by_suite(config: pytest.Config) -> bool:
    """Whether the suite itself says which browser it starts, or that it uses a remote one."""
    others = (plugin for plugin in config.pluginmanager.get_plugins() if not _is_known(plugin))
    named = any(hasattr(plugin, name) for plugin in others for name in _CHOOSING)
    return named or bool(config.getoption("--browser-channel", default=None))


def _is_known(plugin: object) -> bool:
    return getattr(plugin, "__name__", "").startswith((_OURS, "pytest_playwright"))


@pytest.fixture(scope="session")
def _eulogin_browser_args(request: pytest.FixtureRequest, _eulogin_names: Mapping[str, str]) -> list[str]:
    """Arguments by which Chromium trusts the mock's authority and finds the names of `--eulogin-names`."""
    from eulogin_harness.browser.chromium import resolving, trusting

    ca = request.getfixturevalue("eulogin_ca") if _speaks_https(request.config) else None
    return [*(trusting(ca) if ca else ()), *resolving(_eulogin_names)]


def _speaks_https(config: pytest.Config) -> bool:
    mock = mock_of(config)
    return mock.tls or (mock.url or "").startswith("https:")


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], browser_type: "BrowserType", request: pytest.FixtureRequest
) -> dict[str, Any]:
    """What pytest-playwright launches, with a browser of this machine where nobody else names one.

    What is missing is said before the tests, or else by Playwright.
    """
    from eulogin_harness.browser.find import BrowserMissing, WrongSetting, completed_options

    options = browser_type_launch_args
    try:
        options = completed_options(browser_type, options)
    except WrongSetting as wrong:
        raise pytest.UsageError(str(wrong)) from None
    except BrowserMissing:
        pass
    if browser_type.name != "chromium":
        return options
    args = [*request.getfixturevalue("_eulogin_browser_args"), *options.get("args", ())]
    return {**options, "args": args} if args else options


@pytest.fixture(scope="session")
def browser_context_args(
    browser_context_args: dict[str, Any], browser_name: str, request: pytest.FixtureRequest
) -> dict[str, Any]:
    """What contexts are opened with; browsers that cannot be told to trust one authority overlook errors with https."""
    overlooking = browser_name != "chromium" and _speaks_https(request.config)
    return credentials() | ({"ignore_https_errors": True} if overlooking else {}) | browser_context_args


@pytest.fixture
def _eulogin_context_args(browser_context_args: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the contexts of this test are opened with, its marker `browser_context_args` included."""
    marker = request.node.get_closest_marker("browser_context_args")
    return browser_context_args | (marker.kwargs if marker is not None else {})


@pytest.fixture
def _eulogin_language(_eulogin_context_args: dict[str, Any]) -> str:
    """The language in which the mock answers the test's browser, by the locale of its contexts."""
    from mock_world.i18n import spoken

    return spoken(str(_eulogin_context_args.get("locale", "")).partition("-")[0])


@pytest.fixture
def eulogin_pages(page: "Page", world: "World", _eulogin_language: str) -> "Pages":
    """Page objects of EU Login, its account pages, CPMS and mails, in pytest-playwright's `page`."""
    pages: Pages = _form_of(page, "pages").Pages(page, world, _eulogin_language)
    return pages


@pytest.fixture
def eulogin_handset(
    new_context: Callable[..., Any],
    playwright: "Playwright",
    browser_name: str,
    world: "World",
    _eulogin_context_args: dict[str, Any],
    _eulogin_language: str,
) -> "Callable[[str], Handset]":
    """Opens the screen of a phone, by its id, in a mobile browser of its own."""
    from eulogin_harness.browser.handset import mobile

    firefox_lacks = {"is_mobile"} if browser_name == "firefox" else set()
    device = {
        name: value
        for name, value in mobile(playwright).items()
        if name not in _eulogin_context_args and name not in firefox_lacks
    }

    def handset(page: Any, phone_id: str) -> Any:
        return _form_of(page, "handset").Handset(page, f"{world.addresses.phone}/phones/{phone_id}", _eulogin_language)

    def open_handset(phone_id: str) -> Any:
        return handset(new_context(**device).new_page(), phone_id)

    async def open_handset_async(phone_id: str) -> Any:
        return handset(await (await new_context(**device)).new_page(), phone_id)

    fitting: Callable[[str], Any] = open_handset_async if iscoroutinefunction(new_context) else open_handset
    return fitting


def _form_of(page: object, module: str) -> Any:
    """The module of page objects for this page: of the synchronous or of the asynchronous form."""
    form = ".async_api" if type(page).__module__.startswith("playwright.async_api") else ""
    return import_module(f"eulogin_harness.browser{form}.{module}")
