"""The asynchronous page objects: made from the synchronous ones, and walked with once."""

import asyncio
import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

import pytest
from playwright import async_api as playwright_async
from playwright import sync_api as playwright_sync
from playwright.async_api import Browser, async_playwright

from eulogin_harness.browser.async_api.eu_login import EuLogin
from eulogin_harness.browser.async_api.handset import Handset, mobile
from eulogin_harness.browser.async_api.journeys import sign_in_with_app
from eulogin_harness.browser.async_api.pages import Pages
from eulogin_harness.browser.async_api.security_key import SecurityKey
from eulogin_harness.browser.find import find_browser
from eulogin_harness.browser.screen import Screen
from eulogin_harness.client import World
from tools import async_api

SYNC_PAGE = cast("Any", playwright_sync.Page.__new__(playwright_sync.Page))
ASYNC_PAGE = cast("Any", playwright_async.Page.__new__(playwright_async.Page))


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
        asyncio.run(SecurityKey.add(SYNC_PAGE))


@pytest.mark.slow
def test_somebody_signs_in_by_phone(world: World) -> None:
    asyncio.run(in_browser(lambda browser, device: signs_in_by_phone(browser, device, world)))


async def in_browser(walk: Callable[[Browser, dict[str, Any]], Any]) -> None:
    async with async_playwright() as playwright:
        options = find_browser(playwright.chromium.executable_path).launch_options()
        browser = await playwright.chromium.launch(**options)
        await walk(browser, mobile(playwright))


async def signs_in_by_phone(browser: Browser, device: dict[str, Any], world: World) -> None:
    ada = await asyncio.to_thread(world.personas.create, "enrolled")
    desk = Pages(await browser.new_page(), world)
    phone_page = await (await browser.new_context(**device)).new_page()
    handset = Handset(phone_page, f"{world.addresses.phone}/phones/{ada.phone_id}")
    await handset.open()
    await desk.cpms.open()
    await desk.cpms.start_sign_in()
    await sign_in_with_app(desk.eu_login, handset, ada.email, ada.password or "", ada.pin or "")
    await desk.cpms.is_at("complete-profile")
