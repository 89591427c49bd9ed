"""The asynchronous page objects: made from the synchronous ones, and walked with once."""

import asyncio
import inspect
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any, cast

import pytest
from playwright import async_api as playwright_async
from playwright import sync_api as playwright_sync

from eulogin_harness.browser.async_api.eu_login import EuLogin
from eulogin_harness.browser.async_api.security_key import SecurityKey
from eulogin_harness.browser.find import find_browser
from eulogin_harness.browser.screen import Screen
from eulogin_harness.client import World
from tools import async_api
from tools.async_api import ROOT

SYNC_PAGE = cast("Any", playwright_sync.Page.__new__(playwright_sync.Page))
ASYNC_PAGE = cast("Any", playwright_async.Page.__new__(playwright_async.Page))


def in_a_thread(deed: Callable[[], object]) -> None:
    """Of its own: pytest-playwright leaves a loop running in that of the tests."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(deed).result()


def test_they_are_as_the_synchronous_ones_make_them() -> None:
    on_disk = {name: (async_api.FOLDER / f"{name}.py").read_text(encoding="utf-8") for name in async_api.MODULES}
    assert on_disk == async_api.pages(), "run: make reference"


@pytest.mark.parametrize("name", async_api.MODULES)
def test_everything_public_has_a_sentence(name: str) -> None:
    module = import_module(f"eulogin_harness.browser.{name}")
    own = [each for each in vars(module).values() if getattr(each, "__module__", "") == module.__name__]
    members = [member for each in own if inspect.isclass(each) for member in vars(each).items()]
    silent = [name for name, member in members if not name.startswith("_") and not inspect.getdoc(member)]
    assert silent + [each.__name__ for each in own if not each.__doc__] == []


def test_a_page_of_the_other_form_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match=r"expected a page of playwright\.sync_api, but got one of playwright\.async_"):
        Screen(ASYNC_PAGE, "http://localhost")
    with pytest.raises(TypeError, match=r"expected a page of playwright\.async_api, but got one of playwright\.sync_"):
        EuLogin(SYNC_PAGE, "http://localhost")
    with pytest.raises(TypeError, match=r"those for playwright\.async_api in eulogin_harness\.browser\.async_api"):
        in_a_thread(lambda: asyncio.run(SecurityKey.add(SYNC_PAGE)))


@pytest.mark.slow
def test_somebody_signs_in_by_phone_as_the_docs_have_it(world: World) -> None:
    codes = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "browser.md").read_text(encoding="utf-8"), re.DOTALL)
    (code,) = (code for code in codes if "async def " in code)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page

    def walk() -> None:
        with playwright_sync.sync_playwright() as playwright:
            options = find_browser(playwright.chromium.executable_path).launch_options()
        asyncio.run(names["a_doctor_signs_in_with_the_phone"](world, options))

    in_a_thread(walk)
